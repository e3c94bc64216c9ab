// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "poolfixture.h"
#include "transactionfixture.h"

#include <AsyncMySql/PreparedStatement>

#include <QtCore/qregularexpression.h>
#include <QtCore/qthread.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_Lease : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobsOfALeaseRunInOneSession();
    void leaseWaitsInTheQueue();
    void leaseIsReturned();
    void leaseThatIsNotTakenIsReturned();
    void cancelledAcquireLeavesNothing();
    void acquiringHasALimitOfItsOwn();
    void deadIdleSessionIsNotLeased();
    void destroyedLeaseStopsItsWork();
    void destroyedLeaseRollsBack();
    void destroyedLeaseEndsATransaction();
    void lostLeaseFailsItsJobs();
    void leaseOutlivesItsPool();
    void transactionOfALeaseEndsWithThePool();
    void statementOfALeaseIsUnpinned();
    void leaseCanBeDestroyedInASlot();
    void warnsOfOldLeases();
    void slotOfItsLastJobHoldsTheLease();
    void transientErrorLeavesTheSession();
    void leaseIsNotTakenInAnotherThread();
};

void tst_Lease::jobsOfALeaseRunInOneSession()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    QVERIFY(lease->isValid());
    QCOMPARE(lease->connectionId(), 1U);
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 5; ++i) {
        outcomes.append(watch(lease->execute(u"INSERT leased"_s)));
        outcomes.append(watch(pool.execute(u"INSERT other"_s)));
    }
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.userQueries(1).count("INSERT leased"), 5);
    QCOMPARE(server.userQueries(1).count("INSERT other"), 0);
    QCOMPARE(pool.statistics().inUse, 1);
}

void tst_Lease::leaseWaitsInTheQueue()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const RunningQuery running = runningQuery(&pool, server);
    QStringList order;
    LeaseJob *job = pool.acquire();
    const OutcomePointer acquired = watch(job, &order, u"lease"_s);
    QVERIFY(!job->takeLease());
    std::unique_ptr<Lease> lease;
    connect(job, &Job::finished, this, [&] {
        lease = job->takeLease();
        QVERIFY(!job->takeLease());
    });
    const OutcomePointer behind = watch(pool.execute(u"INSERT 1"_s), &order, u"job"_s);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
    VERIFY_SUCCEEDS(acquired);
    QVERIFY(lease);
    VERIFY_SUCCEEDS(watch(lease->execute(u"INSERT leased"_s)));
    QCOMPARE(behind->finished, 0);
    lease.reset();
    VERIFY_SUCCEEDS(behind);
    QCOMPARE(order, QStringList({u"lease"_s, u"job"_s}));
    QCOMPARE(server.userQueries(), QByteArrayList({"SELECT slow", "INSERT leased", "INSERT 1"}));
}

void tst_Lease::leaseIsReturned()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    {
        const std::unique_ptr<Lease> lease = takenLease(&pool);
        QVERIFY(lease);
        VERIFY_SUCCEEDS(watch(lease->execute(u"SELECT 1"_s)));
    }
    QTRY_COMPARE(pool.statistics().idle, 1);
    QCOMPARE(server.count(FakeServer::ResetConnection), 0);
    {
        const std::unique_ptr<Lease> lease = takenLease(&pool);
        QVERIFY(lease);
        VERIFY_SUCCEEDS(watch(lease->execute(u"SET @a = 1"_s)));
        QCOMPARE(server.count(FakeServer::ResetConnection), 0);
    }
    QTRY_COMPARE(server.count(FakeServer::ResetConnection), 1);
    QTRY_COMPARE(pool.statistics().idle, 1);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Lease::leaseThatIsNotTakenIsReturned()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    VERIFY_SUCCEEDS(watch(pool.acquire()));
    QTRY_COMPARE(pool.statistics().idle, 1);
    // The job goes, and nobody has asked it for the lease.
    LeaseJob *job = pool.acquire();
    job->setAutoDelete(false);
    QTRY_COMPARE(pool.statistics().inUse, 1);
    delete job;
    QTRY_COMPARE(pool.statistics().idle, 1);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Lease::cancelledAcquireLeavesNothing()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const RunningQuery running = runningQuery(&pool, server);
    LeaseJob *job = pool.acquire();
    const OutcomePointer cancelled = watch(job);
    job->cancel();
    VERIFY_FAILS(cancelled, Cancelled, NotSent);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
    // While the session is validated for it.
    server.onCommand(FakeServer::Ping, FakeServer::stall);
    ConnectionOptions options = optionsFor(server);
    options.setIdleValidationInterval(1ms);
    pool.setOptions(options);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QTest::qWait(5);
    LeaseJob *validating = pool.acquire();
    const OutcomePointer second = watch(validating);
    QTRY_COMPARE(server.count(FakeServer::Ping), 1);
    validating->cancel();
    VERIFY_FAILS(second, Cancelled, NotSent);
    server.connection(2)->ok();
    QTRY_COMPARE(pool.statistics().idle, 1);
}

