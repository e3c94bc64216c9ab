// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jumpingclock.h"
#include "poolfixture.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qelapsedtimer.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What pools do when clocks jump.
class tst_PoolClock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void clocksJump();
    void wallClockMeansNothing_data();
    void wallClockMeansNothing();
    void sleepEndsOldSessions();
    void sleepEndsIdleSessions();
    void silentSessionIsValidatedAfterASleep();
    void leaseOutlivesASleep();
};

/// Otherwise the tests below show nothing.
void tst_PoolClock::clocksJump()
{
    const QDateTime wall = QDateTime::currentDateTimeUtc();
    QElapsedTimer steady;
    steady.start();
    const auto standard = std::chrono::steady_clock::now();
    JumpingClock::moveWallClock(1h);
    QVERIFY(wall.secsTo(QDateTime::currentDateTimeUtc()) >= 3600);
    QVERIFY(steady.elapsed() < 3'600'000);
    JumpingClock::sleep(1h);
    QVERIFY(wall.secsTo(QDateTime::currentDateTimeUtc()) >= 7200);
    QVERIFY(steady.elapsed() >= 3'600'000);
    QVERIFY(std::chrono::steady_clock::now() - standard >= 1h);
}

void tst_PoolClock::wallClockMeansNothing_data()
{
    QTest::addColumn<int>("hours");
    QTest::newRow("forward") << 24;
    QTest::newRow("back") << -24;
}

void tst_PoolClock::wallClockMeansNothing()
{
    QFETCH(int, hours);
    SlowServer server;
    ConnectionOptions options = optionsFor(server);
    options.setQueueTimeout(1h);
    Pool pool(options);
    pool.setMaximumConnections(2);
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    const RunningQuery running = runningQuery(&pool, server);
    const OutcomePointer waiting = watch(pool.execute(u"INSERT 1"_s));
    JumpingClock::moveWallClock(std::chrono::hours(hours));
    VERIFY_SUCCEEDS(watch(lease->execute(u"INSERT leased"_s)));
    QCOMPARE(waiting->finished, 0);
    QCOMPARE(running.outcome->finished, 0);
    server.connection(2)->ok();
    VERIFY_SUCCEEDS(running.outcome);
    VERIFY_SUCCEEDS(waiting);
    // In the same session, which is neither too old nor in doubt.
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 2"_s)));
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(server.openConnections(), 2);
    QCOMPARE(server.count(FakeServer::Ping), 0);
    const PoolStatistics statistics = pool.statistics();
    QVERIFY(statistics.waitTime >= 0 && statistics.maximumWaitTime < 3'600'000);
    QVERIFY(statistics.useTime >= 0 && statistics.maximumUseTime < 3'600'000);
}

void tst_PoolClock::sleepEndsOldSessions()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    VERIFY_SUCCEEDS(watch(pool.warmUp(3)));
    QTRY_COMPARE(pool.statistics().idle, 3);
    JumpingClock::sleep(1h);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.userQueries(4), QByteArrayList({"INSERT 1"}));
    QCOMPARE(pool.statistics().closedLifetime, 3U);
    QCOMPARE(pool.statistics().closedBroken, 0U);
}

/// They were idle for longer than is allowed. A job that comes earlier than the timer may still
/// have one of them.
void tst_PoolClock::sleepEndsIdleSessions()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumLifetime(0min);
    VERIFY_SUCCEEDS(watch(pool.warmUp(3)));
    QTRY_COMPARE(pool.statistics().idle, 3);
    JumpingClock::sleep(1h);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.countQuery("INSERT 1"), 1);
    const int reused = server.connectionCount() == 3 ? 1 : 0;
    QCOMPARE(server.count(FakeServer::Ping), reused);
    QTRY_COMPARE(pool.statistics().closedIdle, quint64(3 - reused));
    QCOMPARE(pool.statistics().open, 1);
    QCOMPARE(pool.statistics().closedBroken, 0U);
}

void tst_PoolClock::silentSessionIsValidatedAfterASleep()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setIdleTimeout(0ms);
    pool.setMaximumLifetime(0min);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QTRY_COMPARE(pool.statistics().idle, 1);
    server.onCommand(FakeServer::Ping, [](FakeConnection &c) { c.reset(); });
    JumpingClock::sleep(1h);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 2"_s)));
    QCOMPARE(server.count(FakeServer::Ping), 1);
    QCOMPARE(server.userQueries(1), QByteArrayList({"INSERT 1"}));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 2"}));
}

void tst_PoolClock::leaseOutlivesASleep()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    JumpingClock::sleep(1h);
    VERIFY_SUCCEEDS(watch(lease->execute(u"INSERT leased"_s)));
    QVERIFY(lease->isValid());
    QCOMPARE(server.userQueries(1), QByteArrayList({"INSERT leased"}));
    // It was in use, and not idle; but its lifetime is over.
    lease.reset();
    QTRY_COMPARE(pool.statistics().closedLifetime, 1U);
    QCOMPARE(pool.statistics().closedIdle, 0U);
}

QTEST_GUILESS_MAIN(tst_PoolClock)
#include "tst_poolclock.moc"
