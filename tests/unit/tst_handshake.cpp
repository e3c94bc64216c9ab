// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "compression.h"
#include "handshakescript.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

using Step = Handshake::Step;

Q_DECLARE_METATYPE(HandshakeScript)

namespace {

const QByteArray switchScramble = "abcdefghijklmnopqrst"_ba;

HandshakeSettings withDatabase(const QByteArray &database)
{
    HandshakeSettings settings = defaultSettings();
    settings.database = database;
    return settings;
}

GreetingPacket withoutBits(GreetingPacket greeting, Capabilities bits)
{
    greeting.capabilities &= ~bits;
    return greeting;
}

} // namespace

class tst_Handshake : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void respondsInTheClear();
    void requestsTlsFirst();
    void decidesOnTls_data();
    void decidesOnTls();
    void needsCapabilities_data();
    void needsCapabilities();
    void choosesCapabilities_data();
    void choosesCapabilities();
    void namesTheDatabaseOnlyWhereOneIsGiven();
    void respondsWithoutDataWhereTheGreetingsPluginCannotRun_data();
    void respondsWithoutDataWhereTheGreetingsPluginCannotRun();
    void longFirstResponsesNeedTheirCapability();
    void switchesThePluginEightTimesAtMost();
    void refusalAfterSeveralSwitchesIsTheServers();
    void takesDataWithAndWithoutItsHeader();
    void refusesPacketsThatHaveNoPlace_data();
    void refusesPacketsThatHaveNoPlace();
    void refusesEverythingAfterTheEnd();
    void reportsErrorsOfTheServer_data();
    void reportsErrorsOfTheServer();
    void failsWithoutTlsWhereTlsWasStarted();
    void givesOutNothingTwice();
};

void tst_Handshake::respondsInTheClear()
{
    HandshakeSettings settings = withDatabase("shop");
    settings.tls = HandshakeSettings::Tls::Disabled;
    settings.connectAttributes = {{"_client_name", "AsyncMySql"}};
    const HandshakeScript::Outcome outcome
        = HandshakeScript(settings)
              .receive(withoutBits(GreetingPacket(), Capability::ZstdCompression))
              .play();
    QCOMPARE(outcome.step, Step::NeedPacket);
    QCOMPARE(outcome.sent.size(), 1);
    QCOMPARE(outcome.sent.first().toHex(' '), fromHex(R"(
                 0da2be19    # capabilities of MySQL
                 00000001    # packets of 16 MiB
                 2d          # utf8mb4_general_ci
                 00000000000000000000000000000000000000 00000000
                 616e6e61 00 # anna
                 20          # caching_sha2_password: the scramble
                 746ebe205d56a0707acb3e796e834e0dd7b1d61743b26bd5202c7a623230c7c9
                 73686f70 00 # shop
                 63616368696e675f736861325f70617373776f7264 00 # caching_sha2_password
                 18          # attributes
                 0c 5f636c69656e745f6e616d65 # _client_name
                 0a 4173796e634d7953716c     # AsyncMySql
             )")
                                                  .toHex(' '));
}

void tst_Handshake::requestsTlsFirst()
{
    const HandshakeScript script = HandshakeScript(withDatabase("shop"))
                                       .receive(GreetingPacket::mariaDb())
                                       .startTls(verifiedTls());
    const HandshakeScript::Outcome outcome = script.play();
    QCOMPARE(outcome.sentInClear, 1);
    QCOMPARE(outcome.sent.size(), 2);
    const QByteArray request = outcome.sent.at(0);
    QCOMPARE(request.size(), 32);
    // The response repeats it, MariaDB's extension included.
    QCOMPARE(outcome.sent.at(1).first(32), request);
    const ClientResponse response = ClientResponse::parse(outcome.sent.at(1));
    QVERIFY(response.capabilities & Capability::Ssl);
    QVERIFY(response.capabilities & Capability::MariaDbExtendedMetadata);
    QCOMPARE(response.capabilities, outcome.capabilities);
    QCOMPARE(response.user, "anna"_ba);
}