void tst_Lease::acquiringHasALimitOfItsOwn()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const RunningQuery running = runningQuery(&pool, server);
    LeaseJob *patient = pool.acquire();
    const OutcomePointer acquired = watch(patient);
    QCOMPARE(patient->queueTimeout(), 0ms);
    LeaseJob *job = pool.acquire();
    const OutcomePointer expired = watch(job);
    job->setQueueTimeout(20ms);
    QVERIFY(job->queueTimeout() > 0ms && job->queueTimeout() <= 20ms);
    VERIFY_FAILS(expired, QueueTimeout, NotSent);
    QVERIFY(expired->error.message().contains(u"1 of at most 1 sessions in use"_s));
    QCOMPARE(pool.statistics().queueTimeouts, 1U);
    // It can be taken back.
    pool.setQueueTimeout(50ms);
    LeaseJob *unlimited = pool.acquire();
    const OutcomePointer waits = watch(unlimited);
    QVERIFY(unlimited->queueTimeout() > 0ms);
    unlimited->setQueueTimeout(0ms);
    const OutcomePointer other = watch(pool.execute(u"INSERT 1"_s));
    VERIFY_FAILS(other, QueueTimeout, NotSent);
    QCOMPARE(waits->finished, 0);
    QCOMPARE(acquired->finished, 0);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
    VERIFY_SUCCEEDS(acquired);
    VERIFY_SUCCEEDS(waits);
}

void tst_Lease::deadIdleSessionIsNotLeased()
{
    FakeServer server;
    server.onCommand(FakeServer::Ping, [](FakeConnection &c) {
        if (c.number() == 1)
            c.reset();
        else
            c.ok();
    });
    ConnectionOptions options = optionsFor(server);
    options.setIdleValidationInterval(1ms);
    Pool pool(options);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QTest::qWait(5);
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    QVERIFY(lease->isValid());
    VERIFY_SUCCEEDS(watch(lease->execute(u"INSERT leased"_s)));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT leased"}));
}

void tst_Lease::destroyedLeaseStopsItsWork()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    const RunningQuery running = runningQuery(lease.get(), server);
    running.query->setParent(this);
    Query *waiting = lease->execute(u"INSERT never"_s);
    waiting->setParent(this);
    const OutcomePointer outcome = watch(waiting);
    lease->execute(u"INSERT neither"_s);
    lease.reset();
    VERIFY_FAILS(running.outcome, ConnectionClosed, Unknown);
    VERIFY_FAILS(outcome, ConnectionClosed, NotSent);
    QTRY_COMPARE(server.countQuery("KILL QUERY 1"), 1);
    QTRY_COMPARE(pool.statistics().idle, 1);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.userQueries(1), QByteArrayList({"SELECT slow", "INSERT 1"}));
}

void tst_Lease::destroyedLeaseRollsBack()
{
    TransactionServer server;
    Pool pool(optionsFor(server));
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    VERIFY_SUCCEEDS(watch(lease->execute(u"START TRANSACTION"_s)));
    QCOMPARE(server.count(FakeServer::ResetConnection), 0);
    lease.reset();
    QTRY_COMPARE(server.count(FakeServer::ResetConnection), 1);
}

