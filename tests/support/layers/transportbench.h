// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "certificatefactory.h"
#include "transportfactory.h"

#include <QtCore/qpointer.h>
#include <QtCore/qstringlist.h>
#include <QtNetwork/qlocalserver.h>
#include <QtNetwork/qlocalsocket.h>
#include <QtNetwork/qtcpserver.h>

#include <memory>

/// A TCP server that starts TLS at once, or not at all, or on request.
class SocketServer : public QTcpServer
{
public:
    /// Null: no TLS by itself.
    QSslConfiguration configuration;
    bool startsTls = false;
    QList<QPointer<QSslSocket>> sockets;

protected:
    void incomingConnection(qintptr descriptor) override;
};

/// Writes down what a transport announces, in order.
class Recorder : public QObject
{
public:
    explicit Recorder(AsyncMySql::Transport::Transport *transport);

    int count(const QString &event) const { return static_cast<int>(events.count(event)); }
    /// Reads what is there.
    QByteArray readAll();

    QStringList events;
    AsyncMySql::Transport::TransportError error;

private:
    QPointer<AsyncMySql::Transport::Transport> m_transport;
};

/// A transport of any kind, and the server's end of its connection.
class TransportBench
{
public:
    enum Kind { Tcp, Tls, Local, Device };

    bool start(Kind kind, CertificateFactory *certificates);
    /// Opens the transport, with TLS where that is its kind, and waits until both ends are ready.
    bool connectBoth();
    /// The server's end.
    QIODevice *server() const;
    void closeServerEnd();
    bool serverSawTheEnd() const;

    Kind kind = Tcp;
    AsyncMySql::Transport::TransportSettings settings;
    std::unique_ptr<AsyncMySql::Transport::Transport> transport;
    SocketServer tcpServer;
    QLocalServer localServer;
    QPointer<QLocalSocket> localEnd;
};

/// \a size bytes that are the same nowhere within a few hundred kilobytes.
QByteArray patternBytes(qsizetype size);
