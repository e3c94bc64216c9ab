// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transactiongate.h"

#include "commandqueue.h"
#include "transactioncommands.h"

#include <memory>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

void TransactionGate::recordSent(const Command &command)
{
    if (const TransactionLeasePointer lease = command.openedLease())
        m_lease = lease;
}

void TransactionGate::recordUnsent(const Command &command)
{
    if (m_lease && command.openedLease() == m_lease)
        m_lease.reset();
}

bool TransactionGate::hadEndedBefore(const Command &command, bool isInTransaction) const
{
    return holds(command) && m_lease->isUncertain && !m_lease->isOver()
           && command.transactionEnd() == CommandTraits::TransactionEnd::None && !isInTransaction;
}

void TransactionGate::recordSuccess(const Command &command, bool isInTransaction)
{
    if (hadEndedBefore(command, isInTransaction))
        end(m_lease->lastError);
}

TransactionGate::Action TransactionGate::recordAnswer(const Command &command, const Error &error,
                                                      bool isInTransaction)
{
    const bool begins = command.openedLease() != nullptr;
    if (!m_lease || (!begins && !holds(command)))
        return Action::Nothing;
    if (begins) {
        if (error) {
            m_lease.reset();
            return Action::Nothing;
        }
        if (!m_lease->isOver())
            m_lease->open();
        return m_lease->isOver() || m_lease->isAbandoned() ? Action::RollBack : Action::Nothing;
    }
    const Error failure = transactionFailure(command, error);
    switch (command.transactionEnd()) {
    case CommandTraits::TransactionEnd::Commit:
        if (error) {
            // A server that could not commit has rolled back; this makes sure.
            m_lease->fail(failure);
            return Action::RollBack;
        }
        m_lease->end(TransactionLease::State::Committed);
        m_lease.reset();
        return Action::Nothing;
    case CommandTraits::TransactionEnd::Rollback:
        m_lease->end(TransactionLease::State::RolledBack);
        m_lease.reset();
        // A session that ends rolls back, too.
        return error ? Action::ReplaceSession : Action::Nothing;
    case CommandTraits::TransactionEnd::None:
        break;
    }
    if (m_lease->isOver())
        return Action::Nothing;
    if (error) {
        m_lease->lastError = failure;
        m_lease->isUncertain = true;
        if (m_lease->endsOnConflict && isConflict(error))
            return undo(m_lease, failure);
    } else if (!isInTransaction) {
        Error ended(Error::TransactionEnded,
                    u"The statement ended the transaction: like every statement that changes the "
                    "schema, it committed all earlier changes: %1"_s.arg(command.statement()));
        ended.setExecution(Error::Execution::Unknown);
        end(ended);
    }
    return Action::Nothing;
}

void TransactionGate::recordStrayError(const Error &error)
{
    if (!m_lease || m_lease->isOver())
        return;
    m_lease->lastError = error;
    m_lease->lastError.setExecution(Error::Execution::Rejected);
    m_lease->isUncertain = true;
}

TransactionGate::Action TransactionGate::recordJoined(const CommandPointer &command)
{
    const TransactionLeasePointer &lease = command->lease;
    lease->join(command);
    if (command->transactionEnd() != CommandTraits::TransactionEnd::Commit)
        return Action::Nothing;
    const CommandPointer failed = lease->unreportedFailure();
    return failed ? undo(lease, transactionFailure(*failed)) : Action::Nothing;
}

TransactionGate::Action TransactionGate::recordEnded(const CommandPointer &command)
{
    const TransactionLeasePointer &lease = command->lease;
    if (!lease || lease->isOver() || lease->isAbandoned() || !command->error())
        return Action::Nothing;
    switch (command->transactionEnd()) {
    case CommandTraits::TransactionEnd::Rollback:
        return Action::Nothing;
    case CommandTraits::TransactionEnd::Commit:
        return lease->isAllOrNothing ? undo(lease, transactionFailure(*command)) : Action::Nothing;
    case CommandTraits::TransactionEnd::None:
        break;
    }
    if (lease->hasCommitBehind(*command))
        return undo(lease, transactionFailure(*command));
    lease->recordFailure(command);
    return Action::Nothing;
}

TransactionGate::Action TransactionGate::recordTimedOut(const CommandPointer &command)
{
    // Nothing else ends the transaction.
    if (command->lease && command->transactionEnd() != CommandTraits::TransactionEnd::None)
        return undo(command->lease, transactionFailure(*command));
    return recordEnded(command);
}

TransactionGate::Action TransactionGate::abandon(const TransactionLeasePointer &lease)
{
    if (lease->isOver())
        return Action::Nothing;
    lease->abandon();
    if (m_lease != lease)
        return Action::CancelBegin;
    return lease->state() == TransactionLease::State::Open ? Action::RollBack : Action::Nothing;
}

void TransactionGate::rollBack()
{
    m_lease->finishFailing();
    auto command = std::make_shared<EndTransactionCommand>(CommandTraits::TransactionEnd::Rollback);
    command->lease = m_lease;
    m_lease->queue().append(std::move(command));
}

bool TransactionGate::needsCheck(const Protocol::SqlDialect &dialect) const
{
    if (!isUncertain() || m_lease->isOver())
        return false;
    const CommandQueue &queue = m_lease->queue();
    if (queue.isEmpty())
        return isConflict(m_lease->lastError)
               || m_lease->lastError.execution() == Error::Execution::Unknown;
    const CommandTraits next = queue.front()->traits(dialect);
    return next.transactionEnd != CommandTraits::TransactionEnd::Rollback && !next.effects.onlyAsks;
}

void TransactionGate::recordCheck(bool isInTransaction)
{
    if (!m_lease)
        return;
    m_lease->isUncertain = false;
    if (!isInTransaction)
        end(m_lease->lastError);
}

void TransactionGate::fail(const TransactionLeasePointer &lease, Error error, bool mayHaveCommitted)
{
    // Begun, but not answered: nothing has happened in it.
    if (!lease || lease->state() == TransactionLease::State::Waiting)
        return;
    error.setExecution(mayHaveCommitted ? Error::Execution::Unknown : Error::Execution::Rejected);
    lease->fail(error);
}

TransactionGate::Action TransactionGate::undo(const TransactionLeasePointer &lease,
                                              const Error &failure)
{
    if (lease->state() == TransactionLease::State::Open) {
        lease->beginFailing(failure);
        return Action::RollBack;
    }
    lease->fail(failure);
    return Action::Nothing;
}

/// The session is not in the transaction any more.
void TransactionGate::end(const Error &failure)
{
    take()->fail(failure);
}

} // namespace AsyncMySql
