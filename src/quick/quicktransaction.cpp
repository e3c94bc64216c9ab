// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quicktransaction.h"

#include "scriptvalues.h"

#include <AsyncMySql/batch.h>
#include <AsyncMySql/query.h>

#include <QtQml/qjsengine.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

/*!
    \qmltype Transaction
    \inherits Task
    \inqmlmodule AsyncMySql
    \brief Statements that take effect together or not at all.

    Made by Connection::beginTransaction(). It has the connection for itself until commit() or
    rollback(): one of them must be called, also if JavaScript has forgotten the transaction.
    Where a statement has failed, a commit() that was called before that was known does not commit.
    then() calls its function when the transaction is committed, failed() otherwise; a transaction
    that was rolled back on demand calls then()'s function, too: \c state tells.

    \code
    const transaction = shop.beginTransaction()
    transaction.execute("DELETE FROM carts WHERE customer = ?", [customer])
    transaction.commit()
    transaction.failed(error => banner.show(error.message))
    \endcode
*/

QuickTransaction::QuickTransaction(Transaction *transaction, QObject *parent)
    : QuickTask(parent)
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

    \c Transaction.Waiting, \c Transaction.Active, \c Transaction.Committed, \c Transaction.RolledBack
    or \c Transaction.Failed.
*/

/*!
    \qmlmethod Query Transaction::execute(string sql, var parameters)

    As Connection::execute() with \a sql and \a parameters, in the transaction. After its end it throws.
*/
QuickQuery *QuickTransaction::execute(const QString &sql, const QJSValue &parameters)
{
    if (!isThere())
        return nullptr;
    return queryFor(Quick::execute(m_transaction, sql,
                                   Quick::parameterValues(QVariant::fromValue(parameters))));
}

/*!
    \qmlmethod Batch Transaction::executeBatch(string sql, array rows)

    As Connection::executeBatch() with \a sql and \a rows, in the transaction.
*/
QuickBatch *QuickTransaction::executeBatch(const QString &sql, const QJSValue &rows)
{
    if (!isThere())
        return nullptr;
    const std::optional<QList<QVariantList>> list = Quick::batchRows(rows, engine());
    if (!list)
        return nullptr;
    auto *batch = new QuickBatch(m_transaction->executeBatch(sql, *list));
    batch->setEndOfConnection(endOfConnection());
    batch->belongToItself(engine());
    return batch;
}

/*!
    \qmlmethod Query Transaction::savepoint(string name)

    Sets the savepoint \a name, to which rollbackTo() goes back.
*/
QuickQuery *QuickTransaction::savepoint(const QString &name)
{
    return isThere() ? queryFor(m_transaction->savepoint(name)) : nullptr;
}

/*!
    \qmlmethod Query Transaction::rollbackTo(string savepoint)

    Undoes what was done since \a savepoint.
*/
QuickQuery *QuickTransaction::rollbackTo(const QString &savepoint)
{
    return isThere() ? queryFor(m_transaction->rollbackTo(savepoint)) : nullptr;
}

/*!
    \qmlmethod Query Transaction::releaseSavepoint(string name)

    Forgets the savepoint \a name.
*/
QuickQuery *QuickTransaction::releaseSavepoint(const QString &name)
{
    return isThere() ? queryFor(m_transaction->releaseSavepoint(name)) : nullptr;
}

/*!
    \qmlmethod Task Transaction::commit()

    Ends the transaction: what was done takes effect. Returns the task of the commit.
*/
QuickTask *QuickTransaction::commit()
{
    return isThere() ? endOf(m_transaction->commit()) : nullptr;
}

/*!
    \qmlmethod Task Transaction::rollback()

    Ends the transaction: nothing was done. Returns the task of it.
*/
QuickTask *QuickTransaction::rollback()
{
    return isThere() ? endOf(m_transaction->rollback()) : nullptr;
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

QuickQuery *QuickTransaction::queryFor(Query *query)
{
    auto *task = new QuickQuery;
    task->setEndOfConnection(endOfConnection());
    task->stand(query);
    task->belongToItself(engine());
    return task;
}

QuickTask *QuickTransaction::endOf(Job *job)
{
    auto *task = new QuickJob;
    task->setEndOfConnection(endOfConnection());
    task->follow(job);
    task->belongToItself(engine());
    return task;
}

/// JavaScript may hold a transaction for longer than there is one.
bool QuickTransaction::isThere()
{
    if (m_transaction)
        return true;
    if (QJSEngine *script = engine())
        script->throwError(u"The transaction has ended"_s);
    return false;
}

} // namespace AsyncMySql
