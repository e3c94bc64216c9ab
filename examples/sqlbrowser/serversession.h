// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/Lease>
#include <AsyncMySql/LeaseJob>
#include <AsyncMySql/Pool>

#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <memory>
#include <vector>

class SessionResult;

/// The session of a sheet: a lease of the window's pool, which the schema uses as well. It executes
/// all statements of its editor, results and exports one after the other: the state that a
/// statement leaves (a transaction, warnings, variables, temporary tables, the number of rows
/// found) is available for the next one. A session that was lost is replaced when it is needed.
class ServerSession : public QObject
{
    Q_OBJECT

public:
    explicit ServerSession(const AsyncMySql::ConnectionOptions &options, QObject *parent = nullptr);
    ~ServerSession() override;

    AsyncMySql::Pool *pool() { return &m_pool; }
    /// Null if there is no session: see prepare().
    AsyncMySql::Lease *lease() const { return m_isReady ? m_lease.get() : nullptr; }
    bool isReady() const { return m_isReady && !m_resets && m_lease->isValid(); }
    bool isConnecting() const { return m_job || (m_lease && !m_isReady); }
    /// Acquires a session if there is none; ready() or failed() follows if isReady() is false.
    void prepare();
    /// Ends the waiting for it, and the running reads.
    void stop();
    /// For tabs with a separate session, those of tables: it closes when it is not used.
    AsyncMySql::ConnectionOptions tableOptions() const;

    QString database() const { return m_database; }
    /// Selects \a database, also in the server.
    void setDatabase(const QString &database);
    /// Called when a statement has selected \a database.
    void recordDatabase(const QString &database);
    /// How the session, or the last one, reads SQL.
    AsyncMySql::SqlDialect dialect() const;
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

Q_SIGNALS:
    void databaseChanged(const QString &database);
    void becameFree();
    void ready();
    /// Emitted when no session could be acquired.
    void failed(const AsyncMySql::Error &error);
    /// Emitted when the session was lost because of \a error. \a held describes its state, or is
    /// empty if it had none.
    void lost(const AsyncMySql::Error &error, const QString &held);
    /// Emitted when there is another session, or none, or its transaction or variables changed.
    void stateChanged();
    void noted(const QString &text);

private:
    void takeLease();
    void watchLease();
    void becomeReady();
    void recordLoss(const AsyncMySql::Error &error);
    void dropLease();
    void finishReset();
    AsyncMySql::Job *select(const QString &database);
    void updateResults();

    AsyncMySql::Pool m_pool;
    QPointer<AsyncMySql::LeaseJob> m_job;
    std::unique_ptr<AsyncMySql::Lease> m_lease;
    /// The default database is selected.
    bool m_isReady = false;
    /// Waits for the last rows.
    bool m_resets = false;
    /// By the session that was lost.
    QString m_held;
    AsyncMySql::SqlDialect m_lastDialect;
    /// That of a new session.
    QString m_chosenDatabase;
    QString m_database;
    QList<QPointer<SessionResult>> m_results;
    std::vector<std::shared_ptr<SessionResult>> m_kept;
};
