// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "transaction_p.h"

#include "commandsink.h"
#include "job_p.h"
#include "retrydelay.h"
#include "threadaffinity.h"

#include <QtCore/qpointer.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

/*!
    \class AsyncMySql::Transaction
    \inmodule AsyncMySql
    \brief A transaction, which has its connection for itself until it ends.

    It is created by Connection::beginTransaction(). It has the verbs of a connection; jobs can be
    created at once, and wait until the transaction has begun. Jobs of the connection itself wait
    until it is over, so nothing of them slips in.

    \code
    Transaction *transaction = connection->beginTransaction();
    transaction->execute("INSERT INTO orders (customer) VALUES (?)", {customer});
    transaction->execute("UPDATE customers SET orders = orders + 1 WHERE id = ?", {customer});
    transaction->commit();
    connect(transaction, &Transaction::errorOccurred, this, &Window::showError);
    \endcode

    A commit() that is given ahead, as here, commits only if all jobs before it go well: if one fails,
    is cancelled or deleted, or exceeds one of its limits, the transaction fails with that error, and
    is rolled back. "Ahead" means before the job has emitted its errorOccurred(). Without such a
    commit(), a job that fails does not end the transaction: its slot can try something else, and
    commit what went well. A job that is deleted before it was sent, and before commit() is called,
    does not count.

    Where the server has ended the transaction (a deadlock, a statement that commits implicitly), or
    the connection is lost, the jobs that come later fail with Error::TransactionEnded, commit()
    included; nothing of them is executed outside of the transaction.

    Destroying a transaction that has not ended rolls it back. After finished() it deletes itself,
    and its jobs with it, unless autoDelete is false; jobs that have not ended by then end first.

    A transaction can be given another parent, and so can its jobs and prepared statements. When the
    connection is destroyed, the transaction fails with Error::ConnectionClosed, and so does what it
    is asked for later. Jobs that outlive a transaction which is destroyed while they wait end with
    Error::TransactionEnded.

    \section1 When the connection is lost

    Nothing of a transaction is ever sent twice. It fails, and its error() tells what became of it:
    Error::execution() is Error::Execution::Rejected if the server has certainly undone it, as it does
    with every transaction that was not committed, and Error::Execution::Unknown if the connection
    went while COMMIT, or a statement that can commit by itself, was on its way. What was done in tables of an engine without transactions
    (MyISAM) stays.
*/

/*!
    \fn void AsyncMySql::Transaction::started()

    The transaction has begun. It comes again with every attempt of Connection::transact().
*/

/*!
    \fn void AsyncMySql::Transaction::errorOccurred(const AsyncMySql::Error &error)

    The transaction has failed with \a error. finished() follows.
*/

/*!
    \fn void AsyncMySql::Transaction::finished()

    The transaction has ended; state() says how. It comes once.
*/

Transaction::Transaction(const JobFactory &factory, const TransactionOptions &options, Body body,
                         QObject *parent)
    : Executor(parent)
    , d(std::make_unique<TransactionPrivate>(this, factory, options, std::move(body)))
{
    d->begin();
}

/*!
    Rolls the transaction back if it has not ended.
*/
Transaction::~Transaction() = default;

/*!
    \property AsyncMySql::Transaction::state
    \brief where the transaction stands.
*/
Transaction::State Transaction::state() const
{
    return d->state;
}

/*! Whether the transaction has ended. */
bool Transaction::isFinished() const
{
    return d->state >= State::Committed;
}

/*!
    \property AsyncMySql::Transaction::error
    \brief why the transaction failed.
*/
Error Transaction::error() const
{
    return d->error;
}

/*!
    \property AsyncMySql::Transaction::attempt
    \brief which attempt of Connection::transact() this is, from 1 on.
*/
int Transaction::attempt() const
{
    return d->attempt;
}

/*!
    \property AsyncMySql::Transaction::autoDelete
    \brief whether the transaction deletes itself (deleteLater()) after finished(). The default is
    true.
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

Query *Transaction::execute(const QString &sql, const QVariantList &parameters)
{
    return d->factory->execute(sql, parameters);
}

Query *Transaction::execute(const QString &sql, const QVariantMap &parameters)
{
    return d->factory->execute(sql, parameters);
}

Batch *Transaction::executeBatch(const QString &sql, const QList<QVariantList> &rows)
{
    return d->factory->executeBatch(sql, rows);
}

PreparedStatement *Transaction::prepare(const QString &sql)
{
    return d->factory->prepare(sql);
}

namespace {

Error nested()
{
    return Error(Error::NotSupported, u"Transactions cannot be nested: use savepoint()"_s);
}

/// Without control over the dialect: backticks are right in every one, and a name that needs more
/// than doubling them is refused by the server.
QString quoted(QString name)
{
    return u'`' + name.replace(u'`', "``"_L1) + u'`';
}

} // namespace

/*!
    Fails with Error::NotSupported, whatever the \a options: transactions do not nest. Use
    savepoint().
*/
Transaction *Transaction::beginTransaction(const TransactionOptions &options)
{
    return TransactionPrivate::makeRefused(this, nested(), options);
}

