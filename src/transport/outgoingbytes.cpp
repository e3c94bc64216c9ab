// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "outgoingbytes.h"

#include <QtCore/qiodevice.h>

#include <algorithm>

namespace AsyncMySql::Transport {

void OutgoingBytes::append(const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return;
    m_queue.push_back(bytes);
    m_size += bytes.size();
}

void OutgoingBytes::clear()
{
    m_queue.clear();
    m_offset = 0;
    m_size = 0;
}

bool OutgoingBytes::writeNext(QIODevice *device, qsizetype maximum)
{
    const QByteArray &first = m_queue.front();
    const qsizetype size = std::min(maximum, first.size() - m_offset);
    // Given as a whole, Qt's sockets share a byte array with their buffer instead of copying it.
    const qint64 written = size == first.size() ? device->write(first)
                                                : device->write(first.constData() + m_offset, size);
    if (written < 0)
        return false;
    m_offset += written;
    m_size -= written;
    if (m_offset == first.size()) {
        m_queue.pop_front();
        m_offset = 0;
    }
    return true;
}

} // namespace AsyncMySql::Transport
