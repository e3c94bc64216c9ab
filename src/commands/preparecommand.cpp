// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "preparecommand.h"

#include "statementexchange.h"

namespace AsyncMySql {

Command::Attempt PrepareCommand::createExchange(const SessionContext &session)
{
    if (std::optional<Attempt> attempt = findStatement(session))
        return *attempt;
    return Started{std::make_shared<Protocol::StatementExchange>(
                       handle(), std::nullopt, session.state.capabilities,
                       session.state.isMariaDb && session.pipelineDepth > 1,
                       Protocol::ResultExchange::Options()),
                   traits(session.dialect)};
}

CommandTraits PrepareCommand::traits(const Protocol::SqlDialect &) const
{
    CommandTraits traits;
    traits.readsOnly = true;
    traits.canPipeline = true;
    traits.isRepeatable = true;
    traits.usesResponseTimeout = true;
    return traits;
}

} // namespace AsyncMySql
