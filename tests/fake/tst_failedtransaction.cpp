// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "hostsfixture.h"
#include "transactionfixture.h"

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using State = Transaction::State;

/// What becomes of transactions when something goes wrong: errors, conflicts, lost connections.
class tst_FailedTransaction : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void errorIsNoEnd();
    void deadlockEndsIt();
    void deadlockOfAReadEndsThoseBehindIt();
    void implicitCommitEndsIt();
    void failureAfterACommitByStatement_data();
    void failureAfterACommitByStatement();
    void refusedBeginFailsAll();
    void refusedBeginLeavesNoIsolationLevel();
    void temporaryErrorOfBeginIsTriedAgain_data();
    void temporaryErrorOfBeginIsTriedAgain();
    void errorUndoesTheCommitThatWaits_data();
    void errorUndoesTheCommitThatWaits();
    void refusedCommitRollsBack_data();
    void refusedCommitRollsBack();
    void failedCommitOfAStatementIsUnknown_data() { refusedCommitRollsBack_data(); }
    void failedCommitOfAStatementIsUnknown();
    void failedRollbackEndsTheSession();
    void lostWhileItWaits();
    void lostWhileItBegins();
    void lostWhileItBeginsWithoutRepetitions();
    void lostAndDestroyedWhileItBegins();
    void lostWhileItIsOpen_data();
    void lostWhileItIsOpen();
    void lostWhileItIsIdle();
    void lostWhileItEnds_data();
    void lostWhileItEnds();
    void connectionEndsWithIt_data();
    void connectionEndsWithIt();
};

void tst_FailedTransaction::errorIsNoEnd()
{
    TransactionServer server;
    server.on("INSERT twice", [](FakeConnection &c) { c.error(1062, "23000", "Duplicate"); });
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer wrong = watch(transaction->execute(u"INSERT twice"_s));
    const OutcomePointer right = watch(transaction->execute(u"INSERT once"_s));
    VERIFY_FAILS(wrong, ServerError, Rejected);
    VERIFY_SUCCEEDS(right);
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    // The server was asked whether the transaction is still there.
    QCOMPARE(server.count(FakeServer::Ping), 1);
    QCOMPARE(server.userQueries(),
             QByteArrayList({"START TRANSACTION", "INSERT twice", "INSERT once", "COMMIT"}));
}

void tst_FailedTransaction::failureAfterACommitByStatement_data()
{
    using Execution = Error::Execution;
    QTest::addColumn<QString>("sql");
    QTest::addColumn<Execution>("execution");
    // The session is in a transaction after each of them.
    for (const char *sql : {"COMMIT AND CHAIN", "START TRANSACTION", "BEGIN", "COMMIT; BEGIN",
                            "CALL p()", "BEGIN NOT ATOMIC COMMIT; START TRANSACTION; END"})
        QTest::newRow(sql) << QString::fromLatin1(sql) << Execution::Unknown;
    for (const char *sql :
         {"INSERT 1", "SELECT f()", "SAVEPOINT s", "SET @a = 1", "ROLLBACK TO SAVEPOINT s"})
        QTest::newRow(sql) << QString::fromLatin1(sql) << Execution::Rejected;
}

// What was committed stays, whatever comes after it.
void tst_FailedTransaction::failureAfterACommitByStatement()
{
    QFETCH(const QString, sql);
    QFETCH(const Error::Execution, execution);
    TransactionServer server;
    server.on("INSERT twice", [](FakeConnection &c) { c.error(1062, "23000", "Duplicate"); });
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    VERIFY_SUCCEEDS(watch(transaction->execute(u"INSERT first"_s)));
    VERIFY_SUCCEEDS(watch(transaction->execute(sql)));
    const OutcomePointer failed = watch(transaction->execute(u"INSERT twice"_s));
    const OutcomePointer commit = watch(transaction->commit());
    VERIFY_FAILS(failed, ServerError, Rejected);
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.serverErrorNumber(), 1062);
    QCOMPARE(outcome->error.execution(), execution);
    // Nothing of it holds for the next one.
    Transaction *next = connection.beginTransaction();
    const TransactionOutcome nextOutcome = watch(next);
    next->execute(u"INSERT twice"_s);
    next->commit();
    VERIFY_ENDS(nextOutcome, Failed);
    QCOMPARE(nextOutcome->error.execution(), Error::Execution::Rejected);
}

