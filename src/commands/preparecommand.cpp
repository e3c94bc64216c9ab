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
        handle(), std::nullopt, session.state.capabilities,
        session.state.isMariaDb && session.pipelineDepth > 1, Protocol::ResultExchange::Options());
}

} // namespace AsyncMySql
