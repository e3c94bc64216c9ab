// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"
#include "fakecertificates.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <QtNetwork/qtcpsocket.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using TlsMode = ConnectionOptions::TlsMode;

class tst_Transports : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void localSocket();
    void localSocketNeedsNoTls();
    void localSocketThatIsMissingIsTriedAgain();
    void killGoesThroughTheLocalSocket();
    void deviceOfTheCaller_data();
    void deviceOfTheCaller();
    void deviceGoesWithoutTlsWhereThatIsAllowed();
    void deviceIsMadeAgainForEverySession();
    void factoryWithoutDeviceFailsTheJobs();
    void clearPasswordNeedsOptInAndSafeChannel_data();
    void clearPasswordNeedsOptInAndSafeChannel();
};

void tst_Transports::localSocket()
{
    FakeServer server(FakeServer::Kind::Local);
    server.on("SELECT 1", [](FakeConnection &c) { c.result({"a"}, {FakeRow{"1"}}); });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(outcome->rows(), QList<QStringList>({{u"1"_s}}));
    QVERIFY(!connection.isEncrypted());
}

void tst_Transports::localSocketNeedsNoTls()
{
    FakeServer server(FakeServer::Kind::Local);
    ConnectionOptions options = optionsFor(server);
    options.setTlsMode(TlsMode::VerifyIdentity);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
}

void tst_Transports::localSocketThatIsMissingIsTriedAgain()
{
    FakeServer server(FakeServer::Kind::Local);
    server.stopListening();
    Connection connection(optionsFor(server));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_VERIFY(errors.size() >= 2);
    QCOMPARE(outcome->finished, 0);
    server.listenAgain();
    VERIFY_SUCCEEDS(outcome);
}

void tst_Transports::killGoesThroughTheLocalSocket()
{
    FakeServer server(FakeServer::Kind::Local);
    server.on("SELECT slow", FakeServer::stall);
    Connection connection(optionsFor(server));
    const auto [query, outcome] = runningQuery(&connection, server);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Rejected);
    QCOMPARE(server.countQuery("KILL QUERY 1"), 1);
}

void tst_Transports::deviceOfTheCaller_data()
{
    QTest::addColumn<bool>("isOpen");
    QTest::newRow("still opening") << false;
    QTest::newRow("open already") << true;
}

void tst_Transports::deviceOfTheCaller()
{
    QFETCH(const bool, isOpen);
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) { c.result({"a"}, {FakeRow{"1"}}); });
    ConnectionOptions options = optionsFor(server);
    const quint16 port = server.port();
    options.setPort(1);
    options.setDeviceFactory([port, isOpen](QObject *parent) {
        auto *socket = new QTcpSocket(parent);
        socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        if (isOpen)
            socket->waitForConnected();
        return socket;
    });
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(outcome->rows(), QList<QStringList>({{u"1"_s}}));
}

void tst_Transports::deviceGoesWithoutTlsWhereThatIsAllowed()
{
    FakeServer server;
    FakeGreeting greeting;
    greeting.capabilities |= Ssl;
    server.setGreeting(greeting);
    ConnectionOptions options = optionsFor(server);
    const quint16 port = server.port();
    options.setDeviceFactory([port](QObject *parent) {
        auto *socket = new QTcpSocket(parent);
        socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        return socket;
    });
    options.setTlsMode(TlsMode::Preferred);
    Connection preferring(options);
    VERIFY_SUCCEEDS(watch(preferring.execute(u"SELECT 1"_s)));

    options.setTlsMode(TlsMode::Required);
    Connection requiring(options);
    VERIFY_FAILS(watch(requiring.execute(u"SELECT 1"_s)), TlsNotOffered, NotSent);
    QVERIFY(server.userQueries(2).isEmpty());
}

