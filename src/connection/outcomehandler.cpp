// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "outcomehandler.h"

#include "errorconversion.h"
#include "logging.h"
#include "querycommand.h"
#include "retrydelay.h"
#include "statementsummary.h"
#include "tablerepair.h"

#include <deque>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

/// Whether what was committed in a transaction stays though the session is in one again: the
/// status that the server reports does not show it.
bool mayHaveCommittedInside(const CommandTraits &traits)
{
    const Protocol::SessionEffects &effects = traits.effects;
    return traits.mayCommit
           && (effects.beginsTransaction || effects.endsTransaction
               || effects.leaves.testFlag(Protocol::SessionTrace::Anything));
}

Error stoppedError(const Command &command)
{
    const Error::Code reason = command.stopReason;
    if (reason != Error::QueryTimeout)
        return Error(reason, u"The statement was cancelled while it was running"_s);
    if (!command.isUnread)
        return Error(reason, u"The statement ran for too long (queryTimeout)"_s);
    const auto &stream = static_cast<const QueryCommand &>(command);
    const double seconds = static_cast<double>(stream.streamTimeout().count()) / 1000;
    return Error(
        reason, u"No rows of a stream were taken for %1 s (streamTimeout), and they are too many "
                "to be read into memory: take them (Query::takeRows()), cancel the query when they "
                "are not needed, or read them in portions (LIMIT): %2"_s.arg(seconds)
                    .arg(StatementSummary(command.statement(), {}).text()));
}

HostVerdict verdictOf(const Protocol::Failure &failure, bool isPlainSession)
{
    if (failure.code != Protocol::FailureCode::ServerError)
        return {};
    return hostVerdict({failure.serverError(), failure.sqlState, failure.message, isPlainSession});
}

} // namespace

OutcomeHandler::OutcomeHandler(EngineState &state, EngineActions &engine, CommandStopper &stopper)
    : m_state(state)
    , m_engine(engine)
    , m_stopper(stopper)
{
}

Outcome OutcomeHandler::outcomeOf(const InFlight &inFlight, Outcome::Kind kind,
                                  const Error &error) const
{
    const Command &command = *inFlight.command;
    const TransactionLeasePointer begun = command.openedLease();
    Outcome outcome;
    outcome.kind = kind;
    outcome.error = error;
    outcome.mayHaveExecuted = inFlight.exchange->mayHaveExecuted();
    outcome.answerBegun = inFlight.exchange->hasAnswerBegun();
    outcome.wasStopped = command.stopReason != Error::NoError;
    outcome.hasEnded = command.isFinished();
    outcome.inTransaction = inFlight.inTransaction;
    outcome.sessionProved = m_state.sessionProved;
    outcome.leaseOver = command.lease && command.lease->isOver();
    outcome.leaseAbandoned = begun && begun->isAbandoned();
    outcome.attempts = command.attempts;
    outcome.repetitions = command.repetitions;
    outcome.status = command.status();
    outcome.execution = command.execution();
    return outcome;
}

Outcome OutcomeHandler::outcomeOfAnswer(const InFlight &answered) const
{
    const Command &command = *answered.command;
    const Protocol::Exchange &exchange = *answered.exchange;
    const Protocol::Failure &failure = exchange.failure();
    const Error error
        = failure ? errorFromStatementFailure(failure, m_state.liveSession->peerName()) : Error();
    Outcome outcome = outcomeOf(answered, Outcome::Kind::Answered, error);
    outcome.isLast = m_state.pipeline.isEmpty();
    outcome.hasRepeats = m_state.pipeline.hasRepeats();
    outcome.hitByStrayKill = m_state.canceller.mayHaveHit(failure.serverError());
    if (!failure) {
        outcome.leaseOver
            = outcome.leaseOver
              || m_state.gate.hadEndedBefore(command, m_state.session.isInTransaction());
        return outcome;
    }
    outcome.stoppedUnsent = failure.code == Protocol::FailureCode::Stopped;
    outcome.facts = command.inspect(exchange);
    // Whether others are behind the server cannot be seen from the client.
    if (verdictOf(failure, true).meaning == HostVerdict::Meaning::Unknown)
        outcome.facts.partlyExecuted = true;
    return outcome;
}

