// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "poolfixture.h"
#include "servers.h"

#include <AsyncMySql/Transaction>

#include <QtCore/qhash.h>
#include <QtCore/qset.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;
using Fake::takenLease;

class tst_Pool_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void nothingOfASessionIsSeenByTheNextUser_data();
    void nothingOfASessionIsSeenByTheNextUser();
    void namedLockIsReleased_data() { addRows(); }
    void namedLockIsReleased();
    void tableLockIsReleased_data() { addRows(); }
    void tableLockIsReleased();
    void openTransactionIsRolledBack_data() { addRows(); }
    void openTransactionIsRolledBack();
    void databaseWithoutDefaultIsNotSeen_data() { addRows(); }
    void databaseWithoutDefaultIsNotSeen();
    void roleIsNotSeen_data() { addRows(); }
    void roleIsNotSeen();
    void droppedDatabaseIsNotMissed_data() { addRows(); }
    void droppedDatabaseIsNotMissed();
    void lockOfACreationIsReleased_data() { addRows(); }
    void lockOfACreationIsReleased();
    void cleanSessionKeepsItsStatements_data() { addRows(); }
    void cleanSessionKeepsItsStatements();
    void destroyedLeaseStopsItsStatement_data() { addRows(); }
    void destroyedLeaseStopsItsStatement();
    void killedSessionsCostNoJob_data();
    void killedSessionsCostNoJob();
    void cancelStopsNoOtherSharedJob_data() { addRows(); }
    void cancelStopsNoOtherSharedJob();
    void jobsStartInTheirOrder_data() { addRows(); }
    void jobsStartInTheirOrder();
    void transactionsOfAPool_data() { addRows(); }
    void transactionsOfAPool();
    void waitTimeoutIsLearned_data() { addRows(); }
    void waitTimeoutIsLearned();
    void fullServerIsUsedWithWhatThereIs_data() { addRows(); }
    void fullServerIsUsedWithWhatThereIs();
};

void tst_Pool_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Pool_Servers::nothingOfASessionIsSeenByTheNextUser_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("question");
    QTest::addColumn<bool>("inLease");
    for (const Server &server : serversFor(any)) {
        const auto add = [&](const char *what, const QString &sql, const QString &question) {
            QTest::addRow("%s, %s", qPrintable(server.name), what)
                << server << sql << question << false;
            QTest::addRow("%s, %s, lease", qPrintable(server.name), what)
                << server << sql << question << true;
        };
        const QString isolation
            = server.isMySql ? u"@@transaction_isolation"_s : u"@@tx_isolation"_s;
        add("user variable", u"SET @a = 42"_s, u"SELECT @a"_s);
        add("variable of a query", u"SELECT @a := 42"_s, u"SELECT @a"_s);
        add("session variable", u"SET SESSION sort_buffer_size = 1048576"_s,
            u"SELECT @@SESSION.sort_buffer_size"_s);
        add("sql_mode", u"SET SESSION sql_mode = 'ANSI_QUOTES'"_s, u"SELECT @@SESSION.sql_mode"_s);
        add("isolation level", u"SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE"_s,
            u"SELECT "_s + isolation);
        add("next transaction", u"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"_s,
            u"SELECT "_s + isolation);
        add("database", u"USE mysql"_s, u"SELECT DATABASE()"_s);
        add("character set", u"SET NAMES latin1"_s, u"SELECT @@character_set_client"_s);
        add("time zone", u"SET time_zone = '+05:00'"_s, u"SELECT @@SESSION.time_zone"_s);
        add("autocommit", u"SET autocommit = 0"_s, u"SELECT @@SESSION.autocommit"_s);
        add("temporary table", u"CREATE TEMPORARY TABLE own (a INT)"_s,
            u"SELECT COUNT(*) FROM own"_s);
        add("prepared statement", u"PREPARE own FROM 'SELECT 1'"_s, u"EXECUTE own"_s);
        add("procedure", u"CALL p()"_s, u"SELECT @a"_s);
        add("function", u"SELECT f()"_s, u"SELECT @a"_s);
    }
}

