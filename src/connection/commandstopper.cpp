// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commandstopper.h"

#include "commandsink.h"
#include "hosttext.h"
#include "logging.h"
#include "streamwatch.h"

#include <chrono>
#include <deque>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

CommandStopper::CommandStopper(EngineState &state, EngineActions &engine, QObject *parent)
    : QObject(parent)
    , m_state(state)
    , m_engine(engine)
    , m_deadlines(this)
    , m_frontTimer(
          this, [this] { onFrontOverdue(); }, Qt::PreciseTimer)
{
    connect(&m_deadlines, &DeadlineWatch::expired, this, &CommandStopper::onDeadlineExpired);
    connect(&state.queue, &CommandQueue::timedOut, this, &CommandStopper::endTimedOut);
    connect(&state.reconnector, &Reconnector::firstConnectTimedOut, this,
            &CommandStopper::onFirstConnectTimeout);
    connect(&state.canceller, &QueryCanceller::settled, this, &CommandStopper::onKillSettled);
}

void CommandStopper::cancel(Command *command, Error::Code reason)
{
    InFlight *inFlight = m_state.pipeline.find(command);
    if (inFlight && m_state.pipeline.isFront(*inFlight)) {
        stop(*inFlight, reason);
        return;
    }
    const Error cancelled(reason, u"The job was cancelled while it was queued"_s);
    if (endSent(command, cancelled))
        return;
    if (const CommandPointer waiting = m_state.queueOf(*command).take(command)) {
        endRetryPause(*waiting);
        m_engine.endWaiting(waiting, cancelled);
        m_engine.scheduleAdvance();
    }
}

void CommandStopper::endTimedOut(const CommandPointer &command)
{
    QString message = u"The job was queued for too long (queueTimeout)"_s;
    if (const Error &lastError = m_state.reconnector.lastError())
        message += u". "_s + lastError.message();
    if (m_state.phase == EngineState::Phase::Opening && m_state.credentials->isAsking())
        message += u". The password provider has not answered"_s;
    if (!m_state.pipeline.isEmpty()) {
        const QString blocking = StreamWatch::heldBackStatement(m_state.pipeline.front());
        if (!blocking.isEmpty())
            message += u". The rows of the stream before it are not taken: %1"_s.arg(blocking);
    }
    if (const QString recovery = m_state.sink->recoveryLedger()->runningStatement();
        !recovery.isEmpty())
        message += u". "_s + recovery;
    endRetryPause(*command);
    command->finish(Error(Error::QueueTimeout, message));
    m_engine.carryOut(TransactionGate::recordTimedOut(command));
    m_engine.scheduleAdvance();
}

void CommandStopper::onFirstConnectTimeout()
{
    Reconnector &reconnector = m_state.reconnector;
    if (std::deque<CommandPointer> overdue = reconnector.takeOverdue(m_state.queue);
        !overdue.empty()) {
        const Error error = reconnector.firstConnectError(
            m_state.liveSession ? m_state.liveSession->peerName() : peerText(m_state.options));
        qCWarning(lcConnection).noquote() << overdue.size() << "jobs failed:" << error.message();
        m_state.failer.end(std::move(overdue), error);
        m_engine.reportPendingCommands();
        m_engine.scheduleAdvance();
    }
    reconnector.watchFirstConnect(m_state.queue);
}

void CommandStopper::endUndone()
{
    const TransactionLeasePointer lease = m_state.gate.current();
    if (!lease || !lease->isOver() || !lease->isAllOrNothing)
        return;
    for (const CommandPointer &command : m_state.pipeline.commands()) {
        if (command->lease == lease
            && command->transactionEnd() == CommandTraits::TransactionEnd::None)
            endSent(command.get(), lease->lateCommandError());
    }
}

void CommandStopper::endAll(const Error &error)
{
    const TransactionLeasePointer lease = m_state.gate.current();
    // If it is over, nothing but its ROLLBACK waits.
    if (lease && !lease->isOver()) {
        Error failure = error;
        failure.setExecution(m_state.pipeline.mayHaveCommitted() ? Error::Execution::Unknown
                                                                 : Error::Execution::Rejected);
        m_engine.carryOut(TransactionGate::undo(lease, failure));
    }
    m_state.retryPause.stop();
    std::deque<CommandPointer> waiting = m_state.pipeline.takeRepeats().commands;
    for (CommandPointer &command : m_state.queue.takeAll())
        waiting.push_back(std::move(command));
    m_state.failer.end(std::move(waiting), error);
    for (const CommandPointer &command : m_state.pipeline.commands()) {
        const bool rollsBack
            = lease && lease->isOver()
              && command->transactionEnd() == CommandTraits::TransactionEnd::Rollback;
        if (!rollsBack)
            endSent(command.get(), error);
    }
    m_engine.scheduleAdvance();
}

void CommandStopper::finishClosesInFront()
{
    while (!m_state.queue.isEmpty() && m_state.queue.front()->closesSession()) {
        m_state.queue.takeFirst()->finish({});
        m_engine.reportPendingCommands();
    }
}