void tst_FailedTransaction::errorUndoesTheCommitThatWaits_data()
{
    QTest::addColumn<QString>("wrong");
    QTest::addColumn<QVariantList>("parameters");
    QTest::addColumn<QByteArrayList>("queries");

    QTest::newRow("refused by the server")
        << u"INSERT twice"_s << QVariantList()
        << QByteArrayList({"START TRANSACTION", "INSERT twice", "ROLLBACK", "INSERT next"});
    QTest::newRow("not even sent")
        << u"INSERT ?"_s << QVariantList{1, 2}
        << QByteArrayList({"START TRANSACTION", "ROLLBACK", "INSERT next"});
}

/// It was meant for all or nothing.
void tst_FailedTransaction::errorUndoesTheCommitThatWaits()
{
    QFETCH(QString, wrong);
    QFETCH(QVariantList, parameters);
    QFETCH(QByteArrayList, queries);

    TransactionServer server;
    server.on("INSERT twice", [](FakeConnection &c) { c.error(1062, "23000", "Duplicate"); });
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer failed = watch(transaction->execute(wrong, parameters));
    const OutcomePointer behind = watch(transaction->execute(u"INSERT once"_s));
    const OutcomePointer commit = watch(transaction->commit());
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    QTRY_VERIFY(failed->finished > 0);
    QVERIFY(failed->error);
    VERIFY_FAILS(behind, TransactionEnded, NotSent);
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.execution(), Error::Execution::Rejected);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(), queries);
}

void tst_FailedTransaction::refusedBeginLeavesNoIsolationLevel()
{
    TransactionServer server;
    server.on("START TRANSACTION",
              [](FakeConnection &c) { c.error(1317, "70100", "Query execution was interrupted"); });
    Connection connection(optionsFor(server));
    TransactionOptions options;
    options.setIsolationLevel(TransactionOptions::IsolationLevel::ReadUncommitted);
    const TransactionOutcome outcome = watch(connection.beginTransaction(options));
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.serverErrorNumber(), 1317);
    VERIFY_SUCCEEDS(next);
    const QByteArrayList queries = server.queries();
    QCOMPARE(queries.last(4), QByteArrayList({"SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
                                              "START TRANSACTION", "ROLLBACK", "INSERT next"}));
    QCOMPARE(server.connectionCount(), 1);
}

void tst_FailedTransaction::deadlockEndsIt()
{
    TransactionServer server;
    server.on("UPDATE 1", server.deadlock());
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer first = watch(transaction->execute(u"INSERT 1"_s));
    const OutcomePointer victim = watch(transaction->execute(u"UPDATE 1"_s));
    const OutcomePointer behind = watch(transaction->execute(u"UPDATE 2"_s));
    const OutcomePointer commit = watch(transaction->commit());
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    VERIFY_SUCCEEDS(first);
    VERIFY_FAILS(victim, ServerError, Rejected);
    VERIFY_FAILS(behind, TransactionEnded, NotSent);
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.serverErrorNumber(), 1213);
    QCOMPARE(outcome->error.execution(), Error::Execution::Rejected);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(), QByteArrayList({"START TRANSACTION", "INSERT 1", "UPDATE 1",
                                                   "ROLLBACK", "INSERT next"}));
}

/// Reads are sent ahead of answers also in a transaction: what ran behind its end was not in it.
void tst_FailedTransaction::deadlockOfAReadEndsThoseBehindIt()
{
    TransactionServer server;
    server.on("SELECT 1", server.deadlock());
    ConnectionOptions options = optionsFor(server);
    options.setPipelineDepth(64);
    Connection connection(options);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer victim = watch(transaction->execute(u"SELECT 1"_s));
    const OutcomePointer sent = watch(transaction->execute(u"SELECT 2"_s));
    const OutcomePointer alsoSent = watch(transaction->execute(u"SELECT 3"_s));
    const OutcomePointer write = watch(transaction->execute(u"INSERT 4"_s));
    VERIFY_FAILS(victim, ServerError, Rejected);
    VERIFY_FAILS(sent, TransactionEnded, Unknown);
    VERIFY_FAILS(alsoSent, TransactionEnded, Unknown);
    VERIFY_FAILS(write, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.serverErrorNumber(), 1213);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("INSERT 4"), 0);
}

