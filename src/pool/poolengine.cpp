// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "poolengine.h"

#include "hosttext.h"
#include "logging.h"
#include "recyclingallocator.h"
#include "sessionlease.h"
#include "sessionsharing.h"
#include "transactiongate.h"
#include "workbudget.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using Clock = PooledSession::Clock;

namespace {

/// A session that is being reset is mostly free before another one is open. But the server can have
/// much to roll back.
constexpr milliseconds Patience(100);

} // namespace

Error PoolEngine::drainingError()
{
    return Error(Error::ConnectionClosed, u"The pool is being closed (drain())"_s);
}

PoolEngine::PoolEngine(QObject *parent)
    : JobSink(parent)
    , m_queue(this)
    , m_warmUps(this)
    , m_tasks(this)
    , m_failer(this)
    , m_reconnector(this)
    , m_sessions(this, this)
    , m_leaseWatch(m_sessions, this)
    , m_patience(this, [this] { advance(); })
{
    connect(&m_queue, &CommandQueue::timedOut, this, &PoolEngine::onTimedOut);
    connect(&m_warmUps, &CommandQueue::timedOut, this, &PoolEngine::onTimedOut);
    connect(&m_tasks, &CommandQueue::timedOut, this, &PoolEngine::onTimedOut);
    connect(&m_failer, &CommandFailer::finished, this, &PoolEngine::scheduleAdvance);
    connect(&m_reconnector, &Reconnector::due, this, &PoolEngine::advance);
    connect(&m_reconnector, &Reconnector::firstConnectTimedOut, this,
            &PoolEngine::onFirstConnectTimeout);
    connect(credentials(), &CredentialSource::askingChanged, this,
            [this](bool isAsking) { m_reconnector.recordAsking(isAsking, firstQueue()); });
    setOptions({});
}

PoolEngine::~PoolEngine() = default;

void PoolEngine::setOptions(const ConnectionOptions &options, const Error &error)
{
    m_defaults = Defaults::of(options);
    m_reconnector.setOptions(options);
    m_sessions.setOptions(options, error);
    m_reconnector.setHosts(m_sessions.hosts());
    observers()->setEndpoint(options);
    scheduleAdvance();
}

void PoolEngine::setTimeouts(milliseconds idle, milliseconds queue)
{
    m_sessions.setTimeouts(idle, queue);
    m_defaults.queueTimeout = queue;
}

void PoolEngine::setSettings(const PoolSettings &settings)
{
    m_sessions.setSettings(settings);
    scheduleAdvance();
}

CommandQueue &PoolEngine::queueOf(const Command &command)
{
    return command.lease ? command.lease->queue() : m_queue;
}

void PoolEngine::submit(CommandPointer command)
{
    if (m_shutDown) {
        command->finish(SessionLease::closedError());
        return;
    }
    if (command->lease) {
        submitToLease(std::move(command));
        return;
    }
    const TransactionLeasePointer begun = command->openedLease();
    if (m_isDraining && !(begun && begun->isRetry)) {
        command->finish(drainingError());
        return;
    }
    command->holder = this;
    if (begun)
        holdLease(begun.get());
    switch (command->place()) {
    case Command::Place::Session:
    case Command::Place::Lease:
        m_queue.append(std::move(command));
        break;
    case Command::Place::WarmUp:
        m_keepsMinimum = true;
        m_warmUps.append(std::move(command));
        break;
    case Command::Place::Drain:
        m_isDraining = true;
        m_keepsMinimum = false;
        m_failer.end(m_warmUps.takeAll(), drainingError());
        command->queueDeadline = static_cast<DrainCommand &>(*command).deadline;
        m_tasks.append(std::move(command));
        break;
    }
    watchFirstConnect();
    scheduleAdvance();
}

/// \a lease waits in this pool.
void PoolEngine::holdLease(TransactionLease *lease)
{
    lease->holder = this;
    lease->queue().setHolder(this);
    lease->setFailer(&m_failer);
    // It may come back from an engine that has followed it.
    lease->queue().disconnect();
    connect(&lease->queue(), &CommandQueue::timedOut, this, &PoolEngine::onTimedOut);
}