void tst_Pool_Servers::nothingOfASessionIsSeenByTheNextUser()
{
    QFETCH(Server, server);
    QFETCH(QString, sql);
    QFETCH(QString, question);
    QFETCH(bool, inLease);
    const Database database(server);
    {
        Connection connection(Servers::options(server, database));
        VERIFY_DONE(connection.execute(u"CREATE PROCEDURE p() SET @a = 42"_s));
        VERIFY_DONE(connection.execute(
            u"CREATE FUNCTION f() RETURNS INT NO SQL BEGIN SET @a = 42; RETURN 1; END"_s));
    }
    const auto answer = [&question](Executor *executor) {
        const OutcomePointer outcome = finishedOf(executor->execute(question));
        return std::pair(outcome->rows(), outcome->error.serverErrorNumber());
    };
    Connection fresh(Servers::options(server, database));
    const auto expected = answer(&fresh);
    Pool pool(Servers::options(server, database));
    pool.setMaximumConnections(1);
    const quint64 id = rowsOf(pool.execute(u"SELECT CONNECTION_ID()"_s))[0][0].toULongLong();
    if (inLease) {
        const std::unique_ptr<Lease> lease = takenLease(&pool);
        QVERIFY(lease);
        VERIFY_DONE(lease->execute(sql));
        // What is set for the next transaction shows in that alone.
        QVERIFY(answer(lease.get()) != expected || sql.startsWith(u"SET TRANSACTION"_s));
    } else {
        VERIFY_DONE(pool.execute(sql));
    }
    QCOMPARE(answer(&pool), expected);
    // In the same session: it was not thrown away for that.
    QCOMPARE(rowsOf(pool.execute(u"SELECT CONNECTION_ID()"_s)), one(QString::number(id)));
}

void tst_Pool_Servers::namedLockIsReleased()
{
    QFETCH(Server, server);
    const QString name = uniqueName(u"pool"_s);
    Pool pool(Servers::options(server));
    VERIFY_DONE(pool.execute(u"SELECT GET_LOCK(?, 0)"_s, {name}));
    Connection other(Servers::options(server));
    // The time is the server's, for the reset to come.
    QCOMPARE(rowsOf(other.execute(u"SELECT GET_LOCK(?, 10)"_s, {name})), one(u"1"_s));
}

void tst_Pool_Servers::tableLockIsReleased()
{
    QFETCH(Server, server);
    const Database database(server);
    Pool pool(Servers::options(server, database));
    VERIFY_DONE(pool.execute(u"CREATE TABLE t (a INT)"_s));
    VERIFY_DONE(pool.execute(u"LOCK TABLES t WRITE"_s));
    Connection other(Servers::options(server, database));
    VERIFY_DONE(other.execute(u"INSERT INTO t VALUES (1)"_s));
}

void tst_Pool_Servers::openTransactionIsRolledBack()
{
    QFETCH(Server, server);
    const Database database(server);
    Pool pool(Servers::options(server, database));
    pool.setMaximumConnections(1);
    VERIFY_DONE(pool.execute(u"CREATE TABLE t (a INT PRIMARY KEY)"_s));
    VERIFY_DONE(pool.execute(u"INSERT INTO t VALUES (1)"_s));
    {
        const std::unique_ptr<Lease> lease = takenLease(&pool);
        QVERIFY(lease);
        VERIFY_DONE(lease->execute(u"START TRANSACTION"_s));
        VERIFY_DONE(lease->execute(u"UPDATE t SET a = 2"_s));
    }
    // Its row lock is gone.
    Connection other(Servers::options(server, database));
    VERIFY_DONE(other.execute(u"UPDATE t SET a = 3 WHERE a = 1"_s));
    QCOMPARE(rowsOf(pool.execute(u"SELECT a FROM t"_s)), one(u"3"_s));
}

void tst_Pool_Servers::databaseWithoutDefaultIsNotSeen()
{
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server);
    options.setDatabase({});
    Pool pool(options);
    pool.setMaximumConnections(1);
    VERIFY_DONE(pool.execute(u"USE mysql"_s));
    QCOMPARE(rowsOf(pool.execute(u"SELECT DATABASE() IS NULL"_s)), one(u"1"_s));
}