void tst_FailedTransaction::implicitCommitEndsIt()
{
    TransactionServer server;
    server.on("CREATE TABLE t (n INT)", server.implicitCommit());
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer create = watch(transaction->execute(u"CREATE TABLE t (n INT)"_s));
    const OutcomePointer behind = watch(transaction->execute(u"INSERT 1"_s));
    const OutcomePointer rollback = watch(transaction->rollback());
    VERIFY_SUCCEEDS(create);
    VERIFY_FAILS(behind, TransactionEnded, NotSent);
    VERIFY_FAILS(rollback, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::TransactionEnded);
    // It is in effect.
    QCOMPARE(outcome->error.execution(), Error::Execution::Unknown);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("INSERT 1"), 0);
    QCOMPARE(server.countQuery("ROLLBACK"), 0);
}

void tst_FailedTransaction::refusedBeginFailsAll()
{
    TransactionServer server;
    server.on("START TRANSACTION",
              [](FakeConnection &c) { c.error(1227, "42000", "Access denied"); });
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer job = watch(transaction->execute(u"INSERT 1"_s));
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    VERIFY_FAILS(job, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.serverErrorNumber(), 1227);
    QCOMPARE(outcome->error.execution(), Error::Execution::Rejected);
    QCOMPARE(outcome->started, 0);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(), QByteArrayList({"START TRANSACTION", "INSERT next"}));
}

void tst_FailedTransaction::temporaryErrorOfBeginIsTriedAgain_data()
{
    QTest::addColumn<bool>("reconnects");
    QTest::newRow("same session") << false;
    QTest::newRow("new session") << true;
}

/// What waits in the transaction must not be sent in the meantime.
void tst_FailedTransaction::temporaryErrorOfBeginIsTriedAgain()
{
    QFETCH(const bool, reconnects);
    TransactionServer server;
    server.once("START TRANSACTION",
                [](FakeConnection &c) { c.error(1047, "08S01", "Not prepared for use"); });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setTransientErrorNumbers({1047});
    policy.setReconnectOnTransientError(reconnects);
    options.setRetryPolicy(policy);
    Connection connection(options);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer job = watch(transaction->execute(u"INSERT 1"_s));
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    VERIFY_SUCCEEDS(job);
    QCOMPARE(server.userQueries(),
             QByteArrayList({"START TRANSACTION", "START TRANSACTION", "INSERT 1", "COMMIT"}));
    QCOMPARE(server.connectionCount(), reconnects ? 2 : 1);
}

void tst_FailedTransaction::refusedCommitRollsBack_data()
{
    using Execution = Error::Execution;
    QTest::addColumn<int>("number");
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<Execution>("execution");
    QTest::newRow("constraint") << 1030 << "Got error"_ba << Execution::Rejected;
    // The server may have given it to a cluster before, which the client cannot see.
    QTest::newRow("error during commit") << 1180 << "Got error 5"_ba << Execution::Unknown;
    QTest::newRow("hook") << 3100 << "Error on observer"_ba << Execution::Unknown;
    QTest::newRow("conflict")
        << 1180 << "Got error 149 - 'Lock deadlock; Retry transaction' during COMMIT"_ba
        << Execution::Rejected;
}

void tst_FailedTransaction::refusedCommitRollsBack()
{
    QFETCH(const int, number);
    QFETCH(const QByteArray, message);
    QFETCH(const Error::Execution, execution);
    TransactionServer server;
    server.on("COMMIT", [=](FakeConnection &c) { c.error(number, "HY000", message); });
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    transaction->execute(u"INSERT 1"_s);
    const OutcomePointer commit = watch(transaction->commit());
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    QTRY_COMPARE(commit->finished, 1);
    QCOMPARE(commit->error.execution(), execution);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.serverErrorNumber(), number);
    QCOMPARE(outcome->error.execution(), execution);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(), QByteArrayList({"START TRANSACTION", "INSERT 1", "COMMIT",
                                                   "ROLLBACK", "INSERT next"}));
}

/// Whether there is one host or several.
void tst_FailedTransaction::failedCommitOfAStatementIsUnknown()
{
    QFETCH(const int, number);
    QFETCH(const QByteArray, message);
    QFETCH(const Error::Execution, execution);
    for (const int hosts : {1, 2}) {
        TransactionServer server;
        TransactionServer other;
        const auto fail = [=](FakeConnection &c) { c.error(number, "HY000", message); };
        server.on("INSERT 1", fail);
        other.on("INSERT 1", fail);
        ConnectionOptions options = hosts == 1 ? optionsFor(server) : optionsFor({&server, &other});
        RetryPolicy policy = options.retryPolicy();
        policy.setTransientErrorNumbers({number});
        policy.setMaximumAttempts(2);
        policy.setInitialDelay(std::chrono::milliseconds(1));
        options.setRetryPolicy(policy);
        Connection connection(options);
        const OutcomePointer insert = watch(connection.execute(u"INSERT 1"_s));
        QTRY_COMPARE(insert->finished, 1);
        QCOMPARE(insert->error.serverErrorNumber(), number);
        QCOMPARE(insert->error.execution(), execution);
        QCOMPARE(server.countQuery("INSERT 1") + other.countQuery("INSERT 1"),
                 execution == Error::Execution::Unknown ? 1 : 2);
    }
}

