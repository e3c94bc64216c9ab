// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transaction_p.h"

#include "commandsink.h"
#include "job_p.h"
#include "ownedjobs.h"
#include "retrydelay.h"
#include "sqlliteral.h"
#include "threadaffinity.h"

#include <QtCore/qpointer.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

/*!
    \class AsyncMySql::Transaction
    \inmodule AsyncMySql
    \brief The Transaction class is a transaction with exclusive use of its connection.

    Connection::beginTransaction() creates a transaction. It has the functions of a connection; jobs
    can be created immediately, and wait until the transaction has started. Jobs of the connection
    itself wait until the transaction has ended, so they are never executed inside of it.

    \snippet jobs.cpp transaction error

    A commit() that is called before earlier jobs have ended, as in the example, commits only if all
    of them succeed: if one fails, is cancelled or deleted, or exceeds one of its limits, the
    transaction fails with that error and is rolled back. Here, a job has ended when it has emitted
    errorOccurred(). Without such a commit(), a failed job does not end the transaction: its slot
    can execute something else, and commit what succeeded. A job that is deleted before it was sent
    and before commit() is called is ignored.

    If the server has ended the transaction (a deadlock, a statement that commits implicitly), or
    the connection is lost, later jobs fail with Error::TransactionEnded, including commit(); none
    of them is executed outside of the transaction.

    Destroying a transaction that has not ended rolls it back. After finished() it deletes itself
    together with its jobs, unless autoDelete is false; jobs that have not ended by then end first.

    A transaction, its jobs and its prepared statements can get another parent. When the connection
    is destroyed, the transaction fails with Error::ConnectionClosed, as do later jobs. When a
    transaction is destroyed, its jobs end with Error::TransactionEnded.

    \section1 Pipelining

    If jobs are pipelined (ConnectionOptions::setPipeliningMode()), and commit() is called before
    the jobs of the transaction have ended, at least three writes that wait are sent without waiting
    for the answers to earlier ones; COMMIT is sent when all of them are answered. So are the rows
    of a Batch, if the server has no bulk command. A write with a time limit (Query::setTimeout(),
    Query::setQueueTimeout()) waits for its turn. Nothing is sent ahead in a transaction that
    contains a statement which can commit it or change the session: savepoints, CALL, SET, changes
    of the schema and the like.

    For this, \c autocommit is turned off in the session until the transaction ends. If a job fails,
    what was sent behind it is rolled back with the transaction, also if the server has ended that
    by itself; its jobs fail with Error::TransactionEnded, and are stopped in the server. In tables
    of an engine without transactions, such writes stay. Cancelling the job of commit() then fails
    the transaction. Statements and triggers can read that \c{@@autocommit} is 0.

    \section1 Lost connections

    No statement of a transaction is ever sent twice. The transaction fails, and the
    Error::execution() of its error() is Error::Execution::Rejected if the server has certainly
    rolled it back, as it does with every transaction that was not committed. It is
    Error::Execution::Unknown if the connection was lost while COMMIT, or a statement that can
    commit implicitly, was in flight. Changes in tables of an engine without transactions (MyISAM)
    stay.

    \section1 Statements that end the transaction

    Use commit(), rollback() and the functions for savepoints, not statements: a \c COMMIT,
    \c ROLLBACK or \c{START TRANSACTION} that is executed as a statement, and a procedure that
    contains one, is not prevented. If the session is in no transaction after it, this one ends with
    Error::TransactionEnded. If the statement has begun another one (\c{COMMIT AND CHAIN},
    \c{START TRANSACTION}, which commits first), the session is in that from then on, and commit()
    and rollback() end it. Error::execution() of a transaction that fails after such a statement, or
    after \c CALL, is Error::Execution::Unknown, since an earlier part may have been committed.
*/

/*!
    \fn void AsyncMySql::Transaction::started()

    Emitted when the transaction has started, for each attempt of Connection::transact().
*/

/*!
    \fn void AsyncMySql::Transaction::errorOccurred(const AsyncMySql::Error &error)

    Emitted when the transaction has failed with \a error. finished() follows.
*/

/*!
    \fn void AsyncMySql::Transaction::finished()

    Emitted once, when the transaction has ended with the result in state().
*/

Transaction::Transaction(const ExecutorPrivate &connection, const TransactionOptions &options,
                         Body body, QObject *parent)
    : Executor(parent)
    , d(std::make_unique<TransactionPrivate>(this, connection, options, std::move(body)))
{
    d->begin();
}

/*!
    Destroys the transaction and rolls it back if it has not ended. Its jobs end first, with
    Error::TransactionEnded, emitting their signals. Slots that are called then must not destroy the
    transaction again.
*/
Transaction::~Transaction()
{
    // The last reference to the parent can be in a functor that is connected to the transaction: it
    // must not delete it again.
    setParent(nullptr);
    d->abandon();
    reportEndsOf(this);
}

/*!
    \property AsyncMySql::Transaction::state
    \brief the state of the transaction
*/
Transaction::State Transaction::state() const
{
    return d->state;
}

