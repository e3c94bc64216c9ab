// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fate.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

namespace {

using Execution = Error::Execution;
using Role = CommandTraits::SessionRole;

constexpr int Deadlock = 1213;

struct Situation
{
    Outcome outcome;
    CommandTraits traits;
    RetryPolicy policy;
};

Error serverError(int number)
{
    Error error(Error::ServerError, u"Refused"_s);
    error.setServerError(number, u"40001"_s);
    return error;
}

/// What came before the last attempt, where rows do not say otherwise: one attempt, not sent
/// before.
Situation answered()
{
    Situation situation;
    situation.traits.role = Role::Statement;
    situation.outcome.mayHaveExecuted = true;
    situation.outcome.answerBegun = true;
    situation.policy.setTransientErrorNumbers({Deadlock});
    situation.policy.setMaximumAttempts(3);
    return situation;
}

Situation lost()
{
    Situation situation = answered();
    situation.outcome.kind = Outcome::Kind::SessionLost;
    situation.outcome.error = Error(Error::ConnectionLost, u"Gone"_s);
    situation.outcome.answerBegun = false;
    situation.outcome.sessionProved = true;
    return situation;
}

Situation aborted()
{
    Situation situation = answered();
    situation.outcome.kind = Outcome::Kind::Aborted;
    return situation;
}

void setReadsOnly(Situation &situation)
{
    situation.traits.readsOnly = true;
    situation.traits.isRepeatable = true;
}

void failWith(Situation &situation, int number)
{
    situation.outcome.error = serverError(number);
}

/// One row of the table of fates.
struct Row
{
    const char *name;
    Situation (*start)();
    void (*change)(Situation &situation);
    Fate fate;
    Execution execution;
    int attempts = 1;
};

const Row Rows[] = {
    // Answers. A stray kill spoils every answer that can be asked for again.
    {"read, perhaps killed", answered,
     [](Situation &s) {
         setReadsOnly(s);
         s.outcome.hitByStrayKill = true;
     },
     Fate::Repeat, Execution::Unknown},
    {"read, killed", answered,
     [](Situation &s) {
         setReadsOnly(s);
         failWith(s, 1317);
         s.outcome.hitByStrayKill = true;
     },
     Fate::Repeat, Execution::Rejected},
    {"write, perhaps killed", answered, [](Situation &s) { s.outcome.hitByStrayKill = true; },
     Fate::Finish, Execution::Unknown},
    {"read, stopped, perhaps killed", answered,
     [](Situation &s) {
         setReadsOnly(s);
         s.outcome.hitByStrayKill = true;
         s.outcome.wasStopped = true;
     },
     Fate::FinishStopped, Execution::Unknown},

    // Statements that have to be prepared anew.
    {"read, must be repeated", answered,
     [](Situation &s) {
         setReadsOnly(s);
         failWith(s, 1615);
         s.outcome.isLast = false;
         s.outcome.facts.mustRepeat = true;
     },
     Fate::RepeatPreparedAnew, Execution::Rejected},
    {"last write, must be repeated", answered,
     [](Situation &s) {
         failWith(s, 1615);
         s.outcome.facts.mustRepeat = true;
     },
     Fate::RepeatPreparedAnew, Execution::Rejected},
    {"write before others, must be repeated", answered,
     [](Situation &s) {
         failWith(s, 1615);
         s.outcome.isLast = false;
         s.outcome.facts.mustRepeat = true;
     },
     Fate::Finish, Execution::Rejected},
    {"must be repeated too often", answered,
     [](Situation &s) {
         failWith(s, 1615);
         s.outcome.repetitions = MaximumRepetitions;
         s.outcome.facts.mustRepeat = true;
     },
     Fate::Finish, Execution::Rejected},
    {"stopped, must be repeated", answered,
     [](Situation &s) {
         failWith(s, 1615);
         s.outcome.wasStopped = true;
         s.outcome.facts.mustRepeat = true;
     },
     Fate::FinishStopped, Execution::Rejected},

    // Errors that a statement can recover from.
    {"crashed table", answered,
     [](Situation &s) {
         failWith(s, 1194);
         s.outcome.canRecover = true;
     },
     Fate::RetryAfterRecovery, Execution::Rejected},
    {"crashed table after all attempts", answered,
     [](Situation &s) {
         failWith(s, 1194);
         s.outcome.canRecover = true;
         s.outcome.attempts = 3;
     },
     Fate::RetryAfterRecovery, Execution::Rejected, 3},
    {"crashed table, read before others", answered,
     [](Situation &s) {
         setReadsOnly(s);
         failWith(s, 1194);
         s.outcome.canRecover = true;
         s.outcome.isLast = false;
     },
     Fate::RepeatAfterRecovery, Execution::Rejected},
    {"crashed table, last read behind repeats", answered,
     [](Situation &s) {
         setReadsOnly(s);
         failWith(s, 1194);
         s.outcome.canRecover = true;
         s.outcome.hasRepeats = true;
     },
     Fate::RepeatAfterRecovery, Execution::Rejected},
    {"crashed table, write before others", answered,
     [](Situation &s) {
         failWith(s, 1194);
         s.outcome.canRecover = true;
         s.outcome.isLast = false;
     },
     Fate::Finish, Execution::Rejected},
    {"crashed table in a transaction", answered,
     [](Situation &s) {
         failWith(s, 1194);
         s.outcome.canRecover = true;
         s.outcome.inTransaction = true;
     },
     Fate::Finish, Execution::Rejected},
    {"crashed table after a part was executed", answered,
     [](Situation &s) {
         failWith(s, 1194);
         s.outcome.canRecover = true;
         s.outcome.facts.partlyExecuted = true;
     },
     Fate::Finish, Execution::Unknown},
    {"crashed table, stopped", answered,
     [](Situation &s) {
         failWith(s, 1194);
         s.outcome.canRecover = true;
         s.outcome.wasStopped = true;
     },
     Fate::FinishStopped, Execution::Rejected},
    {"crashed table after rows were taken", answered,
     [](Situation &s) {
         setReadsOnly(s);
         failWith(s, 1194);
         s.outcome.canRecover = true;
         s.outcome.status.canBeSentAgain = false;
     },
     Fate::Finish, Execution::Rejected},

    // Temporary errors while others are in flight.
    {"read before others, transient error", answered,
     [](Situation &s) {
         setReadsOnly(s);
         failWith(s, Deadlock);
         s.outcome.isLast = false;
     },
     Fate::RepeatAfterPause, Execution::Rejected},
    {"last read behind repeats, transient error", answered,
     [](Situation &s) {
         setReadsOnly(s);
         failWith(s, Deadlock);
         s.outcome.hasRepeats = true;
     },
     Fate::RepeatAfterPause, Execution::Rejected},
    {"read before others, transient error in a transaction", answered,
     [](Situation &s) {
         setReadsOnly(s);
         failWith(s, Deadlock);
         s.outcome.isLast = false;
         s.outcome.inTransaction = true;
     },
     Fate::Finish, Execution::Rejected},
    {"write before others, transient error", answered,
     [](Situation &s) {
         failWith(s, Deadlock);
         s.outcome.isLast = false;
     },
     Fate::Finish, Execution::Rejected},

    // Jobs end in their order.
    {"read behind repeats", answered,
     [](Situation &s) {
         setReadsOnly(s);
         s.outcome.hasRepeats = true;
         s.outcome.isLast = false;
     },
     Fate::Repeat, Execution::Unknown},
    {"read behind repeats in a transaction", answered,
     [](Situation &s) {
         setReadsOnly(s);
         s.outcome.hasRepeats = true;
         s.outcome.inTransaction = true;
     },
     Fate::Repeat, Execution::Unknown},
    {"read behind repeats, error", answered,
     [](Situation &s) {
         setReadsOnly(s);
         failWith(s, 1064);
         s.outcome.hasRepeats = true;
     },
     Fate::Repeat, Execution::Rejected},
    {"read behind repeats, error in a transaction", answered,
     [](Situation &s) {
         setReadsOnly(s);
         failWith(s, 1064);
         s.outcome.hasRepeats = true;
         s.outcome.inTransaction = true;
     },
     Fate::Finish, Execution::Rejected},
    {"write behind repeats", answered, [](Situation &s) { s.outcome.hasRepeats = true; },
     Fate::Finish, Execution::Unknown},

    // Commands whose caller does not wait for the answer any more.
    {"ended while in flight", answered,
     [](Situation &s) {
         s.outcome.hasEnded = true;
         s.outcome.wasStopped = true;
     },
     Fate::Ignore, Execution::Unknown},
    {"ended while in flight, error", answered,
     [](Situation &s) {
         failWith(s, 1064);
         s.outcome.hasEnded = true;
         s.outcome.wasStopped = true;
     },
     Fate::Ignore, Execution::Rejected},
    {"stopped, but succeeded", answered, [](Situation &s) { s.outcome.wasStopped = true; },
     Fate::FinishStopped, Execution::Unknown},
    {"stopped in time", answered,
     [](Situation &s) {
         failWith(s, 1317);
         s.outcome.wasStopped = true;
     },
     Fate::FinishStopped, Execution::Rejected},
    {"stopped before it was sent as a whole", answered,
     [](Situation &s) {
         s.outcome.error = Error(Error::Cancelled, u"Stopped"_s);
         s.outcome.stoppedUnsent = true;
         s.outcome.wasStopped = true;
     },
     Fate::FinishStopped, Execution::NotSent},

    // Temporary errors of the last in flight.
    {"transient error", answered, [](Situation &s) { failWith(s, Deadlock); },
     Fate::RetryAfterPause, Execution::Rejected},
    {"transient error after a part was executed", answered,
     [](Situation &s) {
         failWith(s, Deadlock);
         s.outcome.facts.partlyExecuted = true;
     },
     Fate::Finish, Execution::Unknown},
    {"transient error after a part was executed, idempotent", answered,
     [](Situation &s) {
         failWith(s, Deadlock);
         s.outcome.facts.partlyExecuted = true;
         s.outcome.status.isIdempotent = true;
     },
     Fate::RetryAfterPause, Execution::Unknown},
    {"transient error after an attempt that was lost", answered,
     [](Situation &s) {
         failWith(s, Deadlock);
         s.outcome.execution = Execution::Unknown;
         s.outcome.attempts = 2;
     },
     Fate::Finish, Execution::Unknown, 2},
    {"transient error in a transaction", answered,
     [](Situation &s) {
         failWith(s, Deadlock);
         s.outcome.inTransaction = true;
     },
     Fate::Finish, Execution::Rejected},
    {"transient error after all attempts", answered,
     [](Situation &s) {
         failWith(s, Deadlock);
         s.outcome.attempts = 3;
     },
     Fate::Finish, Execution::Rejected, 3},
    {"transient error after rows were taken", answered,
     [](Situation &s) {
         setReadsOnly(s);
         failWith(s, Deadlock);
         s.outcome.status.canBeSentAgain = false;
     },
     Fate::Finish, Execution::Rejected},
    {"permanent error", answered, [](Situation &s) { failWith(s, 1064); }, Fate::Finish,
     Execution::Rejected},
    {"failed before anything was sent", answered,
     [](Situation &s) {
         s.outcome.error = Error(Error::InvalidParameter, u"No"_s);
         s.outcome.facts.sentNothing = true;
     },
     Fate::Finish, Execution::NotSent},

    // Transactions that ended while the command was in flight.
    {"transaction over", answered, [](Situation &s) { s.outcome.leaseOver = true; },
     Fate::FailTransactionOver, Execution::Unknown},
    {"transaction over, asks only", answered,
     [](Situation &s) {
         s.outcome.leaseOver = true;
         s.traits.effects.onlyAsks = true;
     },
     Fate::Finish, Execution::Unknown},
    {"success", answered, [](Situation &) {}, Fate::Finish, Execution::Unknown},

    // Lost while it waited to be repeated.
    {"lost, waits to be repeated", lost, [](Situation &s) { s.outcome.awaitsRepeat = true; },
     Fate::Resend, Execution::NotSent},
    {"lost, waits to be repeated, session held", lost,
     [](Situation &s) {
         s.outcome.awaitsRepeat = true;
         s.outcome.sessionHeld = true;
         s.outcome.execution = Execution::Rejected;
     },
     Fate::FailLost, Execution::Rejected},

    // Lost in flight.
    {"lost, ended", lost,
     [](Situation &s) {
         s.outcome.hasEnded = true;
         s.outcome.wasStopped = true;
     },
     Fate::Ignore, Execution::NotSent},
    {"lost, stopped", lost, [](Situation &s) { s.outcome.wasStopped = true; }, Fate::FinishStopped,
     Execution::Unknown},
    {"answer makes no sense", lost,
     [](Situation &s) {
         setReadsOnly(s);
         s.outcome.error = Error(Error::ProtocolError, u"What?"_s);
     },
     Fate::Finish, Execution::Unknown},
    {"answer ends the session", lost,
     [](Situation &s) {
         setReadsOnly(s);
         failWith(s, 1053);
         s.outcome.mayHaveExecuted = false;
     },
     Fate::Finish, Execution::Rejected, 0},
    {"behind an answer that makes no sense", lost,
     [](Situation &s) {
         setReadsOnly(s);
         s.outcome.error = Error(Error::ProtocolError, u"What?"_s);
         s.outcome.isFront = false;
     },
     Fate::Resend, Execution::Unknown, 0},
    {"write behind an answer that makes no sense", lost,
     [](Situation &s) {
         s.outcome.error = Error(Error::ProtocolError, u"What?"_s);
         s.outcome.isFront = false;
     },
     Fate::FailLost, Execution::Unknown},
    {"begins a transaction that nobody wants", lost,
     [](Situation &s) {
         s.traits = {};
         s.traits.beginsTransaction = true;
         s.traits.isRepeatable = true;
         s.outcome.leaseAbandoned = true;
     },
     Fate::Finish, Execution::Unknown},
    {"begins a transaction", lost,
     [](Situation &s) {
         s.traits = {};
         s.traits.beginsTransaction = true;
         s.traits.isRepeatable = true;
     },
     Fate::Resend, Execution::Unknown},
    {"rows were taken", lost,
     [](Situation &s) {
         setReadsOnly(s);
         s.outcome.status.canBeSentAgain = false;
         s.policy.setResend(RetryPolicy::Always);
     },
     Fate::Finish, Execution::Unknown},
    {"in a transaction", lost,
     [](Situation &s) {
         setReadsOnly(s);
         s.outcome.inTransaction = true;
     },
     Fate::Finish, Execution::Unknown},
    {"in a transaction, not executed", lost,
     [](Situation &s) {
         s.outcome.inTransaction = true;
         s.outcome.mayHaveExecuted = false;
     },
     Fate::Finish, Execution::NotSent, 0},
    {"statement in a session that held something", lost,
     [](Situation &s) {
         setReadsOnly(s);
         s.outcome.sessionHeld = true;
     },
     Fate::Finish, Execution::Unknown},
    {"ping in a session that held something", lost,
     [](Situation &s) {
         s.traits = {};
         s.traits.isRepeatable = true;
         s.outcome.sessionHeld = true;
     },
     Fate::Resend, Execution::Unknown},
    {"not executed in a session that held something", lost,
     [](Situation &s) {
         s.outcome.sessionHeld = true;
         s.outcome.mayHaveExecuted = false;
     },
     Fate::Resend, Execution::NotSent, 0},
    {"all attempts made", lost,
     [](Situation &s) {
         setReadsOnly(s);
         s.outcome.attempts = 3;
     },
     Fate::Finish, Execution::Unknown, 3},
    {"all attempts made, the last does not count", lost,
     [](Situation &s) {
         s.outcome.attempts = 3;
         s.outcome.mayHaveExecuted = false;
     },
     Fate::Resend, Execution::NotSent, 2},
    {"not executed, session never answered", lost,
     [](Situation &s) {
         s.outcome.mayHaveExecuted = false;
         s.outcome.sessionProved = false;
     },
     Fate::Resend, Execution::NotSent},
    {"read behind another, session never answered", lost,
     [](Situation &s) {
         setReadsOnly(s);
         s.outcome.isFront = false;
         s.outcome.mayHaveExecuted = false;
         s.outcome.sessionProved = false;
     },
     Fate::Resend, Execution::NotSent, 0},
    {"write behind another, session never answered", lost,
     [](Situation &s) {
         s.outcome.isFront = false;
         s.outcome.mayHaveExecuted = false;
         s.outcome.sessionProved = false;
     },
     Fate::Resend, Execution::NotSent},
    {"read behind another, not executed", lost,
     [](Situation &s) {
         setReadsOnly(s);
         s.outcome.isFront = false;
         s.outcome.mayHaveExecuted = false;
     },
     Fate::Resend, Execution::NotSent, 0},
    {"write, answer had begun", lost,
     [](Situation &s) {
         s.outcome.answerBegun = true;
         s.policy.setResend(RetryPolicy::Always);
     },
     Fate::Finish, Execution::Unknown},
    {"read, answer had begun", lost,
     [](Situation &s) {
         setReadsOnly(s);
         s.outcome.answerBegun = true;
     },
     Fate::Resend, Execution::Unknown},
    {"read, never resent", lost,
     [](Situation &s) {
         setReadsOnly(s);
         s.policy.setResend(RetryPolicy::Never);
     },
     Fate::Finish, Execution::Unknown},
    {"write, idempotent ones resent", lost, [](Situation &) {}, Fate::Finish, Execution::Unknown},
    {"idempotent write, idempotent ones resent", lost,
     [](Situation &s) { s.outcome.status.isIdempotent = true; }, Fate::Resend, Execution::Unknown},
    {"read, idempotent ones resent", lost, [](Situation &s) { setReadsOnly(s); }, Fate::Resend,
     Execution::Unknown},
    {"write, all resent", lost, [](Situation &s) { s.policy.setResend(RetryPolicy::Always); },
     Fate::Resend, Execution::Unknown},

    // The application ended the session.
    {"aborted, ended", aborted,
     [](Situation &s) {
         s.outcome.hasEnded = true;
         s.outcome.wasStopped = true;
     },
     Fate::Ignore, Execution::NotSent},
    {"aborted", aborted, [](Situation &) {}, Fate::FailClosed, Execution::Unknown},
    {"aborted, not executed", aborted, [](Situation &s) { s.outcome.mayHaveExecuted = false; },
     Fate::FailClosed, Execution::NotSent},
    {"aborted, waits to be repeated", aborted,
     [](Situation &s) {
         s.outcome.awaitsRepeat = true;
         s.outcome.mayHaveExecuted = false;
         s.outcome.execution = Execution::Rejected;
     },
     Fate::FailClosed, Execution::Rejected},
};

} // namespace

