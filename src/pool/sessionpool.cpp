// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionpool.h"

#include "logging.h"
#include "poolcommands.h"
#include "sessionlease.h"

#include <QtCore/qrandom.h>

#include <algorithm>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

/// A server that lets a session live for so long is not one that breaks all of them.
constexpr milliseconds ProvingTime(1000);

} // namespace

SessionPool::SessionPool(SessionPoolUser *user, CommandSink *sink)
    : QObject(sink)
    , m_user(user)
    , m_sink(sink)
    , m_credentials(new CredentialSource(sink))
    , m_idle(
          this, [this] { return hasSpare(); }, [this] { closeIdle(); })
    , m_resets(*sink)
{
}

SessionPool::~SessionPool() = default;

void SessionPool::setOptions(const ConnectionOptions &options, const Error &error)
{
    m_options = options;
    m_optionsError = error;
    m_credentials->setOptions(options);
    m_hosts = HostList::isNeeded(options) ? std::make_shared<HostList>(options, m_use) : nullptr;
    m_idle.setTimeout(options.idleTimeout());
    clear();
}

void SessionPool::setPassword(const QString &password)
{
    m_options.setPassword(password);
    m_credentials->setPassword(password);
    for (const SessionPointer &session : std::vector(m_sessions)) {
        if (session->generation == m_generation)
            session->engine->setPassword(password);
    }
}

void SessionPool::setSettings(const PoolSettings &settings)
{
    m_settings = settings;
    Q_EMIT changed();
    for (PooledSession *session : std::vector(m_idle.all())) {
        if (mustReset(*session))
            returnIdle(session);
    }
    m_idle.watch();
    // Those that are too many.
    for (PooledSession *session : std::vector(m_idle.all())) {
        if (total() - count(State::Closing) <= m_settings.maximumConnections)
            break;
        close(session, &m_totals.closedEvicted);
    }
}

void SessionPool::pin(const QString &sql)
{
    if (!m_pins.add(sql))
        return;
    for (const SessionPointer &session : m_sessions)
        session->engine->pin(sql);
}

void SessionPool::unpin(const QString &sql)
{
    if (!m_pins.remove(sql))
        return;
    for (const SessionPointer &session : m_sessions)
        session->engine->unpin(sql);
}

void SessionPool::setState(PooledSession *session, State state)
{
    --m_counts[static_cast<size_t>(session->state)];
    ++m_counts[static_cast<size_t>(state)];
    session->state = state;
    session->since = Clock::now();
    Q_EMIT changed();
}

void SessionPool::open()
{
    auto *engine = new ConnectionEngine(m_sink, m_credentials);
    auto session = std::make_shared<PooledSession>(this, engine);
    engine->joinTo(*m_sink);
    session->generation = m_generation;
    session->failuresBefore = m_failures;
    session->lossesBefore = m_resets.losses();
    ConnectionOptions options = m_options;
    // The pool decides.
    options.setIdleTimeout(milliseconds(0));
    engine->setOptions(options, m_optionsError);
    engine->shareHosts(m_hosts);
    followWrites(engine);
    engine->setOwner(session.get());
    engine->setShared(m_settings.jobsPerConnection > 1);
    for (const QString &sql : m_pins.statements())
        engine->pin(sql);
    m_sessions.push_back(session);
    ++m_counts[static_cast<size_t>(State::Connecting)];
    Q_EMIT changed();
    engine->open();
}

void SessionPool::onFree(PooledSession *session)
{
    switch (session->state) {
    case State::Idle:
    case State::Closing:
    case State::Ended:
        return;
    case State::Connecting:
        recordOpened(session);
        break;
    case State::Recycling:
        break;
    case State::InUse:
        if (!session->lease.expired())
            return;
        break;
    }
    settle(session);
}

void SessionPool::lookAtLater(PooledSession *session)
{
    session->isReturned = true;
    m_returned.push_back(session);
    m_user->scheduleAdvance();
}

/// \a session is free: it is idle if nothing is to be done with it.
void SessionPool::settle(PooledSession *session)
{
    if (session->isReturned)
        return;
    if (session->recycling || mustClose(*session) || mustReset(*session)) {
        lookAtLater(session);
        return;
    }
    // What was done in a session shows that the server can be used.
    const bool proves = session->state == State::InUse && session->failuresBefore == m_failures;
    recordUse(*session);
    setState(session, State::Idle);
    m_idle.add(session);
    m_user->sessionIdle(proves);
}

bool SessionPool::mustClose(const PooledSession &session) const
{
    return session.generation != m_generation
           || total() - count(State::Closing) > m_settings.maximumConnections
           || Clock::now() >= session.expires || session.engine->mustLeaveHost();
}

bool SessionPool::mustReset(const PooledSession &session) const
{
    if (!session.wasUsed)
        return false;
    switch (m_settings.resetPolicy) {
    case Pool::ResetPolicy::Always:
        return true;
    case Pool::ResetPolicy::WhenDirty:
        return session.engine->holdsState();
    case Pool::ResetPolicy::Never:
        break;
    }
    // What the next user writes would be rolled back.
    return session.engine->isInOpenTransaction();
}

