// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>
#include <AsyncMySql/query.h>

#include <QtCore/qlist.h>
#include <QtCore/qobject.h>
#include <QtCore/qvariant.h>

#include <initializer_list>
#include <utility>

namespace AsyncMySql {

class Batch;
class PreparedStatement;

class ASYNCMYSQL_EXPORT Executor : public QObject
{
    Q_OBJECT

public:
    ~Executor() override;

    virtual Query *execute(const QString &sql, const QVariantList &parameters = {}) = 0;
    virtual Query *execute(const QString &sql, const QVariantMap &parameters) = 0;
    // Without it braces around two strings could be a list as well as a map.
    Query *execute(const QString &sql,
                   std::initializer_list<std::pair<QString, QVariant>> parameters)
    {
        return execute(sql, QVariantMap(parameters));
    }

    virtual Batch *executeBatch(const QString &sql, const QList<QVariantList> &rows) = 0;
    virtual PreparedStatement *prepare(const QString &sql) = 0;

protected:
    explicit Executor(QObject *parent = nullptr);
};

} // namespace AsyncMySql
