// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>
#include <AsyncMySql/sqldialect.h>

#include <QtCore/qstringview.h>

#include <memory>
#include <optional>

namespace AsyncMySql {

class SqlTokenizerPrivate;

class ASYNCMYSQL_EXPORT SqlTokenizer
{
    Q_DISABLE_COPY_MOVE(SqlTokenizer)

public:
    struct Token
    {
        enum class Kind { Comment, String, Identifier, Word, Number, Variable, Symbol };

        Kind kind = Kind::Symbol;
        qsizetype start = 0;
        qsizetype length = 0;

        qsizetype end() const { return start + length; }
    };

    explicit SqlTokenizer(QStringView text, const SqlDialect &dialect = {}, int state = 0);
    ~SqlTokenizer();

    std::optional<Token> next();
    int state() const;

private:
    std::unique_ptr<SqlTokenizerPrivate> d;
};

} // namespace AsyncMySql
