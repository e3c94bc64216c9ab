// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowchunks.h"

#include <algorithm>
#include <cstddef>

namespace AsyncMySql::Models {

void RowChunks::append(const Result &rows)
{
    if (rows.isEmpty())
        return;
    m_chunks.push_back(rows);
    m_ends.push_back(rowCount() + rows.rowCount());
}

void RowChunks::append(const RowChunks &others, qsizetype first)
{
    const auto end = std::upper_bound(others.m_ends.begin(), others.m_ends.end(), first);
    for (auto i = static_cast<std::size_t>(end - others.m_ends.begin()); i < others.m_ends.size();
         ++i) {
        append(others.m_chunks[i]);
    }
}

Row RowChunks::row(qsizetype index) const
{
    Q_ASSERT(index >= 0 && index < rowCount());
    const auto begins = [this](std::size_t chunk) { return chunk == 0 ? 0 : m_ends[chunk - 1]; };
    if (m_last >= m_ends.size() || index >= m_ends[m_last] || index < begins(m_last)) {
        const auto end = std::upper_bound(m_ends.begin(), m_ends.end(), index);
        m_last = static_cast<std::size_t>(end - m_ends.begin());
    }
    return m_chunks[m_last].row(index - begins(m_last));
}

} // namespace AsyncMySql::Models
