// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "statementcache.h"

#include <optional>

namespace AsyncMySql {

/// What commands have in common that are one statement of the application.
class StatementCommand : public Command
{
public:
    QString statement() const override { return m_sql; }

    /// Lets the job tell how far it has come.
    void report();
    /// Whether what was reported is news to the job.
    bool takeNews() { return std::exchange(m_hasNews, false); }

protected:
    explicit StatementCommand(QString sql)
        : m_sql(std::move(sql))
    {
    }

    /// Takes the prepared statement from the cache of the session, or one that is to be prepared
    /// into it. What it returns, if anything, is why there is no exchange for it now.
    std::optional<Attempt> findStatement(const SessionContext &session);
    /// Null before it was looked for, and after releaseStatement().
    const CachedStatementPointer &cachedStatement() const { return m_statement; }
    /// The cache may close it from now on.
    void releaseStatement() { m_statement.reset(); }

private:
    QString m_sql;
    CachedStatementPointer m_statement;
    bool m_hasNews = false;
};

} // namespace AsyncMySql
