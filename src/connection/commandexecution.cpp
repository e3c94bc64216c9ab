// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The part of the engine that runs commands in a session that is ready: sending, answers and
// retries. What comes before and after it, the sessions' own life, is in connectionengine.cpp.

#include "connectionengine.h"

#include "commandpayloads.h"
#include "errorconversion.h"
#include "fate.h"
#include "querycommand.h"
#include "retrydelay.h"
#include "retryrules.h"
#include "statusexchange.h"
#include "transactioncommands.h"
#include "workbudget.h"

#include <algorithm>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

CommandQueue &ConnectionEngine::currentQueue()
{
    return m_gate.current() ? m_gate.current()->queue() : m_queue;
}

CommandQueue &ConnectionEngine::queueOf(const Command &command)
{
    return command.lease ? command.lease->queue() : m_queue;
}

/// Sends what can be sent, in one go.
void ConnectionEngine::dispatch()
{
    m_idle.stop();
    const WorkBudget budget;
    while (sendNext()) {
        if (budget.isSpent()) {
            scheduleAdvance();
            break;
        }
    }
    m_keeper.flush();
    watchStream();
    if (m_phase == Phase::Ready && m_activity == Activity::None && m_inFlight.empty()
        && !m_gate.current() && m_queue.isEmpty() && !mustKeepSession())
        startIdleCountdown();
}

/// A stream that nobody reads would hold up those behind it.
void ConnectionEngine::watchStream()
{
    const bool holdsUp = m_phase == Phase::Ready && !m_inFlight.empty()
                         && m_inFlight.front().traits.isStream && !currentQueue().isEmpty();
    m_streamWatch.watch(holdsUp ? std::static_pointer_cast<QueryCommand>(m_inFlight.front().command)
                                : nullptr);
}

/// The statement of a stream whose rows wait for somebody to take them; empty if there is none.
QString ConnectionEngine::heldBackStatement() const
{
    if (m_inFlight.empty() || !m_inFlight.front().traits.isStream)
        return {};
    const auto &stream = static_cast<const QueryCommand &>(*m_inFlight.front().command);
    return stream.isHeldBack() ? stream.statement() : QString();
}

/// Whether it makes sense to call it again.
bool ConnectionEngine::sendNext()
{
    CommandQueue &queue = currentQueue();
    if (m_phase != Phase::Ready || queue.isEmpty())
        return false;
    Command &command = *queue.front();
    if (const TransactionLeasePointer lease = command.openedLease(); lease && lease->isOver()) {
        // Nobody wants it any more.
        queue.takeFirst()->finish(lease->tooLate());
        Q_EMIT pendingCommandsChanged();
        return true;
    }
    const bool alone = m_inFlight.empty();
    if (alone && !m_gate.current() && m_holdings.hasLostTransaction()) {
        failLostTransaction();
        if (m_queue.isEmpty() || &command != m_queue.front().get())
            return true;
    }
    if (!alone && !m_keeper.session()->canStart()) {
        m_waitsForProgress = true;
        return false;
    }
    if (!alone && !canPipeline())
        return false;
    const Protocol::SqlDialect dialect = m_keeper.session()->state().dialect();
    if (!alone && !mayFollow(command, command.traits(dialect)))
        return false;
    if (command.closesSession()) {
        closeOrderly(queue.takeFirst());
        return false;
    }
    if (alone && asksForLostAnswer(command, dialect)) {
        const CommandPointer ended = queue.takeFirst();
        ended->finish(SessionHoldings::lostAnswerError());
        Q_EMIT pendingCommandsChanged();
        carryOut(m_gate.recordEnded(ended));
        return true;
    }
    if (alone && needsStaleCheck(command, dialect)) {
        startActivity(Activity::StaleCheck,
                      std::make_shared<Protocol::StatusExchange>(
                          Protocol::pingPayload(), m_keeper.session()->state().capabilities));
        return false;
    }
    const QList<quint32> closable = m_statements.takeClosable();
    for (const quint32 id : closable)
        m_keeper.sendSilently(Protocol::stmtClosePayload(id));

    Command::Attempt attempt = command.createExchange(
        {m_keeper.session()->state(), dialect, m_statements, pipelineDepth()});
    const auto *error = std::get_if<Error>(&attempt);
    if (error || std::holds_alternative<Command::NothingToDo>(attempt)) {
        // Jobs end in their order.
        if (!alone)
            return false;
        const CommandPointer ended = queue.takeFirst();
        ended->finish(error ? *error : Error());
        Q_EMIT pendingCommandsChanged();
        carryOut(m_gate.recordEnded(ended));
        return true;
    }
    if (std::holds_alternative<Command::NotYet>(attempt)) {
        m_waitsForProgress = true;
        return false;
    }
    auto &started = std::get<Command::Started>(attempt);
    if (!alone && !started.traits.canPipeline)
        return false;
    return sendCommand(std::move(started));
}

