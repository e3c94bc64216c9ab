// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionsetup.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

namespace {

SessionState session(const QString &database = {})
{
    SessionState state;
    state.database = database;
    return state;
}

const QByteArray PlainSetup = "SET NAMES utf8mb4, @@SESSION.`net_write_timeout` = 28800";

ConnectionOptions optionsWithoutPipelining()
{
    ConnectionOptions options;
    options.setPipelineDepth(1);
    return options;
}

QList<QByteArray> sqlOf(const SessionSetup &setup, const SessionState &state)
{
    QList<QByteArray> sql;
    for (const SessionSetup::Step &step : setup.statements(state).steps)
        sql.append(step.sql);
    return sql;
}

} // namespace

class tst_SessionSetup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void setsTheCharacterSetFirst();
    void leavesTheTimeZoneOfTheServer();
    void selectsTheDatabaseWhereTheSessionHasAnother();
    void rememberedValuesReplaceThoseOfTheOptions();
    void newOptionsForgetWhatWasRemembered();
    void runsInitStatementsLast();
    void asksForThePeerBeforeOthersStatements_data();
    void asksForThePeerBeforeOthersStatements();
    void quotesForTheLiveSession();
    void refusesValuesWithoutASqlForm();
};

void tst_SessionSetup::setsTheCharacterSetFirst()
{
    ConnectionOptions options = optionsWithoutPipelining();
    options.setCollation(u"utf8mb4_bin"_s);
    options.setSessionVariables({{u"@name"_s, u"Zoë"_s}, {u"sql_mode"_s, u"ANSI"_s}});
    SessionSetup setup;
    setup.setOptions(options);
    // With the character set that a server may have of its own, the name would not arrive.
    SessionState latin = session();
    latin.characterSet = "latin1";
    QVERIFY(!setup.statements(latin).error);
    QCOMPARE(sqlOf(setup, latin),
             (QList<QByteArray>{
                 "SET NAMES utf8mb4 COLLATE utf8mb4_bin, @@SESSION.`time_zone` = '+00:00', "
                 "@@SESSION.`net_write_timeout` = 28800",
                 "SET @`name` = 'Zo\xC3\xAB', @@SESSION.`sql_mode` = 'ANSI'"}));
}

void tst_SessionSetup::leavesTheTimeZoneOfTheServer()
{
    ConnectionOptions options = optionsWithoutPipelining();
    options.setTimeZone({});
    SessionSetup setup;
    setup.setOptions(options);
    QCOMPARE(sqlOf(setup, session()), QList<QByteArray>{PlainSetup});
}

void tst_SessionSetup::selectsTheDatabaseWhereTheSessionHasAnother()
{
    ConnectionOptions options = optionsWithoutPipelining();
    options.setDatabase(u"the `shop`"_s);
    SessionSetup setup;
    setup.setOptions(options);
    QCOMPARE(setup.database(), u"the `shop`"_s);
    QCOMPARE(sqlOf(setup, session(u"the `shop`"_s)).size(), 1);
    QCOMPARE(sqlOf(setup, session(u"other"_s)).value(1), "USE `the ``shop```");
}

void tst_SessionSetup::rememberedValuesReplaceThoseOfTheOptions()
{
    ConnectionOptions options = optionsWithoutPipelining();
    options.setDatabase(u"shop"_s);
    options.setTimeZone({});
    options.setSessionVariables({{u"@tenant"_s, 7}});
    SessionSetup setup;
    setup.setOptions(options);
    setup.rememberDatabase(u"archive"_s);
    setup.rememberVariable(u"@tenant"_s, 8);
    QCOMPARE(setup.database(), u"archive"_s);
    QCOMPARE(sqlOf(setup, session(u"archive"_s)),
             (QList<QByteArray>{PlainSetup, "SET @`tenant` = 8"}));
}

