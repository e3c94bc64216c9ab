// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "handshakescript.h"
#include "rsaencryption.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

using Step = Handshake::Step;

Q_DECLARE_METATYPE(HandshakeScript)

namespace {

const QByteArray switchScramble = "abcdefghijklmnopqrst"_ba;
/// 'P', the exponent 0 and the salt.
const QByteArray parsecSalt = QByteArray::fromHex("5000"
                                                  "4142434445464748494a4b4c4d4e4f505152");
/// RSA, 2048 bits, made for this test; nobody has the private key. No byte of it may be missing.
const QByteArray publicKey = "-----BEGIN PUBLIC KEY-----\n"
                             "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsMl0ADdUsm6BXhHYK2h7\n"
                             "CMpx99tkGhC/rv9e4/4DKW/K8vxVfAz2sr+ifgXbzueYq20hKenfXxUEs0H1anaO\n"
                             "lB+iL3ivWW4MkSxM9nmZ0A4CM/gKwoqC+29kTYSGf68gAiYMRdNFThgacvVn8GNW\n"
                             "yUNW1m4LENhrz6yhtZibpMgb74qLQnBlMGKDKVlrqilxYA2DMsX8VjW/i2WRZy3p\n"
                             "yfNToQ1TVPFcNFpSZDROj8Y6viYY7nxKoIGovhb5dYJyTqFlmMs9ywLaWKF0iSrM\n"
                             "7V2VFT4pVI2t3a3dVLp2F8ceE4xa8PCziw2m0UAtlycXdEuBEqpGSPSRIaDTZBTd\n"
                             "/wIDAQAB\n"
                             "-----END PUBLIC KEY-----"_ba;

bool hasRsa()
{
    return !encryptWithRsa("secret", publicKey).failure;
}

GreetingPacket withoutTls(GreetingPacket greeting)
{
    greeting.capabilities &= ~Capability::Ssl;
    return greeting;
}

/// The plugin that the switch names needs no more packets.
HandshakeScript afterSwitch(const QByteArray &plugin, const QByteArray &data)
{
    return HandshakeScript()
        .receive(GreetingPacket::mariaDb())
        .startTls(verifiedTls())
        .receive(switchPacket(plugin, data))
        .receive(okPacket());
}

/// Every way to the end.
void addScripts()
{
    QTest::addColumn<HandshakeScript>("script");

    QTest::newRow("MySQL, TLS, fast path") << HandshakeScript()
                                                  .receive(GreetingPacket())
                                                  .startTls(verifiedTls())
                                                  .receive(dataPacket("\x03"))
                                                  .receive(okPacket());
    QTest::newRow("MySQL, TLS, full authentication") << HandshakeScript()
                                                            .receive(GreetingPacket())
                                                            .startTls(verifiedTls())
                                                            .receive(dataPacket("\x04"))
                                                            .receive(okPacket());
    QTest::newRow("MySQL, local socket, switch")
        << HandshakeScript(defaultSettings(), localSocket())
               .receive(GreetingPacket())
               .receive(switchPacket("mysql_native_password", switchScramble))
               .receive(okPacket());
    QTest::newRow("MariaDB, clear TCP")
        << HandshakeScript().receive(withoutTls(GreetingPacket::mariaDb())).receive(okPacket());
    QTest::newRow("MariaDB proves itself")
        << HandshakeScript(verifyingSettings())
               .receive(GreetingPacket::mariaDb())
               .startTls(unverifiedTls())
               .receive(okPacket(
                   serverProof(QByteArray::fromHex("14e65567abdb5135d0cfd9a70b3032c179a49ee7"),
                               unverifiedTls().certificateDigest)));
    HandshakeSettings factors = defaultSettings();
    factors.furtherPasswords = {Secret("two"), Secret("three")};
    QTest::newRow("three factors")
        << HandshakeScript(factors)
               .receive(GreetingPacket())
               .startTls(verifiedTls())
               .receive(dataPacket("\x03"))
               .receive(nextFactorPacket("mysql_native_password", switchScramble))
               .receive(nextFactorPacket("sha256_password", switchScramble))
               .receive(okPacket());
    factors.furtherPasswords = {};
    factors.canAsk = true;
    QTest::newRow("a factor that is asked for")
        << HandshakeScript(factors)
               .receive(GreetingPacket())
               .startTls(verifiedTls())
               .receive(dataPacket("\x03"))
               .receive(nextFactorPacket("sha256_password", switchScramble))
               .answer("two")
               .receive(okPacket());
    QTest::newRow("clear password, verified TLS") << afterSwitch("mysql_clear_password", {});
    QTest::newRow("sha256, verified TLS") << afterSwitch("sha256_password", switchScramble);
    if (hasRsa()) {
        HandshakeSettings settings = defaultSettings();
        settings.authentication.allowPublicKeyRetrieval = true;
        QTest::newRow("full authentication, RSA") << HandshakeScript(settings)
                                                         .receive(withoutTls(GreetingPacket()))
                                                         .receive(dataPacket("\x04"))
                                                         .receive(dataPacket(publicKey))
                                                         .receive(okPacket());
        QTest::newRow("sha256, RSA")
            << HandshakeScript(settings)
                   .receive(withoutTls(GreetingPacket::mariaDb()))
                   .receive(switchPacket("sha256_password", switchScramble))
                   .receive(dataPacket(publicKey))
                   .receive(okPacket());
    }
    const QList<QByteArray> plugins = AuthenticationPlugin::supportedPlugins();
    if (plugins.contains("client_ed25519"))
        QTest::newRow("ed25519") << afterSwitch("client_ed25519", QByteArray(32, 'x'));
    if (plugins.contains("parsec")) {
        QTest::newRow("parsec") << HandshakeScript()
                                       .receive(GreetingPacket::mariaDb())
                                       .startTls(verifiedTls())
                                       .receive(switchPacket("parsec", QByteArray(32, 'x')))
                                       .receive(parsecSalt)
                                       .deriveKey()
                                       .receive(okPacket());
    }
}

} // namespace

