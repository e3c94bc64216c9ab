// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickpoolreader.h"

#include "scriptvalues.h"

#include <AsyncMySql/query.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

/*!
    \qmltype PoolReader
    \inqmlmodule AsyncMySql
    \brief Executes what only reads on replicas.

    It is what Pool::reader() returns, belongs to that pool, and has sessions of its own. It is a
    \c connection for Query and QueryModel. Statements that write fail on replicas.
*/

/*!
    \qmlproperty poolStatistics PoolReader::statistics
    \readonly

    This property holds what the reader is doing: see Pool::statistics.
*/

QuickPoolReader::QuickPoolReader(Pool *reader, const EndOfConnection &endOfPool, QObject *parent)
    : QObject(parent)
    , QuickExecutor(u"The pool of the reader was destroyed"_s)
    , m_reader(reader)
    , m_endOfPool(endOfPool)
{
    connect(reader, &Pool::statisticsChanged, this, &QuickPoolReader::statisticsChanged);
}

PoolStatistics QuickPoolReader::statistics() const
{
    return m_reader ? m_reader->statistics() : PoolStatistics();
}

/*!
    \qmlmethod Query PoolReader::execute(string sql, var parameters)

    Queues \a sql with the values of its \a parameters and returns its Query: see
    Connection::execute().
*/
QuickQuery *QuickPoolReader::execute(const QString &sql, const QJSValue &parameters)
{
    return executeTask(sql, parameters);
}

/*!
    \qmlmethod Transaction PoolReader::beginTransaction(object options)

    Queues a transaction with \a options, for several statements that see the same state of a
    replica, and returns it: see Connection::beginTransaction().
*/
QuickTransaction *QuickPoolReader::beginTransaction(const QVariantMap &options)
{
    return transactionTask(options);
}

QJSEngine *QuickPoolReader::scriptEngine() const
{
    return Quick::engineOf(parent());
}

} // namespace AsyncMySql
