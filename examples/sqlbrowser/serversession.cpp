// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "serversession.h"

using namespace AsyncMySql;

ServerSession::ServerSession(const ConnectionOptions &options, QObject *parent)
    : QObject(parent)
    , m_connection(options)
    , m_database(options.database())
{
    // Statements may change it, too.
    connect(&m_connection, &Connection::databaseChanged, this, [this](const QString &database) {
        if (database.isEmpty() || database == m_database)
            return;
        m_database = database;
        Q_EMIT databaseChanged(m_database);
    });
}

ConnectionOptions ServerSession::resultOptions() const
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
    m_database = database;
    m_connection.selectDatabase(database);
    Q_EMIT databaseChanged(m_database);
}

void ServerSession::setShared(bool shared)
{
    if (shared == m_isShared)
        return;
    m_isShared = shared;
    if (!shared)
        m_connection.resetSession();
    Q_EMIT sharedChanged(shared);
}
