// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querycommand.h"

#include "logging.h"
#include "queryexchange.h"
#include "sqlformatter.h"
#include "statementkind.h"

namespace AsyncMySql {

QueryCommand::QueryCommand(QString sql, Parameters parameters, qsizetype maximumResultSize)
    : m_sql(std::move(sql))
    , m_parameters(std::move(parameters))
    , m_maximumResultSize(maximumResultSize)
{
}

Command::Attempt QueryCommand::createExchange(const SessionState &session)
{
    m_dialect = session.dialect();
    const Protocol::FormattingResult formatted = std::visit(
        [this](const auto &values) { return Protocol::formatSql(m_sql, values, m_dialect); },
        m_parameters);
    if (const auto *error = std::get_if<Protocol::FormattingError>(&formatted))
        return Error(Error::InvalidParameter, error->message);

    qCDebug(lcSql).noquote() << m_sql;
    Protocol::QueryExchange::Limits limits;
    if (m_maximumResultSize > 0)
        limits.resultSize = m_maximumResultSize;
    return std::make_shared<Protocol::QueryExchange>(std::get<QByteArray>(formatted),
                                                     session.capabilities, limits);
}

void QueryCommand::succeeded(Protocol::Exchange &exchange, SessionSetup &)
{
    for (auto &data : static_cast<Protocol::QueryExchange &>(exchange).takeResults())
        m_results.append(Result(std::move(data)));
}

bool QueryCommand::wasPartlyExecuted(const Protocol::Exchange &exchange) const
{
    return static_cast<const Protocol::QueryExchange &>(exchange).hasCompleteResult();
}

bool QueryCommand::isRepeatable() const
{
    return m_idempotent || Protocol::StatementKind::of(m_sql.toUtf8(), m_dialect).readsOnly;
}

} // namespace AsyncMySql
