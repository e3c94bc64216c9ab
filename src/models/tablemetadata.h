// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowchunks.h"
#include "tablecolumn.h"

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>

namespace AsyncMySql::Models {

/// The metadata of a table that is needed to write its rows.
struct TableMetadata
{
    /// In backticks, with the database if it was set.
    QString quotedName;
    QList<TableColumn> columns;
    /// The indexes of the columns that identify a row: those of the primary key, or of the first
    /// unique key without NULL. Empty if there is none.
    QList<int> key;

    bool canWrite() const { return !key.isEmpty(); }
    QStringList columnNames() const;
    int indexOf(const QString &name) const;

    /// Reads the results of SHOW FULL COLUMNS and SHOW INDEX.
    static TableMetadata from(const QString &quotedName, const RowChunks &columns,
                              const RowChunks &indexes);
};

/// Quotes "shop.articles"; parts with dots must be in backticks. Returns an empty text if it is not
/// a name.
[[nodiscard]] QString quotedTableName(const QString &name);

} // namespace AsyncMySql::Models
