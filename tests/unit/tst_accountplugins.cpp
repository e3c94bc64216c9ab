// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "authenticationplugin.h"
#include "bytes.h"
#include "handshakescript.h"
#include "ldapsaslplugin.h"
#include "saslstring.h"
#include "scramclient.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

using Kind = AuthenticationPlugin::Action::Kind;
using Step = Handshake::Step;

namespace {

/// A login that RFC 5802 or RFC 7677 gives as its example: user "user", password "pencil".
struct Example
{
    QByteArray mechanism;
    QByteArray nonce;
    QByteArray challenge;
    QByteArray final;
    QByteArray signature;
};

const Example sha1 = {"SCRAM-SHA-1", "fyko+d2lbbFgONRv9qkxdawL",
                      "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
                      "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
                      "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                      "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="};
const Example sha256
    = {"SCRAM-SHA-256", "rOprNGfwEbeRWgbNEkqO",
       "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
       "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
       "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
       "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="};

AuthenticationContext contextFor(const QByteArray &password, const ChannelState &channel)
{
    AuthenticationContext context;
    context.user = "user";
    context.password = QByteArrayView(password);
    context.channel = channel;
    return context;
}

HandshakeSettings askingSettings()
{
    HandshakeSettings settings = defaultSettings();
    settings.canAsk = true;
    return settings;
}

GreetingPacket mySqlWithoutFactors()
{
    GreetingPacket greeting;
    greeting.capabilities &= ~Capability::MultiFactorAuthentication;
    return greeting;
}

} // namespace

/// The plugins for accounts whose passwords are not in the server, and accounts with several
/// factors.
class tst_AccountPlugins : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scram_data();
    void scram();
    void scramRefusesChallenges_data();
    void scramRefusesChallenges();
    void scramVerifiesTheServer_data();
    void scramVerifiesTheServer();
    void scramPacketsThatAreCut_data() { scram_data(); }
    void scramPacketsThatAreCut();
    void scramEscapesNames();
    void noncesAreRandom();
    void otherMechanisms();
    void okBeforeTheServerHasProvenItself();
    void saslNames_data();
    void saslNames();
    void openIdConnect();
    void openIdConnectWithoutToken();
    void onlyOverVerifiedChannels_data();
    void onlyOverVerifiedChannels();
    void dialog();
    void dialogWithoutFirstQuestion();
    void dialogQuestions_data();
    void dialogQuestions();
    void dialogQuestionsThatAreCut();
    void dialogWithoutEnd();
    void dialogAfterTheLastQuestion();
    void nobodyToAsk();
    void factors();
    void tooManyFactors();
    void factorsThatWereNotNegotiated();
    void factorsThatAreNotAllowed();
    void nobodyIsAskedForAServerThatIsNotVerified();
    void unsupported_data();
    void unsupported();
};

void tst_AccountPlugins::scram_data()
{
    QTest::addColumn<QByteArray>("mechanism");
    QTest::addColumn<QByteArray>("nonce");
    QTest::addColumn<QByteArray>("challenge");
    QTest::addColumn<QByteArray>("final");
    QTest::addColumn<QByteArray>("signature");
    for (const Example &e : {sha1, sha256}) {
        QTest::newRow(e.mechanism.constData())
            << e.mechanism << e.nonce << e.challenge << e.final << e.signature;
    }
}

void tst_AccountPlugins::scram()
{
    QFETCH(const QByteArray, mechanism);
    QFETCH(const QByteArray, nonce);
    QFETCH(const QByteArray, challenge);
    QFETCH(const QByteArray, final);
    QFETCH(const QByteArray, signature);

    // It shows nothing: it does over any channel.
    LdapSaslPlugin plugin(contextFor("pencil", clearTcp()), nonce);
    const auto first = plugin.start(mechanism);
    QCOMPARE(first.kind, Kind::Send);
    QCOMPARE(first.payload, "n,,n=user,r=" + nonce);
    QVERIFY(!plugin.acceptsOk());
    const auto second = plugin.handleData(challenge);
    QCOMPARE(second.kind, Kind::DeriveKey);
    const auto third = plugin.keyDerived(derivedKey(second.keyDerivation));
    QCOMPARE(third.kind, Kind::Send);
    QCOMPARE(third.payload, final);
    QVERIFY(!plugin.acceptsOk());
    QCOMPARE(plugin.handleData(signature).kind, Kind::Wait);
    QVERIFY(plugin.acceptsOk());
    QCOMPARE(plugin.handleData(signature).kind, Kind::Fail);
}

