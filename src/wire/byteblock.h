// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

#include <cstdlib>
#include <memory>

namespace AsyncMySql::Wire {

/// A block of received bytes, shared by the packet reader that fills it and the rows that lie in
/// it. Its address changes with its capacity only. Bytes behind what a packet covers may still be
/// written by the reader; a packet that was handed out is never touched again while anything
/// besides the reader holds the block.
class ByteBlock
{
public:
    explicit ByteBlock(qsizetype capacity)
        : m_data(static_cast<char *>(std::malloc(static_cast<size_t>(capacity))))
        , m_capacity(capacity)
    {
        Q_CHECK_PTR(m_data.get());
    }

    /// Only while nothing else holds the block. Large ones are moved by the system's page tables
    /// where it can do that, so that they do not lie in memory twice.
    void grow(qsizetype capacity)
    {
        void *grown = std::realloc(m_data.get(), static_cast<size_t>(capacity));
        Q_CHECK_PTR(grown);
        static_cast<void>(m_data.release());
        m_data.reset(static_cast<char *>(grown));
        m_capacity = capacity;
    }

    char *data() { return m_data.get(); }
    const char *data() const { return m_data.get(); }
    qsizetype capacity() const { return m_capacity; }

private:
    struct Free
    {
        void operator()(char *data) const { std::free(data); }
    };

    std::unique_ptr<char[], Free> m_data;
    qsizetype m_capacity;
};

using ByteBlockPointer = std::shared_ptr<ByteBlock>;

} // namespace AsyncMySql::Wire
