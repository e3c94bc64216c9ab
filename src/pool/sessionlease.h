// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandsink.h"
#include "connectionengine.h"
#include "pincounts.h"

#include <QtCore/qpointer.h>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace AsyncMySql {

class PooledSession;

/// The right to one session of a pool, and what takes commands for it. The session returns to the
/// pool when nobody has the lease any more.
class SessionLease : public CommandSink
{
    Q_OBJECT

public:
    using Clock = std::chrono::steady_clock;

    SessionLease(const std::shared_ptr<PooledSession> &session, JobSink *pool);
    ~SessionLease() override;

    const Defaults &defaults() const override { return m_defaults; }
    const std::shared_ptr<StatementKindCache> &statementKinds() const override
    {
        return m_statementKinds;
    }
    void submit(CommandPointer command) override;
    void cancel(Command *command, Error::Code reason) override;
    void updateDeadline(const Command &command) override;
    void resume() override;
    void abandon(const TransactionLeasePointer &lease, Command *begin) override;
    void pin(const QString &sql) override;
    void unpin(const QString &sql) override;

    /// Of what comes when the pool, or all its sessions, are gone.
    static Error closedError();
    /// The session is gone, or must not be used any more: commands fail with \a error.
    void invalidate(const Error &error);
    /// Ends all commands with \a error, and lets the server stop what it executes.
    void end(const Error &error);
    /// Of the pool; null if that is gone.
    JobNotifier *notifier() const { return m_notifier; }
    /// \a function is called when the session is gone, in the middle of the work of the pool; none
    /// without one.
    void setOnInvalidated(std::function<void()> function) { m_onInvalidated = std::move(function); }
    /// Why commands fail; no error while the session is there.
    const Error &error() const { return m_error; }
    quint64 connectionId() const { return m_connectionId; }
    /// Null if the session is gone.
    const ConnectionEngine *engine() const { return m_engine; }
    /// Of the session, or what it was when it was lost.
    const SessionState &sessionState() const
    {
        return m_engine ? m_engine->sessionState() : m_lastState;
    }
    Clock::time_point begin() const { return m_begin; }
    /// The last that was given, shortened.
    const QString &statement() const { return m_statement; }
    /// Of \a statement what messages show: it can be large.
    static QString shortened(const QString &statement);

    /// The pool has reported in the log that it is held for long.
    bool isReported = false;

Q_SIGNALS:
    /// In the middle of the work of the pool.
    void invalidated();

protected:
    void connectNotify(const QMetaMethod &signal) override;

private:
    std::weak_ptr<PooledSession> m_session;
    QPointer<JobSink> m_pool;
    QPointer<ConnectionEngine> m_engine;
    QPointer<JobNotifier> m_notifier;
    Defaults m_defaults;
    std::shared_ptr<StatementKindCache> m_statementKinds;
    PinCounts m_pins;
    Error m_error;
    /// When the session was lost.
    SessionState m_lastState;
    QString m_statement;
    Clock::time_point m_begin = Clock::now();
    quint64 m_connectionId;
    std::function<void()> m_onInvalidated;
};

} // namespace AsyncMySql