void tst_AccountPlugins::scramRefusesChallenges_data()
{
    QTest::addColumn<QByteArray>("challenge");
    QTest::addColumn<FailureCode>("code");
    const QByteArray nonce = "r=" + sha256.nonce + "server";
    const auto row = [](const char *name, const QByteArray &challenge,
                        FailureCode code = FailureCode::MalformedPacket) {
        QTest::newRow(name) << challenge << code;
    };
    row("empty", "");
    row("of another login", "r=somebodyElse,s=QSXCR+Q6sek8bf92,i=4096");
    row("nothing of the server", "r=" + sha256.nonce + ",s=QSXCR+Q6sek8bf92,i=4096");
    row("mandatory extension", "m=x," + nonce + ",s=QSXCR+Q6sek8bf92,i=4096");
    row("other order", "s=QSXCR+Q6sek8bf92," + nonce + ",i=4096");
    row("no salt", nonce + ",s=,i=4096");
    row("bad salt", nonce + ",s=***,i=4096");
    row("no number", nonce + ",s=QSXCR+Q6sek8bf92,i=many");
    row("negative", nonce + ",s=QSXCR+Q6sek8bf92,i=-5000");
    row("too large for a number", nonce + ",s=QSXCR+Q6sek8bf92,i=99999999999999");
    row("too few iterations", nonce + ",s=QSXCR+Q6sek8bf92,i=1",
        FailureCode::KeyDerivationTooExpensive);
    row("too many iterations", nonce + ",s=QSXCR+Q6sek8bf92,i=100000000",
        FailureCode::KeyDerivationTooExpensive);
}

void tst_AccountPlugins::scramRefusesChallenges()
{
    QFETCH(const QByteArray, challenge);
    QFETCH(const FailureCode, code);
    LdapSaslPlugin plugin(contextFor("pencil", clearTcp()), sha256.nonce);
    QCOMPARE(plugin.start(sha256.mechanism).kind, Kind::Send);
    const auto action = plugin.handleData(challenge);
    QCOMPARE(action.kind, Kind::Fail);
    QCOMPARE(action.failure.code, code);
}

void tst_AccountPlugins::scramVerifiesTheServer_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QString>("text");
    QTest::newRow("wrong") << sha1.signature << u"does not prove"_s;
    QTest::newRow("empty") << ""_ba << u"does not prove"_s;
    QTest::newRow("without a value") << "v="_ba << u"does not prove"_s;
    QTest::newRow("refusal") << "e=invalid-proof\x07"_ba << u"invalid-proof?"_s;
}

void tst_AccountPlugins::scramVerifiesTheServer()
{
    QFETCH(const QByteArray, message);
    QFETCH(const QString, text);
    LdapSaslPlugin plugin(contextFor("pencil", clearTcp()), sha256.nonce);
    QCOMPARE(plugin.start(sha256.mechanism).kind, Kind::Send);
    const auto derive = plugin.handleData(sha256.challenge);
    QCOMPARE(plugin.keyDerived(derivedKey(derive.keyDerivation)).payload, sha256.final);
    const auto action = plugin.handleData(message);
    QCOMPARE(action.kind, Kind::Fail);
    QCOMPARE(action.failure.code, FailureCode::ServerNotVerified);
    QVERIFY2(action.failure.message.contains(text), qPrintable(action.failure.message));
    QVERIFY(!plugin.acceptsOk());
}