void SessionPool::advance()
{
    deleteEnded();
    for (PooledSession *session : std::exchange(m_advanceDue, {})) {
        session->isAdvanceDue = false;
        session->engine->advance();
    }
    for (PooledSession *session : std::exchange(m_returned, {})) {
        session->isReturned = false;
        if (session->engine->isFree())
            process(session);
    }
}

void SessionPool::process(PooledSession *session)
{
    if (session->recycling)
        finishRecycling(session);
    if (session->state == State::Closing)
        return;
    if (mustClose(*session)) {
        const bool isOld = Clock::now() >= session->expires;
        close(session, isOld ? &m_totals.closedLifetime : &m_totals.closedEvicted);
    } else if (!mustReset(*session)) {
        settle(session);
    } else if (session->engine->canBeReset()) {
        reset(session);
    } else {
        close(session, &m_totals.closedEvicted);
    }
}

void SessionPool::reset(PooledSession *session)
{
    recordUse(*session);
    setState(session, State::Recycling);
    ++m_totals.resets;
    session->waitsItself = false;
    m_resets.begin(session);
}

void SessionPool::finishRecycling(PooledSession *session)
{
    const CommandPointer recycling = std::exchange(session->recycling, {});
    session->wasAsked = !session->isBeingReset;
    if (session->wasAsked) {
        if (m_idle.waitTimeout().take(recycling))
            m_idle.watch();
    } else if (const Error &error = recycling->error()) {
        qCWarning(lcConnection).noquote()
            << "A session of the pool could not be reset:" << error.message();
        close(session, &m_totals.closedBroken);
    } else {
        m_resets.recordSuccess(*recycling);
        // A command has followed it, perhaps.
        session->wasUsed = session->state == State::InUse;
    }
}

void SessionPool::learnWaitTimeout()
{
    if (m_idle.waitTimeout().isAsked() || m_idle.isEmpty())
        return;
    PooledSession *session = m_idle.takeLast();
    setState(session, State::Recycling);
    session->isBeingReset = false;
    session->recycling = m_idle.waitTimeout().ask(m_sink->defaults());
    session->engine->run(session->recycling);
}

PooledSession *SessionPool::take(const CommandPointer &command, bool mayFollowReset)
{
    PooledSession *session = takeIdle();
    // It may have come back before others were wanted.
    if (!session && mayFollowReset && m_resets.next() && !mustClose(*m_resets.next()))
        session = m_resets.take(*command);
    if (!session)
        return nullptr;
    setState(session, State::InUse);
    session->wasUsed = true;
    session->command = command;
    ++m_totals.uses;
    return session;
}

PooledSession *SessionPool::takeIdle()
{
    while (!m_idle.isEmpty()) {
        PooledSession *session = m_idle.next(m_hosts.get());
        const bool isOld = Clock::now() >= session->expires;
        if (!isOld && !session->engine->mustLeaveHost()) {
            m_idle.remove(session);
            return session;
        }
        close(session, isOld ? &m_totals.closedLifetime : &m_totals.closedEvicted);
    }
    return nullptr;
}

void SessionPool::leaseEnded(PooledSession *session)
{
    // The last reference to it goes just now.
    session->lease.reset();
    session->engine->setLeased(false);
    if (session->state == State::InUse && session->engine->isFree())
        settle(session);
}

void SessionPool::recordOpened(PooledSession *session)
{
    ++m_totals.created;
    const Clock::time_point now = Clock::now();
    addTime(&m_totals.connectTime, &m_totals.maximumConnectTime, now - session->since);
    if (m_settings.maximumLifetime.count() > 0) {
        // Those that were opened together do not end together.
        const double part = 1 - QRandomGenerator::global()->generateDouble() / 10;
        session->expires
            = now + std::chrono::duration_cast<Clock::duration>(m_settings.maximumLifetime * part);
    }
    m_user->sessionOpened();
}

/// Counts it where \a reason says.
void SessionPool::close(PooledSession *session, quint64 *reason)
{
    recordUse(*session);
    ++*reason;
    m_idle.remove(session);
    setState(session, State::Closing);
    session->engine->quit();
}

void SessionPool::onEnded(PooledSession *session, EngineOwner::Remainder remainder)
{
    const State before = session->state;
    const Clock::time_point since = session->since;
    recordUse(*session);
    if (remainder.end == Session::End::Lost)
        m_resets.recordLoss(*session, remainder.error);
    std::deque<CommandPointer> commands = failLeased(session, &remainder);
    remove(session);
    if (remainder.end == Session::End::OpenFailed
        && (before == State::Connecting || remainder.error.code() == Error::PasswordExpired)) {
        ++m_totals.connectFailures;
        ++m_failures;
        m_user->connectFailed(remainder.error);
    } else if (remainder.end != Session::End::Closed && before != State::Closing) {
        ++m_totals.closedBroken;
        for (const SessionPointer &other : m_sessions)
            other->engine->validateBeforeUse();
        // A server closes sessions that are idle.
        const bool proved = remainder.proved || Clock::now() - since > ProvingTime;
        m_failures += proved ? 0 : 1;
        m_user->sessionLost(before == State::Idle ? Error() : remainder.error, proved);
    } else if (before != State::Closing) {
        ++m_totals.closedEvicted;
    }
    if (!commands.empty())
        m_user->takeBack(std::move(commands));
    m_user->scheduleAdvance();
}