/// Whether anything may be sent behind what is in flight.
bool ConnectionEngine::canPipeline() const
{
    return static_cast<int>(m_inFlight.size()) < pipelineDepth() && !m_sessionOutdated
           && !m_holdings.hasLostTransaction() && !m_canceller.needsAbsorber() && m_toRepeat.empty()
           && !m_gate.isUncertain() && m_inFlight.back().canBeFollowed();
}

/// Whether \a command may be sent behind them, as far as that is known before its exchange is made.
bool ConnectionEngine::mayFollow(const Command &command, const CommandTraits &traits) const
{
    if (!traits.canPipeline)
        return false;
    const InFlight &last = m_inFlight.back();
    // A kill cannot be aimed: it can hit whatever is on its way. What only reads is simply sent once
    // more then. So what writes is kept apart from what reads, and from what may have to be stopped;
    // and it is not sent behind what may have to be tried again, or whose failure can end the
    // transaction that it counts on. What has a limit for its waiting must not be executed after it.
    if (traits.readsOnly != last.traits.readsOnly)
        return false;
    return traits.readsOnly
           || (command.timeout.count() == 0 && command.queueDeadline.isForever()
               && m_inFlight.front().timeout.count() == 0 && !last.inTransaction
               && !hasTemporaryErrors(m_options.retryPolicy()));
}

/// False if the session is at its end: the command stays in the queue.
bool ConnectionEngine::sendCommand(Command::Started started)
{
    if (!m_keeper.start(started.exchange))
        return false;
    CommandPointer command = currentQueue().takeFirst();
    ++command->attempts;
    command->mayCommit = started.traits.mayCommit;
    command->setRunning(true);
    const bool inTransaction = m_keeper.session()->state().mayBeInTransaction() || m_gate.current();
    m_gate.recordSent(*command);
    const milliseconds timeout = command->timeout;
    m_inFlight.push_back(
        {std::move(command), std::move(started.exchange), started.traits, inTransaction, timeout});
    if (m_inFlight.size() == 1) {
        m_canceller.pipelineRestarted();
        startFrontTimer();
    } else {
        watchUnbegun(m_inFlight.back().command->queueDeadline);
    }
    return true;
}

/// False if the session is at its end.
bool ConnectionEngine::startActivity(Activity activity,
                                     std::shared_ptr<Protocol::Exchange> exchange)
{
    const milliseconds limit = m_options.connectTimeout().count() > 0 ? m_options.connectTimeout()
                                                                      : m_options.responseTimeout();
    if (!m_keeper.start(exchange, limit))
        return false;
    m_activity = activity;
    m_exchange = std::move(exchange);
    m_keeper.flush();
    return true;
}

/// Not where \a command asks for what the check would change.
bool ConnectionEngine::needsStaleCheck(const Command &command,
                                       const Protocol::SqlDialect &dialect) const
{
    const milliseconds limit = m_options.staleCheck();
    return limit.count() > 0 && m_silence.hasExpired(limit.count())
           && !command.traits(dialect).effects.mayAskLastStatement;
}

void ConnectionEngine::onExchangeProgressed()
{
    if (m_activity == Activity::None && !m_inFlight.empty()) {
        const InFlight &front = m_inFlight.front();
        // What was prepared is executed now, or is to be prepared again.
        if (usesResponseTimeout(front) != m_frontUsesResponseTimeout)
            startFrontTimer();
        front.command->progressed(*front.exchange);
        // Perhaps it has sent all that it sends, or its statement has an id now.
        if (std::exchange(m_waitsForProgress, false))
            advance();
    }
}

void ConnectionEngine::onExchangeFinished()
{
    m_silence.restart();
    takeSessionState();
    if (m_activity == Activity::None)
        finishFront();
    else
        onActivityFinished();
}

void ConnectionEngine::checkTransaction()
{
    // The answer to a ping has the session's status, which an error has not.
    startActivity(Activity::TransactionCheck,
                  std::make_shared<Protocol::StatusExchange>(Protocol::pingPayload(),
                                                             m_sessionState.capabilities));
}

