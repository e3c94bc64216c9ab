// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Jobs whose owner is destroyed report their end before they go with it.

#include "poolfixture.h"
#include "transactionfixture.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/PreparedStatement>

#include <QtTest/qtest.h>

#include <functional>
#include <memory>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;

namespace {

/// A server with an owner of jobs, which is a connection, a pool, a lease or a transaction.
struct Owned
{
    explicit Owned(const QByteArray &kind)
    {
        server.on("SELECT slow", FakeServer::stall);
        server.on("INSERT slow", FakeServer::stall);
        if (kind == "connection") {
            owner = std::make_unique<Connection>(optionsFor(server));
            error = Error::ConnectionClosed;
            return;
        }
        auto sessions = std::make_unique<Pool>(optionsFor(server));
        sessions->setMaximumConnections(1);
        if (kind == "pool") {
            owner = std::move(sessions);
            error = Error::ConnectionClosed;
            return;
        }
        pool = std::move(sessions);
        if (kind == "lease") {
            owner = takenLease(pool.get());
            error = Error::ConnectionClosed;
        } else {
            owner.reset(pool->beginTransaction());
            error = Error::TransactionEnded;
        }
    }

    TransactionServer server;
    std::unique_ptr<Pool> pool;
    std::unique_ptr<Executor> owner;
    Error::Code error = Error::NoError;
};

void addKinds()
{
    QTest::addColumn<QByteArray>("kind");
    for (const char *kind : {"connection", "pool", "lease", "transaction"})
        QTest::newRow(kind) << QByteArray(kind);
}

} // namespace

class tst_OwnedJobs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allEndInTheirOrder_data() { addKinds(); }
    void allEndInTheirOrder();
    void manyThatWait_data() { addKinds(); }
    void manyThatWait();
    void endThatIsOnItsWay_data() { addKinds(); }
    void endThatIsOnItsWay();
    void ownerIsDestroyedInASlot_data();
    void ownerIsDestroyedInASlot();
    void slotAsksForMore_data() { addKinds(); }
    void slotAsksForMore();
    void transactionsOfALease();
    void statementWithoutItsConnection();
    void othersAreLeftAlone();
};

void tst_OwnedJobs::allEndInTheirOrder()
{
    QFETCH(const QByteArray, kind);
    Owned owned(kind);
    QVERIFY(owned.owner);
    QStringList order;
    const OutcomePointer running
        = watch(owned.owner->execute(u"INSERT slow"_s), &order, u"running"_s);
    QTRY_COMPARE(owned.server.countQuery("INSERT slow"), 1);
    QList<OutcomePointer> waiting;
    waiting.append(watch(owned.owner->execute(u"INSERT 1"_s), &order, u"query"_s));
    waiting.append(watch(owned.owner->executeBatch(u"INSERT ?"_s, {{1}, {2}}), &order, u"batch"_s));
    PreparedStatement *statement = owned.owner->prepare(u"SELECT ?"_s);
    waiting.append(watch(statement->execute({1}), &order, u"prepared"_s));
    owned.owner.reset();
    QCOMPARE(order, QStringList({u"running"_s, u"query"_s, u"batch"_s, u"prepared"_s}));
    QVERIFY2(running->failed(owned.error), describe(running).constData());
    QCOMPARE(running->error.execution(), Error::Execution::Unknown);
    for (const OutcomePointer &outcome : std::as_const(waiting)) {
        QVERIFY2(outcome->failed(owned.error), describe(outcome).constData());
        QCOMPARE(outcome->error.execution(), Error::Execution::NotSent);
        QVERIFY(outcome->wasErrorFirst);
    }
    if (!owned.pool)
        return;
    // The server has stopped what it executed, and the session goes on.
    QTRY_COMPARE(owned.server.countQuery("KILL QUERY 1"), 1);
    VERIFY_SUCCEEDS(watch(owned.pool->execute(u"INSERT next"_s)));
    QCOMPARE(owned.server.countQuery("INSERT 1"), 0);
    QCOMPARE(running->finished, 1);
}

void tst_OwnedJobs::manyThatWait()
{
    QFETCH(const QByteArray, kind);
    Owned owned(kind);
    QVERIFY(owned.owner);
    constexpr int count = 5'000;
    int finished = 0;
    int failed = 0;
    for (int i = 0; i < count; ++i) {
        Query *query = owned.owner->execute(u"INSERT 1"_s);
        connect(query, &Job::finished, query, [&finished] { ++finished; });
        connect(query, &Job::errorOccurred, query, [&failed] { ++failed; });
    }
    owned.owner.reset();
    QCOMPARE(finished, count);
    QCOMPARE(failed, count);
    if (!owned.pool)
        return;
    VERIFY_SUCCEEDS(watch(owned.pool->execute(u"INSERT next"_s)));
    QCOMPARE(finished, count);
}