void tst_Handshake::decidesOnTls_data()
{
    using Tls = HandshakeSettings::Tls;
    QTest::addColumn<int>("tls");
    QTest::addColumn<bool>("offered");
    QTest::addColumn<bool>("local");
    QTest::addColumn<Step>("step");

    QTest::newRow("disabled") << int(Tls::Disabled) << true << false << Step::NeedPacket;
    QTest::newRow("preferred, offered") << int(Tls::Preferred) << true << false << Step::StartTls;
    QTest::newRow("preferred, not offered")
        << int(Tls::Preferred) << false << false << Step::NeedPacket;
    QTest::newRow("required, offered") << int(Tls::Required) << true << false << Step::StartTls;
    QTest::newRow("required, not offered") << int(Tls::Required) << false << false << Step::Failed;
    QTest::newRow("local, required") << int(Tls::Required) << true << true << Step::NeedPacket;
    QTest::newRow("local, required, not offered")
        << int(Tls::Required) << false << true << Step::NeedPacket;
    QTest::newRow("local, preferred") << int(Tls::Preferred) << true << true << Step::NeedPacket;
}

void tst_Handshake::decidesOnTls()
{
    QFETCH(int, tls);
    QFETCH(bool, offered);
    QFETCH(bool, local);
    QFETCH(Step, step);

    HandshakeSettings settings = defaultSettings();
    settings.tls = HandshakeSettings::Tls(tls);
    // Nobody can ask for the bit behind the machine's back.
    settings.wantedCapabilities = Capability::Ssl;
    const GreetingPacket greeting
        = offered ? GreetingPacket() : withoutBits(GreetingPacket(), Capability::Ssl);
    const HandshakeScript::Outcome outcome
        = HandshakeScript(settings, local ? localSocket() : clearTcp()).receive(greeting).play();
    QCOMPARE(outcome.step, step);
    QCOMPARE(bool(outcome.capabilities & Capability::Ssl), step == Step::StartTls);
}

void tst_Handshake::needsCapabilities_data()
{
    QTest::addColumn<Capabilities>("bit");
    QTest::addColumn<QString>("name");

    QTest::newRow("PROTOCOL_41") << Capability::Protocol41 << u"PROTOCOL_41"_s;
    QTest::newRow("PLUGIN_AUTH") << Capability::PluginAuth << u"PLUGIN_AUTH"_s;
    QTest::newRow("SECURE_CONNECTION")
        << (Capability::SecureConnection | Capability::PluginAuth) << u"SECURE_CONNECTION"_s;
    QTest::newRow("CONNECT_WITH_DB") << Capability::ConnectWithDatabase << u"CONNECT_WITH_DB"_s;
}

void tst_Handshake::needsCapabilities()
{
    QFETCH(Capabilities, bit);
    QFETCH(QString, name);

    const HandshakeScript::Outcome outcome
        = HandshakeScript(withDatabase("shop")).receive(withoutBits(GreetingPacket(), bit)).play();
    QVERIFY(outcome.failedWith(FailureCode::UnsupportedServer));
    QVERIFY2(outcome.failure.message.contains(name), qPrintable(outcome.failure.message));
    QVERIFY(outcome.sent.isEmpty());
}

void tst_Handshake::choosesCapabilities_data()
{
    QTest::addColumn<GreetingPacket>("greeting");
    QTest::addColumn<Capabilities>("wanted");
    QTest::addColumn<Capabilities>("present");
    QTest::addColumn<Capabilities>("absent");

    using namespace Capability;
    const Capabilities neverByItself = Ssl | Compress | ZstdCompression | LocalFiles
                                       | MultiStatements | FoundRows | IgnoreSpace
                                       | OptionalResultSetMetadata | ConnectWithDatabase;
    const Capabilities mariaDbs = MariaDbExtendedMetadata | MariaDbProgress | MariaDbCacheMetadata
                                  | MariaDbBulkOperations | MariaDbBulkUnitResults;
    const Capabilities always = Protocol41 | SecureConnection | PluginAuth | PluginAuthLengthEncoded
                                | Transactions | MultiResults | PreparedMultiResults
                                | ConnectAttributes | SessionTrack | DeprecateEof | LongFlag;
    QTest::newRow("MySQL") << GreetingPacket() << Capabilities(0)
                           << (always | LongPassword | QueryAttributes)
                           << (neverByItself | mariaDbs);
    QTest::newRow("MariaDB") << GreetingPacket::mariaDb() << Capabilities(0)
                             << (always | (mariaDbs & GreetingPacket::mariaDbCapabilities()))
                             << (neverByItself | LongPassword | QueryAttributes);
    QTest::newRow("MariaDB's bits mean nothing where bit 0 is set")
        << GreetingPacket{"10.11-MariaDB", "mysql_native_password",
                          GreetingPacket::mariaDbCapabilities() | LongPassword}
        << Capabilities(0) << (always | LongPassword) << (neverByItself | mariaDbs);
    QTest::newRow("by request") << GreetingPacket()
                                << (FoundRows | MultiStatements | LocalFiles | Compress)
                                << (always | FoundRows | MultiStatements | LocalFiles) << Compress;
    GreetingPacket bothCompressions;
    bothCompressions.capabilities |= Compress;
    if (Wire::isCompressionAvailable(Wire::CompressionAlgorithm::Zlib))
        QTest::newRow("zlib") << bothCompressions << Compress << (always | Compress)
                              << ZstdCompression;
    if (Wire::isCompressionAvailable(Wire::CompressionAlgorithm::Zstd))
        QTest::newRow("zstd rather than zlib") << bothCompressions << (Compress | ZstdCompression)
                                               << (always | ZstdCompression) << Compress;
    QTest::newRow("old") << GreetingPacket{"5.6.51", "mysql_native_password",
                                           LongPassword | Protocol41 | SecureConnection
                                               | PluginAuth}
                         << Capabilities(0) << (Protocol41 | SecureConnection | PluginAuth)
                         << (DeprecateEof | SessionTrack | ConnectAttributes | MultiResults);
}

