// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "poolfixture.h"
#include "transactionfixture.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What becomes of the sessions of a pool between two jobs.
class tst_PoolSessions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanSessionIsNotReset();
    void dirtySessionIsReset_data();
    void dirtySessionIsReset();
    void openTransactionIsRolledBackAtOnce();
    void alwaysResets();
    void neverResetsButTransactions();
    void sessionThatCannotBeResetIsClosed();
    void sessionThatIsLostDuringTheResetIsReplaced();
    void databaseThatCannotBeResetClosesTheSession();
    void idleSessionIsClosed();
    void minimumIsKept();
    void minimumIsReplaced();
    void lifetimeEnds();
    void waitTimeoutOfTheServerIsRespected();
    void fewerAtMost();
    void clearReplacesSessions();
    void handshakeIsCompleted_data();
    void handshakeIsCompleted();
    void warmUpOpensSessions();
    void drainEndsTheWork();
    void drainAbortsWhatTakesTooLong();
    void statisticsAddUp();
    void otherPolicyResetsIdleSessions();
    void roleClosesTheSession();
    void droppedDatabaseIsSelectedAgain();
    void drainEndsWarmUps();
    void drainWaitsForRetries();
    void warmUpOutlastsTheIdleTimeout();
    void closeWaitsBehindAFailure();
    void closeNeedsNoSession();
};

void tst_PoolSessions::cleanSessionIsNotReset()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    for (const char *sql : {"SELECT 1", "INSERT INTO t VALUES (1)", "UPDATE t SET a = 1",
                            "DELETE FROM t", "SELECT NOW(), COUNT(*) FROM t"})
        VERIFY_SUCCEEDS(watch(pool.execute(QString::fromLatin1(sql))));
    QCOMPARE(server.count(FakeServer::ResetConnection), 0);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_PoolSessions::dirtySessionIsReset_data()
{
    QTest::addColumn<QByteArray>("sql");
    for (const char *sql :
         {"SET SESSION sort_buffer_size = 1", "SET @a = 1", "CREATE TEMPORARY TABLE t (a INT)",
          "SELECT GET_LOCK('a', 1)", "LOCK TABLES t READ", "PREPARE s FROM 'SELECT 1'", "CALL p()",
          "HANDLER t OPEN", "SELECT own_function()", "FROBNICATE",
          "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
          "SET SESSION sql_mode = 'ANSI'"})
        QTest::newRow(sql) << QByteArray(sql);
}

void tst_PoolSessions::dirtySessionIsReset()
{
    QFETCH(QByteArray, sql);
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setDatabase(u"shop"_s);
    Pool pool(options);
    pool.setMaximumConnections(1);
    const OutcomePointer dirty = watch(pool.execute(QString::fromLatin1(sql)));
    const OutcomePointer next = watch(pool.execute(u"INSERT 1"_s));
    VERIFY_SUCCEEDS(dirty);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.connectionCount(), 1);
    QList<quint8> codes;
    for (const RecordedCommand &command : server.commands())
        codes.append(command.code);
    const qsizetype reset = codes.indexOf(FakeServer::ResetConnection);
    QVERIFY(reset > 0);
    QCOMPARE(server.commands().at(reset - 1).argument, sql);
    // The set-up follows before the next job.
    QVERIFY(server.commands().at(reset + 1).argument.startsWith("SET NAMES"));
    QCOMPARE(pool.statistics().resets, 1U);
}

void tst_PoolSessions::openTransactionIsRolledBackAtOnce()
{
    TransactionServer server;
    Pool pool(optionsFor(server));
    VERIFY_SUCCEEDS(watch(pool.execute(u"START TRANSACTION"_s)));
    // Without another job.
    QTRY_COMPARE(server.count(FakeServer::ResetConnection), 1);
}

void tst_PoolSessions::alwaysResets()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setResetPolicy(Pool::ResetPolicy::Always);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QTRY_COMPARE(server.count(FakeServer::ResetConnection), 1);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QTRY_COMPARE(server.count(FakeServer::ResetConnection), 2);
    QTRY_COMPARE(pool.statistics().idle, 1);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_PoolSessions::neverResetsButTransactions()
{
    TransactionServer server;
    Pool pool(optionsFor(server));
    pool.setResetPolicy(Pool::ResetPolicy::Never);
    VERIFY_SUCCEEDS(watch(pool.execute(u"SET @a = 1"_s)));
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.count(FakeServer::ResetConnection), 0);
    VERIFY_SUCCEEDS(watch(pool.execute(u"START TRANSACTION"_s)));
    QTRY_COMPARE(server.count(FakeServer::ResetConnection), 1);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_PoolSessions::sessionThatCannotBeResetIsClosed()
{
    FakeServer server;
    server.onCommand(FakeServer::ResetConnection,
                     [](FakeConnection &c) { c.error(1047, "08S01", "Unknown command"); });
    Pool pool(optionsFor(server));
    VERIFY_SUCCEEDS(watch(pool.execute(u"SET @a = 1"_s)));
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 1"}));
    QTRY_COMPARE(server.openConnections(), 1);
    QCOMPARE(pool.statistics().closedBroken, 1U);
}

