// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The part of ConnectionOptions that is about time, limits and the session.

#include "connectionoptions_p.h"

namespace AsyncMySql {

/*!
    Returns how long connecting may take, authentication and session setup included. The default is
    10 s; 0 means for ever.
*/
std::chrono::milliseconds ConnectionOptions::connectTimeout() const
{
    return d->connectTimeout;
}

/*! Sets how long connecting may take to \a timeout. */
void ConnectionOptions::setConnectTimeout(std::chrono::milliseconds timeout)
{
    d->connectTimeout = timeout;
}

/*!
    Returns how long a job waits for a server that was never reached. The default is 10 s; 0 means that
    there is no limit.
*/
std::chrono::milliseconds ConnectionOptions::firstConnectTimeout() const
{
    return d->firstConnectTimeout;
}

/*!
    Sets how long a job waits for a server that was never reached to \a timeout. The job then fails
    with the error of the last attempt to connect, such as Error::ConnectionRefused.

    As soon as one session was ready with these options, queueTimeout() alone limits how long jobs
    wait: a server that was there can be expected to come back.
*/
void ConnectionOptions::setFirstConnectTimeout(std::chrono::milliseconds timeout)
{
    d->firstConnectTimeout = timeout;
}

/*!
    Returns after which time without a job the connection is closed. The default is 2 min; 0 means
    never. The next job connects again. A session that holds something of the application's, such as
    an open transaction or a temporary table, is not closed: see Connection.
*/
std::chrono::milliseconds ConnectionOptions::idleTimeout() const
{
    return d->idleTimeout;
}

/*! Sets after which time without a job the connection is closed to \a timeout. */
void ConnectionOptions::setIdleTimeout(std::chrono::milliseconds timeout)
{
    d->idleTimeout = timeout;
}

/*!
    Returns after which silence a ping goes ahead of the next job. The default is 15 s; 0 means
    never. There is none ahead of a statement that asks, or may ask, for what a ping changes:
    ROW_COUNT(), FOUND_ROWS(), warnings.
*/
std::chrono::milliseconds ConnectionOptions::staleCheck() const
{
    return d->staleCheck;
}

/*! Sets after which silence a ping goes ahead of the next job to \a silence. */
void ConnectionOptions::setStaleCheck(std::chrono::milliseconds silence)
{
    d->staleCheck = silence;
}

/*!
    Returns how long a job may wait until the server begins it. The default is 0: as long as it takes,
    once the server was reached. Before that, firstConnectTimeout() is another limit.
*/
std::chrono::milliseconds ConnectionOptions::queueTimeout() const
{
    return d->queueTimeout;
}

/*!
    Sets how long a job may wait until the server begins it to \a timeout. It then fails with
    Error::QueueTimeout. Statements that write are not sent ahead of answers (pipelineDepth()) where
    there is such a limit.
*/
void ConnectionOptions::setQueueTimeout(std::chrono::milliseconds timeout)
{
    d->queueTimeout = timeout;
}

/*! Returns how long a statement may run. The default is 0: as long as it takes. */
std::chrono::milliseconds ConnectionOptions::queryTimeout() const
{
    return d->queryTimeout;
}

/*!
    Sets how long a statement may run to \a timeout. It is then stopped, and fails with
    Error::QueryTimeout.
*/
void ConnectionOptions::setQueryTimeout(std::chrono::milliseconds timeout)
{
    d->queryTimeout = timeout;
}

/*!
    Returns how long the server may take to answer what is no statement of the application, and so
    has no timeout of its own: Connection::ping(), selectDatabase(), setSessionVariable() and
    resetSession(), the preparation of a statement, the BEGIN, COMMIT and ROLLBACK of a Transaction
    and its savepoints, and what a TableModel asks about its table. The default is 30 s; 0 is without
    a limit.

    What a statement takes to be prepared is limited for a PreparedStatement, and for a Query or
    Batch without a timeout; its execution is not. A Query or Batch with a timeout has that for both.

    A server that is silent for longer has the session taken for lost: the job fails with
    Error::ConnectionLost (Error::execution() of a COMMIT is then Error::Execution::Unknown), or is
    sent again where nothing speaks against it, and the connection reconnects for the jobs that wait.
    Set it to more where a COMMIT can be held up for long, as by a backup that locks all tables, or by
    a slow replica, or where an ALTER TABLE can hold up the preparation of statements.
*/
std::chrono::milliseconds ConnectionOptions::responseTimeout() const
{
    return d->responseTimeout;
}

/*! Sets how long the server may take to answer what has no timeout of its own to \a timeout. */
void ConnectionOptions::setResponseTimeout(std::chrono::milliseconds timeout)
{
    d->responseTimeout = timeout;
}

/*!
    Returns how long a stopped statement may take to end before the connection is dropped. The
    default is 5 s.
*/
std::chrono::milliseconds ConnectionOptions::cancelGrace() const
{
    return d->cancelGrace;
}

/*! Sets how long a stopped statement may take to end to \a grace. */
void ConnectionOptions::setCancelGrace(std::chrono::milliseconds grace)
{
    d->cancelGrace = grace;
}

/*! Returns when connecting is tried again, and what is sent again. */
RetryPolicy ConnectionOptions::retryPolicy() const
{
    return d->retryPolicy;
}

/*! Sets when connecting is tried again, and what is sent again, to \a policy. */
void ConnectionOptions::setRetryPolicy(const RetryPolicy &policy)
{
    d->retryPolicy = policy;
}

/*!
    Returns the largest message, in bytes, that is sent or taken: a statement, or a row. The default
    is 64 MiB. What passes the server's max_allowed_packet is not sent either where that is
    known: with a pipelineDepth() of more than 1, pipeliningMode() Automatic, and no proxy or tunnel
    in between. It is asked for when a session is opened.
*/
qsizetype ConnectionOptions::maximumPacketSize() const
{
    return d->maximumPacketSize;
}

/*! Sets the largest message to \a bytes, between 1 KiB and 1 GiB. */
void ConnectionOptions::setMaximumPacketSize(qsizetype bytes)
{
    d->maximumPacketSize = bytes;
}

/*! Returns how many bytes the result of a job may have in memory. The default is 1 GiB. */
qsizetype ConnectionOptions::maximumResultSize() const
{
    return d->maximumResultSize;
}

/*!
    Sets how many bytes the result of a job may have in memory to \a bytes. Larger ones fail with
    Error::ResultTooLarge.
*/
void ConnectionOptions::setMaximumResultSize(qsizetype bytes)
{
    d->maximumResultSize = bytes;
}

/*!
    Returns the \c time_zone of the session, in which points in time are sent and read: see
    Column::timeZone(). The default is "+00:00", in which every moment has a date and a time of its
    own.
*/
QString ConnectionOptions::timeZone() const
{
    return d->timeZone;
}

/*!
    Sets the \c time_zone of the session to \a timeZone: an offset such as "+02:00", or the name of a
    zone, if the server has the tables for it. Empty leaves the server's, whose points in time are
    then taken for UTC.
*/
void ConnectionOptions::setTimeZone(const QString &timeZone)
{
    d->timeZone = timeZone;
}

/*! Returns the collation of the session. Empty by default: the server's for utf8mb4. */
QString ConnectionOptions::collation() const
{
    return d->collation;
}

/*! Sets the collation of the session to \a collation, one of utf8mb4. */
void ConnectionOptions::setCollation(const QString &collation)
{
    d->collation = collation;
}

/*! Returns the variables that are set in each new session. None by default. */
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
    Returns the statements that are executed in each new session, last of its setup. None by
    default.
*/
QStringList ConnectionOptions::initStatements() const
{
    return d->initStatements;
}

/*! Sets the statements that are executed in each new session to \a statements. */
void ConnectionOptions::setInitStatements(const QStringList &statements)
{
    d->initStatements = statements;
}

/*!
    Returns whether an UPDATE counts the rows it found rather than the rows it changed. The default
    is false.
*/
bool ConnectionOptions::reportsFoundRows() const
{
    return d->reportsFoundRows;
}

/*! Sets whether an UPDATE counts the rows it found to \a found. */
void ConnectionOptions::setReportsFoundRows(bool found)
{
    d->reportsFoundRows = found;
}

} // namespace AsyncMySql