void tst_Lease::destroyedLeaseEndsATransaction()
{
    TransactionServer server;
    server.on("SELECT slow", FakeServer::stall);
    Pool pool(optionsFor(server));
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    Transaction *transaction = lease->beginTransaction();
    transaction->setParent(this);
    const TransactionOutcome report = watch(transaction);
    Transaction *behind = lease->beginTransaction();
    behind->setParent(this);
    const TransactionOutcome behindReport = watch(behind);
    const RunningQuery running = runningQuery(transaction, server);
    const OutcomePointer waiting = watch(transaction->execute(u"INSERT never"_s));
    lease.reset();
    VERIFY_ENDS(report, Failed);
    VERIFY_ENDS(behindReport, Failed);
    QCOMPARE(report->error.execution(), Error::Execution::Rejected);
    QCOMPARE(running.outcome->finished, 1);
    QCOMPARE(waiting->finished, 1);
    QTRY_COMPARE(server.countQuery("ROLLBACK"), 1);
    QTRY_COMPARE(pool.statistics().idle, 1);
    QCOMPARE(server.countQuery("INSERT never"), 0);
    QCOMPARE(server.countQuery("START TRANSACTION"), 1);
}

void tst_Lease::lostLeaseFailsItsJobs()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    const RunningQuery running = runningQuery(lease.get(), server);
    const OutcomePointer waiting = watch(lease->execute(u"INSERT 1"_s));
    server.connection(1)->reset();
    // It only reads, but what it reads can be what the session held.
    VERIFY_FAILS(waiting, ConnectionLost, NotSent);
    QTRY_COMPARE(running.outcome->finished, 1);
    QCOMPARE(running.outcome->error.code(), Error::ConnectionLost);
    QVERIFY(!lease->isValid());
    QCOMPARE(lease->error().code(), Error::ConnectionLost);
    VERIFY_FAILS(watch(lease->execute(u"INSERT 2"_s)), ConnectionLost, NotSent);
    QCOMPARE(server.connectionCount(), 1);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 3"_s)));
}

void tst_Lease::leaseOutlivesItsPool()
{
    SlowServer server;
    auto pool = std::make_unique<Pool>(optionsFor(server));
    const std::unique_ptr<Lease> lease = takenLease(pool.get());
    QVERIFY(lease);
    const RunningQuery running = runningQuery(lease.get(), server);
    LeaseJob *job = pool->acquire();
    job->setParent(this);
    job->setAutoDelete(false);
    QTRY_VERIFY(job->isFinished());
    pool.reset();
    QVERIFY(running.outcome->failed(Error::ConnectionClosed));
    QVERIFY(!lease->isValid());
    VERIFY_FAILS(watch(lease->execute(u"INSERT 1"_s)), ConnectionClosed, NotSent);
    const std::unique_ptr<Lease> late = job->takeLease();
    QVERIFY(late);
    VERIFY_FAILS(watch(late->execute(u"INSERT 1"_s)), ConnectionClosed, NotSent);
    delete job;
}

void tst_Lease::transactionOfALeaseEndsWithThePool()
{
    TransactionServer server;
    auto pool = std::make_unique<Pool>(optionsFor(server));
    const std::unique_ptr<Lease> lease = takenLease(pool.get());
    QVERIFY(lease);
    Transaction *transaction = lease->beginTransaction();
    const TransactionOutcome report = watch(transaction);
    QTRY_COMPARE(report->started, 1);
    pool.reset();
    QCOMPARE(report->finished, 1);
    QCOMPARE(report->error.code(), Error::ConnectionClosed);
}

void tst_Lease::statementOfALeaseIsUnpinned()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    PreparedStatement *statement = lease->prepare(u"INSERT ?"_s);
    statement->setParent(this);
    lease.reset();
    VERIFY_FAILS(watch(statement->execute({1})), ConnectionClosed, NotSent);
    delete statement;
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
}

