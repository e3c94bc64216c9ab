// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transactionfixture.h"

#include <AsyncMySql/Batch>

#include <QtCore/qbuffer.h>
#include <QtCore/qtimer.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// A commit() that was given before its caller could know how the jobs before it ended: it commits
/// only if all of them went well.
class tst_CommitAhead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobThatWasStopped_data();
    void jobThatWasStopped();
    void jobThatWasStoppedWhileItWaited_data();
    void jobThatWasStoppedWhileItWaited();
    void batchThatTookTooLong();
    void deviceThatFailed();
    void resultThatIsTooLarge();
    void failureThatIsNotReported_data();
    void failureThatIsNotReported();
    void cancellationThatIsNotReported_data();
    void cancellationThatIsNotReported();
    void reportedFailureIsNoEnd_data();
    void reportedFailureIsNoEnd();
    void jobBehindTheCommitDoesNotMatter();
    void secondCommitHoldsTheSamePromise();
};

namespace {

/// As MySQL answers SELECT SLEEP() that is stopped.
FakeServer::KillHandler answeringWithoutError(TransactionServer *server)
{
    return [server](FakeConnection &killer, quint32 id) {
        server->answer(*server->connection(int(id)));
        killer.ok();
    };
}

} // namespace

void tst_CommitAhead::jobThatWasStopped_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<bool>("isAnsweredByError");
    for (const bool isAnsweredByError : {true, false}) {
        const char *answer = isAnsweredByError ? "by an error" : "without an error";
        QTest::addRow("timed out, answered %s", answer) << u"timeout"_s << isAnsweredByError;
        QTest::addRow("cancelled, answered %s", answer) << u"cancel"_s << isAnsweredByError;
        QTest::addRow("deleted, answered %s", answer) << u"delete"_s << isAnsweredByError;
    }
}

void tst_CommitAhead::jobThatWasStopped()
{
    QFETCH(const QString, how);
    QFETCH(const bool, isAnsweredByError);
    TransactionServer server;
    server.on("INSERT slow", FakeServer::stall);
    if (!isAnsweredByError)
        server.onKill(answeringWithoutError(&server));
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    Query *slow = transaction->execute(u"INSERT slow"_s);
    if (how == u"timeout")
        slow->setTimeout(50ms);
    const OutcomePointer behind = watch(transaction->execute(u"INSERT 2"_s));
    const OutcomePointer commit = watch(transaction->commit());
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    QTRY_COMPARE(server.countQuery("INSERT slow"), 1);
    if (how == u"cancel")
        slow->cancel();
    else if (how == u"delete")
        delete slow;
    VERIFY_FAILS(behind, TransactionEnded, NotSent);
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), how == u"timeout" ? Error::QueryTimeout : Error::Cancelled);
    QCOMPARE(outcome->error.execution(), Error::Execution::Rejected);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(1),
             QByteArrayList({"START TRANSACTION", "INSERT slow", "ROLLBACK", "INSERT next"}));
}

void tst_CommitAhead::jobThatWasStoppedWhileItWaited_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<Error::Code>("code");
    QTest::newRow("cancelled") << u"cancel"_s << Error::Cancelled;
    QTest::newRow("deleted") << u"delete"_s << Error::Cancelled;
    QTest::newRow("waited too long") << u"timeout"_s << Error::QueueTimeout;
}

void tst_CommitAhead::jobThatWasStoppedWhileItWaited()
{
    QFETCH(const QString, how);
    QFETCH(const Error::Code, code);
    TransactionServer server;
    server.on("INSERT slow", FakeServer::stall);
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    transaction->setAutoDelete(false);
    const TransactionOutcome outcome = watch(transaction);
    transaction->execute(u"INSERT slow"_s);
    Query *waiting = transaction->execute(u"INSERT waiting"_s);
    const OutcomePointer commit = watch(transaction->commit());
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    QTRY_COMPARE(server.countQuery("INSERT slow"), 1);
    if (how == u"cancel")
        waiting->cancel();
    else if (how == u"delete")
        delete waiting;
    else
        waiting->setQueueTimeout(20ms);
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    server.answer(*server.connection(1));
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), code);
    QCOMPARE(outcome->error.execution(), Error::Execution::Rejected);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(1),
             QByteArrayList({"START TRANSACTION", "INSERT slow", "ROLLBACK", "INSERT next"}));
    delete transaction;
}

