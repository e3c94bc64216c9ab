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

class tst_PoolFailures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobsWaitForTheServer();
    void oneAttemptWhileTheServerIsDown();
    void permanentFailureFailsAllThatWait_data();
    void permanentFailureFailsAllThatWait();
    void fullServerIsUsedWithFewerSessions_data();
    void fullServerIsUsedWithFewerSessions();
    void serverThatWasNeverReachedFailsJobs();
    void lostSessionCostsNoJobThatWasNotSent();
    void jobsOfALostSessionAreResentInTheirOrder();
    void beginOfALostSessionIsResent();
    void transactionOfALostSessionFails();
    void idleSessionsAreValidatedAfterALoss();
    void serverThatBreaksSessionsIsGivenTime();
    void timeoutSaysWhy();
    void timeoutCountsFromTheCreation();
    void transientErrorIsRetriedInAnotherSession();
    void retriedStatementIsRetriedInTheSameSession();
    void longStatementsAreNotRepeatedInMessages();
    void fullServerIsNotAskedAgainAndAgain();
    void jobsAreTakenBackInTheirOrder();
    void clearEndsTheBackOff();
};

void tst_PoolFailures::jobsWaitForTheServer()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    server.stopListening();
    server.cutAll();
    QTRY_COMPARE(pool.statistics().open, 0);
    QSignalSpy errors(&pool, &Pool::errorOccurred);
    const OutcomePointer outcome = watch(pool.execute(u"INSERT 2"_s));
    QTRY_VERIFY(errors.count() > 2);
    QCOMPARE(outcome->finished, 0);
    server.listenAgain();
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(errors.constFirst().constFirst().value<Error>().code(), Error::ConnectionRefused);
}

void tst_PoolFailures::oneAttemptWhileTheServerIsDown()
{
    FakeServer server;
    int most = 0;
    Pool pool(optionsFor(server));
    pool.setMaximumParallelConnects(5);
    connect(&server, &FakeServer::accepted, this, [&](FakeConnection *c) {
        // The first five begin before it is known.
        if (server.connectionCount() > 5 && server.connectionCount() < 20)
            most = std::max(most, pool.statistics().connecting);
        if (server.connectionCount() < 20)
            c->reset();
    });
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 5; ++i)
        outcomes.append(watch(pool.execute(u"INSERT 1"_s)));
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(most, 1);
    QVERIFY(pool.statistics().connectFailures >= 10);
}

void tst_PoolFailures::permanentFailureFailsAllThatWait_data()
{
    QTest::addColumn<int>("number");
    for (const int number : {1044, 1045, 1049, 1130, 1524, 1698, 1862})
        QTest::addRow("%d", number) << number;
}

void tst_PoolFailures::permanentFailureFailsAllThatWait()
{
    QFETCH(int, number);
    FakeServer server;
    for (int i = 0; i < 2; ++i)
        server.script().greet().expectLogin().error(number, "28000", "Not for you");
    Pool pool(optionsFor(server));
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 5; ++i)
        outcomes.append(watch(pool.execute(u"INSERT 1"_s)));
    outcomes.append(watch(pool.acquire()));
    outcomes.append(watch(pool.warmUp(3)));
    Transaction *transaction = pool.beginTransaction();
    const TransactionOutcome report = watch(transaction);
    for (const OutcomePointer &outcome : std::as_const(outcomes)) {
        QTRY_COMPARE(outcome->finished, 1);
        QCOMPARE(outcome->error.serverErrorNumber(), number);
        QCOMPARE(outcome->error.execution(), Error::Execution::NotSent);
    }
    VERIFY_ENDS(report, Failed);
    QVERIFY(server.connectionCount() <= 2);
    // The next job tries again.
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 2"_s)));
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT 2"}));
}

void tst_PoolFailures::fullServerIsUsedWithFewerSessions_data()
{
    QTest::addColumn<int>("number");
    for (const int number : {1040, 1203, 1226})
        QTest::addRow("%d", number) << number;
}

