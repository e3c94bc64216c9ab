// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "connectionengine.h"
#include "engineowner.h"

#include <QtCore/qglobal.h>

#include <algorithm>
#include <chrono>
#include <memory>

namespace AsyncMySql {

class SessionLease;
class SessionPool;

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
    void sessionShareable() override;
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
    /// The same of the losses of sessions that were being reset.
    quint64 lossesBefore = 0;
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
    bool isBeingReset = false; ///< otherwise it is asked
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

} // namespace AsyncMySql