void tst_SessionSetup::newOptionsForgetWhatWasRemembered()
{
    SessionSetup setup;
    setup.rememberDatabase(u"archive"_s);
    setup.rememberVariable(u"@tenant"_s, 8);
    ConnectionOptions options = optionsWithoutPipelining();
    options.setTimeZone({});
    setup.setOptions(options);
    QCOMPARE(setup.database(), QString());
    QCOMPARE(sqlOf(setup, session()), QList<QByteArray>{PlainSetup});
}

void tst_SessionSetup::runsInitStatementsLast()
{
    ConnectionOptions options = optionsWithoutPipelining();
    options.setDatabase(u"shop"_s);
    options.setInitStatements({u"SET ROLE reader"_s, u"DO 1"_s});
    SessionSetup setup;
    setup.setOptions(options);
    const QList<QByteArray> sql = sqlOf(setup, session());
    QCOMPARE(sql.size(), 4);
    QCOMPARE(sql.mid(2), (QList<QByteArray>{"SET ROLE reader", "DO 1"}));
}

void tst_SessionSetup::asksForThePeerBeforeOthersStatements_data()
{
    QTest::addColumn<bool>("isMySql");
    QTest::addColumn<quint32>("version");
    QTest::addColumn<QByteArray>("table");
    QTest::newRow("MySQL") << true << quint32(90704) << "performance_schema.processlist"_ba;
    QTest::newRow("old MySQL") << true << quint32(50744) << "information_schema.PROCESSLIST"_ba;
    QTest::newRow("MariaDB") << false << quint32(110803) << "information_schema.PROCESSLIST"_ba;
}

void tst_SessionSetup::asksForThePeerBeforeOthersStatements()
{
    QFETCH(const bool, isMySql);
    QFETCH(const quint32, version);
    QFETCH(const QByteArray, table);
    ConnectionOptions options;
    options.setTimeZone({});
    options.setInitStatements({u"DO 1"_s});
    SessionSetup setup;
    setup.setOptions(options);
    SessionState state = session();
    state.isMariaDb = !isMySql;
    state.flavour = isMySql ? Protocol::ServerFlavour::MySql : Protocol::ServerFlavour::MariaDb;
    state.serverVersionNumber = version;
    QCOMPARE(sqlOf(setup, state),
             (QList<QByteArray>{PlainSetup,
                                "SELECT 0 + CONNECTION_ID(), HOST, @@socket, "
                                "GREATEST(@@max_allowed_packet, @@net_buffer_length) FROM "
                                    + table + " WHERE ID = CONNECTION_ID()",
                                "DO 1"}));
    options.setPipeliningMode(ConnectionOptions::PipeliningMode::Never);
    setup.setOptions(options);
    QCOMPARE(sqlOf(setup, state), (QList<QByteArray>{PlainSetup, "DO 1"}));
}

void tst_SessionSetup::quotesForTheLiveSession()
{
    SessionState state = session();
    for (const bool noBackslashEscapes : {false, true}) {
        state.status.setFlag(Protocol::ServerStatusFlag::NoBackslashEscapes, noBackslashEscapes);
        QByteArray sql;
        QVERIFY(!SessionSetup::appendAssignment(&sql, u"@a`b"_s, u"it's"_s, state));
        QCOMPARE(sql, "@`a``b` = 'it''s'");
        sql.clear();
        QVERIFY(!SessionSetup::appendAssignment(&sql, u"@a"_s, u"it's \\"_s, state));
        QCOMPARE(sql, "@`a` = _utf8mb4 X'69742773205C'");
    }
}

void tst_SessionSetup::refusesValuesWithoutASqlForm()
{
    ConnectionOptions options = optionsWithoutPipelining();
    options.setSessionVariables({{u"@list"_s, QVariantList{1, 2}}});
    SessionSetup setup;
    setup.setOptions(options);
    const SessionSetup::Statements statements = setup.statements(session());
    QCOMPARE(statements.error.code(), Error::InvalidParameter);
    QVERIFY(statements.error.message().contains(u"@list"_s));
    QVERIFY(statements.steps.isEmpty());
}

QTEST_APPLESS_MAIN(tst_SessionSetup)
#include "tst_sessionsetup.moc"
