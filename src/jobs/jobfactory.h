// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionengine.h"
#include "querycommand.h"

#include <AsyncMySql/error.h>

#include <QtCore/qlist.h>
#include <QtCore/qpointer.h>
#include <QtCore/qvariant.h>

#include <memory>

namespace AsyncMySql {

class Batch;
class PreparedStatement;
class Query;

/// Makes the jobs of a Connection or Transaction, and of the prepared statements that came from it.
class JobFactory : public std::enable_shared_from_this<JobFactory>
{
public:
    /// The jobs will belong to \a owner, and run in \a engine.
    JobFactory(ConnectionEngine *engine, QObject *owner)
        : m_engine(engine)
        , m_owner(owner)
    {
    }

    /// Where nothing can run: all jobs fail with \a refusal. They belong to \a owner.
    explicit JobFactory(const Error &refusal, QObject *owner = nullptr)
        : m_owner(owner)
        , m_refusal(refusal)
    {
    }

    /// The transaction in which the jobs run; null for none.
    void setLease(TransactionLeasePointer lease) { m_lease = std::move(lease); }

    Query *execute(const QString &sql, QueryCommand::Parameters parameters);
    Batch *executeBatch(const QString &sql, const QList<QVariantList> &rows);
    PreparedStatement *prepare(const QString &sql);
    Job *enqueue(CommandPointer command);

    /// What a prepared statement executes, even without parameters. It can outlive the owner: its
    /// jobs are then its own.
    Query *executePrepared(PreparedStatement *statement, QueryCommand::Parameters parameters);
    Batch *executeBatch(PreparedStatement *statement, const QList<QVariantList> &rows);
    Job *enqueue(PreparedStatement *statement, CommandPointer command);

    /// Null when the connection is gone: all jobs fail.
    ConnectionEngine *engine() const { return m_engine; }

private:
    /// Null if the caller is in the thread of \a object.
    static std::shared_ptr<JobFactory> refusing(const QObject *object);
    std::shared_ptr<QueryCommand> makeQueryCommand(const QString &sql,
                                                   QueryCommand::Parameters parameters) const;
    QObject *ownerOr(QObject *other) const { return m_owner ? m_owner.data() : other; }
    Query *start(std::shared_ptr<QueryCommand> command, QObject *owner);
    Batch *startBatch(const QString &sql, const QList<QVariantList> &rows, QObject *owner);
    void start(Job *job, CommandPointer command);

    QPointer<ConnectionEngine> m_engine;
    QPointer<QObject> m_owner;
    TransactionLeasePointer m_lease;
    Error m_refusal;
};

} // namespace AsyncMySql
