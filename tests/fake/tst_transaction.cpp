// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transactionfixture.h"

#include <AsyncMySql/Batch>

#include <QtTest/qsignalspy.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using State = Transaction::State;

class tst_Transaction : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void beginsAsAsked_data();
    void beginsAsAsked();
    void jobsOfTheConnectionWait();
    void transactionsComeOneAfterTheOther();
    void rollbackUndoes();
    void signalsTellTheCourse();
    void destructionRollsBack_data();
    void destructionRollsBack();
    void destructionWhileItWaitsSendsNothing();
    void destructionWhileItCommits_data();
    void destructionWhileItCommits();
    void savepoints();
    void committingTwiceFails();
    void jobsAfterTheEndFail();
    void autoDeleteCanBeSwitchedOff();
    void verbsOfTheConnectionWait_data();
    void verbsOfTheConnectionWait();
    void newOptionsWait();
    void commitThatWaitsTooLongRollsBack_data();
    void commitThatWaitsTooLongRollsBack();
    void jobThatWaitsTooLongLeavesTheTransactionOpen();
    void cancelledJobLeavesTheTransactionOpen();
};

void tst_Transaction::beginsAsAsked_data()
{
    using Level = TransactionOptions::IsolationLevel;
    QTest::addColumn<TransactionOptions>("options");
    QTest::addColumn<QByteArrayList>("expected");
    QTest::newRow("default") << TransactionOptions() << QByteArrayList{"START TRANSACTION"};
    const auto level
        = [](const char *name, Level isolation) {
              QTest::addRow("%s", name)
                  << TransactionOptions(isolation)
                  << QByteArrayList{"SET TRANSACTION ISOLATION LEVEL " + QByteArray(name),
                                    "START TRANSACTION"};
          };
    level("READ UNCOMMITTED", Level::ReadUncommitted);
    level("READ COMMITTED", Level::ReadCommitted);
    level("REPEATABLE READ", Level::RepeatableRead);
    level("SERIALIZABLE", Level::Serializable);
    TransactionOptions readOnly;
    readOnly.setReadOnly(true);
    QTest::newRow("read only") << readOnly << QByteArrayList{"START TRANSACTION READ ONLY"};
    TransactionOptions snapshot;
    snapshot.setConsistentSnapshot(true);
    QTest::newRow("snapshot") << snapshot
                              << QByteArrayList{"START TRANSACTION WITH CONSISTENT SNAPSHOT"};
    TransactionOptions all(Level::RepeatableRead);
    all.setReadOnly(true);
    all.setConsistentSnapshot(true);
    QTest::newRow("all") << all
                         << QByteArrayList{"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                                           "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"};
}

void tst_Transaction::beginsAsAsked()
{
    QFETCH(const TransactionOptions, options);
    QFETCH(const QByteArrayList, expected);
    TransactionServer server;
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction(options);
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer job = watch(transaction->execute(u"SELECT 1"_s));
    const OutcomePointer commit = watch(transaction->commit());
    VERIFY_SUCCEEDS(commit);
    VERIFY_SUCCEEDS(job);
    VERIFY_ENDS(outcome, Committed);
    QByteArrayList queries = server.queries();
    // The set-up of the session.
    queries.removeFirst();
    QCOMPARE(queries, expected + QByteArrayList({"SELECT 1", "COMMIT"}));
}

void tst_Transaction::jobsOfTheConnectionWait()
{
    TransactionServer server;
    ConnectionOptions options = optionsFor(server);
    options.setPipelineDepth(64);
    Connection connection(options);
    const OutcomePointer before = watch(connection.execute(u"SELECT before"_s));
    Transaction *transaction = connection.beginTransaction();
    const OutcomePointer outside = watch(connection.execute(u"SELECT outside"_s));
    const OutcomePointer inside = watch(transaction->execute(u"SELECT inside"_s));
    VERIFY_SUCCEEDS(before);
    VERIFY_SUCCEEDS(inside);
    QTRY_COMPARE(transaction->state(), State::Active);
    // Made later, but it comes first.
    const OutcomePointer late = watch(transaction->execute(u"SELECT late"_s));
    VERIFY_SUCCEEDS(late);
    QCOMPARE(outside->finished, 0);
    QCOMPARE(connection.pendingJobs(), 1);
    const OutcomePointer commit = watch(transaction->commit());
    VERIFY_SUCCEEDS(outside);
    VERIFY_SUCCEEDS(commit);
    QCOMPARE(server.userQueries(),
             QByteArrayList({"SELECT before", "START TRANSACTION", "SELECT inside", "SELECT late",
                             "COMMIT", "SELECT outside"}));
}

void tst_Transaction::transactionsComeOneAfterTheOther()
{
    TransactionServer server;
    Connection connection(optionsFor(server));
    Transaction *first = connection.beginTransaction();
    Transaction *second = connection.beginTransaction();
    const TransactionOutcome firstOutcome = watch(first);
    const TransactionOutcome secondOutcome = watch(second);
    second->execute(u"INSERT second"_s);
    second->commit();
    first->execute(u"INSERT first"_s);
    first->rollback();
    VERIFY_ENDS(firstOutcome, RolledBack);
    VERIFY_ENDS(secondOutcome, Committed);
    QCOMPARE(server.userQueries(),
             QByteArrayList({"START TRANSACTION", "INSERT first", "ROLLBACK", "START TRANSACTION",
                             "INSERT second", "COMMIT"}));
}

void tst_Transaction::rollbackUndoes()
{
    TransactionServer server;
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer job = watch(transaction->execute(u"INSERT 1"_s));
    const OutcomePointer rollback = watch(transaction->rollback());
    VERIFY_SUCCEEDS(rollback);
    VERIFY_SUCCEEDS(job);
    VERIFY_ENDS(outcome, RolledBack);
    QVERIFY(!outcome->error);
    QCOMPARE(server.userQueries(), QByteArrayList({"START TRANSACTION", "INSERT 1", "ROLLBACK"}));
}

void tst_Transaction::signalsTellTheCourse()
{
    TransactionServer server;
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    QCOMPARE(transaction->state(), State::Waiting);
    QVERIFY(!transaction->isFinished());
    QTRY_COMPARE(outcome->started, 1);
    QCOMPARE(transaction->state(), State::Active);
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    QCOMPARE(outcome->states, (QList<State>{State::Active, State::Committed}));
    QCOMPARE(outcome->started, 1);
}

void tst_Transaction::destructionRollsBack_data()
{
    QTest::addColumn<QByteArray>("stalled");
    QTest::newRow("while it begins") << "START TRANSACTION"_ba;
    QTest::newRow("while a job runs") << "INSERT slow"_ba;
    QTest::newRow("while a read runs") << "SELECT slow"_ba;
    QTest::newRow("idle") << ""_ba;
}

void tst_Transaction::destructionRollsBack()
{
    QFETCH(const QByteArray, stalled);
    TransactionServer server;
    if (!stalled.isEmpty())
        server.once(stalled, FakeServer::stall);
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    if (stalled.isEmpty())
        QTRY_COMPARE(transaction->state(), State::Active);
    const OutcomePointer job = watch(
        transaction->execute(stalled.startsWith("SELECT") ? u"SELECT slow"_s : u"INSERT slow"_s));
    const OutcomePointer waiting = watch(transaction->execute(u"INSERT waiting"_s));
    const OutcomePointer commit = watch(transaction->commit());
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    if (!stalled.isEmpty())
        QTRY_COMPARE(server.countQuery(stalled), 1);
    delete transaction;
    // Before it is gone.
    for (const OutcomePointer &outcome : {job, waiting, commit})
        QCOMPARE(outcome->finished, 1);
    if (stalled == "START TRANSACTION")
        server.answer(*server.connection());
    VERIFY_SUCCEEDS(next);
    const QByteArrayList queries = server.userQueries(1);
    QCOMPARE(queries.count("ROLLBACK"), 1);
    QVERIFY(!queries.contains("INSERT waiting"));
    QVERIFY(!queries.contains("COMMIT"));
    QCOMPARE(queries.mid(queries.size() - 2), QByteArrayList({"ROLLBACK", "INSERT next"}));
    const bool wasRunning = !stalled.isEmpty() && stalled != "START TRANSACTION";
    if (wasRunning)
        VERIFY_FAILS(job, TransactionEnded, Unknown);
    else
        VERIFY_FAILS(job, TransactionEnded, NotSent);
    VERIFY_FAILS(waiting, TransactionEnded, NotSent);
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    QCOMPARE(server.openConnections(), 1);
}

void tst_Transaction::destructionWhileItWaitsSendsNothing()
{
    TransactionServer server;
    server.once("INSERT slow", FakeServer::stall);
    Connection connection(optionsFor(server));
    const OutcomePointer slow = watch(connection.execute(u"INSERT slow"_s));
    Transaction *transaction = connection.beginTransaction();
    transaction->execute(u"INSERT 1"_s);
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    QTRY_COMPARE(server.countQuery("INSERT slow"), 1);
    delete transaction;
    server.connection()->ok();
    VERIFY_SUCCEEDS(next);
    VERIFY_SUCCEEDS(slow);
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT slow", "INSERT next"}));
}

void tst_Transaction::destructionWhileItCommits_data()
{
    QTest::addColumn<bool>("interrupted");
    QTest::newRow("committed") << false;
    QTest::newRow("interrupted") << true;
}

/// Nobody learns what becomes of it, but the session is not left inside of it.
void tst_Transaction::destructionWhileItCommits()
{
    QFETCH(const bool, interrupted);
    TransactionServer server;
    server.once("COMMIT", FakeServer::stall);
    server.onKill([&server, interrupted](FakeConnection &killer, quint32 id) {
        if (interrupted)
            server.interrupt(id);
        else
            server.answer(*server.connection(int(id)));
        killer.ok();
    });
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    transaction->execute(u"INSERT 1"_s);
    transaction->commit();
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    QTRY_COMPARE(server.countQuery("COMMIT"), 1);
    delete transaction;
    VERIFY_SUCCEEDS(next);
    QByteArrayList expected = {"START TRANSACTION", "INSERT 1", "COMMIT"};
    if (interrupted)
        expected.append("ROLLBACK");
    expected.append("INSERT next");
    QCOMPARE(server.userQueries(1), expected);
}

void tst_Transaction::savepoints()
{
    TransactionServer server;
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    transaction->savepoint(u"a"_s);
    transaction->savepoint(u"it`s \\ an 'odd' \"name\" ? :x"_s);
    transaction->rollbackTo(u"it`s \\ an 'odd' \"name\" ? :x"_s);
    transaction->releaseSavepoint(u"a"_s);
    transaction->savepoint(u"größe"_s);
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    QCOMPARE(server.userQueries(),
             QByteArrayList({"START TRANSACTION", "SAVEPOINT `a`",
                             "SAVEPOINT `it``s \\ an 'odd' \"name\" ? :x`",
                             "ROLLBACK TO SAVEPOINT `it``s \\ an 'odd' \"name\" ? :x`",
                             "RELEASE SAVEPOINT `a`", "SAVEPOINT `größe`", "COMMIT"}));
}

void tst_Transaction::committingTwiceFails()
{
    TransactionServer server;
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer first = watch(transaction->commit());
    const OutcomePointer second = watch(transaction->commit());
    const OutcomePointer rollback = watch(transaction->rollback());
    VERIFY_SUCCEEDS(first);
    VERIFY_FAILS(second, TransactionEnded, NotSent);
    VERIFY_FAILS(rollback, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Committed);
    QVERIFY(!outcome->error);
    QCOMPARE(server.userQueries(), QByteArrayList({"START TRANSACTION", "COMMIT"}));
}

void tst_Transaction::jobsAfterTheEndFail()
{
    TransactionServer server;
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    transaction->setAutoDelete(false);
    const TransactionOutcome outcome = watch(transaction);
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    VERIFY_FAILS(watch(transaction->execute(u"INSERT 1"_s)), TransactionEnded, NotSent);
    VERIFY_FAILS(watch(transaction->executeBatch(u"INSERT (?)"_s, {{1}})), TransactionEnded,
                 NotSent);
    VERIFY_FAILS(watch(transaction->commit()), TransactionEnded, NotSent);
    QCOMPARE(outcome->finished, 1);
    QCOMPARE(server.userQueries(), QByteArrayList({"START TRANSACTION", "COMMIT"}));
}

void tst_Transaction::autoDeleteCanBeSwitchedOff()
{
    TransactionServer server;
    Connection connection(optionsFor(server));
    const QPointer<Transaction> kept = connection.beginTransaction();
    const QPointer<Transaction> deleted = connection.beginTransaction();
    QSignalSpy changes(kept.data(), &Transaction::autoDeleteChanged);
    kept->setAutoDelete(false);
    kept->setAutoDelete(false);
    QCOMPARE(changes.size(), 1);
    kept->commit();
    deleted->commit();
    QTRY_VERIFY(!deleted);
    QVERIFY(kept);
    QCOMPARE(kept->state(), State::Committed);
}

void tst_Transaction::verbsOfTheConnectionWait_data()
{
    QTest::addColumn<int>("verb");
    QTest::newRow("close()") << 0;
    QTest::newRow("resetSession()") << 1;
    QTest::newRow("selectDatabase()") << 2;
    QTest::newRow("setSessionVariable()") << 3;
    QTest::newRow("ping()") << 4;
}

void tst_Transaction::verbsOfTheConnectionWait()
{
    QFETCH(const int, verb);
    TransactionServer server;
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    QTRY_COMPARE(transaction->state(), State::Active);
    Job *job = verb == 0   ? connection.close()
               : verb == 1 ? connection.resetSession()
               : verb == 2 ? connection.selectDatabase(u"db"_s)
               : verb == 3 ? connection.setSessionVariable(u"@a"_s, 1)
                           : connection.ping();
    const OutcomePointer done = watch(job);
    VERIFY_SUCCEEDS(watch(transaction->execute(u"INSERT 1"_s)));
    QCOMPARE(done->finished, 0);
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    VERIFY_SUCCEEDS(done);
    QCOMPARE(server.userQueries(), QByteArrayList({"START TRANSACTION", "INSERT 1", "COMMIT"}));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
}

void tst_Transaction::newOptionsWait()
{
    TransactionServer server;
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    QTRY_COMPARE(transaction->state(), State::Active);
    ConnectionOptions options = optionsFor(server);
    options.setUser(u"berta"_s);
    connection.setOptions(options);
    const OutcomePointer outside = watch(connection.execute(u"INSERT outside"_s));
    VERIFY_SUCCEEDS(watch(transaction->execute(u"INSERT 1"_s)));
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    VERIFY_SUCCEEDS(outside);
    QCOMPARE(server.userQueries(1), QByteArrayList({"START TRANSACTION", "INSERT 1", "COMMIT"}));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT outside"}));
    QCOMPARE(server.connection(2)->login().user, "berta"_ba);
}

void tst_Transaction::commitThatWaitsTooLongRollsBack_data()
{
    QTest::addColumn<QByteArray>("stalled");
    QTest::addColumn<QByteArrayList>("expected");
    QTest::newRow("before it begins")
        << "INSERT before"_ba << QByteArrayList{"INSERT before", "INSERT next"};
    QTest::newRow("while it begins")
        << "START TRANSACTION"_ba
        << QByteArrayList{"INSERT before", "START TRANSACTION", "ROLLBACK", "INSERT next"};
    QTest::newRow("behind a job") << "INSERT inside"_ba
                                  << QByteArrayList{"INSERT before", "START TRANSACTION",
                                                    "INSERT inside", "ROLLBACK", "INSERT next"};
}

/// Nothing else would ever end the transaction, and the connection would wait for it.
void tst_Transaction::commitThatWaitsTooLongRollsBack()
{
    QFETCH(const QByteArray, stalled);
    QFETCH(const QByteArrayList, expected);
    TransactionServer server;
    server.once(stalled, FakeServer::stall);
    ConnectionOptions options = optionsFor(server);
    options.setQueueTimeout(50ms);
    Connection connection(options);
    connection.execute(u"INSERT before"_s)->setQueueTimeout(0ms);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    transaction->execute(u"INSERT inside"_s)->setQueueTimeout(0ms);
    QTRY_COMPARE(server.countQuery(stalled), 1);
    const OutcomePointer commit = watch(transaction->commit());
    VERIFY_FAILS(commit, QueueTimeout, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::QueueTimeout);
    QCOMPARE(outcome->error.execution(), Error::Execution::Rejected);
    Query *query = connection.execute(u"INSERT next"_s);
    query->setQueueTimeout(0ms);
    const OutcomePointer next = watch(query);
    server.answer(*server.connection());
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(), expected);
}