/// The pause before a retry holds up the whole queue: it ends with the command it was made for.
void CommandStopper::endRetryPause(const Command &command)
{
    if (command.attempts > 0)
        m_state.retryPause.stop();
}

/// Whether what is awaited of it now is no execution of a statement of the application.
bool CommandStopper::usesResponseTimeout(const InFlight &inFlight)
{
    return inFlight.timeout.count() == 0
           && (inFlight.traits.usesResponseTimeout || inFlight.exchange->isPreparing());
}

void CommandStopper::restartFrontTimer()
{
    milliseconds limit(0);
    m_frontUsesResponseTimeout = false;
    if (!m_state.pipeline.isEmpty()) {
        const InFlight &front = m_state.pipeline.front();
        m_frontUsesResponseTimeout = usesResponseTimeout(front);
        limit = m_frontUsesResponseTimeout ? m_state.options.responseTimeout() : front.timeout;
    }
    if (limit.count() > 0)
        m_frontTimer.start(limit);
    else
        m_frontTimer.stop();
}

void CommandStopper::updateFrontTimer()
{
    // What was prepared is executed now, or is to be prepared again.
    if (usesResponseTimeout(m_state.pipeline.front()) != m_frontUsesResponseTimeout)
        restartFrontTimer();
}

void CommandStopper::onFrontOverdue()
{
    InFlight &front = m_state.pipeline.front();
    if (front.timeout.count() > 0) {
        stop(front, Error::QueryTimeout);
        return;
    }
    const auto seconds = static_cast<double>(m_state.options.responseTimeout().count()) / 1000;
    m_engine.dropSession(
        Error(Error::ConnectionLost, u"The server %1 did not answer within %2 s (responseTimeout)"_s
                                         .arg(m_state.liveSession->peerName())
                                         .arg(seconds)));
}

void CommandStopper::stop(InFlight &inFlight, Error::Code reason)
{
    Command &command = *inFlight.command;
    if (command.stopReason != Error::NoError)
        return;
    command.stopReason = reason;
    command.stopping();
    inFlight.endsSoon = inFlight.exchange->stop();
    // Rows that are not read hold up the answer.
    m_state.resumeSession();
    stopFront();
}

void CommandStopper::stopFront()
{
    const Pipeline &pipeline = m_state.pipeline;
    if (pipeline.isEmpty() || !m_state.canceller.canStop(pipeline.front().command)
        || pipeline.hasWritesAtRisk())
        return;
    m_frontTimer.stop();
    const InFlight &front = pipeline.front();
    const Session &session = *m_state.liveSession;
    m_state.canceller.stop(
        front.command,
        {session.settingsForSamePeer(), session.traits(), m_state.options.connectTimeout()},
        m_state.options.cancelGracePeriod(), front.endsSoon);
}

/// The server has reacted to a kill, or it was never sent.
void CommandStopper::onKillSettled(bool confirmed)
{
    Pipeline &pipeline = m_state.pipeline;
    if (confirmed && !pipeline.isEmpty()
        && m_state.canceller.isStopping(pipeline.front().command)) {
        pipeline.front().exchange->confirmStop();
        m_state.resumeSession();
    }
    stopFront();
    m_engine.advance();
}

void CommandStopper::watchDeadline(QDeadlineTimer deadline)
{
    if (!m_state.pipeline.isEmpty())
        m_deadlines.watch(deadline);
}

void CommandStopper::onDeadlineExpired()
{
    const Error error(Error::QueueTimeout,
                      u"The job waited for too long behind earlier ones (queueTimeout)"_s);
    for (const CommandPointer &command : m_state.pipeline.expired())
        endSent(command.get(), error);
    watchDeadline(m_state.pipeline.earliestDeadline());
    m_engine.scheduleAdvance();
}

/// Ends a command that was sent, before its answer. False if it was not sent.
bool CommandStopper::endSent(Command *command, const Error &error)
{
    if (InFlight *inFlight = m_state.pipeline.find(command)) {
        endEarly(*inFlight, error);
        return true;
    }
    const CommandPointer repeated = m_state.pipeline.takeRepeat(command);
    if (!repeated)
        return false;
    m_engine.endWaiting(repeated, error);
    m_engine.scheduleAdvance();
    return true;
}

void CommandStopper::endEarly(InFlight &inFlight, const Error &error)
{
    const CommandPointer command = inFlight.command;
    if (command->isFinished())
        return;
    // What still waits to be sent, behind its preparation, never will be.
    if (inFlight.exchange->mayHaveExecuted())
        command->recordExecution(Error::Execution::Unknown);
    command->stopReason = error.code();
    command->stopping();
    // When its turn comes it is as good as over, unless it is slow.
    inFlight.endsSoon = inFlight.exchange->stop() || !m_state.pipeline.isFront(inFlight);
    m_engine.endWaiting(command, error);
    m_state.resumeSession();
    // It is not at risk any more.
    stopFront();
    m_engine.scheduleAdvance();
}

void CommandStopper::reset()
{
    m_frontTimer.stop();
    m_deadlines.stop();
}

} // namespace AsyncMySql
