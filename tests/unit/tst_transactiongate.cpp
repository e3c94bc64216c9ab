// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transactioncommands.h"
#include "transactiongate.h"

#include <AsyncMySql/transactionoptions.h>

#include <QtTest/qtest.h>

#include <memory>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

namespace {

using Action = TransactionGate::Action;
using State = TransactionLease::State;

constexpr bool InTransaction = true;
constexpr bool NotInTransaction = false;

class Statement : public Command
{
public:
    Attempt createExchange(const SessionContext &) override { return Error(); }
    CommandTraits traits(const Protocol::SqlDialect &) const override
    {
        CommandTraits traits;
        traits.effects = effects;
        return traits;
    }
    QString statement() const override { return u"UPDATE t"_s; }

    Protocol::SessionEffects effects;
};

Error serverError(int number)
{
    Error error(Error::ServerError, u"Refused"_s);
    error.setServerError(number, u"HY000"_s);
    return error;
}

const Error Duplicate = serverError(1062);
const Error Deadlock = serverError(1213);

/// A gate, and a transaction that was given to it.
struct Gated
{
    TransactionLeasePointer lease = std::make_shared<TransactionLease>();
    std::shared_ptr<BeginTransactionCommand> begin
        = std::make_shared<BeginTransactionCommand>(lease, TransactionOptions());
    CommandFailer failer;
    TransactionGate gate;

    Gated() { lease->setFailer(&failer); }
    Q_DISABLE_COPY_MOVE(Gated)
    // What waits in its queue shares it.
    ~Gated() { lease->queue().takeAll(); }

    /// The server has begun it.
    void open()
    {
        gate.recordSent(*begin);
        begin->finish({});
        QCOMPARE(gate.recordAnswer(*begin, {}, InTransaction), Action::Nothing);
        QCOMPARE(lease->state(), State::Open);
    }

    std::shared_ptr<Statement> joined()
    {
        auto statement = std::make_shared<Statement>();
        statement->lease = lease;
        if (TransactionGate::recordJoined(statement) != Action::Nothing)
            qFatal("A statement cannot end a transaction by being given to it");
        return statement;
    }

    /// COMMIT or ROLLBACK, in the queue of the transaction.
    CommandPointer ending(CommandTraits::TransactionEnd end) const
    {
        CommandPointer command = std::make_shared<EndTransactionCommand>(end);
        command->lease = lease;
        lease->queue().append(command);
        return command;
    }

    /// \a command was sent, its answer has come, and its job has ended with it.
    Action answer(const CommandPointer &command, const Error &error, bool isInTransaction)
    {
        lease->queue().take(command.get());
        if (error)
            command->recordExecution(Error::Execution::Rejected);
        else
            gate.recordSuccess(*command, isInTransaction);
        command->finish(error);
        const Action action = gate.recordAnswer(*command, error, isInTransaction);
        const Action afterEnd = TransactionGate::recordEnded(command);
        return action == Action::Nothing ? afterEnd : action;
    }
};

} // namespace

class tst_TransactionGate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void opensWithTheAnswerToItsBeginning();
    void staysOpenToOthersIfTheBeginningFails();
    void isNotTakenByABeginningThatIsSentAgain();
    void rollsBackWhatNobodyWantsAnyMore();
    void ignoresCommandsOfOthers();
    void endsWithCommit();
    void rollsBackIfCommitFails();
    void endsWithRollback();
    void replacesTheSessionIfRollbackFails();
    void failsIfAStatementEndsIt();
    void becomesUncertainByErrors();
    void failsIfAnErrorHadEndedIt();
    void checksBeforeTheNextStatement();
    void checksAtOnceAfterConflicts();
    void doesNotCheckBeforeRollback();
    void doesNotCheckBeforeStatementsThatOnlyAsk();
    void failsByTheCheck();
    void rollsBackConflictsOfRepeatedTransactions();
    void rollsBackIfACommitIsAskedForBehindAFailure();
    void acceptsACommitBehindAReportedFailure();
    void rollsBackIfItsEndWaitsTooLong();
    void isAbandoned_data();
    void isAbandoned();
    void failsWithItsSession_data();
    void failsWithItsSession();
};

void tst_TransactionGate::opensWithTheAnswerToItsBeginning()
{
    Gated transaction;
    QVERIFY(!transaction.gate.current());
    transaction.gate.recordSent(*transaction.begin);
    QCOMPARE(transaction.gate.current(), transaction.lease);
    QCOMPARE(transaction.lease->state(), State::Waiting);
    QCOMPARE(transaction.gate.recordAnswer(*transaction.begin, {}, InTransaction), Action::Nothing);
    QCOMPARE(transaction.lease->state(), State::Open);
    QVERIFY(transaction.gate.holds(*transaction.joined()));
    QVERIFY(!transaction.gate.holds(Statement()));
}

