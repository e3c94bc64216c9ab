// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Jobs that only read share the sessions of a pool that is full, where that is allowed.

#include "pipelinefixture.h"
#include "poolfixture.h"

#include <AsyncMySql/Lease>
#include <AsyncMySql/Transaction>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// A server that answers no read by itself.
class HoldingServer : public FakeServer
{
public:
    HoldingServer()
    {
        onOther([](FakeConnection &c) { return c.runningQuery().startsWith("SELECT held"); });
    }

    void answerAll()
    {
        for (int i = 1; i <= connectionCount(); ++i) {
            if (connection(i)->isOpen() && connection(i)->runningQuery().startsWith("SELECT held"))
                connection(i)->ok();
        }
    }
};

QString held(int i)
{
    return u"SELECT held%1"_s.arg(i);
}

QList<OutcomePointer> executeHeld(Executor *executor, int first, int last)
{
    QList<OutcomePointer> outcomes;
    for (int i = first; i <= last; ++i)
        outcomes.append(watch(executor->execute(held(i))));
    return outcomes;
}

} // namespace

class tst_PoolSharing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void offByDefault();
    void property();
    void readsShareSessionsThatAreInUse();
    void sessionIsOpenedBeforeOneIsShared();
    void sharesWithReadsAlone_data();
    void sharesWithReadsAlone();
    void onlyReadsShare_data();
    void onlyReadsShare();
    void nothingIsOvertaken();
    void notWithout_data();
    void notWithout();
    void limitsStayExact();
    void cancelStopsNoOther();
    void lostJobsAreSentAgain();
    void notWithWhatALeaseHasLeft();
};

void tst_PoolSharing::offByDefault()
{
    HoldingServer server;
    Pool pool(pipeliningOptions(server));
    pool.setMaximumConnections(1);
    const QList<OutcomePointer> outcomes = executeHeld(&pool, 1, 2);
    QTRY_COMPARE(server.countQuery("SELECT held1"), 1);
    SERVE_ANOTHER(server);
    QCOMPARE(arrivedAt(server.connection(1)), QByteArrayList({"SELECT held1"}));
    server.answerAll();
    VERIFY_SUCCEEDS(outcomes[0]);
    QTRY_COMPARE(server.countQuery("SELECT held2"), 1);
    server.answerAll();
    VERIFY_SUCCEEDS(outcomes[1]);
}

void tst_PoolSharing::property()
{
    Pool pool;
    QSignalSpy changed(&pool, &Pool::jobsPerConnectionChanged);
    QCOMPARE(pool.jobsPerConnection(), 1);
    pool.setJobsPerConnection(4);
    QCOMPARE(pool.jobsPerConnection(), 4);
    QCOMPARE(pool.property("jobsPerConnection").toInt(), 4);
    pool.setJobsPerConnection(4);
    QCOMPARE(changed.size(), 1);
    pool.setJobsPerConnection(-1);
    QCOMPARE(pool.jobsPerConnection(), 1);
    QCOMPARE(changed.size(), 2);
    QCOMPARE(changed.last().value(0).toInt(), 1);
}

void tst_PoolSharing::readsShareSessionsThatAreInUse()
{
    HoldingServer server;
    Pool pool(pipeliningOptions(server));
    pool.setMaximumConnections(2);
    pool.setJobsPerConnection(3);
    // One after the other, so that it is known which session is which.
    QList<OutcomePointer> outcomes;
    for (int i = 1; i <= 2; ++i) {
        outcomes += executeHeld(&pool, i, i);
        QTRY_COMPARE(server.countQuery(held(i).toUtf8()), 1);
    }
    outcomes += executeHeld(&pool, 3, 8);
    QTRY_COMPARE(arrivedAt(server.connection(1)).size() + arrivedAt(server.connection(2)).size(),
                 6);
    SERVE_ANOTHER(server);
    // Those that have the fewest are given the next.
    QCOMPARE(arrivedAt(server.connection(1)),
             QByteArrayList({"SELECT held1", "SELECT held3", "SELECT held5"}));
    QCOMPARE(arrivedAt(server.connection(2)),
             QByteArrayList({"SELECT held2", "SELECT held4", "SELECT held6"}));
    QCOMPARE(pool.statistics().waiting, 2);
    QCOMPARE(pool.statistics().inUse, 2);
    server.connection(2)->ok();
    VERIFY_SUCCEEDS(outcomes[1]);
    QTRY_COMPARE(arrivedAt(server.connection(2)).value(3), QByteArray("SELECT held7"));
    for (const OutcomePointer &outcome : outcomes)
        QTRY_VERIFY((server.answerAll(), outcome->finished == 1));
    for (const OutcomePointer &outcome : outcomes)
        VERIFY_SUCCEEDS(outcome);
    QTRY_COMPARE(pool.statistics().idle, 2);
    QCOMPARE(pool.statistics().uses, 8U);
    QCOMPARE(pool.statistics().resets, 0U);
}

