// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/batch.h>

#include "batchcommand.h"
#include "job_p.h"
#include "threadaffinity.h"

namespace AsyncMySql {

/*!
    \class AsyncMySql::Batch
    \inmodule AsyncMySql
    \brief The Batch class is a job that executes one statement for many rows of parameters.

    \snippet jobs.cpp batch

    With MariaDB, a packet contains as many rows as fit (the bulk command). With MySQL, rows of an
    \c INSERT or \c REPLACE are put together into statements of many rows if that means the same
    (ConnectionOptions::multiRowInsertMode()); otherwise there is one execution per row, several of
    which are in flight.

    \section1 Failing rows

    A batch is not atomic. It stops at the first error of the server and reports its progress: the
    first executedRows() rows were executed, as confirmed by the server, and the rows after the
    first sentRows() were certainly not. For the rows in between:

    \list
    \li With MariaDB, an INSERT or REPLACE of all rows of a packet is one statement for the storage
        engine. InnoDB undoes the whole packet that failed, inside and outside of transactions, so
        that only the executedRows() are in effect. Engines without transactions (MyISAM, Aria) keep
        the rows of the packet before the one that failed.
    \li With MariaDB, each row of a packet of any other statement, such as UPDATE or DELETE, is
        executed by itself, whatever the engine: the rows of the packet before the one that failed
        are in effect, and those behind it are not. The server does not report which one failed, so
        Error::execution() is Error::Execution::Unknown, and the batch is not sent again.
    \li If an INSERT of many rows fails because of one of its rows, MySQL undoes it. Its rows are
        executed again in smaller groups, the failing one by itself: the executedRows() are those
        before that row, and only they are in effect. After a deadlock or
        a lock wait timeout, they are executed again one by one. If it fails for another reason, or
        is stopped, none of its rows are in effect.
    \li Otherwise, rows in flight behind the one that failed are still executed. In a
        transaction there are none: each row waits for the answer to the previous one.
    \endlist

    The same applies to a batch that is cancelled or exceeds its timeout(): nothing more is sent,
    and the batch waits for the rows in flight. The server is requested to stop those that do not
    end soon.

    For all or nothing, execute the batch in a Transaction and roll it back.

    \sa Executor::executeBatch()
*/

Batch::Batch(std::shared_ptr<BatchCommand> command, QObject *parent)
    : Job(std::move(command), parent)
{
}

Batch::~Batch() = default;

/*!
    \property AsyncMySql::Batch::sql
    \brief the original statement
*/
QString Batch::sql() const
{
    return batchCommand()->statement();
}

/*!
    \property AsyncMySql::Batch::rowCount
    \brief the number of rows of parameters
*/
qsizetype Batch::rowCount() const
{
    return batchCommand()->rowCount();
}

/*!
    \property AsyncMySql::Batch::executedRows
    \brief the number of rows, from the first one, whose execution the server has confirmed
*/
qsizetype Batch::executedRows() const
{
    return batchCommand()->executedRows();
}

/*!
    Returns the number of rows, from the first one, that were sent. Later rows were certainly not
    executed.
*/
qsizetype Batch::sentRows() const
{
    return batchCommand()->sentRows();
}

/*!
    \property AsyncMySql::Batch::affectedRows
    \brief the number of rows of the database that were changed, as confirmed by the server

    It includes the changes by the executedRows() and by rows that were executed after one that
    failed.
*/
quint64 Batch::affectedRows() const
{
    return batchCommand()->affectedRows();
}

/*!
    Returns the values that the server has generated for an AUTO_INCREMENT column, one for each of
    the executedRows(), or 0 if there was none. In an INSERT of many rows, InnoDB generates
    consecutive values, of which the server reports the first. The list is empty for servers that do
    not report the values individually, which are versions of MariaDB before 11.5.
*/
QList<quint64> Batch::insertIds() const
{
    return batchCommand()->insertIds();
}

/*!
    Returns the number of warnings, errors and notes of the server for the last statements. Those
    that are about a statement rather than a row, such as a deprecated function, are counted once
    for each INSERT of many rows.
*/
int Batch::warningCount() const
{
    return batchCommand()->warningCount();
}

/*!
    Returns how long the batch may wait before it is sent, counted from its creation or from the
    last call of setQueueTimeout(). If it is 0, there is no limit. The default is
    ConnectionOptions::queueTimeout(). After this time the batch ends with Error::QueueTimeout.
*/
std::chrono::milliseconds Batch::queueTimeout() const
{
    return JobPrivate::get(this)->queueTimeout();
}

/*!
    Sets how long the batch may wait from now on to \a timeout. If it is 0, there is no limit.
*/
void Batch::setQueueTimeout(std::chrono::milliseconds timeout)
{
    if (checkOwnThread(this))
        JobPrivate::get(this)->setQueueTimeout(timeout);
}

/*!
    Returns how long the batch may run after it was sent. If it is 0, there is no limit. The default
    is ConnectionOptions::queryTimeout().
*/
std::chrono::milliseconds Batch::timeout() const
{
    return command()->timeout;
}

/*!
    Sets how long the batch may run to \a timeout. It does not affect a batch that was already sent.
*/
void Batch::setTimeout(std::chrono::milliseconds timeout)
{
    command()->setTimeout(timeout);
}

/*!
    \fn void AsyncMySql::Batch::progressChanged(qsizetype executedRows)

    Emitted when the server has confirmed the execution of the first \a executedRows rows.
*/

void Batch::reportProgress()
{
    if (batchCommand()->takePendingProgress())
        Q_EMIT progressChanged(executedRows(), QPrivateSignal());
}

BatchCommand *Batch::batchCommand() const
{
    return static_cast<BatchCommand *>(command());
}

} // namespace AsyncMySql
