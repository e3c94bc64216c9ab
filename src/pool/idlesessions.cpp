// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "idlesessions.h"

#include "hostlist.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql {

using std::chrono::milliseconds;

IdleSessions::IdleSessions(QObject *owner, std::function<bool()> hasSpare,
                           std::function<void()> overdue)
    : m_hasSpare(std::move(hasSpare))
    , m_timer(owner, std::move(overdue))
{
}

void IdleSessions::add(PooledSession *session)
{
    const bool wasAsked = std::exchange(session->wasAsked, false);
    m_sessions.insert(wasAsked ? m_sessions.begin() : m_sessions.end(), session);
    if (endOf(*session) < m_nextCheck)
        watch();
}

void IdleSessions::remove(PooledSession *session)
{
    std::erase(m_sessions, session);
}

PooledSession *IdleSessions::next(const HostList *hosts) const
{
    if (!hosts || hosts->use() != HostList::Use::Reading)
        return m_sessions.back();
    std::vector<HostTarget *> targets;
    for (const PooledSession *session : m_sessions) {
        HostTarget *target = session->engine->host();
        if (target && std::find(targets.begin(), targets.end(), target) == targets.end())
            targets.push_back(target);
    }
    if (targets.size() < 2)
        return m_sessions.back();
    const HostTarget *target = HostList::takeTurn(targets);
    return *std::find_if(m_sessions.rbegin(), m_sessions.rend(),
                         [target](const auto *s) { return s->engine->host() == target; });
}

PooledSession *IdleSessions::takeLast()
{
    PooledSession *session = m_sessions.back();
    m_sessions.pop_back();
    return session;
}

void IdleSessions::setTimeout(milliseconds timeout)
{
    m_timeout = timeout;
    watch();
}

/// When \a session has been idle for too long.
IdleSessions::Clock::time_point IdleSessions::endOf(const PooledSession &session) const
{
    Clock::time_point end = session.expires;
    if (m_timeout.count() > 0 && m_hasSpare())
        end = std::min(end, session.since + m_timeout);
    // The server closes it then.
    if (m_waitTimeout.time().count() > 0)
        end = std::min(end, session.since + m_waitTimeout.time() * 9 / 10);
    return end;
}

void IdleSessions::watch()
{
    Clock::time_point next = Clock::time_point::max();
    for (const PooledSession *session : m_sessions)
        next = std::min(next, endOf(*session));
    m_nextCheck = next;
    m_timer.stop();
    if (next == Clock::time_point::max())
        return;
    const auto longest = std::chrono::duration_cast<milliseconds>(std::chrono::hours(24));
    const auto left = std::chrono::ceil<milliseconds>(next - Clock::now());
    m_timer.start(std::clamp(left, milliseconds(1), longest));
}

} // namespace AsyncMySql
