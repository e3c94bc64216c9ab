// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionsetup.h"

#include "asciicheck.h"
#include "sqlliteral.h"

#include <QtCore/qstringlist.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

/// Whether \a assignments to variables with these \a names do the same in the statement that sets
/// the character set. Literals have the character set that the session has when they are read, and
/// user variables take it over, with its collation.
bool canBeSetTogether(const QStringList &names, const QByteArray &assignments)
{
    const auto dependsOnCharacterSet = [](const QString &name) {
        return name.startsWith(u'@') || name.startsWith("character_set"_L1, Qt::CaseInsensitive)
               || name.startsWith("collation"_L1, Qt::CaseInsensitive);
    };
    return Values::isAscii(assignments)
           && std::none_of(names.cbegin(), names.cend(), dependsOnCharacterSet);
}

} // namespace

void SessionSetup::setOptions(const ConnectionOptions &options)
{
    m_collation = options.collation();
    m_timeZone = options.timeZone();
    m_database = options.database();
    m_variables = options.sessionVariables();
    m_initStatements = options.initStatements();
    m_trackedVariables = options.trackedVariables();
    m_isGtidTrackingEnabled = options.isGtidTrackingEnabled();
}

QByteArray SessionSetup::timeZone() const
{
    return (m_variables.isEmpty() ? m_timeZone
                                  : m_variables.value(u"time_zone"_s, m_timeZone).toString())
        .toUtf8();
}

SessionSetup::Statements SessionSetup::statements(const SessionState &session) const
{
    // The handshake's character set may have no effect: a server can be configured to ignore it,
    // and a reset session has the server's own again. So nothing that is more than ASCII is sent
    // before it is set.
    SessionState utf8Session = session;
    utf8Session.characterSet = QByteArrayLiteral("utf8mb4");

    QByteArray sql;
    constexpr qsizetype usualSize = 128;
    sql.reserve(usualSize);
    sql += "SET NAMES utf8mb4";
    if (!m_collation.isEmpty())
        sql += " COLLATE " + m_collation.toLatin1();
    QMap<QString, QVariant> variables = m_variables;
    if (m_timeZone == u"+00:00")
        sql += ", @@SESSION.`time_zone` = '+00:00'";
    else if (!m_timeZone.isEmpty() && !variables.contains(u"time_zone"_s))
        variables[u"time_zone"_s] = m_timeZone;
    Step first{sql, u"character set and time zone"_s, true};
    // The default is a minute: too short for a stream that is read slowly. A peer
    // that is gone is noticed by the TCP keep-alive.
    if (!variables.contains(u"net_write_timeout"_s)) {
        first.instead = {first};
        first.sql += ", @@SESSION.`net_write_timeout` = 28800";
    }
    addTracking(&variables, session);
    QByteArray assignments;
    for (auto variable = variables.cbegin(); variable != variables.cend(); ++variable) {
        if (variable != variables.cbegin())
            assignments += ", ";
        if (Error error
            = appendAssignment(&assignments, variable.key(), variable.value(), utf8Session))
            return {{}, error};
    }
    QList<Step> steps;
    steps.append(std::move(first));
    if (!assignments.isEmpty())
        steps.append({"SET " + assignments, u"session variables"_s});
    if (!assignments.isEmpty() && canBeSetTogether(variables.keys(), assignments)) {
        const Step &names = steps.constFirst();
        steps = {{names.sql + ", " + assignments, names.what, true, {steps.begin(), steps.end()}}};
    }
    if (!m_database.isEmpty() && session.database != m_database) {
        const Protocol::FormattingResult name
            = Protocol::quoteIdentifier(m_database, utf8Session.dialect());
        if (const auto *error = std::get_if<Protocol::FormattingError>(&name))
            return {{}, Error(Error::InvalidOptions, error->message)};
        steps.append({"USE " + std::get<QByteArray>(name), u"database"_s, false, {}, true});
    }
    for (qsizetype i = 0; i < m_initStatements.size(); ++i)
        steps.append({m_initStatements[i].toUtf8(), u"init statement %1"_s.arg(i + 1)});
    if (m_autoCommitOff)
        steps.append({"SET @@SESSION.`autocommit` = 0", u"autocommit"_s});
    return {steps, {}};
}

void SessionSetup::addTracking(QMap<QString, QVariant> *variables,
                               const SessionState &session) const
{
    if (m_trackedVariables.isEmpty() && !m_isGtidTrackingEnabled)
        return;
    // What every server tracks by default, and what this client needs.
    QStringList tracked
        = {u"autocommit"_s, u"character_set_client"_s, u"character_set_connection"_s,
           u"character_set_results"_s, u"time_zone"_s};
    // MySQL refuses a list that names one twice.
    const auto track = [&tracked](const QString &name) {
        if (!tracked.contains(name, Qt::CaseInsensitive))
            tracked.append(name);
    };
    for (const QString &name : m_trackedVariables)
        track(name);
    if (m_isGtidTrackingEnabled && session.isMariaDb)
        track(u"last_gtid"_s);
    else if (m_isGtidTrackingEnabled)
        variables->insert(u"session_track_gtids"_s, u"OWN_GTID"_s);
    if (!m_trackedVariables.isEmpty() || (m_isGtidTrackingEnabled && session.isMariaDb))
        variables->insert(u"session_track_system_variables"_s, tracked.join(u','));
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
