// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "poolfixture.h"
#include "transactionfixture.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/PreparedStatement>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_Pool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void opensNothingBeforeTheFirstJob();
    void usesTheSessionThatWasUsedLast();
    void opensASessionForEachJobThatWaits();
    void halfReadStreamDelaysNoOtherJob();
    void opensNoMoreThanTheMaximum();
    void opensOneAfterTheOther();
    void jobsStartInTheirOrder();
    void jobsOfSlotsAreExecuted();
    void cancelledWaitingJobTouchesNoSession();
    void cancelledRunningJobIsKilled();
    void transactionHasOneSession();
    void transactionThatWaitsCanBeDestroyed();
    void transactionIsRetriedInAnySession();
    void preparedStatementIsPreparedWhereItRuns();
    void batchIsExecuted();
    void propertiesNotify();
    void destroyedPoolEndsItsJobs();
    void poolCanBeDestroyedInASlot_data();
    void poolCanBeDestroyedInASlot();
    void abortEndsEverything();
    void closeEndsAfterTheJobsBeforeIt();
    void otherOptionsNeedNewSessions();
    void wrongOptionsFailAllJobs();
};

void tst_Pool::opensNothingBeforeTheFirstJob()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    QTest::qWait(0);
    QCOMPARE(server.connectionCount(), 0);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.connectionCount(), 1);
    const PoolStatistics statistics = pool.statistics();
    QCOMPARE(statistics.open, 1);
    QCOMPARE(statistics.created, 1U);
    QCOMPARE(statistics.uses, 1U);
}

void tst_Pool::usesTheSessionThatWasUsedLast()
{
    SlowServer server;
    server.on("SELECT slow 2", FakeServer::stall);
    Pool pool(optionsFor(server));
    const RunningQuery first = runningQuery(&pool, server);
    const RunningQuery second = runningQuery(&pool, server, u"SELECT slow 2"_s);
    server.connection(2)->ok();
    VERIFY_SUCCEEDS(second.outcome);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(first.outcome);
    for (int i = 0; i < 3; ++i)
        VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT last"_s)));
    QCOMPARE(server.userQueries(1).count("INSERT last"), 3);
    QCOMPARE(server.connectionCount(), 2);
}

void tst_Pool::opensASessionForEachJobThatWaits()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    QList<RunningQuery> running;
    for (int i = 0; i < 3; ++i) {
        Query *query = pool.execute(u"SELECT slow"_s);
        running.append({query, watch(query)});
    }
    QTRY_COMPARE(server.countQuery("SELECT slow"), 3);
    QCOMPARE(server.connectionCount(), 3);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.connectionCount(), 4);
    for (int i = 1; i <= 3; ++i)
        server.connection(i)->ok();
    for (const RunningQuery &query : std::as_const(running))
        VERIFY_SUCCEEDS(query.outcome);
}

void tst_Pool::halfReadStreamDelaysNoOtherJob()
{
    FakeServer server;
    QList<FakeRow> rows;
    for (int i = 0; i < 1000; ++i)
        rows.append({QByteArray(1000, 'x')});
    server.on("SELECT many", [&](FakeConnection &c) { c.result({"text"}, rows); });
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(2);
    Query *stream = pool.execute(u"SELECT many"_s);
    stream->setStreaming(true);
    stream->setBufferLimit(1);
    const OutcomePointer streamed = watch(stream);
    QTRY_VERIFY(stream->availableRows() > 0);
    for (int i = 0; i < 3; ++i)
        VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(streamed->finished, 0);
    qsizetype taken = 0;
    const auto take = [&] { taken += stream->takeRows().rowCount(); };
    connect(stream, &Query::rowsReady, this, take);
    take();
    VERIFY_SUCCEEDS(streamed);
    QCOMPARE(taken, 1000);
}

void tst_Pool::opensNoMoreThanTheMaximum()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(2);
    const RunningQuery first = runningQuery(&pool, server);
    Query *query = pool.execute(u"SELECT slow"_s);
    const OutcomePointer second = watch(query);
    const OutcomePointer third = watch(pool.execute(u"INSERT 1"_s));
    QTRY_COMPARE(server.countQuery("SELECT slow"), 2);
    QCOMPARE(pool.statistics().waiting, 1);
    QCOMPARE(pool.statistics().inUse, 2);
    server.connection(2)->ok();
    VERIFY_SUCCEEDS(third);
    QCOMPARE(server.userQueries(2), QByteArrayList({"SELECT slow", "INSERT 1"}));
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(first.outcome);
    VERIFY_SUCCEEDS(second);
    QCOMPARE(server.connectionCount(), 2);
}

