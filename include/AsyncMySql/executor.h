// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>
#include <AsyncMySql/query.h>
#include <AsyncMySql/transactionoptions.h>

#include <QtCore/qlist.h>
#include <QtCore/qobject.h>
#include <QtCore/qvariant.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <utility>

namespace AsyncMySql {

class Batch;
class ExecutorPrivate;
class PreparedStatement;
class Transaction;

class ASYNCMYSQL_EXPORT Executor : public QObject
{
    Q_OBJECT

public:
    ~Executor() override;

    virtual Query *execute(const QString &sql, const QVariantList &parameters = {});
    virtual Query *execute(const QString &sql, const QVariantMap &parameters);
    // Without this overload, braces around two strings would be ambiguous: a list or a map.
    Query *execute(const QString &sql,
                   std::initializer_list<std::pair<QString, QVariant>> parameters);

    virtual Batch *executeBatch(const QString &sql, const QList<QVariantList> &rows);
    virtual PreparedStatement *prepare(const QString &sql);
    virtual Transaction *beginTransaction(const TransactionOptions &options = {});
    virtual Transaction *transact(const std::function<void(Transaction *transaction)> &body,
                                  const TransactionOptions &options = {});

protected:
    explicit Executor(QObject *parent = nullptr);

    /// Reserved for later versions, which can add virtual functions through it without breaking
    /// binary compatibility. Do not override it.
    virtual void virtual_hook(int id, void *data);

private:
    friend class ExecutorPrivate;
    std::shared_ptr<ExecutorPrivate> d;
};

} // namespace AsyncMySql
