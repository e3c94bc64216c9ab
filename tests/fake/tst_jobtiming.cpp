// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// When a job was created, sent, answered and ended. No time is compared with a number: only what
// must be longer than something else, or the sum of others.

#include "pipelinefixture.h"
#include "poolfixture.h"

#include <AsyncMySql/JobTiming>
#include <AsyncMySql/Transaction>

#include <QtCore/qdatetime.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qmetaobject.h>
#include <QtTest/qtest.h>

#include <memory>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using std::chrono::nanoseconds;

nanoseconds elapsed(const QElapsedTimer &timer)
{
    return nanoseconds(timer.nsecsElapsed());
}

/// Lets some time pass that a clock can tell, with an event loop that runs.
void letTimePass()
{
    QElapsedTimer timer;
    timer.start();
    QTRY_VERIFY(timer.nsecsElapsed() > 2'000'000);
}

/// A query that stays when it has ended.
struct Kept
{
    explicit Kept(Query *kept)
        : query(kept)
        , outcome(watch(kept))
    {
        kept->setAutoDelete(false);
    }
    Query *operator->() const { return query.get(); }

    const std::unique_ptr<Query> query;
    const OutcomePointer outcome;
};

#define VERIFY_IS_COMPLETE(timing) \
    do { \
        QVERIFY((timing).created().isValid()); \
        QVERIFY((timing).sent() && (timing).queued() && (timing).executing()); \
        QVERIFY((timing).reading() && (timing).total()); \
        QCOMPARE(*(timing).queued() + *(timing).executing() + *(timing).reading(), \
                 *(timing).total()); \
        QVERIFY(*(timing).sent() >= 0ns); \
        QVERIFY(*(timing).queued() >= *(timing).sent()); \
        QVERIFY(*(timing).executing() >= 0ns); \
        QVERIFY(*(timing).reading() >= 0ns); \
    } while (false)

} // namespace

class tst_JobTiming : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void phasesAddUp();
    void waitingCountsUpToTheConnect();
    void sentAheadStillWaits();
    void isReadBitByBit();
    void lastAttemptCounts();
    void whatWasNotReachedIsUnset();
    void endsWithTheJobAndNotWithItsAnswer();
    void waitsForASessionOfThePool();
    void isReadableFromQml();
};