void tst_AccountPlugins::scramPacketsThatAreCut()
{
    QFETCH(const QByteArray, mechanism);
    QFETCH(const QByteArray, nonce);
    QFETCH(const QByteArray, challenge);
    QFETCH(const QByteArray, signature);
    forEachTruncation(mechanism, [&](QByteArrayView cut) {
        LdapSaslPlugin plugin(contextFor("pencil", clearTcp()), nonce);
        QCOMPARE(plugin.start(cut.toByteArray()).kind, Kind::Fail);
    });
    forEachTruncation(challenge, [&](QByteArrayView cut) {
        LdapSaslPlugin plugin(contextFor("pencil", clearTcp()), nonce);
        QCOMPARE(plugin.start(mechanism).kind, Kind::Send);
        // Fewer digits are fewer iterations: too few.
        QCOMPARE(plugin.handleData(cut).kind, Kind::Fail);
    });
    LdapSaslPlugin first(contextFor("pencil", clearTcp()), nonce);
    QCOMPARE(first.start(mechanism).kind, Kind::Send);
    const QByteArray key = derivedKey(first.handleData(challenge).keyDerivation);
    // Its padding at the end says nothing.
    forEachTruncation(signature.chopped(1), [&](QByteArrayView cut) {
        LdapSaslPlugin plugin(contextFor("pencil", clearTcp()), nonce);
        QCOMPARE(plugin.start(mechanism).kind, Kind::Send);
        QCOMPARE(plugin.handleData(challenge).kind, Kind::DeriveKey);
        QCOMPARE(plugin.keyDerived(key).kind, Kind::Send);
        QCOMPARE(plugin.handleData(cut).kind, Kind::Fail);
    });
}

void tst_AccountPlugins::scramEscapesNames()
{
    const ScramClient client(QCryptographicHash::Sha1, "a=b,c", "nonce");
    QCOMPARE(client.firstMessage(), "n,,n=a=3Db=2Cc,r=nonce");
}

void tst_AccountPlugins::noncesAreRandom()
{
    const QByteArray nonce = ScramClient::randomNonce();
    QVERIFY(nonce.size() >= 24);
    QVERIFY(!nonce.contains(','));
    QVERIFY(nonce != ScramClient::randomNonce());
}

void tst_AccountPlugins::otherMechanisms()
{
    LdapSaslPlugin plugin(contextFor("pencil", verifiedTls()), sha1.nonce);
    const auto action = plugin.start("GSSAPI\x01");
    QCOMPARE(action.kind, Kind::Fail);
    QCOMPARE(action.failure.code, FailureCode::PluginNotSupported);
    QVERIFY(action.failure.message.contains("GSSAPI?"_L1));
    QVERIFY(action.failure.message.contains("SCRAM-SHA-256"_L1));
}

void tst_AccountPlugins::okBeforeTheServerHasProvenItself()
{
    const auto outcome
        = HandshakeScript()
              .receive(GreetingPacket())
              .startTls(verifiedTls())
              .receive(switchPacket(LdapSaslPlugin::Name.toByteArray(), "SCRAM-SHA-1"))
              .receive(okPacket())
              .play();
    QVERIFY(outcome.failedWith(FailureCode::ServerNotVerified));
}

void tst_AccountPlugins::saslNames_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("prepared");
    // The examples of RFC 4013.
    QTest::newRow("soft hyphen") << u"I\u00ADX"_s << u"IX"_s;
    QTest::newRow("plain") << u"user"_s << u"user"_s;
    QTest::newRow("case") << u"USER"_s << u"USER"_s;
    QTest::newRow("feminine ordinal") << u"\u00AA"_s << u"a"_s;
    QTest::newRow("roman numeral") << u"\u2168"_s << u"IX"_s;
    QTest::newRow("control character") << u"\u0007"_s << QString();
    // And what follows from its tables.
    QTest::newRow("other spaces") << u"a\u00A0b\u3000c"_s << u"a b c"_s;
    QTest::newRow("private use") << u"\uE000"_s << QString();
    QTest::newRow("replacement") << u"\uFFFD"_s << QString();
}

void tst_AccountPlugins::saslNames()
{
    QFETCH(const QString, text);
    QFETCH(const QString, prepared);
    const auto result = saslPrepared(text);
    QCOMPARE(result.has_value(), !prepared.isNull());
    if (result)
        QCOMPARE(*result, prepared.toUtf8());
}