void tst_TransactionGate::staysOpenToOthersIfTheBeginningFails()
{
    Gated transaction;
    transaction.gate.recordSent(*transaction.begin);
    transaction.begin->finish(Duplicate);
    QCOMPARE(transaction.gate.recordAnswer(*transaction.begin, Duplicate, NotInTransaction),
             Action::Nothing);
    QVERIFY(!transaction.gate.current());
    QCOMPARE(transaction.lease->state(), State::Failed);
}

void tst_TransactionGate::isNotTakenByABeginningThatIsSentAgain()
{
    Gated transaction;
    transaction.gate.recordSent(*transaction.begin);
    transaction.gate.recordUnsent(Statement());
    QVERIFY(transaction.gate.current());
    transaction.gate.recordUnsent(*transaction.begin);
    QVERIFY(!transaction.gate.current());
}

void tst_TransactionGate::rollsBackWhatNobodyWantsAnyMore()
{
    Gated transaction;
    transaction.gate.recordSent(*transaction.begin);
    QCOMPARE(transaction.gate.abandon(transaction.lease), Action::Nothing);
    transaction.begin->finish({});
    QCOMPARE(transaction.gate.recordAnswer(*transaction.begin, {}, InTransaction),
             Action::RollBack);
    transaction.gate.rollBack();
    QCOMPARE(transaction.lease->queue().size(), 1);
    QCOMPARE(transaction.lease->queue().front()->transactionEnd(),
             CommandTraits::TransactionEnd::Rollback);
    QCOMPARE(transaction.lease->queue().front()->lease, transaction.lease);
}

void tst_TransactionGate::ignoresCommandsOfOthers()
{
    Gated transaction;
    transaction.open();
    QCOMPARE(transaction.gate.recordAnswer(Statement(), Deadlock, NotInTransaction),
             Action::Nothing);
    QVERIFY(!transaction.gate.isUncertain());
    QCOMPARE(transaction.lease->state(), State::Open);
}

void tst_TransactionGate::endsWithCommit()
{
    Gated transaction;
    transaction.open();
    const CommandPointer commit = transaction.ending(CommandTraits::TransactionEnd::Commit);
    QCOMPARE(TransactionGate::recordJoined(commit), Action::Nothing);
    QCOMPARE(transaction.answer(commit, {}, NotInTransaction), Action::Nothing);
    QCOMPARE(transaction.lease->state(), State::Committed);
    QVERIFY(!transaction.gate.current());
}

void tst_TransactionGate::rollsBackIfCommitFails()
{
    Gated transaction;
    transaction.open();
    const CommandPointer commit = transaction.ending(CommandTraits::TransactionEnd::Commit);
    QCOMPARE(transaction.answer(commit, Deadlock, NotInTransaction), Action::RollBack);
    QCOMPARE(transaction.lease->state(), State::Failed);
    QCOMPARE(transaction.gate.current(), transaction.lease);
    const CommandPointer rollback = transaction.ending(CommandTraits::TransactionEnd::Rollback);
    QCOMPARE(transaction.answer(rollback, {}, NotInTransaction), Action::Nothing);
    QCOMPARE(transaction.lease->state(), State::Failed);
    QVERIFY(!transaction.gate.current());
}

void tst_TransactionGate::endsWithRollback()
{
    Gated transaction;
    transaction.open();
    const CommandPointer rollback = transaction.ending(CommandTraits::TransactionEnd::Rollback);
    QCOMPARE(transaction.answer(rollback, {}, NotInTransaction), Action::Nothing);
    QCOMPARE(transaction.lease->state(), State::RolledBack);
    QVERIFY(!transaction.gate.current());
}

void tst_TransactionGate::replacesTheSessionIfRollbackFails()
{
    Gated transaction;
    transaction.open();
    const CommandPointer rollback = transaction.ending(CommandTraits::TransactionEnd::Rollback);
    QCOMPARE(transaction.answer(rollback, Duplicate, InTransaction), Action::ReplaceSession);
    QCOMPARE(transaction.lease->state(), State::RolledBack);
    QVERIFY(!transaction.gate.current());
}

void tst_TransactionGate::failsIfAStatementEndsIt()
{
    Gated transaction;
    transaction.open();
    QCOMPARE(transaction.answer(transaction.joined(), {}, NotInTransaction), Action::Nothing);
    QCOMPARE(transaction.lease->state(), State::Failed);
    QCOMPARE(transaction.lease->failure().code(), Error::TransactionEnded);
    QCOMPARE(transaction.lease->failure().execution(), Error::Execution::Unknown);
    QVERIFY(!transaction.gate.current());
}