void OutcomeHandler::finishFront()
{
    Pipeline &pipeline = m_state.pipeline;
    const Protocol::Failure &failure = pipeline.front().exchange->failure();
    if (endsSession(failure)) {
        const HostVerdict verdict = verdictOf(failure, false);
        if (verdict.meaning == HostVerdict::Meaning::NotNow)
            m_state.host.leave(verdict);
        m_engine.dropSession(errorFromFailure(failure, m_state.liveSession->peerName()));
        return;
    }
    const bool isRecycled = pipeline.front().traits.resetsSession && m_state.isOfPool();
    if (failure && (pipeline.isBehindReset() || isRecycled)) {
        // What is in flight behind it, or waits for it, must not be executed in a session that is
        // not as it should be.
        m_engine.dropSession(
            Error(Error::ConnectionLost,
                  u"The session could not be reset: "_s
                      + errorFromFailure(failure, m_state.liveSession->peerName()).message()));
        return;
    }
    if (!std::exchange(m_state.sessionProved, true))
        m_state.host.recordProved();
    const InFlight answered = pipeline.takeFront();
    EngineState::recordTimes(*answered.command, m_state.liveSession->lastAnswer());
    m_stopper.restartFrontTimer();
    m_state.canceller.commandEnded(answered.command);

    Outcome outcome = outcomeOfAnswer(answered);
    if (outcome.error && m_state.host.target())
        judgeHost(answered, &outcome);
    if (outcome.error)
        findRecovery(answered, &outcome);
    if (outcome.error.code() == Error::PasswordExpired) {
        m_state.passwordExpired = outcome.error;
        m_state.sessionUnusable = true;
    }
    const Verdict verdict = fateOf(outcome, answered.traits, m_state.retryPolicy);
    switch (verdict.fate) {
    case Fate::Repeat:
    case Fate::RepeatPreparedAnew:
    case Fate::RepeatAfterPause:
    case Fate::RepeatElsewhere:
    case Fate::RepeatAfterRecovery:
        answered.command->recordExecution(verdict.execution);
        repeatLater(answered, verdict.fate);
        break;
    default:
        if (m_leaving && !answered.traits.readsOnly
            && verdict.execution == Error::Execution::Unknown)
            failOvertaken();
        finishAnswered(answered, outcome, verdict);
        break;
    }
    if (!m_state.isReady())
        return;
    if (m_leaving && pipeline.isEmpty())
        leaveHost();
    if (pipeline.isEmpty() && pipeline.hasRepeats())
        repeatCommands();
    m_stopper.stopFront();
    m_engine.advance();
}

/// Whether the error says that another server is needed.
void OutcomeHandler::judgeHost(const InFlight &answered, Outcome *outcome)
{
    const bool holdsState = m_state.holdsState();
    HostVerdict verdict
        = verdictOf(answered.exchange->failure(), !holdsState && !outcome->inTransaction);
    // What only reads is given to replicas: they are read-only by intention.
    const bool isForReading = m_state.host.list()->use() == HostList::Use::Reading;
    // A node of Galera that lags does not get so far in time as wsrep_sync_wait demands.
    const ServerRole *role = m_state.liveSession->serverRole();
    if (isForReading && role && role->isGalera() && answered.traits.readsOnly
        && verdict.meaning == HostVerdict::Meaning::Congestion) {
        verdict = {HostVerdict::Meaning::NotNow, HostVerdict::Avoidance::Short};
        answered.command->isLate = true;
    }
    if (verdict.meaning != HostVerdict::Meaning::NotNow
        && (verdict.meaning != HostVerdict::Meaning::ReadOnly || isForReading))
        return;
    outcome->leavesHost = true;
    outcome->sessionHeld = holdsState || m_state.isLeased;
    m_leaving = verdict;
    m_leavingError = outcome->error;
}

