// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fate.h"

#include <algorithm>

namespace AsyncMySql {

namespace {

/// What is known of the execution when the answer is there. Once it may have been executed, a later
/// attempt that failed does not make that undone.
Error::Execution executionAfterAnswer(const Outcome &outcome)
{
    if (!outcome.error || outcome.facts.partlyExecuted)
        return Error::Execution::Unknown;
    if (outcome.stoppedUnsent || outcome.facts.sentNothing)
        return outcome.execution;
    return std::max(outcome.execution, Error::Execution::Rejected);
}

/// Whether another attempt after an error of the server is safe.
bool canRetry(const Outcome &outcome, const CommandTraits &traits, Error::Execution execution)
{
    // An earlier attempt that may have been executed, or a part of this one that was, is not undone
    // by the error of the last. A new session is not in a transaction of the application.
    const bool nothingExecuted
        = execution != Error::Execution::Unknown || isRepeatable(traits, outcome.status);
    return outcome.status.canBeSentAgain && nothingExecuted && !outcome.inTransaction;
}

/// Whether the server's error is one that the policy lists as transient,
/// and another attempt is safe.
bool mayRetry(const Outcome &outcome, const CommandTraits &traits, const RetryPolicy &policy,
              Error::Execution execution)
{
    return canRetry(outcome, traits, execution) && outcome.attempts < policy.maximumAttempts()
           && policy.isTransient(outcome.error);
}

/// Whether a command that a server has refused for reasons of its own may be sent to another one.
bool mayGoElsewhere(const Outcome &outcome, const RetryPolicy &policy, Error::Execution execution)
{
    return outcome.leavesHost && !outcome.hasEnded && outcome.status.canBeSentAgain
           && !outcome.inTransaction && !outcome.sessionHeld && !outcome.leaseAbandoned
           && execution != Error::Execution::Unknown && outcome.attempts < policy.maximumAttempts();
}

Fate fateOfAnswered(const Outcome &outcome, const CommandTraits &traits, const RetryPolicy &policy,
                    Error::Execution execution)
{
    const bool failed = static_cast<bool>(outcome.error);
    const bool recovers = failed && outcome.canRecover && canRetry(outcome, traits, execution);
    if (!outcome.wasStopped) {
        if (mayGoElsewhere(outcome, policy, execution))
            return Fate::RepeatElsewhere;
        // The answer cannot be trusted, and can be asked for again.
        if (outcome.hitByStrayKill && traits.readsOnly)
            return Fate::Repeat;
        // A write is not executed behind those that were sent after it.
        if (failed && outcome.facts.mustRepeat && (traits.readsOnly || outcome.isLast)
            && outcome.repetitions < MaximumRepetitions)
            return Fate::RepeatPreparedAnew;
        if (recovers && traits.readsOnly && (!outcome.isLast || outcome.hasRepeats))
            return Fate::RepeatAfterRecovery;
        if (failed && traits.readsOnly && (!outcome.isLast || outcome.hasRepeats)
            && mayRetry(outcome, traits, policy, execution))
            return Fate::RepeatAfterPause;
        // Jobs end in their order: what only reads is read again rather than held back. But an
        // error can have ended the transaction.
        if (traits.readsOnly && outcome.hasRepeats && !(failed && outcome.inTransaction))
            return Fate::Repeat;
    }
    if (outcome.hasEnded)
        return Fate::Ignore;
    if (outcome.wasStopped)
        return Fate::FinishStopped;
    if (recovers && outcome.isLast)
        return Fate::RetryAfterRecovery;
    if (failed && outcome.isLast && mayRetry(outcome, traits, policy, execution))
        return Fate::RetryAfterPause;
    // It was in flight when the transaction ended.
    if (outcome.leaseOver && !traits.effects.onlyAsks)
        return Fate::FailTransactionOver;
    return Fate::Finish;
}

/// Whether a command whose session was lost may be sent in a new one.
bool mayResend(const Outcome &outcome, const CommandTraits &traits, const RetryPolicy &policy,
               int attempts)
{
    // What may have been executed would be executed in another state the second time.
    const bool needsSession = outcome.inTransaction
                              || (outcome.sessionHeld && outcome.mayHaveExecuted
                                  && traits.role == CommandTraits::SessionRole::Statement);
    if (!outcome.status.canBeSentAgain || needsSession || attempts >= policy.maximumAttempts())
        return false;
    // As if it had waited in the queue.
    if (!outcome.mayHaveExecuted)
        return true;
    const bool repeatable = isRepeatable(traits, outcome.status);
    if (outcome.answerBegun && !repeatable)
        return false;
    switch (policy.resend()) {
    case RetryPolicy::Never:
        return false;
    case RetryPolicy::Idempotent:
        return repeatable;
    case RetryPolicy::Always:
        return true;
    }
    return false;
}

int attemptsAfterLoss(const Outcome &outcome, const CommandTraits &traits)
{
    // A session that answered before it ended is no reason to count: the next one can be expected
    // to do better.
    if (!outcome.mayHaveExecuted && outcome.sessionProved)
        return outcome.attempts - 1;
    // Nor is an answer to another command that ended the session.
    if (!outcome.isFront && traits.readsOnly)
        return outcome.attempts - 1;
    return outcome.attempts;
}

Error::Execution executionAfterLoss(const Outcome &outcome)
{
    if (outcome.mayHaveExecuted)
        return Error::Execution::Unknown;
    if (outcome.isFront && outcome.error.code() == Error::ServerError)
        return std::max(outcome.execution, Error::Execution::Rejected);
    return outcome.execution;
}

Fate fateOfLost(const Outcome &outcome, const CommandTraits &traits, const RetryPolicy &policy,
                int attempts)
{
    if (outcome.wasStopped)
        return Fate::FinishStopped;
    // What is wrong with an answer concerns the command that was being answered. For those behind
    // it the connection is lost.
    const bool connectionLost = outcome.error.category() == Error::Category::Connection;
    if (outcome.isFront && !connectionLost)
        return Fate::Finish;
    if (!outcome.leaseAbandoned && mayResend(outcome, traits, policy, attempts))
        return Fate::Resend;
    return connectionLost ? Fate::Finish : Fate::FailLost;
}

} // namespace

Verdict fateOf(const Outcome &outcome, const CommandTraits &traits, const RetryPolicy &policy)
{
    switch (outcome.kind) {
    case Outcome::Kind::Answered: {
        const Error::Execution execution = executionAfterAnswer(outcome);
        return {fateOfAnswered(outcome, traits, policy, execution), execution, outcome.attempts};
    }
    case Outcome::Kind::SessionLost: {
        if (outcome.awaitsRepeat) {
            return {outcome.sessionHeld ? Fate::FailLost : Fate::Resend, outcome.execution,
                    outcome.attempts};
        }
        if (outcome.hasEnded)
            break;
        const int attempts = attemptsAfterLoss(outcome, traits);
        return {fateOfLost(outcome, traits, policy, attempts), executionAfterLoss(outcome),
                attempts};
    }
    case Outcome::Kind::Aborted:
        if (outcome.hasEnded)
            break;
        return {Fate::FailClosed,
                outcome.mayHaveExecuted ? Error::Execution::Unknown : outcome.execution,
                outcome.attempts};
    }
    return {Fate::Ignore, outcome.execution, outcome.attempts};
}

bool hasTransientErrors(const RetryPolicy &policy)
{
    return !policy.transientErrorNumbers().isEmpty() || !policy.transientSqlStates().isEmpty()
           || !policy.transientErrorTexts().isEmpty()
           || (policy.isRecoveryEnabled() && !policy.recoveryErrorNumbers().isEmpty());
}

} // namespace AsyncMySql
