// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandsink.h"
#include "jobdelivery.h"
#include "querycommand.h"
#include "transactionlease.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>
#include <AsyncMySql/transaction.h>
#include <AsyncMySql/transactionoptions.h>

#include <QtCore/qlist.h>
#include <QtCore/qpointer.h>
#include <QtCore/qstring.h>
#include <QtCore/qvariant.h>

#include <memory>
#include <utility>

namespace AsyncMySql {

class Batch;
class BatchCommand;
class PreparedStatement;
class Query;

/// Makes the jobs of an Executor, and of the prepared statements that came from it.
///
/// It can outlive all of them, as jobs and statements can be given another parent: what it makes
/// then ends with ConnectionClosed.
class ExecutorPrivate : public std::enable_shared_from_this<ExecutorPrivate>
{
public:
    /// Where nothing can run: all jobs fail with \a refusal. They belong to \a owner.
    explicit ExecutorPrivate(const Error &refusal, QObject *owner = nullptr)
        : m_owner(owner)
        , m_refusal(refusal)
    {
    }

    static ExecutorPrivate *get(Executor *executor) { return executor->d.get(); }

    /// From now on, the commands of the jobs go to \a sink, and \a notifier lets the jobs emit
    /// their signals.
    void setSink(CommandSink *sink, JobNotifier *notifier);
    /// The commands go where those of \a other go.
    void setSinkOf(const ExecutorPrivate &other);
    /// The transaction in which the jobs run; null for none.
    void setLease(TransactionLeasePointer lease) { m_lease = std::move(lease); }

    Query *execute(const QString &sql, QueryCommand::Parameters parameters);
    Batch *executeBatch(const QString &sql, const QList<QVariantList> &rows);
    PreparedStatement *prepare(const QString &sql);
    Job *submit(CommandPointer command);
    /// The same for a job of a class that higher layers have.
    template <class JobType, class CommandType>
    JobType *submitAs(std::shared_ptr<CommandType> command)
    {
        if (const auto other = refusing(m_owner))
            return other->start<JobType>(std::move(command), nullptr);
        return start<JobType>(std::move(command), m_owner);
    }
    Transaction *beginTransaction(const TransactionOptions &options, Transaction::Body body);

    /// What a prepared statement executes, even without parameters. It can outlive the owner: its
    /// jobs are then its own.
    Query *executePrepared(PreparedStatement *statement, QueryCommand::Parameters parameters);
    Batch *executeBatch(PreparedStatement *statement, const QList<QVariantList> &rows);
    Job *submit(PreparedStatement *statement, CommandPointer command);

    /// The command of a job that is created now goes to \a sink.
    static void submitTo(CommandSink *sink, CommandPointer command);
    /// Null when the connection is gone: all jobs fail with refusal().
    CommandSink *sink() const { return m_sink; }
    JobNotifier *notifier() const { return m_notifier; }
    Error refusal() const;

private:
    /// What refuses the job, in the thread of its caller; null if that is the thread of \a object.
    std::shared_ptr<ExecutorPrivate> refusing(const QObject *object) const;
    std::shared_ptr<QueryCommand> makeQueryCommand(const QString &sql,
                                                   QueryCommand::Parameters parameters) const;
    std::shared_ptr<BatchCommand> makeBatchCommand(const QString &sql,
                                                   const QList<QVariantList> &rows) const;
    QObject *ownerOr(QObject *other) const { return m_owner ? m_owner.data() : other; }
    template <class JobType, class CommandType>
    JobType *start(std::shared_ptr<CommandType> command, QObject *owner);
    void start(Job *job, CommandPointer command);
    static void observe(Command *command, const std::shared_ptr<ObserverChannel> &channel);

    QPointer<CommandSink> m_sink;
    QPointer<JobNotifier> m_notifier;
    QPointer<QObject> m_owner;
    TransactionLeasePointer m_lease;
    Error m_refusal;
};

template <class JobType, class CommandType>
JobType *ExecutorPrivate::start(std::shared_ptr<CommandType> command, QObject *owner)
{
    auto *job = new JobType(command, owner);
    start(job, std::move(command));
    return job;
}

} // namespace AsyncMySql