/// Nothing is in flight any more.
void OutcomeHandler::leaveHost()
{
    qCWarning(lcConnection).noquote() << "The server" << m_state.liveSession->peerName()
                                      << "is left for another one:" << m_leavingError.message();
    m_state.host.leave(*m_leaving);
    m_leaving.reset();
    // What the application holds there remains for as long as it is wanted.
    if (!m_state.mustKeepSession() || m_state.gate.current())
        m_state.sessionUnusable = true;
}

/// A command that writes was executed, perhaps in part, behind those that the server has refused:
/// they must not be executed after it.
void OutcomeHandler::failOvertaken()
{
    Pipeline &pipeline = m_state.pipeline;
    const Pipeline::Repeats repeats = pipeline.takeRepeats();
    for (const CommandPointer &command : repeats.commands) {
        if (command->traits(m_state.session.dialect()).readsOnly)
            pipeline.repeatLater(command, repeats.afterPause);
        else
            end(command, Fate::Finish, m_leavingError);
    }
    m_engine.reportPendingCommands();
}

/// Whether there is a statement that recovers from the error that a command has met.
void OutcomeHandler::findRecovery(const InFlight &answered, Outcome *outcome)
{
    m_recovery.reset();
    const Command &command = *answered.command;
    const RetryPolicy &policy = m_state.retryPolicy;
    const int number = outcome->error.serverErrorNumber();
    if (!policy.isRecoveryEnabled() || !policy.recoveryErrorNumbers().contains(number))
        return;
    // The function of the application is called only for what is executed then.
    const bool isRepeated = isRepeatable(answered.traits, outcome->status);
    if (outcome->inTransaction || outcome->wasStopped || outcome->hasEnded
        || !outcome->status.canBeSentAgain || (outcome->facts.partlyExecuted && !isRepeated)
        || (!outcome->isLast && !answered.traits.readsOnly))
        return;
    // One that was never answered is none. It may be what ends the sessions.
    if (command.recovery
        && (!command.recovery->isLost || command.attempts >= policy.maximumAttempts()))
        return;
    // Engines that crash do not undo what was written before the error; but a table that is marked
    // as crashed is not even opened.
    if (number != static_cast<int>(Protocol::CommonServerError::CrashedBeforeUse) && !isRepeated)
        return;
    // In other character sets a part of a name could be read as code.
    if (!m_state.session.characterSet.startsWith("utf8"))
        return;
    Error error = outcome->error;
    error.setStatement(command.statement());
    const RetryPolicy::RecoveryFunction function = policy.recoveryFunction();
    const QString sql
        = function ? function(error) : repairStatement(error, m_state.session.dialect());
    if (sql.isEmpty())
        return;
    m_recovery = std::make_shared<Recovery>(Recovery{sql, error, command.times.sent});
    outcome->canRecover = true;
}

void OutcomeHandler::waitForRecovery(const InFlight &answered)
{
    answered.command->recovery = m_recovery;
    m_state.recoveries.add(std::exchange(m_recovery, {}), m_state.session.database);
}

void OutcomeHandler::repeatLater(const InFlight &answered, Fate fate)
{
    if (fate == Fate::RepeatAfterRecovery)
        waitForRecovery(answered);
    if (fate == Fate::RepeatPreparedAnew) {
        ++answered.command->repetitions;
        answered.command->willRepeat(*answered.exchange);
    }
    answered.command->setRunning(false);
    m_state.pipeline.repeatLater(answered.command, fate == Fate::RepeatAfterPause);
}

void OutcomeHandler::repeatCommands()
{
    Pipeline::Repeats repeats = m_state.pipeline.takeRepeats();
    const int attempts = repeats.commands.front()->attempts;
    for (; !repeats.commands.empty(); repeats.commands.pop_back())
        putBack(repeats.commands.back());
    if (repeats.afterPause)
        pauseBeforeRetry(attempts);
}

