// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "causalreads.h"
#include "commandfailer.h"
#include "commandqueue.h"
#include "jobsink.h"
#include "leasewatch.h"
#include "poolcommands.h"
#include "poolqueue.h"
#include "reconnector.h"
#include "sessionpool.h"
#include "statementkindcache.h"

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/poolstatistics.h>

#include <QtCore/qobject.h>

#include <chrono>
#include <deque>
#include <memory>

namespace AsyncMySql {

/// Drives a Pool: commands wait in its queue, first in first out, until a session is free. It gives
/// them to that session's engine then, which has them until they have ended, or are to be sent
/// again.
///
/// The commands of a transaction wait in its own queue until it has a session; from then on they go
/// to that.
///
/// Its signals come in the middle of its work, as those of the engines do.
class PoolEngine : public JobSink, private SessionPoolUser
{
    Q_OBJECT

public:
    explicit PoolEngine(QObject *parent = nullptr);
    ~PoolEngine() override;

    const ConnectionOptions &options() const { return m_sessions.options(); }
    /// With \a error, or if the options make no sense, commands fail.
    void setOptions(const ConnectionOptions &options, const Error &error = {});
    /// Those that leave the sessions as they are.
    void setTimeouts(std::chrono::milliseconds idle, std::chrono::milliseconds queue);
    const Error &optionsError() const { return m_sessions.optionsError(); }
    CredentialSource *credentials() const { return m_sessions.credentials(); }
    void setPassword(const QString &password) { m_sessions.setPassword(password); }
    const PoolSettings &settings() const { return m_sessions.settings(); }
    void setSettings(const PoolSettings &settings);
    /// 0 for never.
    void setLeaseWarning(std::chrono::milliseconds age) { m_leaseWatch.setWarning(age); }

    /// Before the options are set.
    void setUse(HostList::Use use) { m_sessions.setUse(use); }
    std::shared_ptr<const WritePosition> recordWrites() { return m_sessions.recordWrites(); }
    /// What \a writer writes is to be seen.
    void followWrites(PoolEngine *writer, std::chrono::milliseconds timeout)
    {
        m_causalReads.follow(writer->recordWrites(), writer, timeout);
    }

    // What can be watched.
    const Reconnector &reconnector() const { return m_reconnector; }
    const CommandQueue &queue() const { return m_queue; }
    const SessionPool &sessions() const { return m_sessions; }

    const Defaults &defaults() const override { return m_defaults; }
    const std::shared_ptr<StatementKindCache> &statementKinds() const override
    {
        return m_statementKinds;
    }
    void submit(CommandPointer command) override;
    void cancel(Command *command, Error::Code reason) override;
    void updateDeadline(const Command &command) override;
    void resume() override {}
    void enter() override { ++m_retryingTransactions; }
    void leave() override
    {
        --m_retryingTransactions;
        scheduleAdvance();
    }
    void abandon(const TransactionLeasePointer &lease, Command *begin) override;
    void pin(const QString &sql) override { m_sessions.pin(sql); }
    void unpin(const QString &sql) override { m_sessions.unpin(sql); }

    void clear();
    void reconnectNow()
    {
        if (m_reconnector.isWaiting())
            m_reconnector.reconnectNow();
    }
    /// Ends all commands with ConnectionClosed, and the sessions with them.
    void abort();
    /// The same. Commands that come later fail.
    void shutDown();
    PoolStatistics statistics() const;

Q_SIGNALS:
    /// Connecting has failed, or a session was lost.
    void errorOccurred(const AsyncMySql::Error &error);

private:
    using State = PooledSession::State;

    void sessionIdle(bool provesServer) override;
    void sessionShareable() override
    {
        if (!m_queue.isEmpty())
            scheduleAdvance();
    }
    void advanceDue() override { advance(); }
    void scheduleAdvance() override { m_notifier.requestAdvance(); }
    JobNotifier &jobNotifier() override { return m_notifier; }
    void sessionOpened() override { m_reconnector.recordConnected(); }
    void connectFailed(const Error &error) override;
    void sessionLost(const Error &error, bool proved) override;
    void takeBack(std::deque<CommandPointer> commands) override;

    void report(const Error &error)
    {
        m_notifier.postpone();
        Q_EMIT errorOccurred(error);
    }
    void advance();
    void advanceJobs();
    void dispatch();
    void give(PooledSession *session, CommandPointer command);
    void reportWait(const Command &command, CommandTimes::Clock::time_point end)
    {
        // In a transaction the first one waits, for all of them.
        if (!command.lease)
            observers()->report(Observer::PoolWait{end - command.times.created, command.error()});
    }
    void recordWait(const Command &command, CommandTimes::Clock::time_point end)
    {
        addTime(&m_waitTime, &m_maximumWaitTime, end - command.times.created);
        reportWait(command, end);
    }
    void openSessions();
    int wantedSessions() const;
    int leastSessions() const;
    void closeSessions(CommandPointer command);
    void failWaiting(std::deque<CommandPointer> commands, const Error &error);
    static Error drainingError();
    /// Whether it makes sense to try again when connecting has failed.
    bool needsSessions() const
    {
        return !m_queue.isEmpty() || !m_warmUps.isEmpty()
               || (m_keepsMinimum && settings().minimumConnections > 0);
    }
    void holdLease(TransactionLease *lease);
    void submitToLease(CommandPointer command);
    CommandQueue &queueOf(const Command &command);
    void onTimedOut(const CommandPointer &command);
    void onFirstConnectTimeout();
    const CommandQueue &firstQueue() const { return m_queue.isEmpty() ? m_warmUps : m_queue; }
    void watchFirstConnect() { m_reconnector.watchFirstConnect(firstQueue()); }
    void finishTasks();
    bool isDone(const Command &task);
    void abortWith(bool orderly);

    Defaults m_defaults;
    std::shared_ptr<StatementKindCache> m_statementKinds = std::make_shared<StatementKindCache>();
    PoolQueue m_queue;
    CommandQueue m_warmUps;
    /// What waits for sessions to be closed.
    CommandQueue m_tasks;
    CommandFailer m_failer;
    Reconnector m_reconnector;
    SessionPool m_sessions;
    LeaseWatch m_leaseWatch;
    CausalReads m_causalReads;
    LazyTimer m_patience;
    /// The minimum of sessions is kept from the first job on, until the pool is closed.
    bool m_keepsMinimum = false;
    bool m_isDraining = false;
    /// What becomes idle is looked at in this call of advance().
    bool m_isAdvancingSessions = false;
    int m_retryingTransactions = 0;
    bool m_shutDown = false;
    double m_waitTime = 0;
    double m_maximumWaitTime = 0;
    quint64 m_queueTimeouts = 0;
};

} // namespace AsyncMySql
