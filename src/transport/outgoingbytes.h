// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

#include <deque>

QT_BEGIN_NAMESPACE
class QIODevice;
QT_END_NAMESPACE

namespace AsyncMySql::Transport {

/// What is still to be handed to a device, in order. Byte arrays are shared, not copied; only those
/// larger than a piece are handed over piecewise.
class OutgoingBytes
{
public:
    void append(const QByteArray &bytes);
    void clear();
    bool isEmpty() const { return m_size == 0; }
    qint64 size() const { return m_size; }

    /// Hands the next bytes, at most \a maximum of them, to the device. False when it refuses.
    [[nodiscard]] bool writeNext(QIODevice *device, qsizetype maximum);

private:
    std::deque<QByteArray> m_queue;
    /// How much of the first one has been handed over.
    qsizetype m_offset = 0;
    qint64 m_size = 0;
};

} // namespace AsyncMySql::Transport