class tst_Fate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decides_data();
    void decides();
    void neverForgetsWhatMayHaveBeenExecuted_data();
    void neverForgetsWhatMayHaveBeenExecuted();
    void neverMakesMoreAttemptsThanThePolicyAllows_data();
    void neverMakesMoreAttemptsThanThePolicyAllows();
    void knowsPoliciesWithTransientErrors();
};

void tst_Fate::decides_data()
{
    QTest::addColumn<const Row *>("row");
    for (const Row &row : Rows)
        QTest::newRow(row.name) << &row;
}

void tst_Fate::decides()
{
    QFETCH(const Row *, row);
    Situation situation = row->start();
    row->change(situation);
    const Verdict verdict = fateOf(situation.outcome, situation.traits, situation.policy);
    QCOMPARE(verdict.fate, row->fate);
    QCOMPARE(verdict.execution, row->execution);
    QCOMPARE(verdict.attempts, row->attempts);
}

void tst_Fate::neverForgetsWhatMayHaveBeenExecuted_data()
{
    decides_data();
}

void tst_Fate::neverForgetsWhatMayHaveBeenExecuted()
{
    QFETCH(const Row *, row);
    Situation situation = row->start();
    row->change(situation);
    situation.outcome.execution = Execution::Unknown;
    const Verdict verdict = fateOf(situation.outcome, situation.traits, situation.policy);
    QCOMPARE(verdict.execution, Execution::Unknown);
}

