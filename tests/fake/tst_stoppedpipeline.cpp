// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pipelinefixture.h"

#include <QtCore/qtimer.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What becomes of the others when one of those on their way is cancelled, deleted or timed out.
class tst_StoppedPipeline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cancelOfTheFirstKills();
    void readHitByLateKillIsSentAgain();
    void readSpoiledByLateKillIsSentAgain();
    void cancelOfAWaitingJobSendsNothing();
    void writeBeforeWritesIsNotKilled_data();
    void writeBeforeWritesIsNotKilled();
    void writesThatAreAllCancelledAreKilled();
    void queryTimeoutStopsTheFirst();
    void queryTimeoutCountsFromItsTurn();
    void deletedJobsLeaveTheOthersAlone_data();
    void deletedJobsLeaveTheOthersAlone();
};

void tst_StoppedPipeline::cancelOfTheFirstKills()
{
    Jobs jobs;
    SlowServer server;
    Connection connection(pipeliningOptions(server));
    const QStringList statements = {u"SELECT slow"_s, u"SELECT 2"_s, u"SELECT 3"_s};
    jobs.execute(&connection, statements);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    jobs.queries[0]->cancel();
    VERIFY_FAILS(jobs.outcomes[0], Cancelled, Rejected);
    VERIFY_SUCCEEDS(jobs.outcomes[1]);
    VERIFY_SUCCEEDS(jobs.outcomes[2]);
    QCOMPARE(jobs.order, statements);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 4"_s)));
    QCOMPARE(server.userQueries(1),
             QByteArrayList({"SELECT slow", "SELECT 2", "SELECT 3", "INSERT 4"}));
    QCOMPARE(server.countQuery("KILL QUERY 1"), 1);
    QCOMPARE(server.connectionCount(), 2);
}

/// The kill comes when its statement has ended and the next one runs.
void tst_StoppedPipeline::readHitByLateKillIsSentAgain()
{
    Jobs jobs;
    FakeServer server;
    FakeConnection *killing = nullptr;
    server.on("SELECT slow", FakeServer::stall);
    server.once("SELECT 2", [&killing](FakeConnection &c) {
        c.error(1317, "70100", "Query execution was interrupted");
        killing->ok();
    });
    server.onKill([&](FakeConnection &killer, quint32 id) {
        killing = &killer;
        server.connection(int(id))->ok();
    });
    Connection connection(pipeliningOptions(server));
    const QStringList statements = {u"SELECT slow"_s, u"SELECT 2"_s, u"SELECT 3"_s};
    jobs.execute(&connection, statements);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    jobs.queries[0]->cancel();
    VERIFY_FAILS(jobs.outcomes[0], Cancelled, Unknown);
    VERIFY_SUCCEEDS(jobs.outcomes[1]);
    VERIFY_SUCCEEDS(jobs.outcomes[2]);
    QCOMPARE(jobs.order, statements);
    QCOMPARE(server.countQuery("SELECT 2"), 2);
    QCOMPARE(server.connectionCount(), 2);
}

/// SLEEP() returns 1 instead of an error where it is killed.
void tst_StoppedPipeline::readSpoiledByLateKillIsSentAgain()
{
    Jobs jobs;
    FakeServer server;
    FakeConnection *killing = nullptr;
    server.on("SELECT slow", FakeServer::stall);
    server.once("SELECT SLEEP(2)", [&killing](FakeConnection &c) {
        c.result({"SLEEP(2)"}, {FakeRow{"1"}});
        killing->ok();
    });
    server.on("SELECT SLEEP(2)", [](FakeConnection &c) { c.result({"SLEEP(2)"}, {FakeRow{"0"}}); });
    server.onKill([&](FakeConnection &killer, quint32 id) {
        killing = &killer;
        server.connection(int(id))->ok();
    });
    Connection connection(pipeliningOptions(server));
    const QStringList statements = {u"SELECT slow"_s, u"SELECT SLEEP(2)"_s, u"SELECT 3"_s};
    jobs.execute(&connection, statements);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    jobs.queries[0]->cancel();
    VERIFY_FAILS(jobs.outcomes[0], Cancelled, Unknown);
    VERIFY_SUCCEEDS(jobs.outcomes[1]);
    VERIFY_SUCCEEDS(jobs.outcomes[2]);
    QCOMPARE(jobs.outcomes[1]->rows(), QList<QStringList>({{u"0"_s}}));
    QCOMPARE(jobs.order, statements);
}

void tst_StoppedPipeline::cancelOfAWaitingJobSendsNothing()
{
    Jobs jobs;
    SlowServer server;
    Connection connection(pipeliningOptions(server, 2));
    jobs.execute(&connection, {u"SELECT slow"_s, u"SELECT 2"_s, u"SELECT 3"_s, u"SELECT 4"_s});
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 2);
    jobs.queries[2]->cancel();
    VERIFY_FAILS(jobs.outcomes[2], Cancelled, NotSent);
    server.connection()->ok();
    VERIFY_SUCCEEDS(jobs.outcomes[3]);
    QCOMPARE(arrivedAt(server.connection()),
             QByteArrayList({"SELECT slow", "SELECT 2", "SELECT 4"}));
    QCOMPARE(server.connectionCount(), 1);
}

void tst_StoppedPipeline::writeBeforeWritesIsNotKilled_data()
{
    QTest::addColumn<bool>("succeeds");
    QTest::newRow("executed") << true;
    QTest::newRow("refused") << false;
}