void tst_Handshake::choosesCapabilities()
{
    QFETCH(GreetingPacket, greeting);
    QFETCH(Capabilities, wanted);
    QFETCH(Capabilities, present);
    QFETCH(Capabilities, absent);

    HandshakeSettings settings = defaultSettings();
    settings.wantedCapabilities = wanted;
    settings.zstdCompressionLevel = 19;
    settings.tls = HandshakeSettings::Tls::Disabled;
    const HandshakeScript::Outcome outcome = HandshakeScript(settings).receive(greeting).play();
    QCOMPARE(outcome.capabilities & present, present);
    QCOMPARE(outcome.capabilities & absent, Capabilities(0));
    QCOMPARE(ClientResponse::parse(outcome.sent.first()).capabilities, outcome.capabilities);
    if (outcome.capabilities & Capability::ZstdCompression)
        QCOMPARE(outcome.sent.first().back(), char(19));
}

void tst_Handshake::namesTheDatabaseOnlyWhereOneIsGiven()
{
    for (const QByteArray &database : {""_ba, "shop"_ba}) {
        HandshakeSettings settings = withDatabase(database);
        settings.tls = HandshakeSettings::Tls::Disabled;
        settings.wantedCapabilities = Capability::ConnectWithDatabase;
        const HandshakeScript::Outcome outcome
            = HandshakeScript(settings).receive(GreetingPacket()).play();
        const ClientResponse response = ClientResponse::parse(outcome.sent.first());
        QCOMPARE(bool(response.capabilities & Capability::ConnectWithDatabase),
                 !database.isEmpty());
        QCOMPARE(response.database, database);
        QCOMPARE(response.plugin, "caching_sha2_password"_ba);
    }
}

void tst_Handshake::respondsWithoutDataWhereTheGreetingsPluginCannotRun_data()
{
    QTest::addColumn<QByteArray>("offered");
    QTest::addColumn<QByteArray>("named");

    QTest::newRow("unknown") << "auth_gssapi_client"_ba
                             << "mysql_native_password"_ba;
    QTest::newRow("not allowed") << "caching_sha2_password"_ba
                                 << "mysql_native_password"_ba;
    QTest::newRow("native, not allowed") << "mysql_native_password"_ba
                                         << "caching_sha2_password"_ba;
    QTest::newRow("none") << ""_ba
                          << "mysql_native_password"_ba;
    QTest::newRow("not over this channel") << "sha256_password"_ba
                                           << "mysql_native_password"_ba;
}

void tst_Handshake::respondsWithoutDataWhereTheGreetingsPluginCannotRun()
{
    QFETCH(QByteArray, offered);
    QFETCH(QByteArray, named);

    HandshakeSettings settings = defaultSettings();
    settings.tls = HandshakeSettings::Tls::Disabled;
    settings.authentication.allowedPlugins = {"sha256_password", "auth_gssapi_client"};
    const HandshakeScript script = HandshakeScript(settings).receive(
        GreetingPacket{"9.7.0", offered, GreetingPacket::mySqlCapabilities()});
    const HandshakeScript::Outcome outcome = script.play();
    QCOMPARE(outcome.step, Step::NeedPacket);
    const ClientResponse response = ClientResponse::parse(outcome.sent.first());
    QVERIFY(response.authenticationData.isEmpty());
    QCOMPARE(response.plugin, named);
    // Data for a plugin that does not run has no place.
    QVERIFY(HandshakeScript(script)
                .receive(dataPacket("\x04"))
                .play()
                .failedWith(FailureCode::UnexpectedPacket));
}

