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
    bool isRepeatable() const override { return true; }
    bool readsOnly() const override { return true; }
    bool isPipelinable() const override { return true; }
    bool hasResponseTimeout() const override { return true; }

    /// Null before it was sent.
    using StatementCommand::cachedStatement;
};

} // namespace AsyncMySql
