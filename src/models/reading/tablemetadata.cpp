// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablemetadata.h"

#include "sqlwrapping.h"

#include <AsyncMySql/row.h>

#include <algorithm>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

/// By the optimizer. MySQL and MariaDB have different columns for it.
bool isIgnored(const Row &index)
{
    const int visible = index.indexOf("Visible");
    const int ignored = index.indexOf("Ignored");
    return (visible >= 0 && index.text(visible) == "NO"_L1)
           || (ignored >= 0 && index.text(ignored) == "YES"_L1);
}

QList<TableIndex> indexesOf(const TableMetadata &table, const RowChunks &rows)
{
    QList<TableIndex> indexes;
    for (qsizetype i = 0; i < rows.rowCount(); ++i) {
        const Row row = rows.row(i);
        const QString name = row.text("Key_name");
        if (indexes.isEmpty() || indexes.constLast().name != name) {
            indexes.append({name,
                            row.value<int>("Non_unique") == 0,
                            !isIgnored(row) && row.text("Index_type") == "BTREE"_L1,
                            {}});
        }
        // A part that is an expression has no column (MySQL).
        indexes.last().parts.append({table.indexOf(row.text("Column_name")),
                                     row.text("Collation") == "D"_L1, row.isNull("Sub_part")});
    }
    return indexes;
}

/// Whether its columns identify a row. Several rows may have NULL in a unique key.
bool identifiesRows(const TableMetadata &table, const TableIndex &index)
{
    return index.isUnique
           && std::all_of(index.parts.begin(), index.parts.end(),
                          [&](const TableIndex::Part &part) {
                              return part.column >= 0 && !table.columns[part.column].isNullable;
                          });
}

} // namespace

QStringList TableMetadata::columnNames() const
{
    QStringList names;
    for (const TableColumn &column : columns)
        names.append(column.name);
    return names;
}

int TableMetadata::indexOf(const QString &name) const
{
    for (int i = 0; i < columns.size(); ++i) {
        if (columns[i].name.compare(name, Qt::CaseInsensitive) == 0)
            return i;
    }
    return -1;
}

TableMetadata TableMetadata::from(const QString &quotedName, const RowChunks &columns,
                                  const RowChunks &indexes)
{
    TableMetadata table;
    table.quotedName = quotedName;
    for (qsizetype i = 0; i < columns.rowCount(); ++i) {
        const Row row = columns.row(i);
        TableColumn column;
        column.name = row.text("Field");
        column.type = row.text("Type");
        column.collation = row.text("Collation");
        column.isNullable = row.text("Null") == "YES"_L1;
        const QString extra = row.text("Extra").toLower();
        // "DEFAULT_GENERATED" is a default (MySQL).
        column.isGenerated = extra.contains("virtual generated"_L1)
                             || extra.contains("stored generated"_L1)
                             || extra.contains("persistent"_L1);
        column.isAutoIncrement = extra.contains("auto_increment"_L1);
        table.columns.append(column);
    }
    table.indexes = indexesOf(table, indexes);
    const auto isPrimary = [](const TableIndex &index) { return index.name == "PRIMARY"_L1; };
    auto found = std::find_if(table.indexes.begin(), table.indexes.end(), isPrimary);
    if (found == table.indexes.end()) {
        found = std::find_if(table.indexes.begin(), table.indexes.end(),
                             [&](const TableIndex &index) { return identifiesRows(table, index); });
    }
    if (found != table.indexes.end()) {
        for (const TableIndex::Part &part : found->parts)
            table.key.append(part.column);
    }
    return table;
}

QString engineOf(const RowChunks &definition)
{
    if (definition.rowCount() == 0 || definition.row(0).columnCount() < 2)
        return {};
    // Line breaks in comments and defaults are escaped.
    const QString text = definition.row(0).text(1);
    const auto mark = "\n) ENGINE="_L1;
    const qsizetype begin = text.lastIndexOf(mark);
    return begin < 0 ? QString()
                     : text.mid(begin + mark.size()).section(u' ', 0, 0).trimmed().toLower();
}

QString quotedTableName(const QString &name)
{
    QStringList parts(QString{});
    bool isQuoted = false;
    for (qsizetype i = 0; i < name.size(); ++i) {
        const QChar c = name[i];
        if (c == u'`') {
            // Two quotes are one within quotes.
            if (isQuoted && i + 1 < name.size() && name[i + 1] == c)
                parts.last().append(name[++i]);
            else
                isQuoted = !isQuoted;
        } else if (c == u'.' && !isQuoted) {
            parts.append(QString());
        } else {
            parts.last().append(c);
        }
    }
    if (isQuoted || parts.size() > 2)
        return {};
    for (QString &part : parts) {
        part = quoted(part);
        if (part.isEmpty())
            return {};
    }
    return parts.join(u'.');
}

} // namespace AsyncMySql::Models