void OutcomeHandler::finishAnswered(const InFlight &answered, const Outcome &outcome,
                                    const Verdict &verdict)
{
    const CommandPointer &command = answered.command;
    const bool succeeded = !outcome.error;
    const bool isInTransaction = m_state.session.isInTransaction();
    command->answered(*answered.exchange);
    command->recordExecution(verdict.execution);
    const bool rejected = !succeeded && !outcome.facts.partlyExecuted;
    m_state.holdings.recordAnswer(answered.traits, rejected, m_state.session);
    if (command->lease && !rejected && mayHaveCommittedInside(answered.traits))
        command->lease->mayHaveCommitted = true;
    if (succeeded) {
        recordSuccess(answered, verdict.fate != Fate::Ignore);
        m_state.gate.recordSuccess(*command, isInTransaction);
    }
    observe(answered);
    if (verdict.fate == Fate::RetryAfterRecovery) {
        waitForRecovery(answered);
        putBack(command);
        return;
    }
    if (verdict.fate == Fate::RetryAfterPause) {
        putBack(command);
        pauseBeforeRetry(command->attempts);
        return;
    }
    end(command, verdict.fate, outcome.error);
    m_engine.reportPendingCommands();
    m_engine.carryOut(m_state.gate.recordAnswer(*command, outcome.error, isInTransaction));
    if (verdict.fate != Fate::Ignore)
        m_engine.carryOut(TransactionGate::recordEnded(command));
    if (answered.traits.setsUpSession)
        m_state.holdings.begin(m_state.session);
    else if (answered.traits.resetsSession && succeeded)
        resetAgain();
}

/// A command whose job has ended (\a isWanted is false) changes nothing in the set-up.
void OutcomeHandler::recordSuccess(const InFlight &answered, bool isWanted)
{
    m_state.reconnector.resetAttempt();
    if (isWanted) {
        // What was selected under other options is forgotten already.
        SessionSetup outdated;
        const bool isOutdated = m_state.sessionOutdated && !m_state.mustKeepSession();
        answered.command->succeeded(*answered.exchange, isOutdated ? outdated : m_state.setup);
    }
    if (answered.traits.resetsStatements)
        m_state.statements.invalidateAll();
}

/// The session has lost its set-up: everything that was made of it is done again.
void OutcomeHandler::resetAgain()
{
    m_state.statements.clear();
    // The set-up must not meet a kill that was meant for the reset: a new session does not.
    if (m_state.canceller.isBusy() || m_state.canceller.needsAbsorber())
        m_state.sessionOutdated = true;
    if (!m_state.sessionOutdated)
        m_engine.setUpSessionAgain();
}

void OutcomeHandler::pauseBeforeRetry(int attempts)
{
    if (m_state.retryPolicy.reconnectOnTransientError() && !m_state.mustKeepSession())
        m_engine.replaceSessionLater();
    else
        m_state.retryPause.start(retryDelay(m_state.retryPolicy, attempts - 1));
}

/// To the head of its queue, to be repeated, retried or resent.
void OutcomeHandler::putBack(const CommandPointer &command)
{
    command->setRunning(false);
    // Rows of the attempt that failed must not be taken any more: they will come again.
    command->stopping();
    if (command->lease && command->lease->isOver()) {
        end(command, Fate::FailTransactionOver, {});
        m_engine.reportPendingCommands();
        return;
    }
    m_state.gate.recordUnsent(*command);
    m_state.queueOf(*command).prepend(command);
}

/// Lets the observer know what has come of the answer.
void OutcomeHandler::observe(const InFlight &inFlight)
{
    const Command &command = *inFlight.command;
    if (command.observation)
        command.observe(*inFlight.exchange, &command.observation->operation);
}