void tst_Pool::opensOneAfterTheOther()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumParallelConnects(1);
    int most = 0;
    connect(&server, &FakeServer::accepted, this,
            [&] { most = std::max(most, pool.statistics().connecting); });
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 20; ++i)
        outcomes.append(watch(pool.execute(u"INSERT 1"_s)));
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(most, 1);
}

void tst_Pool::jobsStartInTheirOrder()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(4);
    constexpr int jobs = 10'000;
    int finished = 0;
    int failed = 0;
    for (int i = 0; i < jobs; ++i) {
        Query *query = pool.execute(u"INSERT %1"_s.arg(i));
        connect(query, &Job::errorOccurred, this, [&] { ++failed; });
        connect(query, &Job::finished, this, [&] { ++finished; });
    }
    QTRY_COMPARE_WITH_TIMEOUT(finished, jobs, 60'000);
    QCOMPARE(failed, 0);
    QCOMPARE(server.connectionCount(), 4);
    // They arrive through four sockets, each of which can be read before the others.
    const QByteArrayList arrived = server.userQueries();
    QCOMPARE(arrived.size(), jobs);
    for (int i = 0; i < jobs; ++i)
        QVERIFY(std::abs(arrived.at(i).mid(7).toInt() - i) < 4);
}

void tst_Pool::jobsOfSlotsAreExecuted()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(2);
    int done = 0;
    std::function<void()> next = [&] {
        connect(pool.execute(u"INSERT 1"_s), &Job::finished, this, [&] {
            if (++done < 50)
                next();
        });
    };
    next();
    QTRY_COMPARE(done, 50);
    QCOMPARE(server.countQuery("INSERT 1"), 50);
}

void tst_Pool::cancelledWaitingJobTouchesNoSession()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const RunningQuery running = runningQuery(&pool, server);
    Query *waiting = pool.execute(u"INSERT 1"_s);
    const OutcomePointer outcome = watch(waiting);
    waiting->cancel();
    VERIFY_FAILS(outcome, Cancelled, NotSent);
    QCOMPARE(pool.statistics().waiting, 0);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 2"_s)));
    QCOMPARE(server.countQuery("INSERT 1"), 0);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Pool::cancelledRunningJobIsKilled()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    const RunningQuery running = runningQuery(&pool, server);
    running.query->cancel();
    VERIFY_FAILS(running.outcome, Cancelled, Rejected);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.countQuery("KILL QUERY 1"), 1);
}

void tst_Pool::transactionHasOneSession()
{
    TransactionServer server;
    Pool pool(optionsFor(server));
    Transaction *transaction = pool.beginTransaction();
    const TransactionOutcome report = watch(transaction);
    const OutcomePointer inside = watch(transaction->execute(u"INSERT inside"_s));
    QList<OutcomePointer> others;
    for (int i = 0; i < 5; ++i)
        others.append(watch(pool.execute(u"INSERT outside"_s)));
    transaction->commit();
    VERIFY_ENDS(report, Committed);
    VERIFY_SUCCEEDS(inside);
    for (const OutcomePointer &outcome : std::as_const(others))
        VERIFY_SUCCEEDS(outcome);
    for (int i = 1; i <= server.connectionCount(); ++i) {
        const QByteArrayList queries = server.userQueries(i);
        const qsizetype begin = queries.indexOf("START TRANSACTION");
        if (begin < 0) {
            QVERIFY(!queries.contains("INSERT inside"));
            continue;
        }
        QCOMPARE(queries.mid(begin, 3),
                 QByteArrayList({"START TRANSACTION", "INSERT inside", "COMMIT"}));
    }
    QCOMPARE(server.countQuery("INSERT inside"), 1);
    // It was left clean.
    QCOMPARE(server.count(FakeServer::ResetConnection), 0);
}

void tst_Pool::transactionThatWaitsCanBeDestroyed()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const RunningQuery running = runningQuery(&pool, server);
    Transaction *transaction = pool.beginTransaction();
    Query *query = transaction->execute(u"INSERT inside"_s);
    query->setParent(this);
    const OutcomePointer inside = watch(query);
    delete transaction;
    VERIFY_FAILS(inside, TransactionEnded, NotSent);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.userQueries(), QByteArrayList({"SELECT slow", "INSERT 1"}));
}