void tst_Handshake::longFirstResponsesNeedTheirCapability()
{
    HandshakeSettings settings = defaultSettings();
    settings.password = QByteArray(300, 'p');
    GreetingPacket greeting{"9.7.0", "sha256_password", GreetingPacket::mySqlCapabilities()};
    QCOMPARE(
        ClientResponse::parse(
            HandshakeScript(settings).receive(greeting).startTls(verifiedTls()).play().sent.last())
            .authenticationData.size(),
        301);

    greeting.capabilities &= ~Capability::PluginAuthLengthEncoded;
    const ClientResponse response = ClientResponse::parse(
        HandshakeScript(settings).receive(greeting).startTls(verifiedTls()).play().sent.last());
    QVERIFY(response.authenticationData.isEmpty());
    QCOMPARE(response.plugin, "mysql_native_password"_ba);
}

void tst_Handshake::switchesThePluginEightTimesAtMost()
{
    const HandshakeScript once
        = HandshakeScript()
              .receive(GreetingPacket())
              .startTls(verifiedTls())
              .receive(switchPacket("mysql_native_password", switchScramble));
    const HandshakeScript::Outcome outcome = HandshakeScript(once).receive(okPacket()).play();
    QVERIFY(outcome.finished());
    QCOMPARE(outcome.plugin, "mysql_native_password"_ba);
    QCOMPARE(outcome.sent.size(), 3);
    // SHA1("secret") XOR SHA1(scramble, SHA1(SHA1("secret"))), by Python's hashlib
    QCOMPARE(outcome.sent.last().toHex(), "8817c50fa779daef010ee7577825b0847df9842e"_ba);

    HandshakeScript eightTimes(once);
    for (int i = 1; i < 8; ++i)
        eightTimes.receive(switchPacket("caching_sha2_password", switchScramble));
    const HandshakeScript::Outcome enough = HandshakeScript(eightTimes).receive(okPacket()).play();
    QVERIFY(enough.finished());
    QCOMPARE(enough.plugin, "caching_sha2_password"_ba);
    QCOMPARE(enough.sent.size(), 10);

    const HandshakeScript::Outcome tooMany
        = HandshakeScript(eightTimes)
              .receive(switchPacket("mysql_native_password", switchScramble))
              .play();
    QVERIFY(tooMany.failedWith(FailureCode::TooManyRounds));
    QCOMPARE(tooMany.sent.size(), 10);
}

// MariaDB: IDENTIFIED VIA … OR …, each of which is tried.
void tst_Handshake::refusalAfterSeveralSwitchesIsTheServers()
{
    const HandshakeScript::Outcome outcome
        = HandshakeScript(defaultSettings(), localSocket())
              .receive(GreetingPacket::mariaDb())
              .receive(switchPacket("caching_sha2_password", switchScramble))
              .receive(switchPacket("mysql_native_password", switchScramble))
              .receive(errorPacket(1045, "Access denied"))
              .play();
    QVERIFY(outcome.failedWith(FailureCode::ServerError));
    QCOMPARE(outcome.failure.serverErrorNumber, 1045);
}

void tst_Handshake::takesDataWithAndWithoutItsHeader()
{
    if (!AuthenticationPlugin::supportedPlugins().contains("parsec"))
        QSKIP("built without libsodium");
    const QByteArray salt = QByteArray::fromHex("5000"
                                                "4142434445464748494a4b4c4d4e4f505152");
    for (const QByteArray &packet : {salt, dataPacket(salt)}) {
        const HandshakeScript::Outcome outcome
            = HandshakeScript()
                  .receive(GreetingPacket::mariaDb())
                  .startTls(verifiedTls())
                  .receive(switchPacket("parsec", QByteArray(32, 'x')))
                  .receive(packet)
                  .deriveKey()
                  .receive(okPacket())
                  .play();
        QVERIFY2(outcome.finished(), qPrintable(outcome.failure.message));
        QCOMPARE(outcome.sent.size(), 4);
        QCOMPARE(outcome.sent.at(2), QByteArray());
        QCOMPARE(outcome.sent.at(3).size(), 96);
    }
}

