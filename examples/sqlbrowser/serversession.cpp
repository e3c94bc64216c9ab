// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "serversession.h"

#include "sessionresult.h"

#include <algorithm>

using namespace AsyncMySql;

static ConnectionOptions sessionOptions(ConnectionOptions options)
{
    // An unused tab keeps its session.
    options.setIdleTimeout(std::chrono::milliseconds(0));
    // Makes MySQL, too, report how the session reads SQL from its start: a server reports
    // assignments even if the value stays the same.
    QStringList tracked = options.trackedVariables();
    if (!tracked.contains("sql_mode")) {
        tracked.append("sql_mode");
        options.setTrackedVariables(tracked);
    }
    QStringList statements = options.initStatements();
    statements.append("SET SESSION sql_mode = @@SESSION.sql_mode");
    options.setInitStatements(statements);
    return options;
}

ServerSession::ServerSession(const ConnectionOptions &options, QObject *parent)
    : QObject(parent)
    , m_connection(sessionOptions(options))
    , m_originalDatabase(options.database())
    , m_database(options.database())
{
    // Statements can change it, too.
    connect(&m_connection, &Connection::databaseChanged, this, &ServerSession::recordDatabase);
    connect(&m_connection, &Connection::sessionStateLost, this, &ServerSession::lost);
}

ServerSession::~ServerSession() = default;

ConnectionOptions ServerSession::tableOptions() const
{
    ConnectionOptions options = m_connection.options();
    options.setDatabase(m_database);
    options.setIdleTimeout(std::chrono::seconds(30));
    return options;
}

void ServerSession::setDatabase(const QString &database)
{
    if (database == m_database || database.isEmpty())
        return;
    makeFree();
    m_connection.selectDatabase(database);
    recordDatabase(database);
}

void ServerSession::recordDatabase(const QString &database)
{
    if (database.isEmpty() || database == m_database)
        return;
    m_database = database;
    Q_EMIT databaseChanged(m_database);
}

QString ServerSession::timeZone() const
{
    const QString zone = m_connection.trackedVariables().value("time_zone");
    return zone.isEmpty() ? m_connection.options().timeZone() : zone;
}

void ServerSession::reset()
{
    makeFree();
    m_connection.resetSession();
}

void ServerSession::add(SessionResult *result)
{
    m_results.append(result);
    connect(result, &SessionResult::closed, this, &ServerSession::updateResults);
    connect(result, &QObject::destroyed, this, &ServerSession::updateResults, Qt::QueuedConnection);
}

void ServerSession::keepUntilRead(std::shared_ptr<SessionResult> result)
{
    if (!result->isOpen())
        return;
    result->readToEnd();
    m_kept.push_back(std::move(result));
}

bool ServerSession::isFree() const
{
    return std::none_of(m_results.begin(), m_results.end(),
                        [](const auto &result) { return result && result->isOpen(); });
}

void ServerSession::makeFree(const SessionResult *user)
{
    const auto results = m_results;
    for (const auto &result : results) {
        if (result && result != user)
            result->readToEnd();
    }
}

void ServerSession::stopReading()
{
    const auto results = m_results;
    for (const auto &result : results) {
        if (result)
            result->end();
    }
}

void ServerSession::updateResults()
{
    m_results.removeIf([](const auto &result) { return !result; });
    // One of them may be emitting this signal.
    for (auto kept = m_kept.begin(); kept != m_kept.end();) {
        if ((*kept)->isOpen()) {
            ++kept;
            continue;
        }
        QMetaObject::invokeMethod(
            this, [ended = std::move(*kept)]() mutable { ended.reset(); }, Qt::QueuedConnection);
        kept = m_kept.erase(kept);
    }
    if (isFree())
        Q_EMIT becameFree();
}
