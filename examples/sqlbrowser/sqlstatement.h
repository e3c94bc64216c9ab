// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/SqlScript>

#include <QtCore/QString>

using SqlStatement = AsyncMySql::SqlScript::Statement;

/// The statement of \a text at \a position, or the nearest one.
SqlStatement statementAt(const QString &text, qsizetype position,
                         const AsyncMySql::SqlDialect &dialect = {});

/// What the window needs to know about a statement. It does not affect where the statement is
/// executed.
struct StatementTraits
{
    /// Whether it reads rows that can be loaded in portions and read again.
    bool reads = false;
    /// Whether the server can sort its rows as a derived table.
    bool sorts = false;
    /// Whether it changes the schema.
    bool changesSchema = false;
    /// The database of a USE.
    QString database;

    static StatementTraits of(const QString &sql, const AsyncMySql::SqlDialect &dialect = {});
};

/// Returns `name` for use in a statement.
QString quotedName(const QString &name);
