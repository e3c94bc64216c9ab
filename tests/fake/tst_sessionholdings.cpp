// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Transaction>

#include <QtCore/qdeadlinetimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using State = Connection::State;

namespace {

/// Answers with the status of a session that is in a transaction, and so on until COMMIT.
Ok inTransaction()
{
    Ok ok;
    ok.status |= InTransaction;
    return ok;
}

/// The answers of a server with this state: statements are in the transaction until it is ended.
void keepTransaction(FakeServer *server, const QByteArrayList &statements)
{
    for (const QByteArray &sql : statements)
        server->on(sql, [](FakeConnection &c) { c.ok(inTransaction()); });
}

} // namespace

class tst_SessionHoldings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void idleSessionStaysWithWhatItHolds_data();
    void idleSessionStaysWithWhatItHolds();
    void ordinaryStatementsLetIt_data();
    void ordinaryStatementsLetIt();
    void releasedSessionCloses_data();
    void releasedSessionCloses();
    void changedOptionsWaitForTheTransaction();
    void changedOptionsWaitForReset();
    void temporaryErrorDoesNotReplaceTheSession();
    void queuedJobsOfALostTransactionFail();
    void laterJobsOfALostTransactionFail();
    void lostBeginBlocks();
    void lostCommitDoesNotBlock();
    void newTransactionEndsTheLostOne_data();
    void newTransactionEndsTheLostOne();
    void verbsPassALostTransaction();
    void batchOfALostTransactionFails();
    void failsWhileTheServerIsAway();
    void autoCommitOffComesBack();
    void autoCommitOffInTheOptionsIsNotHeld();
    void lossIsReported_data();
    void lossIsReported();
    void closeReportsNothing();

private:
    static ConnectionOptions idling(const FakeServer &server)
    {
        ConnectionOptions options = optionsFor(server);
        options.setIdleTimeout(Idle);
        return options;
    }
    static constexpr auto Idle = 30ms;
};

/// That nothing happens has no signal.
#define WAIT_FOR(time) \
    do { \
        const QDeadlineTimer over(time); \
        QTRY_VERIFY(over.hasExpired()); \
    } while (false)

void tst_SessionHoldings::idleSessionStaysWithWhatItHolds_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<quint16>("status");
    QTest::newRow("transaction") << u"START TRANSACTION"_s << quint16(AutoCommit | InTransaction);
    QTest::newRow("transaction of a procedure")
        << u"SELECT 1"_s << quint16(AutoCommit | InTransaction);
    QTest::newRow("autocommit") << u"SET autocommit = 0"_s << quint16(0);
    for (const char *sql :
         {"CREATE TEMPORARY TABLE t (a INT)", "LOCK TABLES t WRITE", "SELECT GET_LOCK('a', 1)",
          "SET @a = 1", "SET sql_mode = ''", "USE db", "PREPARE s FROM 'SELECT 1'",
          "HANDLER t OPEN", "CALL p()", "SELECT f(1)", "SET TRANSACTION READ ONLY"})
        QTest::newRow(sql) << QString::fromLatin1(sql) << quint16(AutoCommit);
}

void tst_SessionHoldings::idleSessionStaysWithWhatItHolds()
{
    QFETCH(QString, sql);
    QFETCH(quint16, status);
    FakeServer server;
    server.on(sql.toLatin1(), [status](FakeConnection &c) {
        Ok ok;
        ok.status = status;
        c.ok(ok);
    });
    Connection connection(idling(server));
    VERIFY_SUCCEEDS(watch(connection.execute(sql)));
    WAIT_FOR(5 * Idle);
    QCOMPARE(connection.state(), State::Connected);
    QVERIFY(!connection.idleDisconnect().isValid());
    QCOMPARE(server.openConnections(), 1);
}

void tst_SessionHoldings::ordinaryStatementsLetIt_data()
{
    QTest::addColumn<QString>("sql");
    for (const char *sql : {"SELECT 1", "INSERT INTO t (a) VALUES (1)", "UPDATE t SET a = 1",
                            "DELETE FROM t", "SHOW TABLES", "ALTER TABLE t ADD b INT", "COMMIT"})
        QTest::newRow(sql) << QString::fromLatin1(sql);
}

void tst_SessionHoldings::ordinaryStatementsLetIt()
{
    QFETCH(QString, sql);
    FakeServer server;
    Connection connection(idling(server));
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    VERIFY_SUCCEEDS(watch(connection.execute(sql)));
    QTRY_COMPARE(connection.state(), State::Unconnected);
    QCOMPARE(server.count(FakeServer::Quit), 1);
    QVERIFY(lost.isEmpty());
}

