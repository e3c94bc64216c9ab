// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "authenticationplugin.h"
#include "bytes.h"
#include "handshakescript.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

using Kind = AuthenticationPlugin::Action::Kind;

Q_DECLARE_METATYPE(ChannelState)

namespace {

// The vectors of mysql_native_password and caching_sha2_password that other clients test with.
const QByteArray knownScramble = QByteArray::fromHex("4e523348503a714959615f393d64623f53647b60");
const QByteArray knownPassword = "G!ider27"_ba;

AuthenticationContext contextFor(const QByteArray &password,
                                 const ChannelState &channel = clearTcp())
{
    AuthenticationContext context;
    context.password = Secret(password);
    context.channel = channel;
    context.policy.allowedPlugins = AuthenticationPlugin::supportedPlugins();
    return context;
}

/// These begin with something else, or nothing.
bool hasNoScramble(const QByteArray &plugin)
{
    return plugin == "mysql_clear_password" || plugin == "dialog"
           || plugin == "authentication_ldap_sasl_client"
           || plugin == "authentication_openid_connect_client";
}

} // namespace

class tst_AuthenticationPlugins : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsItsPluginsByTheirLiteralNames();
    void saysWhyAPluginIsNotSupported();
    void answersAScramble_data();
    void answersAScramble();
    void refusesAScrambleOfAnotherLength_data();
    void refusesAScrambleOfAnotherLength();
    void refusesDataThatNoPluginAskedFor_data();
    void refusesDataThatNoPluginAskedFor();
    void nativePasswordProvesTheServerByItsHash();
    void fastPathOfCachingSha2WaitsForOk();
    void fullAuthenticationNeedsASecureChannel_data();
    void fullAuthenticationNeedsASecureChannel();
    void cachingSha2RefusesStepsThatItDoesNotKnow_data();
    void cachingSha2RefusesStepsThatItDoesNotKnow();
    void sha256NeedsASecureChannel_data();
    void sha256NeedsASecureChannel();
    void clearPasswordNeedsAVerifiedServer_data();
    void clearPasswordNeedsAVerifiedServer();
    void nothingIsSentToAServerThatMustBeVerifiedButCannotBe_data();
    void nothingIsSentToAServerThatMustBeVerifiedButCannotBe();
    void noFailureQuotesThePassword();
};

void tst_AuthenticationPlugins::knowsItsPluginsByTheirLiteralNames()
{
    const QList<QByteArray> names = AuthenticationPlugin::supportedPlugins();
    for (const QByteArray &name : {"mysql_native_password"_ba, "caching_sha2_password"_ba,
                                   "sha256_password"_ba, "mysql_clear_password"_ba}) {
        QVERIFY2(names.contains(name), name);
    }
    for (const QByteArray &name : names) {
        const auto plugin = AuthenticationPlugin::create(name, contextFor("x"));
        QVERIFY2(plugin, name);
        QCOMPARE(plugin->name(), name);
        QVERIFY(AuthenticationPlugin::unsupportedReason(name).isEmpty());
        QVERIFY(!AuthenticationPlugin::create(name.toUpper(), contextFor("x")));
        QVERIFY(!AuthenticationPlugin::create(name + 'x', contextFor("x")));
        QVERIFY(!AuthenticationPlugin::create(name.chopped(1), contextFor("x")));
    }
}

void tst_AuthenticationPlugins::saysWhyAPluginIsNotSupported()
{
    QVERIFY(!AuthenticationPlugin::create("auth_gssapi_client", contextFor("x")));
    QVERIFY(AuthenticationPlugin::unsupportedReason("auth_gssapi_client").contains("Kerberos"_L1));
    QVERIFY(!AuthenticationPlugin::create("no_such_plugin", contextFor("x")));
    QCOMPARE(AuthenticationPlugin::unsupportedReason("no_such_plugin"),
             u"it is not supported by this client"_s);
    if (!AuthenticationPlugin::supportedPlugins().contains("parsec")) {
        QCOMPARE(AuthenticationPlugin::unsupportedReason("parsec"),
                 u"the library was built without libsodium"_s);
        QVERIFY(!AuthenticationPlugin::create("parsec", contextFor("x")));
    }
}