void tst_Pool_Servers::roleIsNotSeen()
{
    QFETCH(Server, server);
    const QString role = uniqueName(u"role"_s);
    Connection admin(Servers::options(server));
    VERIFY_DONE(admin.execute(u"CREATE ROLE %1"_s.arg(role)));
    const auto drop = qScopeGuard([&] { finishedOf(admin.execute(u"DROP ROLE %1"_s.arg(role))); });
    VERIFY_DONE(admin.execute(server.isMySql ? u"GRANT %1 TO CURRENT_USER()"_s.arg(role)
                                             : u"GRANT %1 TO CURRENT_USER"_s.arg(role)));
    const QString question = u"SELECT COALESCE(CURRENT_ROLE(), 'NONE')"_s;
    Pool pool(Servers::options(server));
    pool.setMaximumConnections(1);
    const QList<QStringList> before = rowsOf(pool.execute(question));
    for (const Pool::ResetPolicy policy :
         {Pool::ResetPolicy::WhenDirty, Pool::ResetPolicy::Always}) {
        pool.setResetPolicy(policy);
        VERIFY_DONE(pool.execute(u"SET ROLE %1"_s.arg(role)));
        QCOMPARE(rowsOf(pool.execute(question)), before);
    }
}

void tst_Pool_Servers::droppedDatabaseIsNotMissed()
{
    QFETCH(Server, server);
    const Database database(server);
    Pool pool(Servers::options(server, database));
    pool.setMaximumConnections(1);
    VERIFY_DONE(pool.execute(u"SELECT 1"_s));
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    VERIFY_DONE(lease->execute(u"DROP DATABASE %1"_s.arg(database.name())));
    VERIFY_DONE(lease->execute(u"CREATE DATABASE %1"_s.arg(database.name())));
    lease.reset();
    QCOMPARE(rowsOf(pool.execute(u"SELECT DATABASE()"_s)), one(database.name()));
}

void tst_Pool_Servers::lockOfACreationIsReleased()
{
    QFETCH(Server, server);
    const Database database(server);
    const QString name = uniqueName(u"pool"_s);
    Pool pool(Servers::options(server, database));
    VERIFY_DONE(pool.execute(u"CREATE TABLE t SELECT GET_LOCK('%1', 0) AS event"_s.arg(name)));
    Connection other(Servers::options(server));
    QCOMPARE(rowsOf(other.execute(u"SELECT GET_LOCK(?, 10)"_s, {name})), one(u"1"_s));
}

void tst_Pool_Servers::cleanSessionKeepsItsStatements()
{
    QFETCH(Server, server);
    Pool pool(Servers::options(server));
    pool.setMaximumConnections(1);
    for (int i = 0; i < 10; ++i)
        QCOMPARE(rowsOf(pool.execute(u"SELECT ? + 1"_s, {i})), one(QString::number(i + 1)));
    QCOMPARE(rowsOf(pool.execute(u"SHOW SESSION STATUS LIKE 'Com_stmt_prepare'"_s))[0][1], u"1"_s);
    QCOMPARE(pool.statistics().resets, 0U);
}

void tst_Pool_Servers::destroyedLeaseStopsItsStatement()
{
    QFETCH(Server, server);
    Pool pool(Servers::options(server));
    pool.setMaximumConnections(1);
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    const quint64 id = lease->connectionId();
    const QString sql = u"SELECT SLEEP(1000)"_s;
    lease->execute(sql);
    Connection watcher(Servers::options(server));
    const auto isRunning = [&] {
        return rowsOf(watcher.execute(
                   u"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = %1 AND INFO "
                   "LIKE 'SELECT SLEEP%'"_s.arg(id)))
               == one(u"1"_s);
    };
    QTRY_VERIFY(isRunning());
    lease.reset();
    QTRY_VERIFY(!isRunning());
    QCOMPARE(rowsOf(pool.execute(u"SELECT CONNECTION_ID()"_s)), one(QString::number(id)));
}

void tst_Pool_Servers::killedSessionsCostNoJob_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<int>("jobs");
    QTest::addColumn<bool>("atOnce");
    QTest::addColumn<int>("jobsPerConnection");
    QTest::addColumn<Pool::ResetPolicy>("resetPolicy");
    constexpr auto whenDirty = Pool::ResetPolicy::WhenDirty;
    for (const Server &server : serversFor(any)) {
        const auto add = [&server](const char *what) -> QTestData & {
            return QTest::addRow("%s, %s", qPrintable(server.name), what) << server;
        };
        add("one at a time") << 2000 << false << 1 << whenDirty;
        add("all at once") << 2000 << true << 1 << whenDirty;
        add("shared") << 400 << false << 8 << whenDirty;
        add("each reset") << 400 << false << 1 << Pool::ResetPolicy::Always;
    }
}

