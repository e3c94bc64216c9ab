// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quicktransaction.h"

#include <AsyncMySql/batch.h>
#include <AsyncMySql/query.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

/*!
    \qmltype Transaction
    \inherits Task
    \inqmlmodule AsyncMySql
    \brief Statements that take effect together or not at all.

    Connection::beginTransaction() returns a Transaction. It has exclusive use of the connection, or
    of one session of a pool, until commit() or rollback() is called: call one of them even if
    JavaScript no longer refers to the transaction. If a statement fails, a commit() that was called
    before the failure was reported does not commit. The function passed to then() is called when
    the transaction was committed, or rolled back by rollback(): check \c state. Otherwise the
    function passed to failed() is called.

    \snippet Jobs.qml transaction
*/

QuickTransaction::QuickTransaction(Transaction *transaction, QObject *parent)
    : QuickTask(parent)
    , QuickExecutor(u"The transaction has ended"_s)
    , m_transaction(transaction)
{
    connect(transaction, &Transaction::stateChanged, this, [this](Transaction::State state) {
        if (state == Transaction::State::Active)
            setState(State::Active);
    });
    connect(transaction, &Transaction::started, this, &QuickTransaction::started);
    connect(transaction, &Transaction::finished, this, &QuickTransaction::transactionFinished);
    connect(transaction, &QObject::destroyed, this, [this] {
        if (m_state == State::Waiting || m_state == State::Active) {
            m_finalState = State::Failed;
            end(Error(Error::ConnectionClosed, u"The connection was destroyed"_s));
        }
    });
}

QuickTransaction::~QuickTransaction()
{
    if (m_transaction && !m_transaction->isFinished()) {
        m_transaction->disconnect(this);
        delete m_transaction;
    }
}

/*!
    \qmlproperty enumeration Transaction::state

    This property holds the state of the transaction: \c Transaction.Waiting, \c Transaction.Active,
    \c Transaction.Committed, \c Transaction.RolledBack or \c Transaction.Failed.
*/

/*!
    \qmlmethod Query Transaction::execute(string sql, var parameters)

    Executes \a sql with \a parameters in the transaction: see Connection::execute(). Throws an
    error if the transaction has ended.
*/
QuickQuery *QuickTransaction::execute(const QString &sql, const QJSValue &parameters)
{
    return executeTask(sql, parameters);
}

/*!
    \qmlmethod Batch Transaction::executeBatch(string sql, array rows)

    Executes \a sql for \a rows in the transaction: see Connection::executeBatch().
*/
QuickBatch *QuickTransaction::executeBatch(const QString &sql, const QJSValue &rows)
{
    return batchTask(sql, rows);
}

/*!
    \qmlmethod Query Transaction::savepoint(string name)

    Sets the savepoint \a name, to which rollbackTo() can return.
*/
QuickQuery *QuickTransaction::savepoint(const QString &name)
{
    return executorOrError() ? queryTask(m_transaction->savepoint(name)) : nullptr;
}

/*!
    \qmlmethod Query Transaction::rollbackTo(string savepoint)

    Undoes all changes since \a savepoint.
*/
QuickQuery *QuickTransaction::rollbackTo(const QString &savepoint)
{
    return executorOrError() ? queryTask(m_transaction->rollbackTo(savepoint)) : nullptr;
}

/*!
    \qmlmethod Query Transaction::releaseSavepoint(string name)

    Releases the savepoint \a name. Its changes are kept.
*/
QuickQuery *QuickTransaction::releaseSavepoint(const QString &name)
{
    return executorOrError() ? queryTask(m_transaction->releaseSavepoint(name)) : nullptr;
}

/*!
    \qmlmethod Task Transaction::commit()

    Commits the transaction, so that its changes take effect. Returns the task of the commit.
*/
QuickTask *QuickTransaction::commit()
{
    return executorOrError() ? jobTask(m_transaction->commit()) : nullptr;
}

/*!
    \qmlmethod Task Transaction::rollback()

    Rolls the transaction back, which undoes its changes. Returns the task of the rollback.
*/
QuickTask *QuickTransaction::rollback()
{
    return executorOrError() ? jobTask(m_transaction->rollback()) : nullptr;
}

void QuickTransaction::aboutToFinish()
{
    setState(m_finalState);
}

void QuickTransaction::transactionFinished()
{
    switch (m_transaction->state()) {
    case Transaction::State::Committed:
        m_finalState = State::Committed;
        break;
    case Transaction::State::RolledBack:
        m_finalState = State::RolledBack;
        break;
    default:
        m_finalState = State::Failed;
        break;
    }
    m_transaction->disconnect(this);
    end(m_transaction->error());
}

void QuickTransaction::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged();
}

QuickQuery *QuickTransaction::queryTask(Query *query)
{
    auto *task = new QuickQuery;
    task->stand(query);
    return release(task);
}

} // namespace AsyncMySql