/*!
    Fails as beginTransaction() does, whatever the \a options, and does not call \a body.
*/
Transaction *Transaction::transact(const Body &body, const TransactionOptions &options)
{
    Q_UNUSED(body)
    return TransactionPrivate::makeRefused(this, nested(), options);
}

/*!
    Marks a point with \a name that rollbackTo() can go back to. A second one of the same name takes
    the place of the first.
*/
Query *Transaction::savepoint(const QString &name)
{
    return d->executeOwn(u"SAVEPOINT "_s + quoted(name));
}

/*! Undoes what was done since \a savepoint; the transaction goes on from there. */
Query *Transaction::rollbackTo(const QString &savepoint)
{
    return d->executeOwn(u"ROLLBACK TO SAVEPOINT "_s + quoted(savepoint));
}

/*! Forgets the savepoint \a name; what was done since stays. */
Query *Transaction::releaseSavepoint(const QString &name)
{
    return d->executeOwn(u"RELEASE SAVEPOINT "_s + quoted(name));
}

/*!
    Commits the transaction behind the jobs that wait in it, if all jobs whose end is not reported yet
    go well. The returned job tells how it went, as does finished().
*/
Job *Transaction::commit()
{
    return d->end(CommandTraits::TransactionEnd::Commit);
}

/*! Rolls the transaction back behind the jobs that wait in it. */
Job *Transaction::rollback()
{
    return d->end(CommandTraits::TransactionEnd::Rollback);
}

TransactionPrivate::TransactionPrivate(Transaction *transaction,
                                       const JobFactory &connectionFactory,
                                       const TransactionOptions &transactionOptions,
                                       Transaction::Body transactionBody)
    : q(transaction)
    , factory(connectionFactory.makeFor(transaction))
    , options(transactionOptions)
    , body(std::move(transactionBody))
{
    m_retryTimer.setSingleShot(true);
    QObject::connect(&m_retryTimer, &QTimer::timeout, q, [this] { begin(); });
    if (CommandSink *sink = factory->sink())
        m_closing = QObject::connect(sink, &CommandSink::closing, q, [this] { stopRetrying(); });
}

Transaction *TransactionPrivate::makeRefused(QObject *owner, const Error &refusal,
                                             const TransactionOptions &options)
{
    return new Transaction(JobFactory(refusal), options, {},
                           isInOwnThread(owner) ? owner : nullptr);
}

TransactionPrivate::~TransactionPrivate()
{
    if (CommandSink *sink = factory->sink())
        sink->abandon(m_lease, m_begin.get());
}

void TransactionPrivate::begin()
{
    m_hasStarted = false;
    m_lease = std::make_shared<TransactionLease>();
    m_lease->endsOnConflict = body != nullptr;
    m_begin = std::make_shared<BeginTransactionCommand>(m_lease, options);
    factory->setLease(m_lease);
    // It changes in the middle of the engine's work.
    QObject::connect(
        m_lease.get(), &TransactionLease::changed, q, [this] { follow(); }, Qt::QueuedConnection);
    if (CommandSink *sink = factory->sink())
        sink->submit(m_begin);
    else
        m_lease->fail(factory->refusal());
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
    return body && isConflict(m_lease->failure()) && attempt < options.maximumAttempts()
           && factory->sink();
}

void TransactionPrivate::tryAgain()
{
    const QPointer<Transaction> guard(q);
    m_retryTimer.start(retryDelay(factory->sink()->defaults().retryPolicy, attempt - 1));
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
    Query *query = factory->execute(sql, {});
    static_cast<QueryCommand &>(*JobPrivate::get(query)->command).setUsesResponseTimeout();
    return query;
}

Job *TransactionPrivate::end(CommandTraits::TransactionEnd how)
{
    return factory->submit(std::make_shared<EndTransactionCommand>(how));
}

} // namespace AsyncMySql
