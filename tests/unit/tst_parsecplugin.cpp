// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "handshakescript.h"
#include "parsecplugin.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

using Kind = AuthenticationPlugin::Action::Kind;

namespace {

const QByteArray serverScramble(32, '\x11');
const QByteArray clientScramble(32, '\x22');
const QByteArray salt = QByteArray::fromHex("4142434445464748494a4b4c4d4e4f505152");

AuthenticationContext contextFor(const QByteArray &password)
{
    AuthenticationContext context;
    context.password = Secret(password);
    return context;
}

QByteArray extendedSalt(char exponent)
{
    return 'P' + QByteArray(1, exponent) + salt;
}

} // namespace

class tst_ParsecPlugin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void signsBothScramblesWithTheDerivedKey();
    void provesTheServerByTheExponentAsItWasSent();
    void refusesExpensiveKeyDerivations_data();
    void refusesExpensiveKeyDerivations();
    void refusesSaltsThatMakeNoSense_data();
    void refusesSaltsThatMakeNoSense();
    void refusesPacketsOutOfTurn();
    void refusesAKeyOfAnotherLength();
    void takesAnotherScrambleEachTime();
    void anEmptyPasswordProvesNothing();
};

void tst_ParsecPlugin::signsBothScramblesWithTheDerivedKey()
{
    ParsecPlugin plugin(contextFor("secret"), clientScramble);
    const AuthenticationPlugin::Action request = plugin.start(serverScramble);
    QCOMPARE(request.kind, Kind::Send);
    QVERIFY(request.payload.isEmpty());
    QVERIFY(!plugin.isComplete());

    const AuthenticationPlugin::Action derive = plugin.handleData(extendedSalt(0));
    QCOMPARE(derive.kind, Kind::DeriveKey);
    // A copy of its own that is overwritten when it goes, as are the copies made of it.
    static_assert(std::is_same_v<decltype(derive.keyDerivation.password), Secret>);
    QCOMPARE(derive.keyDerivation.password.bytes(), QByteArrayView("secret"));
    QCOMPARE(derive.keyDerivation.salt, salt);
    QCOMPARE(derive.keyDerivation.iterations, 1024);
    QCOMPARE(derive.keyDerivation.keyLength, 32);
    QVERIFY(!plugin.isComplete());
    QVERIFY(plugin.proofHash().isEmpty());

    const AuthenticationPlugin::Action action = plugin.keyDerived(derivedKey(derive.keyDerivation));
    QCOMPARE(action.kind, Kind::Send);
    QCOMPARE(action.payload.first(32), clientScramble);
    QCOMPARE(action.payload.sliced(32).toHex(),
             "d6dafad70501db0305fd3e3460b11a28319433a1e8a9cb4535f2e20650f46cb1"
             "2c7da09e8404048c7a1030d7cd6e17f62f5df34512644cfc999fb8c32a51360b"_ba);
    QVERIFY(plugin.isComplete());
    QCOMPARE(plugin.proofHash(),
             extendedSalt(0)
                 + QByteArray::fromHex(
                     "77379187008e758373d5fc4ab664055ad0a8183109e48d452744d20a9580444a"));
}

void tst_ParsecPlugin::provesTheServerByTheExponentAsItWasSent()
{
    ParsecPlugin plugin(contextFor("secret"), clientScramble);
    QCOMPARE(plugin.start(serverScramble).kind, Kind::Send);
    const AuthenticationPlugin::Action derive = plugin.handleData(extendedSalt(3));
    QCOMPARE(derive.keyDerivation.iterations, 8192);
    QCOMPARE(plugin.keyDerived(derivedKey(derive.keyDerivation)).kind, Kind::Send);
    QCOMPARE(plugin.proofHash().size(), 52);
    QVERIFY(plugin.proofHash().startsWith(extendedSalt(3)));
}

void tst_ParsecPlugin::refusesExpensiveKeyDerivations_data()
{
    QTest::addColumn<int>("maximum");
    QTest::addColumn<int>("exponent");
    QTest::addColumn<bool>("refused");

    QTest::newRow("0 of 3") << 3 << 0 << false;
    QTest::newRow("3 of 3") << 3 << 3 << false;
    QTest::newRow("4 of 3") << 3 << 4 << true;
    QTest::newRow("20 of 3") << 3 << 20 << true;
    QTest::newRow("255 of 3") << 3 << 255 << true;
    QTest::newRow("5 of 5") << 5 << 5 << false;
    QTest::newRow("0 of none") << -1 << 0 << true;
    QTest::newRow("an overflow is never allowed") << 255 << 21 << true;
}

