// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "preparecommand.h"

#include "statementexchange.h"

namespace AsyncMySql {

Command::Attempt PrepareCommand::createExchange(const SessionContext &session)
{
    if (std::optional<Attempt> attempt = findStatement(session))
        return *attempt;
    return std::make_shared<Protocol::StatementExchange>(
        cachedStatement()->handle, std::nullopt, session.state.capabilities,
        session.state.isMariaDb, Protocol::ResultExchange::Options());
}

} // namespace AsyncMySql
