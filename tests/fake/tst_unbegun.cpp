// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pipelinefixture.h"
#include "transactionfixture.h"

#include <AsyncMySql/Result>

#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What was sent behind something slow counts as waiting: its limits hold, and it ends at once.
class tst_Unbegun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cancelEndsAtOnce_data();
    void cancelEndsAtOnce();
    void slowOneIsStoppedInItsTurn();
    void quickOneIsNotKilled();
    void preparationIsAllThatWasSent();
    void queueTimeoutHolds_data();
    void queueTimeoutHolds();
    void queueTimeoutThatIsSetLater();
    void queueTimeoutEndsWithTheTurn();
    void writeWithAQueueTimeoutIsNotSentAhead();
    void lateAnswerIsDropped_data();
    void lateAnswerIsDropped();
    void connectionLost();
    void aborted();
    void transactionWithACommitAhead_data();
    void transactionWithACommitAhead();
    void cancelledKnowinglyInATransaction();
    void pendingJobsAreCounted();
};

void tst_Unbegun::cancelEndsAtOnce_data()
{
    QTest::addColumn<QString>("verb");
    QTest::addColumn<bool>("isDeleted");
    for (const QString &verb : {u"SELECT"_s, u"INSERT"_s}) {
        QTest::addRow("%s, cancelled", qPrintable(verb)) << verb << false;
        QTest::addRow("%s, deleted", qPrintable(verb)) << verb << true;
    }
}

