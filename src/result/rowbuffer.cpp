// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowbuffer.h"

#include <atomic>

namespace AsyncMySql::Values {

void RowBuffer::beginResult(RowFormat format, std::shared_ptr<ColumnSet> columns)
{
    if (m_discarding)
        return;
    // All but the last result have rows, so that the turn of each comes.
    if (!m_results.empty() && m_results.back()->rows.rowCount() == 0)
        m_results.pop_back();
    static std::atomic<quint64> lastStream = 0;
    const auto result = std::make_shared<ResultData>();
    result->format = format;
    result->stream = ++lastStream;
    result->columns = std::move(columns);
    m_results.push_back(result);
    m_filled = &result->rows;
}

std::shared_ptr<ResultData> RowBuffer::take(qsizetype maximum)
{
    if (m_rowCount == 0 || maximum == 0)
        return {};
    ResultData &source = *m_results.front();
    auto taken = std::make_shared<ResultData>();
    taken->format = source.format;
    taken->columns = source.columns;
    taken->stream = source.stream;
    taken->rows = source.rows.takeFirst(maximum < 0 ? source.rows.rowCount() : maximum);
    m_size -= taken->rows.wireSize();
    m_rowCount -= taken->rows.rowCount();
    if (source.rows.rowCount() == 0 && m_results.size() > 1)
        m_results.pop_front();
    return taken;
}

std::shared_ptr<ColumnSet> RowBuffer::columns() const
{
    return m_results.empty() ? nullptr : m_results.front()->columns;
}

void RowBuffer::discard()
{
    m_discarding = true;
    m_results.clear();
    m_filled = nullptr;
    m_size = 0;
    m_rowCount = 0;
}

} // namespace AsyncMySql::Values