void tst_Pool::transactionIsRetriedInAnySession()
{
    TransactionServer server;
    int deadlocks = 2;
    server.on("UPDATE 1", [&](FakeConnection &c) {
        if (deadlocks-- > 0)
            server.deadlock()(c);
        else
            server.answer(c);
    });
    Pool pool(optionsFor(server));
    Transaction *transaction = pool.transact([](Transaction *attempt) {
        attempt->execute(u"UPDATE 1"_s);
        attempt->commit();
    });
    const TransactionOutcome report = watch(transaction);
    VERIFY_ENDS(report, Committed);
    QCOMPARE(server.countQuery("UPDATE 1"), 3);
    QCOMPARE(server.countQuery("COMMIT"), 1);
    QCOMPARE(pool.statistics().inUse, 0);
}

void tst_Pool::preparedStatementIsPreparedWhereItRuns()
{
    FakeServer server;
    constexpr quint8 Prepare = 0x16;
    QList<int> prepared;
    server.onCommand(Prepare, [&](FakeConnection &c) {
        prepared.append(c.number());
        c.error(1295, "HY000", "Not supported in the prepared statement protocol yet");
    });
    Pool pool(optionsFor(server));
    PreparedStatement *statement = pool.prepare(u"INSERT ?"_s);
    QSignalSpy failed(statement, &PreparedStatement::errorOccurred);
    QTRY_COMPARE(failed.count(), 1);
    server.on("SELECT slow", FakeServer::stall);
    const RunningQuery running = runningQuery(&pool, server);
    VERIFY_SUCCEEDS(watch(statement->execute({7})));
    // Where the server cannot prepare it, it is sent as text, in each session that it is tried in.
    QVERIFY(prepared.contains(1));
    QVERIFY(prepared.contains(2));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 7"}));
    delete statement;
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
}

void tst_Pool::batchIsExecuted()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    QObject owner;
    int finished = 0;
    Batch *batch = pool.executeBatch(u"INSERT INTO t VALUES (?)"_s, {});
    connect(batch, &Job::finished, this, [&] { ++finished; });
    QTRY_COMPARE(finished, 1);
}

void tst_Pool::propertiesNotify()
{
    Pool pool;
    QSignalSpy maximum(&pool, &Pool::maximumConnectionsChanged);
    QSignalSpy minimum(&pool, &Pool::minimumConnectionsChanged);
    QSignalSpy lifetime(&pool, &Pool::maximumLifetimeChanged);
    QSignalSpy parallel(&pool, &Pool::maximumParallelConnectsChanged);
    QSignalSpy policy(&pool, &Pool::resetPolicyChanged);
    QSignalSpy warning(&pool, &Pool::leaseWarningChanged);
    QSignalSpy options(&pool, &Pool::optionsChanged);
    QCOMPARE(pool.maximumConnections(), 10);
    QCOMPARE(pool.minimumConnections(), 0);
    QCOMPARE(pool.idleTimeout(), 2min);
    QCOMPARE(pool.maximumLifetime(), 30min);
    QCOMPARE(pool.maximumParallelConnects(), 2);
    QCOMPARE(pool.resetPolicy(), Pool::ResetPolicy::WhenDirty);
    QCOMPARE(pool.leaseWarning(), 0ms);
    QCOMPARE(pool.queueTimeout(), 0ms);
    for (int i = 0; i < 2; ++i) {
        pool.setMaximumConnections(-3);
        pool.setMinimumConnections(2);
        pool.setMaximumLifetime(1h);
        pool.setMaximumParallelConnects(0);
        pool.setResetPolicy(Pool::ResetPolicy::Always);
        pool.setLeaseWarning(3s);
        pool.setIdleTimeout(5s);
        pool.setQueueTimeout(6s);
    }
    for (const QSignalSpy *spy : {&maximum, &minimum, &lifetime, &parallel, &policy, &warning})
        QCOMPARE(spy->count(), 1);
    QCOMPARE(options.count(), 2);
    QCOMPARE(pool.maximumConnections(), 1);
    QCOMPARE(pool.maximumParallelConnects(), 1);
    QCOMPARE(pool.options().idleTimeout(), 5s);
    QCOMPARE(pool.options().queueTimeout(), 6s);
}

void tst_Pool::destroyedPoolEndsItsJobs()
{
    SlowServer server;
    auto pool = std::make_unique<Pool>(optionsFor(server));
    pool->setMaximumConnections(2);
    const RunningQuery running = runningQuery(pool.get(), server);
    const OutcomePointer waiting = watch(pool->execute(u"SELECT slow"_s));
    QTRY_COMPARE(server.countQuery("SELECT slow"), 2);
    const OutcomePointer waiting2 = watch(pool->execute(u"INSERT 1"_s));
    Transaction *transaction = pool->beginTransaction();
    transaction->setParent(this);
    const TransactionOutcome report = watch(transaction);
    const OutcomePointer inside = watch(transaction->execute(u"INSERT inside"_s));
    pool.reset();
    QVERIFY(running.outcome->failed(Error::ConnectionClosed));
    QVERIFY(waiting->failed(Error::ConnectionClosed));
    QVERIFY(waiting2->failed(Error::ConnectionClosed));
    QCOMPARE(inside->finished, 1);
    QCOMPARE(report->finished, 1);
    QCOMPARE(report->error.code(), Error::ConnectionClosed);
    QTRY_COMPARE(server.openConnections(), 0);
}

