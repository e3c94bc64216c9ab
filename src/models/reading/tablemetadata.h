// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowchunks.h"
#include "tablecolumn.h"

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>

namespace AsyncMySql::Models {

/// An index as SHOW INDEX describes it.
struct TableIndex
{
    struct Part
    {
        /// Negative for an expression.
        int column = -1;
        bool descending = false;
        /// Whether it contains the whole value, not only its beginning.
        bool isWhole = true;
    };

    QString name;
    bool isUnique = false;
    /// Whether the server can read rows in its order.
    bool isOrdered = false;
    QList<Part> parts;
};

/// The metadata of a table that is needed to write its rows, and to read them by their key.
struct TableMetadata
{
    /// In backticks, with the database if it was set.
    QString quotedName;
    QList<TableColumn> columns;
    /// The indexes of the columns that identify a row: those of the primary key, or of the first
    /// unique key without NULL. Empty if there is none.
    QList<int> key;
    QList<TableIndex> indexes;
    /// In lower case: "innodb". Empty if it is not known.
    QString engine = {};

    bool canWrite() const { return !key.isEmpty(); }
    QStringList columnNames() const;
    int indexOf(const QString &name) const;

    /// Reads the results of SHOW FULL COLUMNS and SHOW INDEX.
    static TableMetadata from(const QString &quotedName, const RowChunks &columns,
                              const RowChunks &indexes);
};

/// Returns the engine of a table from the result of SHOW CREATE TABLE, in lower case; empty for a
/// view.
[[nodiscard]] QString engineOf(const RowChunks &definition);

/// Quotes "shop.articles"; parts with dots must be in backticks. Returns an empty text if it is not
/// a name.
[[nodiscard]] QString quotedTableName(const QString &name);

} // namespace AsyncMySql::Models
