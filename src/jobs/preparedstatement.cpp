// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/preparedstatement.h>

#include "commandsink.h"
#include "jobfactory.h"
#include "preparecommand.h"
#include "resultdata.h"

#include <AsyncMySql/result.h>

namespace AsyncMySql {

/*!
    \class AsyncMySql::PreparedStatement
    \inmodule AsyncMySql
    \brief A statement that the server has parsed ahead, to be executed many times.

    Executor::execute() with parameters prepares statements as well, and keeps those that are used
    often. An explicit PreparedStatement is for a statement that must never be given up for others,
    or whose errors and columns are wanted before it is executed.

    \code
    PreparedStatement *find = connection->prepare("SELECT name FROM articles WHERE id = ?");
    Query *query = find->execute({42});
    \endcode

    It survives what happens to the server's side of it: after a lost connection, and after changes
    of the tables that it uses, the statement is prepared again with the next execution. Deleting
    the object makes the statement one of those that can be given up for others; the object belongs
    to what created it. It can be given another parent: when its connection is gone, what it executes
    fails with Error::ConnectionClosed.
*/

class PreparedStatementPrivate
{
public:
    std::shared_ptr<JobFactory> factory;
    QString sql;
    bool isPrepared = false;
    Error error;
    QStringList parameterNames;
    int parameterCount = 0;
    QList<Column> columns;
};

PreparedStatement::PreparedStatement(const std::shared_ptr<JobFactory> &factory, const QString &sql,
                                     QObject *parent)
    : QObject(parent)
    , d(std::make_unique<PreparedStatementPrivate>())
{
    d->factory = factory;
    d->sql = sql;
    if (CommandSink *sink = factory->sink())
        sink->pin(sql);
    auto command = std::make_shared<PrepareCommand>(sql);
    Job *job = factory->submit(this, command);
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
        data->columns = handle.columns ? handle.columns : std::make_shared<Values::ColumnSet>();
        d->columns = Result(std::move(data)).columns();
        d->isPrepared = true;
        Q_EMIT prepared(QPrivateSignal());
    });
}

PreparedStatement::~PreparedStatement()
{
    if (CommandSink *sink = d->factory->sink())
        sink->unpin(d->sql);
}

/*!
    \property AsyncMySql::PreparedStatement::sql
    \brief the statement as it was given.
*/
QString PreparedStatement::sql() const
{
    return d->sql;
}

/*!
    \property AsyncMySql::PreparedStatement::isPrepared
    \brief whether the server has accepted the statement.
*/
bool PreparedStatement::isPrepared() const
{
    return d->isPrepared;
}

/*! Returns why the statement could not be prepared. */
Error PreparedStatement::error() const
{
    return d->error;
}

/*!
    \property AsyncMySql::PreparedStatement::parameterCount
    \brief how many placeholders there are; known when it is prepared. A name that is used twice
    counts twice.
*/
int PreparedStatement::parameterCount() const
{
    return d->parameterCount;
}

/*!
    \property AsyncMySql::PreparedStatement::parameterNames
    \brief the names of the placeholders, in their order; empty if they are question marks.
*/
QStringList PreparedStatement::parameterNames() const
{
    return d->parameterNames;
}

/*!
    Returns the columns that the statement will give, as far as the server knows them before it is
    executed: none for CALL, for example. Known when it is prepared.
*/
QList<Column> PreparedStatement::columns() const
{
    return d->columns;
}

/*!
    Executes the statement with \a parameters. It need not be prepared yet: executions wait in the
    queue behind that.
*/
Query *PreparedStatement::execute(const QVariantList &parameters)
{
    return d->factory->executePrepared(this, parameters);
}

/*! \overload */
Query *PreparedStatement::execute(const QVariantMap &parameters)
{
    return d->factory->executePrepared(this, parameters);
}

/*! Executes the statement for each of \a rows. See Batch. */
Batch *PreparedStatement::executeBatch(const QList<QVariantList> &rows)
{
    return d->factory->executeBatch(this, rows);
}

/*!
    \fn void AsyncMySql::PreparedStatement::prepared()

    The server has accepted the statement. It comes once.
*/

/*!
    \fn void AsyncMySql::PreparedStatement::errorOccurred(const AsyncMySql::Error &error)

    The statement could not be prepared, because of \a error. Executions tell their own errors.
*/

} // namespace AsyncMySql
