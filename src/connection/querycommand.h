// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"

#include <AsyncMySql/result.h>

#include <QtCore/qlist.h>
#include <QtCore/qvariant.h>

#include <variant>

namespace AsyncMySql {

/// A statement in the text protocol, its parameters written into it for the live session.
class QueryCommand : public Command
{
public:
    using Parameters = std::variant<QVariantList, QVariantMap>;

    /// In bytes.
    struct Limits
    {
        qsizetype packet;
        qsizetype result;
    };

    QueryCommand(QString sql, Parameters parameters, const Limits &limits);

    Attempt createExchange(const SessionState &session) override;
    void succeeded(Protocol::Exchange &exchange, SessionSetup &setup) override;
    bool wasPartlyExecuted(const Protocol::Exchange &exchange) const override;
    bool isRepeatable() const override;
    QString statement() const override { return m_sql; }

    bool isIdempotent() const { return m_idempotent; }
    void setIdempotent(bool idempotent) { m_idempotent = idempotent; }
    const QList<Result> &results() const { return m_results; }

private:
    QString m_sql;
    Parameters m_parameters;
    Limits m_limits;
    bool m_idempotent = false;
    /// What the session of the last attempt made of the text.
    Protocol::SqlDialect m_dialect;
    QList<Result> m_results;
};

} // namespace AsyncMySql
