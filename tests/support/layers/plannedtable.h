// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "pageplan.h"
#include "resultbuilder.h"

#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <variant>

/// What is known of a table, as if a server had been asked.
namespace AsyncMySql::Tests {

using namespace Qt::StringLiterals;

inline constexpr quint16 NotNull = Values::ColumnFlag::NotNull;

inline Values::ColumnInfo tableColumn(const char *name, Values::FieldType type,
                                      quint16 flags = NotNull,
                                      quint16 collation = Values::BinaryCollation)
{
    Values::ColumnInfo column = columnOf(type, flags, collation);
    column.name = column.originalName = name;
    column.table = column.originalTable = "t";
    column.length = 80;
    return column;
}

/// The columns of t: a INT, b INT, d DECIMAL(10,2), m DATETIME(6), s VARCHAR(20), w INT NULL.
inline ResultBuilder columns()
{
    ResultBuilder builder;
    builder.column(tableColumn("a", Values::FieldType::Int))
        .column(tableColumn("b", Values::FieldType::Int))
        .column(tableColumn("d", Values::FieldType::NewDecimal))
        .column(tableColumn("m", Values::FieldType::DateTime))
        .column(tableColumn("s", Values::FieldType::VarString, NotNull, Utf8Mb4))
        .column(tableColumn("w", Values::FieldType::Int, 0));
    return builder;
}

inline Models::TableIndex indexOn(const QString &name, const QList<int> &columns, bool isUnique)
{
    Models::TableIndex index{name, isUnique, true, {}};
    for (const int column : columns)
        index.parts.append({column, false, true});
    return index;
}

inline Models::PageRequest request(const QString &sql, const QList<Models::TableIndex> &indexes)
{
    Models::PageRequest request;
    request.outline = std::get<Models::SelectOutline>(Models::outlineOf(sql));
    request.parameters = QVariantList();
    request.columns = columns().build().columns();
    request.table.quotedName = u"`t`"_s;
    request.table.columns = {{u"a"_s, u"int"_s, false},
                             {u"b"_s, u"int"_s, false},
                             {u"d"_s, u"decimal(10,2)"_s, false},
                             {u"m"_s, u"datetime(6)"_s, false},
                             {u"s"_s, u"varchar(20)"_s, false, false, false, u"utf8mb4_bin"_s},
                             {u"w"_s, u"int"_s, true}};
    if (!indexes.isEmpty() && indexes[0].isUnique) {
        for (const Models::TableIndex::Part &part : indexes[0].parts)
            request.table.key.append(part.column);
    }
    request.table.indexes = indexes;
    request.table.engine = u"innodb"_s;
    return request;
}

inline const QList<Models::TableIndex> KeyIsA = {indexOn(u"PRIMARY"_s, {0}, true)};
inline const QList<Models::TableIndex> KeyIsAB = {indexOn(u"PRIMARY"_s, {0, 1}, true)};

/// The plan of a statement whose order may be sorted.
inline Models::PagePlan planOf(const QString &sql, const QList<Models::TableIndex> &indexes,
                               const QVariant &parameters = QVariantList())
{
    Models::PageRequest wanted = request(sql, indexes);
    wanted.parameters = parameters;
    wanted.mayBeSorted = true;
    return std::get<Models::PagePlan>(Models::PagePlan::of(wanted));
}

} // namespace AsyncMySql::Tests