void tst_SessionHoldings::releasedSessionCloses_data()
{
    QTest::addColumn<QString>("holds");
    QTest::addColumn<QString>("releases");
    QTest::newRow("commit") << u"START TRANSACTION"_s << u"COMMIT"_s;
    QTest::newRow("unlock") << u"LOCK TABLES t READ"_s << u"UNLOCK TABLES"_s;
    QTest::newRow("named") << u"SELECT GET_LOCK('a', 1)"_s << u"DO RELEASE_ALL_LOCKS()"_s;
    QTest::newRow("reset") << u"SET @a = 1"_s << QString();
}

void tst_SessionHoldings::releasedSessionCloses()
{
    QFETCH(QString, holds);
    QFETCH(QString, releases);
    FakeServer server;
    keepTransaction(&server, {"START TRANSACTION"});
    Connection connection(idling(server));
    VERIFY_SUCCEEDS(watch(connection.execute(holds)));
    WAIT_FOR(3 * Idle);
    QCOMPARE(connection.state(), State::Connected);
    if (releases.isEmpty())
        VERIFY_SUCCEEDS(watch(connection.resetSession()));
    else
        VERIFY_SUCCEEDS(watch(connection.execute(releases)));
    QTRY_COMPARE(connection.state(), State::Unconnected);
}

void tst_SessionHoldings::changedOptionsWaitForTheTransaction()
{
    FakeServer before;
    FakeServer after;
    keepTransaction(&before, {"START TRANSACTION", "INSERT 1"});
    Connection connection(optionsFor(before));
    VERIFY_SUCCEEDS(watch(connection.execute(u"START TRANSACTION"_s)));
    connection.setOptions(optionsFor(after));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    VERIFY_SUCCEEDS(watch(connection.execute(u"COMMIT"_s)));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
    QCOMPARE(before.userQueries(), QByteArrayList({"START TRANSACTION", "INSERT 1", "COMMIT"}));
    QCOMPARE(after.userQueries(), QByteArrayList({"SELECT 2"}));
}

void tst_SessionHoldings::changedOptionsWaitForReset()
{
    FakeServer before;
    FakeServer after;
    Connection connection(optionsFor(before));
    VERIFY_SUCCEEDS(watch(connection.execute(u"CREATE TEMPORARY TABLE t (a INT)"_s)));
    connection.setOptions(optionsFor(after));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT * FROM t"_s)));
    QCOMPARE(after.connectionCount(), 0);
    VERIFY_SUCCEEDS(watch(connection.resetSession()));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
    QCOMPARE(after.userQueries(), QByteArrayList({"SELECT 2"}));
}

void tst_SessionHoldings::temporaryErrorDoesNotReplaceTheSession()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setTransientErrorNumbers({1205});
    policy.setReconnectOnTransientError(true);
    options.setRetryPolicy(policy);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"CREATE TEMPORARY TABLE t (a INT)"_s)));
    server.once("INSERT INTO t VALUES (1)",
                [](FakeConnection &c) { c.error(1205, "HY000", "Lock wait timeout exceeded"); });
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT INTO t VALUES (1)"_s)));
    QCOMPARE(server.connectionCount(), 1);
    QCOMPARE(server.countQuery("INSERT INTO t VALUES (1)"), 2);
}

void tst_SessionHoldings::queuedJobsOfALostTransactionFail()
{
    FakeServer server;
    keepTransaction(&server, {"START TRANSACTION"});
    server.on("INSERT 1", [](FakeConnection &c) { c.cut(); });
    Connection connection(optionsFor(server));
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    const OutcomePointer begin = watch(connection.execute(u"START TRANSACTION"_s));
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s));
    const OutcomePointer read = watch(connection.execute(u"SELECT 1"_s));
    const OutcomePointer commit = watch(connection.execute(u"COMMIT"_s));
    const OutcomePointer outside = watch(connection.execute(u"INSERT 3"_s));
    VERIFY_SUCCEEDS(begin);
    VERIFY_FAILS(first, ConnectionLost, Unknown);
    VERIFY_FAILS(second, ConnectionLost, NotSent);
    VERIFY_FAILS(read, ConnectionLost, NotSent);
    VERIFY_FAILS(commit, ConnectionLost, NotSent);
    VERIFY_SUCCEEDS(outside);
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 3"}));
    QCOMPARE(lost.size(), 1);
    QVERIFY(lost.constFirst().constFirst().toString().contains("transaction"_L1));
}

void tst_SessionHoldings::laterJobsOfALostTransactionFail()
{
    FakeServer server;
    keepTransaction(&server, {"START TRANSACTION", "INSERT 1"});
    Connection connection(optionsFor(server));
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    VERIFY_SUCCEEDS(watch(connection.execute(u"START TRANSACTION"_s)));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    server.cutAll();
    QTRY_COMPARE(lost.size(), 1);
    VERIFY_FAILS(watch(connection.execute(u"INSERT 2"_s)), ConnectionLost, NotSent);
    VERIFY_FAILS(watch(connection.execute(u"SELECT ?"_s, {1})), ConnectionLost, NotSent);
    VERIFY_FAILS(watch(connection.execute(u"ROLLBACK"_s)), ConnectionLost, NotSent);
    QCOMPARE(server.connectionCount(), 1);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 3"}));
}

