// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

#include <cstdlib>
#include <memory>

namespace AsyncMySql::Wire {

/// A block of received bytes, shared by the packet reader that fills it and the rows that lie in it.
/// Its address never changes. Bytes behind what a packet covers may still be written by the reader;
/// a packet that was handed out is never touched again while somebody besides the reader holds the
/// block.
class ByteBlock
{
public:
    explicit ByteBlock(qsizetype capacity)
        : m_data(std::make_unique_for_overwrite<char[]>(static_cast<size_t>(capacity)))
        , m_capacity(capacity)
    {
    }

    char *data() { return m_data.get(); }
    const char *data() const { return m_data.get(); }
    qsizetype capacity() const { return m_capacity; }

private:
    std::unique_ptr<char[]> m_data;
    qsizetype m_capacity;
};

using ByteBlockPointer = std::shared_ptr<ByteBlock>;

} // namespace AsyncMySql::Wire
