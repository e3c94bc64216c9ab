// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "handshakescript.h"
#include "memorytransport.h"
#include "packetchannel.h"
#include "packetwriter.h"
#include "sessionauthenticator.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

using Result = SessionAuthenticator::Result;

namespace {

/// MySQL's, without the TLS that it would offer.
GreetingPacket clearGreeting(const QByteArray &plugin = "mysql_native_password")
{
    return {"9.7.0", plugin, GreetingPacket::mySqlCapabilities() & ~Capability::Ssl};
}

GreetingPacket tlsGreeting()
{
    return {"9.7.0", "mysql_native_password", GreetingPacket::mySqlCapabilities()};
}

/// A transport that has just been opened, and what authenticates over it.
struct Bench final : SessionAuthenticator::Listener
{
    explicit Bench(const HandshakeSettings &settings = defaultSettings())
        : channel(&transport, {})
        , authenticator(settings, &transport, &channel, nullptr, this, &context)
    {
    }

    void authenticationContinued(Result result) override { derived.append(result); }

    /// The server sends \a payload; the result of the last packet that could be handled.
    Result receive(const QByteArray &payload)
    {
        Wire::appendPacket(&transport.incoming, payload, &sequence);
        return handleIncoming();
    }
    Result handleIncoming()
    {
        Result result = Result::Pending;
        while (result == Result::Pending && authenticator.acceptsPackets()) {
            Wire::Packet packet;
            if (channel.next(&packet) == Wire::PacketReader::Status::Ready) {
                inOrder = inOrder && channel.isInOrder(packet);
                channel.acceptPacket(packet);
                result = authenticator.handlePacket(packet.payload);
            } else if (channel.receive() != PacketChannel::Input::Received) {
                break;
            }
        }
        return result;
    }
    /// The packets that the client has sent since the last call; the server counts them.
    QList<QByteArray> takeSent()
    {
        QList<QByteArray> packets;
        while (!transport.written.isEmpty()) {
            const qsizetype size = static_cast<quint8>(transport.written.at(0))
                                   | static_cast<quint8>(transport.written.at(1)) << 8;
            inOrder = inOrder && static_cast<quint8>(transport.written.at(3)) == sequence;
            ++sequence;
            packets.append(transport.written.mid(4, size));
            transport.written.remove(0, 4 + size);
        }
        return packets;
    }

    MemoryTransport transport;
    PacketChannel channel;
    QObject context;
    SessionAuthenticator authenticator;
    QList<Result> derived;
    quint8 sequence = 0;
    bool inOrder = true;
};

} // namespace

class tst_SessionAuthenticator : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void authenticatesInClear();
    void authenticatesCutAtEveryByte();
    void reportsWhyItFailed();
    void startsTls();
    void refusesBytesBehindTheGreeting();
    void refusesBytesInClearWhileTlsIsStarted();
    void takesEncryptedBytesWhileTlsIsStarted();
    void derivesKeysInAnotherThread();
    void isSilentWhenCancelled();
};

void tst_SessionAuthenticator::authenticatesInClear()
{
    Bench bench;
    QVERIFY(bench.authenticator.acceptsPackets());
    QCOMPARE(bench.receive(clearGreeting().bytes()), Result::Pending);
    const QList<QByteArray> sent = bench.takeSent();
    QCOMPARE(sent.size(), 1);
    QCOMPARE(ClientResponse::parse(sent.constFirst()).user, "anna");
    QCOMPARE(bench.receive(okPacket()), Result::Authenticated);
    QVERIFY(bench.inOrder);
    QVERIFY(!bench.channel.awaitsAnswer());
    QCOMPARE(bench.authenticator.handshake().authenticationPlugin(), "mysql_native_password");
}

void tst_SessionAuthenticator::authenticatesCutAtEveryByte()
{
    Bench whole;
    QCOMPARE(whole.receive(clearGreeting().bytes()), Result::Pending);
    const QList<QByteArray> response = whole.takeSent();
    QByteArray greeting;
    quint8 sequence = 0;
    Wire::appendPacket(&greeting, clearGreeting().bytes(), &sequence);
    for (qsizetype cut = 0; cut < greeting.size(); ++cut) {
        Bench bench;
        bench.transport.incoming = greeting.first(cut);
        QCOMPARE(bench.handleIncoming(), Result::Pending);
        QVERIFY(bench.transport.written.isEmpty());
        bench.transport.incoming = greeting.sliced(cut);
        bench.sequence = 1;
        QCOMPARE(bench.handleIncoming(), Result::Pending);
        QCOMPARE(bench.takeSent(), response);
        QCOMPARE(bench.receive(okPacket()), Result::Authenticated);
    }
}

void tst_SessionAuthenticator::reportsWhyItFailed()
{
    Bench bench;
    QCOMPARE(bench.receive(clearGreeting().bytes()), Result::Pending);
    QCOMPARE(bench.takeSent().size(), 1);
    QCOMPARE(bench.receive(errorPacket(1045, "Access denied")), Result::Failed);
    QCOMPARE(bench.authenticator.failure().code, FailureCode::ServerError);
    QCOMPARE(bench.authenticator.failure().serverErrorNumber, 1045);
    QCOMPARE(bench.authenticator.failure().message, u"Access denied"_s);
}

