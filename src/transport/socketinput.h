// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qglobal.h>
#include <QtCore/qstring.h>

#include <optional>

namespace AsyncMySql::Transport {

// What the operating system knows of a socket before the event loop has reported it. Nothing on
// systems other than Unix, which are not asked.

/// Whether there are bytes for the reader of the socket, or its end. They stay there.
bool hasInput(qintptr socketDescriptor);

/// Whether the peer has closed the connection, whatever is still to be read.
bool isClosedByPeer(qintptr socketDescriptor);

/// A second descriptor of a socket, with which can still be read what had arrived when Qt has
/// closed the first: it does that as soon as a write fails. The connection stays open as long as
/// this is.
class SocketCopy
{
public:
    SocketCopy() = default;
    ~SocketCopy() { close(); }
    Q_DISABLE_COPY_MOVE(SocketCopy)

    bool isOpen() const { return m_descriptor >= 0; }
    qintptr descriptor() const { return m_descriptor; }
    void open(qintptr socketDescriptor);
    void close();
    /// Reads what has arrived, at most \a size bytes. Without a value at the end of the connection,
    /// and if it is broken.
    std::optional<qint64> read(char *data, qint64 size);
    /// Why the last read() has found it broken; empty if it was closed or reset by the peer. The
    /// system says so once: whoever reads next finds nothing but the end.
    QString errorString() const;
    /// At most \a maximum bytes of what has arrived.
    QByteArray takeInput(qsizetype maximum);

private:
    int m_descriptor = -1;
    /// As errno.
    int m_error = 0;
};

} // namespace AsyncMySql::Transport
