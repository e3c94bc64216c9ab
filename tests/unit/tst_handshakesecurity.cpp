// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "handshakescript.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

using Step = Handshake::Step;

namespace {

const QByteArray switchScramble = "abcdefghijklmnopqrst"_ba;
/// 'P', the exponent 0 and the salt.
const QByteArray parsecSalt = QByteArray::fromHex("5000"
                                                  "4142434445464748494a4b4c4d4e4f505152");

GreetingPacket withoutTls(GreetingPacket greeting = {})
{
    greeting.capabilities &= ~Capability::Ssl;
    return greeting;
}

bool isPasswordIn(const HandshakeScript::Outcome &outcome, const QByteArray &password = "secret")
{
    for (const QByteArray &packet : outcome.sent) {
        if (packet.contains(password))
            return true;
    }
    return false;
}

} // namespace

/// A hostile server, or somebody between the two ends.
class tst_HandshakeSecurity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void strippedTlsFailsBeforeAnyByteIsSent_data();
    void strippedTlsFailsBeforeAnyByteIsSent();
    void nothingAboutTheUserIsSentBeforeTls();
    void verifyingModesSendNothingOverAChannelWithoutCertificate_data();
    void verifyingModesSendNothingOverAChannelWithoutCertificate();
    void bytesBehindTheGreetingAreFatal();
    void forgedErrorsAreMarked_data();
    void forgedErrorsAreMarked();
    void errorNumbersOfClientsAreRefused_data();
    void errorNumbersOfClientsAreRefused();
    void textOfErrorsIsHarmless();
    void switchingToAPluginThatGivesThePasswordAwayIsRefused_data();
    void switchingToAPluginThatGivesThePasswordAwayIsRefused();
    void allowListIsMatchedLiterally_data();
    void allowListIsMatchedLiterally();
    void oldPasswordIsRefused();
    void fullAuthenticationOverClearTextIsRefused();
    void publicKeyOfTheServerIsOptIn();
    void endlessAuthenticationIsCut();
    void expensiveKeyDerivationIsRefused();
    void packetsDuringKeyDerivationAreRefused();
};

void tst_HandshakeSecurity::strippedTlsFailsBeforeAnyByteIsSent_data()
{
    QTest::addColumn<bool>("required");
    QTest::addColumn<bool>("mustBeVerified");

    QTest::newRow("required") << true << false;
    QTest::newRow("verifying") << true << true;
    QTest::newRow("verifying weighs more than preferred") << false << true;
}

void tst_HandshakeSecurity::strippedTlsFailsBeforeAnyByteIsSent()
{
    QFETCH(bool, required);
    QFETCH(bool, mustBeVerified);

    HandshakeSettings settings = defaultSettings();
    settings.tls = required ? HandshakeSettings::Tls::Required : HandshakeSettings::Tls::Preferred;
    settings.serverMustBeVerified = mustBeVerified;
    const HandshakeScript::Outcome outcome = HandshakeScript(settings).receive(withoutTls()).play();
    QVERIFY(outcome.failedWith(FailureCode::TlsNotOffered));
    QVERIFY(outcome.sent.isEmpty());
}

void tst_HandshakeSecurity::nothingAboutTheUserIsSentBeforeTls()
{
    HandshakeSettings settings = defaultSettings();
    settings.database = "shop";
    settings.connectAttributes = {{"program_name", "till"}};
    const HandshakeScript::Outcome outcome
        = HandshakeScript(settings).receive(GreetingPacket()).startTls(verifiedTls()).play();
    QCOMPARE(outcome.sentInClear, 1);
    QCOMPARE(outcome.sent.first().size(), 32);
    for (const QByteArray &word : {"anna"_ba, "shop"_ba, "till"_ba})
        QVERIFY(!outcome.sent.first().contains(word));
}

void tst_HandshakeSecurity::verifyingModesSendNothingOverAChannelWithoutCertificate_data()
{
    QTest::addColumn<bool>("tls");

    QTest::newRow("TLS disabled") << false;
    QTest::newRow("TLS without a certificate") << true;
}

