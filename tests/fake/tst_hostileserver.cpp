// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"
#include "fakecertificates.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using TlsMode = ConnectionOptions::TlsMode;

/// Attacks during connect, by a hostile server or somebody on the way to it: what reaches the wire,
/// and how the jobs end.
class tst_HostileServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void tlsWorks_data();
    void tlsWorks();
    void strippedTlsBitSendsNothing_data();
    void strippedTlsBitSendsNothing();
    void credentialsWaitForVerification_data();
    void credentialsWaitForVerification();
    void clearBytesBehindTheGreetingEndTheConnection();
    void clearBytesInsteadOfTlsEndTheConnection();
    void errorBeforeTlsIsLabelled();
    void errorWithClientCodeIsNotBelieved();
    void controlCharactersInErrorsAreHarmless();
    void switchToPluginThatShowsThePassword_data();
    void switchToPluginThatShowsThePassword();
    void fullAuthenticationInClearIsRefused_data();
    void fullAuthenticationInClearIsRefused();
    void publicKeyThatIsNoneIsRefused_data();
    void publicKeyThatIsNoneIsRefused();
    void selfSignedServerMustProveItself_data();
    void selfSignedServerMustProveItself();
    void nothingRunsBeforeTheServerIsVerified();
    void endlessAuthenticationEnds_data();
    void endlessAuthenticationEnds();
    void expensiveKeyDerivationIsRefused();
    void okWithoutProofIsNotBelieved();
    void stallsEndAtTheConnectTimeout_data();
    void stallsEndAtTheConnectTimeout();

private:
    ConnectionOptions tlsOptions(const FakeServer &server, TlsMode mode, bool hasAuthority = true)
    {
        ConnectionOptions options = optionsFor(server);
        options.setTlsMode(mode);
        if (hasAuthority) {
            QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
            ssl.setCaCertificates(m_certificates.authority());
            options.setSslConfiguration(ssl);
        }
        return options;
    }

    FakeCertificates m_certificates;
    QSslConfiguration m_goodServer;
    QSslConfiguration m_otherName;
    QSslConfiguration m_selfSigned;
};

void tst_HostileServer::initTestCase()
{
    m_goodServer = m_certificates.server();
    m_otherName = m_certificates.server(u"DNS:other.example.org"_s);
    m_selfSigned = m_certificates.selfSignedServer();
    if (!m_certificates.isValid())
        QSKIP("There is no openssl tool, or Qt was built without TLS");
}

// So that the refusals below are known to come from the attack.
void tst_HostileServer::tlsWorks_data()
{
    QTest::addColumn<TlsMode>("mode");
    QTest::newRow("preferred") << TlsMode::Preferred;
    QTest::newRow("required") << TlsMode::Required;
    QTest::newRow("verify CA") << TlsMode::VerifyCa;
    QTest::newRow("verify identity") << TlsMode::VerifyIdentity;
}

void tst_HostileServer::tlsWorks()
{
    QFETCH(const TlsMode, mode);
    FakeServer server;
    server.setTls(m_goodServer);
    server.on("SELECT 1", [](FakeConnection &c) { c.result({"a"}, {FakeRow{"1"}}); });
    Connection connection(tlsOptions(server, mode));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(outcome->rows(), QList<QStringList>({{u"1"_s}}));
    QVERIFY(connection.isEncrypted());
    QVERIFY(server.connection()->isEncrypted());
}

// Row 1 (CVE-2015-3152).
void tst_HostileServer::strippedTlsBitSendsNothing_data()
{
    QTest::addColumn<TlsMode>("mode");
    QTest::newRow("required") << TlsMode::Required;
    QTest::newRow("verify CA") << TlsMode::VerifyCa;
    QTest::newRow("verify identity") << TlsMode::VerifyIdentity;
}

void tst_HostileServer::strippedTlsBitSendsNothing()
{
    QFETCH(const TlsMode, mode);
    FakeServer server;
    Connection connection(tlsOptions(server, mode));
    VERIFY_FAILS(watch(connection.execute(u"SELECT 1"_s)), TlsNotOffered, NotSent);
    QTRY_COMPARE(server.openConnections(), 0);
    QVERIFY(server.received().isEmpty());
}

// Row 2 (CVE-2017-3305).
void tst_HostileServer::credentialsWaitForVerification_data()
{
    QTest::addColumn<TlsMode>("mode");
    QTest::addColumn<bool>("isSelfSigned");
    QTest::newRow("unknown authority, verify CA") << TlsMode::VerifyCa << true;
    QTest::newRow("unknown authority, verify identity") << TlsMode::VerifyIdentity << true;
    QTest::newRow("other name, verify identity") << TlsMode::VerifyIdentity << false;
}

