// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "poolfixture.h"

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qthread.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <atomic>
#include <memory>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What pools and leases report of themselves.
class tst_PoolSignals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statisticsFollowTheWork();
    void statisticsFollowTheQueue();
    void statisticsFollowTheSettings();
    void manyChangesAreReportedTogether();
    void receiverOfAnotherThreadIsServed();
    void poolCanBeDestroyedInASlot_data();
    void poolCanBeDestroyedInASlot();
    void reconnectingIsReported();
    void lostLeaseIsReported();
    void abortedLeaseIsReported();
    void leaseReportsTheEndOfItsPool();
    void leaseThatIsTakenTooLateIsReported();
    void leaseCanBeDestroyedInItsSlot();
    void returnedLeaseReportsNothing();

public Q_SLOTS:
    // Not private: it is no test.
    void destroyPool() { m_pool.reset(); }

private:
    std::unique_ptr<Pool> m_pool;
};

void tst_PoolSignals::statisticsFollowTheWork()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    QList<PoolStatistics> seen;
    connect(&pool, &Pool::statisticsChanged, this, [&] { seen.append(pool.statistics()); });
    const OutcomePointer outcome = watch(pool.execute(u"SELECT slow"_s));
    QVERIFY(seen.isEmpty());
    QTRY_VERIFY(!seen.isEmpty() && seen.last().inUse == 1);
    QCOMPARE(seen.last().open, 1);
    QCOMPARE(seen.last().waiting, 0);
    QCOMPARE(seen.last().uses, 1U);
    QTRY_COMPARE(server.countQuery("SELECT slow"), 1);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(outcome);
    QTRY_VERIFY(seen.last().inUse == 0 && seen.last().idle == 1);
    VERIFY_SUCCEEDS(watch(pool.close()));
    QTRY_COMPARE(seen.last().open, 0);
    QCOMPARE(seen.last().closedEvicted, 1U);
}

void tst_PoolSignals::statisticsFollowTheQueue()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const RunningQuery running = runningQuery(&pool, server);
    int waiting = -1;
    connect(&pool, &Pool::statisticsChanged, this, [&] { waiting = pool.statistics().waiting; });
    Query *cancelled = pool.execute(u"INSERT 1"_s);
    Query *late = pool.execute(u"INSERT 2"_s);
    QCOMPARE(waiting, -1);
    QTRY_COMPARE(waiting, 2);
    cancelled->cancel();
    QTRY_COMPARE(waiting, 1);
    late->setQueueTimeout(1ms);
    QTRY_COMPARE(waiting, 0);
    QCOMPARE(pool.statistics().queueTimeouts, 1U);
    pool.execute(u"INSERT 3"_s);
    QTRY_COMPARE(waiting, 1);
    pool.abort();
    QCOMPARE(waiting, 1);
    QTRY_COMPARE(waiting, 0);
}

void tst_PoolSignals::statisticsFollowTheSettings()
{
    Pool pool;
    QSignalSpy spy(&pool, &Pool::statisticsChanged);
    pool.setMaximumConnections(3);
    QCOMPARE(spy.count(), 0);
    QTRY_COMPARE(spy.count(), 1);
    QCOMPARE(pool.property("statistics").value<PoolStatistics>().maximum, 3);
}

void tst_PoolSignals::manyChangesAreReportedTogether()
{
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &connection) { connection.ok(); });
    Pool pool(optionsFor(server));
    int reports = 0;
    PoolStatistics last;
    connect(&pool, &Pool::statisticsChanged, this, [&] {
        ++reports;
        last = pool.statistics();
    });
    constexpr int jobs = 3000;
    int finished = 0;
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < jobs; ++i)
        connect(pool.execute(u"SELECT 1"_s), &Job::finished, this, [&finished] { ++finished; });
    QTRY_COMPARE_WITH_TIMEOUT(finished, jobs, 30000);
    QTRY_VERIFY(last.idle > 0 && last.idle == pool.statistics().open);
    QCOMPARE(last.waiting, 0);
    // The timer is coarse: it can come too early by a twentieth.
    const int most = static_cast<int>(timer.elapsed() / 47) + 2;
    QVERIFY2(reports >= 2 && reports <= most, QByteArray::number(reports).constData());
    // The last one came after the last job, and nothing follows.
    QCOMPARE(last.uses, pool.statistics().uses);
    const int before = reports;
    QTest::qWait(150);
    QCOMPARE(reports, before);
}

void tst_PoolSignals::receiverOfAnotherThreadIsServed()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    std::atomic<int> reports = 0;
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        connect(
            &pool, &Pool::statisticsChanged, &pool, [&reports] { ++reports; },
            Qt::DirectConnection);
    }));
    thread->start();
    QVERIFY(thread->wait());
    // What it asks the pool for is in the event loop.
    QCoreApplication::processEvents();
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QTRY_VERIFY(reports > 0);
}

void tst_PoolSignals::poolCanBeDestroyedInASlot_data()
{
    QTest::addColumn<QByteArray>("signal");
    for (const char *signal :
         {SIGNAL(statisticsChanged()), SIGNAL(reconnectAttemptChanged(int)),
          SIGNAL(nextReconnectChanged(QDateTime)), SIGNAL(lastErrorChanged(AsyncMySql::Error)),
          SIGNAL(errorOccurred(AsyncMySql::Error))})
        QTest::newRow(signal + 1) << QByteArray(signal);
}