void tst_HandshakeSecurity::verifyingModesSendNothingOverAChannelWithoutCertificate()
{
    QFETCH(bool, tls);

    HandshakeSettings settings = verifyingSettings();
    ChannelState anonymous;
    anonymous.encrypted = true;
    HandshakeScript script(settings);
    if (!tls) {
        settings.tls = HandshakeSettings::Tls::Disabled;
        script = HandshakeScript(settings);
    }
    script.receive(GreetingPacket::mariaDb());
    if (tls)
        script.startTls(anonymous);
    const HandshakeScript::Outcome outcome = script.play();
    QVERIFY(outcome.failedWith(FailureCode::ServerNotVerified));
    QCOMPARE(outcome.sent.size(), tls ? 1 : 0);
}

void tst_HandshakeSecurity::bytesBehindTheGreetingAreFatal()
{
    const HandshakeScript::Outcome outcome
        = HandshakeScript().receive(GreetingPacket()).receive(okPacket()).play();
    QVERIFY(outcome.failedWith(FailureCode::ClearBytesBeforeTls));
}

void tst_HandshakeSecurity::forgedErrorsAreMarked_data()
{
    QTest::addColumn<HandshakeScript>("script");
    QTest::addColumn<bool>("marked");

    const QByteArray error = errorPacket(1045, "Access denied");
    HandshakeSettings withoutAnyTls = defaultSettings();
    withoutAnyTls.tls = HandshakeSettings::Tls::Disabled;
    QTest::newRow("before TLS") << HandshakeScript().receive(error) << true;
    QTest::newRow("before TLS, verifying")
        << HandshakeScript(verifyingSettings()).receive(error) << true;
    QTest::newRow("unverified server") << unverifiedServer().receive(error) << true;
    QTest::newRow("verified server") << HandshakeScript(verifyingSettings())
                                            .receive(GreetingPacket())
                                            .startTls(verifiedTls())
                                            .receive(error)
                                     << false;
    QTest::newRow("no TLS wanted") << HandshakeScript(withoutAnyTls).receive(error) << false;
    QTest::newRow("local") << HandshakeScript(verifyingSettings(), localSocket()).receive(error)
                           << false;
}

void tst_HandshakeSecurity::forgedErrorsAreMarked()
{
    QFETCH(HandshakeScript, script);
    QFETCH(bool, marked);

    const HandshakeScript::Outcome outcome = script.play();
    QVERIFY(outcome.failedWith(FailureCode::ServerError));
    QCOMPARE(int(outcome.failure.serverErrorNumber), 1045);
    QCOMPARE(outcome.failure.message.startsWith(u"Not authenticated"_s), marked);
    QVERIFY(outcome.failure.message.endsWith(u"Access denied"_s));
}

void tst_HandshakeSecurity::errorNumbersOfClientsAreRefused_data()
{
    QTest::addColumn<int>("number");

    for (const int number : {0, 2002, 2013, 2026, 5001, 0xFFFF})
        QTest::addRow("%d", number) << number;
}

void tst_HandshakeSecurity::errorNumbersOfClientsAreRefused()
{
    QFETCH(int, number);

    const QByteArray error = errorPacket(static_cast<quint16>(number), "Lost connection");
    QVERIFY(HandshakeScript().receive(error).play().failedWith(FailureCode::MalformedPacket));
    QVERIFY(HandshakeScript(defaultSettings(), localSocket())
                .receive(GreetingPacket())
                .receive(error)
                .play()
                .failedWith(FailureCode::MalformedPacket));
}

void tst_HandshakeSecurity::textOfErrorsIsHarmless()
{
    const HandshakeScript::Outcome error = HandshakeScript(defaultSettings(), localSocket())
                                               .receive(errorPacket(1045, "a\x1B[2Jb\0c"_ba))
                                               .play();
    QVERIFY(!error.failure.message.contains(u'\x1B'));

    const HandshakeScript::Outcome plugin
        = HandshakeScript(defaultSettings(), localSocket())
              .receive(GreetingPacket())
              .receive(switchPacket("\x1B[2J" + QByteArray(10000, 'x'), switchScramble))
              .play();
    QVERIFY(plugin.failedWith(FailureCode::PluginNotSupported));
    QVERIFY(!plugin.failure.message.contains(u'\x1B'));
    QVERIFY(plugin.failure.message.size() < 200);
}

