// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "preparecommand.h"

#include "statementexchange.h"

namespace AsyncMySql {

Command::Attempt PrepareCommand::createExchange(const SessionContext &session)
{
    if (std::optional<Attempt> attempt = findStatement(session))
        return *attempt;
    Protocol::ResultExchange::Options options;
    options.metadataCharacterSet = session.state.resultCharacterSet;
    return std::make_shared<Protocol::StatementExchange>(
        handle(), std::nullopt, session.state.capabilities,
        session.state.isMariaDb && session.pipelineDepth > 1, options);
}

} // namespace AsyncMySql