void PoolEngine::submitToLease(CommandPointer command)
{
    const TransactionLeasePointer lease = command->lease;
    if (lease->isOver() || lease->isAbandoned() || !lease->holder) {
        command->finish(lease->lateCommandError());
        return;
    }
    if (lease->holder != this) {
        lease->holder->submit(std::move(command));
        return;
    }
    command->holder = this;
    const CommandPointer added = command;
    lease->queue().append(std::move(command));
    // It has not begun: there is nothing to be rolled back.
    Q_UNUSED(TransactionGate::recordJoined(added))
}

void PoolEngine::cancel(Command *command, Error::Code reason)
{
    CommandPointer waiting = queueOf(*command).take(command);
    if (!waiting)
        waiting = m_warmUps.take(command);
    if (!waiting && (waiting = m_tasks.take(command)))
        m_isDraining = m_isDraining && waiting->closesSession();
    if (!waiting)
        return;
    waiting->finish(Error(reason, u"The job was cancelled while it was queued"_s));
    Q_UNUSED(TransactionGate::recordEnded(waiting))
    scheduleAdvance();
}

void PoolEngine::updateDeadline(const Command &command)
{
    queueOf(command).updateDeadline(command);
}

void PoolEngine::abandon(const TransactionLeasePointer &lease, Command *begin)
{
    if (lease->isOver() || !lease->holder)
        return;
    if (lease->holder != this) {
        lease->holder->abandon(lease, begin);
        return;
    }
    lease->abandon();
    cancel(begin, Error::Cancelled);
}

void PoolEngine::onTimedOut(const CommandPointer &command)
{
    const QString occupancy
        = m_leaseWatch.occupancy(m_queue.jobs(false), m_reconnector.lastError());
    if (command->place() == Command::Place::Drain) {
        command->finish(Error(Error::QueueTimeout,
                              u"Not all jobs and leases ended in time (drain()): "_s + occupancy));
        abort();
        return;
    }
    ++m_queueTimeouts;
    command->finish(
        Error(Error::QueueTimeout,
              u"No session of the pool was free in time (queueTimeout): "_s + occupancy));
    reportWait(*command, Clock::now());
    Q_UNUSED(TransactionGate::recordTimedOut(command))
    scheduleAdvance();
}

/// Does what can be done.
void PoolEngine::advance()
{
    m_isAdvancingSessions = true;
    m_sessions.advance();
    m_isAdvancingSessions = false;
    // Jobs end in their order.
    if (m_failer.isEmpty())
        advanceJobs();
    m_sessions.sendResets();
}

void PoolEngine::advanceJobs()
{
    if (!m_queue.isEmpty())
        dispatch();
    if (!m_warmUps.isEmpty() || !m_tasks.isEmpty())
        finishTasks();
    m_sessions.keepOpen(leastSessions());
    openSessions();
    if (m_queue.isEmpty() && m_tasks.isEmpty())
        m_sessions.learnWaitTimeout();
}

/// Gives the sessions that are idle to what has waited longest.
void PoolEngine::dispatch()
{
    WorkBudget budget;
    while (!m_queue.isEmpty()) {
        const CommandPointer &front = m_queue.front();
        if (front->closesSession()) {
            closeSessions(m_queue.takeFirst());
            continue;
        }
        const TransactionLeasePointer lease = front->openedLease();
        if (lease && lease->isOver()) {
            m_queue.take(front.get())->finish(lease->lateCommandError());
            continue;
        }
        // What waits for others' writes does so in front of it, in the same session.
        const bool mayFollow = !m_causalReads.isFollowing();
        if (PooledSession *session = m_sessions.take(front, mayFollow)) {
            give(session, m_queue.takeFirst());
        } else if (mayFollow && (session = sessionToShare(m_sessions, *front))) {
            m_sessions.recordShared();
            recordWait(*front, Clock::now());
            session->engine->run(m_queue.takeFirst());
        } else {
            return;
        }
        if (budget.isSpent()) {
            scheduleAdvance();
            return;
        }
    }
}

/// The turn of \a command, which closes the sessions, has come: what is behind it needs new ones.
void PoolEngine::closeSessions(CommandPointer command)
{
    m_sessions.clear();
    m_keepsMinimum = false;
    static_cast<CloseSessionsCommand &>(*command).generation = m_sessions.generation();
    command->queueDeadline = QDeadlineTimer(QDeadlineTimer::Forever);
    m_tasks.append(std::move(command));
}

