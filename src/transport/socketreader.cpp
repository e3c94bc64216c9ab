// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "socketreader.h"

#include <QtCore/qcoreevent.h>

#include <utility>

namespace AsyncMySql::Transport {

std::unique_ptr<SocketReader> SocketReader::create(qintptr socketDescriptor, Listener *listener)
{
    auto socket = std::make_unique<SocketCopy>();
    // Of its own: some event dispatchers take one notifier for each descriptor.
    socket->open(socketDescriptor);
    if (!socket->isOpen())
        return {};
    return std::unique_ptr<SocketReader>(new SocketReader(std::move(socket), listener));
}

SocketReader::SocketReader(std::unique_ptr<SocketCopy> socket, Listener *listener)
    : QSocketNotifier(socket->descriptor(), QSocketNotifier::Read)
    , m_socket(std::move(socket))
    , m_listener(listener)
{
}

SocketReader::~SocketReader()
{
    // Before the descriptor is closed.
    setEnabled(false);
}

std::optional<qint64> SocketReader::read(char *data, qint64 size)
{
    m_isUnread = false;
    if (!isEnabled())
        setEnabled(true);
    return m_socket->read(data, size);
}

bool SocketReader::event(QEvent *event)
{
    if (event->type() != QEvent::SockAct)
        return QSocketNotifier::event(event);
    // It would be reported for ever.
    if (std::exchange(m_isUnread, true))
        setEnabled(false);
    else
        m_listener->socketReadable();
    return true;
}

} // namespace AsyncMySql::Transport
