// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/executor.h>

#include "executor_p.h"

#include "batchcommand.h"
#include "job_p.h"
#include "recyclingallocator.h"
#include "threadaffinity.h"

#include <AsyncMySql/batch.h>
#include <AsyncMySql/preparedstatement.h>
#include <AsyncMySql/query.h>

#include <QtCore/qdeadlinetimer.h>

#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

/*!
    \class AsyncMySql::Executor
    \inmodule AsyncMySql
    \brief The Executor class is the common base class of Pool, Connection, Lease and Transaction,
    which execute statements.

    A custom class can be an Executor, too, and replace a connection, for example in a model. It
    reimplements the functions that it offers. Those that it does not reimplement return jobs,
    statements and transactions that fail with Error::NotSupported.
*/

/*!
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
Query *Executor::execute(const QString &sql, const QVariantList &parameters)
{
    return d->execute(sql, parameters);
}

/*!
    \overload

    The same with named placeholders, \c {:name}. The parameters can also be written in braces:

    \snippet jobs.cpp named parameters
*/
Query *Executor::execute(const QString &sql, const QVariantMap &parameters)
{
    return d->execute(sql, parameters);
}

/*! \overload */
Query *Executor::execute(const QString &sql,
                         std::initializer_list<std::pair<QString, QVariant>> parameters)
{
    return execute(sql, QVariantMap(parameters));
}

/*!
    Queues the statement \a sql to be executed once for each of \a rows, which are the values of its
    question marks, and returns the job. This is the fast way to insert, update or delete many rows.
    It is not atomic: see Batch for what happens when a row fails.
*/
Batch *Executor::executeBatch(const QString &sql, const QList<QVariantList> &rows)
{
    return d->executeBatch(sql, rows);
}

/*!
    Prepares the statement \a sql in the server and returns the prepared statement, which is owned
    by this object. execute() prepares automatically: use a prepared statement if it must always be
    ready, or if its errors and columns are needed before it is executed.
*/
PreparedStatement *Executor::prepare(const QString &sql)
{
    return d->prepare(sql);
}

/*!
    Queues a transaction with \a options and returns it. It is owned by this object, and has
    exclusive use of the connection until it ends: jobs of the connection that are created later
    wait for that.

    \snippet jobs.cpp begin

    Transactions cannot be nested: that of a Transaction fails with Error::NotSupported. Use
    Transaction::savepoint().

    \sa Transaction
*/
Transaction *Executor::beginTransaction(const TransactionOptions &options)
{
    return d->beginTransaction(options, {});
}

/*!
    Queues a transaction with \a options that is retried as a whole after a deadlock or a lock wait
    timeout (the server's errors 1213 and 1205), and returns it. There are at most
    TransactionOptions::maximumAttempts() attempts. For each attempt, \a body is called from the
    event loop when the transaction has started. It executes the statements of the transaction and
    ends it, immediately or later, by Transaction::commit() or rollback(). Jobs of a failed attempt
    end with errors; \a body must not depend on their results. A transaction that cannot begin fails
    without calling \a body.

    \sa beginTransaction()
*/
Transaction *Executor::transact(const std::function<void(Transaction *transaction)> &body,
                                const TransactionOptions &options)
{
    Q_ASSERT(body);
    return d->beginTransaction(options, body);
}

/*! \internal */
void Executor::virtual_hook(int, void *) {}

/*!
    Constructs an executor with the given \a parent, for a class that reimplements what it offers.
*/
Executor::Executor(QObject *parent)
    : QObject(parent)
{
    // Leases come and go with every other statement.
    static const Error notSupported(Error::NotSupported,
                                    u"The executor does not implement this operation"_s);
    d = std::make_shared<ExecutorPrivate>(notSupported, this);
}

Executor::~Executor() = default;

void ExecutorPrivate::setSink(CommandSink *sink, JobNotifier *notifier)
{
    m_sink = sink;
    m_notifier = notifier;
    m_refusal = {};
}

void ExecutorPrivate::setSinkOf(const ExecutorPrivate &other)
{
    m_sink = other.m_sink;
    m_notifier = other.m_notifier;
    m_refusal = other.m_refusal;
}

std::shared_ptr<ExecutorPrivate> ExecutorPrivate::refusing(const QObject *object) const
{
    if (Q_LIKELY(!object || isInOwnThread(object)))
        return nullptr;
    return std::make_shared<ExecutorPrivate>(m_refusal ? m_refusal : wrongThread(object));
}

Error ExecutorPrivate::refusal() const
{
    return m_refusal ? m_refusal
                     : Error(Error::ConnectionClosed, u"The connection was destroyed"_s);
}