/// Fails all but those that close the sessions, which need none.
void PoolEngine::failWaiting(std::deque<CommandPointer> commands, const Error &error)
{
    const auto closing = std::stable_partition(
        commands.begin(), commands.end(),
        [](const CommandPointer &command) { return !command->closesSession(); });
    for (auto close = closing; close != commands.end(); ++close)
        closeSessions(std::move(*close));
    commands.erase(closing, commands.end());
    m_failer.end(std::move(commands), error);
}

void PoolEngine::give(PooledSession *session, CommandPointer command)
{
    recordWait(*command, session->since);
    m_keepsMinimum = !m_isDraining;
    if (command->place() == Command::Place::Lease) {
        auto lease = Wire::makeRecycled<SessionLease>(session->shared_from_this(), this);
        session->lease = lease;
        static_cast<AcquireCommand &>(*command).setSession(std::move(lease));
        session->engine->setLeased(true);
        m_leaseWatch.leaseBegun();
        if (!session->engine->mustValidate()) {
            command->finish({});
            return;
        }
    } else if (const TransactionLeasePointer lease = command->openedLease()) {
        lease->queue().disconnect(this);
    }
    if (CommandPointer wait = m_causalReads.waitFor(session, command, m_defaults))
        session->engine->run(std::move(wait));
    session->engine->run(std::move(command));
}

/// How many sessions should be opened, if there is no limit.
int PoolEngine::wantedSessions() const
{
    const int coming = m_sessions.count(State::Connecting) + m_sessions.recycledSoon(Patience);
    int wanted = m_queue.jobs(true) - coming;
    const int open = m_sessions.total() - m_sessions.count(State::Closing);
    return std::max(wanted, leastSessions() - open);
}

/// How many sessions are to be open, whether they are used or not.
int PoolEngine::leastSessions() const
{
    int least = m_keepsMinimum ? settings().minimumConnections : 0;
    m_warmUps.forEach([&least](const CommandPointer &warmUp) {
        least = std::max(least, static_cast<const WarmUpCommand &>(*warmUp).sessions());
    });
    return std::min(least, settings().maximumConnections);
}

void PoolEngine::openSessions()
{
    if (!m_queue.isEmpty() && m_sessions.recycledSoon(Patience) > 0 && !m_patience.isActive())
        m_patience.start(Patience);
    if (!needsSessions())
        m_sessions.dropAsking();
    if (m_reconnector.isWaiting()) {
        if (!needsSessions())
            m_reconnector.stop();
        return;
    }
    // While connecting fails, one attempt shows as much as several.
    const auto most
        = [this] { return m_reconnector.attempt() > 0 ? 1 : settings().maximumParallelConnects; };
    while (wantedSessions() > 0 && m_sessions.total() < settings().maximumConnections
           && m_sessions.count(State::Connecting) < most() && !m_reconnector.isWaiting()) {
        m_reconnector.recordAttempt();
        watchFirstConnect();
        m_sessions.open();
    }
}

void PoolEngine::sessionIdle(bool provesServer)
{
    if (provesServer && m_reconnector.attempt() > 0 && !m_reconnector.isWaiting())
        m_reconnector.resetAttempt();
    if (!m_isAdvancingSessions)
        scheduleAdvance();
}

void PoolEngine::connectFailed(const Error &error)
{
    const bool wasWaiting = m_reconnector.isWaiting();
    const Reconnector::Action action = m_reconnector.connectFailed(error, needsSessions());
    if (action == Reconnector::Action::FailWaiting) {
        qCWarning(lcConnection).noquote() << error.message();
        m_reconnector.stop();
        m_reconnector.resetAttempt();
        m_keepsMinimum = false;
        failWaiting(m_queue.takeAll(), error);
        failWaiting(m_warmUps.takeAll(), error);
    } else if (action == Reconnector::Action::Wait && !wasWaiting) {
        m_reconnector.start();
    }
    // The pool makes do with the sessions that it has.
    if (m_sessions.isLimitedBy(error))
        return;
    if (action == Reconnector::Action::Wait && !wasWaiting) {
        qCWarning(lcConnection).noquote()
            << error.message() << "- retrying at"
            << m_reconnector.nextAttempt().toString(Qt::ISODateWithMs);
    }
    report(error);
}