void tst_JobTiming::phasesAddUp()
{
    FakeServer server;
    server.on("SELECT 1", FakeServer::stall);
    Connection connection(optionsFor(server));
    const QDateTime before = QDateTime::currentDateTimeUtc();
    const Kept query(connection.execute(u"SELECT 1"_s));
    JobTiming timing = query->timing();
    QVERIFY(timing.created().isValid() && !timing.sent() && !timing.queued() && !timing.total());
    QCOMPARE(timing.attempts(), 0);

    QTRY_COMPARE(query->state(), Job::State::Running);
    timing = query->timing();
    QVERIFY(timing.sent() && !timing.executing() && !timing.reading() && !timing.total());
    QTRY_VERIFY(server.connection()->isBusy());
    QElapsedTimer execution;
    execution.start();
    letTimePass();
    const nanoseconds executed = elapsed(execution);
    server.connection()->result({"a"}, {{"1"}});
    VERIFY_SUCCEEDS(query.outcome);
    timing = query->timing();
    VERIFY_IS_COMPLETE(timing);
    QVERIFY(*timing.executing() >= executed);
    QCOMPARE(timing.attempts(), 1);
    // The system's clock can be set back by a little.
    QVERIFY(qAbs(before.msecsTo(timing.created())) < 60'000);
    QCOMPARE(timing.created().timeSpec(), Qt::UTC);

    // It does not go on.
    const nanoseconds total = *timing.total();
    letTimePass();
    QCOMPARE(*query->timing().total(), total);
}

void tst_JobTiming::waitingCountsUpToTheConnect()
{
    FakeServer server;
    server.script().hold().login();
    Connection connection(optionsFor(server));
    const Kept query(connection.execute(u"SELECT 1"_s));
    QElapsedTimer waiting;
    waiting.start();
    QTRY_VERIFY(server.connection());
    letTimePass();
    const nanoseconds waited = elapsed(waiting);
    server.connection()->release();
    VERIFY_SUCCEEDS(query.outcome);
    const JobTiming timing = query->timing();
    VERIFY_IS_COMPLETE(timing);
    QVERIFY(*timing.sent() >= waited);
    QCOMPARE(timing.attempts(), 1);
}

void tst_JobTiming::sentAheadStillWaits()
{
    FakeServer server;
    server.on("SELECT 1", FakeServer::stall);
    server.on("SELECT 2", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    const Kept first(connection.execute(u"SELECT 1"_s));
    const Kept second(connection.execute(u"SELECT 2"_s));
    QTRY_COMPARE(arrivedAt(server.connection()), (QByteArrayList{"SELECT 1", "SELECT 2"}));
    QElapsedTimer execution;
    execution.start();
    letTimePass();
    const nanoseconds held = elapsed(execution);
    server.connection()->ok();
    QTRY_COMPARE(server.connection()->runningQuery(), "SELECT 2");
    QTRY_VERIFY(first->isFinished());
    server.connection()->ok();
    VERIFY_SUCCEEDS(second.outcome);
    VERIFY_IS_COMPLETE(first->timing());
    VERIFY_IS_COMPLETE(second->timing());
    QVERIFY(*first->timing().executing() >= held);
    QVERIFY(*second->timing().queued() - *second->timing().sent() >= held);
}

void tst_JobTiming::isReadBitByBit()
{
    FakeServer server;
    server.on("SELECT a", [](FakeConnection &c) {
        c.columns({"a"});
        c.row({"1"});
    });
    Connection connection(optionsFor(server));
    const Kept query(connection.execute(u"SELECT a"_s));
    query->setStreaming(true);
    QTRY_COMPARE(query->availableRows(), 1);
    const JobTiming begun = query->timing();
    QVERIFY(begun.queued() && begun.executing() && !begun.reading() && !begun.total());
    QElapsedTimer reading;
    reading.start();
    letTimePass();
    const nanoseconds read = elapsed(reading);
    server.connection()->row({"2"});
    server.connection()->endOfRows();
    server.connection()->done();
    VERIFY_SUCCEEDS(query.outcome);
    const JobTiming timing = query->timing();
    VERIFY_IS_COMPLETE(timing);
    QCOMPARE(*timing.executing(), *begun.executing());
    QVERIFY(*timing.reading() >= read);
}

void tst_JobTiming::lastAttemptCounts()
{
    FakeServer server;
    server.once("SELECT 1", [](FakeConnection &c) { c.error(1213, "40001", "Deadlock"); });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy;
    policy.setTransientErrorNumbers({1213});
    policy.setInitialDelay(5ms);
    policy.setJitter(0);
    options.setRetryPolicy(policy);
    Connection connection(options);
    const Kept query(connection.execute(u"SELECT 1"_s));
    VERIFY_SUCCEEDS(query.outcome);
    const JobTiming timing = query->timing();
    VERIFY_IS_COMPLETE(timing);
    QCOMPARE(timing.attempts(), 2);
    // The pause lies in between.
    QVERIFY(*timing.queued() >= 4ms);
}

void tst_JobTiming::whatWasNotReachedIsUnset()
{
    FakeServer server;
    server.on("SELECT 1", FakeServer::stall);
    Connection connection(optionsFor(server));
    const Kept running(connection.execute(u"SELECT 1"_s));
    const Kept waiting(connection.execute(u"INSERT 2"_s));
    QTRY_COMPARE(running->state(), Job::State::Running);
    connection.abort();
    QTRY_VERIFY(running->isFinished() && waiting->isFinished());

    const JobTiming cut = running->timing();
    QVERIFY(cut.sent() && cut.queued() && cut.total() && !cut.executing() && !cut.reading());
    QCOMPARE(*cut.queued(), *cut.sent());
    QCOMPARE(cut.attempts(), 1);
    const JobTiming unsent = waiting->timing();
    QVERIFY(!unsent.sent() && unsent.queued() && unsent.total() && !unsent.executing());
    QCOMPARE(*unsent.queued(), *unsent.total());
    QCOMPARE(unsent.attempts(), 0);

    const JobTiming none;
    QVERIFY(!none.created().isValid() && !none.sent() && !none.queued() && !none.total());
}

/// It was sent ahead, and cancelled before its turn.
void tst_JobTiming::endsWithTheJobAndNotWithItsAnswer()
{
    FakeServer server;
    server.on("SELECT 1", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    const Kept first(connection.execute(u"SELECT 1"_s));
    const Kept second(connection.execute(u"SELECT 2"_s));
    QTRY_COMPARE(arrivedAt(server.connection()), (QByteArrayList{"SELECT 1", "SELECT 2"}));
    second->cancel();
    QTRY_VERIFY(second->isFinished());
    const JobTiming ended = second->timing();
    QVERIFY(ended.total() && !ended.executing());
    letTimePass();
    server.connection()->ok();
    VERIFY_SUCCEEDS(first.outcome);
    const Kept third(connection.execute(u"SELECT 3"_s));
    VERIFY_SUCCEEDS(third.outcome);
    QCOMPARE(*second->timing().total(), *ended.total());
    QVERIFY(!second->timing().executing());
}

void tst_JobTiming::waitsForASessionOfThePool()
{
    FakeServer server;
    server.on("SELECT 1", FakeServer::stall);
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const Kept first(pool.execute(u"SELECT 1"_s));
    const Kept second(pool.execute(u"SELECT 2"_s));
    QTRY_VERIFY(server.connection() && server.connection()->runningQuery() == "SELECT 1");
    QElapsedTimer execution;
    execution.start();
    letTimePass();
    const nanoseconds held = elapsed(execution);
    server.connection()->ok();
    QTRY_VERIFY(second->isFinished());
    VERIFY_IS_COMPLETE(first->timing());
    VERIFY_IS_COMPLETE(second->timing());
    QVERIFY(*second->timing().sent() >= held);
}

void tst_JobTiming::isReadableFromQml()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    const Kept query(connection.execute(u"SELECT 1"_s));
    QVERIFY(!query->property("timing").value<JobTiming>().total());
    VERIFY_SUCCEEDS(query.outcome);
    const JobTiming timing = query->property("timing").value<JobTiming>();
    const QMetaObject &meta = JobTiming::staticMetaObject;
    const auto read = [&](const char *name) {
        return meta.property(meta.indexOfProperty(name)).readOnGadget(&timing);
    };
    QCOMPARE(read("total").toDouble(),
             (std::chrono::duration<double, std::milli>(*timing.total()).count()));
    QCOMPARE(read("created").toDateTime(), timing.created());
    QCOMPARE(read("attempts").toInt(), 1);
    const JobTiming none;
    QVERIFY(!meta.property(meta.indexOfProperty("executing")).readOnGadget(&none).isValid());
}

QTEST_GUILESS_MAIN(tst_JobTiming)

#include "tst_jobtiming.moc"