void tst_PoolSharing::sessionIsOpenedBeforeOneIsShared()
{
    HoldingServer server;
    Pool pool(pipeliningOptions(server));
    pool.setMaximumConnections(2);
    pool.setJobsPerConnection(3);
    const QList<OutcomePointer> first = executeHeld(&pool, 1, 1);
    QTRY_COMPARE(server.countQuery("SELECT held1"), 1);
    const QList<OutcomePointer> second = executeHeld(&pool, 2, 2);
    QTRY_COMPARE(server.countQuery("SELECT held2"), 1);
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(arrivedAt(server.connection(1)), QByteArrayList({"SELECT held1"}));
    // One that becomes idle is used.
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(first[0]);
    const QList<OutcomePointer> third = executeHeld(&pool, 3, 3);
    QTRY_COMPARE(arrivedAt(server.connection(1)).value(1), QByteArray("SELECT held3"));
    server.answerAll();
    VERIFY_SUCCEEDS(second[0]);
    VERIFY_SUCCEEDS(third[0]);
}

void tst_PoolSharing::sharesWithReadsAlone_data()
{
    QTest::addColumn<QByteArray>("user");
    for (const char *user : {"write", "stream", "lease", "transaction", "locking read"})
        QTest::newRow(user) << QByteArray(user);
}

void tst_PoolSharing::sharesWithReadsAlone()
{
    QFETCH(const QByteArray, user);
    HoldingServer server;
    Pool pool(pipeliningOptions(server));
    pool.setMaximumConnections(1);
    pool.setJobsPerConnection(8);
    std::unique_ptr<Lease> lease;
    OutcomePointer first;
    QByteArray statement = "SELECT held0";
    if (user == "lease") {
        lease = takenLease(&pool);
        QVERIFY(lease);
        first = watch(lease->execute(u"SELECT held0"_s));
    } else if (user == "transaction") {
        Transaction *transaction = pool.beginTransaction();
        first = watch(transaction->execute(u"SELECT held0"_s));
        transaction->commit();
    } else if (user == "stream") {
        Query *query = pool.execute(u"SELECT held0"_s);
        query->setStreaming(true);
        first = watch(query);
    } else {
        statement = user == "write" ? "INSERT slow" : "SELECT held0 FOR UPDATE";
        server.on("INSERT slow", FakeServer::stall);
        first = watch(pool.execute(QString::fromLatin1(statement)));
    }
    QTRY_COMPARE(server.countQuery(statement), 1);
    const QList<OutcomePointer> outcomes = executeHeld(&pool, 1, 2);
    SERVE_ANOTHER(server);
    QVERIFY(!arrivedAt(server.connection(1)).contains("SELECT held1"));
    QCOMPARE(pool.statistics().waiting, 2);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(first);
    lease.reset();
    QTRY_COMPARE(server.countQuery("SELECT held1"), 1);
    server.answerAll();
    VERIFY_SUCCEEDS(outcomes[0]);
    QTRY_COMPARE(server.countQuery("SELECT held2"), 1);
    server.answerAll();
    VERIFY_SUCCEEDS(outcomes[1]);
}

void tst_PoolSharing::onlyReadsShare_data()
{
    QTest::addColumn<QByteArray>("waiting");
    for (const char *waiting : {"write", "stream", "lease", "transaction", "unknown function"})
        QTest::newRow(waiting) << QByteArray(waiting);
}

