// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Connection>

#include <QtCore/QObject>

/// Where the statements of the window are executed: in one session what changes something, and in
/// connections of their own what reads, so that results can be scrolled side by side.
class ServerSession : public QObject
{
    Q_OBJECT

public:
    explicit ServerSession(const AsyncMySql::ConnectionOptions &options, QObject *parent = nullptr);

    AsyncMySql::Connection *connection() { return &m_connection; }
    /// For connections of results and tables: they close when nobody has used them for a while.
    AsyncMySql::ConnectionOptions resultOptions() const;

    QString database() const { return m_database; }
    void setDatabase(const QString &database);

    /// Whether all statements share the session, as transactions, variables and temporary tables need.
    bool isShared() const { return m_isShared; }
    /// When sharing ends, the session forgets them, and rolls back.
    void setShared(bool shared);

Q_SIGNALS:
    void databaseChanged(const QString &database);
    void sharedChanged(bool shared);

private:
    AsyncMySql::Connection m_connection;
    QString m_database;
    bool m_isShared = false;
};
