// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "idlesessions.h"
#include "pincounts.h"
#include "pooledsession.h"
#include "sessionresets.h"
#include "writeposition.h"

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/pool.h>
#include <AsyncMySql/poolstatistics.h>

#include <QtCore/qobject.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace AsyncMySql {

/// What the application sets besides the options of the connections.
struct PoolSettings
{
    int maximumConnections = 10;
    int minimumConnections = 0;
    int maximumParallelConnects = 2;
    /// That only read, where the pool is full.
    int jobsPerConnection = 1;
    /// 0 for no limit.
    std::chrono::milliseconds maximumLifetime = std::chrono::minutes(30);
    Pool::ResetPolicy resetPolicy = Pool::ResetPolicy::WhenDirty;
};

/// What a SessionPool reports: in the middle of the work of an engine, so that nothing may be done
/// but recording it.
class SessionPoolUser
{
public:
    /// With \a provesServer, something was done in a session that was opened after the last
    /// failure.
    virtual void sessionIdle(bool provesServer) = 0;
    /// One that is in use can take another command that only reads.
    virtual void sessionShareable() = 0;
    /// advance() is to be called.
    virtual void scheduleAdvance() = 0;
    virtual JobNotifier &jobNotifier() = 0;
    virtual void sessionOpened() = 0;
    virtual void connectFailed(const Error &error) = 0;
    /// Without an error if it was idle; \a proved as in EngineOwner::Remainder.
    virtual void sessionLost(const Error &error, bool proved) = 0;
    /// To be sent in another session, in this order and before all that waits.
    virtual void takeBack(std::deque<CommandPointer> commands) = 0;

protected:
    ~SessionPoolUser() = default;
};

/// The sessions of a pool: opens, resets and closes them, and gives out those that are idle, the
/// one that was used last first. It knows no queue.
class SessionPool : public QObject
{
    Q_OBJECT

public:
    using State = PooledSession::State;
    using SessionPointer = std::shared_ptr<PooledSession>;
    using Clock = PooledSession::Clock;

    SessionPool(SessionPoolUser *user, CommandSink *sink);
    ~SessionPool() override;

    const ConnectionOptions &options() const { return m_options; }
    CredentialSource *credentials() const { return m_credentials; }
    /// No session is needed: those that wait for the password are dropped.
    void dropAsking()
    {
        if (m_credentials->isIdle())
            return;
        for (const SessionPointer &session : std::vector(m_sessions)) {
            if (session->engine->isWaitingForCredentials())
                drop(session.get(), false);
        }
        m_credentials->dropUnwanted();
    }
    /// Sessions with other options are closed when they are free.
    void setOptions(const ConnectionOptions &options, const Error &error);
    /// What makes no difference to the sessions.
    void setTimeouts(std::chrono::milliseconds idle, std::chrono::milliseconds queue)
    {
        m_options.setIdleTimeout(idle);
        m_options.setQueueTimeout(queue);
        m_idle.setTimeout(idle);
    }
    /// For sessions to come: those that are open live on.
    void setPassword(const QString &password);
    const Error &optionsError() const { return m_optionsError; }
    /// Null where there is but one.
    const std::shared_ptr<HostList> &hosts() const { return m_hosts; }
    /// Before the options are set.
    void setUse(HostList::Use use) { m_use = use; }
    /// What its sessions write from now on.
    std::shared_ptr<const WritePosition> recordWrites()
    {
        if (!m_writes) {
            m_writes = std::make_shared<WritePosition>();
            for (const SessionPointer &session : m_sessions)
                followWrites(session->engine);
        }
        return m_writes;
    }
    const PoolSettings &settings() const { return m_settings; }
    void setSettings(const PoolSettings &settings);
    void pin(const QString &sql);
    void unpin(const QString &sql);

    /// Does what is due in sessions, and with those that were returned, or are gone.
    void advance();
    /// For \a command: one that is idle or, if \a mayFollowReset, about to be reset; or null. The
    /// session is in use from now on.
    PooledSession *take(const CommandPointer &command, bool mayFollowReset);
    /// One that is in use was given another command.
    void recordShared() { ++m_totals.uses; }
    /// Sends the resets that are due, now that it is known what follows them.
    void sendResets() { m_resets.send(); }
    void open();
    /// A new generation: idle sessions are closed now, and the others when they are free.
    void clear();
    int generation() const { return m_generation; }
    bool hasOlderThan(int generation) const;
    /// Ends all sessions and what is done in them with ConnectionClosed. With \a orderly, idle ones
    /// say so to the server.
    void abort(bool orderly);
    /// Learns how long the server keeps sessions that are silent, if that is not known: there is
    /// nothing else to be done in an idle session.
    void learnWaitTimeout();

