// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Result>
#include <AsyncMySql/Transaction>

#include <QtCore/qdeadlinetimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;
using State = Connection::State;

class tst_SessionHoldings_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void idleSessionKeepsWhatItHolds_data();
    void idleSessionKeepsWhatItHolds();
    void idleSessionClosesBehindOrdinaryStatements_data() { addRows(); }
    void idleSessionClosesBehindOrdinaryStatements();
    void nothingRunsOutsideOfALostTransaction_data();
    void nothingRunsOutsideOfALostTransaction();
    void autoCommitOffSurvivesTheSession_data() { addRows(); }
    void autoCommitOffSurvivesTheSession();
    void staleCheckChangesNoAnswer_data();
    void staleCheckChangesNoAnswer();
    void checkOfATransactionChangesNoAnswer_data() { addRows(); }
    void checkOfATransactionChangesNoAnswer();

private:
    static constexpr auto Idle = 100ms;
    static void kill(const Server &server, quint64 connectionId);
};

/// That nothing happens has no signal.
#define WAIT_FOR(time) \
    do { \
        const QDeadlineTimer over(time); \
        QTRY_VERIFY_WITH_TIMEOUT(over.hasExpired(), 30'000); \
    } while (false)

void tst_SessionHoldings_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_SessionHoldings_Servers::kill(const Server &server, quint64 connectionId)
{
    Connection killer(Servers::options(server));
    VERIFY_DONE(killer.execute(u"KILL %1"_s.arg(connectionId)));
}

void tst_SessionHoldings_Servers::idleSessionKeepsWhatItHolds_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QStringList>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("question");
    QTest::addColumn<QString>("answer");
    for (const Server &server : serversFor(any)) {
        const auto add = [&](const char *what, const QStringList &before, const QString &after,
                             const QString &question, const QString &answer) {
            QTest::addRow("%s, %s", qPrintable(server.name), what)
                << server << before << after << question << answer;
        };
        const QString count = u"SELECT COUNT(*) FROM t"_s;
        add("transaction", {u"START TRANSACTION"_s, u"INSERT INTO t VALUES (1)"_s}, u"COMMIT"_s,
            count, u"1"_s);
        add("begin", {u"BEGIN"_s, u"INSERT INTO t VALUES (1)"_s}, u"ROLLBACK"_s, count, u"0"_s);
        add("procedure", {u"CALL begins()"_s, u"INSERT INTO t VALUES (1)"_s}, u"COMMIT"_s, count,
            u"1"_s);
        add("autocommit", {u"SET autocommit = 0"_s, u"INSERT INTO t VALUES (1)"_s}, u"COMMIT"_s,
            count, u"1"_s);
        add("xa", {u"XA START 'ours'"_s, u"INSERT INTO t VALUES (1)"_s, u"XA END 'ours'"_s},
            u"XA COMMIT 'ours' ONE PHASE"_s, count, u"1"_s);
        add("temporary table",
            {u"CREATE TEMPORARY TABLE x (a INT)"_s, u"INSERT INTO x VALUES (7)"_s}, {},
            u"SELECT a FROM x"_s, u"7"_s);
        add("lock", {u"SELECT GET_LOCK('%1', 1)"_s.arg(uniqueName(u"lock"_s))}, {},
            u"SELECT RELEASE_ALL_LOCKS()"_s, u"1"_s);
        add("variable", {u"SET @a = 5"_s}, {}, u"SELECT @a"_s, u"5"_s);
        add("variable of a query", {u"SELECT @a := 6"_s}, {}, u"SELECT @a"_s, u"6"_s);
        add("session variable", {u"SET lock_wait_timeout = 77"_s}, {},
            u"SELECT @@session.lock_wait_timeout"_s, u"77"_s);
        add("function", {u"SELECT remembers(8)"_s}, {}, u"SELECT @remembered"_s, u"8"_s);
        add("database", {u"USE information_schema"_s}, {}, u"SELECT DATABASE()"_s,
            u"information_schema"_s);
        add("prepare", {u"PREPARE s FROM 'SELECT 9'"_s}, {}, u"EXECUTE s"_s, u"9"_s);
        add("handler", {u"INSERT INTO t VALUES (4)"_s, u"HANDLER t OPEN"_s}, {},
            u"HANDLER t READ FIRST"_s, u"4"_s);
    }
}

void tst_SessionHoldings_Servers::idleSessionKeepsWhatItHolds()
{
    QFETCH(Server, server);
    QFETCH(QStringList, before);
    QFETCH(QString, after);
    QFETCH(QString, question);
    QFETCH(QString, answer);
    const Database database(server);
    {
        Connection admin(Servers::options(server, database));
        VERIFY_DONE(admin.execute(u"CREATE TABLE t (a INT) ENGINE=InnoDB"_s));
        VERIFY_DONE(admin.execute(u"CREATE PROCEDURE begins() START TRANSACTION"_s));
        VERIFY_DONE(admin.execute(u"CREATE FUNCTION remembers(a INT) RETURNS INT DETERMINISTIC "
                                  "BEGIN SET @remembered = a; RETURN a; END"_s));
    }
    ConnectionOptions options = Servers::options(server, database);
    options.setIdleTimeout(Idle);
    Connection connection(options);
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    for (const QString &sql : before)
        VERIFY_DONE(connection.execute(sql));
    const quint64 session = connection.connectionId();
    WAIT_FOR(3 * Idle);
    if (!after.isEmpty())
        VERIFY_DONE(connection.execute(after));
    QCOMPARE(rowsOf(connection.execute(question)), one(answer));
    QCOMPARE(connection.connectionId(), session);
    QVERIFY(lost.isEmpty());
    VERIFY_DONE(connection.resetSession());
    QTRY_COMPARE_WITH_TIMEOUT(connection.state(), State::Unconnected, 30'000);
    QVERIFY(lost.isEmpty());
}

void tst_SessionHoldings_Servers::idleSessionClosesBehindOrdinaryStatements()
{
    QFETCH(Server, server);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    options.setIdleTimeout(Idle);
    Connection connection(options);
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (a INT AUTO_INCREMENT PRIMARY KEY, b INT)"_s));
    VERIFY_DONE(connection.execute(u"INSERT INTO t (b) VALUES (?)"_s, {1}));
    VERIFY_DONE(connection.executeBatch(u"INSERT INTO t (b) VALUES (?)"_s, {{1}, {2}}));
    VERIFY_DONE(connection.execute(u"UPDATE t SET b = b + 1 WHERE a < 3"_s));
    VERIFY_DONE(connection.execute(u"SELECT COUNT(*) FROM t"_s));
    VERIFY_DONE(connection.execute(u"DELETE FROM t LIMIT 1"_s));
    Transaction *transaction = connection.beginTransaction();
    VERIFY_DONE(transaction->execute(u"INSERT INTO t (b) VALUES (5)"_s));
    VERIFY_DONE(transaction->commit());
    QTRY_COMPARE_WITH_TIMEOUT(connection.state(), State::Unconnected, 30'000);
    // What belongs to the session that was closed is no longer to be had.
    const OutcomePointer id = finishedOf(connection.execute(u"SELECT LAST_INSERT_ID()"_s));
    QVERIFY2(id->failed(Error::ConnectionLost), Fake::describe(id).constData());
}

void tst_SessionHoldings_Servers::nothingRunsOutsideOfALostTransaction_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("begin");
    for (const Server &server : serversFor(any)) {
        for (const char *begin : {"START TRANSACTION", "CALL begins()", "SET autocommit = 0"})
            QTest::addRow("%s, %s", qPrintable(server.name), begin)
                << server << QString::fromLatin1(begin);
    }
}

void tst_SessionHoldings_Servers::nothingRunsOutsideOfALostTransaction()
{
    QFETCH(Server, server);
    QFETCH(QString, begin);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (a INT) ENGINE=InnoDB"_s));
    VERIFY_DONE(connection.execute(u"CREATE PROCEDURE begins() START TRANSACTION"_s));
    VERIFY_DONE(connection.execute(begin));
    VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (1)"_s));
    kill(server, connection.connectionId());
    const OutcomePointer first = finishedOf(connection.execute(u"INSERT INTO t VALUES (2)"_s));
    QVERIFY2(first->failed(Error::ConnectionLost), Fake::describe(first).constData());
    const OutcomePointer prepared
        = Fake::watch(connection.execute(u"INSERT INTO t VALUES (?)"_s, {3}));
    const OutcomePointer batch
        = Fake::watch(connection.executeBatch(u"INSERT INTO t VALUES (?)"_s, {{4}, {5}}));
    const OutcomePointer commit = Fake::watch(connection.execute(u"COMMIT"_s));
    QVERIFY(areFinished({prepared, batch, commit}));
    for (const OutcomePointer &outcome : {prepared, batch, commit}) {
        QVERIFY2(outcome->failed(Error::ConnectionLost), Fake::describe(outcome).constData());
        QCOMPARE(outcome->error.execution(), Error::Execution::NotSent);
    }
    QCOMPARE(lost.size(), 1);
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t"_s)), one(u"0"_s));
}

void tst_SessionHoldings_Servers::autoCommitOffSurvivesTheSession()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (a INT) ENGINE=InnoDB"_s));
    VERIFY_DONE(connection.execute(u"SET autocommit = 0"_s));
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    kill(server, connection.connectionId());
    QTRY_COMPARE_WITH_TIMEOUT(lost.size(), 1, 30'000);
    VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (1)"_s));
    VERIFY_DONE(connection.execute(u"ROLLBACK"_s));
    QCOMPARE(rowsOf(connection.execute(u"SELECT COUNT(*) FROM t"_s)), one(u"0"_s));
}

void tst_SessionHoldings_Servers::staleCheckChangesNoAnswer_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("question");
    QTest::addColumn<QVariantList>("parameters");
    QTest::addColumn<QString>("answer");
    for (const Server &server : serversFor(any)) {
        const auto add = [&](const char *what, const QString &question, const QString &answer,
                             const QVariantList &parameters = {}) {
            QTest::addRow("%s, %s", qPrintable(server.name), what)
                << server << question << parameters << answer;
        };
        add("rows", u"SELECT ROW_COUNT()"_s, u"3"_s);
        add("prepared", u"SELECT ROW_COUNT() + ?"_s, u"4"_s, {1});
        add("warnings", u"SHOW COUNT(*) WARNINGS"_s, u"3"_s);
        add("variable", u"SELECT @@warning_count"_s, u"3"_s);
        add("function", u"SELECT rowcount()"_s, u"3"_s);
        add("found", u"SELECT FOUND_ROWS()"_s, {});
    }
}

void tst_SessionHoldings_Servers::staleCheckChangesNoAnswer()
{
    QFETCH(Server, server);
    QFETCH(QString, question);
    QFETCH(QVariantList, parameters);
    QFETCH(QString, answer);
    const Database database(server);
    constexpr auto silence = 50ms;
    ConnectionOptions options = Servers::options(server, database);
    options.setIdleValidationInterval(silence);
    // Statements that are closed between two others must not be seen either.
    options.setStatementCacheSize(0);
    Connection connection(options);
    VERIFY_DONE(connection.execute(u"SET sql_mode = ''"_s));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (a TINYINT)"_s));
    VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (1), (2), (3)"_s));
    VERIFY_DONE(connection.execute(u"CREATE FUNCTION rowcount() RETURNS INT NOT DETERMINISTIC "
                                   "READS SQL DATA RETURN ROW_COUNT()"_s));
    if (answer.isEmpty()) {
        VERIFY_DONE(
            connection.execute(u"SELECT SQL_CALC_FOUND_ROWS a FROM t WHERE a > ? LIMIT 1"_s, {0}));
        answer = u"3"_s;
    } else {
        // Out of range: a warning for each row.
        VERIFY_DONE(connection.execute(u"UPDATE t SET a = a + ?"_s, {1000}));
    }
    WAIT_FOR(2 * silence);
    QCOMPARE(rowsOf(connection.execute(question, parameters)), one(answer));
}

void tst_SessionHoldings_Servers::checkOfATransactionChangesNoAnswer()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_DONE(connection.execute(u"CREATE TABLE t (a INT PRIMARY KEY)"_s));
    Transaction *transaction = connection.beginTransaction();
    const OutcomePointer first = Fake::watch(transaction->execute(u"INSERT INTO t VALUES (1)"_s));
    const OutcomePointer again = finishedOf(transaction->execute(u"INSERT INTO t VALUES (1)"_s));
    QVERIFY2(again->failed(Error::ServerError), Fake::describe(again).constData());
    const QList<QStringList> errors = rowsOf(transaction->execute(u"SHOW ERRORS"_s));
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.constFirst().value(1), u"1062"_s);
    VERIFY_DONE(transaction->commit());
    QVERIFY(first->succeeded());
}

QTEST_GUILESS_MAIN(tst_SessionHoldings_Servers)

#include "tst_sessionholdings_servers.moc"
