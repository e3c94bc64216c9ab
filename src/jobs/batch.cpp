// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/batch.h>

#include "batchcommand.h"

namespace AsyncMySql {

/*!
    \class AsyncMySql::Batch
    \inmodule AsyncMySql
    \brief One statement, executed for many rows of parameters.

    \code
    Batch *batch = connection->executeBatch("INSERT INTO articles (name, price) VALUES (?, ?)",
                                            {{"apple", 1.2}, {"pear", 1.5}});
    connect(batch, &Batch::finished, this, [=] { show(batch->affectedRows()); });
    \endcode

    MariaDB gets as many rows as fit into a packet at once (its bulk command); MySQL gets one
    execution for each row, of which several are on their way at a time.

    \section1 When a row fails

    A batch is not atomic. It stops at the first error of the server, and tells how far it came:
    executedRows() are the rows from the first one on of which the server has confirmed that they
    were executed, and those behind sentRows() were certainly not. Between the two:

    \list
    \li MariaDB's bulk command is one statement to the storage engine. InnoDB undoes the whole packet
        that failed, in a transaction as well as outside, so that nothing but the executedRows() is
        in effect. Engines without transactions (MyISAM, Aria) keep the rows of the packet that come
        before the one that failed.
    \li Without it, rows that were already on their way behind the one that failed are executed all
        the same. In a transaction none are: each row waits for the answer to the one before it.
    \endlist

    The same holds for a batch that is cancelled, or exceeds its timeout(): nothing more is sent from
    then on, and what is on its way is awaited. The server is asked to stop what does not end soon.

    To have all or nothing, execute the batch in a Transaction, and roll that back.

    \sa Executor::executeBatch()
*/

Batch::Batch(std::shared_ptr<BatchCommand> command, QObject *parent)
    : Job(std::move(command), parent)
{
}

Batch::~Batch() = default;

/*!
    \property AsyncMySql::Batch::sql
    \brief the statement as it was given.
*/
QString Batch::sql() const
{
    return batchCommand()->statement();
}

/*!
    \property AsyncMySql::Batch::rowCount
    \brief how many rows of parameters there are.
*/
qsizetype Batch::rowCount() const
{
    return batchCommand()->rowCount();
}

/*!
    \property AsyncMySql::Batch::executedRows
    \brief how many rows, from the first one on, the server has confirmed to be executed.
*/
qsizetype Batch::executedRows() const
{
    return batchCommand()->executedRows();
}

/*!
    Returns how many rows, from the first one on, were sent: those behind are certainly not executed.
*/
qsizetype Batch::sentRows() const
{
    return batchCommand()->sentRows();
}

/*!
    \property AsyncMySql::Batch::affectedRows
    \brief how many rows of the database were changed, as far as the server has confirmed it: by the
    executedRows(), and by those that were executed behind one that failed.
*/
quint64 Batch::affectedRows() const
{
    return batchCommand()->affectedRows();
}

/*!
    Returns the values that the server generated for an AUTO_INCREMENT column, one for each of the
    executedRows(), 0 where there was none. It is empty for servers that do not tell them one by one:
    those are MariaDB before 11.5.
*/
QList<quint64> Batch::insertIds() const
{
    return batchCommand()->insertIds();
}

/*! Returns how many warnings, errors and notes the server has for the last statements. */
int Batch::warningCount() const
{
    return batchCommand()->warningCount();
}

/*!
    Returns how long the batch may run, counted from when it is sent; 0 is without a limit. The
    default is ConnectionOptions::queryTimeout().
*/
std::chrono::milliseconds Batch::timeout() const
{
    return command()->timeout;
}

/*!
    Lets the batch run for \a timeout; a batch that was sent keeps the time that it was sent with.
*/
void Batch::setTimeout(std::chrono::milliseconds timeout)
{
    command()->setTimeout(timeout);
}

/*!
    \fn void AsyncMySql::Batch::progressChanged(qsizetype executedRows)

    The server has confirmed \a executedRows rows so far.
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
