// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transactioncommands.h"

#include "commandpayloads.h"
#include "statusexchange.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

QByteArray isolationName(TransactionOptions::IsolationLevel level)
{
    switch (level) {
    case TransactionOptions::IsolationLevel::ReadUncommitted:
        return "READ UNCOMMITTED";
    case TransactionOptions::IsolationLevel::ReadCommitted:
        return "READ COMMITTED";
    case TransactionOptions::IsolationLevel::RepeatableRead:
        return "REPEATABLE READ";
    case TransactionOptions::IsolationLevel::Serializable:
        return "SERIALIZABLE";
    case TransactionOptions::IsolationLevel::SessionDefault:
        break;
    }
    return {};
}

} // namespace

Command::Attempt BeginTransactionCommand::createExchange(const SessionContext &session)
{
    const Protocol::Capabilities capabilities = session.state.capabilities;
    QList<QByteArray> commands;
    // For the next transaction alone.
    if (const QByteArray level = isolationName(m_options.isolationLevel()); !level.isEmpty())
        commands.append(
            Protocol::queryPayload("SET TRANSACTION ISOLATION LEVEL " + level, capabilities));
    QByteArray begin = "START TRANSACTION";
    if (m_options.hasConsistentSnapshot())
        begin += " WITH CONSISTENT SNAPSHOT";
    if (m_options.isReadOnly())
        begin += m_options.hasConsistentSnapshot() ? ", READ ONLY" : " READ ONLY";
    commands.append(Protocol::queryPayload(begin, capabilities));
    auto exchange = std::make_shared<Protocol::StatusExchange>(commands, capabilities);
    // A transaction that does not begin must not leave its isolation level to the next one.
    if (commands.size() > 1)
        exchange->setCleanup(Protocol::queryPayload("ROLLBACK", capabilities));
    return Started{std::move(exchange), traits(session.dialect)};
}

CommandTraits BeginTransactionCommand::traits(const Protocol::SqlDialect &) const
{
    CommandTraits traits;
    traits.beginsTransaction = true;
    // A session that is lost took the transaction with it, in which nothing had happened.
    traits.isRepeatable = true;
    traits.usesResponseTimeout = true;
    return traits;
}

QString BeginTransactionCommand::statement() const
{
    return u"START TRANSACTION"_s;
}

void BeginTransactionCommand::ended(const Error &error)
{
    if (!error)
        return;
    // Whatever was begun ends with the session: nothing of it is in effect.
    Error failure = error;
    failure.setExecution(std::min(error.execution(), Error::Execution::Rejected));
    m_opened->fail(failure);
}

Command::Attempt EndTransactionCommand::createExchange(const SessionContext &session)
{
    const Protocol::Capabilities capabilities = session.state.capabilities;
    const char *sql = m_end == CommandTraits::TransactionEnd::Commit ? "COMMIT" : "ROLLBACK";
    return Started{std::make_shared<Protocol::StatusExchange>(
                       Protocol::queryPayload(sql, capabilities), capabilities),
                   traits(session.dialect)};
}

CommandTraits EndTransactionCommand::traits(const Protocol::SqlDialect &) const
{
    CommandTraits traits;
    traits.transactionEnd = m_end;
    traits.usesResponseTimeout = true;
    return traits;
}

QString EndTransactionCommand::statement() const
{
    return m_end == CommandTraits::TransactionEnd::Commit ? u"COMMIT"_s : u"ROLLBACK"_s;
}

Error transactionFailure(const Command &command, Error error)
{
    const bool failedInCommit = command.transactionEnd() == CommandTraits::TransactionEnd::Commit
                                && command.execution() == Error::Execution::Unknown;
    const bool mayBeCommitted = (command.execution() != Error::Execution::NotSent
                                 && command.mayCommit && !isConflict(error))
                                || failedInCommit;
    error.setExecution(mayBeCommitted ? Error::Execution::Unknown : Error::Execution::Rejected);
    return error;
}

} // namespace AsyncMySql