void tst_PoolFailures::fullServerIsUsedWithFewerSessions()
{
    QFETCH(int, number);
    SlowServer server;
    Pool pool(optionsFor(server));
    const RunningQuery running = runningQuery(&pool, server);
    bool isFull = true;
    connect(&server, &FakeServer::accepted, this, [&](FakeConnection *) {
        if (isFull)
            server.script().greet().expectLogin().error(number, "08004", "Too many connections");
    });
    // For the next one.
    server.script().greet().expectLogin().error(number, "08004", "Too many connections");
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 5; ++i)
        outcomes.append(watch(pool.execute(u"INSERT %1"_s.arg(i))));
    QTRY_VERIFY(pool.statistics().connectFailures > 0);
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        QCOMPARE(outcome->finished, 0);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.userQueries(1), QByteArrayList({"SELECT slow", "INSERT 0", "INSERT 1",
                                                    "INSERT 2", "INSERT 3", "INSERT 4"}));
    isFull = false;
}

void tst_PoolFailures::serverThatWasNeverReachedFailsJobs()
{
    FakeServer server;
    server.stopListening();
    ConnectionOptions options = optionsFor(server);
    options.setFirstConnectTimeout(60ms);
    Pool pool(options);
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 3; ++i)
        outcomes.append(watch(pool.execute(u"INSERT 1"_s)));
    outcomes.append(watch(pool.warmUp(2)));
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        VERIFY_FAILS(outcome, ConnectionRefused, NotSent);
}

void tst_PoolFailures::lostSessionCostsNoJobThatWasNotSent()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(3);
    QList<OutcomePointer> outcomes;
    int answered = 0;
    for (int i = 0; i < 60; ++i) {
        server.on("SELECT " + QByteArray::number(i), [&](FakeConnection &c) {
            if (++answered % 7 == 0)
                c.reset();
            else
                c.ok();
        });
        outcomes.append(watch(pool.execute(u"SELECT %1"_s.arg(i))));
    }
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        VERIFY_SUCCEEDS(outcome);
    QVERIFY(pool.statistics().closedBroken >= 8);
    QCOMPARE(pool.statistics().waiting, 0);
}

void tst_PoolFailures::jobsOfALostSessionAreResentInTheirOrder()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const RunningQuery running = runningQuery(&pool, server);
    const OutcomePointer behind = watch(pool.execute(u"INSERT behind"_s));
    server.on("SELECT slow", [](FakeConnection &c) { c.ok(); });
    server.connection(1)->reset();
    VERIFY_SUCCEEDS(running.outcome);
    VERIFY_SUCCEEDS(behind);
    QCOMPARE(server.userQueries(2), QByteArrayList({"SELECT slow", "INSERT behind"}));
}

void tst_PoolFailures::beginOfALostSessionIsResent()
{
    TransactionServer server;
    server.once("START TRANSACTION", [](FakeConnection &c) { c.reset(); });
    Pool pool(optionsFor(server));
    Transaction *transaction = pool.beginTransaction();
    const TransactionOutcome report = watch(transaction);
    const OutcomePointer inside = watch(transaction->execute(u"INSERT 1"_s));
    transaction->commit();
    VERIFY_ENDS(report, Committed);
    VERIFY_SUCCEEDS(inside);
    QCOMPARE(server.userQueries(2), QByteArrayList({"START TRANSACTION", "INSERT 1", "COMMIT"}));
}

void tst_PoolFailures::transactionOfALostSessionFails()
{
    TransactionServer server;
    server.on("INSERT 1", [](FakeConnection &c) { c.reset(); });
    Pool pool(optionsFor(server));
    Transaction *transaction = pool.beginTransaction();
    const TransactionOutcome report = watch(transaction);
    const OutcomePointer inside = watch(transaction->execute(u"INSERT 1"_s));
    const OutcomePointer behind = watch(transaction->execute(u"INSERT 2"_s));
    transaction->commit();
    VERIFY_ENDS(report, Failed);
    VERIFY_FAILS(inside, ConnectionLost, Unknown);
    VERIFY_FAILS(behind, TransactionEnded, NotSent);
    QCOMPARE(report->error.execution(), Error::Execution::Rejected);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 3"_s)));
    QCOMPARE(server.countQuery("INSERT 2"), 0);
}

