// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "ledgerserver.h"
#include "pipelinefixture.h"

#include <AsyncMySql/Transaction>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Changes of a transaction are sent ahead of answers, and nothing of them is committed but with
/// the transaction.
class tst_PipelinedTransaction : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changesAreSentAhead();
    void guardIsRaisedLater();
    void guardIsNotRaised_data();
    void guardIsNotRaised();
    void guardNeedsACommit();
    void readsAmongChanges();
    void commitIsNotSentAhead();
    void nextTransactionDoesTheSame();
    void deadlock_data();
    void deadlock();
    void deadlockIsTriedAgain();
    void errorUndoesAll_data();
    void errorUndoesAll();
    void slowChangeBehindAFailure();
    void orderOfTheUndone();
    void transactionBehindAnother();
    void serverThatRefusesToRollBack();
    void cancelledCommit();
    void jobBehindTheCommitDoesNotMatter();
    void transactionThatIsGone();
    void serverThatRefusesTheGuard();
    void endIsToldToTheGuard();
    void serverThatClosesBehindTheCommit();
    void serverThatKeepsTheGuard();
    void beginningThatFails();
    void commitThatFails();
    void sessionIsLost_data();
    void sessionIsLost();
    void silentToTheGuard_data();
    void silentToTheGuard();
    void destroyedInFlight_data();
    void destroyedInFlight();
    void cancelledInFlight();
    void firstIsStoppedWhereAllIsUndone();
    void endIsToldToTheAbsorber();
    void sessionClosesWhenIdle();
    void slotsDeleteTheConnection_data();
    void slotsDeleteTheConnection();
};

namespace {

const QByteArray Off = "SET autocommit = 0";
const QByteArray On = "SET autocommit = 1";

/// Whose peer is known: it is not asked in a transaction.
struct Pipelining : LedgerServer
{
    Connection connection;
    Jobs jobs;
    TransactionOutcome outcome;

    Pipelining()
        : connection(pipeliningOptions(*this))
    {
    }

    void warmUp()
    {
        Jobs reads;
        reads.execute(&connection, {u"SELECT 8"_s, u"SELECT 9"_s});
        VERIFY_SUCCEEDS(reads.outcomes[1]);
    }

    /// A transaction with these statements; outcome is its own.
    Transaction *begin(const QStringList &statements)
    {
        warmUp();
        Transaction *transaction = connection.beginTransaction();
        outcome = watch(transaction);
        jobs.execute(transaction, statements);
        return transaction;
    }
    /// The same, with a commit given ahead.
    void beginAndCommit(const QStringList &statements) { begin(statements)->commit(); }

    /// From the beginning of the transaction on.
    QByteArrayList arrived(int number = 1)
    {
        QByteArrayList commands = arrivedAt(FakeServer::connection(number));
        commands.removeIf([](const QByteArray &c) { return c.startsWith("SELECT "); });
        return commands;
    }

    /// The session is as it was: what follows is committed by itself.
    void verifySession(int number = 1)
    {
        const auto before = committed().size();
        VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT afterwards"_s)));
        QCOMPARE(committed().size(), before + 1);
        QVERIFY(hasAutoCommit(number));
        QVERIFY(!connection.isInTransaction());
    }
};

QStringList inserts(int count, int from = 1)
{
    QStringList statements;
    for (int i = from; i < from + count; ++i)
        statements.append(u"INSERT %1"_s.arg(i));
    return statements;
}

QByteArrayList utf8(const QStringList &statements)
{
    QByteArrayList all;
    for (const QString &sql : statements)
        all.append(sql.toUtf8());
    return all;
}

} // namespace

void tst_PipelinedTransaction::changesAreSentAhead()
{
    Pipelining server;
    server.on("INSERT 1", FakeServer::stall);
    server.beginAndCommit(inserts(5));
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    SERVE_ANOTHER(server);
    QCOMPARE(server.arrived(), QByteArrayList({"START TRANSACTION", Off}) + utf8(inserts(5)));
    server.execute(*server.FakeServer::connection(1));
    VERIFY_ENDS(server.outcome, Committed);
    QCOMPARE(server.jobs.order, inserts(5));
    SERVE_ANOTHER(server);
    QCOMPARE(server.arrived().mid(7), QByteArrayList({"COMMIT", "ROLLBACK", On}));
    server.verifySession();
    QCOMPARE(server.committed(), QByteArrayList({"INSERT other"}) + utf8(inserts(5))
                                     + QByteArrayList({"INSERT other", "INSERT afterwards"}));
}