void tst_PoolSessions::sessionThatIsLostDuringTheResetIsReplaced()
{
    FakeServer server;
    server.onCommand(FakeServer::ResetConnection, [](FakeConnection &c) { c.reset(); });
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const OutcomePointer dirty = watch(pool.execute(u"SET @a = 1"_s));
    const OutcomePointer next = watch(pool.execute(u"INSERT 1"_s));
    VERIFY_SUCCEEDS(dirty);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 1"}));
    QCOMPARE(server.countQuery("SET @a = 1"), 1);
}

void tst_PoolSessions::databaseThatCannotBeResetClosesTheSession()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    VERIFY_SUCCEEDS(watch(pool.execute(u"USE other"_s)));
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 1"}));
    QTRY_COMPARE(server.openConnections(), 1);
}

void tst_PoolSessions::idleSessionIsClosed()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setIdleTimeout(50ms);
    const RunningQuery running = runningQuery(&pool, server);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QTRY_COMPARE(server.openConnections(), 1);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
    QTRY_COMPARE(server.openConnections(), 0);
    QTRY_COMPARE(pool.statistics().closedIdle, 2U);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.connectionCount(), 3);
}

void tst_PoolSessions::minimumIsKept()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setIdleTimeout(20ms);
    pool.setMinimumConnections(2);
    QTest::qWait(0);
    QCOMPARE(server.connectionCount(), 0);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QTRY_COMPARE(pool.statistics().idle, 2);
    VERIFY_SUCCEEDS(watch(pool.warmUp(4)));
    QTRY_COMPARE(server.connectionCount(), 4);
    QTRY_COMPARE(server.openConnections(), 2);
    QTRY_COMPARE(pool.statistics().closedIdle, 2U);
    QCOMPARE(pool.statistics().idle, 2);
    VERIFY_SUCCEEDS(watch(pool.close()));
    QTRY_COMPARE(server.openConnections(), 0);
    QCOMPARE(server.connectionCount(), 4);
}

void tst_PoolSessions::minimumIsReplaced()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setMinimumConnections(2);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QTRY_COMPARE(pool.statistics().idle, 2);
    server.connection(1)->reset();
    QTRY_COMPARE(server.connectionCount(), 3);
    QTRY_COMPARE(pool.statistics().idle, 2);
}

void tst_PoolSessions::lifetimeEnds()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumLifetime(60ms);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QTRY_COMPARE(server.openConnections(), 0);
    QCOMPARE(pool.statistics().closedLifetime, 1U);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 2"_s)));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 2"}));
}

void tst_PoolSessions::waitTimeoutOfTheServerIsRespected()
{
    FakeServer server;
    server.on("SELECT @@SESSION.wait_timeout", [](FakeConnection &c) {
        c.result({FakeColumn("@@SESSION.wait_timeout", 8)}, {{"1"}});
    });
    Pool pool(optionsFor(server));
    pool.setMinimumConnections(1);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    // It is replaced before the server would close it.
    QTRY_COMPARE(server.connectionCount(), 2);
    QTRY_COMPARE(pool.statistics().closedIdle, 1U);
    // It is asked once.
    QCOMPARE(server.countQuery("SELECT @@SESSION.wait_timeout"), 1);
    QCOMPARE(pool.statistics().closedBroken, 0U);
}

void tst_PoolSessions::fewerAtMost()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    VERIFY_SUCCEEDS(watch(pool.warmUp(5)));
    QTRY_COMPARE(pool.statistics().idle, 5);
    pool.setMaximumConnections(2);
    QTRY_COMPARE(server.openConnections(), 2);
    QTRY_COMPARE(pool.statistics().closedEvicted, 3U);
    QCOMPARE(pool.statistics().idle, 2);
}

void tst_PoolSessions::clearReplacesSessions()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    const RunningQuery running = runningQuery(&pool, server);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    pool.clear();
    QTRY_COMPARE(server.openConnections(), 1);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 2"_s)));
    QCOMPARE(server.userQueries(3), QByteArrayList({"INSERT 2"}));
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
    QTRY_COMPARE(server.openConnections(), 1);
    // While a session is being opened.
    server.cutAll();
    QTRY_COMPARE(pool.statistics().open, 0);
    const int connections = server.connectionCount();
    connect(&server, &FakeServer::accepted, this, [&] {
        if (server.connectionCount() == connections + 1)
            pool.clear();
    });
    const OutcomePointer outcome = watch(pool.execute(u"INSERT 3"_s));
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.userQueries(connections + 2), QByteArrayList({"INSERT 3"}));
    QCOMPARE(server.countQuery("INSERT 3"), 1);
}