void tst_TransactionGate::becomesUncertainByErrors()
{
    Gated transaction;
    transaction.open();
    QVERIFY(!transaction.gate.isUncertain());
    QCOMPARE(transaction.answer(transaction.joined(), Duplicate, InTransaction), Action::Nothing);
    QVERIFY(transaction.gate.isUncertain());
    QCOMPARE(transaction.lease->state(), State::Open);
    // The error did not end it.
    QCOMPARE(transaction.answer(transaction.joined(), {}, InTransaction), Action::Nothing);
    QCOMPARE(transaction.lease->state(), State::Open);
}

void tst_TransactionGate::failsIfAnErrorHadEndedIt()
{
    Gated transaction;
    transaction.open();
    const CommandPointer behind = transaction.joined();
    QCOMPARE(transaction.answer(transaction.joined(), Deadlock, NotInTransaction), Action::Nothing);
    QVERIFY(!transaction.gate.hadEndedBefore(*behind, InTransaction));
    QVERIFY(!transaction.gate.hadEndedBefore(Statement(), NotInTransaction));
    QVERIFY(transaction.gate.hadEndedBefore(*behind, NotInTransaction));
    transaction.gate.recordSuccess(*behind, NotInTransaction);
    QCOMPARE(transaction.lease->state(), State::Failed);
    QCOMPARE(transaction.lease->failure().serverErrorNumber(), 1213);
    QCOMPARE(transaction.lease->failure().execution(), Error::Execution::Rejected);
    QVERIFY(!transaction.gate.current());
    QVERIFY(!transaction.gate.hadEndedBefore(*behind, NotInTransaction));
}

void tst_TransactionGate::checksBeforeTheNextStatement()
{
    Gated transaction;
    transaction.open();
    QVERIFY(!transaction.gate.needsCheck({}));
    QCOMPARE(transaction.answer(transaction.joined(), Duplicate, InTransaction), Action::Nothing);
    QVERIFY(!transaction.gate.needsCheck({}));
    transaction.lease->queue().append(transaction.joined());
    QVERIFY(transaction.gate.needsCheck({}));
    transaction.gate.recordCheck(InTransaction);
    QVERIFY(!transaction.gate.needsCheck({}));
    QCOMPARE(transaction.lease->state(), State::Open);
}

void tst_TransactionGate::checksAtOnceAfterConflicts()
{
    Gated transaction;
    transaction.open();
    QCOMPARE(transaction.answer(transaction.joined(), Deadlock, NotInTransaction), Action::Nothing);
    QVERIFY(transaction.gate.needsCheck({}));
}

void tst_TransactionGate::doesNotCheckBeforeRollback()
{
    Gated transaction;
    transaction.open();
    QCOMPARE(transaction.answer(transaction.joined(), Deadlock, NotInTransaction), Action::Nothing);
    transaction.ending(CommandTraits::TransactionEnd::Rollback);
    QVERIFY(!transaction.gate.needsCheck({}));
}

void tst_TransactionGate::doesNotCheckBeforeStatementsThatOnlyAsk()
{
    Gated transaction;
    transaction.open();
    QCOMPARE(transaction.answer(transaction.joined(), Deadlock, NotInTransaction), Action::Nothing);
    const std::shared_ptr<Statement> asks = transaction.joined();
    asks->effects.onlyAsks = true;
    transaction.lease->queue().append(asks);
    QVERIFY(!transaction.gate.needsCheck({}));
}

void tst_TransactionGate::failsByTheCheck()
{
    Gated transaction;
    transaction.open();
    const std::shared_ptr<Statement> changesSchema = transaction.joined();
    changesSchema->mayCommit = true;
    QCOMPARE(transaction.answer(changesSchema, Duplicate, NotInTransaction), Action::Nothing);
    QVERIFY(transaction.gate.needsCheck({}));
    transaction.gate.recordCheck(NotInTransaction);
    QCOMPARE(transaction.lease->state(), State::Failed);
    QCOMPARE(transaction.lease->failure().execution(), Error::Execution::Unknown);
    QVERIFY(!transaction.gate.current());
}

void tst_TransactionGate::rollsBackConflictsOfRepeatedTransactions()
{
    Gated transaction;
    transaction.lease->endsOnConflict = true;
    transaction.open();
    QCOMPARE(transaction.answer(transaction.joined(), Duplicate, InTransaction), Action::Nothing);
    QCOMPARE(transaction.answer(transaction.joined(), Deadlock, NotInTransaction),
             Action::RollBack);
    QCOMPARE(transaction.lease->state(), State::Failed);
    QCOMPARE(transaction.gate.current(), transaction.lease);
}

