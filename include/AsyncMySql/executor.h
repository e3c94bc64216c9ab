// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>
#include <AsyncMySql/query.h>

#include <QtCore/qobject.h>
#include <QtCore/qvariant.h>

namespace AsyncMySql {

class ASYNCMYSQL_EXPORT Executor : public QObject
{
    Q_OBJECT

public:
    ~Executor() override;

    virtual Query *execute(const QString &sql, const QVariantList &parameters = {}) = 0;
    virtual Query *execute(const QString &sql, const QVariantMap &parameters) = 0;

protected:
    explicit Executor(QObject *parent = nullptr);
};

} // namespace AsyncMySql
