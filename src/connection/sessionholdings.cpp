// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionholdings.h"

#include <QtCore/qstringlist.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using Protocol::SessionTrace;
using Protocol::SessionTraces;

namespace {

constexpr std::pair<SessionTrace, QLatin1StringView> TraceNames[] = {
    {SessionTrace::XaTransaction, "an XA transaction"_L1},
    {SessionTrace::TemporaryTables, "temporary tables"_L1},
    {SessionTrace::TableLocks, "table locks"_L1},
    {SessionTrace::NamedLocks, "locks of GET_LOCK()"_L1},
    {SessionTrace::UserVariables, "user variables"_L1},
    {SessionTrace::SessionVariables, "session variables that were set by statement"_L1},
    {SessionTrace::Database, "the database that USE selected"_L1},
    {SessionTrace::PreparedStatements, "statements of PREPARE"_L1},
    {SessionTrace::Handlers, "open handlers"_L1},
    {SessionTrace::Role, "a role or a resource group"_L1},
    {SessionTrace::NextTransaction, "the characteristics of the next transaction"_L1},
    {SessionTrace::Anything, "what a stored routine or an unknown statement may have left"_L1},
};

} // namespace

void SessionHoldings::begin(const SessionState &session)
{
    m_traces = {};
    // What is restored was set by statement.
    m_hadAutoCommit = m_restoresAutoCommitOff
                      || session.status.testFlag(Protocol::ServerStatusFlag::AutoCommit);
    m_wasInTransaction = false;
    m_hasExecuted = false;
    m_hasWritten = false;
}

void SessionHoldings::recordAnswer(const CommandTraits &traits, bool rejected,
                                   const SessionState &session)
{
    if (traits.resetsSession && !rejected) {
        clear();
        return;
    }
    switch (traits.role) {
    case CommandTraits::SessionRole::SetsAutoCommit:
        if (rejected)
            return;
        // Every session is set up with it from now on.
        m_restoresAutoCommitOff = false;
        m_hadAutoCommit = session.status.testFlag(Protocol::ServerStatusFlag::AutoCommit);
        return;
    case CommandTraits::SessionRole::SelectsDatabase:
        // The same.
        if (!rejected)
            m_traces &= ~SessionTraces(SessionTrace::Database);
        return;
    case CommandTraits::SessionRole::Statement:
        recordExecution(traits, rejected, session);
        return;
    case CommandTraits::SessionRole::None:
        return;
    }
}

void SessionHoldings::recordExecution(const CommandTraits &traits, bool rejected,
                                      const SessionState &session)
{
    SessionTraces leaves = traits.effects.leaves;
    if (rejected) {
        // All or nothing.
        leaves &= ~(SessionTrace::TemporaryTables | SessionTrace::PreparedStatements
                    | SessionTrace::Handlers | SessionTrace::Database | SessionTrace::XaTransaction
                    | SessionTrace::Role);
    } else {
        m_traces &= ~traits.effects.releases;
    }
    m_traces |= leaves;
    const bool isInTransaction = session.isInTransaction();
    if (m_wasInTransaction && !isInTransaction)
        m_traces &= ~SessionTraces(SessionTrace::NextTransaction);
    m_wasInTransaction = isInTransaction;
    m_hasExecuted = true;
    m_hasWritten = m_hasWritten || !traits.readsOnly;
    m_lastStatementLost = false;
    m_insertIdLost = m_insertIdLost && traits.readsOnly;
    if (session.status.testFlag(Protocol::ServerStatusFlag::AutoCommit))
        m_restoresAutoCommitOff = false;
}

void SessionHoldings::clear()
{
    *this = {};
}

QString SessionHoldings::description(const SessionState &session, bool ownTransaction) const
{
    QStringList names;
    if (session.isInTransaction() && !ownTransaction)
        names.append(u"an open transaction"_s);
    if (isAutoCommitOff(session))
        names.append(u"autocommit = 0"_s);
    for (const auto &[trace, name] : TraceNames) {
        if (m_traces.testFlag(trace))
            names.append(name);
    }
    return names.join(u", "_s);
}

void SessionHoldings::end(const SessionState &session)
{
    m_restoresAutoCommitOff = m_restoresAutoCommitOff || isAutoCommitOff(session);
    m_lastStatementLost = m_lastStatementLost || m_hasExecuted;
    m_insertIdLost = m_insertIdLost || m_hasWritten;
    m_traces = {};
    m_wasInTransaction = false;
    m_hasExecuted = false;
    m_hasWritten = false;
}

Error SessionHoldings::lostTransactionError()
{
    return Error(
        Error::ConnectionLost,
        u"The session was lost with an open transaction, which the server rolled back. The "
        "statement was not sent, since it would have been executed outside of the "
        "transaction. End the transaction by COMMIT or ROLLBACK, which fails, too, or "
        "start a new one"_s);
}

Error SessionHoldings::lostAnswerError()
{
    return Error(Error::ConnectionLost,
                 u"The session of the previous statement has ended, and with it the information "
                 "that this statement requests"_s);
}

} // namespace AsyncMySql
