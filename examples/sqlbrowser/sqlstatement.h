// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/QList>
#include <QtCore/QString>

/// One statement of a text with several.
struct SqlStatement
{
    QString text;
    /// Where it starts in the text around it.
    qsizetype start = 0;
    /// Behind its delimiter.
    qsizetype end = 0;

    /// The statements of \a text. Understands the DELIMITER of the mysql client.
    static QList<SqlStatement> split(const QString &text);
    /// The one at \a position, or the nearest one.
    static SqlStatement at(const QString &text, qsizetype position);
};

/// What has to be known of a statement to execute it.
struct StatementTraits
{
    /// Reads rows and changes nothing: it can be executed again, in any session.
    bool reads = false;
    /// The server can sort its rows as those of a derived table.
    bool sorts = false;
    /// Needs something that the statements before have left in their session.
    bool needsSession = false;
    /// Leaves such a thing: a transaction, a variable, a temporary table, a lock.
    bool changesSession = false;
    /// Makes, changes or drops something that the schema shows.
    bool changesSchema = false;
    /// Of USE.
    QString database;

    static StatementTraits of(const QString &sql);
};

/// `name`, for use in a statement.
QString quotedName(const QString &name);
