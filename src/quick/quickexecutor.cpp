// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickexecutor.h"

#include "quickbatch.h"
#include "quicklease.h"
#include "quickquery.h"
#include "quicktransaction.h"
#include "scriptvalues.h"

#include <AsyncMySql/batch.h>
#include <AsyncMySql/executor.h>
#include <AsyncMySql/transactionoptions.h>

#include <QtCore/qmetaobject.h>
#include <QtQml/qjsengine.h>
#include <QtQml/qqmlinfo.h>

#include <optional>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

/// Returns std::nullopt, and the reason in \a mistake, if \a values has an unknown option: it is
/// safer to fail than to start a transaction with other options than the caller intended.
std::optional<TransactionOptions> transactionOptions(const QVariantMap &values, QString *mistake)
{
    using Level = TransactionOptions::IsolationLevel;
    const QMetaEnum levels = QMetaEnum::fromType<Level>();
    TransactionOptions options;
    for (auto it = values.begin(); it != values.end(); ++it) {
        if (it.key() == "readOnly"_L1) {
            options.setReadOnly(it->toBool());
        } else if (it.key() == "consistentSnapshot"_L1) {
            options.setConsistentSnapshot(it->toBool());
        } else if (it.key() != "isolationLevel"_L1) {
            *mistake = u"Transactions have no option \"%1\""_s.arg(it.key());
            return {};
        } else if (it->isValid()) {
            const bool isName = it->typeId() == QMetaType::QString;
            bool isKnown = !isName && levels.valueToKey(it->toInt());
            const int level
                = isName ? levels.keyToValue(it->toString().toLatin1().constData(), &isKnown)
                         : it->toInt();
            if (!isKnown) {
                *mistake = u"Unknown isolation level %1"_s.arg(it->toString());
                return {};
            }
            options.setIsolationLevel(static_cast<Level>(level));
        }
    }
    return options;
}

} // namespace

QuickQuery *QuickExecutor::executeTask(const QString &sql, const QJSValue &parameters)
{
    Executor *const own = executorOrError();
    if (!own)
        return nullptr;
    auto *query = new QuickQuery;
    query->stand(Quick::execute(own, sql, Quick::parameterValues(QVariant::fromValue(parameters))));
    return release(query);
}

QuickBatch *QuickExecutor::batchTask(const QString &sql, const QJSValue &rows)
{
    Executor *const own = executorOrError();
    if (!own)
        return nullptr;
    const std::optional<QList<QVariantList>> list = Quick::batchRows(rows, scriptEngine());
    if (!list)
        return nullptr;
    return release(new QuickBatch(own->executeBatch(sql, *list)));
}

QuickTransaction *QuickExecutor::transactionTask(const QVariantMap &options)
{
    Executor *const own = executorOrError();
    if (!own)
        return nullptr;
    QString mistake;
    const std::optional<TransactionOptions> checked = transactionOptions(options, &mistake);
    if (!checked) {
        throwError(mistake);
        return nullptr;
    }
    return release(new QuickTransaction(own->beginTransaction(*checked)));
}

/// JavaScript may refer to a transaction that has ended, or a lease that was released.
Executor *QuickExecutor::executorOrError()
{
    Executor *const own = executor();
    if (!own)
        throwError(m_ended);
    return own;
}

QuickJob *QuickExecutor::jobTask(Job *job)
{
    auto *task = new QuickJob;
    task->follow(job);
    return release(task);
}

void QuickExecutor::prepare(QuickTask *task)
{
    task->setEndOfConnection(endOfConnection());
    task->setSelfOwned(scriptEngine());
    taskMade(task);
}

void QuickExecutor::throwError(const QString &message) const
{
    if (QJSEngine *const script = scriptEngine())
        script->throwError(message);
}

namespace Quick {

namespace {

Executor *executorOf(QObject *object)
{
    if (auto *own = dynamic_cast<QuickExecutor *>(object))
        return own->executor();
    return qobject_cast<Executor *>(object);
}

} // namespace

void ConnectionReference::set(const QObject *user, QObject *object)
{
    m_object.clear();
    m_lease = QJSValue();
    if (!object)
        return;
    if (!dynamic_cast<QuickExecutor *>(object) && !qobject_cast<Executor *>(object)) {
        qmlWarning(user) << "A " << object->metaObject()->className()
                         << " is not a Connection, Pool, Transaction or Lease";
        return;
    }
    m_object = object;
    if (auto *lease = qobject_cast<QuickLease *>(object))
        m_lease = lease->reference();
}

Executor *ConnectionReference::executor() const
{
    return executorOf(m_object);
}

Error ConnectionReference::errorOfEnd() const
{
    const auto *own = dynamic_cast<const QuickExecutor *>(m_object.data());
    return own && !executor() ? Error(Error::ConnectionClosed, own->reasonOfEnd()) : Error();
}

EndOfConnection ConnectionReference::endOfConnection() const
{
    const auto *own = dynamic_cast<const QuickExecutor *>(m_object.data());
    return own ? own->endOfConnection() : EndOfConnection();
}

} // namespace Quick
} // namespace AsyncMySql
