// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The part of the engine that looks after what sessions hold of the application's: sessions are
// kept for it, its loss is reported, and nothing runs as if it were still there.

#include "connectionengine.h"

#include "logging.h"
#include "retryrules.h"

#include <deque>
#include <utility>
#include <vector>

namespace AsyncMySql {

namespace {

bool isStatement(const Command &command)
{
    return command.sessionRole() == Command::SessionRole::Statement;
}

} // namespace

/// Whether ending the session would take something from the application.
bool ConnectionEngine::mustKeepSession() const
{
    return m_phase == Phase::Ready && m_holdings.keepsSession(m_sessionState);
}

/// Whether the session has to make way for a new one.
bool ConnectionEngine::mustReplaceSession() const
{
    return m_sessionUnusable || (m_sessionOutdated && !mustKeepSession());
}

void ConnectionEngine::replaceSession()
{
    if (m_sessionUnusable)
        reportLostHoldings(true);
    closeOrderly({});
}

/// An answer has come to \a command, which was refused as a whole if \a rejected.
void ConnectionEngine::updateHoldings(const Command &command, bool rejected)
{
    if (command.resetsSession() && !rejected)
        m_holdings.clear();
    else if (command.sessionRole() == Command::SessionRole::SetsAutoCommit && !rejected)
        m_holdings.rememberAutoCommit(m_sessionState);
    else if (command.sessionRole() == Command::SessionRole::SelectsDatabase && !rejected)
        m_holdings.rememberDatabase();
    else if (isStatement(command))
        m_holdings.executed({command.sessionEffects(), command.readsOnly(), rejected},
                            m_sessionState);
}

/// The session is gone though the application did not ask for that.
void ConnectionEngine::reportLostHoldings(bool hadLease)
{
    const QString held = m_holdings.description(m_sessionState, hadLease);
    m_holdings.end(m_sessionState);
    if (held.isEmpty())
        return;
    qCWarning(lcConnection).noquote() << "The session was lost, and with it" << held;
    Q_EMIT sessionStateLost(held);
}

/// The same, with what was on its way: a transaction of the application that was open by then, or
/// that was about to be, is lost up to its end.
void ConnectionEngine::loseHoldings(const Error &error, bool hadLease)
{
    const bool autoCommitOff = m_holdings.isAutoCommitOff(m_sessionState);
    bool isOpen = !hadLease && m_holdings.isInTransaction(m_sessionState);
    std::vector<CommandPointer> commands;
    for (const InFlight &inFlight : m_inFlight)
        commands.push_back(inFlight.command);
    inFlightLost(error, m_holdings.keepsSession(m_sessionState));
    for (const CommandPointer &command : commands) {
        if (command->lease || !command->isFinished() || !isStatement(*command))
            continue;
        const Protocol::SessionEffects effects = command->sessionEffects();
        if (effects.beginsTransaction || effects.endsTransaction)
            isOpen = effects.beginsTransaction;
        else
            isOpen = isOpen || autoCommitOff;
    }
    if (isOpen)
        m_holdings.loseTransaction();
    reportLostHoldings(hadLease);
}

/// The session is gone. What may be sent again goes back to where it was in the queue, unless the
/// session held what a new one has not.
void ConnectionEngine::inFlightLost(const Error &error, bool sessionHeld)
{
    std::deque<InFlight> lost = std::exchange(m_inFlight, {});
    std::deque<CommandPointer> again = std::exchange(m_toRepeat, {});
    if (lost.empty() && again.empty())
        return;
    // What is wrong with an answer is the matter of the job whose turn it was. For those behind it
    // the connection is lost, and that attempt does not count if it only reads.
    Error reason = error;
    if (sessionHeld) {
        for (const CommandPointer &command : std::exchange(again, {}))
            command->finish(Error(Error::ConnectionLost, error.message()));
    }
    for (const InFlight &inFlight : lost) {
        const CommandPointer &command = inFlight.command;
        if (command->isFinished())
            continue;
        const bool mayHaveExecuted = inFlight.exchange->mayHaveExecuted();
        const bool isFront = &inFlight == &lost.front();
        if (mayHaveExecuted)
            command->noteExecution(Error::Execution::Unknown);
        else if (isFront && error.code() == Error::ServerError)
            command->noteExecution(Error::Execution::Rejected);
        // A session that answered before it ended is no reason to count: the next one can be
        // expected to do better.
        if (!mayHaveExecuted && m_sessionProved)
            --command->attempts;
        if (!isFront) {
            if (inFlight.readsOnly && (mayHaveExecuted || !m_sessionProved))
                --command->attempts;
            if (error.category() != Error::Category::Connection)
                reason = Error(Error::ConnectionLost, error.message());
        }
        // What was executed, perhaps, would be so in another state the second time.
        const bool needsSession = inFlight.inTransaction
                                  || (sessionHeld && mayHaveExecuted
                                      && command->sessionRole() == Command::SessionRole::Statement);
        const TransactionLeasePointer begun = command->opensLease();
        if (command->stopReason != Error::NoError)
            finishStopped(command);
        else if (reason.category() == Error::Category::Connection
                 && !(begun && begun->isAbandoned())
                 && mayResend(*command, m_options.retryPolicy(), needsSession,
                              inFlight.exchange->hasAnswerBegun(), mayHaveExecuted))
            again.push_back(command);
        else
            command->finish(reason);
    }
    for (; !again.empty(); again.pop_back())
        resend(again.back());
    Q_EMIT pendingCommandsChanged();
}

/// Fails the commands in front that belong to a transaction which was lost.
void ConnectionEngine::failLostTransaction()
{
    while (m_holdings.hasLostTransaction() && !m_queue.isEmpty()) {
        Command &command = *m_queue.front();
        command.analyze(m_sessionState.dialect());
        const Protocol::SessionEffects effects = command.sessionEffects();
        if (command.opensLease() || command.resetsSession() || command.closesSession()
            || effects.startsWithBegin) {
            m_holdings.forgetLostTransaction();
            return;
        }
        if (!isStatement(command))
            return;
        if (effects.endsTransaction)
            m_holdings.forgetLostTransaction();
        m_queue.takeFirst()->finish(SessionHoldings::lostTransactionError());
        Q_EMIT pendingCommandsChanged();
    }
}

/// Whether \a command asks for what a statement left in a session that is gone.
bool ConnectionEngine::asksForLostAnswer(Command &command) const
{
    if (!m_holdings.hasLostAnswers() || !isStatement(command))
        return false;
    command.analyze(m_sessionState.dialect());
    return m_holdings.asksForLostAnswer(command.sessionEffects());
}

void ConnectionEngine::updateIsInTransaction()
{
    const bool isInTransaction = m_phase == Phase::Ready && m_sessionState.isInTransaction();
    if (m_isInTransaction == isInTransaction)
        return;
    m_isInTransaction = isInTransaction;
    Q_EMIT isInTransactionChanged();
}

} // namespace AsyncMySql