void tst_PoolSharing::onlyReadsShare()
{
    QFETCH(const QByteArray, waiting);
    HoldingServer server;
    Pool pool(pipeliningOptions(server));
    pool.setMaximumConnections(1);
    pool.setJobsPerConnection(8);
    const QList<OutcomePointer> first = executeHeld(&pool, 1, 1);
    QTRY_COMPARE(server.countQuery("SELECT held1"), 1);
    OutcomePointer outcome;
    if (waiting == "lease") {
        outcome = watch(pool.acquire());
    } else if (waiting == "transaction") {
        outcome = watch(pool.beginTransaction()->commit());
    } else if (waiting == "stream") {
        Query *query = pool.execute(u"SELECT 1"_s);
        query->setStreaming(true);
        outcome = watch(query);
    } else {
        outcome = watch(pool.execute(waiting == "write" ? u"INSERT 1"_s : u"SELECT own()"_s));
    }
    QCoreApplication::processEvents();
    SERVE_ANOTHER(server);
    QCOMPARE(arrivedAt(server.connection(1)), QByteArrayList({"SELECT held1"}));
    QCOMPARE(outcome->finished, 0);
    server.answerAll();
    VERIFY_SUCCEEDS(first[0]);
    VERIFY_SUCCEEDS(outcome);
}

// Jobs start in the order of their creation.
void tst_PoolSharing::nothingIsOvertaken()
{
    HoldingServer server;
    Pool pool(pipeliningOptions(server));
    pool.setMaximumConnections(1);
    pool.setJobsPerConnection(8);
    const QList<OutcomePointer> first = executeHeld(&pool, 1, 2);
    QTRY_VERIFY(arrivedAt(server.connection(1)).contains("SELECT held2"));
    const OutcomePointer write = watch(pool.execute(u"INSERT 1"_s));
    const QList<OutcomePointer> behind = executeHeld(&pool, 3, 3);
    SERVE_ANOTHER(server);
    QCOMPARE(arrivedAt(server.connection(1)), QByteArrayList({"SELECT held1", "SELECT held2"}));
    server.answerAll();
    VERIFY_SUCCEEDS(first[0]);
    server.answerAll();
    VERIFY_SUCCEEDS(write);
    QTRY_COMPARE(server.countQuery("SELECT held3"), 1);
    server.answerAll();
    VERIFY_SUCCEEDS(behind[0]);
    QCOMPARE(server.userQueries(1),
             QByteArrayList({"SELECT held1", "SELECT held2", "INSERT 1", "SELECT held3"}));
}

void tst_PoolSharing::notWithout_data()
{
    QTest::addColumn<QByteArray>("reason");
    for (const char *reason : {"pipelining", "a server that is the peer", "sessions kept clean"})
        QTest::newRow(reason) << QByteArray(reason);
}

void tst_PoolSharing::notWithout()
{
    QFETCH(const QByteArray, reason);
    HoldingServer server;
    ConnectionOptions options = pipeliningOptions(server);
    if (reason == "pipelining")
        options.setPipeliningMode(ConnectionOptions::PipeliningMode::Never);
    if (reason == "a server that is the peer") {
        server.on(FakeServer::PeerQuestion, [](FakeConnection &c) {
            c.tellPeer(quint64(c.number()), quint16(c.peerPort() ^ 1));
        });
    }
    Pool pool(options);
    pool.setMaximumConnections(1);
    pool.setJobsPerConnection(8);
    if (reason == "sessions kept clean")
        pool.setResetPolicy(Pool::ResetPolicy::Always);
    const QList<OutcomePointer> outcomes = executeHeld(&pool, 1, 2);
    QTRY_COMPARE(server.countQuery("SELECT held1"), 1);
    SERVE_ANOTHER(server);
    QCOMPARE(arrivedAt(server.connection(1)).count("SELECT held2"), 0);
    server.answerAll();
    VERIFY_SUCCEEDS(outcomes[0]);
    QTRY_COMPARE(server.countQuery("SELECT held2"), 1);
    server.answerAll();
    VERIFY_SUCCEEDS(outcomes[1]);
}

