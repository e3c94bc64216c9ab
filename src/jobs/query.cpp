// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/query.h>

#include "commandsink.h"
#include "querycommand.h"
#include "threadaffinity.h"

#include <QtCore/qfuturewatcher.h>
#include <QtCore/qpointer.h>
#include <QtCore/qpromise.h>

#include <algorithm>

namespace AsyncMySql {

/*!
    \class AsyncMySql::Query
    \inmodule AsyncMySql
    \brief A statement and its result.

    \code
    Query *query = connection->execute("SELECT name FROM articles WHERE price < ?", {20});
    connect(query, &Query::finished, this, [=] {
        for (const Row &row : query->result())
            list->addItem(row.value<QString>("name"));
    });
    \endcode

    \sa Executor::execute(), Result, Job
*/

Query::Query(std::shared_ptr<QueryCommand> command, QObject *parent)
    : Job(std::move(command), parent)
{
}

Query::~Query() = default;

/*!
    \property AsyncMySql::Query::sql
    \brief the statement as it was given, with its placeholders.
*/
QString Query::sql() const
{
    return queryCommand()->statement();
}

/*!
    \property AsyncMySql::Query::result
    \brief the (first) result of the statement; empty before finished(), and after an error.

    The result outlives the query.
*/
Result Query::result() const
{
    return isFinished() && !error() ? queryCommand()->results().value(0) : Result();
}

/*!
    All results of the statement, in order: a stored procedure gives several.
*/
QList<Result> Query::results() const
{
    return isFinished() && !error() ? queryCommand()->results() : QList<Result>();
}

/*!
    Whether the application says that executing the statement twice does no harm. Then it is sent
    again when the connection is lost before its answer, unless RetryPolicy::Never is set. The
    default is false; statements that are recognised as reading only need no flag.
*/
bool Query::isIdempotent() const
{
    return queryCommand()->isIdempotent();
}

/*!
    Sets whether the statement may be executed twice to \a idempotent. It counts from the next time
    a connection is lost.
*/
void Query::setIdempotent(bool idempotent)
{
    queryCommand()->setIdempotent(idempotent);
}

/*!
    How long the query may wait before the server begins it, counted from the call of setQueueTimeout(), or
    from its creation; 0 is without a limit. The default is ConnectionOptions::queueTimeout(). After
    it the query ends with Error::QueueTimeout. What writes, and has such a limit, is never sent ahead
    of its turn (ConnectionOptions::pipelineDepth()), so that it is certainly not executed after it.
*/
std::chrono::milliseconds Query::queueTimeout() const
{
    const QDeadlineTimer deadline = command()->queueDeadline;
    if (deadline.isForever())
        return std::chrono::milliseconds(0);
    // 0 would mean that there is no limit.
    return std::max<std::chrono::milliseconds>(
        std::chrono::ceil<std::chrono::milliseconds>(deadline.remainingTimeAsDuration()),
        std::chrono::milliseconds(1));
}

/*!
    Lets the query wait for \a timeout from now on, or without a limit if that is 0.
*/
void Query::setQueueTimeout(std::chrono::milliseconds timeout)
{
    if (!checkOwnThread(this))
        return;
    command()->queueDeadline = timeout.count() > 0 ? QDeadlineTimer(timeout, Qt::PreciseTimer)
                                                   : QDeadlineTimer(QDeadlineTimer::Forever);
    if (CommandSink *holder = command()->holder)
        holder->updateDeadline(*command());
}

/*!
    How long the statement may run, counted from when the server begins it: when it was sent, and those
    before it are answered; 0 is without a limit. The default
    is ConnectionOptions::queryTimeout(). After it the statement is stopped in the server, and the
    query ends with Error::QueryTimeout.
*/
std::chrono::milliseconds Query::timeout() const
{
    return command()->timeout;
}

/*!
    Lets the statement run for \a timeout, at most for 24 days. A statement that was sent already
    keeps the time that it was sent with.
*/
void Query::setTimeout(std::chrono::milliseconds timeout)
{
    command()->setTimeout(timeout);
}

/*!
    Whether the statement is prepared, so that its parameters travel in binary form. The default is
    ConnectionOptions::isAutoPrepareEnabled() for statements with parameters, and false for others.
    Statements that the server cannot prepare are executed otherwise, as if this were false.
*/
bool Query::isPrepared() const
{
    return queryCommand()->isPrepared();
}

/*! Sets whether the statement is prepared to \a prepared. To be called before it is sent. */
void Query::setPrepared(bool prepared)
{
    queryCommand()->setPrepared(prepared);
}

/*!
    The query attributes: named values beside the statement, which the server's components see
    (MySQL 8.0.23 and later; \c mysql_query_attribute_string() reads them).
*/
QVariantMap Query::attributes() const
{
    return queryCommand()->attributes();
}

/*!
    Sets the query attributes to \a attributes, which takes the types of parameters. To be called
    before the query is sent. With a server that does not know them (MariaDB) the query fails with
    Error::NotSupported.
*/
void Query::setAttributes(const QVariantMap &attributes)
{
    queryCommand()->setAttributes(attributes);
}

/*! The device that LOAD DATA LOCAL INFILE reads; null by default. */
QIODevice *Query::localInfile() const
{
    return queryCommand()->localInfile();
}

/*!
    Lets this statement, a LOAD DATA LOCAL INFILE, read \a device, from where it stands to its end,
    instead of a file. The file name in the statement means nothing. To be called before the query
    is sent; the device must be open, and stay there until finished(). It needs
    ConnectionOptions::setLocalInfileAllowed(); a server that asks for data in any other case is
    refused.
*/
void Query::setLocalInfile(QIODevice *device)
{
    queryCommand()->setLocalInfile(device);
}

/*!
    \property AsyncMySql::Query::streaming
    \brief whether rows are handed out as they come, by takeRows(), instead of being collected in
    result. The default is false. To be set before the query is sent.

    \code
    Query *query = connection->execute("SELECT * FROM measurements");
    query->setStreaming(true);
    connect(query, &Query::rowsReady, this, [=] {
        for (const Row &row : query->takeRows())
            write(row);
    });
    \endcode

    It has no signal: who sets it is the one who executes the statement. So has bufferLimit.

    What was not taken when finished() comes can be taken then. A connection that is lost ends a
    stream of which rows were taken: those are never sent twice.
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
    \brief how many bytes of rows a stream holds at the most before it stops reading, until rows are
    taken. The default is 1 MiB. A single row can be larger.

    As long as a stream is not read to its end, the jobs behind it wait. When they have waited for
    250 ms in which no rows were taken, up to 64 MiB of the rows are read into memory all the same.
    What is larger than that goes on blocking the connection: Connection::blockingStatement says so.

    A server gives up a reader that takes nothing for longer than its \c net_write_timeout, which
    each session sets to eight hours.
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
    \property AsyncMySql::Query::availableRows
    \brief how many rows of a stream can be taken now.
*/
qsizetype Query::availableRows() const
{
    return queryCommand()->availableRows();
}

/*!
    Takes the next rows out of the stream, at most \a maximum of them, or all that are there if that
    is negative. They are of one result set: where a statement has several, rows of the next one
    come with the next call. Without a row to take, the result is empty and has no columns.
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

    There are rows that takeRows() can take: more have come, or not all were taken the last time. It
    does not come after finished(), which waits for a slot that takes the rows in portions.
*/

/*!
    \property AsyncMySql::Query::progress
    \brief what has been received so far, and what the server reported of its work.
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
    The result as a QFuture. It is cancelled, without a result, if the query fails: error() says
    why. Cancelling the future cancels the query. Each call returns a future of its own.
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
