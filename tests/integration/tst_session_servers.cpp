// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;
using Execution = Error::Execution;
using State = Connection::State;

class tst_Session_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void firstJobConnects_data() { addChannelRows(); }
    void firstJobConnects();
    void idleConnectionClosesAndComesBack_data() { addRows(); }
    void idleConnectionClosesAndComesBack();
    void sessionIsSetUpAgainAfterAKill_data() { addRows(); }
    void sessionIsSetUpAgainAfterAKill();
    void resetKeepsWhatTheOptionsSay_data() { addRows(); }
    void resetKeepsWhatTheOptionsSay();
    void timeZoneIsUtcUnlessSaidOtherwise_data() { addRows(); }
    void timeZoneIsUtcUnlessSaidOtherwise();
    void procedureGivesSeveralResults_data() { addRows(); }
    void procedureGivesSeveralResults();
    void procedureThatFailsHalfWayIsUnknown_data() { addRows(); }
    void procedureThatFailsHalfWayIsUnknown();
    void okTellsOfRowsIdsWarnings_data() { addRows(); }
    void okTellsOfRowsIdsWarnings();
    void foundRowsAreReportedOnDemand_data() { addRows(); }
    void foundRowsAreReportedOnDemand();
    void errorsTellNumberStateAndStatement_data();
    void errorsTellNumberStateAndStatement();
    void unknownDatabaseFailsAtOnce_data() { addRows(); }
    void unknownDatabaseFailsAtOnce();
    void stalePingSavesTheJobFromAServerTimeout_data() { addRows(); }
    void stalePingSavesTheJobFromAServerTimeout();
    void waitsForAFreeConnection_data() { addRows(); }
    void waitsForAFreeConnection();
    void localInfileIsRefused_data() { addRows(); }
    void localInfileIsRefused();
};

void tst_Session_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Session_Servers::firstJobConnects()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    Connection connection(Servers::options(server, channel));
    const auto states = Fake::watchStates(&connection);
    QCoreApplication::processEvents();
    QCOMPARE(connection.state(), State::Unconnected);
    QVERIFY(states->isEmpty());

    QCOMPARE(rowsOf(connection.execute(u"SELECT 'here'"_s)), one(u"here"_s));
    QCOMPARE(*states, (QList<State>{State::Connecting, State::Authenticating, State::Connected}));
    QCOMPARE(connection.isEncrypted(), channel == Channel::Tls);
    QCOMPARE(connection.serverFlavour(), server.isMySql ? Connection::ServerFlavour::MySql
                                                        : Connection::ServerFlavour::MariaDb);
    QVERIFY2(connection.serverVersion().startsWith(server.version.toString()),
             qPrintable(connection.serverVersion()));
    QCOMPARE(rowsOf(connection.execute(u"SELECT CONNECTION_ID()"_s)),
             one(QString::number(connection.connectionId())));
    const QString cipher
        = rowsOf(connection.execute(u"SHOW SESSION STATUS LIKE 'Ssl_cipher'"_s)).value(0).value(1);
    QCOMPARE(cipher.isEmpty(), channel != Channel::Tls);
}

void tst_Session_Servers::idleConnectionClosesAndComesBack()
{
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server);
    options.setIdleTimeout(200ms);
    Connection connection(options);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_DONE(connection.ping());
    const quint64 first = connection.connectionId();
    QTRY_COMPARE_WITH_TIMEOUT(connection.state(), State::Unconnected, 30'000);
    VERIFY_DONE(connection.ping());
    QVERIFY(connection.connectionId() != first);
    QCOMPARE(errors.size(), 0);
}