void tst_PipelinedTransaction::guardIsRaisedLater()
{
    Pipelining server;
    server.on("INSERT 11", FakeServer::stall);
    server.warmUp();
    Transaction *transaction = server.connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    VERIFY_SUCCEEDS(watch(transaction->execute(u"INSERT 1"_s)));
    QCOMPARE(server.arrived(), QByteArrayList({"START TRANSACTION", "INSERT 1"}));
    server.jobs.execute(transaction, inserts(4, 11));
    transaction->commit();
    QTRY_COMPARE(server.countQuery("INSERT 11"), 1);
    SERVE_ANOTHER(server);
    QCOMPARE(server.arrived().mid(2), QByteArrayList({Off}) + utf8(inserts(4, 11)));
    server.execute(*server.FakeServer::connection(1));
    VERIFY_ENDS(outcome, Committed);
    server.verifySession();
    QCOMPARE(server.committed(), QByteArrayList({"INSERT other", "INSERT 1"}) + utf8(inserts(4, 11))
                                     + QByteArrayList({"INSERT afterwards"}));
}

void tst_PipelinedTransaction::guardIsNotRaised_data()
{
    QTest::addColumn<QStringList>("statements");
    QTest::addColumn<int>("depth");
    QTest::addColumn<bool>("hasTimeout");
    QTest::newRow("two changes") << inserts(2) << 64 << false;
    QTest::newRow("reads") << QStringList{u"SELECT 1"_s, u"SELECT 2"_s, u"SELECT 3"_s} << 64
                           << false;
    QTest::newRow("a read among them")
        << QStringList{u"INSERT 1"_s, u"SELECT 2"_s, u"INSERT 3"_s} << 64 << false;
    QTest::newRow("a schema change among them")
        << QStringList{u"INSERT 1"_s, u"INSERT 2"_s, u"DROP TEMPORARY TABLE t"_s} << 64 << false;
    for (const char *sql : {"SAVEPOINT a", "SET autocommit = 1", "SET @a = 1", "CALL p()", "COMMIT",
                            "DROP TABLE t", "LOCK TABLES t WRITE"}) {
        QTest::addRow("%s behind them", sql)
            << inserts(5) + QStringList{QString::fromLatin1(sql)} << 64 << false;
    }
    QTest::newRow("no pipelining") << inserts(5) << 1 << false;
    QTest::newRow("time-outs") << inserts(5) << 64 << true;
}

void tst_PipelinedTransaction::guardIsNotRaised()
{
    QFETCH(const QStringList, statements);
    QFETCH(const int, depth);
    QFETCH(const bool, hasTimeout);
    Pipelining server;
    ConnectionOptions options = pipeliningOptions(server, depth);
    if (hasTimeout)
        options.setQueryTimeout(1min);
    server.connection.setOptions(options);
    server.beginAndCommit(statements);
    QTRY_COMPARE(server.outcome->finished, 1);
    QVERIFY(!server.arrived().contains(Off));
    QVERIFY(!server.arrived().contains("ROLLBACK"));
}

void tst_PipelinedTransaction::guardNeedsACommit()
{
    Pipelining server;
    Transaction *transaction = server.begin(inserts(5));
    VERIFY_SUCCEEDS(server.jobs.outcomes[4]);
    transaction->commit();
    VERIFY_ENDS(server.outcome, Committed);
    QCOMPARE(server.arrived(),
             QByteArrayList({"START TRANSACTION"}) + utf8(inserts(5)) + QByteArrayList({"COMMIT"}));
}

