// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "socketinput.h"

#include <QtCore/qsocketnotifier.h>

#include <memory>
#include <optional>

namespace AsyncMySql::Transport {

/// Reads from a connected socket beside Qt, for half of what that takes. QAbstractSocket emits
/// nothing while a slot of its readyRead() runs an event loop; this reports there, too.
///
/// An unbuffered QTcpSocket that is not read stops listening at the second report.
class SocketReader final : public QSocketNotifier
{
    Q_OBJECT

public:
    /// Whom it reports to.
    class Listener
    {
    public:
        /// Something has arrived, or the end. Called from the event loop; the reader may be
        /// deleted in it.
        virtual void socketReadable() = 0;

    protected:
        ~Listener() = default;
    };

    /// Null where there is none: on systems other than Unix, and without a free descriptor.
    static std::unique_ptr<SocketReader> create(qintptr socketDescriptor, Listener *listener);
    ~SocketReader() override;

    /// As SocketCopy::read().
    std::optional<qint64> read(char *data, qint64 size);
    /// The same, whatever is to be read once the socket has failed.
    QByteArray takeInput(qsizetype maximum) { return m_socket->takeInput(maximum); }
    /// Why read() has failed; empty where the device knows.
    QString errorString() const { return m_socket->errorString(); }

protected:
    bool event(QEvent *event) override;

private:
    SocketReader(std::unique_ptr<SocketCopy> socket, Listener *listener);

    std::unique_ptr<SocketCopy> m_socket;
    Listener *const m_listener;
    /// It was reported, and nothing was read since: the peer is held back.
    bool m_isUnread = false;
};

} // namespace AsyncMySql::Transport
