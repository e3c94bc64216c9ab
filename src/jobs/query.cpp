// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/query.h>

#include "commandsink.h"
#include "job_p.h"
#include "querycommand.h"
#include "recyclingallocator.h"
#include "threadaffinity.h"

#include <QtCore/qfuturewatcher.h>
#include <QtCore/qpointer.h>
#include <QtCore/qpromise.h>

#include <algorithm>

namespace AsyncMySql {

/*!
    \class AsyncMySql::Query
    \inmodule AsyncMySql
    \brief The Query class is a job that executes a statement and holds its result.

    \snippet jobs.cpp query

    \sa Executor::execute(), Result, Job
*/

Query::Query(std::shared_ptr<QueryCommand> command, QObject *parent)
    : Job(std::move(command), parent)
{
}

Query::~Query() = default;

/*! \internal */
void *Query::operator new([[maybe_unused]] std::size_t size)
{
    Q_ASSERT(size == sizeof(Query));
    return Wire::RecycledMemory<sizeof(Query)>::allocate();
}

/*! \internal */
void Query::operator delete(void *memory)
{
    Wire::RecycledMemory<sizeof(Query)>::deallocate(memory);
}

/*!
    \property AsyncMySql::Query::sql
    \brief the original statement, with its placeholders
*/
QString Query::sql() const
{
    return queryCommand()->statement();
}

/*!
    \property AsyncMySql::Query::result
    \brief the (first) result of the statement

    It is empty before finished(), and after an error. The result may outlive the query.
*/
Result Query::result() const
{
    return isFinished() && !error() ? queryCommand()->results().value(0) : Result();
}

/*!
    Returns all results of the statement, in order. A stored procedure can return several. If one of
    several statements has failed, these are the results of those before it.
*/
QList<Result> Query::results() const
{
    if (!isFinished() || (error() && error().code() != Error::ServerError))
        return {};
    const QueryCommand::Results &results = queryCommand()->results();
    return QList<Result>(results.begin(), results.end());
}

/*!
    Returns whether the statement is marked as idempotent: it can be executed twice without harm.
    Such a statement is resent if the connection is lost before its answer arrives, unless
    RetryPolicy::Never is set. The default is false; statements that are recognised as read-only
    need no mark.
*/
bool Query::isIdempotent() const
{
    return queryCommand()->isIdempotent();
}

/*!
    Sets whether the statement is idempotent to \a idempotent. A change applies to the next time
    that the connection is lost.
*/
void Query::setIdempotent(bool idempotent)
{
    queryCommand()->setIdempotent(idempotent);
}

/*!
    Returns how long the query may wait before the server starts executing it, counted from its
    creation or from the last call of setQueueTimeout(). If it is 0, there is no limit. The default
    is ConnectionOptions::queueTimeout(). After this time the query ends with Error::QueueTimeout. A
    write with such a limit is never pipelined (ConnectionOptions::pipelineDepth()), so that it is
    certainly not executed later.
*/
std::chrono::milliseconds Query::queueTimeout() const
{
    return JobPrivate::get(this)->queueTimeout();
}

/*!
    Sets how long the query may wait from now on to \a timeout. If it is 0, there is no limit.
*/
void Query::setQueueTimeout(std::chrono::milliseconds timeout)
{
    if (checkOwnThread(this))
        JobPrivate::get(this)->setQueueTimeout(timeout);
}

/*!
    Returns how long the statement may run, counted from the start of its execution: when it was
    sent, and all earlier ones were answered. If it is 0, there is no limit. The default is
    ConnectionOptions::queryTimeout(). After this time the statement is stopped in the server, and
    the query ends with Error::QueryTimeout.
*/
std::chrono::milliseconds Query::timeout() const
{
    return command()->timeout;
}

/*!
    Sets how long the statement may run to \a timeout, at most 24 days. It does not affect a
    statement that was already sent.
*/
void Query::setTimeout(std::chrono::milliseconds timeout)
{
    command()->setTimeout(timeout);
}

/*!
    Returns whether the statement is prepared, so that its parameters are sent in binary form. The
    default is ConnectionOptions::isAutoPrepareEnabled() for statements with parameters, and false
    for others. Statements that the server cannot prepare are executed as if this were false.
*/
bool Query::isPrepared() const
{
    return queryCommand()->isPrepared();
}

/*! Sets whether the statement is prepared to \a prepared. Call this before it is sent. */
void Query::setPrepared(bool prepared)
{
    queryCommand()->setPrepared(prepared);
}

/*!
    Returns the query attributes: named values that are sent with the statement for the server's
    components (MySQL 8.0.23 and later; \c mysql_query_attribute_string() reads them).
*/
QVariantMap Query::attributes() const
{
    return queryCommand()->attributes();
}

/*!
    Sets the query attributes to \a attributes, whose values can have the types of parameters. Call
    this before the query is sent. With a server that does not support them (MariaDB), the query
    fails with Error::NotSupported.
*/
void Query::setAttributes(const QVariantMap &attributes)
{
    queryCommand()->setAttributes(attributes);
}

/*! Returns the device that LOAD DATA LOCAL INFILE reads. The default is \c nullptr. */
QIODevice *Query::localInfile() const
{
    return queryCommand()->localInfile();
}

/*!
    Sets the device that this statement, a LOAD DATA LOCAL INFILE, reads to \a device. It is read
    from its current position to its end, and the file name in the statement is ignored. Call this
    before the query is sent. The device must be open, and must exist until finished(). This
    requires ConnectionOptions::setLocalInfileAllowed(). Any other request of a server for data is
    refused.
*/
void Query::setLocalInfile(QIODevice *device)
{
    queryCommand()->setLocalInfile(device);
}

/*!
    \property AsyncMySql::Query::streaming
    \brief whether rows are streamed: takeRows() returns them while they arrive, instead of
    buffering them in result

    The default is \c false. Set it before the query is sent.

    \snippet jobs.cpp rows ready

    The property has no notify signal, because it is set by the caller that executes the statement.
    The same applies to bufferLimit.

    Rows that are left when finished() is emitted can be taken then. If the connection is lost, a
    stream from which rows were taken fails: its rows are never sent twice.
*/
bool Query::isStreaming() const
{
    return queryCommand()->isStreaming();
}

void Query::setStreaming(bool streaming)
{
    queryCommand()->setStreaming(streaming);
}

/*!
    \property AsyncMySql::Query::bufferLimit
    \brief the maximum size of the rows that a stream buffers, in bytes

    When the limit is reached, nothing more is read from the server until rows are taken. The
    default is 1 MiB. A single row can be larger.

    Until a stream is read to its end, later jobs wait. When they have waited for 250 ms without
    rows being taken, up to 64 MiB of the rows are read into memory. A larger stream continues to
    block the connection, which Connection::blockingStatement reports.

    When no rows are taken for streamTimeout() (30 s), whether jobs wait or not,
    the same is done; a larger stream is then stopped, and fails with Error::QueryTimeout.

    A server drops a client that reads nothing for longer than its \c net_write_timeout, which each
    session sets to eight hours.
*/
qsizetype Query::bufferLimit() const
{
    return queryCommand()->bufferLimit();
}

void Query::setBufferLimit(qsizetype bytes)
{
    if (!checkOwnThread(this))
        return;
    queryCommand()->setBufferLimit(bytes);
    if (CommandSink *holder = command()->holder)
        holder->resume();
}

/*!
    Returns how long the stream may keep its session while no rows are taken from it. The default is
    ConnectionOptions::streamTimeout().
*/
std::chrono::milliseconds Query::streamTimeout() const
{
    return queryCommand()->streamTimeout();
}

/*!
    Sets how long the stream may keep its session while no rows are taken from it to \a timeout; 0
    for no limit. Set it before the query is sent.
*/
void Query::setStreamTimeout(std::chrono::milliseconds timeout)
{
    if (checkOwnThread(this))
        queryCommand()->setStreamTimeout(std::max(timeout, std::chrono::milliseconds(0)));
}

/*!
    \property AsyncMySql::Query::availableRows
    \brief the number of rows of a stream that can be taken
*/
qsizetype Query::availableRows() const
{
    return queryCommand()->availableRows();
}

/*!
    Takes the next rows of the stream and returns them: at most \a maximum, or all available rows if
    that is negative. They belong to one result: if a statement has several, the next call returns
    rows of the next one. If no rows are available, the result is empty and has no columns.
*/
Result Query::takeRows(qsizetype maximum)
{
    if (!checkOwnThread(this))
        return {};
    Result rows = queryCommand()->takeRows(maximum);
    if (CommandSink *holder = command()->holder)
        holder->resume();
    // A buffer that is still full is not read into, so that nothing else would report the rest.
    if (rows.rowCount() > 0 && availableRows() > 0 && !isFinished())
        queryCommand()->postProgress();
    return rows;
}

/*!
    \fn void AsyncMySql::Query::rowsReady()

    Emitted when rows can be taken by takeRows(): when more have arrived, or when some were left by
    the last call. It is not emitted after finished(), which waits for slots that take the rows in
    portions.
*/

/*!
    \property AsyncMySql::Query::progress
    \brief the amount of received data, and the progress that the server has reported
*/
QueryProgress Query::progress() const
{
    return queryCommand()->progress();
}

void Query::reportProgress()
{
    if (!queryCommand()->takePendingProgress())
        return;
    const QPointer<Query> guard(this);
    Q_EMIT progressChanged(progress(), QPrivateSignal());
    if (guard && availableRows() > 0 && !isFinished())
        Q_EMIT rowsReady(QPrivateSignal());
}

/*!
    Returns the result as a QFuture. If the query fails, the future is cancelled without a result,
    and error() holds the reason. Cancelling the future cancels the query. Each call returns a
    separate future.
*/
QFuture<Result> Query::future()
{
    auto promise = std::make_shared<QPromise<Result>>();
    promise->start();
    if (!checkOwnThread(this)) {
        promise->future().cancel();
        promise->finish();
        return promise->future();
    }
    const QFuture<Result> future = promise->future();
    const auto settle = [this, promise] {
        if (error())
            promise->future().cancel();
        else
            promise->addResult(result());
        promise->finish();
    };
    if (isFinished()) {
        settle();
        return future;
    }
    auto *watcher = new QFutureWatcher<Result>(this);
    connect(watcher, &QFutureWatcher<Result>::canceled, this, &Job::cancel);
    watcher->setFuture(future);
    connect(this, &Job::finished, watcher, settle);
    return future;
}

void Query::resultReady()
{
    Q_EMIT resultChanged(QPrivateSignal());
}

/// It is a statement of the library: see ConnectionOptions::responseTimeout().
void Query::setHasResponseTimeout()
{
    queryCommand()->setUsesResponseTimeout();
}

QueryCommand *Query::queryCommand() const
{
    return static_cast<QueryCommand *>(command());
}

} // namespace AsyncMySql