void tst_AuthenticationPlugins::answersAScramble_data()
{
    QTest::addColumn<QByteArray>("plugin");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<QByteArray>("reply");

    QTest::newRow("native") << "mysql_native_password"_ba << knownPassword
                            << QByteArray::fromHex("09cff8855e9e705340ff2270d8fb9fadba906b70");
    QTest::newRow("caching_sha2") << "caching_sha2_password"_ba << knownPassword
                                  << QByteArray::fromHex("4f97bbfd202401c42a69deaae53bda07"
                                                         "7ed7578563c1a80eb816c82119b68d2e");
    // UTF-8, computed with Python's hashlib by the documented formulas.
    QTest::newRow("native, not ASCII")
        << "mysql_native_password"_ba << u"pässwörd-密碼"_s.toUtf8()
        << QByteArray::fromHex("646f395e945e23423fc0b09902d50c092c21a910");
    QTest::newRow("caching_sha2, not ASCII")
        << "caching_sha2_password"_ba << u"pässwörd-密碼"_s.toUtf8()
        << QByteArray::fromHex("83e5de8a45d46e404d3716fe6f0120e1"
                               "7b311cf771ecc0d22cb578f11724fb3e");
    QTest::newRow("native, empty") << "mysql_native_password"_ba
                                   << ""_ba
                                   << ""_ba;
    QTest::newRow("caching_sha2, empty") << "caching_sha2_password"_ba
                                         << ""_ba
                                         << ""_ba;
    QTest::newRow("sha256, empty") << "sha256_password"_ba
                                   << ""_ba << QByteArray(1, '\0');
}

void tst_AuthenticationPlugins::answersAScramble()
{
    QFETCH(QByteArray, plugin);
    QFETCH(QByteArray, password);
    QFETCH(QByteArray, reply);

    const auto machine = AuthenticationPlugin::create(plugin, contextFor(password));
    QVERIFY(!machine->isComplete());
    const AuthenticationPlugin::Action actual = machine->start(knownScramble);
    QCOMPARE(actual.kind, Kind::Send);
    QCOMPARE(actual.payload.toHex(), reply.toHex());
    QVERIFY(machine->isComplete());
}

void tst_AuthenticationPlugins::refusesAScrambleOfAnotherLength_data()
{
    QTest::addColumn<QByteArray>("plugin");
    QTest::addColumn<int>("size");

    for (const QByteArray &name : AuthenticationPlugin::supportedPlugins()) {
        if (hasNoScramble(name))
            continue;
        for (const int size : {0, 8, 19, 21, 31, 33, 1000})
            QTest::addRow("%s, %d", name.constData(), size) << name << size;
    }
}

void tst_AuthenticationPlugins::refusesAScrambleOfAnotherLength()
{
    QFETCH(QByteArray, plugin);
    QFETCH(int, size);

    const auto machine = AuthenticationPlugin::create(plugin, contextFor("secret", verifiedTls()));
    const AuthenticationPlugin::Action action = machine->start(QByteArray(size, 'x'));
    QCOMPARE(action.kind, Kind::Fail);
    QCOMPARE(action.failure.code, FailureCode::MalformedPacket);
    QVERIFY(action.payload.isEmpty());
    QVERIFY(!machine->isComplete());
}

void tst_AuthenticationPlugins::refusesDataThatNoPluginAskedFor_data()
{
    QTest::addColumn<QByteArray>("plugin");
    QTest::addColumn<int>("scrambleSize");

    for (const QByteArray &name : AuthenticationPlugin::supportedPlugins()) {
        if (name == "parsec" || name == "caching_sha2_password" || name == "dialog"
            || name == "authentication_ldap_sasl_client")
            continue; // these do ask
        QTest::addRow("%s", name.constData()) << name << (name == "client_ed25519" ? 32 : 20);
    }
}

void tst_AuthenticationPlugins::refusesDataThatNoPluginAskedFor()
{
    QFETCH(QByteArray, plugin);
    QFETCH(int, scrambleSize);

    const auto machine = AuthenticationPlugin::create(plugin, contextFor("secret", verifiedTls()));
    QCOMPARE(machine->start(QByteArray(scrambleSize, 'x')).kind, Kind::Send);
    const AuthenticationPlugin::Action action = machine->handleData("\x04");
    QCOMPARE(action.kind, Kind::Fail);
    QCOMPARE(action.failure.code, FailureCode::UnexpectedPacket);
    QCOMPARE(machine->keyDerived("key").failure.code, FailureCode::UnexpectedPacket);
}

void tst_AuthenticationPlugins::nativePasswordProvesTheServerByItsHash()
{
    // The account's stored hash: SELECT PASSWORD('secret').
    const QByteArray hash = QByteArray::fromHex("14e65567abdb5135d0cfd9a70b3032c179a49ee7");
    QCOMPARE(
        AuthenticationPlugin::create("mysql_native_password", contextFor("secret"))->proofHash(),
        hash);
    QVERIFY(AuthenticationPlugin::create("mysql_native_password", contextFor(""))
                ->proofHash()
                .isEmpty());
    QVERIFY(AuthenticationPlugin::create("caching_sha2_password", contextFor("secret"))
                ->proofHash()
                .isEmpty());
}