void ConnectionEngine::onActivityFinished()
{
    const std::shared_ptr<Protocol::Exchange> exchange = std::exchange(m_exchange, {});
    const Protocol::Failure &failure = exchange->failure();
    switch (std::exchange(m_activity, Activity::None)) {
    case Activity::StaleCheck:
        if (failure)
            dropSession(failure);
        else
            advance();
        return;
    case Activity::TransactionCheck:
        if (failure) {
            dropSession(failure);
            return;
        }
        m_gate.recordCheck(m_sessionState.isInTransaction());
        advance();
        return;
    case Activity::Absorber:
        if (endsSession(failure, m_sessionState.flavour))
            dropSession(failure);
        else
            advance();
        return;
    case Activity::None:
        return;
    }
}

/// Gives the session up because of what the server answered.
void ConnectionEngine::dropSession(const Protocol::Failure &failure)
{
    m_keeper.drop(
        errorFromFailure(failure, m_keeper.session()->peerName(), m_sessionState.flavour));
}

/// The first of the commands that are on their way has its answer.
void ConnectionEngine::finishFront()
{
    if (endsSession(m_inFlight.front().exchange->failure(), m_sessionState.flavour)) {
        dropSession(m_inFlight.front().exchange->failure());
        return;
    }
    m_sessionProved = true;
    const InFlight answered = std::move(m_inFlight.front());
    m_inFlight.pop_front();
    startFrontTimer();
    m_canceller.commandEnded(answered.command);

    const AnswerFacts facts = answered.exchange->failure()
                                  ? answered.command->inspect(*answered.exchange)
                                  : AnswerFacts();
    if (repeatLater(answered, facts)) {
        recordAnswer(answered, facts);
        answered.command->setRunning(false);
        m_toRepeat.push_back(answered.command);
    } else {
        finishAnswered(answered, facts);
    }
    if (m_phase != Phase::Ready)
        return;
    if (m_inFlight.empty())
        repeatCommands();
    stopFront();
    advance();
}

/// Whether the command has to be sent once more although its answer is complete.
bool ConnectionEngine::repeatLater(const InFlight &answered, const AnswerFacts &facts)
{
    Command &command = *answered.command;
    // The answer cannot be trusted, and can be asked for again.
    const bool isVictim = m_canceller.mayHaveHit(answered.exchange->failure().serverErrorNumber)
                          && answered.traits.readsOnly && command.stopReason == Error::NoError;
    if (isVictim || command.stopReason != Error::NoError)
        return isVictim;
    const Protocol::Failure &failure = answered.exchange->failure();
    const bool isLast = m_inFlight.empty();
    // A write is not executed behind those that were sent after it.
    if (failure && (answered.traits.readsOnly || isLast) && command.repetitions < MaximumRepetitions
        && facts.mustRepeat) {
        ++command.repetitions;
        command.willRepeat(*answered.exchange);
        return true;
    }
    if (failure && answered.traits.readsOnly && !(isLast && m_toRepeat.empty())
        && mayRetry(command, answered.traits,
                    errorFromStatementFailure(failure, m_keeper.session()->peerName()),
                    m_options.retryPolicy(), answered.inTransaction)) {
        m_pausesBeforeRepeating = true;
        return true;
    }
    // Jobs end in their order: what only reads is read again rather than held back. But an error can
    // have ended the transaction.
    return answered.traits.readsOnly && !m_toRepeat.empty() && !(failure && answered.inTransaction);
}

void ConnectionEngine::repeatCommands()
{
    const bool pauses = std::exchange(m_pausesBeforeRepeating, false);
    if (m_toRepeat.empty())
        return;
    const int attempts = m_toRepeat.front()->attempts;
    for (; !m_toRepeat.empty(); m_toRepeat.pop_back())
        resend(m_toRepeat.back());
    if (pauses)
        pauseBeforeRetry(attempts);
}

/// Takes down what the answer says about the execution of the command.
void ConnectionEngine::recordAnswer(const InFlight &answered, const AnswerFacts &facts)
{
    const Protocol::Failure &failure = answered.exchange->failure();
    if (!failure || facts.partlyExecuted)
        answered.command->noteExecution(Error::Execution::Unknown);
    else if (failure.code != Protocol::FailureCode::Stopped && !facts.sentNothing)
        answered.command->noteExecution(Error::Execution::Rejected);
}

