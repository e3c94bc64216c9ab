// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "parameters.h"
#include "statementcache.h"
#include "statementhandle.h"
#include "statementkindcache.h"

#include <QtCore/qstring.h>

#include <memory>
#include <optional>
#include <utility>

namespace AsyncMySql {

/// What commands have in common that are one statement of the application.
class StatementCommand : public Command
{
public:
    QString statement() const override { return m_sql; }

    /// Lets the job report how far it has come, unless it has reported the end.
    void postProgress();
    /// Whether there is progress that the job has not reported.
    bool takePendingProgress() { return std::exchange(m_hasPendingProgress, false); }

protected:
    /// \a kinds, if there are any, know what the text means.
    explicit StatementCommand(QString sql, std::shared_ptr<StatementKindCache> kinds = {})
        : m_sql(std::move(sql))
        , m_kinds(std::move(kinds))
    {
    }

    const QString &sql() const { return m_sql; }
    /// What the text means in \a dialect.
    const Protocol::StatementKind &kindIn(const Protocol::SqlDialect &dialect) const;
    /// The same for the dialect that was asked for last.
    const Protocol::StatementKind &kind() const { return m_kind ? *m_kind : kindIn(m_dialect); }
    const Protocol::SqlDialect &dialect() const { return m_dialect; }
    /// What was found out when the statement was taken into the cache of the session.
    void takeKind(const Protocol::SqlDialect &dialect);
    /// Takes the prepared statement from the cache of the session, or one that is to be prepared
    /// into it. What it returns, if anything, is why there is no exchange for it now.
    std::optional<Attempt> findStatement(const SessionContext &session);
    /// Chooses the handle for the types of \a parameters, where they matter.
    std::optional<Attempt> chooseHandle(const SessionContext &session,
                                        const Protocol::EncodedParameters &parameters);
    /// Null before it was looked for, and after releaseStatement().
    const CachedStatementPointer &cachedStatement() const { return m_statement; }
    const Protocol::StatementHandlePointer &handle() const { return m_handle; }
    /// What a command of \a size bytes cannot be sent for, if anything: that is more than the
    /// server or \a limit, maximumPacketSize, allows, or what the server allows has to be asked.
    static std::optional<Attempt> checkSize(qsizetype size, const SessionContext &session,
                                            qsizetype limit);
    /// The cache may close it from now on.
    void releaseStatement();

private:
    bool isPreparing() const;

    QString m_sql;
    std::shared_ptr<StatementKindCache> m_kinds;
    mutable Protocol::SqlDialect m_dialect;
    /// In that dialect, if it was asked for.
    mutable std::optional<Protocol::StatementKind> m_kind;
    CachedStatementPointer m_statement;
    Protocol::StatementHandlePointer m_handle;
    bool m_hasPendingProgress = false;
};

} // namespace AsyncMySql