void tst_Session_Servers::sessionIsSetUpAgainAfterAKill()
{
    QFETCH(Server, server);
    const Database database(server);
    const Database other(server);
    ConnectionOptions options = Servers::options(server, database);
    options.setInitStatements({u"SET @greeting = 'hello'"_s});
    Connection connection(options);
    VERIFY_DONE(connection.selectDatabase(other.name()));
    VERIFY_DONE(connection.setSessionVariable(u"lock_wait_timeout"_s, 77));
    VERIFY_DONE(connection.setSessionVariable(u"sql_mode"_s, u"ANSI_QUOTES"_s));
    const quint64 first = connection.connectionId();

    Connection killer(Servers::options(server));
    VERIFY_DONE(killer.execute(u"KILL %1"_s.arg(first)));
    // The server tells, or the next job finds out; it only reads, and is sent again.
    const QString question = u"SELECT DATABASE(), @@SESSION.lock_wait_timeout, @@SESSION.sql_mode, "
                             "@@SESSION.time_zone, @greeting, @@SESSION.character_set_client"_s;
    QCOMPARE(rowsOf(connection.execute(question)),
             (QList<QStringList>{{other.name(), u"77"_s, u"ANSI_QUOTES"_s, u"+00:00"_s, u"hello"_s,
                                  u"utf8mb4"_s}}));
    QVERIFY(connection.connectionId() != first);
    QCOMPARE(connection.database(), other.name());
}

void tst_Session_Servers::resetKeepsWhatTheOptionsSay()
{
    QFETCH(Server, server);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    options.setSessionVariables({{u"lock_wait_timeout"_s, 78}});
    Connection connection(options);
    VERIFY_DONE(connection.execute(u"SET @mine = 1, @@SESSION.wait_timeout = 1234"_s));
    VERIFY_DONE(connection.execute(u"CREATE TEMPORARY TABLE t (n INT)"_s));
    const quint64 session = connection.connectionId();
    VERIFY_DONE(connection.resetSession());
    const QList<QStringList> found = rowsOf(connection.execute(
        u"SELECT @mine IS NULL, @@SESSION.wait_timeout = 1234, @@SESSION.lock_wait_timeout, "
        "@@SESSION.time_zone, @@SESSION.character_set_client, DATABASE()"_s));
    QCOMPARE(found, (QList<QStringList>{
                        {u"1"_s, u"0"_s, u"78"_s, u"+00:00"_s, u"utf8mb4"_s, database.name()}}));
    const OutcomePointer table = finishedOf(connection.execute(u"SELECT * FROM t"_s));
    QCOMPARE(table->error.serverErrorNumber(), 1146);
    QCOMPARE(connection.connectionId(), session);
}

void tst_Session_Servers::timeZoneIsUtcUnlessSaidOtherwise()
{
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server);
    Connection utc(options);
    QCOMPARE(rowsOf(utc.execute(u"SELECT @@SESSION.time_zone, FROM_UNIXTIME(1000000000)"_s)),
             (QList<QStringList>{{u"+00:00"_s, u"2001-09-09 01:46:40"_s}}));
    options.setTimeZone(u"+05:30"_s);
    Connection india(options);
    QCOMPARE(rowsOf(india.execute(u"SELECT @@SESSION.time_zone, FROM_UNIXTIME(1000000000)"_s)),
             (QList<QStringList>{{u"+05:30"_s, u"2001-09-09 07:16:40"_s}}));
    options.setTimeZone({});
    Connection own(options);
    QCOMPARE(rowsOf(own.execute(u"SELECT @@SESSION.time_zone = @@GLOBAL.time_zone"_s)),
             one(u"1"_s));
}

void tst_Session_Servers::procedureGivesSeveralResults()
{
    QFETCH(Server, server);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    Connection connection(options);
    VERIFY_DONE(connection.execute(u"CREATE PROCEDURE p(IN n INT) BEGIN SELECT n AS a; "
                                   "SELECT n + 1 AS b, 'x' AS c UNION ALL SELECT n + 2, 'y'; "
                                   "SELECT 1 FROM DUAL WHERE 1 = 0; END"_s));
    const OutcomePointer called = finishedOf(connection.execute(u"CALL p(?)"_s, {40}));
    QVERIFY2(called->succeeded(), Fake::describe(called).constData());
    QCOMPARE(called->results.size(), 4);
    QCOMPARE(called->results[0].columnNames(), QStringList{u"a"_s});
    QCOMPARE(called->results[0].first().value<int>(0), 40);
    QCOMPARE(called->results[1].columnNames(), (QStringList{u"b"_s, u"c"_s}));
    QCOMPARE(called->results[1].rowCount(), 2);
    QCOMPARE(called->results[1].row(1).value<int>(0), 42);
    QVERIFY(called->results[2].hasRows() && called->results[2].isEmpty());
    // What the CALL itself says comes last.
    QVERIFY(!called->results[3].hasRows());
    VERIFY_DONE(connection.ping());
}