Query *ExecutorPrivate::execute(const QString &sql, QueryCommand::Parameters parameters)
{
    if (const auto other = refusing(m_owner))
        return other->execute(sql, std::move(parameters));
    return start<Query>(makeQueryCommand(sql, std::move(parameters)), m_owner);
}

Query *ExecutorPrivate::executePrepared(PreparedStatement *statement,
                                        QueryCommand::Parameters parameters)
{
    if (const auto other = refusing(ownerOr(statement)))
        return other->execute(statement->sql(), std::move(parameters));
    auto command = makeQueryCommand(statement->sql(), std::move(parameters));
    command->setPrepared(true);
    return start<Query>(std::move(command), ownerOr(statement));
}

Batch *ExecutorPrivate::executeBatch(const QString &sql, const QList<QVariantList> &rows)
{
    if (const auto other = refusing(m_owner))
        return other->executeBatch(sql, rows);
    return start<Batch>(makeBatchCommand(sql, rows), m_owner);
}

Batch *ExecutorPrivate::executeBatch(PreparedStatement *statement, const QList<QVariantList> &rows)
{
    if (const auto other = refusing(ownerOr(statement)))
        return other->executeBatch(statement->sql(), rows);
    return start<Batch>(makeBatchCommand(statement->sql(), rows), ownerOr(statement));
}

PreparedStatement *ExecutorPrivate::prepare(const QString &sql)
{
    if (const auto other = refusing(m_owner))
        return other->prepare(sql);
    return new PreparedStatement(shared_from_this(), sql, m_owner);
}

Job *ExecutorPrivate::submit(CommandPointer command)
{
    if (const auto other = refusing(m_owner))
        return other->submit(std::move(command));
    return start<Job>(std::move(command), m_owner);
}

Job *ExecutorPrivate::submit(PreparedStatement *statement, CommandPointer command)
{
    return start<Job>(std::move(command), ownerOr(statement));
}

Transaction *ExecutorPrivate::beginTransaction(const TransactionOptions &options,
                                               Transaction::Body body)
{
    if (const auto other = refusing(m_owner))
        return other->beginTransaction(options, std::move(body));
    return new Transaction(*this, options, std::move(body), m_owner);
}

std::shared_ptr<QueryCommand>
ExecutorPrivate::makeQueryCommand(const QString &sql, QueryCommand::Parameters parameters) const
{
    if (!m_sink)
        return Wire::makeRecycled<QueryCommand>(sql, std::move(parameters), QueryCommand::Limits());
    const CommandSink::Defaults &defaults = m_sink->defaults();
    auto command = Wire::makeRecycled<QueryCommand>(
        sql, std::move(parameters),
        QueryCommand::Limits{defaults.maximumPacket, defaults.maximumResult},
        m_sink->statementKinds());
    command->timeout = defaults.queryTimeout;
    command->setStreamTimeout(defaults.streamTimeout);
    command->setPreparesParameters(defaults.preparesParameters);
    return command;
}

std::shared_ptr<BatchCommand>
ExecutorPrivate::makeBatchCommand(const QString &sql, const QList<QVariantList> &rows) const
{
    if (!m_sink)
        return std::make_shared<BatchCommand>(sql, rows, 0);
    const CommandSink::Defaults &defaults = m_sink->defaults();
    auto command = std::make_shared<BatchCommand>(sql, rows, defaults.maximumPacket,
                                                  m_sink->statementKinds());
    command->timeout = defaults.queryTimeout;
    command->setMultiRowInsertMode(defaults.multiRowInsert);
    return command;
}

void ExecutorPrivate::submitTo(CommandSink *sink, CommandPointer command)
{
    command->times.created = CommandTimes::Clock::now();
    if (sink->observers()->isObserved())
        observe(command.get(), sink->observers());
    sink->submit(std::move(command));
}

void ExecutorPrivate::observe(Command *command, const std::shared_ptr<ObserverChannel> &channel)
{
    if (command->place() != Command::Place::Session || command->closesSession())
        return;
    command->observation = std::make_unique<CommandObservation>();
    command->observation->channel = channel;
    command->observation->observer = channel->observer();
    command->observation->operation.endpoint = channel->endpoint();
    if (channel->observer()->wantsParameters())
        command->observeParameters(&command->observation->operation);
}

void ExecutorPrivate::start(Job *job, CommandPointer command)
{
    if (!m_sink) {
        command->finish(refusal());
        return;
    }
    if (const auto timeout = m_sink->defaults().queueTimeout; timeout.count() > 0)
        command->queueDeadline = QDeadlineTimer(timeout, Qt::PreciseTimer);
    command->lease = m_lease;
    JobPrivate::get(job)->delivery.setNotifier(m_notifier);
    submitTo(m_sink, std::move(command));
}

} // namespace AsyncMySql