void tst_HostileServer::credentialsWaitForVerification()
{
    QFETCH(const TlsMode, mode);
    QFETCH(const bool, isSelfSigned);
    FakeServer server;
    server.setTls(isSelfSigned ? m_selfSigned : m_otherName);
    Connection connection(tlsOptions(server, mode));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_FAILS(outcome, CertificateRejected, NotSent);
    QTRY_COMPARE(server.openConnections(), 0);
    // The request for TLS, and nothing after it.
    QCOMPARE(server.connection()->handshakePackets().size(), 1);
    QCOMPARE(server.connection()->handshakePackets().constFirst().size(), 32);
    QVERIFY(!server.received().contains("anna"));
    QCOMPARE(server.connectionCount(), 1);
}

// Row 3.
void tst_HostileServer::clearBytesBehindTheGreetingEndTheConnection()
{
    FakeServer server;
    server.setTls(m_goodServer);
    FakeGreeting greeting;
    greeting.capabilities |= Ssl;
    // One write, so that both come together: the OK would end the login.
    server.script().sendRaw(packet(greetingPayload(greeting), 0)
                            + packet(okPayload({}, greeting.capabilities), 2));
    Connection connection(tlsOptions(server, TlsMode::Required));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_FAILS(outcome, ProtocolError, NotSent);
    QTRY_COMPARE(server.openConnections(), 0);
    QVERIFY(!server.received().contains("anna"));
    QCOMPARE(server.queries(), QByteArrayList());
}

void tst_HostileServer::clearBytesInsteadOfTlsEndTheConnection()
{
    FakeServer server;
    FakeGreeting greeting;
    greeting.capabilities |= Ssl;
    server.script().greet(greeting).expectTlsRequest().ok();
    Connection connection(tlsOptions(server, TlsMode::Required));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QVERIFY2(outcome->failed(Error::ProtocolError) || outcome->failed(Error::TlsFailed),
             describe(outcome).constData());
    QVERIFY(!server.received().contains("anna"));
    QVERIFY(server.failures().isEmpty());
}

// Row 4.
void tst_HostileServer::errorBeforeTlsIsLabelled()
{
    FakeServer server;
    server.script().error(1045, "28000", "Call 555-0100 to get in").cut();
    Connection connection(tlsOptions(server, TlsMode::VerifyIdentity));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_COMPARE(outcome->finished, 1);
    const QString message = outcome->error.message();
    QVERIFY2(message.contains(u"Call 555-0100"), qPrintable(message));
    QVERIFY2(message.contains(u"not authenticated"_s, Qt::CaseInsensitive), qPrintable(message));
    QVERIFY(server.received().isEmpty());
}

// Row 4: numbers above 2000 are those of client libraries.
void tst_HostileServer::errorWithClientCodeIsNotBelieved()
{
    FakeServer server;
    server.script().greet().expectLogin().error(2013, "HY000", "Lost connection").cut();
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_FAILS(outcome, ProtocolError, NotSent);
    QCOMPARE(outcome->error.serverErrorNumber(), 0);
}

void tst_HostileServer::controlCharactersInErrorsAreHarmless()
{
    FakeServer server;
    server.script().greet().expectLogin().error(1045, "28000", "No\x1B[2J\r\nfake line\a").cut();
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_FAILS(outcome, AccessDenied, NotSent);
    const QString message = outcome->error.message();
    QVERIFY2(!message.contains(u'\x1B') && !message.contains(u'\a') && !message.contains(u'\r'),
             qPrintable(message));
}

// Row 5 (GHSA-473q-m89c-ghf8).
void tst_HostileServer::switchToPluginThatShowsThePassword_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<bool>("isTls");
    for (const char *plugin : {"mysql_clear_password", "dialog", "sha256_password",
                               "caching_sha2_password", "authentication_openid_connect_client"}) {
        const QByteArray request = authSwitchPayload(plugin, "abcdefghijklmnopqrst");
        QTest::addRow("%s, in clear", plugin) << request << false;
        // Without verification TLS protects nothing from who is at its other end, but that is what
        // the mode says; these are not allowed all the same.
        if (qstrcmp(plugin, "sha256_password") != 0
            && qstrcmp(plugin, "caching_sha2_password") != 0)
            QTest::addRow("%s, unverified TLS", plugin) << request << true;
    }
    QTest::newRow("the method before 4.1") << "\xFE"_ba << false;
}

