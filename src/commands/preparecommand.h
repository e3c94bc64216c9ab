// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "statementcommand.h"

namespace AsyncMySql {

/// Prepares a statement without executing it, so that its errors and columns are known early.
class PrepareCommand : public StatementCommand
{
public:
    explicit PrepareCommand(QString sql)
        : StatementCommand(std::move(sql))
    {
    }

    Attempt createExchange(const SessionContext &session) override;
    CommandTraits traits(const Protocol::SqlDialect &dialect) const override;

    /// Null before it was sent.
    using StatementCommand::cachedStatement;
};

} // namespace AsyncMySql
