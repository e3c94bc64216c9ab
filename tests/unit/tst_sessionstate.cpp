// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "handshakescript.h"
#include "sessionstate.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

using Type = SessionStateChange::Type;

namespace {

SessionStateChange variable(const QByteArray &name, const QByteArray &value)
{
    return {Type::SystemVariable, name, value};
}

} // namespace

class tst_SessionState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void beginsWithTheHandshake();
    void followsTheServer();
    void followsItsDialect();
    void boundsItsVariables();
    void keepsTheTimeZoneThatItHas();
    void becomesUtf8();
    void limitsCommands();
};

void tst_SessionState::beginsWithTheHandshake()
{
    Handshake handshake(defaultSettings(), clearTcp());
    GreetingPacket greeting = GreetingPacket::mariaDb();
    greeting.capabilities &= ~Capability::Ssl;
    QCOMPARE(handshake.handlePacket(greeting.bytes()), Handshake::Step::NeedPacket);
    QCOMPARE(handshake.handlePacket(okPacket()), Handshake::Step::Finished);

    SessionState state;
    state.database = u"shop"_s;
    state.begin(handshake);
    QCOMPARE(state.capabilities, handshake.capabilities());
    QCOMPARE(state.connectionId, quint64(0x2A));
    QCOMPARE(state.serverVersion, u"11.8.2-MariaDB"_s);
    QCOMPARE(state.serverVersionNumber, quint32(110802));
    QVERIFY(state.isMariaDb);
    QCOMPARE(state.flavour, ServerFlavour::MariaDb);
    QCOMPARE(state.authenticationPlugin, "mysql_native_password"_ba);
    QVERIFY(state.status.testFlag(ServerStatusFlag::AutoCommit));
    QCOMPARE(state.database, u"shop"_s);
    QCOMPARE(state.revision, quint64(0));
}

void tst_SessionState::followsTheServer()
{
    SessionState state;
    state.update({});
    QCOMPARE(state.revision, quint64(0));
    state.update({variable("character_set_client", "gbk"),
                  variable("time_zone", "+02:00"),
                  variable("character_set_results", "latin1"),
                  variable("connection_id", "17"),
                  variable("last_gtid", "0-1-7"),
                  variable("last_gtid", ""),
                  {Type::Schema, {}, "shop"},
                  {Type::StateChanged, {}, "1"},
                  {Type::TransactionState, {}, "T_______"}});
    QCOMPARE(state.characterSet, "gbk"_ba);
    QCOMPARE(state.resultCharacterSet, "latin1"_ba);
    QVERIFY(state.timeZone);
    QCOMPARE(state.timeZone->name(), "+02:00"_ba);
    QCOMPARE(state.connectionId, quint64(17));
    QCOMPARE(state.gtid, u"0-1-7"_s);
    QCOMPARE(state.database, u"shop"_s);
    QCOMPARE(state.variables.value(u"character_set_client"_s), u"gbk"_s);
    QCOMPARE(state.revision, quint64(9));
    state.update({{Type::Gtids, {}, "uuid:1-9"}});
    QCOMPARE(state.gtid, u"uuid:1-9"_s);
    QCOMPARE(state.revision, quint64(10));
}

void tst_SessionState::followsItsDialect()
{
    SessionState state;
    // MySQL's status word does not say it.
    state.flavour = ServerFlavour::MySql;
    state.serverVersionNumber = 90700;
    QVERIFY(!state.dialect().ansiQuotes);
    QCOMPARE(state.dialect().serverVersion, quint32(90700));
    QVERIFY(!state.reportedDialect().noBackslashEscapes);
    state.update({variable("sql_mode", "ANSI_QUOTES,NO_BACKSLASH_ESCAPES")});
    QVERIFY(state.dialect().ansiQuotes);
    QVERIFY(!state.dialect().noBackslashEscapes);
    QVERIFY(state.reportedDialect().noBackslashEscapes);
    state.update({variable("sql_mode", "")});
    QVERIFY(!state.dialect().ansiQuotes);
    QVERIFY(!state.reportedDialect().noBackslashEscapes);
    // An unknown server's version says nothing.
    state.flavour = ServerFlavour::Unknown;
    QCOMPARE(state.dialect().serverVersion, quint32(0));
}

void tst_SessionState::boundsItsVariables()
{
    SessionState state;
    state.update({variable("huge", QByteArray(5000, 'x'))});
    QVERIFY(state.variables.isEmpty());
    QList<SessionStateChange> many;
    for (int i = 0; i < 2000; ++i)
        many.append(variable("variable" + QByteArray::number(i), "1"));
    state.update(many);
    QCOMPARE(state.variables.size(), 1024);
    // Those that are known go on being followed.
    state.update({variable("variable7", "2")});
    QCOMPARE(state.variables.value(u"variable7"_s), u"2"_s);
}

void tst_SessionState::keepsTheTimeZoneThatItHas()
{
    SessionState state;
    state.setTimeZone("+03:00");
    const Values::SessionTimeZonePointer zone = state.timeZone;
    QVERIFY(zone);
    state.setTimeZone("+03:00");
    QCOMPARE(state.timeZone, zone);
    state.setTimeZone("SYSTEM");
    QVERIFY(!state.timeZone);
}

void tst_SessionState::becomesUtf8()
{
    SessionState state;
    state.update(
        {variable("character_set_client", "gbk"), variable("character_set_results", "latin1")});
    state.setUtf8();
    QCOMPARE(state.characterSet, "utf8mb4"_ba);
    QCOMPARE(state.resultCharacterSet, "utf8mb4"_ba);
}

void tst_SessionState::limitsCommands()
{
    SessionState state;
    QCOMPARE(state.commandLimit(), 0);
    state.packetLimit = 1024;
    QCOMPARE(state.commandLimit(), 1024);
    state.capabilities = Capability::Compress;
    QCOMPARE(state.commandLimit(), 1020);
    state.packetLimit = 0;
    QCOMPARE(state.commandLimit(), 0);
}

QTEST_GUILESS_MAIN(tst_SessionState)
#include "tst_sessionstate.moc"
