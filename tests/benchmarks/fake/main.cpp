// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

/// A server that answers the small statements of the benchmarks, always alike, so that counting a
/// client's instructions gives the same numbers again. It prints its port, and serves until its
/// standard input is closed.
///
/// What a client has to do depends on when answers arrive: one that it already waits for takes
/// another turn of the event loop than one that is there. So all answers are held back until the
/// server has no more, and the client has come to rest in all of its connections; then they go out
/// together.

#include "fakeserver.h"
#include "statements.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qhash.h>
#include <QtCore/qsocketnotifier.h>
#include <QtCore/qtimer.h>
#include <QtNetwork/qhostaddress.h>
#include <QtNetwork/qtcpserver.h>
#include <QtNetwork/qtcpsocket.h>

#include <chrono>
#include <cstdio>

using namespace Fake;

namespace {

constexpr quint8 Prepare = 0x16;
constexpr quint8 Execute = 0x17;
constexpr quint8 BigInt = 8;
constexpr quint16 Binary = 63;

FakeColumn bigIntColumn()
{
    FakeColumn column("number", BigInt);
    column.collation = Binary;
    return column;
}

/// Statement number 1, with one column and one parameter.
void prepare(FakeConnection &connection)
{
    connection.send(QByteArray::fromHex("00 01000000 0100 0100 00 0000"));
    connection.send(columnPayload({"?"}, connection.capabilities()));
    connection.send(columnPayload(bigIntColumn(), connection.capabilities()));
    connection.done();
}

/// With a row of one number.
void execute(FakeConnection &connection)
{
    connection.columns({bigIntColumn()});
    connection.send(QByteArray::fromHex("00 00 2A00000000000000"));
    connection.endOfRows();
    connection.done();
}

/// Passes on what clients send, and holds back what the server does.
class Relay : public QObject
{
public:
    explicit Relay(FakeServer *server)
        : m_server(server)
    {
        constexpr std::chrono::milliseconds rest(5);
        m_timer.setSingleShot(true);
        m_timer.setInterval(rest);
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_listener, &QTcpServer::newConnection, this, &Relay::accept);
        if (!m_listener.listen(QHostAddress::LocalHost))
            qFatal("No port to listen on");
        // The client must not take the relay for a proxy.
        server->on(FakeServer::PeerQuestion, [this](FakeConnection &connection) {
            connection.tellPeer(quint64(connection.number()),
                                m_clientPorts.value(connection.peerPort()));
        });
    }

    quint16 port() const { return m_listener.serverPort(); }

private:
    void accept()
    {
        QTcpSocket *client = m_listener.nextPendingConnection();
        auto *server = new QTcpSocket(client);
        client->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        connect(server, &QTcpSocket::connected, this, [this, client, server] {
            m_clientPorts[server->localPort()] = client->peerPort();
            server->write(client->readAll());
        });
        connect(client, &QTcpSocket::readyRead, server, [client, server] {
            if (server->state() == QAbstractSocket::ConnectedState)
                server->write(client->readAll());
        });
        connect(server, &QTcpSocket::readyRead, &m_timer, qOverload<>(&QTimer::start));
        connect(&m_timer, &QTimer::timeout, client,
                [client, server] { client->write(server->readAll()); });
        connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_server->port());
    }

    FakeServer *m_server;
    QTcpServer m_listener;
    QTimer m_timer;
    /// By the ports of their connections to the server.
    QHash<quint16, quint16> m_clientPorts;
};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    FakeServer server;
    server.on(Statements::Tiny, [](FakeConnection &connection) {
        connection.result({bigIntColumn()}, {{QByteArray("1")}});
    });
    server.onCommand(Prepare, prepare);
    server.onCommand(Execute, execute);
    Relay relay(&server);

    QSocketNotifier input(fileno(stdin), QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, &application, &QCoreApplication::quit);
    std::printf("%d\n", int(relay.port()));
    std::fflush(stdout);
    return application.exec();
}