void tst_AuthenticationPlugins::fastPathOfCachingSha2WaitsForOk()
{
    const auto machine
        = AuthenticationPlugin::create("caching_sha2_password", contextFor("secret"));
    QCOMPARE(machine->start(knownScramble).kind, Kind::Send);
    QCOMPARE(machine->handleData("\x03").kind, Kind::Wait);
    QVERIFY(machine->isComplete());
    // And nothing else: the password is not given away after all.
    QCOMPARE(machine->handleData("\x04").failure.code, FailureCode::UnexpectedPacket);
}

void tst_AuthenticationPlugins::fullAuthenticationNeedsASecureChannel_data()
{
    QTest::addColumn<ChannelState>("channel");
    QTest::addColumn<bool>("allowUnverifiedTls");
    QTest::addColumn<bool>("sent");

    QTest::newRow("clear TCP") << clearTcp() << true << false;
    QTest::newRow("local socket") << localSocket() << false << true;
    QTest::newRow("verified TLS") << verifiedTls() << false << true;
    QTest::newRow("unverified TLS, allowed") << unverifiedTls() << true << true;
    QTest::newRow("unverified TLS, not allowed") << unverifiedTls() << false << false;
    ChannelState lie;
    lie.verified = true;
    QTest::newRow("verified, but not encrypted") << lie << true << false;
}

void tst_AuthenticationPlugins::fullAuthenticationNeedsASecureChannel()
{
    QFETCH(ChannelState, channel);
    QFETCH(bool, allowUnverifiedTls);
    QFETCH(bool, sent);

    AuthenticationContext context = contextFor("secret", channel);
    context.policy.allowUnverifiedTls = allowUnverifiedTls;
    const auto machine = AuthenticationPlugin::create("caching_sha2_password", context);
    QCOMPARE(machine->start(knownScramble).kind, Kind::Send);
    const AuthenticationPlugin::Action action = machine->handleData("\x04");
    if (sent) {
        QCOMPARE(action.kind, Kind::Send);
        QCOMPARE(action.payload, QByteArray("secret\0", 7));
    } else {
        QCOMPARE(action.kind, Kind::Fail);
        QCOMPARE(action.failure.code, FailureCode::ChannelNotSecure);
        QVERIFY(action.payload.isEmpty());
    }
}

void tst_AuthenticationPlugins::cachingSha2RefusesStepsThatItDoesNotKnow_data()
{
    QTest::addColumn<QByteArray>("data");

    QTest::newRow("none") << ""_ba;
    QTest::newRow("zero") << QByteArray(1, '\0');
    QTest::newRow("request for a key, from the server") << "\x02"_ba;
    QTest::newRow("5") << "\x05"_ba;
    QTest::newRow("two steps in one") << "\x03\x04"_ba;
    QTest::newRow("full, and more") << "\x04xx"_ba;
}

void tst_AuthenticationPlugins::cachingSha2RefusesStepsThatItDoesNotKnow()
{
    QFETCH(QByteArray, data);

    const auto machine = AuthenticationPlugin::create("caching_sha2_password",
                                                      contextFor("secret", verifiedTls()));
    QCOMPARE(machine->start(knownScramble).kind, Kind::Send);
    QCOMPARE(machine->handleData(data).failure.code, FailureCode::MalformedPacket);
}

void tst_AuthenticationPlugins::sha256NeedsASecureChannel_data()
{
    QTest::addColumn<ChannelState>("channel");
    QTest::addColumn<bool>("allowUnverifiedTls");
    QTest::addColumn<QByteArray>("reply");

    const QByteArray password("secret\0", 7);
    QTest::newRow("clear TCP") << clearTcp() << true << QByteArray();
    QTest::newRow("verified TLS") << verifiedTls() << false << password;
    QTest::newRow("unverified TLS, allowed") << unverifiedTls() << true << password;
    QTest::newRow("unverified TLS, not allowed") << unverifiedTls() << false << QByteArray();
    // The server decrypts what comes over a Unix socket: the client asks for the key of this peer,
    // which needs no further permission.
    QTest::newRow("local socket") << localSocket() << false << "\x01"_ba;
}

void tst_AuthenticationPlugins::sha256NeedsASecureChannel()
{
    QFETCH(ChannelState, channel);
    QFETCH(bool, allowUnverifiedTls);
    QFETCH(QByteArray, reply);

    AuthenticationContext context = contextFor("secret", channel);
    context.policy.allowUnverifiedTls = allowUnverifiedTls;
    const auto machine = AuthenticationPlugin::create("sha256_password", context);
    const AuthenticationPlugin::Action actual = machine->start(knownScramble);
    QCOMPARE(actual.payload, reply);
    if (reply.isEmpty())
        QCOMPARE(actual.failure.code, FailureCode::ChannelNotSecure);
    else
        QCOMPARE(actual.kind, Kind::Send);
}

