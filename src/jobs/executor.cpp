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
    \brief The Executor class is the common base class of Connection and Transaction, which execute
    statements.

    A custom class can be an Executor, too, and replace a connection, for example in a model. It
    implements execute(), executeBatch() and prepare(), and, if it can begin transactions,
    beginTransaction() and transact().
*/

/*!
    \fn Query *AsyncMySql::Executor::execute(const QString &sql, const QVariantList &parameters)

    Queues the statement \a sql, with \a parameters for its question marks, and returns the job. The
    job is owned by this object and starts from the event loop.

    With parameters, the statement is prepared, and the parameters are sent separately in binary
    form: no value can become a part of the statement. The connection caches the statement for the
    next execution; see ConnectionOptions::setStatementCacheSize(). Without parameters, it is sent
    unchanged as text.

    ConnectionOptions::setAutoPrepareEnabled(), or Query::setPrepared() for a single query, disables
    preparing. The parameters are then written into the statement, quoted by their type for the
    current session, as they are if the server cannot prepare the statement. The result is the same.

    The page \l{Values} lists the types of parameters and their conversions. A value that cannot be
    sent fails the job with Error::InvalidParameter, and nothing is sent. A QIODevice
    (\c{QVariant::fromValue<QIODevice *>(device)}) is read in pieces while it is sent, and requires
    a prepared statement.

    \sa PreparedStatement, executeBatch(), Query
*/

/*!
    \fn Query *AsyncMySql::Executor::execute(const QString &sql, const QVariantMap &parameters)
    \overload

    The same with named placeholders, \c {:name}. The parameters can also be written in braces:

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
    question marks, and returns the job. This is the fast way to insert, update or delete many rows.
    It is not atomic: see Batch for what happens when a row fails.
*/

/*!
    \fn PreparedStatement *AsyncMySql::Executor::prepare(const QString &sql)

    Prepares the statement \a sql in the server and returns the prepared statement, which is owned
    by this object. execute() prepares automatically: use a prepared statement if it must always be
    ready, or if its errors and columns are needed before it is executed.
*/

namespace {

Error noTransactions()
{
    return Error(Error::NotSupported, u"This executor cannot begin transactions"_s);
}

} // namespace

/*!
    Queues a transaction with \a options and returns it. It is owned by this object.

    The default implementation does not begin a transaction: the returned one fails with
    Error::NotSupported, and nothing of it is executed. Connection implements it; a Transaction does
    not, since transactions cannot be nested: use Transaction::savepoint().

    \sa Connection::beginTransaction(), Transaction
*/
Transaction *Executor::beginTransaction(const TransactionOptions &options)
{
    return TransactionPrivate::makeRefused(this, noTransactions(), options);
}

/*!
    Queues a transaction with \a options that is retried as a whole after a deadlock or a lock wait
    timeout, and returns it. \a body is called for each attempt.

    The default implementation fails like that of beginTransaction(), and never calls \a body.

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