void tst_Lease::leaseCanBeDestroyedInASlot()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    for (int i = 0; i < 20; ++i) {
        Lease *lease = takenLease(&pool).release();
        bool deleted = false;
        connect(lease->execute(u"INSERT 1"_s), &Job::finished, this, [&deleted, lease] {
            deleted = true;
            delete lease;
        });
        lease->execute(u"INSERT 2"_s);
        QTRY_VERIFY(deleted);
    }
    QTRY_COMPARE(pool.statistics().idle, pool.statistics().open);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 3"_s)));
}

void tst_Lease::warnsOfOldLeases()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setLeaseWarning(10ms);
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    VERIFY_SUCCEEDS(watch(lease->execute(u"INSERT held"_s)));
    static int warnings;
    warnings = 0;
    static QtMessageHandler before;
    before = qInstallMessageHandler(
        [](QtMsgType type, const QMessageLogContext &context, const QString &message) {
            if (message.contains(u"A lease has had session"_s))
                ++warnings;
            else
                before(type, context, message);
        });
    const auto restore = qScopeGuard([] { qInstallMessageHandler(before); });
    // Where it came before.
    pool.setLeaseWarning(11ms);
    QTest::qWait(60);
    QVERIFY(warnings <= 1);
    const std::unique_ptr<Lease> other = takenLease(&pool);
    QVERIFY(other);
    const int until = warnings + 1;
    QTRY_COMPARE(warnings, until);
}

void tst_Lease::slotOfItsLastJobHoldsTheLease()
{
    TransactionServer server;
    Pool pool(optionsFor(server));
    for (int i = 0; i < 20; ++i) {
        int finished = 0;
        const std::shared_ptr<Lease> lease = takenLease(&pool);
        QVERIFY(lease);
        connect(lease->execute(u"INSERT 1"_s), &Query::finished, this,
                [held = std::shared_ptr<Lease>(lease), &finished] { ++finished; });
        const std::shared_ptr<Transaction> transaction(lease->beginTransaction());
        connect(transaction->execute(u"INSERT 2"_s), &Query::finished, this,
                [held = std::shared_ptr<Lease>(lease), &finished] { ++finished; });
        transaction->setAutoDelete(false);
        QTRY_COMPARE(finished, 2);
    }
    QTRY_COMPARE(pool.statistics().idle, pool.statistics().open);
    // The last reference goes with the job.
    std::weak_ptr<Lease> weak;
    {
        std::shared_ptr<Lease> lease = takenLease(&pool);
        QVERIFY(lease);
        weak = lease;
        Query *query = lease->execute(u"INSERT 3"_s);
        connect(query, &Query::finished, query, [held = std::move(lease)] {});
    }
    QTRY_VERIFY(weak.expired());
    QTRY_COMPARE(pool.statistics().idle, pool.statistics().open);
}

void tst_Lease::transientErrorLeavesTheSession()
{
    FakeServer server;
    server.on("INSERT 1", [](FakeConnection &c) { c.error(1146, "42S02", "No such table"); });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setTransientErrorNumbers({1146});
    policy.setReconnectOnTransientError(true);
    options.setRetryPolicy(policy);
    Pool pool(options);
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    const OutcomePointer outcome = watch(lease->execute(u"INSERT 1"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(outcome->error.serverErrorNumber(), 1146);
    QVERIFY(server.countQuery("INSERT 1") > 1);
    QVERIFY(lease->isValid());
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Lease::leaseIsNotTakenInAnotherThread()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    LeaseJob *job = pool.acquire();
    job->setAutoDelete(false);
    QTRY_VERIFY(job->isFinished());
    bool isNull = false;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"lives in one thread"_s));
    const std::unique_ptr<QThread> thread(
        QThread::create([&] { isNull = job->takeLease() == nullptr; }));
    thread->start();
    QVERIFY(thread->wait());
    QVERIFY(isNull);
    QVERIFY(job->takeLease());
    delete job;
}

QTEST_GUILESS_MAIN(tst_Lease)
#include "tst_lease.moc"
