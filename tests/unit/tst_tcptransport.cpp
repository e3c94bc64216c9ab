// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transportbench.h"

#include <QtNetwork/qhostinfo.h>
#include <QtTest/qtest.h>

#ifdef Q_OS_LINUX
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#endif

using namespace AsyncMySql::Transport;
using Kind = TransportError::Kind;

class tst_TcpTransport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsThatTheConnectionWasRefused();
    void tellsThatTheHostIsUnknown();
    void findsHostsByName();
    void sendsAtOnceAndKeepsAlive_data();
    void sendsAtOnceAndKeepsAlive();
    void speaksIpv6();
    void connectsToTheAddressInsteadOfTheHost();
    void closeBeforeItIsOpenEndsTheAttempt();
    void keepsWhatHasArrivedWhenTheConnectionBreaks_data();
    void keepsWhatHasArrivedWhenTheConnectionBreaks();
    void tellsThatTheConnectionTimedOut_data();
    void tellsThatTheConnectionTimedOut();
};

namespace {

/// A port where nobody listens.
quint16 deadPort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

} // namespace

void tst_TcpTransport::tellsThatTheConnectionWasRefused()
{
    TransportSettings settings;
    settings.host = u"127.0.0.1"_s;
    settings.port = deadPort();
    const auto transport = createTransport(settings);
    Recorder recorder(transport.get());
    transport->open();
    QCOMPARE(recorder.events, QStringList());
    QTRY_COMPARE(recorder.events, QStringList({u"closed"_s}));
    QCOMPARE(recorder.error.kind, Kind::Refused);
    QCOMPARE(recorder.error.message,
             u"Cannot connect to 127.0.0.1:%1: Connection refused"_s.arg(settings.port));
}

void tst_TcpTransport::tellsThatTheHostIsUnknown()
{
    TransportSettings settings;
    settings.host = u"no-such-host.invalid"_s;
    const auto transport = createTransport(settings);
    Recorder recorder(transport.get());
    transport->open();
    QTRY_COMPARE_WITH_TIMEOUT(recorder.events, QStringList({u"closed"_s}), 30'000);
    QCOMPARE(recorder.error.kind, Kind::HostNotFound);
    QVERIFY(recorder.error.message.contains(u"no-such-host.invalid:3306"_s));
}

void tst_TcpTransport::findsHostsByName()
{
    // A root without /etc/hosts, for one.
    if (QHostInfo::fromName(u"localhost"_s).error() != QHostInfo::NoError)
        QSKIP("this machine has no name localhost");
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tcp, nullptr));
    bench.settings.host = u"localhost"_s;
    bench.transport = createTransport(bench.settings);
    QVERIFY(bench.connectBoth());
    QCOMPARE(bench.transport->peerAddress(), QHostAddress(QHostAddress::LocalHost));
    QCOMPARE(bench.transport->peerName(), u"localhost:%1"_s.arg(bench.settings.port));
    QVERIFY(!bench.transport->isLocal());
    QVERIFY(!bench.transport->isEncrypted());
}

void tst_TcpTransport::sendsAtOnceAndKeepsAlive_data()
{
    QTest::addColumn<bool>("tlsPossible");
    QTest::newRow("plain socket") << false;
    QTest::newRow("socket that can start TLS") << true;
}

void tst_TcpTransport::sendsAtOnceAndKeepsAlive()
{
    QFETCH(const bool, tlsPossible);
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tcp, nullptr));
    bench.settings.tlsPossible = tlsPossible;
    bench.transport = createTransport(bench.settings);
    QVERIFY(bench.connectBoth());
    auto *socket = bench.transport->findChild<QTcpSocket *>();
    QVERIFY(socket);
    // Qt asks the system, it remembers nothing.
    QCOMPARE_NE(socket->socketOption(QAbstractSocket::LowDelayOption).toInt(), 0);
    QCOMPARE_NE(socket->socketOption(QAbstractSocket::KeepAliveOption).toInt(), 0);
}

void tst_TcpTransport::speaksIpv6()
{
    TransportBench bench;
    if (!bench.tcpServer.listen(QHostAddress::LocalHostIPv6))
        QSKIP("this machine has no IPv6 loopback");
    bench.settings.host = u"::1"_s;
    bench.settings.port = bench.tcpServer.serverPort();
    bench.transport = createTransport(bench.settings);
    QVERIFY(bench.connectBoth());
    QCOMPARE(bench.transport->peerName(), u"[::1]:%1"_s.arg(bench.settings.port));
    QCOMPARE(bench.transport->peerAddress(), QHostAddress(QHostAddress::LocalHostIPv6));
}