    /// Nobody has the lease of \a session any more.
    void leaseEnded(PooledSession *session);

    int total() const { return static_cast<int>(m_sessions.size()); }
    int count(State state) const { return m_counts[static_cast<size_t>(state)]; }
    /// So many are not closed for being idle.
    void keepOpen(int sessions)
    {
        if (std::exchange(m_kept, sessions) != sessions)
            m_idle.watch();
    }
    /// Whether \a error, by which connecting has failed, says that there can be no more sessions
    /// than those that are open.
    bool isLimitedBy(const Error &error) const;
    /// How many are being reset for less than \a limit.
    int recycledSoon(std::chrono::milliseconds limit) const;
    const std::vector<SessionPointer> &sessions() const { return m_sessions; }
    /// What concerns sessions.
    PoolStatistics statistics() const;

Q_SIGNALS:
    /// Something that statistics tell of, in the middle of what is done.
    void changed();

public:
    // Of PooledSession
    void advanceLater(PooledSession *session)
    {
        if (session->state == State::Ended || std::exchange(session->isAdvanceDue, true))
            return;
        m_advanceDue.push_back(session);
        m_user->scheduleAdvance();
    }
    JobNotifier &notifier() { return m_user->jobNotifier(); }
    void onFree(PooledSession *session);
    void onShareable() { m_user->sessionShareable(); }
    void onEnded(PooledSession *session, EngineOwner::Remainder remainder);

private:
    void followWrites(ConnectionEngine *engine)
    {
        if (m_writes) {
            connect(engine, &ConnectionEngine::sessionStateChanged, this,
                    [this, engine] { m_writes->add(engine->sessionState().gtid); });
        }
    }
    void setState(PooledSession *session, State state);
    void settle(PooledSession *session);
    /// An idle session is looked at again.
    void returnIdle(PooledSession *session)
    {
        m_idle.remove(session);
        lookAtLater(session);
    }
    void lookAtLater(PooledSession *session);
    bool mustClose(const PooledSession &session) const;
    bool mustReset(const PooledSession &session) const;
    void process(PooledSession *session);
    void close(PooledSession *session, quint64 *reason);
    void reset(PooledSession *session);
    PooledSession *takeIdle();
    void recordOpened(PooledSession *session);
    void recordUse(const PooledSession &session)
    {
        if (session.state != State::InUse)
            return;
        const Clock::duration duration = Clock::now() - session.since;
        addTime(&m_totals.useTime, &m_totals.maximumUseTime, duration);
        m_sink->observers()->report(
            Observer::PoolUse{duration, session.engine->sessionState().connectionId});
    }
    void finishRecycling(PooledSession *session);
    void drop(PooledSession *session, bool orderly);
    void remove(PooledSession *session);
    void deleteEnded();
    std::deque<CommandPointer> failLeased(PooledSession *session,
                                          EngineOwner::Remainder *remainder);
    /// Whether there are more sessions than are kept.
    bool hasSpare() const
    {
        return total() - count(State::Connecting) - count(State::Closing) > m_kept;
    }
    void closeIdle();

    SessionPoolUser *const m_user;
    CommandSink *const m_sink;
    /// All sessions log in with the same; a child of the sink, as their engines.
    CredentialSource *const m_credentials;
    ConnectionOptions m_options;
    Error m_optionsError;
    std::shared_ptr<HostList> m_hosts;
    HostList::Use m_use = HostList::Use::Anything;
    /// Null without a reader that waits for it.
    std::shared_ptr<WritePosition> m_writes;
    PoolSettings m_settings;
    int m_generation = 0;
    int m_kept = 0;
    quint64 m_failures = 0;
    std::vector<SessionPointer> m_sessions;
    std::array<int, PooledSession::StateCount> m_counts{};
    /// Of m_sessions.
    IdleSessions m_idle;
    SessionResets m_resets;
    std::vector<PooledSession *> m_returned;
    std::vector<PooledSession *> m_advanceDue;
    /// Gone, but their engines may be in the middle of their work.
    std::vector<SessionPointer> m_ended;
    PinCounts m_pins;
    PoolStatistics m_totals;
};

inline void PooledSession::advanceDue()
{
    pool->advanceLater(this);
}

inline JobNotifier &PooledSession::notifier()
{
    return pool->notifier();
}

inline void PooledSession::sessionFree()
{
    pool->onFree(this);
}

inline void PooledSession::sessionShareable()
{
    pool->onShareable();
}

inline void PooledSession::sessionEnded(Remainder remainder)
{
    pool->onEnded(this, std::move(remainder));
}

} // namespace AsyncMySql