void tst_SessionHoldings::lostBeginBlocks()
{
    FakeServer server;
    server.on("START TRANSACTION", [](FakeConnection &c) { c.cut(); });
    Connection connection(optionsFor(server));
    const OutcomePointer begin = watch(connection.execute(u"START TRANSACTION"_s));
    const OutcomePointer insert = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer commit = watch(connection.execute(u"COMMIT"_s));
    const OutcomePointer outside = watch(connection.execute(u"INSERT 2"_s));
    VERIFY_FAILS(begin, ConnectionLost, Unknown);
    VERIFY_FAILS(insert, ConnectionLost, NotSent);
    VERIFY_FAILS(commit, ConnectionLost, NotSent);
    VERIFY_SUCCEEDS(outside);
}

void tst_SessionHoldings::lostCommitDoesNotBlock()
{
    FakeServer server;
    keepTransaction(&server, {"START TRANSACTION"});
    server.on("COMMIT", [](FakeConnection &c) { c.cut(); });
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"START TRANSACTION"_s)));
    const OutcomePointer commit = watch(connection.execute(u"COMMIT"_s));
    const OutcomePointer outside = watch(connection.execute(u"INSERT 2"_s));
    VERIFY_FAILS(commit, ConnectionLost, Unknown);
    VERIFY_SUCCEEDS(outside);
}

void tst_SessionHoldings::newTransactionEndsTheLostOne_data()
{
    QTest::addColumn<bool>("byStatement");
    QTest::newRow("statement") << true;
    QTest::newRow("Transaction") << false;
}

void tst_SessionHoldings::newTransactionEndsTheLostOne()
{
    QFETCH(bool, byStatement);
    FakeServer server;
    keepTransaction(&server, {"START TRANSACTION"});
    Connection connection(optionsFor(server));
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    VERIFY_SUCCEEDS(watch(connection.execute(u"START TRANSACTION"_s)));
    server.cutAll();
    QTRY_COMPARE(lost.size(), 1);
    if (byStatement) {
        VERIFY_SUCCEEDS(watch(connection.execute(u"START TRANSACTION"_s)));
        VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
        return;
    }
    Transaction *transaction = connection.beginTransaction();
    QSignalSpy started(transaction, &Transaction::started);
    QTRY_COMPARE(started.size(), 1);
}

void tst_SessionHoldings::verbsPassALostTransaction()
{
    FakeServer server;
    keepTransaction(&server, {"START TRANSACTION"});
    Connection connection(optionsFor(server));
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    VERIFY_SUCCEEDS(watch(connection.execute(u"START TRANSACTION"_s)));
    server.cutAll();
    QTRY_COMPARE(lost.size(), 1);
    VERIFY_SUCCEEDS(watch(connection.ping()));
    VERIFY_SUCCEEDS(watch(connection.setSessionVariable(u"sql_mode"_s, u""_s)));
    VERIFY_FAILS(watch(connection.execute(u"INSERT 1"_s)), ConnectionLost, NotSent);
    VERIFY_SUCCEEDS(watch(connection.resetSession()));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
}

void tst_SessionHoldings::batchOfALostTransactionFails()
{
    FakeServer server;
    keepTransaction(&server, {"START TRANSACTION"});
    Connection connection(optionsFor(server));
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    VERIFY_SUCCEEDS(watch(connection.execute(u"START TRANSACTION"_s)));
    server.cutAll();
    QTRY_COMPARE(lost.size(), 1);
    VERIFY_FAILS(watch(connection.executeBatch(u"INSERT INTO t VALUES (?)"_s, {{1}, {2}})),
                 ConnectionLost, NotSent);
}

void tst_SessionHoldings::failsWhileTheServerIsAway()
{
    FakeServer server;
    keepTransaction(&server, {"START TRANSACTION"});
    Connection connection(optionsFor(server));
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    VERIFY_SUCCEEDS(watch(connection.execute(u"START TRANSACTION"_s)));
    server.stopListening();
    server.cutAll();
    QTRY_COMPARE(lost.size(), 1);
    const OutcomePointer insert = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer commit = watch(connection.execute(u"COMMIT"_s));
    const OutcomePointer outside = watch(connection.execute(u"INSERT 2"_s));
    VERIFY_FAILS(insert, ConnectionLost, NotSent);
    VERIFY_FAILS(commit, ConnectionLost, NotSent);
    server.listenAgain();
    VERIFY_SUCCEEDS(outside);
}

