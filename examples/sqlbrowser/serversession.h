// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Connection>

#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <memory>
#include <vector>

class SessionResult;

/// The session of a sheet. All that its editor, its results and their exports execute is executed
/// here, one after the other: what a statement leaves behind (a transaction, warnings, variables,
/// temporary tables, the number of rows found) is there for the next one.
class ServerSession : public QObject
{
    Q_OBJECT

public:
    explicit ServerSession(const AsyncMySql::ConnectionOptions &options, QObject *parent = nullptr);
    ~ServerSession() override;

    AsyncMySql::Connection *connection() { return &m_connection; }
    /// For tabs with a session of their own, those of tables: it closes when it is not used.
    AsyncMySql::ConnectionOptions tableOptions() const;

    QString database() const { return m_database; }
    /// Selects \a database in the server, too.
    void setDatabase(const QString &database);
    /// A statement has selected \a database.
    void recordDatabase(const QString &database);
    AsyncMySql::SqlDialect dialect() const { return m_connection.sqlDialect(); }
    /// In which TIMESTAMP values are read; empty if that is not known.
    QString timeZone() const;

    /// Rolls back, and forgets variables, temporary tables and locks.
    void reset();

    /// Registers \a result, which executes its statement in this session.
    void add(SessionResult *result);
    /// Keeps a result that is not shown any more until the session has no further rows of it.
    void keepUntilRead(std::shared_ptr<SessionResult> result);
    /// No result has unread rows, which would keep statements waiting, and the locks of theirs
    /// held.
    bool isFree() const;
    /// Has all results but \a user read on; becameFree() follows.
    void makeFree(const SessionResult *user = nullptr);
    /// Ends what is being read.
    void stopReading();

Q_SIGNALS:
    void databaseChanged(const QString &database);
    void becameFree();
    /// The server has ended the session, and with it what it held: \a held names that.
    void lost(const QString &held);

private:
    void updateResults();

    AsyncMySql::Connection m_connection;
    QString m_originalDatabase;
    QString m_database;
    QList<QPointer<SessionResult>> m_results;
    std::vector<std::shared_ptr<SessionResult>> m_kept;
};