/// Statements that change nothing may stand among them, in their order.
void tst_PipelinedTransaction::readsAmongChanges()
{
    Pipelining server;
    server.warmUp();
    Transaction *transaction = server.connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    const QStringList all
        = inserts(4) + QStringList{u"SELECT 7"_s, u"SELECT f(1)"_s} + inserts(4, 11);
    server.jobs.execute(transaction, all);
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    QCOMPARE(server.jobs.order, all);
    QCOMPARE(server.arrived().count(Off), 1);
    server.verifySession();
    QCOMPARE(server.committed(),
             utf8(inserts(4) + inserts(4, 11)) + QByteArrayList({"INSERT afterwards"}));
}

void tst_PipelinedTransaction::commitIsNotSentAhead()
{
    Pipelining server;
    server.on("INSERT 4", FakeServer::stall);
    server.beginAndCommit(inserts(4));
    QTRY_COMPARE(server.countQuery("INSERT 4"), 1);
    SERVE_ANOTHER(server);
    QCOMPARE(server.countQuery("COMMIT"), 0);
    QVERIFY(!server.arrived().contains("COMMIT"));
    server.execute(*server.FakeServer::connection(1));
    VERIFY_ENDS(server.outcome, Committed);
}

void tst_PipelinedTransaction::nextTransactionDoesTheSame()
{
    Pipelining server;
    server.warmUp();
    for (int i = 0; i < 3; ++i) {
        Transaction *transaction = server.connection.beginTransaction();
        const TransactionOutcome outcome = watch(transaction);
        server.jobs.execute(transaction, inserts(4, 10 * i));
        transaction->commit();
        VERIFY_ENDS(outcome, Committed);
    }
    server.verifySession();
    QCOMPARE(server.committed(), utf8(inserts(4, 0) + inserts(4, 10) + inserts(4, 20))
                                     + QByteArrayList({"INSERT afterwards"}));
    QCOMPARE(server.arrived().count(Off), 3);
    QCOMPARE(server.arrived().count(On), 3);
}

void tst_PipelinedTransaction::deadlock_data()
{
    QTest::addColumn<int>("place");
    QTest::addColumn<bool>("commitsAhead");
    for (const int place : {1, 2, 63, 64}) {
        QTest::addRow("at %d, commit given ahead", place) << place << true;
        QTest::addRow("at %d", place) << place << false;
    }
}

void tst_PipelinedTransaction::deadlock()
{
    QFETCH(const int, place);
    QFETCH(const bool, commitsAhead);
    Pipelining server;
    server.on("INSERT " + QByteArray::number(place), server.deadlock());
    Transaction *transaction = server.begin(inserts(64));
    if (commitsAhead)
        transaction->commit();
    VERIFY_ENDS(server.outcome, Failed);
    QCOMPARE(server.outcome->error.serverErrorNumber(), 1213);
    QCOMPARE(server.outcome->error.execution(), Error::Execution::Rejected);
    for (int i = 0; i < 64; ++i) {
        const OutcomePointer &job = server.jobs.outcomes[i];
        QTRY_COMPARE(job->finished, 1);
        if (i + 1 < place)
            QVERIFY2(job->succeeded(), describe(job).constData());
        else
            QVERIFY2(job->failed(i + 1 == place ? Error::ServerError : Error::TransactionEnded),
                     describe(job).constData());
    }
    QCOMPARE(server.jobs.order, inserts(64));
    server.verifySession();
    QCOMPARE(server.committed(), QByteArrayList({"INSERT afterwards"}));
}

void tst_PipelinedTransaction::deadlockIsTriedAgain()
{
    Pipelining server;
    server.once("INSERT 2", server.deadlock());
    server.warmUp();
    Transaction *transaction = server.connection.transact([&server](Transaction *attempt) {
        server.jobs.execute(attempt, inserts(5));
        attempt->commit();
    });
    const TransactionOutcome outcome = watch(transaction);
    VERIFY_ENDS(outcome, Committed);
    server.verifySession();
    QCOMPARE(server.committed(), utf8(inserts(5)) + QByteArrayList({"INSERT afterwards"}));
}

void tst_PipelinedTransaction::errorUndoesAll_data()
{
    QTest::addColumn<bool>("endsTheTransaction");
    QTest::addColumn<int>("place");
    for (const int place : {1, 3, 5}) {
        QTest::addRow("statement undone, at %d", place) << false << place;
        QTest::addRow("transaction ended, at %d", place) << true << place;
    }
}

