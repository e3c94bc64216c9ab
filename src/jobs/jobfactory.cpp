// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jobfactory.h"

#include "batchcommand.h"
#include "job_p.h"
#include "threadaffinity.h"

#include <AsyncMySql/batch.h>
#include <AsyncMySql/preparedstatement.h>
#include <AsyncMySql/query.h>

#include <QtCore/qdeadlinetimer.h>

#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

std::shared_ptr<JobFactory> JobFactory::makeFor(Transaction *transaction) const
{
    return m_refusal ? std::make_shared<JobFactory>(m_refusal, transaction)
                     : std::make_shared<JobFactory>(m_sink, m_notifier, transaction);
}

std::shared_ptr<JobFactory> JobFactory::refusing(const QObject *object)
{
    if (Q_LIKELY(!object || isInOwnThread(object)))
        return nullptr;
    return std::make_shared<JobFactory>(wrongThread(object));
}

Error JobFactory::refusal() const
{
    return m_refusal ? m_refusal
                     : Error(Error::ConnectionClosed, u"The connection was destroyed"_s);
}

Query *JobFactory::execute(const QString &sql, QueryCommand::Parameters parameters)
{
    if (const auto other = refusing(m_owner))
        return other->execute(sql, std::move(parameters));
    return start<Query>(makeQueryCommand(sql, std::move(parameters)), m_owner);
}

Query *JobFactory::executePrepared(PreparedStatement *statement,
                                   QueryCommand::Parameters parameters)
{
    if (const auto other = refusing(ownerOr(statement)))
        return other->execute(statement->sql(), std::move(parameters));
    auto command = makeQueryCommand(statement->sql(), std::move(parameters));
    command->setPrepared(true);
    return start<Query>(std::move(command), ownerOr(statement));
}

Batch *JobFactory::executeBatch(const QString &sql, const QList<QVariantList> &rows)
{
    if (const auto other = refusing(m_owner))
        return other->executeBatch(sql, rows);
    return start<Batch>(makeBatchCommand(sql, rows), m_owner);
}

Batch *JobFactory::executeBatch(PreparedStatement *statement, const QList<QVariantList> &rows)
{
    if (const auto other = refusing(ownerOr(statement)))
        return other->executeBatch(statement->sql(), rows);
    return start<Batch>(makeBatchCommand(statement->sql(), rows), ownerOr(statement));
}

PreparedStatement *JobFactory::prepare(const QString &sql)
{
    if (const auto other = refusing(m_owner))
        return other->prepare(sql);
    return new PreparedStatement(shared_from_this(), sql, m_owner);
}

Job *JobFactory::submit(CommandPointer command)
{
    if (const auto other = refusing(m_owner))
        return other->submit(std::move(command));
    return start<Job>(std::move(command), m_owner);
}

Job *JobFactory::submit(PreparedStatement *statement, CommandPointer command)
{
    return start<Job>(std::move(command), ownerOr(statement));
}

Transaction *JobFactory::beginTransaction(const TransactionOptions &options, Transaction::Body body)
{
    if (const auto other = refusing(m_owner))
        return other->beginTransaction(options, std::move(body));
    return new Transaction(*this, options, std::move(body), m_owner);
}

std::shared_ptr<QueryCommand>
JobFactory::makeQueryCommand(const QString &sql, QueryCommand::Parameters parameters) const
{
    if (!m_sink)
        return std::make_shared<QueryCommand>(sql, std::move(parameters), QueryCommand::Limits());
    const CommandSink::Defaults &defaults = m_sink->defaults();
    auto command = std::make_shared<QueryCommand>(
        sql, std::move(parameters),
        QueryCommand::Limits{defaults.maximumPacket, defaults.maximumResult},
        m_sink->statementKinds());
    command->timeout = defaults.queryTimeout;
    command->setPreparesParameters(defaults.preparesParameters);
    return command;
}

std::shared_ptr<BatchCommand> JobFactory::makeBatchCommand(const QString &sql,
                                                           const QList<QVariantList> &rows) const
{
    if (!m_sink)
        return std::make_shared<BatchCommand>(sql, rows, 0);
    const CommandSink::Defaults &defaults = m_sink->defaults();
    auto command = std::make_shared<BatchCommand>(sql, rows, defaults.maximumPacket,
                                                  m_sink->statementKinds());
    command->timeout = defaults.queryTimeout;
    return command;
}

template <class JobType, class CommandType>
JobType *JobFactory::start(std::shared_ptr<CommandType> command, QObject *owner)
{
    auto *job = new JobType(command, owner);
    if (!m_sink) {
        command->finish(refusal());
        return job;
    }
    if (const auto timeout = m_sink->defaults().queueTimeout; timeout.count() > 0)
        command->queueDeadline = QDeadlineTimer(timeout, Qt::PreciseTimer);
    command->lease = m_lease;
    JobPrivate::get(job)->delivery.setNotifier(m_notifier);
    m_sink->submit(std::move(command));
    return job;
}

} // namespace AsyncMySql