void tst_Session_Servers::procedureThatFailsHalfWayIsUnknown()
{
    QFETCH(Server, server);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    Connection connection(options);
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (n INT)"_s));
    VERIFY_DONE(connection.execute(u"CREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (1); "
                                   "SELECT 1; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'half'; "
                                   "END"_s));
    const OutcomePointer called = finishedOf(connection.execute(u"CALL p()"_s));
    QVERIFY2(called->failed(Error::ServerError), Fake::describe(called).constData());
    QCOMPARE(called->error.serverErrorNumber(), 1644);
    QCOMPARE(called->error.sqlState(), u"45000"_s);
    QCOMPARE(called->error.execution(), Execution::Unknown);
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t"_s)), one(u"1"_s));
}

void tst_Session_Servers::okTellsOfRowsIdsWarnings()
{
    QFETCH(Server, server);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    options.setSessionVariables({{u"sql_mode"_s, u""_s}});
    Connection connection(options);
    VERIFY_DONE(connection.execute(
        u"CREATE TABLE t (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, n TINYINT)"_s));

    OutcomePointer outcome
        = finishedOf(connection.execute(u"INSERT INTO t (n) VALUES (1), (2), (1000)"_s));
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    const Result inserted = outcome->results.value(0);
    QCOMPARE(inserted.affectedRows(), 3U);
    QCOMPARE(inserted.lastInsertId(), 1U);
    QCOMPARE(inserted.warningCount(), 1);
    QCOMPARE(inserted.info(), u"Records: 3  Duplicates: 0  Warnings: 1"_s);
    QCOMPARE(rowsOf(connection.execute(u"SHOW WARNINGS"_s)).value(0).value(1), u"1264"_s);

    outcome = finishedOf(
        connection.execute(u"INSERT INTO t (id) VALUES (?)"_s, {9'223'372'036'854'775'809ULL}));
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(outcome->results.value(0).lastInsertId(), 9'223'372'036'854'775'809ULL);

    outcome = finishedOf(connection.execute(u"SELECT 'a' + 1"_s));
    QCOMPARE(outcome->results.value(0).warningCount(), 1);
    QCOMPARE(outcome->results.value(0).affectedRows(), 0U);
}

void tst_Session_Servers::foundRowsAreReportedOnDemand()
{
    QFETCH(Server, server);
    const Database database(server);
    for (const bool found : {false, true}) {
        ConnectionOptions options = Servers::options(server, database);
        options.setFoundRowsEnabled(found);
        Connection connection(options);
        VERIFY_DONE(connection.execute(u"DROP TABLE IF EXISTS t"_s));
        VERIFY_DONE(connection.execute(u"CREATE TABLE t (n INT)"_s));
        VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (1), (2)"_s));
        const OutcomePointer updated = finishedOf(connection.execute(u"UPDATE t SET n = 1"_s));
        QVERIFY2(updated->succeeded(), Fake::describe(updated).constData());
        QCOMPARE(updated->results.value(0).affectedRows(), found ? 2U : 1U);
        QCOMPARE(updated->results.value(0).info(), u"Rows matched: 2  Changed: 1  Warnings: 0"_s);
    }
}

void tst_Session_Servers::errorsTellNumberStateAndStatement_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("sql");
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("sqlState");
    for (const Server &server : all()) {
        const auto add = [&](const char *what, const QString &sql, int number, const char *state) {
            QTest::addRow("%s, %s", qPrintable(server.name), what)
                << server << sql << number << QString::fromLatin1(state);
        };
        add("syntax", u"SELEKT 1"_s, 1064, "42000");
        add("no table", u"SELECT * FROM mysql.no_such_table"_s, 1146, "42S02");
        add("no column", u"SELECT no_such_column"_s, 1054, "42S22");
        add("two statements", u"SELECT 1; SELECT 2"_s, 1064, "42000");
    }
}

