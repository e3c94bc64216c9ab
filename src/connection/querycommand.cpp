// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querycommand.h"

#include "logging.h"
#include "queryexchange.h"
#include "sqlformatter.h"
#include "statementkind.h"

namespace AsyncMySql {

using namespace Qt::StringLiterals;

QueryCommand::QueryCommand(QString sql, Parameters parameters, const Limits &limits)
    : m_sql(std::move(sql))
    , m_parameters(std::move(parameters))
    , m_limits(limits)
{
}

Command::Attempt QueryCommand::createExchange(const SessionState &session)
{
    m_dialect = session.dialect();
    Protocol::FormattingResult formatted = std::visit(
        [this](const auto &values) { return Protocol::formatSql(m_sql, values, m_dialect); },
        m_parameters);
    if (const auto *error = std::get_if<Protocol::FormattingError>(&formatted))
        return Error(Error::InvalidParameter, error->message);
    QByteArray &sql = std::get<QByteArray>(formatted);
    if (sql.size() > m_limits.packet) {
        return Error(Error::PacketTooLarge,
                     u"The statement has %1 bytes with its parameters, more than the %2 of "
                     "maximumPacketSize"_s.arg(sql.size())
                         .arg(m_limits.packet));
    }

    qCDebug(lcSql).noquote() << m_sql;
    Protocol::QueryExchange::Limits limits;
    limits.resultSize = m_limits.result;
    return std::make_shared<Protocol::QueryExchange>(std::move(sql), session.capabilities, limits);
}

void QueryCommand::succeeded(Protocol::Exchange &exchange, SessionSetup &)
{
    for (auto &data : static_cast<Protocol::QueryExchange &>(exchange).takeResults())
        m_results.append(Result(std::move(data)));
}

bool QueryCommand::wasPartlyExecuted(const Protocol::Exchange &exchange) const
{
    // A procedure can have committed something before it failed.
    return static_cast<const Protocol::QueryExchange &>(exchange).hasCompleteResult()
           || Protocol::StatementKind::of(m_sql.toUtf8(), m_dialect).runsOthers;
}

bool QueryCommand::isRepeatable() const
{
    return m_idempotent || Protocol::StatementKind::of(m_sql.toUtf8(), m_dialect).readsOnly;
}

} // namespace AsyncMySql