/// What was given to a lease cannot be sent in another session. Returns the others.
std::deque<CommandPointer> SessionPool::failLeased(PooledSession *session,
                                                   EngineOwner::Remainder *remainder)
{
    std::deque<CommandPointer> others;
    // It must not go while its commands end.
    const std::shared_ptr<SessionLease> lease = session->lease.lock();
    Error lost(Error::ConnectionLost, u"The session of the lease was lost"_s);
    if (remainder->error)
        lost.setMessage(lost.message() + u": "_s + remainder->error.message());
    if (lease)
        lease->invalidate(lost);
    for (CommandPointer &command : remainder->commands) {
        if (command->place() == Command::Place::Lease) {
            static_cast<AcquireCommand &>(*command).setSession({});
            others.push_back(std::move(command));
        } else if (lease) {
            command->finish(lost);
        } else if (command != session->recycling) {
            others.push_back(std::move(command));
        }
    }
    return others;
}

/// The session is gone.
void SessionPool::remove(PooledSession *session)
{
    setState(session, State::Ended);
    m_idle.remove(session);
    m_resets.remove(session);
    for (auto *sessions : {&m_returned, &m_advanceDue})
        std::erase(*sessions, session);
    session->recycling.reset();
    const auto place
        = std::find_if(m_sessions.begin(), m_sessions.end(),
                       [session](const SessionPointer &s) { return s.get() == session; });
    m_ended.push_back(std::move(*place));
    m_sessions.erase(place);
}

void SessionPool::deleteEnded()
{
    for (const SessionPointer &session : std::exchange(m_ended, {})) {
        session->engine->endFailing();
        session->engine->setOwner(nullptr);
        session->engine->deleteLater();
    }
}

bool SessionPool::isLimitedBy(const Error &error) const
{
    using Common = Protocol::CommonServerError;
    const int number = error.serverErrorNumber();
    return total() > count(State::Connecting)
           && (number == static_cast<int>(Common::TooManyConnections)
               || number == static_cast<int>(Common::TooManyUserConnections)
               || number == static_cast<int>(Common::UserLimitReached));
}

PoolStatistics SessionPool::statistics() const
{
    PoolStatistics statistics = m_totals;
    statistics.idle = count(State::Idle);
    statistics.inUse = count(State::InUse) + count(State::Recycling);
    statistics.connecting = count(State::Connecting);
    statistics.open = total() - statistics.connecting;
    statistics.maximum = m_settings.maximumConnections;
    return statistics;
}

int SessionPool::recycledSoon(milliseconds limit) const
{
    if (count(State::Recycling) == 0)
        return 0;
    const Clock::time_point earliest = Clock::now() - limit;
    return static_cast<int>(
        std::count_if(m_sessions.begin(), m_sessions.end(), [earliest](const SessionPointer &s) {
            return s->state == State::Recycling && s->since > earliest;
        }));
}

void SessionPool::clear()
{
    ++m_generation;
    m_resets.forget();
    m_idle.waitTimeout().forget();
    for (PooledSession *session : std::vector(m_idle.all()))
        close(session, &m_totals.closedEvicted);
    for (const SessionPointer &session : std::vector(m_sessions)) {
        if (session->state != State::Connecting)
            continue;
        session->engine->leaveHandshake();
        drop(session.get(), false);
    }
    m_user->scheduleAdvance();
}

bool SessionPool::hasOlderThan(int generation) const
{
    return std::any_of(m_sessions.begin(), m_sessions.end(), [generation](const SessionPointer &s) {
        return s->generation < generation;
    });
}

/// Ends it without being told of it.
void SessionPool::drop(PooledSession *session, bool orderly)
{
    const std::shared_ptr<SessionLease> lease = session->lease.lock();
    if (lease)
        lease->invalidate(SessionLease::closedError());
    recordUse(*session);
    if (session->state != State::Closing && session->state != State::Connecting)
        ++m_totals.closedEvicted;
    if (orderly)
        session->engine->shutDown();
    else
        session->engine->abort();
    remove(session);
}

void SessionPool::abort(bool orderly)
{
    ++m_generation;
    for (const SessionPointer &session : std::vector(m_sessions))
        drop(session.get(), orderly);
    deleteEnded();
}

void SessionPool::closeIdle()
{
    for (PooledSession *session : std::vector(m_idle.all())) {
        if (!m_idle.isOverdue(*session))
            continue;
        const bool isOld = Clock::now() >= session->expires;
        close(session, isOld ? &m_totals.closedLifetime : &m_totals.closedIdle);
    }
    m_idle.watch();
    m_user->scheduleAdvance();
}

} // namespace AsyncMySql