void tst_PoolFailures::idleSessionsAreValidatedAfterALoss()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    VERIFY_SUCCEEDS(watch(pool.warmUp(3)));
    // What the pool asks itself would show that the session lives.
    QTRY_COMPARE(server.countQuery("SELECT @@SESSION.wait_timeout"), 1);
    QTRY_COMPARE(pool.statistics().idle, 3);
    server.connection(1)->reset();
    QTRY_COMPARE(pool.statistics().open, 2);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.count(FakeServer::Ping), 1);
    // That one is known to live.
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 2"_s)));
    QCOMPARE(server.count(FakeServer::Ping), 1);
    // The others died without a sign of it.
    server.onCommand(FakeServer::Ping, [](FakeConnection &c) { c.reset(); });
    server.connection(server.commands().constLast().connection)->reset();
    QTRY_COMPARE(pool.statistics().open, 1);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 3"_s)));
    QCOMPARE(server.count(FakeServer::Ping), 2);
    QCOMPARE(server.connectionCount(), 4);
}

void tst_PoolFailures::serverThatBreaksSessionsIsGivenTime()
{
    FakeServer server;
    int broken = 0;
    server.on("SELECT 1", [&](FakeConnection &c) {
        if (++broken < 4)
            c.reset();
        else
            c.ok();
    });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setMaximumAttempts(10);
    options.setRetryPolicy(policy);
    Pool pool(options);
    VERIFY_SUCCEEDS(watch(pool.execute(u"SELECT 1"_s)));
    QCOMPARE(server.connectionCount(), 4);
}

void tst_PoolFailures::timeoutSaysWhy()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(2);
    const RunningQuery running = runningQuery(&pool, server);
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    pool.setQueueTimeout(100ms);
    VERIFY_SUCCEEDS(watch(
        lease->execute(u"UPDATE accounts SET pin = 4711, note = 'secret%1' WHERE id = 4711"_s.arg(
            QString(300, u'x')))));
    const OutcomePointer first = watch(pool.execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(pool.execute(u"INSERT 2"_s));
    VERIFY_FAILS(first, QueueTimeout, NotSent);
    VERIFY_FAILS(second, QueueTimeout, NotSent);
    const QString message = first->error.message();
    QVERIFY2(message.contains(u"2 of at most 2 sessions in use, 0 idle, 0 connecting"_s),
             qPrintable(message));
    QVERIFY2(message.contains(u"oldest lease"_s), qPrintable(message));
    // The values of another job's statement are not shown.
    QVERIFY2(message.contains(u"UPDATE accounts"_s), qPrintable(message));
    QVERIFY2(!message.contains(u"secret"_s) && !message.contains(u"4711"_s), qPrintable(message));
    QCOMPARE(pool.statistics().queueTimeouts, 2U);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
}

void tst_PoolFailures::timeoutCountsFromTheCreation()
{
    FakeServer server;
    server.stopListening();
    ConnectionOptions options = optionsFor(server);
    options.setQueueTimeout(150ms);
    Pool pool(options);
    const OutcomePointer outcome = watch(pool.execute(u"INSERT 1"_s));
    VERIFY_FAILS(outcome, QueueTimeout, NotSent);
    QVERIFY2(outcome->error.message().contains(u"Connecting failed"_s),
             qPrintable(outcome->error.message()));
}

void tst_PoolFailures::transientErrorIsRetriedInAnotherSession()
{
    FakeServer server;
    server.once("INSERT 1", [](FakeConnection &c) { c.error(1290, "HY000", "read-only"); });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setTransientErrorNumbers({1290});
    policy.setReconnectOnTransientError(true);
    options.setRetryPolicy(policy);
    Pool pool(options);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.userQueries(1), QByteArrayList({"INSERT 1"}));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 1"}));
}

