// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>
#include <AsyncMySql/executor.h>
#include <AsyncMySql/global.h>
#include <AsyncMySql/job.h>
#include <AsyncMySql/transactionoptions.h>

#include <functional>
#include <memory>

namespace AsyncMySql {

class ExecutorPrivate;
class TransactionPrivate;

class ASYNCMYSQL_EXPORT Transaction : public Executor
{
    Q_OBJECT
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(AsyncMySql::Error error READ error NOTIFY finished)
    Q_PROPERTY(int attempt READ attempt NOTIFY attemptChanged)
    Q_PROPERTY(bool autoDelete READ autoDelete WRITE setAutoDelete NOTIFY autoDeleteChanged)

public:
    enum class State {
        Waiting,    ///< queued by the connection
        Active,     ///< started
        Committed,  ///< its changes are in effect
        RolledBack, ///< by rollback()
        Failed,     ///< see error(), also for whether its changes can be in effect
    };
    Q_ENUM(State)

    /// The function that Connection::transact() calls for each attempt.
    using Body = std::function<void(Transaction *transaction)>;

    ~Transaction() override;

    State state() const;
    bool isFinished() const;
    Error error() const;
    int attempt() const;

    bool autoDelete() const;
    void setAutoDelete(bool autoDelete);

    Transaction *beginTransaction(const TransactionOptions &options = {}) override;
    Transaction *transact(const Body &body, const TransactionOptions &options = {}) override;

    Query *savepoint(const QString &name);
    Query *rollbackTo(const QString &savepoint);
    Query *releaseSavepoint(const QString &name);

    Job *commit();
    Job *rollback();

Q_SIGNALS:
    void stateChanged(AsyncMySql::Transaction::State state, QPrivateSignal);
    void attemptChanged(int attempt, QPrivateSignal);
    void started(QPrivateSignal);
    void errorOccurred(const AsyncMySql::Error &error, QPrivateSignal);
    void finished(QPrivateSignal);
    void autoDeleteChanged(bool autoDelete, QPrivateSignal);

private:
    friend class ExecutorPrivate;
    friend class TransactionPrivate;
    Transaction(const ExecutorPrivate &connection, const TransactionOptions &options, Body body,
                QObject *parent);
    std::unique_ptr<TransactionPrivate> d;
};

} // namespace AsyncMySql
