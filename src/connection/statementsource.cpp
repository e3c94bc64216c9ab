// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementsource.h"

#include "batchcommand.h"
#include "job_p.h"

#include <AsyncMySql/batch.h>
#include <AsyncMySql/preparedstatement.h>
#include <AsyncMySql/query.h>

#include <QtCore/qthread.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

Query *StatementSource::execute(const QString &sql, QueryCommand::Parameters parameters)
{
    return start(makeQueryCommand(sql, std::move(parameters)));
}

Query *StatementSource::executePrepared(const QString &sql, QueryCommand::Parameters parameters)
{
    auto command = makeQueryCommand(sql, std::move(parameters));
    command->setPrepared(true);
    return start(std::move(command));
}

std::shared_ptr<QueryCommand>
StatementSource::makeQueryCommand(const QString &sql, QueryCommand::Parameters parameters) const
{
    const ConnectionOptions &options = m_engine->options();
    auto command = std::make_shared<QueryCommand>(
        sql, std::move(parameters),
        QueryCommand::Limits{options.maximumPacketSize(), options.maximumResultSize()});
    command->timeout = options.queryTimeout();
    command->setPreparesParameters(options.preparesStatements());
    command->setEngine(m_engine);
    return command;
}

Query *StatementSource::start(std::shared_ptr<QueryCommand> command)
{
    auto *query = new Query(command, m_owner);
    start(query, std::move(command));
    return query;
}

Batch *StatementSource::executeBatch(const QString &sql, const QList<QVariantList> &rows)
{
    auto command
        = std::make_shared<BatchCommand>(sql, rows, m_engine->options().maximumPacketSize());
    command->timeout = m_engine->options().queryTimeout();
    auto *batch = new Batch(command, m_owner);
    start(batch, std::move(command));
    return batch;
}

PreparedStatement *StatementSource::prepare(const QString &sql)
{
    return new PreparedStatement(shared_from_this(), sql, m_owner);
}

Job *StatementSource::enqueue(CommandPointer command)
{
    auto *job = new Job(command, m_owner);
    start(job, std::move(command));
    return job;
}

void StatementSource::start(Job *job, CommandPointer command)
{
    Q_ASSERT_X(QThread::currentThread() == m_owner->thread(), "AsyncMySql",
               "A connection may only be used in the thread it lives in");
    if (const auto timeout = m_engine->options().queueTimeout(); timeout.count() > 0)
        command->queueDeadline = QDeadlineTimer(timeout, Qt::PreciseTimer);
    command->lease = m_lease;
    JobPrivate::get(job)->engine = m_engine;
    m_engine->enqueue(std::move(command));
}

} // namespace AsyncMySql
