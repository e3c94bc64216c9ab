// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Connection>

#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <memory>
#include <vector>

class SessionResult;

/// The session of a sheet. It executes all statements of its editor, results and exports one after
/// the other: the state that a statement leaves (a transaction, warnings, variables, temporary
/// tables, the number of rows found) is available for the next one.
class ServerSession : public QObject
{
    Q_OBJECT

public:
    explicit ServerSession(const AsyncMySql::ConnectionOptions &options, QObject *parent = nullptr);
    ~ServerSession() override;

    AsyncMySql::Connection *connection() { return &m_connection; }
    /// For tabs with a separate session, those of tables: it closes when it is not used.
    AsyncMySql::ConnectionOptions tableOptions() const;

    QString database() const { return m_database; }
    /// Selects \a database, also in the server.
    void setDatabase(const QString &database);
    /// Called when a statement has selected \a database.
    void recordDatabase(const QString &database);
    AsyncMySql::SqlDialect dialect() const { return m_connection.sqlDialect(); }
    /// The time zone of TIMESTAMP values; empty if it is not known.
    QString timeZone() const;

    /// Rolls back and releases variables, temporary tables and locks.
    void reset();

    /// Registers \a result, which executes its statement in this session.
    void add(SessionResult *result);
    /// Keeps a result that is no longer shown until the session has no more rows of it.
    void keepUntilRead(std::shared_ptr<SessionResult> result);
    /// Whether no result has unread rows, which would block statements and keep locks.
    bool isFree() const;
    /// Reads all results except \a user to their end; becameFree() follows.
    void makeFree(const SessionResult *user = nullptr);
    /// Ends the running reads.
    void stopReading();

Q_SIGNALS:
    void databaseChanged(const QString &database);
    void becameFree();
    /// Emitted when the session was lost with its state, which \a held describes.
    void lost(const QString &held);

private:
    void updateResults();

    AsyncMySql::Connection m_connection;
    QString m_originalDatabase;
    QString m_database;
    QList<QPointer<SessionResult>> m_results;
    std::vector<std::shared_ptr<SessionResult>> m_kept;
};