void tst_TcpTransport::connectsToTheAddressInsteadOfTheHost()
{
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tcp, nullptr));
    bench.settings.host = u"no-such-host.invalid"_s;
    bench.settings.address = QHostAddress(QHostAddress::LocalHost);
    bench.transport = createTransport(bench.settings);
    QVERIFY(bench.connectBoth());
    QCOMPARE(bench.transport->peerName(), u"no-such-host.invalid:%1"_s.arg(bench.settings.port));
}

void tst_TcpTransport::closeBeforeItIsOpenEndsTheAttempt()
{
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tcp, nullptr));
    Recorder recorder(bench.transport.get());
    bench.transport->open();
    bench.transport->close();
    QCOMPARE(recorder.events, QStringList());
    QTRY_COMPARE(recorder.events, QStringList({u"closed"_s}));
    QCOMPARE(recorder.error.kind, Kind::None);
}

void tst_TcpTransport::keepsWhatHasArrivedWhenTheConnectionBreaks_data()
{
    QTest::addColumn<bool>("tlsPossible");
    QTest::newRow("plain socket") << false;
    QTest::newRow("socket that can start TLS") << true;
}

void tst_TcpTransport::keepsWhatHasArrivedWhenTheConnectionBreaks()
{
    QFETCH(const bool, tlsPossible);
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tcp, nullptr));
    bench.settings.tlsPossible = tlsPossible;
    bench.transport = createTransport(bench.settings);
    QVERIFY(bench.connectBoth());
    Recorder recorder(bench.transport.get());
    bench.server()->write("why it ends"_ba);
    QTRY_COMPARE(bench.transport->bytesAvailable(), 11);
    // With unread bytes on its side the server's system resets the connection.
    bench.transport->write("unread"_ba);
    QTRY_VERIFY(bench.transport->bytesToWrite() == 0);
    QByteArray arrived;
    // Without a buffer of Qt's the end is noticed by whoever reads up to it.
    connect(TransportSignals::of(bench.transport.get()), &TransportSignals::readyRead, this,
            [&] { arrived += recorder.readAll(); });
    bench.tcpServer.sockets.last()->abort();
    arrived += recorder.readAll();
    QTRY_COMPARE(recorder.count(u"closed"_s), 1);
    QCOMPARE(recorder.error.kind, Kind::Closed);
    QCOMPARE(arrived + recorder.readAll(), "why it ends"_ba);
}

void tst_TcpTransport::tellsThatTheConnectionTimedOut_data()
{
    QTest::addColumn<bool>("tlsPossible");
    QTest::addColumn<bool>("looksForInput");
    QTest::newRow("plain socket") << false << false;
    QTest::newRow("plain socket that is asked first") << false << true;
    QTest::newRow("socket that can start TLS") << true << false;
}

// The system reports the error of a socket once, to whoever asks first: Qt must not take the rest
// for an orderly end. Keep-alive leads to the same error, after hours.
void tst_TcpTransport::tellsThatTheConnectionTimedOut()
{
#ifdef Q_OS_LINUX
    QFETCH(const bool, tlsPossible);
    QFETCH(const bool, looksForInput);
    TransportBench bench;
    QVERIFY(bench.start(TransportBench::Tcp, nullptr));
    bench.settings.tlsPossible = tlsPossible;
    bench.transport = createTransport(bench.settings);
    QVERIFY(bench.connectBoth());
    Recorder recorder(bench.transport.get());
    connect(TransportSignals::of(bench.transport.get()), &TransportSignals::readyRead, this,
            [&] { (void)recorder.readAll(); });
    auto *socket = bench.transport->findChild<QTcpSocket *>();
    const auto descriptor = static_cast<int>(socket->socketDescriptor());
    const unsigned timeout = 100; // in milliseconds
    QCOMPARE(::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout), 0);
    // A peer that reads nothing is asked now and then whether it has room for more. The bytes are
    // written beside Qt, which would notice the error when it writes the rest.
    bench.tcpServer.sockets.last()->setReadBufferSize(1);
    const QByteArray bytes(64 * 1024, 'x');
    while (::send(descriptor, bytes.constData(), bytes.size(), MSG_DONTWAIT) > 0)
        continue;
    if (looksForInput)
        QTRY_VERIFY(recorder.count(u"closed"_s) > 0 || bench.transport->lookForInput());
    QTRY_COMPARE_WITH_TIMEOUT(recorder.count(u"closed"_s), 1, 30'000);
    QCOMPARE(recorder.error.kind, Kind::Closed);
    QVERIFY2(recorder.error.message.contains(u"timed out"_s), qPrintable(recorder.error.message));
#else
    QSKIP("Connections cannot be made to time out here");
#endif
}

QTEST_GUILESS_MAIN(tst_TcpTransport)
#include "tst_tcptransport.moc"
