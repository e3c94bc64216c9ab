// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pool_p.h"

#include "poolcommands.h"
#include "recyclingallocator.h"
#include "threadaffinity.h"

#include <AsyncMySql/leasejob.h>

#include <QtCore/qmetaobject.h>

#include <algorithm>
#include <utility>

namespace AsyncMySql {

using std::chrono::milliseconds;

/*!
    \class AsyncMySql::Pool
    \inmodule AsyncMySql
    \brief The Pool class executes jobs in several connections to a MySQL or MariaDB server.

    An application with several views, long reports or transactions needs one pool, and no
    connections. Each job is executed in the first session that is free: no job waits for another
    one while a session is idle or another one can be opened. Jobs that wait are executed in the
    order in which they were created.

    \snippet pools.cpp pool

    Constructing a pool opens nothing. Sessions are opened when jobs need them, at most
    maximumConnections, and closed after idleTimeout. The session that was used last is used first.

    \section1 State of sessions

    Jobs of the pool must not depend on what earlier jobs have left in a session: variables,
    temporary tables, \c LAST_INSERT_ID(), \c FOUND_ROWS(). A Transaction has one session from its
    beginning to its end. For everything else that needs one session, acquire() a Lease.

    When a session is free again, the pool makes sure that the next user does not see what was left
    in it: see ResetPolicy.

    Views, triggers and stored functions can set user variables and take locks (\c GET_LOCK())
    without the pool knowing: such locks make other sessions wait. Applications that use such ones
    set resetPolicy to ResetPolicy::Always. A session in which a statement has selected a role or a
    resource group (\c {SET ROLE}) is closed, since resetting does not take that back. A role that a
    stored procedure has selected is not noticed: do not let procedures do that.

    \section1 Failures

    When connecting fails, the pool retries with increasing delays, as Connection does, with one
    delay for all sessions; jobs wait for as long as their queueTimeout allows. Sessions that are
    open continue to serve jobs. Permanent failures (a wrong password, an unknown database, a
    certificate that does not satisfy the TLS mode) end all jobs that wait. If the server has
    too many connections, the pool continues with those it has.

    When a session is lost, its jobs are sent again in another one under the rules of RetryPolicy,
    and the other sessions are validated (\c COM_PING) before they are used again. A job that was
    not sent is never lost.

    The pool, its jobs, transactions and leases live in one thread, whose event loop must run. An
    application that works in several threads needs a pool in each of them.

    Destroying a pool first ends its jobs with Error::ConnectionClosed. Slots that are called then
    must not destroy the pool again.

    \sa Lease, Connection, PoolStatistics
*/

/*!
    \enum AsyncMySql::Pool::ResetPolicy

    This enum specifies when a session is reset (\c COM_RESET_CONNECTION, and set up again) before
    it is used again. Resetting drops its prepared statements. Where jobs are pipelined
    (Connection::pipelining), the reset and the set-up are sent together and, if the next job only
    reads, that job with them: there is no further round trip. If the reset fails, that job is
    executed in another session.

    \value WhenDirty  If it may hold something: an open transaction, autocommit disabled by
                      statement, temporary tables, locks, variables, a database selected by \c USE,
                      prepared statements of \c PREPARE, handlers, or what a stored procedure or a
                      statement that is not recognised may have left.
    \value Always     After each use.
    \value Never      Only if a transaction is open or autocommit is disabled. Everything else that
                      jobs leave is visible to later ones.
*/

PoolPrivate::PoolPrivate(Pool *pool)
    : q(pool)
    , engine(new PoolEngine(pool))
    , executor(ExecutorPrivate::get(pool))
    , passwords(
          pool, engine,
          [this] {
              const std::shared_ptr<HostList> &hosts = engine->sessions().hosts();
              return PasswordChanger::Account{engine->options(), engine->optionsError(),
                                              engine->credentials(),
                                              hosts ? hosts->openFirst() : QList<Host>()};
          },
          [this](const QString &password) {
              engine->setPassword(password);
              Q_EMIT q->optionsChanged(Pool::QPrivateSignal());
          })
    , published(pool, engine)
{
    executor->setSink(engine, &engine->notifier());
}

void PoolPrivate::setOptions(const ConnectionOptions &options, const Error &error)
{
    ConnectionOptions withTimeouts = engine->options();
    withTimeouts.setIdleTimeout(options.idleTimeout());
    withTimeouts.setQueueTimeout(options.queueTimeout());
    if (!error && withTimeouts == options)
        engine->setTimeouts(options.idleTimeout(), options.queueTimeout());
    else
        engine->setOptions(options, error);
    Q_EMIT q->optionsChanged(Pool::QPrivateSignal());
}

/*!
    Constructs a pool without options, with the given \a parent. Its jobs fail until setOptions() or
    setUrl() is called.
*/
Pool::Pool(QObject *parent)
    : Pool(ConnectionOptions(), parent)
{
}

/*!
    Constructs a pool with the options in \a url and the given \a parent; see
    ConnectionOptions::fromUrl() for the format. If the URL is not valid, all jobs fail with its
    error.
*/
Pool::Pool(const QUrl &url, QObject *parent)
    : Executor(parent)
    , d(std::make_unique<PoolPrivate>(this))
{
    setUrl(url);
}

/*!
    Constructs a pool whose sessions have these \a options, with the given \a parent.
*/
Pool::Pool(const ConnectionOptions &options, QObject *parent)
    : Executor(parent)
    , d(std::make_unique<PoolPrivate>(this))
{
    d->engine->setOptions(options);
}

/*!
    Destroys the pool. Ends all jobs with Error::ConnectionClosed, emitting their signals, and
    closes all sessions. Leases that exist become invalid.
*/
Pool::~Pool()
{
    d->passwords.shutDown();
    d->engine->shutDown();
    d->engine->endDependents();
    d->engine->observers()->deliverNow();
    // Those that an observer has started.
    d->engine->endDependents();
}

/*! \reimp */
void Pool::connectNotify(const QMetaMethod &signal)
{
    // It is called in the thread of the caller, which can be any.
    if (isInOwnThread(this))
        d->published.recordReceiver(signal);
    else
        QMetaObject::invokeMethod(
            this, [this, signal] { d->published.recordReceiver(signal); }, Qt::QueuedConnection);
}

/*!
    Returns the options of the sessions.
*/
ConnectionOptions Pool::options() const
{
    return d->engine->options();
}

/*!
    Sets the options of the sessions to \a options. Jobs that run continue; jobs that wait are
    executed in sessions with the new options. Sessions with other options are closed when they are
    free.

    Options that differ in ConnectionOptions::idleTimeout() or ConnectionOptions::queueTimeout()
    alone leave the sessions as they are.
*/
void Pool::setOptions(const ConnectionOptions &options)
{
    if (checkOwnThread(this) && options != d->engine->options())
        d->setOptions(options);
}

/*!
    Returns the observer of the pool, or null if none is set, which is the default.
*/
std::shared_ptr<Observer> Pool::observer() const
{
    return d->engine->observers()->observer();
}

/*!
    Sets the observer of the pool to \a observer, which hears of the jobs that are created from
    then on, and of attempts to connect. It also hears of how long jobs wait for a session, and of
    how long sessions are used. The previous observer is not called any more. Null removes it:
    nothing is recorded then.

    \sa Observer
*/
void Pool::setObserver(std::shared_ptr<Observer> observer)
{
    if (checkOwnThread(this))
        d->engine->observers()->setObserver(std::move(observer));
}

/*!
    \property AsyncMySql::Pool::url
    \brief the options as a URL, without the password

    Setting it sets all options, as setOptions() does. If the URL is not valid, jobs fail with its
    error.
*/
QUrl Pool::url() const
{
    return d->engine->options().toUrl();
}

void Pool::setUrl(const QUrl &url)
{
    if (!checkOwnThread(this))
        return;
    Error error;
    const ConnectionOptions options = ConnectionOptions::fromUrl(url, &error);
    if (error || options != d->engine->options())
        d->setOptions(options, error);
}

/*!
    \property AsyncMySql::Pool::maximumConnections
    \brief the largest number of sessions that are open at the same time

    The default is 10; the smallest value is 1. With a smaller number than before, sessions are
    closed when they are free. Side connections that stop statements (\c {KILL QUERY}) are not
    counted.
*/
int Pool::maximumConnections() const
{
    return d->engine->settings().maximumConnections;
}

void Pool::setMaximumConnections(int maximum)
{
    maximum = std::max(maximum, 1);
    if (!checkOwnThread(this) || maximum == maximumConnections())
        return;
    PoolSettings settings = d->engine->settings();
    settings.maximumConnections = maximum;
    d->engine->setSettings(settings);
    Q_EMIT maximumConnectionsChanged(maximum, QPrivateSignal());
}

/*!
    \property AsyncMySql::Pool::minimumConnections
    \brief the number of sessions that are kept open

    The default is 0. The sessions are opened with the first job or warmUp(), and kept until
    close(), drain() or abort(). They are replaced when their lifetime is over, and before the
    server closes them for being idle.
*/
int Pool::minimumConnections() const
{
    return d->engine->settings().minimumConnections;
}

void Pool::setMinimumConnections(int minimum)
{
    minimum = std::max(minimum, 0);
    if (!checkOwnThread(this) || minimum == minimumConnections())
        return;
    PoolSettings settings = d->engine->settings();
    settings.minimumConnections = minimum;
    d->engine->setSettings(settings);
    Q_EMIT minimumConnectionsChanged(minimum, QPrivateSignal());
}

/*!
    \property AsyncMySql::Pool::idleTimeout
    \brief the time after which a session that is not used is closed

    It is ConnectionOptions::idleTimeout(), 2 minutes by default; 0 disables it. Sessions are closed
    earlier if the server's \c wait_timeout requires that.
*/
milliseconds Pool::idleTimeout() const
{
    return d->engine->options().idleTimeout();
}

void Pool::setIdleTimeout(milliseconds timeout)
{
    ConnectionOptions changed = options();
    changed.setIdleTimeout(timeout);
    setOptions(changed);
}

/*!
    \property AsyncMySql::Pool::queueTimeout
    \brief the time that jobs may wait for a session

    It is ConnectionOptions::queueTimeout(), and counts from the creation of a job; the time that
    connecting takes is included. A job that has waited for longer fails with Error::QueueTimeout,
    and a message that says what the sessions of the pool are busy with; it contains the beginning
    of the statement that has been running for the longest time. The default is 0: there is no
    limit.
*/
milliseconds Pool::queueTimeout() const
{
    return d->engine->options().queueTimeout();
}

void Pool::setQueueTimeout(milliseconds timeout)
{
    ConnectionOptions changed = options();
    changed.setQueueTimeout(timeout);
    setOptions(changed);
}

/*!
    \property AsyncMySql::Pool::maximumLifetime
    \brief the time after which a session is replaced when it is free

    The default is 30 minutes; 0 disables it. Up to a tenth of it, chosen at random for each
    session, is taken off, so that sessions that were opened together are not replaced together. A
    new value counts for sessions that are opened later.
*/
milliseconds Pool::maximumLifetime() const
{
    return d->engine->settings().maximumLifetime;
}

void Pool::setMaximumLifetime(milliseconds lifetime)
{
    lifetime = std::max(lifetime, milliseconds(0));
    if (!checkOwnThread(this) || lifetime == maximumLifetime())
        return;
    PoolSettings settings = d->engine->settings();
    settings.maximumLifetime = lifetime;
    d->engine->setSettings(settings);
    Q_EMIT maximumLifetimeChanged(lifetime, QPrivateSignal());
}

/*!
    \property AsyncMySql::Pool::maximumParallelConnects
    \brief the largest number of sessions that are opened at the same time

    The default is 2; the smallest value is 1. While connecting fails, there is one attempt at a
    time.
*/
int Pool::maximumParallelConnects() const
{
    return d->engine->settings().maximumParallelConnects;
}

void Pool::setMaximumParallelConnects(int maximum)
{
    maximum = std::max(maximum, 1);
    if (!checkOwnThread(this) || maximum == maximumParallelConnects())
        return;
    PoolSettings settings = d->engine->settings();
    settings.maximumParallelConnects = maximum;
    d->engine->setSettings(settings);
    Q_EMIT maximumParallelConnectsChanged(maximum, QPrivateSignal());
}

/*!
    \property AsyncMySql::Pool::jobsPerConnection
    \brief the largest number of jobs that share a connection when the pool is full

    The default is 1, the smallest value: each job has a session for itself. With a larger number, a
    job that waits while all sessions are in use, and no other one can be opened, is sent in one of
    them behind the jobs that it executes (see ConnectionOptions::pipelineDepth(), which is a limit,
    too). This applies to statements that are recognised as read-only and that depend on nothing in
    the session, and only behind such statements: no job shares a session with a Transaction, a
    Lease, a stream or a write. Jobs are still started in the order of their creation.

    Use it for many small reads: their throughput rises with each round trip that is saved. A job
    that is put behind a slow one waits for that, even if another session becomes free meanwhile. It
    counts as waiting until then: cancel() and the queueTimeout end it immediately.

    Nothing is shared with ResetPolicy::Always, or where jobs are not pipelined
    (Connection::pipelining). A change applies to sessions that are opened later.
*/
int Pool::jobsPerConnection() const
{
    return d->engine->settings().jobsPerConnection;
}

void Pool::setJobsPerConnection(int maximum)
{
    maximum = std::max(maximum, 1);
    if (!checkOwnThread(this) || maximum == jobsPerConnection())
        return;
    PoolSettings settings = d->engine->settings();
    settings.jobsPerConnection = maximum;
    d->engine->setSettings(settings);
    Q_EMIT jobsPerConnectionChanged(maximum, QPrivateSignal());
}

/*!
    \property AsyncMySql::Pool::resetPolicy
    \brief when sessions are reset before they are used again

    The default is ResetPolicy::WhenDirty.
*/
Pool::ResetPolicy Pool::resetPolicy() const
{
    return d->engine->settings().resetPolicy;
}

void Pool::setResetPolicy(ResetPolicy policy)
{
    if (!checkOwnThread(this) || policy == resetPolicy())
        return;
    PoolSettings settings = d->engine->settings();
    settings.resetPolicy = policy;
    d->engine->setSettings(settings);
    Q_EMIT resetPolicyChanged(policy, QPrivateSignal());
}

/*!
    \property AsyncMySql::Pool::leaseWarning
    \brief the age of a lease from which on the log warns of it

    The warning, of the category \c asyncmysql.connection, is printed once for each lease, and names
    what the last statement of the lease does, without its values. The default is 0: there are no
    warnings.
*/
milliseconds Pool::leaseWarning() const
{
    return d->leaseWarning;
}

void Pool::setLeaseWarning(milliseconds age)
{
    age = std::max(age, milliseconds(0));
    if (!checkOwnThread(this) || age == d->leaseWarning)
        return;
    d->leaseWarning = age;
    d->engine->setLeaseWarning(age);
    Q_EMIT leaseWarningChanged(age, QPrivateSignal());
}

/*!
    \property AsyncMySql::Pool::statistics
    \brief what the pool is doing now, and what it has done since it was created

    Reading it is cheap, and always returns what holds at that moment. The signal
    statisticsChanged() is emitted from the event loop, and at most every 50 milliseconds: the first
    change is reported immediately, the changes of the following 50 milliseconds together. It also
    precedes the signals of reconnectAttempt and nextReconnect, so that these never contradict it.
    While nothing is connected to the signal, it costs nothing.

    \sa PoolStatistics
*/
PoolStatistics Pool::statistics() const
{
    return d->engine->statistics();
}

/*!
    \property AsyncMySql::Pool::reconnectAttempt
    \brief how often connecting has failed in a row; 0 if the last attempt succeeded
*/
int Pool::reconnectAttempt() const
{
    return d->published.reconnectAttempt;
}

/*!
    \property AsyncMySql::Pool::nextReconnect
    \brief the time of the next attempt to connect, in UTC

    It is invalid unless the pool is waiting after an attempt that failed. Sessions that are open
    serve jobs in the meantime.

    \sa reconnectNow()
*/
QDateTime Pool::nextReconnect() const
{
    return d->published.nextReconnect;
}

/*!
    \property AsyncMySql::Pool::lastError
    \brief the error by which connecting failed last, or a session was lost
*/
Error Pool::lastError() const
{
    return d->published.lastError;
}

/*!
    Acquires a session for exclusive use and returns the job, whose LeaseJob::takeLease() returns
    the lease. It waits in the queue as all jobs do.
*/
LeaseJob *Pool::acquire()
{
    return d->executor->submitAs<LeaseJob>(Wire::makeRecycled<AcquireCommand>());
}

/*!
    Opens sessions until there are so many \a connections, at most maximumConnections, and returns a
    job that finishes then. Those that are not used are closed after the idleTimeout.
*/
Job *Pool::warmUp(int connections)
{
    return d->executor->submit(std::make_shared<WarmUpCommand>(connections));
}

/*!
    Changes the password of the account of options() to \a newPassword, also if it has expired, and
    returns the job. If it succeeds, the options contain the new password, and optionsChanged() is
    emitted. Sessions that are opened later use it; those that are open are kept.

    The job has a session of its own, which is not counted in maximumConnections, and waits for no
    other job; nor does drain() wait for it. Everything else is as described for
    Connection::changePassword().
*/
Job *Pool::changePassword(const QString &newPassword)
{
    return d->passwords.change(newPassword);
}

/*!
    Ends the work of the pool and returns a job that finishes when all sessions are closed. Jobs
    that are queued now are executed, and transactions of transact() are retried; calls of warmUp()
    end.
    Jobs that are created while the pool drains fail with Error::ConnectionClosed, including another
    drain() and close(), except those of transactions and leases. What has not ended after
    \a timeout is aborted, and the returned job fails with Error::QueueTimeout; 0 aborts
    immediately. Jobs that are created after that connect again.

    \sa close(), abort()
*/
Job *Pool::drain(milliseconds timeout)
{
    return d->executor->submit(std::make_shared<DrainCommand>(std::max(timeout, milliseconds(0))));
}

/*!
    Closes the sessions of the pool, each when it is free, and returns a job that finishes when they
    are closed. Jobs that are queued now are started before; jobs that are created later are
    executed in new sessions. A session that has a transaction or a lease is closed when that has
    ended.

    \sa drain(), abort()
*/
Job *Pool::close()
{
    return d->executor->submit(std::make_shared<CloseSessionsCommand>());
}

/*!
    Drops all sessions immediately and ends all jobs with Error::ConnectionClosed. Leases become
    invalid. Jobs that are created later connect again.

    \sa close(), drain()
*/
void Pool::abort()
{
    if (!checkOwnThread(this))
        return;
    d->engine->abort();
    // It may report a change that was made.
    d->passwords.abort();
}

/*!
    Replaces all sessions: those that are idle are closed now, the others when they are free. If the
    pool is waiting to connect again, it tries immediately. Jobs are
    executed in new sessions. Call it after a failover, for example.
*/
void Pool::clear()
{
    if (checkOwnThread(this))
        d->engine->clear();
}

/*!
    Tries to connect immediately if the pool is waiting for nextReconnect. The sessions that are
    open are left as they are.

    \sa clear()
*/
void Pool::reconnectNow()
{
    if (checkOwnThread(this))
        d->engine->reconnectNow();
}

/*!
    \fn void AsyncMySql::Pool::errorOccurred(const AsyncMySql::Error &error)

    Emitted when connecting failed, or a session that was in use was lost, because of \a error. Each
    job reports its own error.
*/

} // namespace AsyncMySql
