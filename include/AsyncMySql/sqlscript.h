// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>
#include <AsyncMySql/sqldialect.h>

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <memory>
#include <optional>

namespace AsyncMySql {

class SqlScriptPrivate;

class ASYNCMYSQL_EXPORT SqlScript
{
    Q_DISABLE_COPY(SqlScript)

public:
    struct Statement
    {
        QString text;
        qsizetype start = 0;
        qsizetype end = 0;
    };

    explicit SqlScript(const QString &text = {}, const SqlDialect &dialect = {});
    SqlScript(SqlScript &&other) noexcept;
    SqlScript &operator=(SqlScript &&other) noexcept;
    ~SqlScript();

    SqlDialect dialect() const;
    void setDialect(const SqlDialect &dialect);
    QString delimiter() const;

    std::optional<Statement> next();

    static QList<Statement> split(const QString &text, const SqlDialect &dialect = {});

private:
    std::unique_ptr<SqlScriptPrivate> d;
};

} // namespace AsyncMySql
