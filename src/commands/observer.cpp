// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/observer.h>

#include "statementsummary.h"

namespace AsyncMySql {

/*!
    \class AsyncMySql::Observer
    \inmodule AsyncMySql
    \brief The Observer class is the base class of objects that are notified of what a connection or
    a pool has done: for metrics, traces and slow query logs.

    An observer is set by Connection::setObserver() or Pool::setObserver(). It reimplements the
    functions for what it wants to know; the others do nothing. Without an observer, nothing is
    recorded.

    \snippet observer.cpp class
    \snippet observer.cpp install

    The functions are called in the thread of the connection or the pool, from its event loop, some
    time after what they report, and in the order in which it happened. Whether they are called
    before or after the signals of a job is not specified. They may do everything that slots may,
    including executing statements, setting another observer, and destroying the connection or the
    pool. They must not throw, and should not take long, since the event loop waits for them. What a
    function does has no effect on the job that it reports.

    The connection or the pool shares ownership of the observer, which can be set for several of
    them, and outlive them. Destroying a connection or a pool reports what it has ended first. After
    another observer was set, or none, no function of the old one is called for this connection or
    pool any more. An observer that is set for objects in several threads is called in all of
    them.

    \section1 OpenTelemetry

    The library does not depend on OpenTelemetry. These are the names of its semantic conventions
    for databases, and what to report for them:

    \table
    \header \li Span attribute \li Value
    \row \li span name \li Operation::summary()
    \row \li start and end of the span \li Operation::timing: \c created, plus \c queued; and
             \c total
    \row \li \c db.system.name \li \c mariadb or \c mysql: Endpoint::isMariaDb
    \row \li \c db.namespace \li Endpoint::database
    \row \li \c db.operation.name \li Operation::name()
    \row \li \c db.query.text \li Operation::sanitizedStatement(), or Operation::statement if the
             application puts all values into parameters
    \row \li \c db.query.summary \li Operation::summary()
    \row \li \c db.query.parameter.<key> \li Operation::parameters and namedParameters, which only
             are there if wantsParameters() returns \c true
    \row \li \c db.operation.batch.size \li Operation::batchSize, if it is at least 2
    \row \li \c db.response.returned_rows \li Operation::returnedRows
    \row \li \c db.response.status_code \li Error::serverErrorNumber() of Operation::error, as a
             string, if it is not 0
    \row \li \c error.type \li the same, or the name of Error::code()
    \row \li \c server.address, \c network.peer.address \li Endpoint::host, or localSocketName
    \row \li \c server.port, \c network.peer.port \li Endpoint::port, if it is not 3306
    \endtable

    \table
    \header \li Metric \li Value
    \row \li \c db.client.operation.duration \li Operation::timing: \c executing plus \c reading
    \row \li \c db.client.response.returned_rows \li Operation::returnedRows
    \row \li \c db.client.connection.create_time \li ConnectAttempt::duration without an error
    \row \li \c db.client.connection.wait_time \li PoolWait::duration
    \row \li \c db.client.connection.timeouts \li PoolWait with Error::QueueTimeout
    \row \li \c db.client.connection.use_time \li PoolUse::duration
    \row \li \c db.client.connection.count \li PoolStatistics: \c idle, and \c inUse
    \row \li \c db.client.connection.max, \c idle.min \li Pool::maximumConnections and
             minimumConnections
    \row \li \c db.client.connection.pending_requests \li PoolStatistics: \c waiting
    \endtable

    The metrics are in seconds.

    \sa Job::timing(), PoolStatistics
*/

/*!
    \class AsyncMySql::Observer::Endpoint
    \inmodule AsyncMySql
    \brief The Endpoint structure holds where an operation was executed.

    \c host and \c port, or \c localSocketName, are those of the options. \c database is the current
    database of the session. \c isMariaDb, \c serverVersion and \c connectionId are those of the
    session; they are empty or 0 if nothing was sent.
*/

/*!
    \class AsyncMySql::Observer::Operation
    \inmodule AsyncMySql
    \brief The Operation structure holds what one job has done.

    There is one for each job that ended, whether it was executed or not; jobs that are executed
    several times (\c retries is then more than 0) have one. Statements that the library executes
    for itself are not reported: setting up sessions, resetting them in a pool, checking whether
    they are alive, or the rollback of a transaction that was destroyed; nor are Pool::acquire(),
    Pool::warmUp(), Pool::drain() and closing.

    \c statement is the text that the application gave, with its placeholders. It can contain values
    that the application has written into it: see sanitizedStatement(). Parameters are reported only
    if wantsParameters() returns \c true. Jobs without a statement (\c ping()) have a \c verb
    instead.

    \c returnedRows and \c returnedBytes count what was received, the latter with the headers of the
    packets, also if the job failed then; \c affectedRows what was changed. \c isPrepared is whether
    the binary protocol was used. Error::execution() of \c error says whether a job that failed may
    have been executed.
*/

/*!
    \class AsyncMySql::Observer::ConnectAttempt
    \inmodule AsyncMySql
    \brief The ConnectAttempt structure holds the outcome of one attempt to connect.

    \c begin is when the socket was opened, and \c duration how long it took until the session was
    set up, or failed with \c error.
*/

/*!
    \class AsyncMySql::Observer::PoolWait
    \inmodule AsyncMySql
    \brief The PoolWait structure holds how long a job has waited for a session of a pool.

    \c duration begins with the creation of the job. With an \c error, Error::QueueTimeout, it was
    not given a session in time.
*/

/*!
    \class AsyncMySql::Observer::PoolUse
    \inmodule AsyncMySql
    \brief The PoolUse structure holds how long a session of a pool was used by a job, a transaction
    or a lease.
*/

/*! Constructs an observer. */
Observer::Observer() = default;

/*! Destroys the observer, when nothing shares its ownership any more. */
Observer::~Observer() = default;

/*!
    Returns whether operations have the values of their parameters. The default implementation
    returns \c false: they can be confidential. It is called when a job is created.
*/
bool Observer::wantsParameters() const
{
    return false;
}

/*!
    Called when a job has ended, with or without an error: \a operation says what it was, and how
    long it took. The default implementation does nothing.
*/
void Observer::operationEnded(const Operation &) {}

/*!
    Called when an attempt to connect has succeeded or failed, as \a attempt says. The default
    implementation does nothing.
*/
void Observer::connectEnded(const ConnectAttempt &) {}

/*!
    Called when a job of a pool was given a session, or has waited for too long: \a wait says which,
    and how long it waited. The default implementation does nothing.
*/
void Observer::poolWaitEnded(const PoolWait &) {}

/*!
    Called when a session of a pool is not used any more: \a use says how long it was. The default
    implementation does nothing.
*/
void Observer::poolUseEnded(const PoolUse &) {}

/*! \internal */
void Observer::virtual_hook(int, void *) {}

/*!
    Returns the name of the operation: the first keyword of the statement in upper case, such as
    \c SELECT, or that of the statement behind a \c WITH; the verb of a job without a statement.
*/
QString Observer::Operation::name() const
{
    return statement.isEmpty() ? verb : StatementSummary(statement, dialect).operation();
}

/*!
    Returns the name of the operation and the tables or procedures that the statement names, such as
    \c {SELECT articles prices}. It contains no values, and is at most 255 characters long.
*/
QString Observer::Operation::summary() const
{
    return statement.isEmpty() ? verb : StatementSummary(statement, dialect).text();
}

/*!
    Returns the statement with a question mark in place of each number and string, and without
    comments. Where a string ends can depend on the session's \c sql_mode: if a job was not sent,
    and that makes a difference, returns name().
*/
QString Observer::Operation::sanitizedStatement() const
{
    const QString sanitized = StatementSummary::sanitized(statement, dialect);
    if (timing.sent())
        return sanitized;
    // In which session it would have been read is not known.
    SqlDialect other = dialect;
    other.noBackslashEscapes = !dialect.noBackslashEscapes;
    return sanitized == StatementSummary::sanitized(statement, other) ? sanitized : name();
}

} // namespace AsyncMySql
