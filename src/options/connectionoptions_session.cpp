// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The part of ConnectionOptions for timeouts, limits and the state of sessions.

#include "connectionoptions_p.h"

namespace AsyncMySql {

/*!
    Returns the timeout for connecting, including authentication and session setup. The default is
    10 s. If it is 0, there is no limit.
*/
std::chrono::milliseconds ConnectionOptions::connectTimeout() const
{
    return d->connectTimeout;
}

/*! Sets the timeout for connecting to \a timeout. */
void ConnectionOptions::setConnectTimeout(std::chrono::milliseconds timeout)
{
    d->connectTimeout = timeout;
}

/*!
    Returns how long a job waits for a server that has never been reached. The default is 10 s. If
    it is 0, there is no limit.
*/
std::chrono::milliseconds ConnectionOptions::firstConnectTimeout() const
{
    return d->firstConnectTimeout;
}

/*!
    Sets how long a job waits for a server that has never been reached to \a timeout. The job then
    fails with the error of the last connection attempt, such as Error::ConnectionRefused.

    After one session was ready with these options, only queueTimeout() limits how long jobs wait,
    since a server that was reached before is expected to return.
*/
void ConnectionOptions::setFirstConnectTimeout(std::chrono::milliseconds timeout)
{
    d->firstConnectTimeout = timeout;
}

/*!
    Returns the time without a job after which the connection closes. The default is 2 min. If it is
    0, the connection does not close. The next job connects again. A session that holds state of the
    application, such as an open transaction or a temporary table, is not closed: see Connection.
*/
std::chrono::milliseconds ConnectionOptions::idleTimeout() const
{
    return d->idleTimeout;
}

/*! Sets the time without a job after which the connection closes to \a timeout. */
void ConnectionOptions::setIdleTimeout(std::chrono::milliseconds timeout)
{
    d->idleTimeout = timeout;
}

/*!
    Returns the time without traffic after which a ping precedes the next job. The default is 15 s.
    If it is 0, there are no pings. No ping precedes a statement that refers, or may refer, to what
    a ping changes: ROW_COUNT(), FOUND_ROWS(), warnings.
*/
std::chrono::milliseconds ConnectionOptions::idleValidationInterval() const
{
    return d->idleValidationInterval;
}

/*! Sets the time without traffic after which a ping precedes the next job to \a interval. */
void ConnectionOptions::setIdleValidationInterval(std::chrono::milliseconds interval)
{
    d->idleValidationInterval = interval;
}

/*!
    Returns how long a job may wait before the server starts executing it. The default is 0, which
    means no limit. Until the server has been reached for the first time, firstConnectTimeout()
    applies, too.
*/
std::chrono::milliseconds ConnectionOptions::queueTimeout() const
{
    return d->queueTimeout;
}

/*!
    Sets how long a job may wait before the server starts executing it to \a timeout. The job then
    fails with Error::QueueTimeout. Writes with such a limit are not pipelined (pipelineDepth()).
*/
void ConnectionOptions::setQueueTimeout(std::chrono::milliseconds timeout)
{
    d->queueTimeout = timeout;
}

/*! Returns how long a statement may run. The default is 0, which means no limit. */
std::chrono::milliseconds ConnectionOptions::queryTimeout() const
{
    return d->queryTimeout;
}

/*!
    Sets how long a statement may run to \a timeout. The statement is then stopped and fails with
    Error::QueryTimeout.
*/
void ConnectionOptions::setQueryTimeout(std::chrono::milliseconds timeout)
{
    d->queryTimeout = timeout;
}

/*!
    Returns how long a stream may hold its session while no rows are taken from it. The default is
    30 s. If it is 0, there is no limit.

    A stream (Query::streaming) whose buffer is full waits in the server until rows are taken. It
    keeps its session, memory of the server, and a lock that blocks \c {ALTER TABLE}. When no row
    was taken for this time, the stream is read on, up to 64 MiB, or Query::bufferLimit if that is
    more. If that is its end, the session is free, and the rows can be taken at any time. Otherwise
    the statement is stopped, and the query fails with Error::QueryTimeout; rows that were not taken
    are discarded.

    Query::setStreamTimeout() sets it for one query. It does not apply to the models, which keep
    their streams until their views need more rows. A slow reader is not affected: taking a single
    row begins the time anew. Neither is a stream that waits for the server. It can take a quarter
    longer until the limit is noticed.

    \sa Query::takeRows()
*/
std::chrono::milliseconds ConnectionOptions::streamTimeout() const
{
    return d->streamTimeout;
}

/*! Sets how long a stream may hold its session while no rows are taken from it to \a timeout. */
void ConnectionOptions::setStreamTimeout(std::chrono::milliseconds timeout)
{
    d->streamTimeout = timeout;
}

/*!
    Returns how long the server may take to answer commands that are not statements of the
    application and have no timeout of their own: Connection::ping(), selectDatabase(),
    setSessionVariable() and resetSession(), the preparation of a statement, the BEGIN, COMMIT and
    ROLLBACK of a Transaction and its savepoints, and the queries of a TableModel about its table.
    The default is 30 s. If it is 0, there is no limit.

    The limit applies to the preparation of a PreparedStatement, and of a Query or Batch without a
    timeout, but not to its execution. The timeout of a Query or Batch applies to both.

    If the server is silent for longer, the session is treated as lost: the job fails with
    Error::ConnectionLost (Error::execution() of a COMMIT is then Error::Execution::Unknown), or is
    resent if that is safe, and the connection reconnects for the pending jobs. Set a longer timeout
    if a COMMIT can be blocked for long, for example by a backup that locks all tables or by a slow
    replica, or if an ALTER TABLE can block the preparation of statements.
*/
std::chrono::milliseconds ConnectionOptions::responseTimeout() const
{
    return d->responseTimeout;
}

/*! Sets how long the server may take to answer commands without their own timeout to \a timeout. */
void ConnectionOptions::setResponseTimeout(std::chrono::milliseconds timeout)
{
    d->responseTimeout = timeout;
}

/*!
    Returns how long a statement that was stopped may take to end before the connection is dropped.
    The default is 5 s.
*/
std::chrono::milliseconds ConnectionOptions::cancelGracePeriod() const
{
    return d->cancelGracePeriod;
}

/*! Sets how long a statement that was stopped may take to end to \a period. */
void ConnectionOptions::setCancelGracePeriod(std::chrono::milliseconds period)
{
    d->cancelGracePeriod = period;
}

/*! Returns the policy for reconnecting and resending statements. */
RetryPolicy ConnectionOptions::retryPolicy() const
{
    return d->retryPolicy;
}

/*! Sets the policy for reconnecting and resending statements to \a policy. */
void ConnectionOptions::setRetryPolicy(const RetryPolicy &policy)
{
    d->retryPolicy = policy;
}

/*!
    Returns the maximum size of a message, in bytes, that is sent or accepted: a statement or a row.
    The default is 64 MiB. Messages larger than the server's max_allowed_packet are not sent either,
    unless there is a proxy or a tunnel in between. It is queried before the first command of a
    session that has 16 KiB or more: see pipeliningMode().
*/
qsizetype ConnectionOptions::maximumPacketSize() const
{
    return d->maximumPacketSize;
}

/*! Sets the maximum size of a message to \a bytes, between 1 KiB and 1 GiB. */
void ConnectionOptions::setMaximumPacketSize(qsizetype bytes)
{
    d->maximumPacketSize = bytes;
}

/*! Returns the maximum size of a job's result in memory, in bytes. The default is 1 GiB. */
qsizetype ConnectionOptions::maximumResultSize() const
{
    return d->maximumResultSize;
}

/*!
    Sets the maximum size of a job's result in memory to \a bytes. Jobs with larger results fail
    with Error::ResultTooLarge.
*/
void ConnectionOptions::setMaximumResultSize(qsizetype bytes)
{
    d->maximumResultSize = bytes;
}

/*!
    Returns the \c time_zone of the session, in which moments are sent and read: see
    Column::timeZone(). The default is "+00:00", in which the date and time of every moment are
    unique.
*/
QString ConnectionOptions::timeZone() const
{
    return d->timeZone;
}

/*!
    Sets the \c time_zone of the session to \a timeZone: an offset such as "+02:00", or the name of
    a zone if the server has the tables for it. If it is empty, the server's own time zone stays
    set, and its dates and times are read as UTC.
*/
void ConnectionOptions::setTimeZone(const QString &timeZone)
{
    d->timeZone = timeZone;
}

/*! Returns the collation of the session. The default is empty: the server's default for utf8mb4. */
QString ConnectionOptions::collation() const
{
    return d->collation;
}

/*! Sets the collation of the session to \a collation, which must be one of utf8mb4. */
void ConnectionOptions::setCollation(const QString &collation)
{
    d->collation = collation;
}

/*! Returns the variables that are set in each new session. The default is empty. */
QMap<QString, QVariant> ConnectionOptions::sessionVariables() const
{
    return d->sessionVariables;
}

/*! Sets the variables that are set in each new session to \a variables. */
void ConnectionOptions::setSessionVariables(const QMap<QString, QVariant> &variables)
{
    d->sessionVariables = variables;
}

/*!
    Returns the statements that are executed at the end of the setup of each new session. The
    default is empty.
*/
QStringList ConnectionOptions::initStatements() const
{
    return d->initStatements;
}

/*! Sets the statements that are executed at the end of each session setup to \a statements. */
void ConnectionOptions::setInitStatements(const QStringList &statements)
{
    d->initStatements = statements;
}

/*!
    Returns whether an UPDATE counts the rows that it found rather than those that it changed. The
    default is false.
*/
bool ConnectionOptions::isFoundRowsEnabled() const
{
    return d->foundRowsEnabled;
}

/*! Sets whether an UPDATE counts the rows that it found to \a enabled. */
void ConnectionOptions::setFoundRowsEnabled(bool enabled)
{
    d->foundRowsEnabled = enabled;
}

} // namespace AsyncMySql
