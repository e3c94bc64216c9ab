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
    void setsVariablesWithTheCharacterSet_data();
    void setsVariablesWithTheCharacterSet();
    void tracksEachVariableOnce();
    void quotesForTheLiveSession();
    void refusesValuesWithoutASqlForm();
};

void tst_SessionSetup::setsTheCharacterSetFirst()
{
    ConnectionOptions options;
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
    ConnectionOptions options;
    options.setTimeZone({});
    SessionSetup setup;
    setup.setOptions(options);
    QCOMPARE(sqlOf(setup, session()), QList<QByteArray>{PlainSetup});
}

void tst_SessionSetup::selectsTheDatabaseWhereTheSessionHasAnother()
{
    ConnectionOptions options;
    options.setDatabase(u"the `shop`"_s);
    SessionSetup setup;
    setup.setOptions(options);
    QCOMPARE(setup.database(), u"the `shop`"_s);
    QCOMPARE(sqlOf(setup, session(u"the `shop`"_s)).size(), 1);
    QCOMPARE(sqlOf(setup, session(u"other"_s)).value(1), "USE `the ``shop```");
}

void tst_SessionSetup::rememberedValuesReplaceThoseOfTheOptions()
{
    ConnectionOptions options;
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
    ConnectionOptions options;
    options.setTimeZone({});
    setup.setOptions(options);
    QCOMPARE(setup.database(), QString());
    QCOMPARE(sqlOf(setup, session()), QList<QByteArray>{PlainSetup});
}

void tst_SessionSetup::runsInitStatementsLast()
{
    ConnectionOptions options;
    options.setDatabase(u"shop"_s);
    options.setInitStatements({u"SET ROLE reader"_s, u"DO 1"_s});
    SessionSetup setup;
    setup.setOptions(options);
    const QList<QByteArray> sql = sqlOf(setup, session());
    QCOMPARE(sql.size(), 4);
    QCOMPARE(sql.mid(2), (QList<QByteArray>{"SET ROLE reader", "DO 1"}));
}

void tst_SessionSetup::setsVariablesWithTheCharacterSet_data()
{
    QTest::addColumn<QVariantMap>("variables");
    QTest::addColumn<QByteArray>("assignments");
    QTest::addColumn<bool>("isOneStatement");
    const auto row = [](const char *name, const QVariantMap &variables,
                        const QByteArray &assignments, bool isOneStatement) {
        QTest::newRow(name) << variables << assignments << isOneStatement;
    };
    row("one", {{u"sql_mode"_s, u"ANSI"_s}}, "@@SESSION.`sql_mode` = 'ANSI'", true);
    row("two", {{u"lock_wait_timeout"_s, 5}, {u"sql_mode"_s, u"ANSI"_s}},
        "@@SESSION.`lock_wait_timeout` = 5, @@SESSION.`sql_mode` = 'ANSI'", true);
    // It would not arrive.
    row("more than ASCII", {{u"lc_messages"_s, u"\u00EB"_s}},
        "@@SESSION.`lc_messages` = '\xC3\xAB'", false);
    // Their values have the collation of the session.
    row("of the user", {{u"@name"_s, u"Zoe"_s}}, "@`name` = 'Zoe'", false);
    row("the character set", {{u"character_set_results"_s, u"latin1"_s}},
        "@@SESSION.`character_set_results` = 'latin1'", false);
    row("the collation", {{u"COLLATION_connection"_s, u"utf8mb4_bin"_s}},
        "@@SESSION.`COLLATION_connection` = 'utf8mb4_bin'", false);
}

void tst_SessionSetup::setsVariablesWithTheCharacterSet()
{
    QFETCH(const QVariantMap, variables);
    QFETCH(const QByteArray, assignments);
    QFETCH(const bool, isOneStatement);
    ConnectionOptions options;
    options.setTimeZone({});
    options.setSessionVariables(variables);
    SessionSetup setup;
    setup.setOptions(options);
    QCOMPARE(sqlOf(setup, session()), isOneStatement
                                          ? QList<QByteArray>{PlainSetup + ", " + assignments}
                                          : (QList<QByteArray>{PlainSetup, "SET " + assignments}));
}

/// MySQL refuses a list that names one twice.
void tst_SessionSetup::tracksEachVariableOnce()
{
    ConnectionOptions options;
    options.setTimeZone({});
    options.setTrackedVariables({u"AutoCommit"_s, u"sql_mode"_s, u"time_zone"_s, u"SQL_MODE"_s});
    SessionSetup setup;
    setup.setOptions(options);
    QCOMPARE(sqlOf(setup, session()),
             QList<QByteArray>{PlainSetup
                               + ", @@SESSION.`session_track_system_variables` = "
                                 "'autocommit,character_set_client,character_set_connection,"
                                 "character_set_results,time_zone,sql_mode'"});
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
    ConnectionOptions options;
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
