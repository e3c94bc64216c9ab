// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The part of the engine that runs commands in a session that is ready: sending, answers, retries,
// and stopping. What comes before and after it, the sessions' own life, is in connectionengine.cpp.

#include "connectionengine.h"

#include "commands.h"
#include "connectionerrors.h"
#include "queryexchange.h"
#include "retryrules.h"
#include "statusexchange.h"

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

void ConnectionEngine::dispatchNext()
{
    m_idle.stop();
    while (!m_queue.isEmpty()) {
        if (m_queue.front()->closesSession()) {
            closeOrderly(m_queue.takeFirst());
            return;
        }
        const SessionState &session = m_keeper.session()->state();
        if (needsStaleCheck()) {
            startExchange(Activity::StaleCheck,
                          std::make_shared<Protocol::StatusExchange>(Protocol::pingCommand(),
                                                                     session.capabilities),
                          m_options.connectTimeout());
            return;
        }
        Command::Attempt attempt = m_queue.front()->createExchange(session);
        if (const auto *error = std::get_if<Error>(&attempt)) {
            m_queue.takeFirst()->finish(*error);
            continue;
        }
        m_runningInTransaction = session.isInTransaction();
        if (startExchange(Activity::Command,
                          std::get<std::shared_ptr<Protocol::Exchange>>(attempt))) {
            m_running = m_queue.takeFirst();
            ++m_running->attempts;
            m_running->setRunning(true);
            if (m_running->timeout.count() > 0)
                m_queryTimer.start(m_running->timeout);
        }
        return;
    }
    startIdleCountdown();
}

/// False if the session turned out to be useless; it is gone then.
bool ConnectionEngine::startExchange(Activity activity,
                                     std::shared_ptr<Protocol::Exchange> exchange,
                                     milliseconds answerWithin)
{
    if (!m_keeper.start(exchange, answerWithin))
        return false;
    m_activity = activity;
    m_exchange = std::move(exchange);
    return true;
}

bool ConnectionEngine::needsStaleCheck() const
{
    const milliseconds limit = m_options.staleCheck();
    return limit.count() > 0 && m_silence.hasExpired(limit.count());
}

void ConnectionEngine::onExchangeFinished()
{
    m_silence.restart();
    const std::shared_ptr<Protocol::Exchange> exchange = std::exchange(m_exchange, {});
    takeSessionState();
    switch (std::exchange(m_activity, Activity::None)) {
    case Activity::StaleCheck:
        if (exchange->failure())
            dropSession(exchange->failure());
        else
            advance();
        return;
    case Activity::Absorber:
        if (endsSession(exchange->failure()))
            dropSession(exchange->failure());
        else
            advance();
        return;
    case Activity::Command:
        finishRunning(*exchange);
        return;
    case Activity::None:
        return;
    }
}

/// Gives the session up because of what the server answered.
void ConnectionEngine::dropSession(const Protocol::Failure &failure)
{
    m_keeper.drop(errorFromFailure(failure, m_keeper.session()->peerName()));
}

void ConnectionEngine::finishRunning(Protocol::Exchange &exchange)
{
    const Protocol::Failure &failure = exchange.failure();
    if (endsSession(failure)) {
        dropSession(failure);
        return;
    }
    m_queryTimer.stop();
    m_stopper.statementEnded();
    m_sessionProved = true;
    const CommandPointer command = std::exchange(m_running, {});
    const bool nothingExecuted = failure && !command->wasPartlyExecuted(exchange);
    command->noteExecution(nothingExecuted ? Error::Execution::Rejected
                                           : Error::Execution::Unknown);
    if (!failure) {
        m_reconnectAttempt = 0;
        // What was selected under other options is forgotten already.
        SessionSetup outdated;
        command->succeeded(exchange, m_sessionOutdated ? outdated : m_setup);
    }

    if (command->stopReason != Error::NoError) {
        finishStopped(command);
    } else if (failure) {
        const Error error = errorFromStatementFailure(failure, m_keeper.session()->peerName());
        if (mayRetry(*command, error, m_options.retryPolicy(), m_runningInTransaction)) {
            retryLater(command);
            return;
        }
        command->finish(error);
    } else {
        command->finish({});
    }
    Q_EMIT pendingCommandsChanged();

    if (command->resetsSession() && !failure) {
        // The set-up must not meet a kill that was meant for the reset: a new session does not.
        if (m_stopper.isBusy() || m_stopper.needsAbsorber())
            m_sessionOutdated = true;
        if (!m_sessionOutdated) {
            m_phase = Phase::Opening;
            m_keeper.setUpAgain();
            return;
        }
    }
    advance();
}

void ConnectionEngine::retryLater(const CommandPointer &command)
{
    resend(command);
    const RetryPolicy policy = m_options.retryPolicy();
    if (policy.reconnectsOnTemporaryError()) {
        releaseSession();
        scheduleReconnect();
    } else {
        m_retryTimer.start(retryDelay(policy, command->attempts - 1));
    }
}

void ConnectionEngine::resend(const CommandPointer &command)
{
    command->setRunning(false);
    m_queue.prepend(command);
}

void ConnectionEngine::runningLost(const Error &error, bool answerBegun)
{
    const CommandPointer command = std::exchange(m_running, {});
    command->noteExecution(Error::Execution::Unknown);
    if (command->stopReason != Error::NoError)
        finishStopped(command);
    else if (error.category() == Error::Category::Connection
             && mayResend(*command, m_options.retryPolicy(), m_runningInTransaction, answerBegun))
        resend(command);
    else
        command->finish(error);
    Q_EMIT pendingCommandsChanged();
}

void ConnectionEngine::cancel(Command *command, Error::Code reason)
{
    if (m_running.get() == command) {
        stopRunning(reason);
        return;
    }
    if (const CommandPointer waiting = m_queue.take(command)) {
        endRetryPause(*waiting);
        waiting->finish(Error(reason, u"The job was cancelled while it waited"_s));
        scheduleAdvance();
    }
}

void ConnectionEngine::onQueueTimeout(const CommandPointer &command)
{
    QString message = u"The job waited too long to be sent (queueTimeout)"_s;
    if (m_lastConnectError)
        message += u": "_s + m_lastConnectError.message();
    endRetryPause(*command);
    command->finish(Error(Error::QueueTimeout, message));
    scheduleAdvance();
}

/// The pause before a retry holds up the whole queue: it ends with the command it was made for.
void ConnectionEngine::endRetryPause(const Command &command)
{
    if (command.attempts > 0)
        m_retryTimer.stop();
}

void ConnectionEngine::stopRunning(Error::Code reason)
{
    if (m_running->stopReason != Error::NoError)
        return;
    m_running->stopReason = reason;
    m_queryTimer.stop();
    m_stopper.stop(m_keeper.session()->settingsForSamePeer(), m_sessionState.connectionId,
                   m_options.connectTimeout(), m_options.cancelGrace());
}

void ConnectionEngine::absorbLateKill()
{
    m_stopper.absorberSent();
    startExchange(Activity::Absorber,
                  std::make_shared<Protocol::QueryExchange>(QByteArrayLiteral("DO SLEEP(0)"),
                                                            m_sessionState.capabilities),
                  m_options.connectTimeout());
}

void ConnectionEngine::finishStopped(const CommandPointer &command)
{
    command->finish(
        command->stopReason == Error::QueryTimeout
            ? Error(Error::QueryTimeout, u"The statement took too long (queryTimeout)"_s)
            : Error(Error::Cancelled, u"The statement was cancelled while it ran"_s));
}

} // namespace AsyncMySql