/// A session that ends rolls back, too.
void tst_FailedTransaction::failedRollbackEndsTheSession()
{
    TransactionServer server;
    server.on("ROLLBACK", [](FakeConnection &c) { c.error(1030, "HY000", "Got error"); });
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    transaction->execute(u"INSERT 1"_s);
    const OutcomePointer rollback = watch(transaction->rollback());
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    VERIFY_FAILS(rollback, ServerError, Rejected);
    VERIFY_ENDS(outcome, RolledBack);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT next"}));
}

void tst_FailedTransaction::lostWhileItWaits()
{
    TransactionServer server;
    server.once("INSERT slow", FakeServer::stall);
    Connection connection(optionsFor(server));
    const OutcomePointer slow = watch(connection.execute(u"INSERT slow"_s));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer job = watch(transaction->execute(u"INSERT 1"_s));
    transaction->commit();
    QTRY_COMPARE(server.countQuery("INSERT slow"), 1);
    server.connection()->reset();
    VERIFY_FAILS(slow, ConnectionLost, Unknown);
    VERIFY_ENDS(outcome, Committed);
    VERIFY_SUCCEEDS(job);
    QCOMPARE(server.userQueries(2), QByteArrayList({"START TRANSACTION", "INSERT 1", "COMMIT"}));
}

/// Nothing has happened in it yet.
void tst_FailedTransaction::lostWhileItBegins()
{
    TransactionServer server;
    server.once("START TRANSACTION", [](FakeConnection &c) { c.reset(); });
    Connection connection(optionsFor(server));
    Transaction *transaction
        = connection.beginTransaction(TransactionOptions::IsolationLevel::Serializable);
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer job = watch(transaction->execute(u"INSERT 1"_s));
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    VERIFY_SUCCEEDS(job);
    QCOMPARE(outcome->started, 1);
    QCOMPARE(server.queries(2).mid(1),
             QByteArrayList({"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "START TRANSACTION",
                             "INSERT 1", "COMMIT"}));
}

void tst_FailedTransaction::lostWhileItBeginsWithoutRepetitions()
{
    TransactionServer server;
    server.once("START TRANSACTION", [](FakeConnection &c) { c.reset(); });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setResend(RetryPolicy::Never);
    options.setRetryPolicy(policy);
    Connection connection(options);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer job = watch(transaction->execute(u"INSERT 1"_s));
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::ConnectionLost);
    QCOMPARE(outcome->error.execution(), Error::Execution::Rejected);
    VERIFY_FAILS(job, TransactionEnded, NotSent);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT next"}));
}

void tst_FailedTransaction::lostAndDestroyedWhileItBegins()
{
    TransactionServer server;
    server.once("START TRANSACTION", FakeServer::stall);
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    transaction->execute(u"INSERT 1"_s);
    QTRY_COMPARE(server.countQuery("START TRANSACTION"), 1);
    delete transaction;
    server.connection()->reset();
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.userQueries(), QByteArrayList({"START TRANSACTION", "INSERT next"}));
}

void tst_FailedTransaction::lostWhileItIsOpen_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<RetryPolicy::Resend>("resend");
    QTest::addColumn<bool>("wasSent");
    QTest::newRow("write") << u"INSERT 2"_s << RetryPolicy::Idempotent << true;
    QTest::newRow("read") << u"SELECT 2"_s << RetryPolicy::Idempotent << false;
    QTest::newRow("write, always") << u"INSERT 2"_s << RetryPolicy::Always << true;
}

