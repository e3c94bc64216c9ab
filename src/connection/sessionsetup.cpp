// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionsetup.h"

#include "sqlliteral.h"

#include <variant>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

void SessionSetup::setOptions(const ConnectionOptions &options)
{
    m_collation = options.collation();
    m_timeZone = options.timeZone();
    m_database = options.database();
    m_variables = options.sessionVariables();
    m_initStatements = options.initStatements();
}

SessionSetup::Statements SessionSetup::statements(const SessionState &session) const
{
    // The handshake's character set is no promise: a server can be told to ignore it. One statement
    // sets everything, so that it costs one round trip.
    QByteArray sql = "SET NAMES utf8mb4";
    if (!m_collation.isEmpty())
        sql += " COLLATE " + m_collation.toLatin1();
    if (!m_timeZone.isEmpty()) {
        if (Error error = appendAssignment(&(sql += ", "), u"time_zone"_s, m_timeZone, session))
            return {{}, error};
    }
    for (auto variable = m_variables.cbegin(); variable != m_variables.cend(); ++variable) {
        if (Error error
            = appendAssignment(&(sql += ", "), variable.key(), variable.value(), session))
            return {{}, error};
    }
    QList<QByteArray> statements = {sql};
    if (!m_database.isEmpty() && session.database != m_database) {
        const Protocol::FormattingResult name
            = Protocol::quoteIdentifier(m_database, session.dialect());
        if (const auto *error = std::get_if<Protocol::FormattingError>(&name))
            return {{}, Error(Error::InvalidOptions, error->message)};
        statements += "USE " + std::get<QByteArray>(name);
    }
    for (const QString &statement : m_initStatements)
        statements += statement.toUtf8();
    return {statements, {}};
}

Error SessionSetup::appendAssignment(QByteArray *sql, const QString &name, const QVariant &value,
                                     const SessionState &session)
{
    const bool isUserVariable = name.startsWith(u'@');
    const Protocol::FormattingResult identifier = Protocol::quoteIdentifier(
        QStringView(name).sliced(isUserVariable ? 1 : 0), session.dialect());
    if (const auto *error = std::get_if<Protocol::FormattingError>(&identifier))
        return Error(Error::InvalidParameter,
                     u"Session variable \"%1\": %2"_s.arg(name, error->message));
    *sql += isUserVariable ? "@" : "@@SESSION.";
    *sql += std::get<QByteArray>(identifier) + " = ";
    if (const auto error = Protocol::appendSqlLiteral(sql, value, session.dialect()))
        return Error(Error::InvalidParameter,
                     u"Session variable \"%1\": %2"_s.arg(name, error->message));
    return {};
}

} // namespace AsyncMySql