void tst_Session_Servers::errorsTellNumberStateAndStatement()
{
    QFETCH(Server, server);
    QFETCH(QString, sql);
    QFETCH(int, number);
    QFETCH(QString, sqlState);
    Connection connection(Servers::options(server));
    const OutcomePointer outcome = finishedOf(connection.execute(sql));
    QVERIFY2(outcome->failed(Error::ServerError), Fake::describe(outcome).constData());
    QCOMPARE(outcome->error.serverErrorNumber(), number);
    QCOMPARE(outcome->error.sqlState(), sqlState);
    QCOMPARE(outcome->error.statement(), sql);
    QCOMPARE(outcome->error.execution(), Execution::Rejected);
    QCOMPARE(outcome->error.category(), Error::Category::Server);
    VERIFY_DONE(connection.ping());
}

void tst_Session_Servers::unknownDatabaseFailsAtOnce()
{
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server);
    options.setDatabase(u"no_such_database"_s);
    Connection connection(options);
    const OutcomePointer first = Fake::watch(connection.ping());
    const OutcomePointer second = finishedOf(connection.execute(u"SELECT 1"_s));
    QCOMPARE(first->error.serverErrorNumber(), 1049);
    QCOMPARE(second->error.serverErrorNumber(), 1049);
    QCOMPARE(second->error.execution(), Execution::NotSent);
    QCOMPARE(connection.state(), State::Unconnected);
}

/// The server ends a session that says nothing. The next job, though it writes, does not suffer.
void tst_Session_Servers::stalePingSavesTheJobFromAServerTimeout()
{
    QFETCH(Server, server);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, Channel::Clear);
    options.setDatabase(database.name());
    options.setSessionVariables({{u"wait_timeout"_s, 1}});
    options.setIdleValidationInterval(500ms);
    Connection connection(options);
    QSignalSpy states(&connection, &Connection::stateChanged);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (n INT)"_s));
    const quint64 first = connection.connectionId();
    // Over TCP the end is heard of at once, and is no error.
    QTRY_COMPARE_WITH_TIMEOUT(connection.state(), State::Unconnected, 30'000);
    QCOMPARE(errors.size(), 0);
    VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (1)"_s));
    QVERIFY(connection.connectionId() != first);
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t"_s)), one(u"1"_s));
}

/// "Too many connections" passes: whoever waits gets the next one that is free.
void tst_Session_Servers::waitsForAFreeConnection()
{
    QFETCH(Server, server);
    const Account account(server,
                          server.isMySql ? u"caching_sha2_password"_s : u"mysql_native_password"_s,
                          u"narrow"_s, u"WITH MAX_USER_CONNECTIONS 1"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    auto holder = std::make_unique<Connection>(account.options(Channel::Socket));
    VERIFY_DONE(holder->ping());

    Connection waiting(account.options(Channel::Socket));
    QSignalSpy errors(&waiting, &Connection::errorOccurred);
    const OutcomePointer outcome = Fake::watch(waiting.execute(u"SELECT 'in'"_s));
    QTRY_VERIFY_WITH_TIMEOUT(errors.size() >= 2, 30'000);
    QCOMPARE(errors.at(0).at(0).value<Error>().code(), Error::ServerUnavailable);
    QCOMPARE(outcome->finished, 0);
    holder.reset();
    QVERIFY(areFinished({outcome}));
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
}

/// The test servers allow it, and the client offers nothing.
void tst_Session_Servers::localInfileIsRefused()
{
    QFETCH(Server, server);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    Connection connection(options);
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (line TEXT)"_s));
    const OutcomePointer loaded
        = finishedOf(connection.execute(u"LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t"_s));
    QCOMPARE(loaded->finished, 1);
    QVERIFY(loaded->error.isError());
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t"_s)), one(u"0"_s));
}

QTEST_GUILESS_MAIN(tst_Session_Servers)

#include "tst_session_servers.moc"