void tst_PoolSignals::poolCanBeDestroyedInASlot()
{
    QFETCH(const QByteArray, signal);
    FakeServer server;
    server.stopListening();
    m_pool = std::make_unique<Pool>(optionsFor(server));
    connect(m_pool.get(), signal.constData(), this, SLOT(destroyPool()));
    const OutcomePointer outcome = watch(m_pool->execute(u"INSERT 1"_s));
    QTRY_VERIFY(!m_pool);
    QVERIFY(outcome->failed(Error::ConnectionClosed));
}

void tst_PoolSignals::reconnectingIsReported()
{
    FakeServer server;
    server.stopListening();
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    // It would not connect again by itself in the time of the test.
    policy.setInitialDelay(1h);
    policy.setMaximumDelay(1h);
    options.setRetryPolicy(policy);
    options.setFirstConnectTimeout(0ms);
    Pool pool(options);
    QSignalSpy attempts(&pool, &Pool::reconnectAttemptChanged);
    QSignalSpy next(&pool, &Pool::nextReconnectChanged);
    QSignalSpy errors(&pool, &Pool::lastErrorChanged);
    // What is shown of the statistics is never older than what is shown of this.
    int connecting = -1;
    connect(&pool, &Pool::statisticsChanged, this,
            [&] { connecting = pool.statistics().connecting; });
    int connectingWhileItWaits = -1;
    connect(&pool, &Pool::nextReconnectChanged, this, [&](const QDateTime &moment) {
        if (moment.isValid())
            connectingWhileItWaits = connecting;
    });
    const OutcomePointer outcome = watch(pool.execute(u"INSERT 1"_s));
    QTRY_COMPARE(next.count(), 1);
    QCOMPARE(connectingWhileItWaits, 0);
    QCOMPARE(attempts.count(), 1);
    QCOMPARE(pool.reconnectAttempt(), 1);
    QVERIFY(pool.nextReconnect() > QDateTime::currentDateTimeUtc().addSecs(60));
    QCOMPARE(errors.count(), 1);
    QCOMPARE(pool.lastError().code(), Error::ConnectionRefused);
    QCOMPARE(pool.statistics().waiting, 1);
    server.listenAgain();
    pool.reconnectNow();
    VERIFY_SUCCEEDS(outcome);
    QTRY_COMPARE(pool.reconnectAttempt(), 0);
    QTRY_VERIFY(!pool.nextReconnect().isValid());
    QCOMPARE(attempts.last().first().toInt(), 0);
    pool.reconnectNow();
    QCOMPARE(server.connectionCount(), 1);
}

void tst_PoolSignals::lostLeaseIsReported()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    QVERIFY(lease->property("valid").toBool());
    QSignalSpy lost(lease.get(), &Lease::errorOccurred);
    server.connection(1)->reset();
    QTRY_COMPARE(lost.count(), 1);
    QCOMPARE(lost.first().first().value<Error>().code(), Error::ConnectionLost);
    QVERIFY(!lease->property("valid").toBool());
    QCOMPARE(lease->property("error").value<Error>().code(), Error::ConnectionLost);
    pool.abort();
    VERIFY_FAILS(watch(lease->execute(u"INSERT 1"_s)), ConnectionLost, NotSent);
    QCOMPARE(lost.count(), 1);
}

void tst_PoolSignals::abortedLeaseIsReported()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    QSignalSpy lost(lease.get(), &Lease::errorOccurred);
    pool.abort();
    QCOMPARE(lost.count(), 0);
    QVERIFY(!lease->isValid());
    QTRY_COMPARE(lost.count(), 1);
    QCOMPARE(lost.first().first().value<Error>().code(), Error::ConnectionClosed);
}

void tst_PoolSignals::leaseReportsTheEndOfItsPool()
{
    FakeServer server;
    auto pool = std::make_unique<Pool>(optionsFor(server));
    const std::unique_ptr<Lease> lease = takenLease(pool.get());
    QVERIFY(lease);
    QSignalSpy lost(lease.get(), &Lease::errorOccurred);
    pool.reset();
    QCOMPARE(lost.count(), 0);
    QTRY_COMPARE(lost.count(), 1);
    QCOMPARE(lease->error().code(), Error::ConnectionClosed);
}

void tst_PoolSignals::leaseThatIsTakenTooLateIsReported()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    LeaseJob *job = pool.acquire();
    job->setAutoDelete(false);
    VERIFY_SUCCEEDS(watch(job));
    QSignalSpy errors(&pool, &Pool::errorOccurred);
    server.connection(1)->reset();
    QTRY_COMPARE(errors.count(), 1);
    const std::unique_ptr<Lease> lease = job->takeLease();
    QVERIFY(lease);
    QSignalSpy lost(lease.get(), &Lease::errorOccurred);
    QVERIFY(!lease->isValid());
    QTRY_COMPARE(lost.count(), 1);
    QCOMPARE(lost.first().first().value<Error>().code(), Error::ConnectionLost);
}

void tst_PoolSignals::leaseCanBeDestroyedInItsSlot()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    connect(lease.get(), &Lease::errorOccurred, this, [&lease] { lease.reset(); });
    const OutcomePointer outcome = watch(lease->execute(u"INSERT 1"_s));
    server.connection(1)->reset();
    QTRY_VERIFY(!lease);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 2"_s)));
    QCOMPARE(outcome->finished, 1);
}

void tst_PoolSignals::returnedLeaseReportsNothing()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    QSignalSpy lost(lease.get(), &Lease::errorOccurred);
    lease.reset();
    QTRY_COMPARE(pool.statistics().idle, 1);
    QCOMPARE(lost.count(), 0);
}

QTEST_GUILESS_MAIN(tst_PoolSignals)

#include "tst_poolsignals.moc"