void ConnectionEngine::finishAnswered(const InFlight &answered, const AnswerFacts &facts)
{
    const CommandPointer &command = answered.command;
    // Before it was begun; what has come of it is of no use to anybody.
    const bool wasFinished = command->isFinished();
    Protocol::Exchange &exchange = *answered.exchange;
    const Protocol::Failure &failure = exchange.failure();
    command->answered(exchange);
    recordAnswer(answered, facts);
    updateHoldings(answered.traits, failure && !facts.partlyExecuted);
    if (!failure) {
        m_reconnector.resetAttempt();
        // What was selected under other options is forgotten already.
        SessionSetup outdated;
        if (!wasFinished)
            command->succeeded(exchange,
                               m_sessionOutdated && !mustKeepSession() ? outdated : m_setup);
        if (answered.traits.resetsStatements)
            m_statements.giveUpAll();
    }
    Error error;
    if (failure)
        error = errorFromStatementFailure(failure, m_keeper.session()->peerName());
    else
        m_gate.recordSuccess(*command, m_sessionState.isInTransaction());
    if (wasFinished) {
        Q_ASSERT(command->stopReason != Error::NoError);
    } else if (command->stopReason != Error::NoError) {
        finishStopped(command);
    } else if (error && m_inFlight.empty()
               && mayRetry(*command, answered.traits, error, m_options.retryPolicy(),
                           answered.inTransaction)) {
        retryLater(command);
        return;
    } else if (command->lease && command->lease->isOver() && !answered.traits.effects.onlyAsks) {
        // It was on its way when the transaction ended: it ran outside of it.
        command->finish(command->lease->tooLate());
    } else {
        command->finish(error);
    }
    Q_EMIT pendingCommandsChanged();
    carryOut(m_gate.recordAnswer(*command, error, m_sessionState.isInTransaction()));
    if (!wasFinished)
        carryOut(m_gate.recordEnded(command));
    if (answered.traits.resetsSession && !failure)
        resetAgain();
}

/// The session has lost its set-up: everything that was made of it is done again.
void ConnectionEngine::resetAgain()
{
    m_statements.clear();
    // The set-up must not meet a kill that was meant for the reset: a new session does not.
    if (m_canceller.isBusy() || m_canceller.needsAbsorber())
        m_sessionOutdated = true;
    if (m_sessionOutdated)
        return;
    m_phase = Phase::Opening;
    m_setup.setAutoCommitOff(m_holdings.restoresAutoCommitOff());
    m_keeper.setUpAgain();
}

void ConnectionEngine::retryLater(const CommandPointer &command)
{
    resend(command);
    pauseBeforeRetry(command->attempts);
}

void ConnectionEngine::pauseBeforeRetry(int attempts)
{
    const RetryPolicy policy = m_options.retryPolicy();
    if (policy.reconnectsOnTemporaryError() && !mustKeepSession()) {
        releaseSession();
        scheduleReconnect();
    } else {
        m_retryTimer.start(retryDelay(policy, attempts - 1));
    }
}

void ConnectionEngine::resend(const CommandPointer &command)
{
    command->setRunning(false);
    // Rows of the attempt that failed must not be taken any more: they will come again.
    command->stopping();
    if (command->lease && command->lease->isOver()) {
        command->finish(command->lease->tooLate());
        Q_EMIT pendingCommandsChanged();
        return;
    }
    m_gate.recordUnsent(*command);
    queueOf(*command).prepend(command);
}

/// Whether what is in flight may have committed the transaction.
bool ConnectionEngine::mayHaveCommitted() const
{
    return std::any_of(m_inFlight.cbegin(), m_inFlight.cend(), [](const InFlight &inFlight) {
        return inFlight.exchange->mayHaveExecuted()
               && (inFlight.traits.endsTransaction == CommandTraits::TransactionEnd::Commit
                   || inFlight.traits.mayCommit);
    });
}

void ConnectionEngine::onQueueTimeout(const CommandPointer &command)
{
    QString message = u"The job waited too long to be sent (queueTimeout)"_s;
    if (const Error &lastError = m_reconnector.lastError())
        message += u": "_s + lastError.message();
    if (const QString blocking = heldBackStatement(); !blocking.isEmpty())
        message += u": nobody takes the rows of the stream before it, %1"_s.arg(blocking);
    endRetryPause(*command);
    command->finish(Error(Error::QueueTimeout, message));
    carryOut(m_gate.recordTimedOut(command));
    scheduleAdvance();
}

/// The pause before a retry holds up the whole queue: it ends with the command it was made for.
void ConnectionEngine::endRetryPause(const Command &command)
{
    if (command.attempts > 0)
        m_retryTimer.stop();
}

} // namespace AsyncMySql