void tst_SessionAuthenticator::startsTls()
{
    Bench bench;
    QCOMPARE(bench.receive(tlsGreeting().bytes()), Result::Pending);
    QVERIFY(bench.authenticator.isStartingTls());
    QVERIFY(!bench.authenticator.acceptsPackets());
    QCOMPARE(bench.transport.tlsStarts, 1);
    // The request for TLS alone, without the user.
    const QList<QByteArray> request = bench.takeSent();
    QCOMPARE(request.size(), 1);
    QCOMPARE(request.constFirst().size(), 32);
    QCOMPARE(bench.authenticator.checkInput(), Result::Pending);

    bench.transport.encrypted = true;
    QCOMPARE(bench.authenticator.tlsStarted(), Result::Pending);
    QVERIFY(!bench.authenticator.isStartingTls());
    QVERIFY(bench.authenticator.acceptsPackets());
    const QList<QByteArray> response = bench.takeSent();
    QCOMPARE(response.size(), 1);
    QCOMPARE(ClientResponse::parse(response.constFirst()).user, "anna");
    QCOMPARE(bench.receive(okPacket()), Result::Authenticated);
    QVERIFY(bench.inOrder);
}

void tst_SessionAuthenticator::refusesBytesBehindTheGreeting()
{
    Bench bench;
    quint8 sequence = 1;
    QByteArray injected;
    Wire::appendPacket(&injected, okPacket(), &sequence);
    Wire::appendPacket(&bench.transport.incoming, tlsGreeting().bytes(), &bench.sequence);
    bench.transport.incoming += injected.first(1);
    QCOMPARE(bench.handleIncoming(), Result::Failed);
    QCOMPARE(bench.authenticator.failure().code, FailureCode::ClearBytesBeforeTls);
    QCOMPARE(bench.transport.tlsStarts, 0);
}

void tst_SessionAuthenticator::refusesBytesInClearWhileTlsIsStarted()
{
    Bench bench;
    QCOMPARE(bench.receive(tlsGreeting().bytes()), Result::Pending);
    bench.transport.incoming = "x";
    QCOMPARE(bench.authenticator.checkInput(), Result::Failed);
    QCOMPARE(bench.authenticator.failure().code, FailureCode::ClearBytesBeforeTls);

    // They were read before TLS was there.
    Bench read;
    QCOMPARE(read.receive(tlsGreeting().bytes()), Result::Pending);
    read.transport.incoming = "x";
    QCOMPARE(read.channel.receive(), PacketChannel::Input::Received);
    read.transport.encrypted = true;
    QCOMPARE(read.takeSent().size(), 1);
    QCOMPARE(read.authenticator.tlsStarted(), Result::Failed);
    QCOMPARE(read.authenticator.failure().code, FailureCode::ClearBytesBeforeTls);
    QVERIFY(read.transport.written.isEmpty());
}

void tst_SessionAuthenticator::takesEncryptedBytesWhileTlsIsStarted()
{
    Bench bench;
    QCOMPARE(bench.receive(tlsGreeting().bytes()), Result::Pending);
    bench.transport.incoming = "x";
    bench.transport.encrypted = true;
    QCOMPARE(bench.authenticator.checkInput(), Result::Pending);
    QCOMPARE(bench.authenticator.tlsStarted(), Result::Pending);
}

void tst_SessionAuthenticator::derivesKeysInAnotherThread()
{
    if (!AuthenticationPlugin::supportedPlugins().contains("parsec"))
        QSKIP("Built without libsodium.");
    Bench bench;
    QCOMPARE(bench.receive(clearGreeting("parsec").bytes()), Result::Pending);
    QVERIFY(!bench.takeSent().isEmpty());
    QCOMPARE(bench.receive(switchPacket("parsec", QByteArray(32, '\x11'))), Result::Pending);
    QVERIFY(!bench.takeSent().isEmpty());
    QCOMPARE(bench.receive(dataPacket(QByteArray("P\0", 2) + QByteArray(18, 's'))),
             Result::Pending);
    QVERIFY(!bench.authenticator.acceptsPackets());
    QCOMPARE(bench.derived.size(), 0);
    QTRY_COMPARE(bench.derived.size(), 1);
    QCOMPARE(bench.derived.constFirst(), Result::Pending);
    QVERIFY(bench.authenticator.acceptsPackets());
    // Both scrambles, signed.
    const QList<QByteArray> sent = bench.takeSent();
    QCOMPARE(sent.size(), 1);
    QCOMPARE(sent.constFirst().size(), 32 + 64);
    QCOMPARE(bench.receive(okPacket()), Result::Authenticated);
    QVERIFY(bench.inOrder);
}

void tst_SessionAuthenticator::isSilentWhenCancelled()
{
    if (!AuthenticationPlugin::supportedPlugins().contains("parsec"))
        QSKIP("Built without libsodium.");
    Bench bench;
    QCOMPARE(bench.receive(clearGreeting("mysql_native_password").bytes()), Result::Pending);
    QCOMPARE(bench.takeSent().size(), 1);
    QCOMPARE(bench.receive(switchPacket("parsec", QByteArray(32, '\x11'))), Result::Pending);
    QVERIFY(!bench.takeSent().isEmpty());
    QCOMPARE(bench.receive(dataPacket(QByteArray("P\0", 2) + QByteArray(18, 's'))),
             Result::Pending);
    bench.authenticator.cancel();
    QVERIFY(!QTest::qWaitFor(
        [&] { return !bench.derived.isEmpty() || !bench.transport.written.isEmpty(); }, 200));
}

QTEST_GUILESS_MAIN(tst_SessionAuthenticator)
#include "tst_sessionauthenticator.moc"