void tst_PoolSessions::handshakeIsCompleted_data()
{
    QTest::addColumn<bool>("withOptions");
    QTest::newRow("clear()") << false;
    QTest::newRow("setOptions()") << true;
}

// The server counts those that are broken off. Jobs do not wait for it.
void tst_PoolSessions::handshakeIsCompleted()
{
    QFETCH(const bool, withOptions);
    FakeServer server;
    server.script().hold().login();
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const OutcomePointer outcome = watch(pool.execute(u"INSERT 1"_s));
    QTRY_COMPARE(server.connectionCount(), 1);
    // The client has noticed, too.
    QTRY_COMPARE(pool.statistics().connecting, 1);
    VERIFY_SUCCEEDS([&] {
        Connection other(optionsFor(server));
        const OutcomePointer served = watch(other.execute(u"INSERT other"_s));
        Q_UNUSED(QTest::qWaitFor([&] { return served->finished > 0; }));
        return served;
    }());
    if (withOptions) {
        ConnectionOptions options = pool.options();
        options.setConnectAttributes({{u"program"_s, u"other"_s}});
        pool.setOptions(options);
    } else {
        pool.clear();
    }
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.userQueries(3), QByteArrayList({"INSERT 1"}));
    FakeConnection *const first = server.connection(1);
    QVERIFY(first->isOpen());
    first->release();
    QTRY_COMPARE(server.count(FakeServer::Quit), 2); // that of the other connection
    QTRY_VERIFY(!first->isOpen());
    QVERIFY(!first->handshakePackets().isEmpty());
    QCOMPARE(server.queries(1), QByteArrayList());
    QCOMPARE(pool.statistics().connectFailures, 0U);
    QCOMPARE(pool.statistics().created, 1U);
}

void tst_PoolSessions::warmUpOpensSessions()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(3);
    VERIFY_SUCCEEDS(watch(pool.warmUp(2)));
    QCOMPARE(pool.statistics().open, 2);
    VERIFY_SUCCEEDS(watch(pool.warmUp(100)));
    QCOMPARE(pool.statistics().open, 3);
    VERIFY_SUCCEEDS(watch(pool.warmUp(1)));
    QCOMPARE(server.connectionCount(), 3);
    VERIFY_SUCCEEDS(watch(pool.close()));
    Job *job = pool.warmUp(1);
    const OutcomePointer cancelled = watch(job);
    job->cancel();
    VERIFY_FAILS(cancelled, Cancelled, NotSent);
}

void tst_PoolSessions::drainEndsTheWork()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const RunningQuery running = runningQuery(&pool, server);
    const OutcomePointer waiting = watch(pool.execute(u"INSERT 1"_s));
    const OutcomePointer drained = watch(pool.drain(1h));
    VERIFY_FAILS(watch(pool.execute(u"INSERT 2"_s)), ConnectionClosed, NotSent);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
    VERIFY_SUCCEEDS(waiting);
    VERIFY_SUCCEEDS(drained);
    QTRY_COMPARE(server.openConnections(), 0);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 3"_s)));
    QCOMPARE(server.countQuery("INSERT 2"), 0);
}

void tst_PoolSessions::drainAbortsWhatTakesTooLong()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    const RunningQuery running = runningQuery(&pool, server);
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    const OutcomePointer drained = watch(pool.drain(50ms));
    VERIFY_FAILS(drained, QueueTimeout, NotSent);
    VERIFY_FAILS(running.outcome, ConnectionClosed, Unknown);
    QVERIFY(!lease->isValid());
    VERIFY_FAILS(watch(lease->execute(u"INSERT 1"_s)), ConnectionClosed, NotSent);
    QTRY_COMPARE(server.openConnections(), 0);
}

void tst_PoolSessions::statisticsAddUp()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    for (int i = 0; i < 10; ++i)
        VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    const PoolStatistics statistics = pool.statistics();
    QCOMPARE(statistics.uses, 10U);
    QCOMPARE(statistics.created, 1U);
    QVERIFY(statistics.connectTime > 0);
    QCOMPARE(statistics.maximumConnectTime, statistics.connectTime);
    QVERIFY(statistics.waitTime >= statistics.connectTime);
    QVERIFY(statistics.useTime > 0);
    QVERIFY(statistics.maximumUseTime <= statistics.useTime);
    QCOMPARE(statistics.maximum, 10);
}

