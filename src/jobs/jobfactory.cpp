// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jobfactory.h"

#include "batchcommand.h"
#include "job_p.h"
#include "threadaffinity.h"

#include <AsyncMySql/batch.h>
#include <AsyncMySql/preparedstatement.h>
#include <AsyncMySql/query.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

std::shared_ptr<JobFactory> JobFactory::refusing(const QObject *object)
{
    if (Q_LIKELY(!object || isInOwnThread(object)))
        return nullptr;
    return std::make_shared<JobFactory>(wrongThread(object));
}

Query *JobFactory::execute(const QString &sql, QueryCommand::Parameters parameters)
{
    if (const auto other = refusing(m_owner))
        return other->execute(sql, std::move(parameters));
    return start(makeQueryCommand(sql, std::move(parameters)), m_owner);
}

Query *JobFactory::executePrepared(PreparedStatement *statement,
                                   QueryCommand::Parameters parameters)
{
    if (const auto other = refusing(ownerOr(statement)))
        return other->execute(statement->sql(), std::move(parameters));
    auto command = makeQueryCommand(statement->sql(), std::move(parameters));
    command->setPrepared(true);
    return start(std::move(command), ownerOr(statement));
}

std::shared_ptr<QueryCommand>
JobFactory::makeQueryCommand(const QString &sql, QueryCommand::Parameters parameters) const
{
    if (!m_engine)
        return std::make_shared<QueryCommand>(sql, std::move(parameters), QueryCommand::Limits());
    const ConnectionOptions &options = m_engine->options();
    auto command = std::make_shared<QueryCommand>(
        sql, std::move(parameters),
        QueryCommand::Limits{options.maximumPacketSize(), options.maximumResultSize()});
    command->timeout = options.queryTimeout();
    command->setPreparesParameters(options.preparesStatements());
    command->setEngine(m_engine);
    return command;
}

Query *JobFactory::start(std::shared_ptr<QueryCommand> command, QObject *owner)
{
    auto *query = new Query(command, owner);
    start(query, std::move(command));
    return query;
}

Batch *JobFactory::executeBatch(const QString &sql, const QList<QVariantList> &rows)
{
    if (const auto other = refusing(m_owner))
        return other->executeBatch(sql, rows);
    return startBatch(sql, rows, m_owner);
}

Batch *JobFactory::executeBatch(PreparedStatement *statement, const QList<QVariantList> &rows)
{
    if (const auto other = refusing(ownerOr(statement)))
        return other->executeBatch(statement->sql(), rows);
    return startBatch(statement->sql(), rows, ownerOr(statement));
}

Batch *JobFactory::startBatch(const QString &sql, const QList<QVariantList> &rows, QObject *owner)
{
    auto command = std::make_shared<BatchCommand>(
        sql, rows, m_engine ? m_engine->options().maximumPacketSize() : 0);
    if (m_engine)
        command->timeout = m_engine->options().queryTimeout();
    auto *batch = new Batch(command, owner);
    start(batch, std::move(command));
    return batch;
}

PreparedStatement *JobFactory::prepare(const QString &sql)
{
    if (const auto other = refusing(m_owner))
        return other->prepare(sql);
    return new PreparedStatement(shared_from_this(), sql, m_owner);
}

Job *JobFactory::enqueue(CommandPointer command)
{
    if (const auto other = refusing(m_owner))
        return other->enqueue(std::move(command));
    auto *job = new Job(command, m_owner);
    start(job, std::move(command));
    return job;
}

Job *JobFactory::enqueue(PreparedStatement *statement, CommandPointer command)
{
    auto *job = new Job(command, ownerOr(statement));
    start(job, std::move(command));
    return job;
}

void JobFactory::start(Job *job, CommandPointer command)
{
    if (!m_engine) {
        command->finish(m_refusal
                            ? m_refusal
                            : Error(Error::ConnectionClosed, u"The connection was destroyed"_s));
        return;
    }
    if (const auto timeout = m_engine->options().queueTimeout(); timeout.count() > 0)
        command->queueDeadline = QDeadlineTimer(timeout, Qt::PreciseTimer);
    command->lease = m_lease;
    JobPrivate::get(job)->engine = m_engine;
    JobPrivate::get(job)->delivery.setNotifier(&m_engine->notifier());
    m_engine->enqueue(std::move(command));
}

} // namespace AsyncMySql