void tst_Unbegun::cancelEndsAtOnce()
{
    QFETCH(const QString, verb);
    QFETCH(const bool, isDeleted);
    Jobs jobs;
    FakeServer server;
    server.on(verb.toUtf8() + " slow", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    const QStringList statements = {verb + u" slow"_s, verb + u" 2"_s, verb + u" 3"_s};
    jobs.execute(&connection, statements);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    if (isDeleted) {
        delete jobs.queries[1];
    } else {
        jobs.queries[1]->cancel();
        QCOMPARE(jobs.outcomes[1]->finished, 0);
        VERIFY_FAILS(jobs.outcomes[1], Cancelled, Unknown);
    }
    QCOMPARE(jobs.outcomes[0]->finished, 0);
    server.connection()->ok();
    VERIFY_SUCCEEDS(jobs.outcomes[0]);
    VERIFY_SUCCEEDS(jobs.outcomes[2]);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(jobs.outcomes[1]->finished, isDeleted ? 0 : 1);
    QCOMPARE(server.countQuery(statements[1].toUtf8()), 1);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Unbegun::slowOneIsStoppedInItsTurn()
{
    Jobs jobs;
    FakeServer server;
    server.on("SELECT 1", FakeServer::stall);
    server.on("SELECT slow", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    jobs.execute(&connection, {u"SELECT 1"_s, u"SELECT slow"_s, u"SELECT 3"_s});
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    jobs.queries[1]->cancel();
    VERIFY_FAILS(jobs.outcomes[1], Cancelled, Unknown);
    SERVE_ANOTHER(server);
    QCOMPARE(server.countQuery("KILL QUERY 1"), 0);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(jobs.outcomes[0]);
    VERIFY_SUCCEEDS(jobs.outcomes[2]);
    QCOMPARE(server.countQuery("KILL QUERY 1"), 1);
    QCOMPARE(server.countQuery("SELECT 1"), 1);
    QCOMPARE(server.countQuery("SELECT slow"), 1);
}

void tst_Unbegun::quickOneIsNotKilled()
{
    Jobs jobs;
    FakeServer server;
    server.on("SELECT 1", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    jobs.execute(&connection, {u"SELECT 1"_s, u"SELECT 2"_s, u"SELECT 3"_s});
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    jobs.queries[1]->cancel();
    server.connection()->ok();
    VERIFY_SUCCEEDS(jobs.outcomes[0]);
    VERIFY_FAILS(jobs.outcomes[1], Cancelled, Unknown);
    VERIFY_SUCCEEDS(jobs.outcomes[2]);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 4"_s)));
    QCOMPARE(server.connectionCount(), 1);
}

/// MySQL gets the execution when the preparation is answered.
void tst_Unbegun::preparationIsAllThatWasSent()
{
    SlowServer server;
    server.onCommand(Prepare, [](FakeConnection &c) {
        // Number 1, no columns, one parameter.
        c.send(QByteArray::fromHex("00 01000000 0000 0100 00 0000"));
        c.send(columnPayload({"?"}, c.capabilities()));
        c.done();
    });
    ConnectionOptions options = pipeliningOptions(server);
    options.setAutoPrepareEnabled(true);
    Connection connection(options);
    const OutcomePointer slow = watch(connection.execute(u"SELECT slow"_s));
    Query *query = connection.execute(u"SELECT ?"_s, {1});
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 2);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, NotSent);
    server.connection()->ok();
    VERIFY_SUCCEEDS(slow);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.count(Execute), 0);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Unbegun::queueTimeoutHolds_data()
{
    QTest::addColumn<int>("depth");
    QTest::addColumn<Error::Execution>("execution");
    QTest::newRow("in the queue") << 1 << Error::Execution::NotSent;
    QTest::newRow("sent") << 64 << Error::Execution::Unknown;
}

void tst_Unbegun::queueTimeoutHolds()
{
    QFETCH(const int, depth);
    QFETCH(const Error::Execution, execution);
    SlowServer server;
    Connection connection(pipeliningOptions(server, depth));
    const OutcomePointer slow = watch(connection.execute(u"SELECT slow"_s));
    Query *query = connection.execute(u"SELECT 2"_s);
    query->setQueueTimeout(200ms);
    const OutcomePointer outcome = watch(query);
    const OutcomePointer behind = watch(connection.execute(u"SELECT 3"_s));
    QTRY_COMPARE(outcome->finished, 1);
    QVERIFY2(outcome->failed(Error::QueueTimeout), describe(outcome).constData());
    QCOMPARE(outcome->error.execution(), execution);
    QCOMPARE(slow->finished, 0);
    server.connection()->ok();
    VERIFY_SUCCEEDS(slow);
    VERIFY_SUCCEEDS(behind);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Unbegun::queueTimeoutThatIsSetLater()
{
    Jobs jobs;
    SlowServer server;
    Connection connection(pipeliningOptions(server));
    jobs.execute(&connection, {u"SELECT slow"_s, u"SELECT 2"_s, u"SELECT 3"_s});
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    jobs.queries[2]->setQueueTimeout(100ms);
    jobs.queries[1]->setQueueTimeout(50ms);
    VERIFY_FAILS(jobs.outcomes[1], QueueTimeout, Unknown);
    VERIFY_FAILS(jobs.outcomes[2], QueueTimeout, Unknown);
    QCOMPARE(jobs.order, QStringList({u"SELECT 2"_s, u"SELECT 3"_s}));
    server.connection()->ok();
    VERIFY_SUCCEEDS(jobs.outcomes[0]);
}

/// What runs has a timeout of its own.
void tst_Unbegun::queueTimeoutEndsWithTheTurn()
{
    FakeServer server;
    for (const char *sql : {"SELECT 1", "SELECT 2"})
        server.on(sql, FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    const OutcomePointer first = watch(connection.execute(u"SELECT 1"_s));
    Query *query = connection.execute(u"SELECT 2"_s);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 2);
    server.connection()->ok();
    VERIFY_SUCCEEDS(first);
    query->setQueueTimeout(20ms);
    QTimer::singleShot(150ms, server.connection(), [&server] { server.connection()->ok(); });
    VERIFY_SUCCEEDS(outcome);
}

/// It must not be executed after that.
void tst_Unbegun::writeWithAQueueTimeoutIsNotSentAhead()
{
    FakeServer server;
    server.on("INSERT slow", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    const OutcomePointer slow = watch(connection.execute(u"INSERT slow"_s));
    Query *query = connection.execute(u"INSERT 2"_s);
    query->setQueueTimeout(100ms);
    VERIFY_FAILS(watch(query), QueueTimeout, NotSent);
    server.connection()->ok();
    VERIFY_SUCCEEDS(slow);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("INSERT 2"), 0);
}

void tst_Unbegun::lateAnswerIsDropped_data()
{
    QTest::addColumn<bool>("isError");
    QTest::newRow("rows") << false;
    QTest::newRow("error") << true;
}

void tst_Unbegun::lateAnswerIsDropped()
{
    QFETCH(const bool, isError);
    Jobs jobs;
    SlowServer server;
    server.on("SELECT 2", [isError](FakeConnection &c) {
        if (isError)
            c.error(1054, "42S22", "Unknown column");
        else
            c.result({"a"}, {FakeRow{"2"}});
    });
    server.on("SELECT 3", [](FakeConnection &c) { c.result({"a"}, {FakeRow{"3"}}); });
    Connection connection(pipeliningOptions(server));
    jobs.execute(&connection, {u"SELECT slow"_s, u"SELECT 2"_s, u"SELECT 3"_s});
    jobs.queries[1]->setAutoDelete(false);
    QSignalSpy progress(jobs.queries[1], &Query::progressChanged);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    jobs.queries[1]->cancel();
    VERIFY_FAILS(jobs.outcomes[1], Cancelled, Unknown);
    server.connection()->ok();
    VERIFY_SUCCEEDS(jobs.outcomes[2]);
    QCOMPARE(jobs.outcomes[2]->rows(), QList<QStringList>({{u"3"_s}}));
    QCOMPARE(jobs.outcomes[1]->finished, 1);
    QCOMPARE(jobs.outcomes[1]->errors, 1);
    QVERIFY(progress.isEmpty());
    QVERIFY(jobs.queries[1]->result().isEmpty());
}

void tst_Unbegun::connectionLost()
{
    Jobs jobs;
    FakeServer server;
    server.once("SELECT slow", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    jobs.execute(&connection, {u"SELECT slow"_s, u"SELECT 2"_s, u"SELECT 3"_s});
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    jobs.queries[1]->cancel();
    server.connection()->reset();
    VERIFY_FAILS(jobs.outcomes[1], Cancelled, Unknown);
    VERIFY_SUCCEEDS(jobs.outcomes[0]);
    VERIFY_SUCCEEDS(jobs.outcomes[2]);
    QCOMPARE(arrivedAt(server.connection(2)), QByteArrayList({"SELECT slow", "SELECT 3"}));
}

void tst_Unbegun::aborted()
{
    Jobs jobs;
    FakeServer server;
    server.once("SELECT slow", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    jobs.execute(&connection, {u"SELECT slow"_s, u"SELECT 2"_s, u"SELECT 3"_s});
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    jobs.queries[1]->cancel();
    connection.abort();
    VERIFY_FAILS(jobs.outcomes[1], Cancelled, Unknown);
    VERIFY_FAILS(jobs.outcomes[0], ConnectionClosed, Unknown);
    VERIFY_FAILS(jobs.outcomes[2], ConnectionClosed, Unknown);
}

void tst_Unbegun::transactionWithACommitAhead_data()
{
    QTest::addColumn<bool>("isCancelled");
    QTest::newRow("cancelled") << true;
    QTest::newRow("queue timeout") << false;
}

void tst_Unbegun::transactionWithACommitAhead()
{
    QFETCH(const bool, isCancelled);
    TransactionServer server;
    server.once("SELECT slow", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    Transaction *transaction = connection.beginTransaction();
    transaction->setAutoDelete(false);
    const TransactionOutcome outcome = watch(transaction);
    transaction->execute(u"SELECT slow"_s);
    Query *query = transaction->execute(u"SELECT 2"_s);
    const OutcomePointer behind = watch(query);
    const OutcomePointer commit = watch(transaction->commit());
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    if (isCancelled)
        query->cancel();
    else
        query->setQueueTimeout(20ms);
    QTRY_COMPARE(behind->finished, 1);
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    server.answer(*server.connection());
    VERIFY_ENDS(outcome, Failed);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("COMMIT"), 0);
    QCOMPARE(server.countQuery("ROLLBACK"), 1);
    delete transaction;
}

/// Its answer comes behind the commit() that was given by somebody who knew.
void tst_Unbegun::cancelledKnowinglyInATransaction()
{
    TransactionServer server;
    server.once("SELECT slow", FakeServer::stall);
    Connection connection(pipeliningOptions(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    transaction->execute(u"SELECT slow"_s);
    Query *query = transaction->execute(u"SELECT 2"_s);
    const OutcomePointer behind = watch(query);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    query->cancel();
    VERIFY_FAILS(behind, Cancelled, Unknown);
    transaction->commit();
    server.answer(*server.connection());
    VERIFY_ENDS(outcome, Committed);
}

void tst_Unbegun::pendingJobsAreCounted()
{
    Jobs jobs;
    SlowServer server;
    Connection connection(pipeliningOptions(server));
    jobs.execute(&connection, {u"SELECT slow"_s, u"SELECT 2"_s, u"SELECT 3"_s});
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    QCOMPARE(connection.pendingJobs(), 3);
    jobs.queries[1]->cancel();
    QTRY_COMPARE(connection.pendingJobs(), 2);
    server.connection()->ok();
    QTRY_COMPARE(connection.pendingJobs(), 0);
}

QTEST_GUILESS_MAIN(tst_Unbegun)

#include "tst_unbegun.moc"