void tst_TransactionGate::rollsBackIfACommitIsAskedForBehindAFailure()
{
    Gated transaction;
    transaction.open();
    const CommandPointer statement = transaction.joined();
    const CommandPointer commit = transaction.ending(CommandTraits::TransactionEnd::Commit);
    QCOMPARE(TransactionGate::recordJoined(commit), Action::Nothing);
    QCOMPARE(transaction.answer(statement, Duplicate, InTransaction), Action::RollBack);
    QCOMPARE(transaction.lease->state(), State::Failed);
    // What is in flight ends before what waits.
    QVERIFY(!commit->isFinished());
    transaction.gate.rollBack();
    QVERIFY(commit->isFinished());
    QCOMPARE(commit->error().code(), Error::TransactionEnded);
}

void tst_TransactionGate::acceptsACommitBehindAReportedFailure()
{
    Gated transaction;
    transaction.open();
    // Nobody waits to be told: there is no job.
    QCOMPARE(transaction.answer(transaction.joined(), Duplicate, InTransaction), Action::Nothing);
    const CommandPointer commit = transaction.ending(CommandTraits::TransactionEnd::Commit);
    QCOMPARE(TransactionGate::recordJoined(commit), Action::Nothing);
    QCOMPARE(transaction.lease->state(), State::Open);
}

void tst_TransactionGate::rollsBackIfItsEndWaitsTooLong()
{
    Gated transaction;
    transaction.open();
    const CommandPointer statement = transaction.joined();
    statement->finish(Error(Error::QueueTimeout, u"Too late"_s));
    QCOMPARE(TransactionGate::recordTimedOut(statement), Action::Nothing);
    QCOMPARE(transaction.lease->state(), State::Open);
    const CommandPointer commit = transaction.ending(CommandTraits::TransactionEnd::Commit);
    QCOMPARE(transaction.lease->queue().takeFirst(), commit);
    commit->finish(Error(Error::QueueTimeout, u"Too late"_s));
    QCOMPARE(TransactionGate::recordTimedOut(commit), Action::RollBack);
    QCOMPARE(transaction.lease->state(), State::Failed);
}

void tst_TransactionGate::isAbandoned_data()
{
    QTest::addColumn<bool>("isSent");
    QTest::addColumn<bool>("isOpen");
    QTest::addColumn<Action>("expected");

    QTest::newRow("waits") << false << false << Action::CancelBegin;
    QTest::newRow("begins") << true << false << Action::Nothing;
    QTest::newRow("open") << true << true << Action::RollBack;
}

void tst_TransactionGate::isAbandoned()
{
    QFETCH(bool, isSent);
    QFETCH(bool, isOpen);
    Gated transaction;
    if (isOpen)
        transaction.open();
    else if (isSent)
        transaction.gate.recordSent(*transaction.begin);
    QTEST(transaction.gate.abandon(transaction.lease), "expected");
    QVERIFY(transaction.lease->isAbandoned());
    transaction.lease->end(State::RolledBack);
    QCOMPARE(transaction.gate.abandon(transaction.lease), Action::Nothing);
}

void tst_TransactionGate::failsWithItsSession_data()
{
    QTest::addColumn<bool>("mayHaveCommitted");
    QTest::addColumn<Error::Execution>("expected");

    QTest::newRow("rolled back") << false << Error::Execution::Rejected;
    QTest::newRow("perhaps committed") << true << Error::Execution::Unknown;
}

void tst_TransactionGate::failsWithItsSession()
{
    QFETCH(bool, mayHaveCommitted);
    const Error lost(Error::ConnectionLost, u"Gone"_s);
    Gated waiting;
    waiting.gate.recordSent(*waiting.begin);
    TransactionGate::fail(waiting.gate.take(), lost, mayHaveCommitted);
    QCOMPARE(waiting.lease->state(), State::Waiting);
    QVERIFY(!waiting.gate.current());

    Gated open;
    open.open();
    TransactionGate::fail(open.gate.take(), lost, mayHaveCommitted);
    QCOMPARE(open.lease->state(), State::Failed);
    QCOMPARE(open.lease->failure().code(), Error::ConnectionLost);
    QTEST(open.lease->failure().execution(), "expected");

    TransactionGate::fail(open.gate.take(), lost, mayHaveCommitted);
}

QTEST_GUILESS_MAIN(tst_TransactionGate)
#include "tst_transactiongate.moc"