void tst_Handshake::refusesPacketsThatHaveNoPlace_data()
{
    QTest::addColumn<QByteArray>("packet");
    QTest::addColumn<FailureCode>("code");

    QTest::newRow("empty") << ""_ba << FailureCode::MalformedPacket;
    QTest::newRow("a second greeting") << GreetingPacket().bytes() << FailureCode::MalformedPacket;
    QTest::newRow("next factor, cut")
        << "\x02mysql_native_password"_ba << FailureCode::MalformedPacket;
    QTest::newRow("OK, cut") << okPacket().chopped(1) << FailureCode::MalformedPacket;
    QTest::newRow("ERR, cut") << "\xFF\x15"_ba << FailureCode::MalformedPacket;
    QTest::newRow("progress report")
        << QByteArray::fromHex("ffffff0101010000000161") << FailureCode::MalformedPacket;
    QTest::newRow("switch without an end")
        << "\xFEmysql_native_password"_ba << FailureCode::MalformedPacket;
    QTest::newRow("switch without a name")
        << QByteArray("\xFE\0x", 3) << FailureCode::MalformedPacket;
    QTest::newRow("switch with a short scramble")
        << switchPacket("mysql_native_password", "short") << FailureCode::MalformedPacket;
    QTest::newRow("switch to what does not exist")
        << switchPacket("no_such_plugin", switchScramble) << FailureCode::PluginNotSupported;
}

void tst_Handshake::refusesPacketsThatHaveNoPlace()
{
    QFETCH(QByteArray, packet);
    QFETCH(FailureCode, code);

    const HandshakeScript::Outcome outcome = HandshakeScript()
                                                 .receive(GreetingPacket())
                                                 .startTls(verifiedTls())
                                                 .receive(packet)
                                                 .play();
    QCOMPARE(outcome.step, Step::Failed);
    QCOMPARE(outcome.failure.code, code);
    QVERIFY(!outcome.failure.message.isEmpty());
    QCOMPARE(outcome.sent.size(), 2);
}

void tst_Handshake::refusesEverythingAfterTheEnd()
{
    const HandshakeScript::Outcome outcome = HandshakeScript()
                                                 .receive(GreetingPacket())
                                                 .startTls(verifiedTls())
                                                 .receive(okPacket())
                                                 .receive(okPacket())
                                                 .play();
    QVERIFY(outcome.failedWith(FailureCode::UnexpectedPacket));
}

void tst_Handshake::reportsErrorsOfTheServer_data()
{
    QTest::addColumn<HandshakeScript>("script");
    QTest::addColumn<int>("number");
    QTest::addColumn<QByteArray>("sqlState");
    QTest::addColumn<QString>("message");

    HandshakeSettings clear = defaultSettings();
    clear.tls = HandshakeSettings::Tls::Disabled;
    QTest::newRow("in the place of the greeting, without SQLSTATE")
        << HandshakeScript(clear).receive(errorPacket(1040, "Too many connections", {})) << 1040
        << QByteArray() << u"Too many connections"_s;
    QTest::newRow("after the response") << HandshakeScript()
                                               .receive(GreetingPacket())
                                               .startTls(verifiedTls())
                                               .receive(errorPacket(1045, "Access denied"))
                                        << 1045 << "28000"_ba << u"Access denied"_s;
    QTest::newRow("in the middle of a plugin")
        << HandshakeScript(defaultSettings(), localSocket())
               .receive(GreetingPacket())
               .receive(dataPacket("\x04"))
               .receive(errorPacket(1049, "Unknown database", "42000"))
        << 1049 << "42000"_ba << u"Unknown database"_s;
}

void tst_Handshake::reportsErrorsOfTheServer()
{
    QFETCH(HandshakeScript, script);
    QFETCH(int, number);
    QFETCH(QByteArray, sqlState);
    QFETCH(QString, message);

    const HandshakeScript::Outcome outcome = script.play();
    QVERIFY(outcome.failedWith(FailureCode::ServerError));
    QCOMPARE(int(outcome.failure.serverErrorNumber), number);
    QCOMPARE(outcome.failure.sqlState, sqlState);
    QCOMPARE(outcome.failure.message, message);
}

void tst_Handshake::failsWithoutTlsWhereTlsWasStarted()
{
    const HandshakeScript::Outcome outcome
        = HandshakeScript().receive(GreetingPacket()).startTls(clearTcp()).play();
    QVERIFY(outcome.failedWith(FailureCode::ChannelNotSecure));
    QCOMPARE(outcome.sent.size(), 1);
}

void tst_Handshake::givesOutNothingTwice()
{
    Handshake handshake(defaultSettings(), localSocket());
    QCOMPARE(handshake.handlePacket(GreetingPacket().bytes()), Step::NeedPacket);
    QCOMPARE(handshake.takeOutput().size(), 1);
    QVERIFY(handshake.takeOutput().isEmpty());
}

QTEST_APPLESS_MAIN(tst_Handshake)
#include "tst_handshake.moc"
