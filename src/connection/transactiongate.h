// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "transactionlease.h"

#include <AsyncMySql/error.h>

#include <QtCore/qglobal.h>

#include <utility>

namespace AsyncMySql {

/// The transaction that has the session for itself, and what answers to its commands, and the ends
/// of its jobs, mean for it. It sends nothing: what is to be done is returned.
class TransactionGate
{
public:
    enum class Action : quint8 {
        Nothing,
        RollBack,       ///< rollBack(), when what is in flight has ended
        ReplaceSession, ///< which rolls back, too
        CancelBegin,    ///< the command that would have begun it
    };

    /// Null while there is none.
    const TransactionLeasePointer &current() const { return m_lease; }
    bool holds(const Command &command) const { return m_lease && command.lease == m_lease; }
    /// An error may have ended the transaction: what counts on it must not be sent yet.
    bool isUncertain() const { return m_lease && m_lease->isUncertain; }

    /// \a command was sent: if it begins a transaction, only that one's commands are sent from now
    /// on.
    void recordSent(const Command &command);
    /// \a command goes back to its queue: what waits in the transaction must not be sent before it
    /// has begun.
    void recordUnsent(const Command &command);

    /// Whether the transaction of \a command, which succeeded, had ended before it was executed: an
    /// error ended it while the command was in flight. \a isInTransaction is the server's status.
    bool hadEndedBefore(const Command &command, bool isInTransaction) const;
    /// Draws the conclusion from that.
    void recordSuccess(const Command &command, bool isInTransaction);
    /// What the answer to \a command means for the transaction that it began, belongs to or ends;
    /// \a error is the server's. After the command has ended.
    [[nodiscard]] Action recordAnswer(const Command &command, const Error &error,
                                      bool isInTransaction);

    /// A statement of the library's own has met \a error, which can mean that the transaction is
    /// over.
    void recordStrayError(const Error &error);

    /// \a command was given to run in its transaction.
    [[nodiscard]] static Action recordJoined(const CommandPointer &command);
    /// \a command has ended. A commit that was asked for before its caller could know of the
    /// failure was meant for all or nothing. What counts is how the job ends, not what the server
    /// answered: MySQL, for one, answers a SELECT SLEEP() that was stopped without an error.
    [[nodiscard]] static Action recordEnded(const CommandPointer &command);
    /// \a command has ended because it waited too long.
    [[nodiscard]] static Action recordTimedOut(const CommandPointer &command);
    /// The application has no handle of the transaction \a lease any more.
    [[nodiscard]] Action abandon(const TransactionLeasePointer &lease);

    /// Ends what waits in the transaction, if that has failed, and appends ROLLBACK to its queue.
    void rollBack();

    /// Whether the server has to be asked for the status of the session before the next command is
    /// sent: an error can mean that everything was rolled back (a deadlock), or committed before it
    /// failed (a change of the schema), and the server does not say so. Where neither is likely,
    /// the check waits for the next command, which can be one that asks for what the check would
    /// change.
    bool needsCheck(const Protocol::SqlDialect &dialect) const;
    void recordCheck(bool isInTransaction);

    /// The session is gone, and the transaction with it: see fail().
    [[nodiscard]] TransactionLeasePointer take() { return std::exchange(m_lease, {}); }
    /// Fails \a lease because of \a failure; what was done in it is to be rolled back.
    [[nodiscard]] static Action undo(const TransactionLeasePointer &lease, const Error &failure);
    /// Fails \a lease, which can be null, with \a error; \a mayHaveCommitted says whether what was
    /// in flight may have committed it.
    static void fail(const TransactionLeasePointer &lease, Error error, bool mayHaveCommitted);

private:
    void end(const Error &failure);

    TransactionLeasePointer m_lease;
};

} // namespace AsyncMySql