void tst_AccountPlugins::openIdConnect()
{
    for (const int size : {10, 250, 251, 5000}) {
        const QByteArray token(size, 't');
        const auto plugin = AuthenticationPlugin::create("authentication_openid_connect_client",
                                                         contextFor(token, verifiedTls()));
        const auto action = plugin->start({});
        QCOMPARE(action.kind, Kind::Send);
        const QByteArray length = size < 251 ? QByteArray(1, char(size))
                                             : '\xFC' + QByteArray(1, char(size)) + char(size >> 8);
        QCOMPARE(action.payload, '\x01' + length + token);
    }
}

void tst_AccountPlugins::openIdConnectWithoutToken()
{
    const auto plugin = AuthenticationPlugin::create("authentication_openid_connect_client",
                                                     contextFor({}, verifiedTls()));
    QCOMPARE(plugin->start({}).failure.code, FailureCode::AnswerMissing);
}

void tst_AccountPlugins::onlyOverVerifiedChannels_data()
{
    QTest::addColumn<QByteArray>("plugin");
    QTest::addColumn<ChannelState>("channel");
    QTest::addColumn<bool>("allowed");
    for (const char *name :
         {"dialog", "mysql_clear_password", "authentication_openid_connect_client"}) {
        QTest::addRow("%s, clear", name) << QByteArray(name) << clearTcp() << false;
        QTest::addRow("%s, unverified", name) << QByteArray(name) << unverifiedTls() << false;
        QTest::addRow("%s, verified", name) << QByteArray(name) << verifiedTls() << true;
        QTest::addRow("%s, local", name) << QByteArray(name) << localSocket() << true;
    }
}

void tst_AccountPlugins::onlyOverVerifiedChannels()
{
    QFETCH(const QByteArray, plugin);
    QFETCH(const ChannelState, channel);
    QFETCH(const bool, allowed);
    for (const QByteArray &data : {""_ba, "\x04Password: "_ba,
                                   "\x02"
                                   "Code: "_ba}) {
        const auto machine = AuthenticationPlugin::create(plugin, contextFor("secret", channel));
        const auto action = machine->start(data);
        QCOMPARE(action.kind != Kind::Fail, allowed);
        if (!allowed)
            QCOMPARE(action.failure.code, FailureCode::ChannelNotSecure);
    }
}

void tst_AccountPlugins::dialog()
{
    const auto outcome = HandshakeScript(askingSettings(), localSocket())
                             .receive(GreetingPacket::mariaDb())
                             .receive(switchPacket("dialog", "\x04Password: "))
                             .receive("\x02"
                                      "Code: "_ba)
                             .answer("123")
                             .receive(dataPacket("\x05"
                                                 "PIN: "))
                             .answer("456")
                             .receive(okPacket())
                             .play();
    QVERIFY2(outcome.finished(), qPrintable(outcome.failure.message));
    QCOMPARE(outcome.sent.mid(1), QByteArrayList({"secret\0"_ba, "123\0"_ba, "456\0"_ba}));
    QCOMPARE(outcome.questions.size(), 2);
    QCOMPARE(outcome.questions.at(0).prompt, u"Code: "_s);
    QVERIFY(outcome.questions.at(0).echo);
    QCOMPARE(outcome.questions.at(1).prompt, u"PIN: "_s);
    QVERIFY(!outcome.questions.at(1).echo);
}

void tst_AccountPlugins::dialogWithoutFirstQuestion()
{
    const auto plugin = AuthenticationPlugin::create("dialog", contextFor("secret", localSocket()));
    const auto action = plugin->start({});
    QCOMPARE(action.payload, "secret\0"_ba);
    QVERIFY(plugin->isComplete());
}

