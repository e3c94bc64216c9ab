// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "statementcache.h"

namespace AsyncMySql {

/// Prepares a statement without executing it, so that its errors and columns are known early.
class PrepareCommand : public Command
{
public:
    explicit PrepareCommand(QString sql)
        : m_sql(std::move(sql))
    {
    }

    Attempt createExchange(const SessionContext &session) override;
    bool isRepeatable() const override { return true; }
    bool readsOnly() const override { return true; }
    bool isPipelinable() const override { return true; }
    QString statement() const override { return m_sql; }

    /// Null before it was sent.
    const CachedStatementPointer &cachedStatement() const { return m_statement; }

private:
    QString m_sql;
    CachedStatementPointer m_statement;
};

} // namespace AsyncMySql