void tst_CommitAhead::batchThatTookTooLong()
{
    enum : quint8 { Prepare = 0x16, Execute = 0x17 };
    TransactionServer server;
    server.onCommand(Prepare, [](FakeConnection &c) {
        // Number 1, no columns, one parameter.
        c.send(QByteArray::fromHex("00 01000000 0000 0100 00 0000"));
        c.send(columnPayload({"?"}, c.capabilities()));
        c.done();
    });
    server.onCommand(Execute, FakeServer::stall);
    server.onKill(answeringWithoutError(&server));
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    Batch *batch = transaction->executeBatch(u"INSERT INTO t VALUES (?)"_s, {{1}});
    batch->setTimeout(50ms);
    const OutcomePointer commit = watch(transaction->commit());
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::QueryTimeout);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("COMMIT"), 0);
    QCOMPARE(server.countQuery("ROLLBACK"), 1);
}

void tst_CommitAhead::deviceThatFailed()
{
    TransactionServer server;
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    QBuffer closed;
    transaction->execute(u"INSERT INTO t VALUES (?)"_s,
                         {QVariant::fromValue(static_cast<QIODevice *>(&closed))});
    const OutcomePointer commit = watch(transaction->commit());
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(server.countQuery("COMMIT"), 0);
}

void tst_CommitAhead::resultThatIsTooLarge()
{
    TransactionServer server;
    server.on("SELECT large", [](FakeConnection &c) {
        c.result({"a"}, {FakeRow{QByteArray(4000, 'a')}}, AutoCommit | InTransaction);
    });
    ConnectionOptions options = optionsFor(server);
    options.setMaximumResultSize(1000);
    Connection connection(options);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer large = watch(transaction->execute(u"SELECT large"_s));
    const OutcomePointer commit = watch(transaction->commit());
    QTRY_COMPARE(large->finished, 1);
    QVERIFY(large->error);
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), large->error.code());
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("COMMIT"), 0);
}

void tst_CommitAhead::failureThatIsNotReported_data()
{
    QTest::addColumn<int>("depth");
    QTest::addColumn<QString>("slot");
    for (const int depth : {1, 64}) {
        QTest::addRow("slot of the job before, depth %d", depth) << depth << u"SELECT 1"_s;
        // It knows of its own failure, but not of the next one's.
        QTest::addRow("slot of another failure, depth %d", depth) << depth << u"SELECT wrong"_s;
    }
}

/// The answers to all of them arrive together: what is asked for in the slot of the first one comes
/// when the engine has seen them all.
void tst_CommitAhead::failureThatIsNotReported()
{
    QFETCH(const int, depth);
    QFETCH(const QString, slot);
    TransactionServer server;
    for (const char *sql : {"SELECT wrong", "SELECT also wrong"})
        server.on(sql, [](FakeConnection &c) { c.error(1054, "42S22", "Unknown column"); });
    ConnectionOptions options = optionsFor(server);
    options.setPipelineDepth(depth);
    Connection connection(options);
    Transaction *transaction = connection.beginTransaction();
    transaction->setAutoDelete(false);
    const TransactionOutcome outcome = watch(transaction);
    OutcomePointer commit;
    QList<OutcomePointer> jobs;
    for (const QString &sql : {u"SELECT 1"_s, u"SELECT wrong"_s, u"SELECT also wrong"_s}) {
        Query *query = transaction->execute(sql);
        jobs.append(watch(query));
        if (sql == slot)
            connect(query, &Job::finished, transaction,
                    [&, transaction] { commit = watch(transaction->commit()); });
    }
    QTRY_VERIFY(commit);
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.serverErrorNumber(), 1054);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("COMMIT"), 0);
    QCOMPARE(server.countQuery("ROLLBACK"), 1);
    delete transaction;
}

