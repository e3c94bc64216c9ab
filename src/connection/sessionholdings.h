// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandtraits.h"
#include "sessioneffects.h"
#include "sessionstate.h"

#include <AsyncMySql/error.h>

#include <QtCore/qstring.h>

namespace AsyncMySql {

/// What the session holds that the application put there by statement, and that would be lost with
/// it; and what was lost with the session before. A session that holds something is not ended,
/// reset or replaced unless the application asks for it; that of a pool is reset when its job, its
/// transaction or its lease has ended.
///
/// The server's status says whether a transaction is open and whether autocommit is off. The rest
/// follows from the texts of the statements: what is not known to leave nothing behind counts as
/// held until the session is reset or closed.
class SessionHoldings
{
public:
    /// A new session is ready: it holds nothing.
    void begin(const SessionState &session);
    /// A command was answered, which was refused as a whole if \a rejected; \a session is its
    /// state after that.
    void recordAnswer(const CommandTraits &traits, bool rejected, const SessionState &session);
    /// The application has reset or closed the session: nothing of it, or of those before, is
    /// missed.
    void clear();

    /// Whether the session has to stay.
    bool keepsSession(const SessionState &session) const
    {
        return hasTraces() || session.isInTransaction() || isAutoCommitOff(session);
    }
    /// Whether the application turned autocommit off by statement.
    bool isAutoCommitOff(const SessionState &session) const
    {
        return m_hadAutoCommit && !session.status.testFlag(Protocol::ServerStatusFlag::AutoCommit);
    }
    bool isInTransaction(const SessionState &session) const
    {
        return session.isInTransaction()
               || m_traces.testFlag(Protocol::SessionTrace::XaTransaction);
    }
    /// Whether a statement of the library's own can come between those of the application, and
    /// changes no more than what the last one left: it is executed under no locks of tables, in no
    /// XA transaction, and before no transaction whose characteristics are set.
    bool allowsQuestions() const
    {
        using Protocol::SessionTrace;
        return !(m_traces
                 & (SessionTrace::XaTransaction | SessionTrace::TableLocks
                    | SessionTrace::NextTransaction | SessionTrace::Anything));
    }
    /// Whether a statement may have selected another database.
    bool mayHaveUsed() const
    {
        using Protocol::SessionTrace;
        return static_cast<bool>(m_traces & (SessionTrace::Database | SessionTrace::Anything));
    }
    /// Whether the session may have no database any more.
    bool mayLackDatabase() const
    {
        return m_traces.testFlag(Protocol::SessionTrace::DroppedDatabase);
    }
    /// Whether it holds what a reset leaves.
    bool hasRole() const { return m_traces.testFlag(Protocol::SessionTrace::Role); }
    /// For messages; empty if nothing is held. With \a ownTransaction the open transaction is that
    /// of a Transaction, which reports its end itself.
    QString description(const SessionState &session, bool ownTransaction) const;

    /// The session is gone, and the application did not ask for that.
    void end(const SessionState &session);
    /// It had a transaction open that was begun by statement.
    void loseTransaction() { m_transactionLost = true; }
    void forgetLostTransaction() { m_transactionLost = false; }
    /// What belongs to the lost transaction must not run outside of it.
    bool hasLostTransaction() const { return m_transactionLost; }
    /// Every new session has to begin with autocommit off.
    bool restoresAutoCommitOff() const { return m_restoresAutoCommitOff; }
    /// Whether something is missing that a statement may ask for.
    bool hasLostAnswers() const { return m_lastStatementLost || m_insertIdLost; }
    bool asksForLostAnswer(const Protocol::SessionEffects &effects) const
    {
        return (m_lastStatementLost && effects.asksLastStatement)
               || (m_insertIdLost && effects.asksInsertId);
    }

    static Error lostTransactionError();
    static Error lostAnswerError();

private:
    /// That a database is gone is nothing that would be missed with the session.
    bool hasTraces() const
    {
        return static_cast<bool>(
            m_traces & ~Protocol::SessionTraces(Protocol::SessionTrace::DroppedDatabase));
    }
    void recordExecution(const CommandTraits &traits, bool rejected, const SessionState &session);

    Protocol::SessionTraces m_traces;
    /// What the options, or variables set through the API, say.
    bool m_hadAutoCommit = true;
    bool m_wasInTransaction = false;
    bool m_hasExecuted = false;
    bool m_hasWritten = false;

    bool m_transactionLost = false;
    bool m_restoresAutoCommitOff = false;
    bool m_lastStatementLost = false;
    bool m_insertIdLost = false;
};

} // namespace AsyncMySql
