// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowchunks.h"

#include <QtCore/qlist.h>
#include <QtCore/qstringlist.h>

namespace AsyncMySql::Models {

/// A column as SHOW FULL COLUMNS tells of it.
struct TableColumn
{
    QString name;
    /// "decimal(10,2) unsigned"
    QString type;
    bool isNullable = true;
    bool isGenerated = false;
    bool isAutoIncrement = false;
    /// Of texts; empty for all else.
    QString collation = {};

    /// In lower case: "decimal".
    QString typeName() const;
    /// The numbers between the brackets: 10 and 2.
    QList<int> arguments() const;
    bool isUnsigned() const;
    /// Of an ENUM or a SET.
    QStringList words() const;
};

/// What has to be known of a table to write its rows.
struct TableMetadata
{
    /// With the database if it was given, between backticks.
    QString quotedName;
    QList<TableColumn> columns;
    /// The indexes of the columns that tell rows apart: of the primary key, or else of the first
    /// unique one without NULL. Empty if there is none.
    QList<int> key;

    bool canWrite() const { return !key.isEmpty(); }
    QStringList columnNames() const;
    int indexOf(const QString &name) const;

    /// Of the results of SHOW FULL COLUMNS and SHOW INDEX.
    static TableMetadata from(const QString &quotedName, const RowChunks &columns,
                              const RowChunks &indexes);
};

/// "shop.articles", or with backticks around parts that have dots in them, as SQL has it. Empty if
/// it is no name.
[[nodiscard]] QString quotedTableName(const QString &name);

} // namespace AsyncMySql::Models