void tst_HostileServer::switchToPluginThatShowsThePassword()
{
    QFETCH(const QByteArray, request);
    QFETCH(const bool, isTls);
    FakeServer server;
    if (isTls)
        server.setTls(m_selfSigned);
    server.script()
        .greet()
        .expectLogin()
        .send(request)
        .expectPacket()
        // caching_sha2_password: full authentication.
        .send("\x01\x04"_ba)
        .expectPacket();
    ConnectionOptions options
        = tlsOptions(server, isTls ? TlsMode::Required : TlsMode::Disabled, false);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(outcome->errors, 1);
    QCOMPARE(outcome->error.category(), Error::Category::Authentication);
    QCOMPARE(outcome->error.execution(), Error::Execution::NotSent);
    QTRY_COMPARE(server.openConnections(), 0);
    QVERIFY(!server.received().contains(Password.toLatin1()));
    QCOMPARE(server.connectionCount(), 1);
}

// Row 6.
void tst_HostileServer::fullAuthenticationInClearIsRefused_data()
{
    QTest::addColumn<QByteArray>("plugin");
    QTest::newRow("caching_sha2_password") << "caching_sha2_password"_ba;
    QTest::newRow("sha256_password") << "sha256_password"_ba;
}

void tst_HostileServer::fullAuthenticationInClearIsRefused()
{
    QFETCH(const QByteArray, plugin);
    FakeServer server;
    FakeGreeting greeting;
    greeting.plugin = plugin;
    server.script().greet(greeting).expectLogin().send("\x01\x04"_ba).expectPacket();
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(outcome->errors, 1);
    QVERIFY(!server.received().contains(Password.toLatin1()));
    // Not even asked for a key.
    QCOMPARE(server.connection()->handshakePackets().size(), 1);
}

void tst_HostileServer::publicKeyThatIsNoneIsRefused_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::newRow("no PEM") << "hello"_ba;
    QTest::newRow("empty") << ""_ba;
    QTest::newRow("broken PEM")
        << "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"_ba;
    // Ed25519, made for this test.
    QTest::newRow("not RSA") << "-----BEGIN PUBLIC KEY-----\n"
                                "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                                "-----END PUBLIC KEY-----\n"_ba;
    QTest::newRow("huge") << "-----BEGIN PUBLIC KEY-----\n"_ba + QByteArray(1'200'000, 'A');
}

void tst_HostileServer::publicKeyThatIsNoneIsRefused()
{
    QFETCH(const QByteArray, key);
    FakeServer server;
    FakeGreeting greeting;
    greeting.plugin = "caching_sha2_password";
    server.script()
        .greet(greeting)
        .expectLogin()
        .send("\x01\x04"_ba)
        .expectPacket()
        .send('\x01' + key)
        .expectPacket();
    ConnectionOptions options = optionsFor(server);
    options.setPublicKeyRetrievalAllowed(true);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(outcome->errors, 1);
    QVERIFY(!server.received().contains(Password.toLatin1()));
    // The login and the request for the key.
    QCOMPARE(server.connection()->handshakePackets().size(), 2);
    QCOMPARE(server.connection()->handshakePackets().constLast(), "\x02"_ba);
    QCOMPARE(server.connectionCount(), 1);
}

// Row 7.
void tst_HostileServer::selfSignedServerMustProveItself_data()
{
    QTest::addColumn<QByteArray>("info");
    QTest::newRow("no proof") << ""_ba;
    QTest::newRow("another proof") << '\x01' + QByteArray(64, 'a');
    QTest::newRow("no hexadecimal") << '\x01' + QByteArray(64, 'z');
    QTest::newRow("too short") << "\x01"_ba;
    QTest::newRow("too long") << '\x01' + QByteArray(65, 'a');
}

void tst_HostileServer::selfSignedServerMustProveItself()
{
    QFETCH(const QByteArray, info);
    FakeServer server;
    server.setTls(m_selfSigned);
    Ok ok;
    ok.info = info;
    server.script().greet(FakeGreeting::mariaDb()).expectLogin().ok(ok);
    Connection connection(tlsOptions(server, TlsMode::VerifyIdentity, false));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_FAILS(outcome, ServerNotVerified, NotSent);
    QCOMPARE(server.queries(), QByteArrayList());
    QCOMPARE(server.connectionCount(), 1);
}

