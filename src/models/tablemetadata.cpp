// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablemetadata.h"

#include "sqlwrapping.h"

#include <AsyncMySql/row.h>

#include <algorithm>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

struct UniqueKey
{
    QString name;
    QList<int> columns;
    bool isUsable = true;
};

QList<UniqueKey> uniqueKeys(const TableMetadata &table, const RowChunks &indexes)
{
    QList<UniqueKey> keys;
    for (qsizetype i = 0; i < indexes.rowCount(); ++i) {
        const Row row = indexes.row(i);
        if (row.value<int>("Non_unique") != 0)
            continue;
        const QString name = row.text("Key_name");
        if (keys.isEmpty() || keys.constLast().name != name)
            keys.append({name, {}, true});
        // A part that is an expression has no column (MySQL).
        const int column = table.indexOf(row.text("Column_name"));
        keys.last().columns.append(column);
        // Several rows may have NULL in a unique key.
        if (column < 0 || table.columns[column].isNullable)
            keys.last().isUsable = false;
    }
    return keys;
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
    const QList<UniqueKey> keys = uniqueKeys(table, indexes);
    const auto isPrimary
        = [](const UniqueKey &candidate) { return candidate.name == "PRIMARY"_L1; };
    auto found = std::find_if(keys.begin(), keys.end(), isPrimary);
    if (found == keys.end()) {
        found = std::find_if(keys.begin(), keys.end(),
                             [](const UniqueKey &candidate) { return candidate.isUsable; });
    }
    if (found != keys.end())
        table.key = found->columns;
    return table;
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
