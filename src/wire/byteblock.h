// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "recyclingallocator.h"

#include <QtCore/qglobal.h>

#include <cstdlib>
#include <cstring>
#include <memory>

namespace AsyncMySql::Wire {

/// A block of received bytes, shared by the packet reader that fills it and the rows that lie in
/// it. Its address changes with its capacity only. Bytes behind what a packet covers may still be
/// written by the reader; a packet that was handed out is never touched again while anything
/// besides the reader holds the block.
///
/// The rows of a small result lie in the object itself.
class ByteBlock
{
public:
    explicit ByteBlock(qsizetype capacity)
        : m_data(capacity > SmallCapacity ? allocate(nullptr, capacity) : m_small)
        , m_capacity(capacity)
    {
    }
    ~ByteBlock()
    {
        if (isLarge())
            std::free(m_data);
    }
    Q_DISABLE_COPY_MOVE(ByteBlock)

    static std::shared_ptr<ByteBlock> create(qsizetype capacity)
    {
        return makeRecycled<ByteBlock>(capacity);
    }

    /// Only while nothing else holds the block. Large ones are moved by the system's page tables
    /// where it can do that, so that they do not lie in memory twice.
    void grow(qsizetype capacity)
    {
        Q_ASSERT(capacity >= m_capacity);
        if (isLarge()) {
            m_data = allocate(m_data, capacity);
        } else if (capacity > SmallCapacity) {
            m_data = allocate(nullptr, capacity);
            std::memcpy(m_data, m_small, sizeof(m_small));
        }
        m_capacity = capacity;
    }

    char *data() { return m_data; }
    const char *data() const { return m_data; }
    qsizetype capacity() const { return m_capacity; }

private:
    static constexpr qsizetype SmallCapacity = 128;

    bool isLarge() const { return m_data != m_small; }
    static char *allocate(char *former, qsizetype capacity)
    {
        void *memory = std::realloc(former, static_cast<size_t>(capacity));
        Q_CHECK_PTR(memory);
        return static_cast<char *>(memory);
    }

    char *m_data;
    qsizetype m_capacity;
    char m_small[SmallCapacity];
};

using ByteBlockPointer = std::shared_ptr<ByteBlock>;

} // namespace AsyncMySql::Wire