// The answer is there, and the event loop has not come to the job.
void tst_OwnedJobs::endThatIsOnItsWay()
{
    QFETCH(const QByteArray, kind);
    Owned owned(kind);
    QVERIFY(owned.owner);
    const OutcomePointer first = watch(owned.owner->execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(owned.owner->execute(u"INSERT 2"_s));
    QTRY_COMPARE(second->finished, 1);
    Query *unheard = owned.owner->execute(u"SELEC"_s);
    const OutcomePointer outcome = watch(unheard);
    unheard->cancel();
    owned.owner.reset();
    QVERIFY2(outcome->failed(Error::Cancelled), describe(outcome).constData());
}

void tst_OwnedJobs::ownerIsDestroyedInASlot_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("slot");
    for (const char *kind : {"connection", "pool", "lease", "transaction"}) {
        for (const char *slot : {"state", "error", "finished"})
            QTest::addRow("%s, %s", kind, slot) << QByteArray(kind) << QByteArray(slot);
    }
}

void tst_OwnedJobs::ownerIsDestroyedInASlot()
{
    QFETCH(const QByteArray, kind);
    QFETCH(const QByteArray, slot);
    Owned owned(kind);
    QVERIFY(owned.owner);
    owned.server.on("SELEC 1", [](FakeConnection &c) { c.error(1064, "42000", "No"); });
    const QPointer<Query> job = owned.owner->execute(u"SELEC 1"_s);
    const OutcomePointer outcome = watch(job);
    const OutcomePointer behind = watch(owned.owner->execute(u"INSERT 2"_s));
    const auto destroy = [&owned] { owned.owner.reset(); };
    if (slot == "error")
        connect(job, &Job::errorOccurred, this, destroy);
    else if (slot == "finished")
        connect(job, &Job::finished, this, destroy);
    else
        connect(job, &Job::stateChanged, this, [destroy](Job::State state) {
            if (state == Job::State::Finished)
                destroy();
        });
    QTRY_VERIFY(job.isNull());
    QVERIFY(!owned.owner);
    QCOMPARE(outcome->errors, 1);
    QCOMPARE(outcome->finished, 1);
    QCOMPARE(outcome->error.code(), Error::ServerError);
    QCOMPARE(behind->finished, 1);
    if (owned.pool)
        VERIFY_SUCCEEDS(watch(owned.pool->execute(u"INSERT next"_s)));
}

void tst_OwnedJobs::slotAsksForMore()
{
    QFETCH(const QByteArray, kind);
    Owned owned(kind);
    QVERIFY(owned.owner);
    OutcomePointer late;
    Executor *const owner = owned.owner.get();
    connect(owner->execute(u"INSERT 1"_s), &Job::finished, owner, [&] {
        late = watch(owner->execute(u"INSERT 2"_s));
        QCOMPARE(late->finished, 0);
    });
    owned.owner.reset();
    QVERIFY(late);
    QVERIFY2(late->failed(owned.error), describe(late).constData());
}

void tst_OwnedJobs::transactionsOfALease()
{
    Owned owned("lease");
    QVERIFY(owned.owner);
    Transaction *transaction = owned.owner->beginTransaction();
    const TransactionOutcome report = watch(transaction);
    const OutcomePointer running = watch(transaction->execute(u"INSERT slow"_s));
    QTRY_COMPARE(owned.server.countQuery("INSERT slow"), 1);
    const OutcomePointer commit = watch(transaction->commit());
    owned.owner.reset();
    QCOMPARE(running->finished, 1);
    QCOMPARE(commit->finished, 1);
    QCOMPARE(report->finished, 1);
    QCOMPARE(report->errors, 1);
    QCOMPARE(report->states.constLast(), Transaction::State::Failed);
    QCOMPARE(report->error.code(), Error::ConnectionClosed);
    QCOMPARE(report->error.execution(), Error::Execution::Rejected);
    VERIFY_SUCCEEDS(watch(owned.pool->execute(u"INSERT next"_s)));
    QCOMPARE(owned.server.countQuery("COMMIT"), 0);
}

// It is the owner of its jobs then.
void tst_OwnedJobs::statementWithoutItsConnection()
{
    FakeServer server;
    auto connection = std::make_unique<Connection>(optionsFor(server));
    std::unique_ptr<PreparedStatement> statement(connection->prepare(u"SELECT ?"_s));
    statement->setParent(nullptr);
    connection.reset();
    const OutcomePointer outcome = watch(statement->execute({1}));
    QCOMPARE(outcome->finished, 0);
    statement.reset();
    QVERIFY2(outcome->failed(Error::ConnectionClosed), describe(outcome).constData());
}

// What is destroyed with a lease is told so at once, and nobody else.
void tst_OwnedJobs::othersAreLeftAlone()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    Query *cancelled = pool.execute(u"INSERT other"_s);
    const OutcomePointer other = watch(cancelled);
    cancelled->cancel();
    const OutcomePointer own = watch(lease->execute(u"INSERT own"_s));
    lease.reset();
    QCOMPARE(own->finished, 1);
    QCOMPARE(other->finished, 0);
    VERIFY_FAILS(other, Cancelled, NotSent);
}

QTEST_GUILESS_MAIN(tst_OwnedJobs)

#include "tst_ownedjobs.moc"