void tst_PoolSessions::otherPolicyResetsIdleSessions()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setResetPolicy(Pool::ResetPolicy::Never);
    VERIFY_SUCCEEDS(watch(pool.execute(u"SET @a = 1"_s)));
    // The pool asks something in the session, which stays dirty.
    QTRY_COMPARE(server.countQuery("SELECT @@SESSION.wait_timeout"), 1);
    QTRY_COMPARE(pool.statistics().idle, 1);
    QCOMPARE(server.count(FakeServer::ResetConnection), 0);
    pool.setResetPolicy(Pool::ResetPolicy::WhenDirty);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.count(FakeServer::ResetConnection), 1);
    const QList<RecordedCommand> commands = server.commands();
    QCOMPARE(commands.constLast().argument, "INSERT 1"_ba);
    QTRY_COMPARE(pool.statistics().idle, 1);
}

void tst_PoolSessions::roleClosesTheSession()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setDatabase(u"shop"_s);
    Pool pool(options);
    for (const Pool::ResetPolicy policy :
         {Pool::ResetPolicy::WhenDirty, Pool::ResetPolicy::Always}) {
        pool.setResetPolicy(policy);
        const int before = server.connectionCount();
        VERIFY_SUCCEEDS(watch(pool.execute(u"SET ROLE admin"_s)));
        VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
        QVERIFY(server.connectionCount() > before);
        QVERIFY(server.userQueries().count("INSERT 1") > 0);
    }
    // Never in the session that has had the role.
    QVERIFY(!server.userQueries(1).contains("INSERT 1"));
}

void tst_PoolSessions::droppedDatabaseIsSelectedAgain()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setDatabase(u"shop"_s);
    Pool pool(options);
    VERIFY_SUCCEEDS(watch(pool.execute(u"DROP DATABASE shop"_s)));
    QTRY_COMPARE(server.count(FakeServer::ResetConnection), 1);
    QTRY_COMPARE(server.countQuery("USE `shop`"), 1);
}

void tst_PoolSessions::drainEndsWarmUps()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    const OutcomePointer warmUp = watch(pool.warmUp(3));
    const OutcomePointer drained = watch(pool.drain(1h));
    VERIFY_FAILS(warmUp, ConnectionClosed, NotSent);
    VERIFY_SUCCEEDS(drained);
    QTRY_COMPARE(server.openConnections(), 0);
    QCOMPARE(pool.statistics().open, 0);
    QCOMPARE(pool.statistics().connecting, 0);
}

void tst_PoolSessions::drainWaitsForRetries()
{
    TransactionServer server;
    int deadlocks = 1;
    server.on("UPDATE 1", [&](FakeConnection &c) {
        if (deadlocks-- > 0)
            server.deadlock()(c);
        else
            server.answer(c);
    });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setInitialDelay(50ms);
    options.setRetryPolicy(policy);
    Pool pool(options);
    Transaction *transaction = pool.transact([](Transaction *attempt) {
        attempt->execute(u"UPDATE 1"_s);
        attempt->commit();
    });
    const TransactionOutcome report = watch(transaction);
    QStringList order;
    connect(transaction, &Transaction::finished, this, [&] { order.append(u"transaction"_s); });
    OutcomePointer drained;
    connect(transaction, &Transaction::started, this, [&] {
        if (!drained)
            drained = watch(pool.drain(1h), &order, u"drain"_s);
    });
    VERIFY_ENDS(report, Committed);
    VERIFY_SUCCEEDS(drained);
    QCOMPARE(server.countQuery("UPDATE 1"), 2);
    QCOMPARE(order, QStringList({u"transaction"_s, u"drain"_s}));
    QTRY_COMPARE(server.openConnections(), 0);
}

void tst_PoolSessions::warmUpOutlastsTheIdleTimeout()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumParallelConnects(1);
    pool.setIdleTimeout(1ms);
    VERIFY_SUCCEEDS(watch(pool.warmUp(8)));
    QCOMPARE(server.connectionCount(), 8);
    QTRY_COMPARE(server.openConnections(), 0);
}

void tst_PoolSessions::closeWaitsBehindAFailure()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    const RunningQuery running = runningQuery(&pool, server);
    server.script().greet().expectLogin().error(1045, "28000", "Not any more");
    const OutcomePointer job = watch(pool.execute(u"INSERT 1"_s));
    const OutcomePointer closed = watch(pool.close());
    VERIFY_FAILS(job, AccessDenied, NotSent);
    QTest::qWait(0);
    QCOMPARE(closed->finished, 0);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
    VERIFY_SUCCEEDS(closed);
    QTRY_COMPARE(server.openConnections(), 0);
}

void tst_PoolSessions::closeNeedsNoSession()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    const OutcomePointer before = watch(pool.execute(u"INSERT 1"_s));
    const OutcomePointer closed = watch(pool.close());
    QCOMPARE(pool.statistics().waiting, 1);
    VERIFY_SUCCEEDS(before);
    VERIFY_SUCCEEDS(closed);
    QCOMPARE(server.connectionCount(), 1);
}

QTEST_GUILESS_MAIN(tst_PoolSessions)
#include "tst_poolsessions.moc"
