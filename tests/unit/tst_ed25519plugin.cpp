// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "ed25519plugin.h"
#include "handshakescript.h"

#include <QtTest/qtest.h>

#include <sodium.h>

using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

using Kind = AuthenticationPlugin::Action::Kind;

namespace {

AuthenticationContext contextFor(const QByteArray &password)
{
    AuthenticationContext context;
    context.password = Secret(password);
    return context;
}

bool verifies(const QByteArray &signature, const QByteArray &message, const QByteArray &publicKey)
{
    const auto bytes = [](const QByteArray &array) {
        return reinterpret_cast<const unsigned char *>(array.constData());
    };
    return crypto_sign_verify_detached(bytes(signature), bytes(message),
                                       static_cast<unsigned long long>(message.size()),
                                       bytes(publicKey))
           == 0;
}

} // namespace

class tst_Ed25519Plugin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void signsTheNonceAsTheServerDoesInItsTest();
    void signaturesVerifyWithThePublicKeyOfTheAccount_data();
    void signaturesVerifyWithThePublicKeyOfTheAccount();
    void anEmptyPasswordProvesNothing();
};

void tst_Ed25519Plugin::signsTheNonceAsTheServerDoesInItsTest()
{
    Ed25519Plugin plugin(contextFor("foobar"));
    const AuthenticationPlugin::Action action = plugin.start(QByteArray(32, 'A'));
    QCOMPARE(action.kind, Kind::Send);
    QCOMPARE(action.payload.toHex(),
             "e83dc93f433f33355649ee23aa7592d61a1123090884f58d3063423a24e43054"
             "73febba858a2f93923554feea76a44753887ab2f140e854f0fe57ca0b0648a0e"_ba);
    QVERIFY(plugin.isComplete());
}

void tst_Ed25519Plugin::signaturesVerifyWithThePublicKeyOfTheAccount_data()
{
    QTest::addColumn<QByteArray>("password");

    QTest::newRow("one byte") << "x"_ba;
    QTest::newRow("32 bytes, the length of a seed") << QByteArray(32, 'p');
    QTest::newRow("long") << QByteArray(1000, 'p');
    QTest::newRow("not ASCII") << u"pässwörd-密碼"_s.toUtf8();
}

void tst_Ed25519Plugin::signaturesVerifyWithThePublicKeyOfTheAccount()
{
    QFETCH(QByteArray, password);

    for (char i = 0; i < 64; ++i) {
        Ed25519Plugin plugin(contextFor(password));
        const QByteArray nonce(32, i);
        const AuthenticationPlugin::Action action = plugin.start(nonce);
        QCOMPARE(action.payload.size(), 64);
        QCOMPARE(plugin.proofHash().size(), 32);
        QVERIFY(verifies(action.payload, nonce, plugin.proofHash()));
    }
}

void tst_Ed25519Plugin::anEmptyPasswordProvesNothing()
{
    Ed25519Plugin plugin(contextFor(""));
    QCOMPARE(plugin.start(QByteArray(32, 'A')).payload.size(), 64);
    QVERIFY(plugin.proofHash().isEmpty());
}

QTEST_APPLESS_MAIN(tst_Ed25519Plugin)
#include "tst_ed25519plugin.moc"
