// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/executor.h>

#include "transaction_p.h"

#include <AsyncMySql/error.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

/*!
    \class AsyncMySql::Executor
    \inmodule AsyncMySql
    \brief What statements can be executed on: the common base of Connection and all that has its
    verbs.

    A custom class can be an Executor, too, and stand in for a connection where statements need more
    than that: for a model, for example. It implements execute(), executeBatch() and prepare();
    if it can begin transactions, beginTransaction() and transact() as well.
*/

/*!
    \fn Query *AsyncMySql::Executor::execute(const QString &sql, const QVariantList &parameters)

    Queues the statement \a sql, with \a parameters in place of its question marks, and returns the
    job for it. The job belongs to this object, and starts from the event loop.

    With parameters the statement is prepared, and they travel in binary form beside it: no value can
    become part of it, whatever it looks like. The connection keeps the statement for the next
    execution; see ConnectionOptions::setStatementCacheSize(). Without parameters it is sent as it
    is, as text.

    ConnectionOptions::setAutoPrepareEnabled(), or Query::setPrepared() for a single query, turns
    preparing off. Then parameters are written into the statement, quoted by their type for the live
    session; so they are if the server cannot prepare the statement. The result is the same.

    Which types are taken, and what the server gets of them, is on the page \l{Values}. A value that
    cannot be sent fails the job with Error::InvalidParameter, and nothing is sent. A QIODevice
    (\c{QVariant::fromValue<QIODevice *>(device)}) is read piece by piece while it is sent, and needs
    a prepared statement.

    \sa PreparedStatement, executeBatch(), Query
*/

/*!
    \fn Query *AsyncMySql::Executor::execute(const QString &sql, const QVariantMap &parameters)
    \overload

    The same with named placeholders: \c {:name}. The parameters may also be written in braces:

    \code
    execute("SELECT * FROM customers WHERE name = :name", {{"name", name}});
    \endcode
*/

/*!
    \fn Query *AsyncMySql::Executor::execute(const QString &sql, std::initializer_list<std::pair<QString, QVariant>> parameters)
    \overload
*/

/*!
    \fn Batch *AsyncMySql::Executor::executeBatch(const QString &sql, const QList<QVariantList> &rows)

    Queues the statement \a sql to be executed once for each of \a rows, which are the values of its
    question marks, and returns the one job for all of it. This is the fast way to insert, update or
    delete many rows. It is not atomic: what has happened when a row fails stands with Batch.
*/

/*!
    \fn PreparedStatement *AsyncMySql::Executor::prepare(const QString &sql)

    Lets the server prepare the statement \a sql ahead, and returns what executes it. The object
    belongs to this one. execute() prepares by itself: an explicit statement is for one that must
    always be ready, or whose errors and columns are wanted before it is executed.
*/

namespace {

Error noTransactions()
{
    return Error(Error::NotSupported, u"This executor cannot begin transactions"_s);
}

} // namespace

/*!
    Queues a transaction, begun as \a options say, and returns it. It belongs to this object.

    The default implementation begins none: the transaction fails with Error::NotSupported, and
    nothing of it is executed. Connection begins one; a Transaction does not, since transactions do
    not nest: it has Transaction::savepoint().

    \sa Connection::beginTransaction(), Transaction
*/
Transaction *Executor::beginTransaction(const TransactionOptions &options)
{
    return TransactionPrivate::makeRefused(this, noTransactions(), options);
}

/*!
    Queues a transaction, begun as \a options say, that is done again as a whole when it meets a
    deadlock or a lock that does not come: \a body is called for each attempt.

    The default implementation fails as that of beginTransaction() does, and never calls \a body.

    \sa Connection::transact()
*/
Transaction *Executor::transact(const std::function<void(Transaction *transaction)> &body,
                                const TransactionOptions &options)
{
    Q_UNUSED(body)
    return TransactionPrivate::makeRefused(this, noTransactions(), options);
}

/*! \internal */
void Executor::virtual_hook(int, void *) {}

Executor::Executor(QObject *parent)
    : QObject(parent)
{
}

Executor::~Executor() = default;

} // namespace AsyncMySql