void tst_AccountPlugins::dialogQuestions_data()
{
    QTest::addColumn<QByteArray>("question");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QString>("prompt");
    QTest::newRow("password") << "\x04Password: "_ba
                              << "secret"_ba
                              << "secret\0"_ba << QString();
    QTest::newRow("last password") << "\x05Password: "_ba
                                   << "secret"_ba
                                   << "secret\0"_ba << QString();
    QTest::newRow("password that is not known") << "\x04Password: "_ba
                                                << ""_ba << QByteArray() << u"Password: "_s;
    QTest::newRow("ordinary question") << "\x02Name: "_ba
                                       << "secret"_ba << QByteArray() << u"Name: "_s;
    QTest::newRow("control characters") << "\x02"
                                           "a\x1B[2Jb\r\nc\xC2\x85"_ba
                                        << "secret"_ba << QByteArray() << u"a[2Jb\nc"_s;
    QTest::newRow("no text") << "\x02"_ba
                             << "secret"_ba << QByteArray() << u""_s;
}

void tst_AccountPlugins::dialogQuestions()
{
    QFETCH(const QByteArray, question);
    QFETCH(const QByteArray, password);
    QFETCH(const QByteArray, sent);
    QFETCH(const QString, prompt);
    const auto plugin = AuthenticationPlugin::create("dialog", contextFor(password, localSocket()));
    const auto action = plugin->start(question);
    QCOMPARE(action.kind, sent.isEmpty() ? Kind::Ask : Kind::Send);
    QCOMPARE(action.payload, sent);
    QCOMPARE(action.question.prompt, prompt);
}

// What is left is a question of its own, or nothing.
void tst_AccountPlugins::dialogQuestionsThatAreCut()
{
    const QByteArray question = "\x02"
                                "C\xC3\xB6"
                                "de: ";
    forEachTruncation(question, [&](QByteArrayView cut) {
        const auto plugin
            = AuthenticationPlugin::create("dialog", contextFor("secret", localSocket()));
        QCOMPARE(plugin->start("\x04Password: ").kind, Kind::Send);
        QCOMPARE(plugin->handleData(cut).kind, cut.isEmpty() ? Kind::Fail : Kind::Ask);
    });
}

void tst_AccountPlugins::dialogWithoutEnd()
{
    HandshakeScript script(askingSettings(), localSocket());
    script.receive(GreetingPacket::mariaDb()).receive(switchPacket("dialog", "\x02Why? "));
    for (int i = 0; i < 20; ++i)
        script.answer("because").receive(dataPacket("\x02Why? "));
    const auto outcome = script.play();
    QVERIFY(outcome.failedWith(FailureCode::TooManyRounds));
}

void tst_AccountPlugins::dialogAfterTheLastQuestion()
{
    const auto plugin = AuthenticationPlugin::create("dialog", contextFor("secret", localSocket()));
    QCOMPARE(plugin->start("\x05Password: ").kind, Kind::Send);
    QCOMPARE(plugin
                 ->handleData("\x02"
                              "Code: ")
                 .kind,
             Kind::Fail);
    QCOMPARE(plugin->answered(Secret("x")).kind, Kind::Fail);
}

void tst_AccountPlugins::nobodyToAsk()
{
    const auto outcome = HandshakeScript(defaultSettings(), localSocket())
                             .receive(GreetingPacket::mariaDb())
                             .receive(switchPacket("dialog", "\x02"
                                                             "Code: "))
                             .play();
    QVERIFY(outcome.failedWith(FailureCode::AnswerMissing));
    QVERIFY2(outcome.failure.message.contains("\"Code:\""_L1), qPrintable(outcome.failure.message));
}

void tst_AccountPlugins::factors()
{
    HandshakeSettings settings = askingSettings();
    settings.furtherPasswords[0] = Secret("two");
    const auto outcome = HandshakeScript(settings)
                             .receive(GreetingPacket())
                             .startTls(verifiedTls())
                             .receive(dataPacket("\x03"))
                             .receive(nextFactorPacket("mysql_clear_password", {}))
                             .receive(nextFactorPacket("mysql_clear_password", {}))
                             .answer("three")
                             .receive(okPacket())
                             .play();
    QVERIFY2(outcome.finished(), qPrintable(outcome.failure.message));
    QVERIFY(outcome.capabilities & Capability::MultiFactorAuthentication);
    QCOMPARE(outcome.sent.mid(outcome.sent.size() - 2), QByteArrayList({"two\0"_ba, "three\0"_ba}));
    QCOMPARE(outcome.questions.size(), 1);
    QVERIFY(outcome.questions.first().isPassword);
    QCOMPARE(outcome.questions.first().factor, 3);
    QCOMPARE(outcome.questions.first().plugin, "mysql_clear_password");
}