// Row 7: before the proof no statement, and no error text is believed.
void tst_HostileServer::nothingRunsBeforeTheServerIsVerified()
{
    FakeServer server;
    server.setTls(m_selfSigned);
    server.script()
        .greet(FakeGreeting::mariaDb())
        .expectLogin()
        .error(1045, "28000", "Call 555-0100");
    ConnectionOptions options = tlsOptions(server, TlsMode::VerifyIdentity, false);
    options.setInitStatements({u"CALL init()"_s});
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_COMPARE(outcome->finished, 1);
    const QString message = outcome->error.message();
    QVERIFY2(message.contains(u"not authenticated"_s, Qt::CaseInsensitive), qPrintable(message));
    QCOMPARE(server.queries(), QByteArrayList());
}

// Row 8.
void tst_HostileServer::endlessAuthenticationEnds_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("switches") << authSwitchPayload("mysql_native_password", "abcdefghijklmnopqrst");
    QTest::newRow("data of plugins") << "\x01more"_ba;
    QTest::newRow("factors") << "\x02mysql_native_password\0abcdefghijklmnopqrst"_ba;
    QTest::newRow("empty packets") << ""_ba;
    QTest::newRow("progress reports")
        << QByteArray("\xFF\xFF\xFF\x01\x01\x01\x00\x00\x00\x04text", 14);
}

void tst_HostileServer::endlessAuthenticationEnds()
{
    QFETCH(const QByteArray, payload);
    FakeServer server;
    Script &script = server.script().greet().expectLogin();
    for (int i = 0; i < 200; ++i)
        script.send(payload).wait(1ms);
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(outcome->errors, 1);
    QCOMPARE(outcome->error.execution(), Error::Execution::NotSent);
    QTRY_COMPARE(server.openConnections(), 0);
    QVERIFY(server.connection(1)->handshakePackets().size() < 20);
    QCOMPARE(server.queries(), QByteArrayList());
}

// Row 9: 2^30 rounds of PBKDF2.
void tst_HostileServer::expensiveKeyDerivationIsRefused()
{
    FakeServer server;
    server.script()
        .greet(FakeGreeting::mariaDb())
        .expectLogin()
        .send(authSwitchPayload("parsec", QByteArray(32, 'x')))
        .expectPacket()
        .send("P\x14"_ba + QByteArray(18, 's'))
        .expectPacket();
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(outcome->errors, 1);
    QCOMPARE(outcome->error.category(), Error::Category::Authentication);
    QVERIFY(server.connection()->handshakePackets().size() <= 2);
}

// Row 10: an OK to a login that asked for no proof of the password.
void tst_HostileServer::okWithoutProofIsNotBelieved()
{
    FakeServer server;
    server.setTls(m_selfSigned);
    FakeGreeting greeting = FakeGreeting::mariaDb();
    greeting.plugin = "client_ed25519";
    server.script().greet(greeting).expectLogin().ok();
    Connection connection(tlsOptions(server, TlsMode::VerifyIdentity, false));
    VERIFY_FAILS(watch(connection.execute(u"SELECT 1"_s)), ServerNotVerified, NotSent);
    QCOMPARE(server.queries(), QByteArrayList());
}

// Row 28: every packet may come in time, and the whole must end all the same.
void tst_HostileServer::stallsEndAtTheConnectTimeout_data()
{
    QTest::addColumn<QString>("stall");
    QTest::newRow("greeting byte by byte") << u"trickle"_s;
    QTest::newRow("TLS never starts") << u"tls"_s;
    QTest::newRow("setup never answered") << u"setup"_s;
}

void tst_HostileServer::stallsEndAtTheConnectTimeout()
{
    QFETCH(const QString, stall);
    FakeServer server;
    TlsMode mode = TlsMode::Disabled;
    if (stall == u"trickle") {
        const QByteArray greeting = packet(greetingPayload(FakeGreeting()), 0);
        Script &script = server.script();
        for (const char byte : greeting)
            script.sendRaw(QByteArray(1, byte)).wait(20ms);
    } else if (stall == u"tls") {
        FakeGreeting greeting;
        greeting.capabilities |= Ssl;
        server.script().greet(greeting).expectTlsRequest().hold();
        mode = TlsMode::Required;
    } else {
        server.on("CALL init()", FakeServer::stall);
    }
    ConnectionOptions options = tlsOptions(server, mode);
    options.setInitStatements({u"CALL init()"_s});
    options.setConnectTimeout(150ms);
    Connection connection(options);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_VERIFY(!errors.isEmpty());
    QCOMPARE(errors.constFirst().constFirst().value<Error>().code(), Error::ConnectTimeout);
    QTRY_VERIFY(!server.connection(1)->isOpen());
    QVERIFY(!server.queries(1).contains("SELECT 1"));
}

QTEST_GUILESS_MAIN(tst_HostileServer)

#include "tst_hostileserver.moc"