void tst_SessionHoldings::autoCommitOffComesBack()
{
    FakeServer server;
    const auto off = [](FakeConnection &c) {
        Ok ok;
        ok.status = 0;
        c.ok(ok);
    };
    const auto open = [](FakeConnection &c) {
        Ok ok;
        ok.status = InTransaction;
        c.ok(ok);
    };
    server.on("SET autocommit = 0", off);
    server.on("SET @@SESSION.`autocommit` = 0", off);
    server.on("INSERT 1", open);
    server.on("INSERT 3", open);
    server.on("COMMIT", off);
    Connection connection(optionsFor(server));
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SET autocommit = 0"_s)));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    server.cutAll();
    QTRY_COMPARE(lost.size(), 1);
    VERIFY_FAILS(watch(connection.execute(u"INSERT 2"_s)), ConnectionLost, NotSent);
    VERIFY_FAILS(watch(connection.execute(u"COMMIT"_s)), ConnectionLost, NotSent);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
    VERIFY_SUCCEEDS(watch(connection.execute(u"COMMIT"_s)));
    QVERIFY(server.queries(2).contains("SET @@SESSION.`autocommit` = 0"));

    // Without an open transaction nothing has to fail.
    server.cutAll();
    QTRY_COMPARE(lost.size(), 2);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
    QVERIFY(server.queries(3).contains("SET @@SESSION.`autocommit` = 0"));

    VERIFY_SUCCEEDS(watch(connection.execute(u"SET autocommit = 1"_s)));
    server.cutAll();
    QTRY_COMPARE(connection.state(), State::Unconnected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 4"_s)));
    QVERIFY(!server.queries(4).contains("SET @@SESSION.`autocommit` = 0"));

    VERIFY_SUCCEEDS(watch(connection.execute(u"SET autocommit = 0"_s)));
    server.cutAll();
    QTRY_COMPARE(connection.state(), State::Unconnected);
    VERIFY_SUCCEEDS(watch(connection.resetSession()));
    QCOMPARE(server.queries(5).count("SET @@SESSION.`autocommit` = 0"), 1);
}

void tst_SessionHoldings::autoCommitOffInTheOptionsIsNotHeld()
{
    FakeServer server;
    FakeGreeting greeting;
    greeting.status = 0;
    server.setGreeting(greeting);
    const auto off = [](FakeConnection &c) {
        Ok ok;
        ok.status = 0;
        c.ok(ok);
    };
    server.on("SET NAMES utf8mb4, @@SESSION.`time_zone` = '+00:00', "
              "@@SESSION.`net_write_timeout` = 28800, @@SESSION.`autocommit` = 0",
              off);
    server.on("COMMIT", off);
    ConnectionOptions options = idling(server);
    options.setSessionVariables({{u"autocommit"_s, 0}});
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"COMMIT"_s)));
    QTRY_COMPARE(connection.state(), State::Unconnected);
}

void tst_SessionHoldings::lossIsReported_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("held");
    QTest::newRow("table") << u"CREATE TEMPORARY TABLE t (a INT)"_s << u"temporary tables"_s;
    QTest::newRow("lock") << u"SELECT GET_LOCK('a', 1)"_s << u"GET_LOCK"_s;
    QTest::newRow("variable") << u"SET @a = 1"_s << u"user variables"_s;
    QTest::newRow("routine") << u"CALL p()"_s << u"stored routine"_s;
    QTest::newRow("nothing") << u"SELECT 1"_s << QString();
}

void tst_SessionHoldings::lossIsReported()
{
    QFETCH(QString, sql);
    QFETCH(QString, held);
    FakeServer server;
    Connection connection(optionsFor(server));
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    VERIFY_SUCCEEDS(watch(connection.execute(sql)));
    server.cutAll();
    QTRY_COMPARE(connection.state(), State::Unconnected);
    QCOMPARE(lost.size(), held.isEmpty() ? 0 : 1);
    if (!held.isEmpty())
        QVERIFY(lost.constFirst().constFirst().toString().contains(held));
    // A new session can be used at once, and holds nothing.
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    server.cutAll();
    QTRY_COMPARE(connection.state(), State::Unconnected);
    QCOMPARE(lost.size(), held.isEmpty() ? 0 : 1);
}

void tst_SessionHoldings::closeReportsNothing()
{
    FakeServer server;
    keepTransaction(&server, {"START TRANSACTION"});
    Connection connection(optionsFor(server));
    QSignalSpy lost(&connection, &Connection::sessionStateLost);
    VERIFY_SUCCEEDS(watch(connection.execute(u"START TRANSACTION"_s)));
    VERIFY_SUCCEEDS(watch(connection.close()));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SET @a = 1"_s)));
    connection.abort();
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT ROW_COUNT()"_s)));
    QVERIFY(lost.isEmpty());
}

QTEST_GUILESS_MAIN(tst_SessionHoldings)

#include "tst_sessionholdings.moc"
