// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "leasewatch.h"

#include "commandsink.h"
#include "logging.h"
#include "publicdialect.h"
#include "sessionlease.h"
#include "sessionpool.h"
#include "statementsummary.h"

#include <algorithm>
#include <memory>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using Clock = PooledSession::Clock;
using State = PooledSession::State;

namespace {

QString inSeconds(Clock::duration duration)
{
    return QString::number(std::chrono::duration<double>(duration).count(), 'f', 1);
}

/// Of \a statement what may be shown in the errors of other jobs: what it does to which
/// tables, and none of its values.
QString kindOf(const PooledSession &session, const QString &statement)
{
    if (statement.isEmpty())
        return {};
    const SessionState &state = session.engine->sessionState();
    return StatementSummary(statement, Protocol::publicDialectOf(state.reportedDialect())).text();
}

} // namespace

LeaseWatch::LeaseWatch(const SessionPool &sessions, CommandSink *pool)
    : QObject(pool)
    , m_sessions(sessions)
    , m_pool(*pool)
    , m_timer(this, [this] { warn(); })
{
}

void LeaseWatch::leaseBegun()
{
    if (m_warning.count() > 0 && !m_timer.isActive())
        m_timer.start(m_warning);
}

QString LeaseWatch::occupancy(int waiting, const Error &lastError) const
{
    QString text = u"%1 of at most %2 sessions in use, %3 idle, %4 connecting, %5 jobs waiting"_s
                       .arg(m_sessions.count(State::InUse) + m_sessions.count(State::Recycling))
                       .arg(m_sessions.settings().maximumConnections)
                       .arg(m_sessions.count(State::Idle))
                       .arg(m_sessions.count(State::Connecting))
                       .arg(waiting);
    if (const PooledSession *oldest = oldestInUse()) {
        const std::shared_ptr<SessionLease> lease = oldest->lease.lock();
        const CommandPointer command = oldest->command.lock();
        const QString statement = lease     ? lease->statement()
                                  : command ? SessionLease::shortened(command->statement())
                                            : QString();
        text += (lease ? u". The oldest lease has had its session for %1 s"_s
                       : u". The session that was taken first is in use for %1 s"_s)
                    .arg(inSeconds(Clock::now() - oldest->since));
        if (const QString kind = kindOf(*oldest, statement); !kind.isEmpty())
            text += u": "_s + kind;
    }
    if (const QString recovery = m_pool.recoveryLedger()->runningStatement(); !recovery.isEmpty())
        text += u". "_s + recovery;
    if (lastError)
        text += u". Connecting failed: "_s + lastError.message();
    return text;
}

/// A lease if there is one; null if no session is in use.
const PooledSession *LeaseWatch::oldestInUse() const
{
    const PooledSession *oldest = nullptr;
    for (const auto &session : m_sessions.sessions()) {
        if (session->state != State::InUse)
            continue;
        const bool isLeased = !session->lease.expired();
        const bool isOldestLeased = oldest && !oldest->lease.expired();
        if (!oldest || (isLeased && !isOldestLeased)
            || (isLeased == isOldestLeased && session->since < oldest->since))
            oldest = session.get();
    }
    return oldest;
}

void LeaseWatch::setWarning(milliseconds age)
{
    m_warning = age;
    m_timer.stop();
    if (age.count() > 0)
        warn();
}

/// Names the leases that are held for too long, each of them once.
void LeaseWatch::warn()
{
    const Clock::time_point now = Clock::now();
    auto next = Clock::duration::max();
    for (const auto &session : m_sessions.sessions()) {
        const std::shared_ptr<SessionLease> lease = session->lease.lock();
        if (!lease || lease->isReported)
            continue;
        const Clock::duration left = lease->begin() + m_warning - now;
        if (left.count() > 0) {
            next = std::min(next, left);
            continue;
        }
        lease->isReported = true;
        qCWarning(lcConnection).noquote()
            << "A lease has had session" << lease->connectionId() << "of the pool for"
            << inSeconds(now - lease->begin())
            << "s; its last statement:" << kindOf(*session, lease->statement());
    }
    if (next != Clock::duration::max())
        m_timer.start(std::chrono::ceil<milliseconds>(next));
}

} // namespace AsyncMySql
