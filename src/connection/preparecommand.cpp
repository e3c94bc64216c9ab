// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "preparecommand.h"

#include "statementexchange.h"

namespace AsyncMySql {

Command::Attempt PrepareCommand::createExchange(const SessionContext &session)
{
    auto found = session.statements.findOrMake(m_sql, session.state);
    if (const auto *error = std::get_if<Error>(&found))
        return *error;
    m_statement = std::get<CachedStatementPointer>(found);
    if (m_statement->handle->state == Protocol::StatementHandle::State::Preparing)
        return NotYet();
    return std::make_shared<Protocol::StatementExchange>(
        m_statement->handle, std::nullopt, session.state.capabilities, session.state.isMariaDb,
        Protocol::ResultExchange::Options());
}

} // namespace AsyncMySql
