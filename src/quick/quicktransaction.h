// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

// The return types of Q_INVOKABLE functions must be complete.
#include "quickbatch.h"
#include "quickexecutor.h"
#include "quickquery.h"

#include <AsyncMySql/transaction.h>

#include <QtCore/qpointer.h>
#include <QtCore/qvariant.h>

namespace AsyncMySql {

/// A Transaction for JavaScript.
class QuickTransaction : public AsyncMySql::QuickTask, public QuickExecutor
{
    Q_OBJECT
    Q_PROPERTY(State state READ state NOTIFY stateChanged FINAL)
    QML_NAMED_ELEMENT(Transaction)
    QML_UNCREATABLE("Transactions are made by Connection.beginTransaction()")

public:
    enum class State {
        Waiting,    ///< for its turn in the connection
        Active,     ///< begun
        Committed,  ///< what was done in it is in effect
        RolledBack, ///< because rollback() asked for it
        Failed,     ///< see error
    };
    Q_ENUM(State)

    explicit QuickTransaction(Transaction *transaction, QObject *parent = nullptr);
    ~QuickTransaction() override;

    State state() const { return m_state; }
    Executor *executor() override { return m_transaction; }
    EndOfConnection endOfConnection() const override { return QuickTask::endOfConnection(); }

    Q_INVOKABLE AsyncMySql::QuickQuery *execute(const QString &sql,
                                                const QJSValue &parameters = QJSValue());
    Q_INVOKABLE AsyncMySql::QuickBatch *executeBatch(const QString &sql, const QJSValue &rows);
    Q_INVOKABLE AsyncMySql::QuickQuery *savepoint(const QString &name);
    Q_INVOKABLE AsyncMySql::QuickQuery *rollbackTo(const QString &savepoint);
    Q_INVOKABLE AsyncMySql::QuickQuery *releaseSavepoint(const QString &name);
    Q_INVOKABLE AsyncMySql::QuickTask *commit();
    Q_INVOKABLE AsyncMySql::QuickTask *rollback();

Q_SIGNALS:
    void stateChanged();
    void started();

private:
    void aboutToFinish() override;
    void transactionFinished();
    void setState(State state);
    QJSEngine *scriptEngine() const override { return engine(); }
    QuickQuery *queryTask(Query *query);

    QPointer<Transaction> m_transaction;
    State m_state = State::Waiting;
    State m_finalState = State::Failed;
};

} // namespace AsyncMySql
