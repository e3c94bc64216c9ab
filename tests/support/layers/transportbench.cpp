// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transportbench.h"

#include <QtCore/quuid.h>
#include <QtNetwork/qsslsocket.h>
#include <QtTest/qtest.h>

#include <array>

using namespace AsyncMySql::Transport;

void SocketServer::incomingConnection(qintptr descriptor)
{
    auto *socket = new QSslSocket(this);
    socket->setSocketDescriptor(descriptor);
    sockets.append(socket);
    if (startsTls) {
        socket->setSslConfiguration(configuration);
        socket->startServerEncryption();
    }
}

TransportSignals::TransportSignals(Transport *transport)
    : QObject(transport)
{
    transport->setListener(this);
}

TransportSignals *TransportSignals::of(Transport *transport)
{
    auto *found = transport->findChild<TransportSignals *>({}, Qt::FindDirectChildrenOnly);
    return found ? found : new TransportSignals(transport);
}

Recorder::Recorder(Transport *transport)
    : m_transport(transport)
{
    connect(TransportSignals::of(transport), &TransportSignals::opened, this,
            [this] { events.append(u"opened"_s); });
    connect(TransportSignals::of(transport), &TransportSignals::secured, this,
            [this] { events.append(u"secured"_s); });
    connect(TransportSignals::of(transport), &TransportSignals::readyRead, this,
            [this] { events.append(u"readyRead"_s); });
    connect(TransportSignals::of(transport), &TransportSignals::allWritten, this,
            [this] { events.append(u"allWritten"_s); });
    connect(TransportSignals::of(transport), &TransportSignals::closed, this,
            [this](const TransportError &reason) {
                events.append(u"closed"_s);
                error = reason;
            });
}

QByteArray Recorder::readAll()
{
    QByteArray bytes;
    std::array<char, 16 * 1024> piece;
    for (;;) {
        const qint64 size = m_transport->read(piece.data(), piece.size());
        if (size <= 0)
            return bytes;
        bytes.append(piece.data(), size);
    }
}

bool TransportBench::start(Kind wanted, CertificateFactory *certificates)
{
    kind = wanted;
    if (kind == Local) {
        const QString name = u"asyncmysql-"_s + QUuid::createUuid().toString(QUuid::Id128);
        if (!localServer.listen(name))
            return false;
        settings.localSocketName = localServer.fullServerName();
        QObject::connect(&localServer, &QLocalServer::newConnection, &localServer,
                         [this] { localEnd = localServer.nextPendingConnection(); });
    } else {
        if (!tcpServer.listen(QHostAddress::LocalHost))
            return false;
        settings.host = u"127.0.0.1"_s;
        settings.port = tcpServer.serverPort();
        settings.tlsPossible = kind == Tls;
    }
    if (kind == Tls) {
        tcpServer.startsTls = true;
        tcpServer.configuration = certificates->serverConfiguration(u"server"_s);
        settings.sslConfiguration = certificates->clientConfiguration();
        settings.verification = Verification::Identity;
    } else if (kind == Device) {
        settings.deviceFactory = [port = settings.port](QObject *parent) {
            auto *socket = new QTcpSocket(parent);
            socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
            return socket;
        };
    }
    transport = createTransport(settings);
    return true;
}

bool TransportBench::connectBoth()
{
    bool ready = false;
    QObject context;
    QObject::connect(TransportSignals::of(transport.get()), &TransportSignals::opened, &context,
                     [&] {
                         if (kind == Tls)
                             transport->startTls();
                         else
                             ready = true;
                     });
    QObject::connect(TransportSignals::of(transport.get()), &TransportSignals::secured, &context,
                     [&] { ready = true; });
    transport->open();
    // With TLS 1.3 the server is ready after the client.
    const auto serverReady
        = [this] { return server() && (kind != Tls || tcpServer.sockets.last()->isEncrypted()); };
    return QTest::qWaitFor([&] { return ready && serverReady(); });
}

QIODevice *TransportBench::server() const
{
    if (kind == Local)
        return localEnd;
    if (tcpServer.sockets.isEmpty())
        return nullptr;
    return tcpServer.sockets.last();
}

void TransportBench::closeServerEnd()
{
    if (kind == Local)
        localEnd->disconnectFromServer();
    else
        tcpServer.sockets.last()->disconnectFromHost();
}

bool TransportBench::serverSawTheEnd() const
{
    if (kind == Local)
        return localEnd->state() == QLocalSocket::UnconnectedState;
    return tcpServer.sockets.last()->state() == QAbstractSocket::UnconnectedState;
}

QByteArray patternBytes(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    quint32 state = 1;
    for (char &byte : bytes) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}
