// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The part of the engine that looks after what sessions hold of the application's: sessions are
// kept for it, its loss is reported, and nothing runs as if it were still there.

#include "connectionengine.h"

#include "logging.h"
#include "retryrules.h"

#include <deque>
#include <utility>

namespace AsyncMySql {

namespace {

bool isStatement(const CommandTraits &traits)
{
    return traits.role == CommandTraits::SessionRole::Statement;
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

/// An answer has come to a command with \a traits, which was refused as a whole if \a rejected.
void ConnectionEngine::updateHoldings(const CommandTraits &traits, bool rejected)
{
    if (traits.resetsSession && !rejected)
        m_holdings.clear();
    else if (traits.role == CommandTraits::SessionRole::SetsAutoCommit && !rejected)
        m_holdings.rememberAutoCommit(m_sessionState);
    else if (traits.role == CommandTraits::SessionRole::SelectsDatabase && !rejected)
        m_holdings.rememberDatabase();
    else if (isStatement(traits))
        m_holdings.executed({traits.effects, traits.readsOnly, rejected}, m_sessionState);
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
    const std::deque<InFlight> lost = std::exchange(m_inFlight, {});
    inFlightLost(lost, error, m_holdings.keepsSession(m_sessionState));
    for (const InFlight &inFlight : lost) {
        const Command &command = *inFlight.command;
        if (command.lease || !command.isFinished() || !isStatement(inFlight.traits))
            continue;
        const Protocol::SessionEffects &effects = inFlight.traits.effects;
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
void ConnectionEngine::inFlightLost(const std::deque<InFlight> &lost, const Error &error,
                                    bool sessionHeld)
{
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
            if (inFlight.traits.readsOnly && (mayHaveExecuted || !m_sessionProved))
                --command->attempts;
            if (error.category() != Error::Category::Connection)
                reason = Error(Error::ConnectionLost, error.message());
        }
        // What was executed, perhaps, would be so in another state the second time.
        const bool needsSession
            = inFlight.inTransaction
              || (sessionHeld && mayHaveExecuted && isStatement(inFlight.traits));
        const TransactionLeasePointer begun = command->openedLease();
        if (command->stopReason != Error::NoError)
            finishStopped(command);
        else if (reason.category() == Error::Category::Connection
                 && !(begun && begun->isAbandoned())
                 && mayResend(*command, inFlight.traits, m_options.retryPolicy(), needsSession,
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
        const CommandTraits next = m_queue.front()->traits(m_sessionState.dialect());
        if (next.beginsTransaction || next.resetsSession || next.closesSession
            || next.effects.startsWithBegin) {
            m_holdings.forgetLostTransaction();
            return;
        }
        if (!isStatement(next))
            return;
        if (next.effects.endsTransaction)
            m_holdings.forgetLostTransaction();
        m_queue.takeFirst()->finish(SessionHoldings::lostTransactionError());
        Q_EMIT pendingCommandsChanged();
    }
}

/// Whether \a command asks for what a statement left in a session that is gone.
bool ConnectionEngine::asksForLostAnswer(const Command &command,
                                         const Protocol::SqlDialect &dialect) const
{
    return m_holdings.hasLostAnswers()
           && m_holdings.asksForLostAnswer(command.traits(dialect).effects);
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