/*! Returns whether the transaction has ended. */
bool Transaction::isFinished() const
{
    return d->state >= State::Committed;
}

/*!
    \property AsyncMySql::Transaction::error
    \brief the error of a failed transaction
*/
Error Transaction::error() const
{
    return d->error;
}

/*!
    \property AsyncMySql::Transaction::attempt
    \brief the number of the current attempt of Connection::transact(), counted from 1
*/
int Transaction::attempt() const
{
    return d->attempt;
}

/*!
    \property AsyncMySql::Transaction::autoDelete
    \brief whether the transaction deletes itself (deleteLater()) after finished()

    The default is \c true.
*/
bool Transaction::autoDelete() const
{
    return d->autoDelete;
}

void Transaction::setAutoDelete(bool autoDelete)
{
    if (d->autoDelete == autoDelete)
        return;
    d->autoDelete = autoDelete;
    Q_EMIT autoDeleteChanged(autoDelete, QPrivateSignal());
}

namespace {

Error nested()
{
    return Error(Error::NotSupported, u"Transactions cannot be nested: use savepoint()"_s);
}

} // namespace

/*!
    Returns a transaction that fails with Error::NotSupported, whatever the \a options, since
    transactions cannot be nested. Use savepoint().
*/
Transaction *Transaction::beginTransaction(const TransactionOptions &options)
{
    return TransactionPrivate::makeRefused(this, nested(), options);
}

/*!
    Returns a transaction that fails like that of beginTransaction(), whatever the \a options, and
    does not call \a body.
*/
Transaction *Transaction::transact(const Body &body, const TransactionOptions &options)
{
    Q_UNUSED(body)
    return TransactionPrivate::makeRefused(this, nested(), options);
}

/*!
    Sets the savepoint \a name, to which rollbackTo() can return, and returns the job. It replaces
    an earlier savepoint with the same name.
*/
Query *Transaction::savepoint(const QString &name)
{
    return d->executeOwn(u"SAVEPOINT "_s + Protocol::quotedIdentifier(name));
}

/*! Undoes all changes since \a savepoint and returns the job. The transaction continues. */
Query *Transaction::rollbackTo(const QString &savepoint)
{
    return d->executeOwn(u"ROLLBACK TO SAVEPOINT "_s + Protocol::quotedIdentifier(savepoint));
}

/*! Releases the savepoint \a name and returns the job. Later changes are kept. */
Query *Transaction::releaseSavepoint(const QString &name)
{
    return d->executeOwn(u"RELEASE SAVEPOINT "_s + Protocol::quotedIdentifier(name));
}

/*!
    Commits the transaction after its queued jobs, if all jobs that have not ended yet succeed.
    Returns a job with the result, which finished() reports, too.
*/
Job *Transaction::commit()
{
    return d->end(CommandTraits::TransactionEnd::Commit);
}

/*! Rolls the transaction back after its queued jobs, and returns the job. */
Job *Transaction::rollback()
{
    return d->end(CommandTraits::TransactionEnd::Rollback);
}

TransactionPrivate::TransactionPrivate(Transaction *transaction, const ExecutorPrivate &connection,
                                       const TransactionOptions &transactionOptions,
                                       Transaction::Body transactionBody)
    : q(transaction)
    , executor(ExecutorPrivate::get(transaction))
    , options(transactionOptions)
    , body(std::move(transactionBody))
{
    executor->setSinkOf(connection);
    m_retryTimer.setSingleShot(true);
    QObject::connect(&m_retryTimer, &QTimer::timeout, q, [this] { begin(); });
    if (CommandSink *sink = executor->sink())
        m_closing = QObject::connect(sink, &CommandSink::closing, q, [this] { stopRetrying(); });
    if (body && executor->sink()) {
        m_entered = executor->sink();
        m_entered->enter();
    }
}

Transaction *TransactionPrivate::makeRefused(QObject *owner, const Error &refusal,
                                             const TransactionOptions &options)
{
    return new Transaction(ExecutorPrivate(refusal), options, {},
                           isInOwnThread(owner) ? owner : nullptr);
}

TransactionPrivate::~TransactionPrivate()
{
    leave();
}

/// It is being destroyed: its jobs end, in whatever state they are.
void TransactionPrivate::abandon()
{
    m_retryTimer.stop();
    QObject::disconnect(m_closing);
    m_lease->disconnect(q);
    CommandSink *sink = executor->sink();
    if (!sink)
        return;
    sink->abandon(m_lease, m_begin.get());
    for (Job *job : q->findChildren<Job *>()) {
        const std::shared_ptr<Command> command = JobPrivate::get(job)->command;
        if (command->lease != m_lease || command->isFinished())
            continue;
        // The server is to stop what it executes of it: the engine awaits the answer.
        if (CommandSink *holder = command->holder)
            holder->cancel(command.get(), Error::TransactionEnded);
        if (command->isFinished())
            continue;
        if (command->isRunning())
            command->recordExecution(Error::Execution::Unknown);
        command->finish(m_lease->lateCommandError());
    }
}

