// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/result.h>

#include <vector>

namespace AsyncMySql::Models {

/// The rows of a stream in the portions in which they were taken, as received bytes.
class RowChunks
{
public:
    void append(const Result &rows);
    /// Appends the rows of \a others from \a first, where one of their portions starts.
    void append(const RowChunks &others, qsizetype first);

    qsizetype rowCount() const { return m_ends.empty() ? 0 : m_ends.back(); }
    /// The row must exist. Fastest for rows near the previous one.
    Row row(qsizetype index) const;

private:
    std::vector<Result> m_chunks;
    /// The number of the first row after each chunk.
    std::vector<qsizetype> m_ends;
    mutable std::size_t m_last = 0;
};

} // namespace AsyncMySql::Models