/// Which of both it is the error does not say.
void tst_PipelinedTransaction::errorUndoesAll()
{
    QFETCH(const bool, endsTheTransaction);
    QFETCH(const int, place);
    Pipelining server;
    server.on("INSERT " + QByteArray::number(place),
              endsTheTransaction ? server.silentRollback() : LedgerServer::refusal(1062));
    Transaction *transaction = server.begin(inserts(5));
    const OutcomePointer commit = watch(transaction->commit());
    const OutcomePointer next = watch(server.connection.execute(u"INSERT next"_s));
    VERIFY_ENDS(server.outcome, Failed);
    QCOMPARE(server.outcome->error.serverErrorNumber(), endsTheTransaction ? 1206 : 1062);
    VERIFY_FAILS(commit, TransactionEnded, NotSent);
    for (int i = place; i < 5; ++i)
        VERIFY_FAILS(server.jobs.outcomes[i], TransactionEnded, Unknown);
    VERIFY_SUCCEEDS(next);
    server.verifySession();
    QCOMPARE(server.committed(), QByteArrayList({"INSERT next", "INSERT afterwards"}));
}

/// The promise that a failure undoes all of it was given when the commit was there.
/// It waits for a lock, say: the rollback does not wait for it.
void tst_PipelinedTransaction::slowChangeBehindAFailure()
{
    Pipelining server;
    server.on("INSERT 2", LedgerServer::refusal(1062));
    server.once("INSERT 4", FakeServer::stall);
    server.beginAndCommit(inserts(5));
    const OutcomePointer next = watch(server.connection.execute(u"INSERT next"_s));
    VERIFY_ENDS(server.outcome, Failed);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.countQuery("KILL QUERY 1"), 1);
    QCOMPARE(server.jobs.order, inserts(5));
    server.verifySession();
    QCOMPARE(server.committed(), QByteArrayList({"INSERT next", "INSERT afterwards"}));
}

/// Those that were not sent end behind those that were.
void tst_PipelinedTransaction::orderOfTheUndone()
{
    Pipelining server;
    server.on("INSERT 2", LedgerServer::refusal(1062));
    server.beginAndCommit(inserts(200));
    VERIFY_ENDS(server.outcome, Failed);
    QTRY_COMPARE(server.jobs.order.size(), 200);
    QCOMPARE(server.jobs.order, inserts(200));
}

void tst_PipelinedTransaction::transactionBehindAnother()
{
    Pipelining server;
    server.on("CALL p()", server.committing("INSERT by p"));
    server.on("INSERT 13", LedgerServer::refusal(1062));
    server.beginAndCommit(inserts(6) + QStringList{u"SET @a = 1"_s});
    VERIFY_ENDS(server.outcome, Committed);
    server.beginAndCommit(inserts(2, 11) + QStringList{u"CALL p()"_s} + inserts(5, 13));
    VERIFY_ENDS(server.outcome, Failed);
    QCOMPARE(server.outcome->error.code(), Error::TransactionEnded);
    QCOMPARE(server.outcome->error.execution(), Error::Execution::Unknown);
    QVERIFY(!server.arrived().contains(Off));
    server.verifySession();
}

/// What was not rolled back must not be committed by turning autocommit on.
void tst_PipelinedTransaction::serverThatRefusesToRollBack()
{
    Pipelining server;
    server.on("INSERT 3", LedgerServer::refusal(1062));
    server.on("ROLLBACK", LedgerServer::refusal(1105));
    server.beginAndCommit(inserts(5));
    VERIFY_ENDS(server.outcome, Failed);
    server.verifySession(2);
    QCOMPARE(server.committed(), QByteArrayList({"INSERT afterwards"}));
}