/// A kill could hit one of the others, which nobody wants to be stopped.
void tst_StoppedPipeline::writeBeforeWritesIsNotKilled()
{
    QFETCH(const bool, succeeds);
    Jobs jobs;
    FakeServer server;
    server.on("INSERT slow", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    const QStringList statements = {u"INSERT slow"_s, u"INSERT 2"_s};
    jobs.execute(&connection, statements);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 2);
    jobs.queries[0]->cancel();
    SERVE_ANOTHER(server);
    QCOMPARE(server.countQuery("KILL QUERY 1"), 0);
    QCOMPARE(jobs.outcomes[0]->finished, 0);
    if (succeeds) {
        server.connection(1)->ok();
        VERIFY_FAILS(jobs.outcomes[0], Cancelled, Unknown);
    } else {
        server.connection(1)->error(1062, "23000", "Duplicate entry");
        VERIFY_FAILS(jobs.outcomes[0], Cancelled, Rejected);
    }
    VERIFY_SUCCEEDS(jobs.outcomes[1]);
    QCOMPARE(jobs.order, statements);
    QCOMPARE(server.countQuery("KILL QUERY 1"), 0);
    QCOMPARE(server.countQuery("INSERT 2"), 1);
}

void tst_StoppedPipeline::writesThatAreAllCancelledAreKilled()
{
    Jobs jobs;
    FakeServer server;
    server.on("INSERT slow 1", FakeServer::stall);
    server.on("INSERT slow 2", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    const QStringList statements = {u"INSERT slow 1"_s, u"INSERT slow 2"_s};
    jobs.execute(&connection, statements);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 2);
    jobs.queries[0]->cancel();
    jobs.queries[1]->cancel();
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    // The second one was sent, and had not begun.
    VERIFY_FAILS(jobs.outcomes[1], Cancelled, Unknown);
    VERIFY_FAILS(jobs.outcomes[0], Cancelled, Rejected);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.countQuery("KILL QUERY 1"), 2);
    QCOMPARE(server.userQueries(1).last(), "INSERT next"_ba);
}

void tst_StoppedPipeline::queryTimeoutStopsTheFirst()
{
    Jobs jobs;
    SlowServer server;
    Connection connection(pipeliningOptions(server));
    const QStringList statements = {u"SELECT 1"_s, u"SELECT slow"_s, u"SELECT 3"_s};
    jobs.execute(&connection, statements);
    jobs.queries[1]->setTimeout(50ms);
    VERIFY_SUCCEEDS(jobs.outcomes[0]);
    VERIFY_FAILS(jobs.outcomes[1], QueryTimeout, Rejected);
    VERIFY_SUCCEEDS(jobs.outcomes[2]);
    QCOMPARE(jobs.order, statements);
    QCOMPARE(server.countQuery("KILL QUERY 1"), 1);
}

void tst_StoppedPipeline::queryTimeoutCountsFromItsTurn()
{
    Jobs jobs;
    FakeServer server;
    server.on("SELECT slow",
              [](FakeConnection &c) { QTimer::singleShot(1200ms, &c, [&c] { c.ok(); }); });
    Connection connection(pipeliningOptions(server));
    jobs.execute(&connection, {u"SELECT slow"_s, u"SELECT 2"_s});
    jobs.queries[1]->setTimeout(1s);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 2);
    VERIFY_SUCCEEDS(jobs.outcomes[0]);
    VERIFY_SUCCEEDS(jobs.outcomes[1]);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_StoppedPipeline::deletedJobsLeaveTheOthersAlone_data()
{
    QTest::addColumn<QString>("verb");
    QTest::addColumn<int>("deleted");
    QTest::addColumn<int>("kills");
    QTest::newRow("first read") << u"SELECT"_s << 0 << 1;
    QTest::newRow("middle read") << u"SELECT"_s << 1 << 1;
    QTest::newRow("last read") << u"SELECT"_s << 2 << 1;
    QTest::newRow("first write") << u"INSERT"_s << 0 << 0;
    QTest::newRow("middle write") << u"INSERT"_s << 1 << 0;
    QTest::newRow("last write") << u"INSERT"_s << 2 << 1;
}

void tst_StoppedPipeline::deletedJobsLeaveTheOthersAlone()
{
    QFETCH(const QString, verb);
    QFETCH(const int, deleted);
    QFETCH(const int, kills);
    Jobs jobs;
    FakeServer server;
    const QStringList statements = {verb + u" 0"_s, verb + u" 1"_s, verb + u" 2"_s};
    for (const QString &sql : statements)
        server.once(sql.toUtf8(), FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    jobs.execute(&connection, statements);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    delete jobs.queries[deleted];
    for (int i = 0; i < 3; ++i) {
        if (i == deleted && kills > 0)
            continue;
        QTRY_COMPARE(server.connection(1)->runningQuery(), statements[i].toUtf8());
        server.connection(1)->ok();
    }
    for (int i = 0; i < 3; ++i) {
        if (i != deleted)
            VERIFY_SUCCEEDS(jobs.outcomes[i]);
    }
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(jobs.outcomes[deleted]->finished, 0);
    QCOMPARE(server.countQuery("KILL QUERY 1"), kills);
    QCOMPARE(arrivedAt(server.connection(1)).size(), 4);
}

QTEST_GUILESS_MAIN(tst_StoppedPipeline)

#include "tst_stoppedpipeline.moc"