void tst_HandshakeSecurity::switchingToAPluginThatGivesThePasswordAwayIsRefused_data()
{
    QTest::addColumn<QByteArray>("plugin");
    QTest::addColumn<ChannelState>("channel");
    QTest::addColumn<bool>("verifying");
    QTest::addColumn<FailureCode>("code");

    QTest::newRow("clear password, clear TCP")
        << "mysql_clear_password"_ba << clearTcp() << false << FailureCode::ChannelNotSecure;
    QTest::newRow("clear password, unverified TLS")
        << "mysql_clear_password"_ba << unverifiedTls() << false << FailureCode::ChannelNotSecure;
    QTest::newRow("sha256, clear TCP")
        << "sha256_password"_ba << clearTcp() << false << FailureCode::ChannelNotSecure;
    QTest::newRow("dialog") << "dialog"_ba << unverifiedTls() << false
                            << FailureCode::ChannelNotSecure;
    QTest::newRow("OpenID Connect") << "authentication_openid_connect_client"_ba << unverifiedTls()
                                    << false << FailureCode::ChannelNotSecure;
    QTest::newRow("old password") << "mysql_old_password"_ba << unverifiedTls() << false
                                  << FailureCode::PluginNotSupported;
    for (const QByteArray &name :
         {"mysql_clear_password"_ba, "sha256_password"_ba, "caching_sha2_password"_ba}) {
        QTest::addRow("%s, unverified server", name.constData())
            << name << unverifiedTls() << true << FailureCode::ServerNotVerified;
    }
}

void tst_HandshakeSecurity::switchingToAPluginThatGivesThePasswordAwayIsRefused()
{
    QFETCH(QByteArray, plugin);
    QFETCH(ChannelState, channel);
    QFETCH(bool, verifying);
    QFETCH(FailureCode, code);

    HandshakeSettings settings = verifying ? verifyingSettings() : defaultSettings();
    settings.authentication.allowPublicKeyRetrieval = verifying;
    HandshakeScript script(settings);
    if (channel.encrypted)
        script.receive(GreetingPacket::mariaDb()).startTls(channel);
    else
        script.receive(withoutTls(GreetingPacket::mariaDb()));
    const qsizetype sentBefore = script.play().sent.size();
    const HandshakeScript::Outcome outcome
        = script.receive(switchPacket(plugin, switchScramble)).play();
    QCOMPARE(outcome.step, Step::Failed);
    QCOMPARE(outcome.failure.code, code);
    QCOMPARE(outcome.sent.size(), sentBefore);
    QVERIFY(!isPasswordIn(outcome));
}

void tst_HandshakeSecurity::allowListIsMatchedLiterally_data()
{
    QTest::addColumn<QList<QByteArray>>("allowed");
    QTest::addColumn<bool>("accepted");

    using Names = QList<QByteArray>;
    QTest::newRow("named") << Names{"mysql_clear_password"} << true;
    QTest::newRow("none") << Names() << false;
    QTest::newRow("other") << Names{"mysql_native_password"} << false;
    QTest::newRow("longer") << Names{"mysql_clear_password2"} << false;
    QTest::newRow("shorter") << Names{"mysql_clear"} << false;
    QTest::newRow("upper case") << Names{"MYSQL_CLEAR_PASSWORD"} << false;
    QTest::newRow("list in one string") << Names{"mysql_clear_password,parsec"} << false;
}

void tst_HandshakeSecurity::allowListIsMatchedLiterally()
{
    QFETCH(QList<QByteArray>, allowed);
    QFETCH(bool, accepted);

    HandshakeSettings settings = defaultSettings();
    settings.authentication.allowedPlugins = allowed;
    const HandshakeScript::Outcome outcome = HandshakeScript(settings, localSocket())
                                                 .receive(GreetingPacket())
                                                 .receive(switchPacket("mysql_clear_password", {}))
                                                 .play();
    if (accepted)
        QCOMPARE(outcome.step, Step::NeedPacket);
    else
        QVERIFY(outcome.failedWith(FailureCode::PluginNotAllowed));
    QCOMPARE(isPasswordIn(outcome), accepted);
}