void tst_Fate::neverMakesMoreAttemptsThanThePolicyAllows_data()
{
    decides_data();
}

void tst_Fate::neverMakesMoreAttemptsThanThePolicyAllows()
{
    QFETCH(const Row *, row);
    Situation situation = row->start();
    row->change(situation);
    situation.outcome.attempts = situation.policy.maximumAttempts();
    const Verdict verdict = fateOf(situation.outcome, situation.traits, situation.policy);
    QVERIFY(verdict.fate != Fate::RetryAfterPause && verdict.fate != Fate::RepeatAfterPause);
    // An attempt that is sent again without being counted gives the number back.
    if (verdict.fate == Fate::Resend && !situation.outcome.awaitsRepeat)
        QVERIFY(verdict.attempts < situation.policy.maximumAttempts());
}

void tst_Fate::knowsPoliciesWithTransientErrors()
{
    RetryPolicy policy;
    policy.setTransientErrorNumbers({});
    policy.setTransientSqlStates({});
    policy.setTransientErrorTexts({});
    QVERIFY(!hasTransientErrors(policy));
    policy.setTransientErrorTexts({u"try again"_s});
    QVERIFY(hasTransientErrors(policy));
    policy.setTransientErrorTexts({});
    policy.setTransientSqlStates({u"40001"_s});
    QVERIFY(hasTransientErrors(policy));
    policy.setTransientSqlStates({});
    policy.setTransientErrorNumbers({Deadlock});
    QVERIFY(hasTransientErrors(policy));
}

QTEST_APPLESS_MAIN(tst_Fate)
#include "tst_fate.moc"