void PoolEngine::sessionLost(const Error &error, bool proved)
{
    // With a server that only ever breaks sessions this would be an endless loop.
    if (!proved && !m_reconnector.isWaiting() && !m_reconnector.hasOtherHost())
        m_reconnector.start();
    if (error)
        report(error);
}

void PoolEngine::takeBack(std::deque<CommandPointer> commands)
{
    for (; !commands.empty(); commands.pop_back()) {
        CommandPointer &command = commands.back();
        if (m_causalReads.takeLate(command))
            continue;
        command->holder = this;
        if (const TransactionLeasePointer lease = command->openedLease())
            holdLease(lease.get());
        m_queue.takeBack(std::move(command));
    }
}

void PoolEngine::onFirstConnectTimeout()
{
    for (CommandQueue *queue : {static_cast<CommandQueue *>(&m_queue), &m_warmUps}) {
        std::deque<CommandPointer> overdue = m_reconnector.takeOverdue(*queue);
        if (overdue.empty())
            continue;
        const Error error = m_reconnector.firstConnectError(peerText(options()));
        qCWarning(lcConnection).noquote() << overdue.size() << "jobs failed:" << error.message();
        failWaiting(std::move(overdue), error);
        scheduleAdvance();
    }
    watchFirstConnect();
}

/// Ends what waits for the sessions as a whole, if that has come true.
void PoolEngine::finishTasks()
{
    std::vector<CommandPointer> done;
    const auto find = [&](const CommandPointer &task) {
        if (isDone(*task))
            done.push_back(task);
    };
    m_warmUps.forEach(find);
    m_tasks.forEach(find);
    for (const CommandPointer &task : done) {
        (task->place() == Command::Place::WarmUp ? m_warmUps : m_tasks).take(task.get());
        task->finish({});
    }
}

bool PoolEngine::isDone(const Command &task)
{
    if (task.place() == Command::Place::WarmUp) {
        const int open = m_sessions.total() - m_sessions.count(State::Connecting)
                         - m_sessions.count(State::Closing);
        const int wanted = static_cast<const WarmUpCommand &>(task).sessions();
        return open >= std::min(wanted, settings().maximumConnections);
    }
    if (task.closesSession()) {
        const int generation = static_cast<const CloseSessionsCommand &>(task).generation;
        return !m_sessions.hasOlderThan(generation);
    }
    if (!m_queue.isEmpty() || m_sessions.count(State::InUse) > 0 || m_retryingTransactions > 0)
        return false;
    if (m_sessions.count(State::Idle) + m_sessions.count(State::Connecting) > 0)
        m_sessions.clear();
    if (m_sessions.total() > 0)
        return false;
    m_isDraining = false;
    return true;
}

void PoolEngine::clear()
{
    // There is another server, perhaps.
    m_reconnector.stop();
    m_reconnector.resetAttempt();
    m_sessions.clear();
}

void PoolEngine::abort()
{
    abortWith(false);
}

void PoolEngine::abortWith(bool orderly)
{
    m_reconnector.stop();
    m_reconnector.resetAttempt();
    m_keepsMinimum = false;
    m_isDraining = false;
    m_sessions.abort(orderly);
    credentials()->dropUnwanted();
    for (CommandQueue *queue : {static_cast<CommandQueue *>(&m_queue), &m_warmUps, &m_tasks})
        m_failer.end(queue->takeAll(), SessionLease::closedError());
}

void PoolEngine::shutDown()
{
    m_shutDown = true;
    abortWith(true);
    m_failer.endNow();
}

PoolStatistics PoolEngine::statistics() const
{
    PoolStatistics statistics = m_sessions.statistics();
    statistics.waiting = m_queue.jobs(false);
    statistics.queueTimeouts = m_queueTimeouts;
    statistics.waitTime = m_waitTime;
    statistics.maximumWaitTime = m_maximumWaitTime;
    return statistics;
}

} // namespace AsyncMySql
