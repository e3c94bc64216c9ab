// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowchunks.h"
#include "tablecolumn.h"

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtCore/qstringlist.h>

namespace AsyncMySql::Models {

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