/// Whole conversations: as they are, in portions, cut, and with every byte another.
class tst_HandshakeScripts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finishes_data() { addScripts(); }
    void finishes();
    void finishesInPortions_data() { addScripts(); }
    void finishesInPortions();
    void noCutPacketLetsTheClientGoOn_data() { addScripts(); }
    void noCutPacketLetsTheClientGoOn();
    void everyByteMayLie_data() { addScripts(); }
    void everyByteMayLie();
};

void tst_HandshakeScripts::finishes()
{
    QFETCH(HandshakeScript, script);

    const HandshakeScript::Outcome outcome = script.play();
    QVERIFY2(outcome.finished(), qPrintable(outcome.failure.message));
    QVERIFY(!outcome.failure);
    QCOMPARE(outcome.ok.status, ServerStatusFlag::AutoCommit);
}

void tst_HandshakeScripts::finishesInPortions()
{
    QFETCH(HandshakeScript, script);

    const HandshakeScript::Outcome whole = script.play();
    // From byte by byte to the longest packet in one piece: the frame is cut everywhere.
    qsizetype longest = 0;
    for (qsizetype i = 0; i < script.size(); ++i)
        longest = qMax(longest, script.packet(i).size());
    for (qsizetype portion = 1; portion <= longest + 4; ++portion) {
        const HandshakeScript::Outcome outcome = script.playInPortions(portion);
        QVERIFY2(outcome.finished(), qPrintable(outcome.failure.message));
        QCOMPARE(outcome.plugin, whole.plugin);
        QCOMPARE(outcome.sent.size(), whole.sent.size());
        // What is encrypted, or signed with a random part, is as long, but another each time.
        for (qsizetype i = 0; i < whole.sent.size(); ++i)
            QCOMPARE(outcome.sent.at(i).size(), whole.sent.at(i).size());
        QCOMPARE(outcome.sent.first(), whole.sent.first());
    }
}

void tst_HandshakeScripts::noCutPacketLetsTheClientGoOn()
{
    QFETCH(HandshakeScript, script);

    for (qsizetype i = 0; i < script.size(); ++i) {
        const bool isOk = i == script.size() - 1;
        forEachTruncation(script.packet(i), [&](QByteArrayView cut) {
            const HandshakeScript::Outcome outcome = script.play(i, cut);
            // An OK may end before its text, but not where the text is the server's proof.
            const bool mayFinish = isOk && cut.size() >= 7 && script.packet(i).size() == 7;
            // The name of the greeting's plugin may be any: the server switches to the right one.
            const qsizetype name = script.packet(0).indexOf(greetingScramble().sliced(8)) + 13;
            const bool isGreetingName = i == 0 && cut.size() >= name;
            // Not all servers send the NUL behind the scramble.
            const bool isLastNul
                = (script.packet(i).startsWith('\xFE') || script.packet(i).startsWith('\x02'))
                  && cut.size() == script.packet(i).size() - 1;
            if (!mayFinish && !isGreetingName && !isLastNul) {
                QVERIFY2(outcome.step == Step::Failed,
                         qPrintable(u"packet %1, %2 bytes"_s.arg(i).arg(cut.size())));
            }
        });
    }
}

void tst_HandshakeScripts::everyByteMayLie()
{
    QFETCH(HandshakeScript, script);

    for (qsizetype i = 0; i < script.size(); ++i) {
        // Keys are OpenSSL's to read, which takes its time.
        if (script.packet(i) == dataPacket(publicKey))
            continue;
        forEachMutation(script.packet(i), [&](QByteArrayView mutated) {
            const HandshakeScript::Outcome outcome = script.play(i, mutated);
            QCOMPARE(outcome.step == Step::Failed, bool(outcome.failure));
        });
    }
}

QTEST_APPLESS_MAIN(tst_HandshakeScripts)
#include "tst_handshakescripts.moc"
