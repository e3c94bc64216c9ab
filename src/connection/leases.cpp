// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The part of the engine that looks after transactions which have the session for themselves.

#include "commandpayloads.h"
#include "connectionengine.h"
#include "statusexchange.h"
#include "transactioncommands.h"

#include <algorithm>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

void ConnectionEngine::watchLease(TransactionLease *lease)
{
    lease->setEnder(&m_ender);
    connect(&lease->queue(), &CommandQueue::sizeChanged, this,
            &ConnectionEngine::pendingCommandsChanged, Qt::UniqueConnection);
    connect(&lease->queue(), &CommandQueue::timedOut, this, &ConnectionEngine::onQueueTimeout,
            Qt::UniqueConnection);
}

/// What the answer to a command means for the transaction that it began, belongs to or ends.
void ConnectionEngine::followLease(const InFlight &answered, const Error &error)
{
    const Command &command = *answered.command;
    const bool begins = command.opensLease() != nullptr;
    if (!m_lease || (!begins && command.lease != m_lease))
        return;
    if (begins) {
        if (error) {
            m_lease.reset();
            return;
        }
        if (!m_lease->isOver())
            m_lease->open();
        if (m_lease->isOver() || m_lease->isAbandoned())
            rollBack();
        return;
    }
    const Error failure = transactionFailure(command, error);
    switch (command.endsLease()) {
    case Command::LeaseEnd::Commit:
        if (error) {
            // A server that could not commit has rolled back; this makes sure.
            m_lease->fail(failure);
            rollBack();
            return;
        }
        m_lease->end(TransactionLease::State::Committed);
        m_lease.reset();
        return;
    case Command::LeaseEnd::Rollback:
        // A session that ends rolls back, too.
        if (error)
            m_sessionUnusable = true;
        m_lease->end(TransactionLease::State::RolledBack);
        m_lease.reset();
        return;
    case Command::LeaseEnd::None:
        break;
    }
    if (m_lease->isOver())
        return;
    if (error) {
        m_lease->lastError = failure;
        m_lease->isUncertain = true;
        if (m_lease->endsOnConflict && isConflict(error))
            undo(m_lease, failure);
    } else if (!m_sessionState.isInTransaction()) {
        Error ended(Error::TransactionEnded,
                    u"The statement ended the transaction: as every statement that changes the "
                    "schema, it committed what was done before it: %1"_s.arg(command.statement()));
        ended.setExecution(Error::Execution::Unknown);
        endTransaction(ended);
    }
}

/// A commit that was asked for before its caller could know of the failure was meant for all or
/// nothing. What counts is how the job ends, not what the server answered: MySQL, for one, answers a
/// SELECT SLEEP() that was stopped without an error.
void ConnectionEngine::recordFailedJob(const CommandPointer &command)
{
    const TransactionLeasePointer &lease = command->lease;
    if (!lease || lease->isOver() || lease->isAbandoned() || !command->error()
        || command->endsLease() != Command::LeaseEnd::None)
        return;
    if (lease->hasCommitBehind(*command))
        undo(lease, transactionFailure(*command));
    else
        lease->recordFailure(command);
}

void ConnectionEngine::join(const CommandPointer &command)
{
    const TransactionLeasePointer &lease = command->lease;
    lease->join(command);
    if (command->endsLease() != Command::LeaseEnd::Commit)
        return;
    if (const CommandPointer failed = lease->unreportedFailure())
        undo(lease, transactionFailure(*failed));
}

/// What was on its way behind an error that ended the transaction did not run in it.
void ConnectionEngine::noticeEndOfTransaction(const Command &command)
{
    if (m_lease && command.lease == m_lease && m_lease->isUncertain && !m_lease->isOver()
        && command.endsLease() == Command::LeaseEnd::None && !m_sessionState.isInTransaction())
        endTransaction(m_lease->lastError);
}

/// Fails \a lease because of \a failure, and rolls back what was done in it.
void ConnectionEngine::undo(const TransactionLeasePointer &lease, const Error &failure)
{
    const bool isOpen = lease->state() == TransactionLease::State::Open;
    lease->fail(failure);
    if (isOpen)
        rollBack();
}

/// An error can mean that the server rolled back everything (a deadlock), or committed before it
/// failed (a change of the schema), and it does not say so. Where neither is likely, the check waits for the next command, which can be one that asks for
/// what the check would change.
bool ConnectionEngine::mustCheckTransaction() const
{
    if (!m_lease || !m_lease->isUncertain || m_lease->isOver())
        return false;
    const CommandQueue &queue = m_lease->queue();
    if (queue.isEmpty())
        return isConflict(m_lease->lastError)
               || m_lease->lastError.execution() == Error::Execution::Unknown;
    Command &next = *queue.front();
    next.analyze(m_sessionState.dialect());
    return next.endsLease() != Command::LeaseEnd::Rollback && !next.sessionEffects().onlyAsks;
}

void ConnectionEngine::checkTransaction()
{
    // The answer to a ping has the session's status, which an error has not.
    startActivity(Activity::TransactionCheck,
                  std::make_shared<Protocol::StatusExchange>(Protocol::pingPayload(),
                                                             m_sessionState.capabilities));
}

void ConnectionEngine::transactionChecked()
{
    if (m_lease) {
        m_lease->isUncertain = false;
        if (!m_sessionState.isInTransaction())
            endTransaction(m_lease->lastError);
    }
    advance();
}

/// The session is not in the transaction any more.
void ConnectionEngine::endTransaction(const Error &failure)
{
    const TransactionLeasePointer lease = std::exchange(m_lease, {});
    lease->fail(failure);
}

void ConnectionEngine::rollBack()
{
    auto command = std::make_shared<EndTransactionCommand>(Command::LeaseEnd::Rollback);
    command->lease = m_lease;
    m_lease->queue().append(std::move(command));
    scheduleAdvance();
}

void ConnectionEngine::abandon(const TransactionLeasePointer &lease, Command *begin)
{
    if (lease->isOver())
        return;
    lease->abandon();
    if (m_lease != lease)
        cancel(begin, Error::Cancelled);
    else if (lease->state() == TransactionLease::State::Open)
        rollBack();
}

/// Whether what is on its way may have committed the transaction.
bool ConnectionEngine::mayHaveCommitted() const
{
    return std::any_of(m_inFlight.cbegin(), m_inFlight.cend(), [](const InFlight &inFlight) {
        return inFlight.exchange->mayHaveExecuted()
               && (inFlight.command->endsLease() == Command::LeaseEnd::Commit
                   || inFlight.command->mayCommit());
    });
}

/// The session is gone, and \a lease with it.
void ConnectionEngine::leaseLost(const TransactionLeasePointer &lease, Error error, bool committed)
{
    // Begun, but not answered: nothing has happened in it.
    if (!lease || lease->state() == TransactionLease::State::Waiting)
        return;
    error.setExecution(committed ? Error::Execution::Unknown : Error::Execution::Rejected);
    lease->fail(error);
}

} // namespace AsyncMySql
