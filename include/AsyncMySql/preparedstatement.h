// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/column.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/global.h>

#include <QtCore/qlist.h>
#include <QtCore/qobject.h>
#include <QtCore/qstringlist.h>
#include <QtCore/qvariant.h>

#include <initializer_list>
#include <memory>
#include <utility>

namespace AsyncMySql {

class Batch;
class PreparedStatementPrivate;
class Query;
class ExecutorPrivate;

class ASYNCMYSQL_EXPORT PreparedStatement : public QObject
{
    Q_OBJECT
    Q_PROPERTY(QString sql READ sql CONSTANT)
    Q_PROPERTY(bool isPrepared READ isPrepared NOTIFY prepared)
    Q_PROPERTY(int parameterCount READ parameterCount NOTIFY prepared)
    Q_PROPERTY(QStringList parameterNames READ parameterNames NOTIFY prepared)

public:
    ~PreparedStatement() override;

    QString sql() const;
    bool isPrepared() const;
    Error error() const;

    int parameterCount() const;
    QStringList parameterNames() const;
    QList<Column> columns() const;

    Query *execute(const QVariantList &parameters = {});
    Query *execute(const QVariantMap &parameters);
    Query *execute(std::initializer_list<std::pair<QString, QVariant>> parameters)
    {
        return execute(QVariantMap(parameters));
    }
    Batch *executeBatch(const QList<QVariantList> &rows);

Q_SIGNALS:
    void prepared(QPrivateSignal);
    void errorOccurred(const AsyncMySql::Error &error, QPrivateSignal);

private:
    friend class ExecutorPrivate;
    PreparedStatement(const std::shared_ptr<ExecutorPrivate> &executor, const QString &sql,
                      QObject *parent);
    std::unique_ptr<PreparedStatementPrivate> d;
};

} // namespace AsyncMySql