// What the server has not begun counts as waiting.
void tst_PoolSharing::limitsStayExact()
{
    HoldingServer server;
    Pool pool(pipeliningOptions(server));
    pool.setMaximumConnections(1);
    pool.setJobsPerConnection(8);
    const QList<OutcomePointer> first = executeHeld(&pool, 1, 1);
    QTRY_COMPARE(server.countQuery("SELECT held1"), 1);
    Query *cancelled = pool.execute(held(2));
    const OutcomePointer cancelledEnd = watch(cancelled);
    Query *limited = pool.execute(held(3));
    limited->setQueueTimeout(50ms);
    const OutcomePointer limitedEnd = watch(limited);
    Query *timed = pool.execute(held(4));
    timed->setTimeout(1h);
    const OutcomePointer timedEnd = watch(timed);
    QTRY_VERIFY(arrivedAt(server.connection(1)).contains("SELECT held4"));
    cancelled->cancel();
    QTRY_COMPARE(cancelledEnd->finished, 1);
    QVERIFY(cancelledEnd->failed(Error::Cancelled));
    QTRY_COMPARE(limitedEnd->finished, 1);
    QVERIFY(limitedEnd->failed(Error::QueueTimeout));
    QCOMPARE(first[0]->finished, 0);
    QTRY_VERIFY((server.answerAll(), timedEnd->finished == 1));
    VERIFY_SUCCEEDS(timedEnd);
    VERIFY_SUCCEEDS(first[0]);
    QCOMPARE(cancelledEnd->finished + limitedEnd->finished, 2);
    QCOMPARE(server.countQuery("KILL QUERY 1"), 0);
    QTRY_COMPARE(pool.statistics().idle, 1);
}

// The server is asked to stop the one that it executes.
void tst_PoolSharing::cancelStopsNoOther()
{
    HoldingServer server;
    Pool pool(pipeliningOptions(server));
    pool.setMaximumConnections(1);
    pool.setJobsPerConnection(8);
    Query *cancelled = pool.execute(held(1));
    const OutcomePointer cancelledEnd = watch(cancelled);
    const QList<OutcomePointer> others = executeHeld(&pool, 2, 3);
    QTRY_VERIFY(arrivedAt(server.connection(1)).contains("SELECT held3"));
    cancelled->cancel();
    VERIFY_FAILS(cancelledEnd, Cancelled, Rejected);
    QCOMPARE(server.countQuery("KILL QUERY 1"), 1);
    for (const OutcomePointer &outcome : others)
        QTRY_VERIFY((server.answerAll(), outcome->finished == 1));
    for (const OutcomePointer &outcome : others)
        VERIFY_SUCCEEDS(outcome);
    QTRY_COMPARE(pool.statistics().idle, 1);
    QCOMPARE(pool.statistics().closedBroken, 0U);
}

void tst_PoolSharing::lostJobsAreSentAgain()
{
    HoldingServer server;
    Pool pool(pipeliningOptions(server));
    pool.setMaximumConnections(1);
    pool.setJobsPerConnection(8);
    const QList<OutcomePointer> outcomes = executeHeld(&pool, 1, 4);
    QTRY_COMPARE(arrivedAt(server.connection(1)).size(), 4);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(outcomes[0]);
    server.connection(1)->reset();
    QTRY_COMPARE(arrivedAt(server.connection(2)),
                 QByteArrayList({"SELECT held2", "SELECT held3", "SELECT held4"}));
    for (const OutcomePointer &outcome : outcomes)
        QTRY_VERIFY((server.answerAll(), outcome->finished == 1));
    for (const OutcomePointer &outcome : outcomes)
        VERIFY_SUCCEEDS(outcome);
}

// Its statement cannot be stopped, and what it has left is still there.
void tst_PoolSharing::notWithWhatALeaseHasLeft()
{
    HoldingServer server;
    ConnectionOptions options = pipeliningOptions(server);
    options.setCancelGracePeriod(30s);
    Pool pool(options);
    pool.setMaximumConnections(1);
    pool.setJobsPerConnection(8);
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    VERIFY_SUCCEEDS(watch(lease->execute(u"USE other"_s)));
    VERIFY_SUCCEEDS(watch(lease->execute(u"SET @own = 1"_s)));
    lease->execute(held(1));
    QTRY_COMPARE(server.countQuery("SELECT held1"), 1);
    server.stopListening();
    lease.reset();
    const QList<OutcomePointer> outcomes = executeHeld(&pool, 2, 2);
    // The pool cannot be seen to find out that it cannot stop the statement.
    QTest::qWait(100);
    QCOMPARE(arrivedAt(server.connection(1)).count("SELECT held2"), 0);
    server.listenAgain();
    QTRY_VERIFY((server.answerAll(), outcomes[0]->finished == 1));
    VERIFY_SUCCEEDS(outcomes[0]);
}

QTEST_GUILESS_MAIN(tst_PoolSharing)

#include "tst_poolsharing.moc"
