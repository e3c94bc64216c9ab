// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionengine.h"
#include "engineowner.h"
#include "lazytimer.h"
#include "pincounts.h"
#include "waittimeout.h"
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

class SessionLease;
class SessionPool;

/// What the application sets besides the options of the connections.
struct PoolSettings
{
    int maximumConnections = 10;
    int minimumConnections = 0;
    int maximumParallelConnects = 2;
    /// 0 for no limit.
    std::chrono::milliseconds maximumLifetime = std::chrono::minutes(30);
    Pool::ResetPolicy resetPolicy = Pool::ResetPolicy::WhenDirty;
};

/// One session of a pool, from opening it to its end.
///
/// | state      | event                               | next                                     |
/// |------------|-------------------------------------|------------------------------------------|
/// | Connecting | the session is open                 | Idle                                     |
/// | Idle       | a command, or a lease, is given it  | InUse                                    |
/// | InUse      | it is free, and clean               | Idle                                     |
/// | InUse      | it is free, and has to be reset     | Recycling                                |
/// | Recycling  | it is free again                    | Idle, or Closing if it was not reset     |
/// | free       | too old, outdated, or one too many  | Closing                                  |
/// | all        | the session is gone                 | Ended                                    |
class PooledSession final : public EngineOwner, public std::enable_shared_from_this<PooledSession>
{
public:
    using Clock = std::chrono::steady_clock;
    enum class State : quint8 { Connecting, Idle, InUse, Recycling, Closing, Ended };
    static constexpr size_t StateCount = 6;

    PooledSession(SessionPool *sessionPool, ConnectionEngine *connectionEngine)
        : pool(sessionPool)
        , engine(connectionEngine)
    {
    }

    void advanceDue() override;
    void sessionFree() override;
    void sessionEnded(Remainder remainder) override;
    JobNotifier &notifier() override;

    SessionPool *const pool;
    ConnectionEngine *const engine;
    State state = State::Connecting;
    /// Since when it is in the state.
    Clock::time_point since = Clock::now();
    Clock::time_point expires = Clock::time_point::max();
    int generation = 0;
    /// How often connecting had failed when it was opened.
    quint64 failuresBefore = 0;
    /// Since it was opened or reset.
    bool wasUsed = false;
    /// The pool has asked it something.
    bool wasAsked = false;
    /// It is free, and something is to be done with it before it can be used.
    bool isReturned = false;
    /// Its engine has something to do.
    bool isAdvanceDue = false;
    /// What it is or was used for.
    std::weak_ptr<Command> command;
    std::weak_ptr<SessionLease> lease;
    /// What the pool does in it itself: it resets it, or asks something.
    CommandPointer recycling;
    bool isBeingReset = false;
    /// The version of the WritePosition that its server has reached.
    quint64 seenWrites = 0;
    /// Each of its statements waits for what was written before.
    bool waitsItself = false;
};

/// Adds \a duration to what statistics tell of such times, in milliseconds.
inline void addTime(double *sum, double *maximum, PooledSession::Clock::duration duration)
{
    const double time = std::chrono::duration<double, std::milli>(duration).count();
    *sum += time;
    *maximum = std::max(*maximum, time);
}

/// What a SessionPool reports: in the middle of the work of an engine, so that nothing may be done
/// but recording it.
class SessionPoolUser
{
public:
    /// With \a provesServer, something was done in a session that was opened after the last
    /// failure.
    virtual void sessionIdle(bool provesServer) = 0;
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
        watchIdle();
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
    /// Null if none is idle. The session is in use from now on.
    PooledSession *takeIdle(const CommandPointer &command);
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
            watchIdle();
    }
    /// Whether \a error, by which connecting has failed, says that there can be no more sessions
    /// than those that are open.
    bool isLimitedBy(const Error &error) const;
    /// How many are being reset for less than \a limit.
    int recycledSoon(std::chrono::milliseconds limit) const;
    const std::vector<SessionPointer> &sessions() const { return m_sessions; }
    const PoolStatistics &totals() const { return m_totals; }

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
    void onEnded(PooledSession *session, EngineOwner::Remainder remainder);

private:
    void followWrites(ConnectionEngine *engine)
    {
        if (m_writes) {
            connect(engine, &ConnectionEngine::sessionStateChanged, this,
                    [this, engine] { m_writes->add(engine->sessionState().gtid); });
        }
    }
    /// The one that was used last; where servers share the reads, that of the one whose turn it is.
    std::vector<PooledSession *>::iterator nextIdle()
    {
        const auto last = m_idle.end() - 1;
        if (!m_hosts || m_hosts->use() != HostList::Use::Reading)
            return last;
        std::vector<HostTarget *> targets;
        for (const PooledSession *session : m_idle) {
            HostTarget *target = session->engine->host();
            if (target && std::find(targets.begin(), targets.end(), target) == targets.end())
                targets.push_back(target);
        }
        if (targets.size() < 2)
            return last;
        const HostTarget *target = HostList::takeTurn(targets);
        const auto found = std::find_if(m_idle.rbegin(), m_idle.rend(), [target](const auto *s) {
            return s->engine->host() == target;
        });
        return found.base() - 1;
    }
    void setState(PooledSession *session, State state);
    void settle(PooledSession *session);
    /// An idle session is looked at again.
    void returnIdle(PooledSession *session)
    {
        std::erase(m_idle, session);
        lookAtLater(session);
    }
    void lookAtLater(PooledSession *session);
    bool mustClose(const PooledSession &session) const;
    bool mustReset(const PooledSession &session) const;
    void process(PooledSession *session);
    void close(PooledSession *session, quint64 *reason);
    void reset(PooledSession *session);
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
    Clock::time_point idleEnd(const PooledSession &session) const;
    void closeIdle();
    void watchIdle();

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
    /// Of m_sessions, in the order in which they became idle.
    std::vector<PooledSession *> m_idle;
    std::vector<PooledSession *> m_returned;
    std::vector<PooledSession *> m_advanceDue;
    /// Gone, but their engines may be in the middle of their work.
    std::vector<SessionPointer> m_ended;
    PinCounts m_pins;
    LazyTimer m_idleTimer;
    /// When that is due; the maximum while it is not active.
    Clock::time_point m_nextIdleCheck = Clock::time_point::max();
    WaitTimeout m_waitTimeout;
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

inline void PooledSession::sessionEnded(Remainder remainder)
{
    pool->onEnded(this, std::move(remainder));
}

} // namespace AsyncMySql