void tst_PipelinedTransaction::cancelledCommit()
{
    Pipelining server;
    server.once("INSERT 1", FakeServer::stall);
    Transaction *transaction = server.begin(inserts(5));
    Job *commit = transaction->commit();
    const OutcomePointer cancelled = watch(commit);
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    commit->cancel();
    VERIFY_FAILS(cancelled, Cancelled, NotSent);
    VERIFY_ENDS(server.outcome, Failed);
    QCOMPARE(server.outcome->error.code(), Error::Cancelled);
    server.verifySession();
    QCOMPARE(server.committed(), QByteArrayList({"INSERT afterwards"}));
}

void tst_PipelinedTransaction::jobBehindTheCommitDoesNotMatter()
{
    Pipelining server;
    server.once("INSERT 1", FakeServer::stall);
    Transaction *transaction = server.begin(inserts(5));
    transaction->commit();
    Query *behind = transaction->execute(u"INSERT 99"_s);
    const OutcomePointer cancelled = watch(behind);
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    behind->cancel();
    VERIFY_FAILS(cancelled, Cancelled, NotSent);
    server.execute(*server.FakeServer::connection(1));
    VERIFY_ENDS(server.outcome, Committed);
    server.verifySession();
    QCOMPARE(server.committed(), utf8(inserts(5)) + QByteArrayList({"INSERT afterwards"}));
}

/// The transaction is over, and nobody has said so: what the connection does next is not done in
/// another one.
void tst_PipelinedTransaction::transactionThatIsGone()
{
    Pipelining server;
    server.on("INSERT 2", server.goneAfterwards());
    server.beginAndCommit(inserts(5));
    const OutcomePointer next = watch(server.connection.execute(u"INSERT next"_s));
    VERIFY_ENDS(server.outcome, Failed);
    QCOMPARE(server.outcome->error.code(), Error::TransactionEnded);
    VERIFY_SUCCEEDS(next);
    server.verifySession();
    QCOMPARE(server.committed(), QByteArrayList({"INSERT next", "INSERT afterwards"}));
}

void tst_PipelinedTransaction::serverThatRefusesTheGuard()
{
    Pipelining server;
    server.on(Off, LedgerServer::refusal(1227));
    server.on("INSERT 1", FakeServer::stall);
    server.beginAndCommit(inserts(5));
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    SERVE_ANOTHER(server);
    QCOMPARE(server.arrived().constLast(), QByteArray("INSERT 1"));
    server.execute(*server.FakeServer::connection(1));
    VERIFY_ENDS(server.outcome, Committed);
    server.verifySession();
    QCOMPARE(server.arrived().count(Off), 1);
}

/// A node of a cluster says to whatever comes next that it has rolled back.
void tst_PipelinedTransaction::endIsToldToTheGuard()
{
    Pipelining server;
    server.on(Off, server.deadlock());
    server.warmUp();
    Transaction *transaction = server.connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    VERIFY_SUCCEEDS(watch(transaction->execute(u"INSERT 1"_s)));
    server.jobs.execute(transaction, inserts(5, 11));
    transaction->commit();
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.serverErrorNumber(), 1213);
    for (const OutcomePointer &job : server.jobs.outcomes)
        VERIFY_FAILS(job, TransactionEnded, NotSent);
    server.verifySession();
    QCOMPARE(server.committed(), QByteArrayList({"INSERT afterwards"}));
}

/// As with completion_type = RELEASE.
void tst_PipelinedTransaction::serverThatClosesBehindTheCommit()
{
    Pipelining server;
    server.on("COMMIT", [&server](FakeConnection &c) {
        server.execute(c);
        c.cut();
    });
    server.warmUp();
    QList<Error> errors;
    connect(&server.connection, &Connection::errorOccurred, this,
            [&errors](const Error &error) { errors.append(error); });
    Transaction *transaction = server.connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    server.jobs.execute(transaction, inserts(5));
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    server.verifySession(2);
    QVERIFY2(errors.isEmpty(), qPrintable(errors.value(0).message()));
}

/// Autocommit stays off there: it is not used any more.
void tst_PipelinedTransaction::serverThatKeepsTheGuard()
{
    Pipelining server;
    server.on(On, LedgerServer::refusal(1227));
    server.beginAndCommit(inserts(5));
    VERIFY_ENDS(server.outcome, Committed);
    server.verifySession(2);
    QCOMPARE(server.committed(), utf8(inserts(5)) + QByteArrayList({"INSERT afterwards"}));
}