void tst_Transaction::jobThatWaitsTooLongLeavesTheTransactionOpen()
{
    TransactionServer server;
    server.once("INSERT slow", FakeServer::stall);
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer slow = watch(transaction->execute(u"INSERT slow"_s));
    Query *waiting = transaction->execute(u"INSERT waiting"_s);
    waiting->setQueueTimeout(50ms);
    const OutcomePointer expired = watch(waiting);
    VERIFY_FAILS(expired, QueueTimeout, NotSent);
    QCOMPARE(slow->finished, 0);
    QTRY_COMPARE(server.countQuery("INSERT slow"), 1);
    server.answer(*server.connection());
    VERIFY_SUCCEEDS(slow);
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    QCOMPARE(server.userQueries(), QByteArrayList({"START TRANSACTION", "INSERT slow", "COMMIT"}));
}

void tst_Transaction::cancelledJobLeavesTheTransactionOpen()
{
    TransactionServer server;
    server.once("INSERT slow", FakeServer::stall);
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    Query *slow = transaction->execute(u"INSERT slow"_s);
    const OutcomePointer cancelled = watch(slow);
    Query *waiting = transaction->execute(u"INSERT waiting"_s);
    const OutcomePointer alsoCancelled = watch(waiting);
    const OutcomePointer right = watch(transaction->execute(u"INSERT right"_s));
    QTRY_COMPARE(server.countQuery("INSERT slow"), 1);
    waiting->cancel();
    slow->cancel();
    VERIFY_FAILS(alsoCancelled, Cancelled, NotSent);
    VERIFY_FAILS(cancelled, Cancelled, Rejected);
    VERIFY_SUCCEEDS(right);
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    QCOMPARE(server.userQueries(1),
             QByteArrayList({"START TRANSACTION", "INSERT slow", "INSERT right", "COMMIT"}));
}

QTEST_GUILESS_MAIN(tst_Transaction)

#include "tst_transaction.moc"
