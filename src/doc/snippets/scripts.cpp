// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What the documentation shows of texts with several statements.

#include "window.h"

#include <AsyncMySql/SqlScript>
#include <AsyncMySql/SqlTokenizer>

using namespace AsyncMySql;

void Window::scripts(const QString &text)
{
    //! [script]
    SqlScript script(text, connection->sqlDialect());
    while (const auto statement = script.next())
        connection->execute(statement->text);
    //! [script]
}

void Window::dialects(SqlScript &script)
{
    //! [dialect]
    script.setDialect(connection->sqlDialect());
    const std::optional<SqlScript::Statement> statement = script.next();
    //! [dialect]
    Q_UNUSED(statement)
}

void Window::colours(const QString &line)
{
    //! [tokenizer]
    SqlTokenizer tokenizer(line, connection->sqlDialect());
    while (const auto token = tokenizer.next())
        colour(token->start, token->length, token->kind);
    //! [tokenizer]
}
