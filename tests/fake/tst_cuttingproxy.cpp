// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "cuttingproxy.h"
#include "fakepackets.h"
#include "fakeserver.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <QtNetwork/qtcpsocket.h>

using namespace Fake;
using namespace std::chrono_literals;

/// The tools of the other tests, checked with a plain socket.
class tst_CuttingProxy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void relaysBothWays();
    void cutsAfterBytesToTheClient();
    void cutsAfterBytesToTheServer();
    void cutsAtRandomMoments();
    void cutsAfterRandomBytes();
    void fallsSilent();
    void refusesWhileNotListening();
    void serverSendsByteByByte();

private:
    static QByteArray greetingOf(int number)
    {
        FakeGreeting greeting;
        greeting.connectionId = quint32(number);
        return packet(greetingPayload(greeting), 0);
    }
};

void tst_CuttingProxy::relaysBothWays()
{
    FakeServer server;
    CuttingProxy proxy(QHostAddress(QHostAddress::LocalHost), server.port());
    proxy.setDelay(5ms);
    QTcpSocket client;
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), proxy.port());
    QByteArray received;
    connect(&client, &QTcpSocket::readyRead, this, [&] { received += client.readAll(); });
    QTRY_COMPARE(received, greetingOf(1));
    client.write("hello");
    QTRY_COMPARE(server.received(), QByteArray("hello"));
    server.connection()->cut();
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(proxy.openConnections(), 0);
    QCOMPARE(proxy.cuts(), 0);
}

void tst_CuttingProxy::cutsAfterBytesToTheClient()
{
    FakeServer server;
    CuttingProxy proxy(QHostAddress(QHostAddress::LocalHost), server.port());
    proxy.cutAfterToClient(10);
    QTcpSocket client;
    QByteArray received;
    connect(&client, &QTcpSocket::readyRead, this, [&] { received += client.readAll(); });
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), proxy.port());
    QTRY_COMPARE(proxy.cuts(), 1);
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    received += client.readAll();
    QVERIFY(received.size() <= 10 && greetingOf(1).startsWith(received));
    QTRY_VERIFY(!server.connection()->isOpen());
}

void tst_CuttingProxy::cutsAfterBytesToTheServer()
{
    FakeServer server;
    CuttingProxy proxy(QHostAddress(QHostAddress::LocalHost), server.port());
    proxy.cutAfterToServer(3);
    QTcpSocket client;
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), proxy.port());
    QTRY_VERIFY(client.bytesAvailable() > 0);
    client.write("hello");
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QTRY_VERIFY(!server.connection()->isOpen());
    QVERIFY(QByteArray("hel").startsWith(server.received()));
}

void tst_CuttingProxy::cutsAtRandomMoments()
{
    FakeServer server;
    CuttingProxy proxy(QHostAddress(QHostAddress::LocalHost), server.port(), 42);
    proxy.cutRandomly(5ms, 30ms);
    QSignalSpy cuts(&proxy, &CuttingProxy::cut);
    QTcpSocket first;
    QTcpSocket second;
    first.connectToHost(QHostAddress(QHostAddress::LocalHost), proxy.port());
    second.connectToHost(QHostAddress(QHostAddress::LocalHost), proxy.port());
    QTRY_COMPARE(cuts.size(), 2);
    QTRY_COMPARE(first.state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(second.state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(server.openConnections(), 0);
}

void tst_CuttingProxy::cutsAfterRandomBytes()
{
    FakeServer server;
    CuttingProxy proxy(QHostAddress(QHostAddress::LocalHost), server.port(), 42);
    proxy.cutAfterRandomBytes(10, 20);
    int toClient = 0;
    for (int i = 1; i <= 10; ++i) {
        QTcpSocket client;
        QByteArray received;
        connect(&client, &QTcpSocket::readyRead, this, [&] { received += client.readAll(); });
        client.connectToHost(QHostAddress(QHostAddress::LocalHost), proxy.port());
        QTRY_VERIFY(received.size() >= 10 || proxy.cuts() == i);
        if (proxy.cuts() == i)
            ++toClient;
        else
            client.write(QByteArray(20, 'x'));
        QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(proxy.cuts(), i);
    }
    QVERIFY(toClient > 0 && toClient < 10);
    proxy.cutAfterRandomBytes(0, 0);
    QTcpSocket client;
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), proxy.port());
    QTRY_COMPARE(client.bytesAvailable(), greetingOf(11).size());
}

void tst_CuttingProxy::fallsSilent()
{
    FakeServer server;
    CuttingProxy proxy(QHostAddress(QHostAddress::LocalHost), server.port());
    proxy.fallSilentRandomly(1ms, 1ms);
    QTcpSocket client;
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), proxy.port());
    QTRY_COMPARE(proxy.silences(), 1);
    QTRY_VERIFY(server.connection());
    server.connection()->cut();
    QTRY_VERIFY(!server.connection()->isOpen());
    QTcpSocket witness;
    witness.connectToHost(QHostAddress(QHostAddress::LocalHost), proxy.port());
    QTRY_COMPARE(proxy.silences(), 2);
    QCOMPARE(client.state(), QAbstractSocket::ConnectedState);
    client.abort();
    witness.abort();
    QTRY_COMPARE(proxy.openConnections(), 0);
    QCOMPARE(proxy.cuts(), 0);
}

void tst_CuttingProxy::refusesWhileNotListening()
{
    FakeServer server;
    CuttingProxy proxy(QHostAddress(QHostAddress::LocalHost), server.port());
    proxy.stopListening();
    QTcpSocket client;
    QSignalSpy errors(&client, &QTcpSocket::errorOccurred);
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), proxy.port());
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(client.error(), QAbstractSocket::ConnectionRefusedError);
    proxy.listenAgain();
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), proxy.port());
    QTRY_VERIFY(client.bytesAvailable() > 0);
}

void tst_CuttingProxy::serverSendsByteByByte()
{
    FakeServer server;
    server.script().act([](FakeConnection &c) { c.setPortion(1); }).greet();
    QTcpSocket client;
    int reads = 0;
    QByteArray received;
    connect(&client, &QTcpSocket::readyRead, this, [&] {
        ++reads;
        received += client.readAll();
    });
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), server.port());
    QTRY_COMPARE(received, greetingOf(1));
    QVERIFY(reads > 10);
}

QTEST_GUILESS_MAIN(tst_CuttingProxy)

#include "tst_cuttingproxy.moc"