void tst_CommitAhead::cancellationThatIsNotReported_data()
{
    QTest::addColumn<bool>("isRunning");
    QTest::newRow("waiting") << false;
    QTest::newRow("running") << true;
}

void tst_CommitAhead::cancellationThatIsNotReported()
{
    QFETCH(const bool, isRunning);
    TransactionServer server;
    server.on("INSERT slow", FakeServer::stall);
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    transaction->setAutoDelete(false);
    const TransactionOutcome outcome = watch(transaction);
    Query *slow = transaction->execute(u"INSERT slow"_s);
    Query *waiting = transaction->execute(u"INSERT waiting"_s);
    QTRY_COMPARE(server.countQuery("INSERT slow"), 1);
    (isRunning ? slow : waiting)->cancel();
    const OutcomePointer commit = watch(transaction->commit());
    if (!isRunning)
        server.answer(*server.connection(1));
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::Cancelled);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("COMMIT"), 0);
    delete transaction;
}

void tst_CommitAhead::reportedFailureIsNoEnd_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("refused") << u"refused"_s;
    QTest::newRow("cancelled") << u"cancel"_s;
    QTest::newRow("timed out") << u"timeout"_s;
    QTest::newRow("deleted") << u"delete"_s;
}

/// Who knows of it can commit what went well.
void tst_CommitAhead::reportedFailureIsNoEnd()
{
    QFETCH(const QString, how);
    TransactionServer server;
    server.on("INSERT slow", FakeServer::stall);
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    Query *slow = transaction->execute(u"INSERT slow"_s);
    if (how == u"timeout")
        slow->setTimeout(50ms);
    Query *waiting = transaction->execute(u"INSERT waiting"_s);
    QTRY_COMPARE(server.countQuery("INSERT slow"), 1);
    const auto commit = [transaction] { transaction->commit(); };
    if (how == u"delete") {
        delete waiting;
        commit();
        server.answer(*server.connection(1));
    } else {
        connect(slow, &Job::finished, transaction, commit);
        if (how == u"cancel")
            slow->cancel();
        else if (how == u"refused")
            server.connection(1)->error(1062, "23000", "Duplicate");
    }
    VERIFY_ENDS(outcome, Committed);
}

void tst_CommitAhead::jobBehindTheCommitDoesNotMatter()
{
    TransactionServer server;
    server.on("INSERT slow", FakeServer::stall);
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    transaction->execute(u"INSERT slow"_s);
    const OutcomePointer commit = watch(transaction->commit());
    Query *behind = transaction->execute(u"INSERT behind"_s);
    const OutcomePointer cancelled = watch(behind);
    QTRY_COMPARE(server.countQuery("INSERT slow"), 1);
    behind->cancel();
    VERIFY_FAILS(cancelled, Cancelled, NotSent);
    server.answer(*server.connection(1));
    VERIFY_SUCCEEDS(commit);
    VERIFY_ENDS(outcome, Committed);
}

void tst_CommitAhead::secondCommitHoldsTheSamePromise()
{
    TransactionServer server;
    server.on("INSERT slow", FakeServer::stall);
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    transaction->execute(u"INSERT slow"_s);
    Job *first = transaction->commit();
    Query *between = transaction->execute(u"INSERT between"_s);
    const OutcomePointer second = watch(transaction->commit());
    QTRY_COMPARE(server.countQuery("INSERT slow"), 1);
    first->cancel();
    between->cancel();
    server.answer(*server.connection(1));
    VERIFY_FAILS(second, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(server.countQuery("COMMIT"), 0);
}

QTEST_GUILESS_MAIN(tst_CommitAhead)

#include "tst_commitahead.moc"