void tst_AccountPlugins::tooManyFactors()
{
    HandshakeScript script;
    script.receive(GreetingPacket()).startTls(verifiedTls()).receive(dataPacket("\x03"));
    for (int i = 0; i < 3; ++i)
        script.receive(nextFactorPacket("mysql_clear_password", {}));
    QVERIFY(script.play().failedWith(FailureCode::TooManyRounds));
}

void tst_AccountPlugins::factorsThatWereNotNegotiated()
{
    const auto outcome = HandshakeScript()
                             .receive(mySqlWithoutFactors())
                             .startTls(verifiedTls())
                             .receive(dataPacket("\x03"))
                             .receive(nextFactorPacket("mysql_clear_password", {}))
                             .play();
    QVERIFY(outcome.failedWith(FailureCode::UnexpectedPacket));
    QVERIFY(!outcome.sent.contains("secret\0"_ba));
}

void tst_AccountPlugins::factorsThatAreNotAllowed()
{
    HandshakeSettings settings = askingSettings();
    settings.authentication.allowedPlugins = {"caching_sha2_password"};
    const auto outcome = HandshakeScript(settings)
                             .receive(GreetingPacket())
                             .startTls(verifiedTls())
                             .receive(dataPacket("\x03"))
                             .receive(nextFactorPacket("mysql_clear_password", {}))
                             .play();
    QVERIFY(outcome.failedWith(FailureCode::PluginNotAllowed));
    QVERIFY(outcome.questions.isEmpty());
}

void tst_AccountPlugins::nobodyIsAskedForAServerThatIsNotVerified()
{
    HandshakeSettings settings = verifyingSettings();
    settings.canAsk = true;
    const auto outcome = HandshakeScript(settings)
                             .receive(GreetingPacket())
                             .startTls(unverifiedTls())
                             .receive(nextFactorPacket("mysql_clear_password", {}))
                             .play();
    QVERIFY(outcome.failedWith(FailureCode::ServerNotVerified));
    QVERIFY(outcome.questions.isEmpty());
}

void tst_AccountPlugins::unsupported_data()
{
    QTest::addColumn<QByteArray>("plugin");
    QTest::addColumn<QString>("text");
    QTest::newRow("GSSAPI") << "auth_gssapi_client"_ba << u"Kerberos"_s;
    QTest::newRow("Kerberos") << "authentication_kerberos_client"_ba << u"Kerberos"_s;
    QTest::newRow("Windows") << "authentication_windows_client"_ba << u"SSPI"_s;
    QTest::newRow("WebAuthn") << "authentication_webauthn_client"_ba << u"security keys"_s;
    QTest::newRow("FIDO") << "authentication_fido_client"_ba << u"security keys"_s;
    QTest::newRow("OCI") << "authentication_oci_client"_ba << u"OpenID Connect"_s;
}

void tst_AccountPlugins::unsupported()
{
    QFETCH(const QByteArray, plugin);
    QFETCH(const QString, text);
    const auto outcome = HandshakeScript()
                             .receive(GreetingPacket())
                             .startTls(verifiedTls())
                             .receive(switchPacket(plugin, "challenge"))
                             .play();
    QVERIFY(outcome.failedWith(FailureCode::PluginNotSupported));
    QVERIFY2(outcome.failure.message.contains(text), qPrintable(outcome.failure.message));
    QVERIFY2(outcome.failure.message.contains("Use an account"_L1),
             qPrintable(outcome.failure.message));
}

QTEST_APPLESS_MAIN(tst_AccountPlugins)

#include "tst_accountplugins.moc"