void tst_Transports::deviceIsMadeAgainForEverySession()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    int made = 0;
    options.setDeviceFactory([&made, port = server.port()](QObject *parent) {
        ++made;
        auto *socket = new QTcpSocket(parent);
        socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        return socket;
    });
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    server.cutAll();
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
    QCOMPARE(made, 2);
}

void tst_Transports::factoryWithoutDeviceFailsTheJobs()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setQueueTimeout(200ms);
    options.setDeviceFactory([](QObject *) -> QIODevice * { return nullptr; });
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(outcome->errors, 1);
    QCOMPARE(outcome->error.execution(), Error::Execution::NotSent);
    QCOMPARE(server.connectionCount(), 0);
}

void tst_Transports::clearPasswordNeedsOptInAndSafeChannel_data()
{
    QTest::addColumn<FakeServer::Kind>("kind");
    QTest::addColumn<TlsMode>("mode");
    QTest::addColumn<bool>("isAllowed");
    QTest::addColumn<Error::Code>("code");
    const auto tcp = FakeServer::Kind::Tcp;
    const auto local = FakeServer::Kind::Local;
    const auto notSafe = Error::ChannelNotSecure;
    const auto notAllowed = Error::AuthenticationPluginNotAllowed;
    QTest::newRow("local socket") << local << TlsMode::Disabled << true << Error::NoError;
    QTest::newRow("TLS, identity verified")
        << tcp << TlsMode::VerifyIdentity << true << Error::NoError;
    QTest::newRow("TLS, authority verified") << tcp << TlsMode::VerifyCa << true << Error::NoError;
    QTest::newRow("TLS, not verified") << tcp << TlsMode::Required << true << notSafe;
    QTest::newRow("clear TCP") << tcp << TlsMode::Disabled << true << notSafe;
    QTest::newRow("local socket, no opt-in") << local << TlsMode::Disabled << false << notAllowed;
    QTest::newRow("TLS, no opt-in") << tcp << TlsMode::VerifyIdentity << false << notAllowed;
}

void tst_Transports::clearPasswordNeedsOptInAndSafeChannel()
{
    QFETCH(const FakeServer::Kind, kind);
    QFETCH(const TlsMode, mode);
    QFETCH(const bool, isAllowed);
    QFETCH(const Error::Code, code);
    FakeCertificates certificates;
    FakeServer server(kind);
    ConnectionOptions options = optionsFor(server);
    options.setTlsMode(mode);
    if (mode != TlsMode::Disabled) {
        server.setTls(certificates.server());
        if (!certificates.isValid())
            QSKIP("There is no openssl tool, or Qt was built without TLS");
        QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
        ssl.setCaCertificates(certificates.authority());
        options.setSslConfiguration(ssl);
    }
    if (isAllowed) {
        options.setAllowedAuthenticationPlugins(options.allowedAuthenticationPlugins()
                                                << u"mysql_clear_password"_s);
    }
    server.script()
        .greet()
        .expectLogin()
        .send(authSwitchPayload("mysql_clear_password", ""))
        .expectPacket()
        .ok();
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    const QByteArray password = Password.toLatin1() + '\0';
    if (code == Error::NoError) {
        VERIFY_SUCCEEDS(outcome);
        QCOMPARE(server.connection()->handshakePackets().constLast(), password);
        QCOMPARE(connection.isEncrypted(), kind == FakeServer::Kind::Tcp);
        QCOMPARE(server.userQueries(), QByteArrayList({"INSERT 1"}));
    } else {
        QTRY_COMPARE(outcome->finished, 1);
        QVERIFY2(outcome->failed(code), describe(outcome).constData());
        QCOMPARE(outcome->error.execution(), Error::Execution::NotSent);
        QTRY_COMPARE(server.openConnections(), 0);
        QVERIFY(!server.received().contains(Password.toLatin1()));
        QCOMPARE(server.queries(), QByteArrayList());
    }
}

QTEST_GUILESS_MAIN(tst_Transports)

#include "tst_transports.moc"