void tst_AuthenticationPlugins::clearPasswordNeedsAVerifiedServer_data()
{
    QTest::addColumn<ChannelState>("channel");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<bool>("sent");

    QTest::newRow("clear TCP") << clearTcp() << "secret"_ba << false;
    QTest::newRow("unverified TLS") << unverifiedTls() << "secret"_ba << false;
    QTest::newRow("verified TLS") << verifiedTls() << "secret"_ba << true;
    QTest::newRow("local socket") << localSocket() << "secret"_ba << true;
    QTest::newRow("verified TLS, empty") << verifiedTls() << ""_ba << true;
    QTest::newRow("verified TLS, not ASCII") << verifiedTls() << u"密碼"_s.toUtf8() << true;
}

void tst_AuthenticationPlugins::clearPasswordNeedsAVerifiedServer()
{
    QFETCH(ChannelState, channel);
    QFETCH(QByteArray, password);
    QFETCH(bool, sent);

    const auto machine
        = AuthenticationPlugin::create("mysql_clear_password", contextFor(password, channel));
    const AuthenticationPlugin::Action action = machine->start({});
    if (sent) {
        QCOMPARE(action.kind, Kind::Send);
        QCOMPARE(action.payload, password + '\0');
    } else {
        QCOMPARE(action.failure.code, FailureCode::ChannelNotSecure);
        QVERIFY(action.payload.isEmpty());
    }
}

void tst_AuthenticationPlugins::nothingIsSentToAServerThatMustBeVerifiedButCannotBe_data()
{
    QTest::addColumn<QByteArray>("plugin");
    QTest::addColumn<ChannelState>("channel");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<bool>("started");

    for (const QByteArray &name : AuthenticationPlugin::supportedPlugins()) {
        const bool proves
            = name == "mysql_native_password" || name == "client_ed25519" || name == "parsec";
        QTest::addRow("%s, unverified", name.constData())
            << name << unverifiedTls() << "secret"_ba << proves;
        QTest::addRow("%s, unverified, empty password", name.constData())
            << name << unverifiedTls() << ""_ba << false;
        QTest::addRow("%s, verified", name.constData())
            << name << verifiedTls() << "secret"_ba << true;
        QTest::addRow("%s, local", name.constData())
            << name << localSocket() << "secret"_ba << true;
    }
}

void tst_AuthenticationPlugins::nothingIsSentToAServerThatMustBeVerifiedButCannotBe()
{
    QFETCH(QByteArray, plugin);
    QFETCH(ChannelState, channel);
    QFETCH(QByteArray, password);
    QFETCH(bool, started);

    AuthenticationContext context = contextFor(password, channel);
    context.serverMustBeVerified = true;
    context.policy.allowPublicKeyRetrieval = true;
    const auto machine = AuthenticationPlugin::create(plugin, context);
    const bool longScramble = plugin == "client_ed25519" || plugin == "parsec";
    QByteArray data(longScramble ? 32 : 20, 'x');
    if (plugin == "dialog")
        data = "\x04Password: ";
    else if (plugin == "authentication_ldap_sasl_client")
        data = "SCRAM-SHA-256";
    const AuthenticationPlugin::Action action = machine->start(data);
    QCOMPARE(action.kind, started ? Kind::Send : Kind::Fail);
    if (!started) {
        QCOMPARE(action.failure.code, FailureCode::ServerNotVerified);
        QVERIFY(action.payload.isEmpty());
    }
}

void tst_AuthenticationPlugins::noFailureQuotesThePassword()
{
    const QByteArray password = "Tr0ub4dor"_ba;
    for (const QByteArray &name : AuthenticationPlugin::supportedPlugins()) {
        for (const ChannelState &channel : {clearTcp(), unverifiedTls(), verifiedTls()}) {
            AuthenticationContext context = contextFor(password, channel);
            context.policy.allowUnverifiedTls = false;
            for (const qsizetype size : {3, 20, 32}) {
                const auto machine = AuthenticationPlugin::create(name, context);
                const auto started = machine->start(QByteArray(size, 'x'));
                QVERIFY(!started.failure.message.contains(QString::fromUtf8(password)));
                for (const QByteArray &data : {"\x04"_ba, "garbage"_ba, ""_ba}) {
                    const auto action = machine->handleData(data);
                    QVERIFY(!action.failure.message.contains(QString::fromUtf8(password)));
                }
            }
        }
    }
}

QTEST_APPLESS_MAIN(tst_AuthenticationPlugins)
#include "tst_authenticationplugins.moc"