void TransactionPrivate::leave()
{
    if (m_entered)
        m_entered->leave();
    m_entered.clear();
}

void TransactionPrivate::begin()
{
    m_hasStarted = false;
    m_lease = std::make_shared<TransactionLease>();
    m_lease->endsOnConflict = body != nullptr;
    m_lease->isRetry = attempt > 1;
    m_begin = std::make_shared<BeginTransactionCommand>(m_lease, options);
    executor->setLease(m_lease);
    // It changes in the middle of the engine's work.
    QObject::connect(m_lease.get(), &TransactionLease::changed, q, [this] {
        if (JobNotifier *notifier = executor->notifier())
            notifier->postpone();
        QMetaObject::invokeMethod(
            q, [this] { follow(); }, Qt::QueuedConnection);
    });
    if (CommandSink *sink = executor->sink())
        ExecutorPrivate::submitTo(sink, m_begin);
    else
        m_lease->fail(executor->refusal());
}

/// The lease has changed since the event loop had its turn.
void TransactionPrivate::follow()
{
    using LeaseState = TransactionLease::State;
    const QPointer<Transaction> guard(q);
    if (!m_hasStarted && m_lease->wasOpened()) {
        m_hasStarted = true;
        setState(Transaction::State::Active);
        if (guard)
            Q_EMIT q->started(Transaction::QPrivateSignal());
        // What belongs into the transaction cannot be done any more if it is over already.
        if (guard && body && !m_lease->isOver()) {
            // It may delete the transaction, and itself with it.
            const Transaction::Body work = body;
            work(q);
        }
        if (!guard)
            return;
    }
    if (q->isFinished() || m_retryTimer.isActive())
        return;
    switch (m_lease->state()) {
    case LeaseState::Waiting:
    case LeaseState::Open:
        return;
    case LeaseState::Committed:
        finish(Transaction::State::Committed);
        return;
    case LeaseState::RolledBack:
        finish(Transaction::State::RolledBack);
        return;
    case LeaseState::Failed:
        if (mayTryAgain()) {
            tryAgain();
        } else {
            error = m_lease->failure();
            finish(Transaction::State::Failed);
        }
        return;
    }
}

void TransactionPrivate::stopRetrying()
{
    m_retryTimer.stop();
    options.setMaximumAttempts(attempt);
    follow();
}

bool TransactionPrivate::mayTryAgain() const
{
    if (!body || attempt >= options.maximumAttempts() || !executor->sink())
        return false;
    const Error &failure = m_lease->failure();
    if (isConflict(failure))
        return true;
    // Another server may do, if this one has certainly committed nothing.
    return executor->sink()->defaults().hasSeveralHosts
           && failure.execution() != Error::Execution::Unknown
           && (isRefusalOfHost(failure) || failure.code() == Error::ConnectionLost
               || failure.code() == Error::ServerUnavailable);
}

void TransactionPrivate::tryAgain()
{
    const QPointer<Transaction> guard(q);
    m_retryTimer.start(retryDelay(executor->sink()->defaults().retryPolicy, attempt - 1));
    ++attempt;
    setState(Transaction::State::Waiting);
    if (guard)
        Q_EMIT q->attemptChanged(attempt, Transaction::QPrivateSignal());
}

void TransactionPrivate::setState(Transaction::State newState)
{
    state = newState;
    Q_EMIT q->stateChanged(state, Transaction::QPrivateSignal());
}

void TransactionPrivate::finish(Transaction::State newState)
{
    const QPointer<Transaction> guard(q);
    QObject::disconnect(m_closing);
    leave();
    setState(newState);
    if (guard && error)
        Q_EMIT q->errorOccurred(error, Transaction::QPrivateSignal());
    if (guard)
        Q_EMIT q->finished(Transaction::QPrivateSignal());
    if (guard && autoDelete)
        deleteBehindJobs();
}

/// Jobs that are on their way when the transaction fails have not ended yet.
void TransactionPrivate::deleteBehindJobs()
{
    const QObjectList &children = q->children();
    // They end in their order: looking from the end on finds the one to wait for at once.
    for (auto child = children.crbegin(); child != children.crend(); ++child) {
        auto *job = qobject_cast<Job *>(*child);
        if (!job || JobPrivate::get(job)->delivery.hasEmittedFinished())
            continue;
        const auto lookAgain = [this] { deleteBehindJobs(); };
        QObject::connect(job, &Job::finished, q, lookAgain, Qt::QueuedConnection);
        QObject::connect(job, &QObject::destroyed, q, lookAgain, Qt::QueuedConnection);
        return;
    }
    q->deleteLater();
}

Query *TransactionPrivate::executeOwn(const QString &sql)
{
    Query *query = executor->execute(sql, {});
    static_cast<QueryCommand &>(*JobPrivate::get(query)->command).setUsesResponseTimeout();
    return query;
}

Job *TransactionPrivate::end(CommandTraits::TransactionEnd how)
{
    return executor->submit(std::make_shared<EndTransactionCommand>(how));
}

} // namespace AsyncMySql
