// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/SqlScript>

#include <QtCore/QString>

using SqlStatement = AsyncMySql::SqlScript::Statement;

/// The statement of \a text at \a position, or the nearest one.
SqlStatement statementAt(const QString &text, qsizetype position,
                         const AsyncMySql::SqlDialect &dialect = {});

/// What the window has to know of a statement. Where it is executed does not depend on it.
struct StatementTraits
{
    /// Reads rows, as those of a table: they can be loaded bit by bit, and read again.
    bool reads = false;
    /// The server can sort its rows as those of a derived table.
    bool sorts = false;
    /// Makes, changes or drops something that the schema shows.
    bool changesSchema = false;
    /// Of USE.
    QString database;

    static StatementTraits of(const QString &sql, const AsyncMySql::SqlDialect &dialect = {});
};

/// `name`, for use in a statement.
QString quotedName(const QString &name);
