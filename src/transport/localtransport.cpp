// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "localtransport.h"

#include "socketinput.h"

namespace AsyncMySql::Transport {

using namespace Qt::StringLiterals;

LocalTransport::LocalTransport(const QString &socketName, QObject *parent)
    : StreamTransport(parent)
    , m_socketName(socketName)
    , m_socket(new QLocalSocket(this))
{
    m_socket->setReadBufferSize(ReadBufferSize);
    setDevice(m_socket);
    connect(m_socket, &QLocalSocket::connected, this,
            [this] { fromDevice([this] { deviceOpened(); }); });
    connect(m_socket, &QLocalSocket::errorOccurred, this,
            [this](QLocalSocket::LocalSocketError error) {
                fromDevice([this, error] { onError(error); });
            });
    connect(m_socket, &QLocalSocket::disconnected, this,
            [this] { fromDevice([this] { onError(QLocalSocket::PeerClosedError); }); });
    connect(m_socket, &QLocalSocket::stateChanged, this,
            [this](QLocalSocket::LocalSocketState state) {
                fromDevice([this, state] { onStateChanged(state); });
            });
}

void LocalTransport::open()
{
    const CallGuard guard(this);
    m_socket->connectToServer(m_socketName);
}

bool LocalTransport::lookForInput()
{
    return !hasEnded() && isOpen() && m_socket->state() == QLocalSocket::ConnectedState
           && hasInput(m_socket->socketDescriptor());
}

void LocalTransport::onError(QLocalSocket::LocalSocketError error)
{
    end(localError(error, isOpen() ? SocketStage::Connected : SocketStage::Connecting,
                   m_socket->errorString(), m_socketName));
}

void LocalTransport::onStateChanged(QLocalSocket::LocalSocketState state)
{
    // When a server accepts no connection for half a minute, QLocalSocket closes without an error.
    if (state == QLocalSocket::UnconnectedState && !isOpen()
        && m_socket->error() == QLocalSocket::UnknownSocketError) {
        end(localError(QLocalSocket::SocketTimeoutError, SocketStage::Connecting, u"timed out"_s,
                       m_socketName));
    }
}

void LocalTransport::flushDevice()
{
    m_socket->flush();
}

void LocalTransport::closeDevice()
{
    m_socket->disconnectFromServer();
}

} // namespace AsyncMySql::Transport
