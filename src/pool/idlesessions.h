// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "lazytimer.h"
#include "pooledsession.h"
#include "waittimeout.h"

#include <QtCore/qobject.h>

#include <chrono>
#include <functional>
#include <vector>

namespace AsyncMySql {

class HostList;

/// The sessions of a pool that are idle, in the order in which they became so, and for how long
/// they stay it.
class IdleSessions
{
public:
    using Clock = PooledSession::Clock;

    /// \a hasSpare says whether there are more sessions than are kept, and \a overdue is called
    /// when one of them is overdue.
    IdleSessions(QObject *owner, std::function<bool()> hasSpare, std::function<void()> overdue);

    bool isEmpty() const { return m_sessions.empty(); }
    /// The one that was used last; where servers share the reads, that of the one whose turn it is.
    /// \a hosts is null where there is but one.
    PooledSession *next(const HostList *hosts) const;
    /// The one that was used last.
    PooledSession *takeLast();
    /// The pool itself may have asked it something: those that jobs have used last are used first.
    void add(PooledSession *session);
    void remove(PooledSession *session);
    const std::vector<PooledSession *> &all() const { return m_sessions; }

    /// 0 for no limit.
    void setTimeout(std::chrono::milliseconds timeout);
    /// Of the server.
    WaitTimeout &waitTimeout() { return m_waitTimeout; }
    /// The answer for one can change when another one has been closed.
    bool isOverdue(const PooledSession &session) const { return endOf(session) <= Clock::now(); }
    /// Looks again when the first of them is overdue: something of it has changed.
    void watch();

private:
    Clock::time_point endOf(const PooledSession &session) const;

    std::vector<PooledSession *> m_sessions;
    std::function<bool()> m_hasSpare;
    std::chrono::milliseconds m_timeout{0};
    WaitTimeout m_waitTimeout;
    LazyTimer m_timer;
    /// When that is due; the maximum while it is not active.
    Clock::time_point m_nextCheck = Clock::time_point::max();
};

} // namespace AsyncMySql
