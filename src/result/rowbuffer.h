// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "resultdata.h"

#include <deque>
#include <memory>

namespace AsyncMySql::Values {

/// The rows between the exchange that receives them and the job that hands them out. Both hold it;
/// it lives in one thread, and emits nothing: what takes rows resumes the session.
class RowBuffer
{
public:
    /// \a limit is in bytes of rows on the wire: when they are reached, isFull().
    explicit RowBuffer(qsizetype limit)
        : m_limit(limit)
    {
    }

    // The side that fills it.

    /// The rows that follow belong to a new result set.
    void beginResult(RowFormat format, std::shared_ptr<ColumnSet> columns);
    void append(QByteArrayView payload, const Wire::ByteBlockPointer &block);
    bool isFull() const { return m_size >= m_limit; }

    // The side that reads.

    /// At most \a maximum rows (all if that is negative) of the result set whose turn it is; never
    /// rows of two. Null if there are none.
    std::shared_ptr<ResultData> take(qsizetype maximum);
    bool isEmpty() const { return m_rowCount == 0; }
    qsizetype rowCount() const { return m_rowCount; }
    /// The columns of the result set whose turn it is; null before any came.
    std::shared_ptr<ColumnSet> columns() const;

    qsizetype limit() const { return m_limit; }
    void setLimit(qsizetype limit) { m_limit = limit; }
    /// Drops what is there, and all that will come: it will not be read.
    void discard();

private:
    std::deque<std::shared_ptr<ResultData>> m_results;
    RowStore *m_filled = nullptr; // of the last result
    qsizetype m_limit;
    qsizetype m_size = 0;
    qsizetype m_rowCount = 0;
    bool m_discarding = false;
};

inline void RowBuffer::append(QByteArrayView payload, const Wire::ByteBlockPointer &block)
{
    if (m_discarding)
        return;
    m_filled->append(payload, block);
    m_size += RowStore::spaceOnTheWire(payload.size());
    ++m_rowCount;
}

} // namespace AsyncMySql::Values
