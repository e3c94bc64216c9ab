// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "socketerrors.h"

namespace AsyncMySql::Transport {

using namespace Qt::StringLiterals;

namespace {

using Kind = TransportError::Kind;

Kind connectKind(QAbstractSocket::SocketError error)
{
    switch (error) {
    case QAbstractSocket::ConnectionRefusedError:
    case QAbstractSocket::ProxyConnectionRefusedError:
        return Kind::Refused;
    case QAbstractSocket::HostNotFoundError:
    case QAbstractSocket::ProxyNotFoundError:
        return Kind::HostNotFound;
    case QAbstractSocket::NetworkError: // no route to the host, network down
    case QAbstractSocket::SocketTimeoutError:
    case QAbstractSocket::TemporaryError:
    case QAbstractSocket::ProxyConnectionTimeoutError:
        return Kind::Unreachable;
    case QAbstractSocket::RemoteHostClosedError:
    case QAbstractSocket::ProxyConnectionClosedError:
        return Kind::Closed;
    default: // no permission, no more descriptors, a proxy that needs a password
        return Kind::Other;
    }
}

bool isTlsError(QAbstractSocket::SocketError error)
{
    return error == QAbstractSocket::SslHandshakeFailedError
           || error == QAbstractSocket::SslInternalError
           || error == QAbstractSocket::SslInvalidUserDataError;
}

QString connectFailed(const QString &peer, const QString &text)
{
    return u"Cannot connect to %1: %2"_s.arg(peer, text);
}

QString connectionLost(const QString &peer, const QString &text)
{
    return u"The connection to %1 was lost: %2"_s.arg(peer, text);
}

} // namespace

TransportError tcpError(QAbstractSocket::SocketError error, SocketStage stage, const QString &text,
                        const QString &peer)
{
    switch (stage) {
    case SocketStage::Connecting:
        return {connectKind(error), connectFailed(peer, text)};
    case SocketStage::Securing:
        // A peer that objects sends a TLS alert. One that just goes away may be restarting, so that
        // is a lost connection and worth another try.
        if (isTlsError(error))
            return {Kind::TlsFailed, u"The TLS handshake with %1 failed: %2"_s.arg(peer, text)};
        return {Kind::Closed,
                u"The connection to %1 was lost during the TLS handshake: %2"_s.arg(peer, text)};
    case SocketStage::Connected:
        break;
    }
    return {Kind::Closed, connectionLost(peer, text)};
}

TransportError localError(QLocalSocket::LocalSocketError error, SocketStage stage,
                          const QString &text, const QString &peer)
{
    // QLocalSocket puts the name of its own function in front of every text.
    const QString plainText = text.section(u": "_s, 1);
    const QString reason = plainText.isEmpty() ? text : plainText;
    if (stage != SocketStage::Connecting)
        return {Kind::Closed, connectionLost(peer, reason)};

    switch (error) {
    case QLocalSocket::ConnectionRefusedError:
        return {Kind::Refused, connectFailed(peer, reason)};
    case QLocalSocket::ServerNotFoundError:
        // A server removes its socket file when it stops, so that this passes with its restart.
        return {Kind::Unreachable, connectFailed(peer, u"the socket does not exist"_s)};
    case QLocalSocket::SocketTimeoutError:
    case QLocalSocket::ConnectionError:
        return {Kind::Unreachable, connectFailed(peer, reason)};
    case QLocalSocket::PeerClosedError:
        return {Kind::Closed, connectFailed(peer, reason)};
    default:
        return {Kind::Other, connectFailed(peer, reason)};
    }
}

} // namespace AsyncMySql::Transport