void tst_Pool_Servers::killedSessionsCostNoJob()
{
    QFETCH(Server, server);
    QFETCH(int, jobs);
    QFETCH(bool, atOnce);
    QFETCH(int, jobsPerConnection);
    QFETCH(Pool::ResetPolicy, resetPolicy);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    RetryPolicy policy = options.retryPolicy();
    policy.setMaximumAttempts(1000);
    options.setRetryPolicy(policy);
    Pool pool(options);
    pool.setMaximumConnections(4);
    pool.setJobsPerConnection(jobsPerConnection);
    pool.setResetPolicy(resetPolicy);
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < jobs; ++i)
        outcomes.append(Fake::watch(pool.execute(u"SELECT %1"_s.arg(i))));
    Connection killer(Servers::options(server));
    int kills = 0;
    while (outcomes.constLast()->finished == 0 || kills < 10) {
        const QList<QStringList> sessions = rowsOf(killer.execute(
            u"SELECT ID FROM information_schema.PROCESSLIST WHERE DB = ?"_s, {database.name()}));
        if (!sessions.isEmpty()) {
            ++kills;
            QList<OutcomePointer> killed;
            for (const QStringList &session :
                 atOnce ? sessions : sessions.mid(kills % sessions.size(), 1))
                killed.append(Fake::watch(killer.execute(u"KILL "_s + session[0])));
            QVERIFY(areFinished(killed));
        }
        if (outcomes.constLast()->finished > 0 && sessions.isEmpty())
            break;
    }
    QVERIFY(areFinished(outcomes));
    for (int i = 0; i < jobs; ++i) {
        QVERIFY2(outcomes.at(i)->succeeded(), Fake::describe(outcomes.at(i)).constData());
        QCOMPARE(outcomes.at(i)->rows(), one(QString::number(i)));
    }
    QVERIFY(pool.statistics().closedBroken > 0);
    QCOMPARE(pool.statistics().waiting, 0);
}

void tst_Pool_Servers::cancelStopsNoOtherSharedJob()
{
    QFETCH(Server, server);
    Pool pool(Servers::options(server));
    pool.setMaximumConnections(2);
    pool.setJobsPerConnection(8);
    constexpr int jobs = 60;
    QList<Query *> slow;
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < jobs; ++i) {
        // Every third one runs until it is stopped.
        Query *query = pool.execute(i % 3 == 0 ? u"SELECT BENCHMARK(100000000000, SHA2('a', 256))"_s
                                               : u"SELECT %1"_s.arg(i));
        outcomes.append(Fake::watch(query));
        query->setAutoDelete(false);
        if (i % 3 == 0)
            slow.append(query);
    }
    Connection watcher(Servers::options(server));
    for (qsizetype i = 0; i < slow.size(); ++i) {
        // In front of others, or alone; sometimes the kill is late.
        if (i % 2 == 0) {
            QTRY_VERIFY(slow.at(i)->state() != Job::State::Waiting);
            QVERIFY2(!slow.at(i)->isFinished(), qPrintable(slow.at(i)->error().message()));
            QVERIFY(!rowsOf(watcher.execute(u"SELECT 1"_s)).isEmpty());
        }
        slow.at(i)->cancel();
    }
    QVERIFY(areFinished(outcomes));
    for (int i = 0; i < jobs; ++i) {
        const QByteArray context = Fake::describe(outcomes.at(i));
        if (i % 3 == 0)
            QVERIFY2(outcomes.at(i)->failed(Error::Cancelled), context.constData());
        else
            QCOMPARE(outcomes.at(i)->rows(), one(QString::number(i)));
    }
    QCOMPARE(pool.statistics().closedBroken, 0U);
}