void tst_HandshakeSecurity::oldPasswordIsRefused()
{
    const HandshakeScript::Outcome outcome = HandshakeScript(defaultSettings(), localSocket())
                                                 .receive(GreetingPacket::mariaDb())
                                                 .receive("\xFE"_ba)
                                                 .play();
    QVERIFY(outcome.failedWith(FailureCode::PluginNotSupported));
    QCOMPARE(outcome.sent.size(), 1);
}

void tst_HandshakeSecurity::fullAuthenticationOverClearTextIsRefused()
{
    const HandshakeScript::Outcome outcome
        = HandshakeScript().receive(withoutTls()).receive(dataPacket("\x04")).play();
    QVERIFY(outcome.failedWith(FailureCode::ChannelNotSecure));
    QCOMPARE(outcome.sent.size(), 1);
    QVERIFY(!isPasswordIn(outcome));
}

void tst_HandshakeSecurity::publicKeyOfTheServerIsOptIn()
{
    HandshakeSettings settings = defaultSettings();
    settings.authentication.allowPublicKeyRetrieval = true;
    const HandshakeScript::Outcome outcome = HandshakeScript(settings)
                                                 .receive(withoutTls())
                                                 .receive(dataPacket("\x04"))
                                                 .receive(dataPacket("no key"))
                                                 .play();
    QCOMPARE(outcome.step, Step::Failed);
    // Only now was the key asked for; and what came was not used.
    QCOMPARE(outcome.sent.size(), 2);
    QCOMPARE(outcome.sent.last(), "\x02"_ba);
}

void tst_HandshakeSecurity::endlessAuthenticationIsCut()
{
    HandshakeScript switches
        = HandshakeScript(defaultSettings(), localSocket()).receive(GreetingPacket::mariaDb());
    HandshakeScript data
        = HandshakeScript(defaultSettings(), localSocket()).receive(GreetingPacket());
    for (int i = 0; i < 100; ++i) {
        switches.receive(switchPacket("mysql_native_password", switchScramble));
        data.receive(dataPacket("\x03"));
    }
    const HandshakeScript::Outcome switched = switches.play();
    QVERIFY(switched.failedWith(FailureCode::TooManyRounds));
    // The response and eight switches.
    QCOMPARE(switched.sent.size(), 9);
    QCOMPARE(data.play().step, Step::Failed);
    QCOMPARE(data.play().sent.size(), 1);
}

void tst_HandshakeSecurity::expensiveKeyDerivationIsRefused()
{
    if (!AuthenticationPlugin::supportedPlugins().contains("parsec"))
        QSKIP("built without libsodium");
    for (const char exponent : {char(4), char(20), char(31), char(127)}) {
        const HandshakeScript::Outcome outcome
            = HandshakeScript()
                  .receive(GreetingPacket::mariaDb())
                  .startTls(verifiedTls())
                  .receive(switchPacket("parsec", QByteArray(32, 'x')))
                  .receive(QByteArray(parsecSalt).replace(1, 1, QByteArray(1, exponent)))
                  .play();
        QVERIFY(outcome.failedWith(FailureCode::KeyDerivationTooExpensive));
    }
}

void tst_HandshakeSecurity::packetsDuringKeyDerivationAreRefused()
{
    if (!AuthenticationPlugin::supportedPlugins().contains("parsec"))
        QSKIP("built without libsodium");
    const HandshakeScript::Outcome outcome
        = HandshakeScript()
              .receive(GreetingPacket::mariaDb())
              .startTls(verifiedTls())
              .receive(switchPacket("parsec", QByteArray(32, 'x')))
              .receive(parsecSalt)
              .receive(okPacket())
              .play();
    QVERIFY(outcome.failedWith(FailureCode::UnexpectedPacket));
}

QTEST_APPLESS_MAIN(tst_HandshakeSecurity)
#include "tst_handshakesecurity.moc"