void OutcomeHandler::end(const CommandPointer &command, Fate fate, const Error &error)
{
    switch (fate) {
    case Fate::Ignore:
        Q_ASSERT(command->stopReason != Error::NoError);
        return;
    case Fate::FinishStopped:
        command->finish(stoppedError(*command));
        return;
    case Fate::FailTransactionOver:
        command->finish(command->lease->lateCommandError());
        return;
    case Fate::FailLost:
        command->finish(Error(Error::ConnectionLost, error.message()));
        return;
    case Fate::Finish:
    case Fate::FailClosed:
        command->finish(error);
        return;
    case Fate::Repeat:
    case Fate::RepeatPreparedAnew:
    case Fate::RepeatAfterPause:
    case Fate::RepeatElsewhere:
    case Fate::RepeatAfterRecovery:
    case Fate::RetryAfterRecovery:
    case Fate::RetryAfterPause:
    case Fate::Resend:
        Q_UNREACHABLE();
    }
}

void OutcomeHandler::loseSession(const Error &error, bool hadTransaction)
{
    m_leaving.reset();
    SessionHoldings &holdings = m_state.holdings;
    const bool sessionHeld
        = !m_state.pipeline.isBehindReset() && holdings.keepsSession(m_state.session);
    const bool autoCommitOff = holdings.isAutoCommitOff(m_state.session);
    bool isOpen = !hadTransaction && holdings.isInTransaction(m_state.session);

    std::deque<CommandPointer> again;
    const std::deque<CommandPointer> repeats = m_state.pipeline.takeRepeats().commands;
    const std::deque<InFlight> lost = m_state.pipeline.takeAll();
    for (const CommandPointer &command : repeats) {
        Outcome outcome;
        outcome.kind = Outcome::Kind::SessionLost;
        outcome.awaitsRepeat = true;
        outcome.sessionHeld = sessionHeld;
        const Verdict verdict = fateOf(outcome, {}, m_state.retryPolicy);
        if (verdict.fate == Fate::Resend)
            again.push_back(command);
        else
            end(command, verdict.fate, error);
    }
    for (const InFlight &inFlight : lost) {
        Outcome outcome = outcomeOf(inFlight, Outcome::Kind::SessionLost, error);
        outcome.sessionHeld = sessionHeld;
        outcome.isFront = &inFlight == &lost.front();
        const Verdict verdict = fateOf(outcome, inFlight.traits, m_state.retryPolicy);
        inFlight.command->recordExecution(verdict.execution);
        inFlight.command->attempts = verdict.attempts;
        observe(inFlight);
        if (verdict.fate == Fate::Resend)
            again.push_back(inFlight.command);
        else
            end(inFlight.command, verdict.fate, error);
    }
    for (; !again.empty(); again.pop_back())
        putBack(again.back());
    if (!lost.empty() || !repeats.empty())
        m_engine.reportPendingCommands();

    // A transaction of the application that was open by then, or about to be, is lost up to its
    // end.
    for (const InFlight &inFlight : lost) {
        const Command &command = *inFlight.command;
        if (command.lease || !command.isFinished()
            || inFlight.traits.role != CommandTraits::SessionRole::Statement)
            continue;
        const Protocol::SessionEffects &effects = inFlight.traits.effects;
        if (effects.beginsTransaction || effects.endsTransaction)
            isOpen = effects.beginsTransaction;
        else
            isOpen = isOpen || autoCommitOff;
    }
    if (isOpen)
        holdings.loseTransaction();
}

void OutcomeHandler::abort(const Error &closed)
{
    m_leaving.reset();
    for (const InFlight &inFlight : m_state.pipeline.takeAll()) {
        const Verdict verdict = fateOf(outcomeOf(inFlight, Outcome::Kind::Aborted, closed),
                                       inFlight.traits, m_state.retryPolicy);
        inFlight.command->recordExecution(verdict.execution);
        observe(inFlight);
        end(inFlight.command, verdict.fate, closed);
    }
    for (const CommandPointer &command : m_state.pipeline.takeRepeats().commands)
        end(command, Fate::FailClosed, closed);
}

} // namespace AsyncMySql