void tst_PipelinedTransaction::beginningThatFails()
{
    Pipelining server;
    server.once("START TRANSACTION", LedgerServer::refusal(1227));
    server.beginAndCommit(inserts(5));
    VERIFY_ENDS(server.outcome, Failed);
    server.verifySession();
    QVERIFY(server.arrived().contains(Off));
    QCOMPARE(server.committed(), QByteArrayList({"INSERT afterwards"}));
}

void tst_PipelinedTransaction::commitThatFails()
{
    Pipelining server;
    server.on("COMMIT", LedgerServer::refusal(1180));
    server.beginAndCommit(inserts(5));
    VERIFY_ENDS(server.outcome, Failed);
    QCOMPARE(server.outcome->error.serverErrorNumber(), 1180);
    server.verifySession();
    QCOMPARE(server.committed(), QByteArrayList({"INSERT afterwards"}));
}

void tst_PipelinedTransaction::sessionIsLost_data()
{
    QTest::addColumn<QByteArray>("during");
    QTest::addColumn<Error::Execution>("execution");
    using Execution = Error::Execution;
    QTest::newRow("raising") << Off << Execution::Rejected;
    QTest::newRow("first") << "INSERT 1"_ba << Execution::Rejected;
    QTest::newRow("last") << "INSERT 5"_ba << Execution::Rejected;
    QTest::newRow("commit") << "COMMIT"_ba << Execution::Unknown;
}

void tst_PipelinedTransaction::sessionIsLost()
{
    QFETCH(const QByteArray, during);
    QFETCH(const Error::Execution, execution);
    Pipelining server;
    server.once(during, [](FakeConnection &c) { c.cut(); });
    server.warmUp();
    QStringList lost;
    connect(&server.connection, &Connection::sessionStateLost, this,
            [&lost](const QString &held) { lost.append(held); });
    Transaction *transaction = server.connection.beginTransaction();
    const TransactionOutcome outcome = watch(transaction);
    server.jobs.execute(transaction, inserts(5));
    const OutcomePointer commit = watch(transaction->commit());
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::ConnectionLost);
    QCOMPARE(outcome->error.execution(), execution);
    QTRY_COMPARE(commit->finished, 1);
    server.verifySession(2);
    QCOMPARE(server.committed(), QByteArrayList({"INSERT afterwards"}));
    QCOMPARE(lost, QStringList());
}

void tst_PipelinedTransaction::silentToTheGuard_data()
{
    QTest::addColumn<QByteArray>("to");
    QTest::newRow("raising") << Off;
    QTest::newRow("lowering") << On;
}

void tst_PipelinedTransaction::silentToTheGuard()
{
    QFETCH(const QByteArray, to);
    Pipelining server;
    server.once(to, FakeServer::stall);
    ConnectionOptions options = pipeliningOptions(server);
    options.setConnectTimeout(300ms);
    options.setResponseTimeout(300ms);
    server.connection.setOptions(options);
    server.beginAndCommit(inserts(5));
    if (to == On)
        VERIFY_ENDS(server.outcome, Committed);
    else
        VERIFY_ENDS(server.outcome, Failed);
    server.verifySession(2);
}

void tst_PipelinedTransaction::destroyedInFlight_data()
{
    QTest::addColumn<QByteArray>("during");
    QTest::newRow("beginning") << "START TRANSACTION"_ba;
    QTest::newRow("raising") << Off;
    QTest::newRow("first") << "INSERT 1"_ba;
    QTest::newRow("third") << "INSERT 3"_ba;
}

void tst_PipelinedTransaction::destroyedInFlight()
{
    QFETCH(const QByteArray, during);
    Pipelining server;
    server.once(during, FakeServer::stall);
    Transaction *transaction = server.begin(inserts(5));
    transaction->commit();
    QTRY_COMPARE(server.countQuery(during), 1);
    delete transaction;
    server.execute(*server.FakeServer::connection(1));
    server.verifySession();
    QCOMPARE(server.committed(), QByteArrayList({"INSERT afterwards"}));
}