void tst_PoolFailures::retriedStatementIsRetriedInTheSameSession()
{
    FakeServer server;
    server.once("INSERT 1", [](FakeConnection &c) { c.error(1205, "HY000", "Lock wait timeout"); });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setTransientErrorNumbers({1205});
    options.setRetryPolicy(policy);
    Pool pool(options);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.userQueries(1), QByteArrayList({"INSERT 1", "INSERT 1"}));
}

void tst_PoolFailures::longStatementsAreNotRepeatedInMessages()
{
    FakeServer server;
    const QString sql = u"INSERT "_s + QString(100'000, u'x');
    server.on(sql.toLatin1(), FakeServer::stall);
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const RunningQuery running = runningQuery(&pool, server, sql);
    pool.setQueueTimeout(20ms);
    const OutcomePointer outcome = watch(pool.execute(u"INSERT 1"_s));
    VERIFY_FAILS(outcome, QueueTimeout, NotSent);
    QVERIFY(outcome->error.message().contains(u"INSERT xxx"_s));
    QVERIFY(outcome->error.message().size() < 1000);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
}

void tst_PoolFailures::fullServerIsNotAskedAgainAndAgain()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setInitialDelay(20ms);
    policy.setMaximumDelay(1h);
    options.setRetryPolicy(policy);
    // The pool ends its jobs when it goes.
    int done = 0;
    std::function<void()> next;
    Pool pool(options);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 0"_s)));
    for (int i = 0; i < 50; ++i)
        server.script().greet().expectLogin().error(1040, "08004", "Too many connections");
    QSignalSpy errors(&pool, &Pool::errorOccurred);
    next = [&] {
        connect(pool.execute(u"INSERT 1"_s), &Job::finished, this, [&] {
            ++done;
            next();
        });
    };
    for (int i = 0; i < 4; ++i)
        next();
    // 20, 40, 80 … ms: each failure is waited for longer, though the session that lives is used.
    const QDeadlineTimer over(600ms);
    QTRY_VERIFY(over.hasExpired());
    QVERIFY(done > 50);
    QVERIFY2(pool.statistics().connectFailures <= 8,
             QByteArray::number(pool.statistics().connectFailures));
    QVERIFY(pool.statistics().connectFailures > 0);
    QCOMPARE(errors.count(), 0);
    next = [] {};
}

void tst_PoolFailures::jobsAreTakenBackInTheirOrder()
{
    FakeServer server;
    for (const char *sql : {"SELECT 1", "SELECT 2", "SELECT 3"})
        server.once(sql, FakeServer::stall);
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(3);
    QList<OutcomePointer> outcomes;
    for (const QString &sql : {u"SELECT 1"_s, u"SELECT 2"_s, u"SELECT 3"_s, u"SELECT 4"_s})
        outcomes.append(watch(pool.execute(sql)));
    QTRY_COMPARE(server.userQueries().size(), 3);
    QHash<QByteArray, int> sessions;
    for (const RecordedCommand &command : server.commands())
        sessions[command.argument] = command.connection;
    // What comes next goes through one session.
    pool.setMaximumConnections(1);
    for (const char *sql : {"SELECT 2", "SELECT 1", "SELECT 3"}) {
        const int open = pool.statistics().open;
        server.connection(sessions.value(sql))->reset();
        QTRY_VERIFY(pool.statistics().open < open || server.connectionCount() > 3);
    }
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.userQueries().mid(3),
             QByteArrayList({"SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4"}));
}

void tst_PoolFailures::clearEndsTheBackOff()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setInitialDelay(1h);
    policy.setMaximumDelay(1h);
    options.setRetryPolicy(policy);
    Pool pool(options);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 0"_s)));
    server.stopListening();
    server.cutAll();
    QTRY_COMPARE(pool.statistics().open, 0);
    const OutcomePointer outcome = watch(pool.execute(u"INSERT 1"_s));
    QTRY_COMPARE(pool.statistics().connectFailures, 1U);
    server.listenAgain();
    pool.clear();
    VERIFY_SUCCEEDS(outcome);
}

QTEST_GUILESS_MAIN(tst_PoolFailures)
#include "tst_poolfailures.moc"