void tst_FailedTransaction::lostWhileItIsOpen()
{
    QFETCH(const QString, sql);
    QFETCH(const RetryPolicy::Resend, resend);
    QFETCH(const bool, wasSent);
    TransactionServer server;
    server.once(sql.toUtf8(), FakeServer::stall);
    ConnectionOptions options = optionsFor(server);
    options.setPipelineDepth(64);
    RetryPolicy policy = quickRetries();
    policy.setResend(resend);
    options.setRetryPolicy(policy);
    Connection connection(options);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer done = watch(transaction->execute(u"INSERT 1"_s));
    const OutcomePointer running = watch(transaction->execute(sql));
    const OutcomePointer waiting = watch(transaction->execute(u"INSERT 3"_s));
    const OutcomePointer commit = watch(transaction->commit());
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    QTRY_COMPARE(server.countQuery(sql.toUtf8()), 1);
    // Otherwise its answer may be lost, too.
    VERIFY_SUCCEEDS(done);
    server.connection()->reset();
    VERIFY_FAILS(running, ConnectionLost, Unknown);
    if (wasSent)
        VERIFY_FAILS(waiting, ConnectionLost, Unknown);
    else
        VERIFY_FAILS(waiting, TransactionEnded, NotSent);
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::ConnectionLost);
    QCOMPARE(outcome->error.execution(), Error::Execution::Rejected);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT next"}));
}

void tst_FailedTransaction::lostWhileItIsIdle()
{
    TransactionServer server;
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    transaction->setAutoDelete(false);
    const TransactionOutcome outcome = watch(transaction);
    QTRY_COMPARE(transaction->state(), State::Active);
    server.connection()->cut();
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(transaction->error().code(), Error::ConnectionLost);
    QCOMPARE(transaction->error().execution(), Error::Execution::Rejected);
    VERIFY_FAILS(watch(transaction->execute(u"INSERT 1"_s)), TransactionEnded, NotSent);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery("INSERT 1"), 0);
}

void tst_FailedTransaction::lostWhileItEnds_data()
{
    QTest::addColumn<bool>("commits");
    QTest::newRow("COMMIT") << true;
    QTest::newRow("ROLLBACK") << false;
}

void tst_FailedTransaction::lostWhileItEnds()
{
    QFETCH(const bool, commits);
    TransactionServer server;
    server.on(commits ? "COMMIT" : "ROLLBACK", [](FakeConnection &c) { c.reset(); });
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer job = watch(transaction->execute(u"INSERT 1"_s));
    const OutcomePointer end = watch(commits ? transaction->commit() : transaction->rollback());
    VERIFY_SUCCEEDS(job);
    VERIFY_FAILS(end, ConnectionLost, Unknown);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::ConnectionLost);
    QCOMPARE(outcome->error.execution(),
             commits ? Error::Execution::Unknown : Error::Execution::Rejected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT next"}));
}

void tst_FailedTransaction::connectionEndsWithIt_data()
{
    QTest::addColumn<QByteArray>("stalled");
    QTest::addColumn<bool>("isAborted");
    QTest::addColumn<Error::Execution>("execution");
    for (const bool isAborted : {false, true}) {
        const char *how = isAborted ? "aborted" : "destroyed";
        QTest::addRow("%s, waiting", how)
            << "INSERT before"_ba << isAborted << Error::Execution::NotSent;
        QTest::addRow("%s, begins", how)
            << "START TRANSACTION"_ba << isAborted << Error::Execution::Rejected;
        QTest::addRow("%s, open", how)
            << "INSERT inside"_ba << isAborted << Error::Execution::Rejected;
        QTest::addRow("%s, commits", how) << "COMMIT"_ba << isAborted << Error::Execution::Unknown;
    }
}

void tst_FailedTransaction::connectionEndsWithIt()
{
    QFETCH(const QByteArray, stalled);
    QFETCH(const bool, isAborted);
    QFETCH(const Error::Execution, execution);
    TransactionServer server;
    server.once(stalled, FakeServer::stall);
    auto connection = std::make_unique<Connection>(optionsFor(server));
    connection->execute(u"INSERT before"_s);
    Transaction *transaction = connection->beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const OutcomePointer inside = watch(transaction->execute(u"INSERT inside"_s));
    const OutcomePointer commit = watch(transaction->commit());
    QTRY_COMPARE(server.countQuery(stalled), 1);
    if (isAborted) {
        connection->abort();
    } else {
        connection.reset();
        QCOMPARE(outcome->finished, 1);
    }
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::ConnectionClosed);
    QCOMPARE(outcome->error.execution(), execution);
    QTRY_COMPARE(inside->finished, 1);
    QTRY_COMPARE(commit->finished, 1);
    QVERIFY(commit->error.isError());
    QTRY_COMPARE(server.openConnections(), 0);
    QCOMPARE(server.countQuery(stalled), 1);
    QCOMPARE(outcome->finished, 1);
}

QTEST_GUILESS_MAIN(tst_FailedTransaction)

#include "tst_failedtransaction.moc"
