// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "handshakescript.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

using Step = Handshake::Step;

namespace {

/// SELECT PASSWORD('secret')
const QByteArray nativeHash = QByteArray::fromHex("14e65567abdb5135d0cfd9a70b3032c179a49ee7");
/// 'P', the exponent 0 and the salt.
const QByteArray parsecSalt = QByteArray::fromHex("5000"
                                                  "4142434445464748494a4b4c4d4e4f505152");

} // namespace

/// Who must prove that it is the server, and by what.
class tst_HandshakeProof : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void unverifiedServerGetsNoResponseOfCachingSha2();
    void serverProvesItselfByTheVectorsOfTheNotes_data();
    void serverProvesItselfByTheVectorsOfTheNotes();
    void wrongProofIsRefused_data();
    void wrongProofIsRefused();
    void emptyPasswordProvesNothing();
    void okWithoutProofOfThePasswordIsRefusedWhereTheServerMustBeVerified_data();
    void okWithoutProofOfThePasswordIsRefusedWhereTheServerMustBeVerified();
    void okInTheMiddleOfAPluginIsAcceptedFromAVerifiedServer();
    void localSocketsCountAsVerified();
};

void tst_HandshakeProof::unverifiedServerGetsNoResponseOfCachingSha2()
{
    const HandshakeScript::Outcome outcome = HandshakeScript(verifyingSettings())
                                                 .receive(GreetingPacket())
                                                 .startTls(unverifiedTls())
                                                 .play();
    QCOMPARE(outcome.step, Step::NeedPacket);
    QVERIFY(ClientResponse::parse(outcome.sent.last()).authenticationData.isEmpty());
}

void tst_HandshakeProof::serverProvesItselfByTheVectorsOfTheNotes_data()
{
    QTest::addColumn<QByteArray>("plugin");
    QTest::addColumn<QByteArray>("proof");

    // Greeting 01 … 14, certificate digest SHA256("dummy-der"), password "secret".
    QTest::newRow("native")
        << "mysql_native_password"_ba
        << "e86cc6721f02bfd27d02751e4bc8ea5b0a1887f4343817f395f63b46788ef8b9"_ba;
    QTest::newRow("native, upper case")
        << "mysql_native_password"_ba
        << "E86CC6721F02BFD27D02751E4BC8EA5B0A1887F4343817F395F63B46788EF8B9"_ba;
    QTest::newRow("parsec")
        << "parsec"_ba
        << "ba5fe9174316365d462b6a2fc82bf655be4eee8b5a98d7dae349be53b301e2ac"_ba;
}

void tst_HandshakeProof::serverProvesItselfByTheVectorsOfTheNotes()
{
    QFETCH(QByteArray, plugin);
    QFETCH(QByteArray, proof);

    if (!AuthenticationPlugin::supportedPlugins().contains(plugin))
        QSKIP("built without libsodium");
    HandshakeScript script = unverifiedServer();
    if (plugin == "parsec") {
        script.receive(switchPacket("parsec", QByteArray(32, '\x11')))
            .receive(parsecSalt)
            .deriveKey();
    }
    const HandshakeScript::Outcome outcome = script.receive(okPacket('\x01' + proof)).play();
    QVERIFY2(outcome.finished(), qPrintable(outcome.failure.message));
}

void tst_HandshakeProof::wrongProofIsRefused_data()
{
    QTest::addColumn<QByteArray>("info");

    const QByteArray digest = unverifiedTls().certificateDigest;
    const QByteArray proof = serverProof(nativeHash, digest);
    QTest::newRow("none") << ""_ba;
    QTest::newRow("text") << "Welcome"_ba;
    QTest::newRow("the marker alone") << "\x01"_ba;
    QTest::newRow("one digit short") << proof.chopped(1);
    QTest::newRow("half") << proof.first(33);
    QTest::newRow("one digit more") << proof + '0';
    QTest::newRow("without the marker") << proof.sliced(1);
    QTest::newRow("another marker") << '\x02' + proof.sliced(1);
    QTest::newRow("not hex") << '\x01' + QByteArray(64, 'z');
    QTest::newRow("first digit") << QByteArray(proof).replace(1, 1, proof.at(1) == '0' ? "1" : "0");
    QTest::newRow("last digit") << QByteArray(proof).replace(64, 1,
                                                             proof.at(64) == '0' ? "1" : "0");
    QTest::newRow("for another certificate") << serverProof(nativeHash, QByteArray(32, 'x'));
    QTest::newRow("for another password") << serverProof(QByteArray(20, 'x'), digest);
    QTest::newRow("for no password") << serverProof({}, digest);
}

void tst_HandshakeProof::wrongProofIsRefused()
{
    QFETCH(QByteArray, info);

    QVERIFY(unverifiedServer()
                .receive(okPacket(info))
                .play()
                .failedWith(FailureCode::ServerNotVerified));
}

void tst_HandshakeProof::emptyPasswordProvesNothing()
{
    HandshakeSettings settings = verifyingSettings();
    settings.password.clear();
    const HandshakeScript::Outcome outcome
        = HandshakeScript(settings)
              .receive(GreetingPacket::mariaDb())
              .startTls(unverifiedTls())
              .receive(okPacket(serverProof({}, unverifiedTls().certificateDigest)))
              .play();
    QVERIFY(outcome.failedWith(FailureCode::ServerNotVerified));
    QCOMPARE(outcome.sent.size(), 1);
}

void tst_HandshakeProof::okWithoutProofOfThePasswordIsRefusedWhereTheServerMustBeVerified_data()
{
    QTest::addColumn<HandshakeScript>("script");

    QTest::newRow("no plugin runs")
        << HandshakeScript(verifyingSettings()).receive(GreetingPacket()).startTls(unverifiedTls());
    QTest::newRow("native, no proof") << unverifiedServer();
    if (AuthenticationPlugin::supportedPlugins().contains("parsec")) {
        QTest::newRow("parsec, before the salt")
            << unverifiedServer().receive(switchPacket("parsec", QByteArray(32, 'x')));
    }
}

void tst_HandshakeProof::okWithoutProofOfThePasswordIsRefusedWhereTheServerMustBeVerified()
{
    QFETCH(HandshakeScript, script);

    const QByteArray digest = unverifiedTls().certificateDigest;
    QVERIFY(HandshakeScript(script)
                .receive(okPacket())
                .play()
                .failedWith(FailureCode::ServerNotVerified));
    // Neither with a proof over nothing.
    QVERIFY(script.receive(okPacket(serverProof({}, digest)))
                .play()
                .failedWith(FailureCode::ServerNotVerified));
}

void tst_HandshakeProof::okInTheMiddleOfAPluginIsAcceptedFromAVerifiedServer()
{
    HandshakeSettings settings = verifyingSettings();
    settings.authentication.allowedPlugins.clear();
    QVERIFY(HandshakeScript(settings)
                .receive(GreetingPacket())
                .startTls(verifiedTls())
                .receive(okPacket())
                .play()
                .finished());
}

void tst_HandshakeProof::localSocketsCountAsVerified()
{
    const HandshakeScript::Outcome outcome = HandshakeScript(verifyingSettings(), localSocket())
                                                 .receive(GreetingPacket())
                                                 .receive(dataPacket("\x04"))
                                                 .receive(okPacket())
                                                 .play();
    QVERIFY(outcome.finished());
    QCOMPARE(outcome.sentInClear, 0);
}

QTEST_APPLESS_MAIN(tst_HandshakeProof)
#include "tst_handshakeproof.moc"