void tst_PipelinedTransaction::cancelledInFlight()
{
    Pipelining server;
    server.once("INSERT 1", FakeServer::stall);
    Transaction *transaction = server.begin(inserts(5));
    transaction->commit();
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    server.jobs.queries[2]->cancel();
    // It was sent: what it does goes with the transaction.
    VERIFY_FAILS(server.jobs.outcomes[2], Cancelled, Unknown);
    VERIFY_ENDS(server.outcome, Failed);
    server.verifySession();
    QCOMPARE(server.committed(), QByteArrayList({"INSERT afterwards"}));
}

/// The kill may hit those behind it: they are lost anyway.
void tst_PipelinedTransaction::firstIsStoppedWhereAllIsUndone()
{
    Pipelining server;
    server.once("INSERT 1", FakeServer::stall);
    Transaction *transaction = server.begin(inserts(5));
    transaction->commit();
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    server.jobs.queries[0]->cancel();
    VERIFY_FAILS(server.jobs.outcomes[0], Cancelled, Rejected);
    VERIFY_ENDS(server.outcome, Failed);
    QCOMPARE(server.outcome->error.code(), Error::Cancelled);
    QCOMPARE(server.countQuery("KILL QUERY 1"), 1);
    server.verifySession();
    QCOMPARE(server.committed(), QByteArrayList({"INSERT afterwards"}));
}

/// What a kill leaves is taken up by a statement of the library's own; a node of a cluster says to
/// it that the transaction is over.
void tst_PipelinedTransaction::endIsToldToTheAbsorber()
{
    Pipelining server;
    server.once("INSERT 1", FakeServer::stall);
    server.on("DO SLEEP(0)", server.deadlock());
    server.warmUp();
    Transaction *transaction = server.connection.beginTransaction();
    transaction->setAutoDelete(false);
    const TransactionOutcome outcome = watch(transaction);
    server.jobs.execute(transaction, inserts(1));
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    server.jobs.queries[0]->cancel();
    VERIFY_FAILS(server.jobs.outcomes[0], Cancelled, Rejected);
    server.jobs.execute(transaction, inserts(1, 11));
    VERIFY_FAILS(server.jobs.outcomes[1], TransactionEnded, NotSent);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.serverErrorNumber(), 1213);
    server.verifySession();
    QCOMPARE(server.committed(), QByteArrayList({"INSERT afterwards"}));
}

void tst_PipelinedTransaction::sessionClosesWhenIdle()
{
    Pipelining server;
    ConnectionOptions options = pipeliningOptions(server);
    options.setIdleTimeout(50ms);
    server.connection.setOptions(options);
    server.beginAndCommit(inserts(5));
    VERIFY_ENDS(server.outcome, Committed);
    QTRY_COMPARE(server.connection.state(), Connection::State::Unconnected);
    QCOMPARE(server.count(FakeServer::Quit), 1);
}

void tst_PipelinedTransaction::slotsDeleteTheConnection_data()
{
    QTest::addColumn<int>("job");
    for (const int job : {0, 2, 4})
        QTest::addRow("job %d", job) << job;
}

void tst_PipelinedTransaction::slotsDeleteTheConnection()
{
    QFETCH(const int, job);
    LedgerServer server;
    auto *connection = new Connection(pipeliningOptions(server));
    Jobs reads;
    reads.execute(connection, {u"SELECT 8"_s, u"SELECT 9"_s});
    VERIFY_SUCCEEDS(reads.outcomes[1]);
    Transaction *transaction = connection->beginTransaction();
    Jobs jobs;
    jobs.execute(transaction, inserts(5));
    transaction->commit();
    bool isDeleted = false;
    connect(jobs.queries[job], &Job::finished, this, [&] {
        delete connection;
        isDeleted = true;
    });
    QTRY_VERIFY(isDeleted);
    for (const OutcomePointer &outcome : jobs.outcomes)
        QTRY_COMPARE(outcome->finished, 1);
    QTRY_COMPARE(server.openConnections(), 0);
}

QTEST_GUILESS_MAIN(tst_PipelinedTransaction)
#include "tst_pipelinedtransaction.moc"