void tst_ParsecPlugin::refusesExpensiveKeyDerivations()
{
    QFETCH(int, maximum);
    QFETCH(int, exponent);
    QFETCH(bool, refused);

    AuthenticationContext context = contextFor("secret");
    context.policy.maximumParsecExponent = maximum;
    ParsecPlugin plugin(context);
    QCOMPARE(plugin.start(serverScramble).kind, Kind::Send);
    const AuthenticationPlugin::Action action
        = plugin.handleData(extendedSalt(static_cast<char>(exponent)));
    QCOMPARE(action.kind, refused ? Kind::Fail : Kind::DeriveKey);
    if (refused)
        QCOMPARE(action.failure.code, FailureCode::KeyDerivationTooExpensive);
    else
        QCOMPARE(action.keyDerivation.iterations, 1024 << exponent);
}

void tst_ParsecPlugin::refusesSaltsThatMakeNoSense_data()
{
    QTest::addColumn<QByteArray>("data");

    QTest::newRow("none") << ""_ba;
    QTest::newRow("one byte") << "P"_ba;
    QTest::newRow("one byte short") << extendedSalt(0).chopped(1);
    QTest::newRow("one byte more") << extendedSalt(0) + 'x';
    QTest::newRow("another derivation") << extendedSalt(0).replace(0, 1, "Q");
}

void tst_ParsecPlugin::refusesSaltsThatMakeNoSense()
{
    QFETCH(QByteArray, data);

    ParsecPlugin plugin(contextFor("secret"));
    QCOMPARE(plugin.start(serverScramble).kind, Kind::Send);
    QCOMPARE(plugin.handleData(data).failure.code, FailureCode::MalformedPacket);
}

void tst_ParsecPlugin::refusesPacketsOutOfTurn()
{
    ParsecPlugin plugin(contextFor("secret"));
    QCOMPARE(plugin.handleData(extendedSalt(0)).failure.code, FailureCode::UnexpectedPacket);
    QCOMPARE(plugin.start(serverScramble).kind, Kind::Send);
    QCOMPARE(plugin.keyDerived(QByteArray(32, 'k')).failure.code, FailureCode::UnexpectedPacket);
    QCOMPARE(plugin.handleData(extendedSalt(0)).kind, Kind::DeriveKey);
    QCOMPARE(plugin.handleData(extendedSalt(0)).failure.code, FailureCode::UnexpectedPacket);
}

void tst_ParsecPlugin::refusesAKeyOfAnotherLength()
{
    ParsecPlugin plugin(contextFor("secret"));
    QCOMPARE(plugin.start(serverScramble).kind, Kind::Send);
    QCOMPARE(plugin.handleData(extendedSalt(0)).kind, Kind::DeriveKey);
    const AuthenticationPlugin::Action action = plugin.keyDerived({});
    QCOMPARE(action.kind, Kind::Fail);
    QVERIFY(!plugin.isComplete());
}

void tst_ParsecPlugin::takesAnotherScrambleEachTime()
{
    const auto scrambleOf = [](ParsecPlugin *plugin) {
        static_cast<void>(plugin->start(serverScramble));
        static_cast<void>(plugin->handleData(extendedSalt(0)));
        return plugin->keyDerived(QByteArray(32, 'k')).payload.first(32);
    };
    ParsecPlugin first(contextFor("secret"));
    ParsecPlugin second(contextFor("secret"));
    QVERIFY(scrambleOf(&first) != scrambleOf(&second));
}

void tst_ParsecPlugin::anEmptyPasswordProvesNothing()
{
    ParsecPlugin plugin(contextFor(""));
    QCOMPARE(plugin.start(serverScramble).kind, Kind::Send);
    const AuthenticationPlugin::Action derive = plugin.handleData(extendedSalt(0));
    QCOMPARE(derive.kind, Kind::DeriveKey);
    QCOMPARE(plugin.keyDerived(derivedKey(derive.keyDerivation)).payload.size(), 96);
    QVERIFY(plugin.proofHash().isEmpty());
}

QTEST_APPLESS_MAIN(tst_ParsecPlugin)
#include "tst_parsecplugin.moc"