/// As the server sees it: when one starts, all before it have started, but those that are still on
/// their way to the other sessions.
void tst_Pool_Servers::jobsStartInTheirOrder()
{
    QFETCH(Server, server);
    constexpr int jobs = 10'000;
    constexpr int sessions = 4;
    const Database database(server);
    Pool pool(Servers::options(server, database));
    pool.setMaximumConnections(sessions);
    VERIFY_DONE(
        pool.execute(u"CREATE TABLE started (place INT AUTO_INCREMENT PRIMARY KEY, job INT, "
                     "session BIGINT) ENGINE=MEMORY"_s));
    const QString sql = u"INSERT INTO started (job, session) VALUES (?, CONNECTION_ID())"_s;
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < jobs; ++i)
        outcomes.append(Fake::watch(pool.execute(sql, {i})));
    QVERIFY(areFinished(outcomes, 3min));
    const QList<QStringList> started
        = rowsOf(pool.execute(u"SELECT job, session FROM started ORDER BY place"_s));
    QCOMPARE(started.size(), jobs);
    QHash<QString, int> lastOfSession;
    QSet<int> overtaken;
    int highest = -1;
    for (const QStringList &row : started) {
        const int job = row[0].toInt();
        int &last = lastOfSession[row[1]];
        QVERIFY2(job >= last, qPrintable(row[0]));
        last = job;
        for (; highest < job; ++highest)
            overtaken.insert(highest + 1);
        overtaken.remove(job);
        QVERIFY2(overtaken.size() < sessions, qPrintable(row[0]));
    }
    QCOMPARE(lastOfSession.size(), sessions);
}

void tst_Pool_Servers::transactionsOfAPool()
{
    QFETCH(Server, server);
    const Database database(server);
    Pool pool(Servers::options(server, database));
    pool.setMaximumConnections(3);
    VERIFY_DONE(pool.execute(u"CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL)"_s));
    VERIFY_DONE(pool.execute(u"INSERT INTO t VALUES (1, 0), (2, 0)"_s));
    constexpr int count = 50;
    int committed = 0;
    TransactionOptions options;
    options.setMaximumAttempts(1000);
    for (int i = 0; i < count; ++i) {
        // In different orders, so that there are deadlocks.
        const int first = 1 + i % 2;
        Transaction *transaction = pool.transact(
            [first](Transaction *attempt) {
                attempt->execute(u"UPDATE t SET n = n + 1 WHERE id = %1"_s.arg(first));
                attempt->execute(u"UPDATE t SET n = n + 1 WHERE id = %1"_s.arg(3 - first));
                attempt->commit();
            },
            options);
        connect(transaction, &Transaction::finished, this, [&committed, transaction] {
            committed += transaction->state() == Transaction::State::Committed ? 1 : 0;
        });
    }
    QTRY_COMPARE_WITH_TIMEOUT(committed, count, 60'000);
    QCOMPARE(rowsOf(pool.execute(u"SELECT SUM(n) FROM t"_s)), one(QString::number(2 * count)));
    QCOMPARE(pool.statistics().resets, 0U);
}

void tst_Pool_Servers::waitTimeoutIsLearned()
{
    QFETCH(Server, server);
    ConnectionOptions options = Servers::options(server);
    options.setSessionVariables({{u"wait_timeout"_s, 2}});
    Pool pool(options);
    pool.setMinimumConnections(2);
    VERIFY_DONE(pool.execute(u"SELECT 1"_s));
    // The pool closes them in time, and opens others.
    QTRY_VERIFY_WITH_TIMEOUT(pool.statistics().closedIdle >= 4, 30'000);
    QCOMPARE(pool.statistics().closedBroken, 0U);
    VERIFY_DONE(pool.execute(u"SELECT 1"_s));
}

void tst_Pool_Servers::fullServerIsUsedWithWhatThereIs()
{
    QFETCH(Server, server);
    const Account account(server,
                          server.isMySql ? u"caching_sha2_password"_s : u"mysql_native_password"_s,
                          u"open-sesame"_s, u"WITH MAX_USER_CONNECTIONS 2"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    Pool pool(account.options(Channel::Socket));
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 20; ++i)
        outcomes.append(Fake::watch(pool.execute(u"SELECT SLEEP(0.02)"_s)));
    QVERIFY(areFinished(outcomes));
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QVERIFY(pool.statistics().created <= 2);
    QVERIFY(pool.statistics().connectFailures > 0);
}

QTEST_GUILESS_MAIN(tst_Pool_Servers)
#include "tst_pool_servers.moc"