void tst_Pool::poolCanBeDestroyedInASlot_data()
{
    QTest::addColumn<bool>("inError");
    QTest::newRow("success") << false;
    QTest::newRow("error") << true;
}

void tst_Pool::poolCanBeDestroyedInASlot()
{
    QFETCH(bool, inError);
    FakeServer server;
    server.on("INSERT wrong", [](FakeConnection &c) { c.error(1062, "23000", "Duplicate entry"); });
    auto *pool = new Pool(optionsFor(server));
    QPointer<Pool> guard(pool);
    QList<OutcomePointer> others;
    Query *query = pool->execute(inError ? u"INSERT wrong"_s : u"INSERT 1"_s);
    if (inError)
        connect(query, &Job::errorOccurred, this, [&] { delete pool; });
    else
        connect(query, &Job::finished, this, [&] { delete pool; });
    for (int i = 0; i < 20; ++i)
        others.append(watch(pool->execute(u"INSERT 2"_s)));
    QTRY_VERIFY(!guard);
    for (const OutcomePointer &outcome : std::as_const(others))
        QTRY_COMPARE(outcome->finished, 1);
    QTRY_COMPARE(server.openConnections(), 0);
}

void tst_Pool::abortEndsEverything()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const RunningQuery running = runningQuery(&pool, server);
    const OutcomePointer waiting = watch(pool.execute(u"INSERT 1"_s));
    pool.abort();
    QCOMPARE(running.outcome->finished, 0);
    VERIFY_FAILS(running.outcome, ConnectionClosed, Unknown);
    VERIFY_FAILS(waiting, ConnectionClosed, NotSent);
    QTRY_COMPARE(server.openConnections(), 0);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 2"_s)));
    QCOMPARE(server.connectionCount(), 2);
}

void tst_Pool::closeEndsAfterTheJobsBeforeIt()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(2);
    const RunningQuery running = runningQuery(&pool, server);
    QStringList order;
    const OutcomePointer before = watch(pool.execute(u"INSERT before"_s), &order, u"before"_s);
    const OutcomePointer closed = watch(pool.close(), &order, u"closed"_s);
    VERIFY_SUCCEEDS(before);
    QTRY_COMPARE(server.openConnections(), 1);
    const OutcomePointer after = watch(pool.execute(u"INSERT after"_s), &order, u"after"_s);
    VERIFY_SUCCEEDS(after);
    QCOMPARE(server.userQueries(3), QByteArrayList({"INSERT after"}));
    QCOMPARE(closed->finished, 0);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
    VERIFY_SUCCEEDS(closed);
    QCOMPARE(order, QStringList({u"before"_s, u"after"_s, u"closed"_s}));
    // Without sessions there is nothing to be closed.
    VERIFY_SUCCEEDS(watch(pool.close()));
    VERIFY_SUCCEEDS(watch(pool.close()));
    QCOMPARE(server.connectionCount(), 3);
    QTRY_COMPARE(server.openConnections(), 0);
}

void tst_Pool::otherOptionsNeedNewSessions()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    pool.setIdleTimeout(1h);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 2"_s)));
    QCOMPARE(server.connectionCount(), 1);
    ConnectionOptions options = pool.options();
    options.setDatabase(u"other"_s);
    pool.setOptions(options);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 3"_s)));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 3"}));
    QTRY_COMPARE(server.openConnections(), 1);
    QCOMPARE(pool.statistics().closedEvicted, 1U);
}

void tst_Pool::wrongOptionsFailAllJobs()
{
    Pool pool;
    const OutcomePointer first = watch(pool.execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(pool.execute(u"INSERT 2"_s));
    VERIFY_FAILS(first, InvalidOptions, NotSent);
    VERIFY_FAILS(second, InvalidOptions, NotSent);
    pool.setUrl(QUrl(u"mysql://anna@host/?no-such-option=1"_s));
    VERIFY_FAILS(watch(pool.execute(u"INSERT 1"_s)), InvalidOptions, NotSent);
}

QTEST_GUILESS_MAIN(tst_Pool)
#include "tst_pool.moc"
