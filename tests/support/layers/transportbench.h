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

/// What a transport tells its listener, as signals.
class TransportSignals : public QObject, private AsyncMySql::Transport::Transport::Listener
{
    Q_OBJECT

public:
    /// Those of \a transport, which owns them.
    static TransportSignals *of(AsyncMySql::Transport::Transport *transport);

Q_SIGNALS:
    void opened();
    void secured();
    void readyRead();
    void allWritten();
    void closed(const AsyncMySql::Transport::TransportError &error);

private:
    explicit TransportSignals(AsyncMySql::Transport::Transport *transport);

    void transportOpened() override { Q_EMIT opened(); }
    void transportSecured() override { Q_EMIT secured(); }
    void transportReadable() override { Q_EMIT readyRead(); }
    void transportWritten() override { Q_EMIT allWritten(); }
    void transportClosed(const AsyncMySql::Transport::TransportError &error) override
    {
        Q_EMIT closed(error);
    }
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
