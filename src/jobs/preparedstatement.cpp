// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/preparedstatement.h>

#include "commandsink.h"
#include "executor_p.h"
#include "ownedjobs.h"
#include "preparecommand.h"
#include "resultdata.h"

#include <AsyncMySql/result.h>

namespace AsyncMySql {

/*!
    \class AsyncMySql::PreparedStatement
    \inmodule AsyncMySql
    \brief The PreparedStatement class is a statement that the server has prepared for repeated
    execution.

    Executor::execute() also prepares statements with parameters, and caches them. Use a
    PreparedStatement for a statement that must always stay prepared, or whose errors and columns
    are needed before it is executed.

    \snippet jobs.cpp prepare

    After a lost connection, and after changes of the tables that it uses, the statement is prepared
    again by the next execution. The object is owned by the one that created it. Deleting it returns
    the statement to the cache, where it can be closed to make room for others. The object can get
    another parent: after its connection was destroyed, its executions fail with
    Error::ConnectionClosed.
*/

class PreparedStatementPrivate
{
public:
    std::shared_ptr<ExecutorPrivate> executor;
    QString sql;
    bool isPrepared = false;
    Error error;
    QStringList parameterNames;
    int parameterCount = 0;
    QList<Column> columns;
};

PreparedStatement::PreparedStatement(const std::shared_ptr<ExecutorPrivate> &executor,
                                     const QString &sql, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<PreparedStatementPrivate>())
{
    d->executor = executor;
    d->sql = sql;
    if (CommandSink *sink = executor->sink())
        sink->pin(sql);
    auto command = std::make_shared<PrepareCommand>(sql);
    Job *job = executor->submit(this, command);
    connect(job, &Job::finished, this, [this, job, command] {
        d->error = job->error();
        if (d->error) {
            Q_EMIT errorOccurred(d->error, QPrivateSignal());
            return;
        }
        const CachedStatement &statement = *command->cachedStatement();
        d->parameterNames = statement.parameterized.names;
        const Protocol::StatementHandle &handle = *statement.variants.first();
        d->parameterCount = handle.parameterCount;
        auto data = std::make_shared<Values::ResultData>();
        data->columns = handle.columns ? handle.columns : Values::ColumnSet::empty();
        d->columns = Result(std::move(data)).columns();
        d->isPrepared = true;
        Q_EMIT prepared(QPrivateSignal());
    });
}

PreparedStatement::~PreparedStatement()
{
    // It has jobs of its own where its connection is gone.
    reportEndsOf(this);
    if (CommandSink *sink = d->executor->sink())
        sink->unpin(d->sql);
}

/*!
    \property AsyncMySql::PreparedStatement::sql
    \brief the original statement
*/
QString PreparedStatement::sql() const
{
    return d->sql;
}

/*!
    \property AsyncMySql::PreparedStatement::isPrepared
    \brief whether the server has prepared the statement
*/
bool PreparedStatement::isPrepared() const
{
    return d->isPrepared;
}

/*! Returns the error of preparing the statement, or Error::NoError. */
Error PreparedStatement::error() const
{
    return d->error;
}

/*!
    \property AsyncMySql::PreparedStatement::parameterCount
    \brief the number of placeholders

    It is known when the statement is prepared. A name that occurs twice counts twice.
*/
int PreparedStatement::parameterCount() const
{
    return d->parameterCount;
}

/*!
    \property AsyncMySql::PreparedStatement::parameterNames
    \brief the names of the placeholders, in order

    The list is empty if the placeholders are question marks.
*/
QStringList PreparedStatement::parameterNames() const
{
    return d->parameterNames;
}

/*!
    Returns the columns of the statement's result, if the server knows them before the execution.
    The list is empty for CALL, for example, and until the statement is prepared.
*/
QList<Column> PreparedStatement::columns() const
{
    return d->columns;
}

/*!
    Executes the statement with \a parameters and returns the job. The statement need not be
    prepared yet: executions are queued behind the preparation.
*/
Query *PreparedStatement::execute(const QVariantList &parameters)
{
    return d->executor->executePrepared(this, parameters);
}

/*! \overload */
Query *PreparedStatement::execute(const QVariantMap &parameters)
{
    return d->executor->executePrepared(this, parameters);
}

/*! Executes the statement for each of \a rows and returns the job. See Batch. */
Batch *PreparedStatement::executeBatch(const QList<QVariantList> &rows)
{
    return d->executor->executeBatch(this, rows);
}

/*!
    \fn void AsyncMySql::PreparedStatement::prepared()

    Emitted once, when the server has prepared the statement.
*/

/*!
    \fn void AsyncMySql::PreparedStatement::errorOccurred(const AsyncMySql::Error &error)

    Emitted when preparing the statement has failed with \a error. Executions report their own
    errors.
*/

} // namespace AsyncMySql
