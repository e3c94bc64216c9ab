// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "executor_p.h"
#include "transactioncommands.h"

#include <AsyncMySql/transaction.h>

#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qtimer.h>

#include <memory>

namespace AsyncMySql {

/// A Transaction over its attempts, each of which has a lease of its own.
class TransactionPrivate
{
public:
    TransactionPrivate(Transaction *transaction, const ExecutorPrivate &connection,
                       const TransactionOptions &options, Transaction::Body body);
    ~TransactionPrivate();

    static TransactionPrivate *get(Transaction *transaction) { return transaction->d.get(); }

    /// A transaction of \a owner that fails with \a refusal. In a thread that is not the one of the
    /// \a owner it has no parent.
    static Transaction *makeRefused(QObject *owner, const Error &refusal,
                                    const TransactionOptions &options);

    void begin();
    void abandon();
    /// Tells what has become of the lease.
    void follow();
    /// The connection goes: there is no other attempt.
    void stopRetrying();
    /// A statement that is no work of the application.
    Query *executeOwn(const QString &sql);
    Job *end(CommandTraits::TransactionEnd how);

    Transaction *q;
    ExecutorPrivate *executor;
    TransactionOptions options;
    Transaction::Body body;
    Transaction::State state = Transaction::State::Waiting;
    Error error;
    int attempt = 1;
    bool autoDelete = true;

private:
    bool mayTryAgain() const;
    void tryAgain();
    void setState(Transaction::State newState);
    void finish(Transaction::State newState);
    void deleteBehindJobs();
    void leave();

    TransactionLeasePointer m_lease;
    std::shared_ptr<BeginTransactionCommand> m_begin;
    QTimer m_retryTimer;
    QMetaObject::Connection m_closing;
    /// Where it has entered.
    QPointer<CommandSink> m_entered;
    /// Whether started() was emitted.
    bool m_hasStarted = false;
};

} // namespace AsyncMySql
