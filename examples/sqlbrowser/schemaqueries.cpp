// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "schemaqueries.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLocale>

using namespace AsyncMySql;
using Kind = SchemaModel::Kind;

static QString tr(const char *text)
{
    return QCoreApplication::translate("SchemaModel", text);
}

QStringList SchemaQueries::ofServer()
{
    return {"SELECT schema_name FROM information_schema.schemata ORDER BY schema_name IN "
            "('information_schema', 'mysql', 'performance_schema', 'sys'), schema_name"};
}

QStringList SchemaQueries::ofDatabase()
{
    return {"SELECT table_name, table_type, table_rows, table_comment, engine "
            "FROM information_schema.tables WHERE table_schema = ? ORDER BY table_name",
            "SELECT routine_name, routine_type, dtd_identifier "
            "FROM information_schema.routines WHERE routine_schema = ? ORDER BY routine_name"};
}

QStringList SchemaQueries::ofTable()
{
    return {"SELECT column_name, column_type, is_nullable, column_key, column_default, extra, "
            "column_comment FROM information_schema.columns "
            "WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position",
            "SELECT index_name, MIN(non_unique), "
            "GROUP_CONCAT(COALESCE(column_name, '…') ORDER BY seq_in_index SEPARATOR ', ') "
            "FROM information_schema.statistics "
            "WHERE table_schema = ? AND table_name = ? GROUP BY index_name "
            "ORDER BY index_name <> 'PRIMARY', index_name"};
}

SchemaQueries::Nodes SchemaQueries::databases(const Results &results, const SchemaNode &)
{
    Nodes nodes;
    for (const Row &row : results.value(0)) {
        nodes.push_back(std::make_unique<SchemaNode>(Kind::Database, row.text(0)));
        nodes.back()->database = row.text(0);
    }
    return nodes;
}

SchemaQueries::Nodes SchemaQueries::groups(const Results &results, const SchemaNode &parent)
{
    auto tables = std::make_unique<SchemaNode>(Kind::Group, tr("Tables"));
    auto views = std::make_unique<SchemaNode>(Kind::Group, tr("Views"));
    auto routines = std::make_unique<SchemaNode>(Kind::Group, tr("Routines"));
    for (const Row &row : results.value(0)) {
        const bool isView = row.text(1).contains("VIEW");
        const auto rows = row.isNull(2)
                              ? QString()
                              : tr("≈ %1").arg(QLocale().toString(row.value<qulonglong>(2)));
        auto node = std::make_unique<SchemaNode>(isView ? Kind::View : Kind::Table, row.text(0),
                                                 isView ? QString() : rows);
        node->toolTip
            = isView ? row.text(0)
                     : QStringList({row.text(0), row.text(4), row.text(3)}).join('\n').trimmed();
        node->database = parent.name;
        (isView ? views : tables)->add(std::move(node));
    }
    for (const Row &row : results.value(1)) {
        auto node = std::make_unique<SchemaNode>(
            Kind::Routine, row.text(0),
            row.isNull(2) || row.text(2).isEmpty() ? row.text(1).toLower() : row.text(2));
        node->toolTip = row.text(1);
        node->database = parent.name;
        routines->add(std::move(node));
    }
    Nodes groups;
    for (auto *group : {&tables, &views, &routines}) {
        if ((*group)->children.empty() && group != &tables)
            continue;
        (*group)->detail = QLocale().toString(qulonglong((*group)->children.size()));
        (*group)->database = parent.name;
        (*group)->load = SchemaNode::Load::Done;
        groups.push_back(std::move(*group));
    }
    return groups;
}

SchemaQueries::Nodes SchemaQueries::columnsAndIndexes(const Results &results,
                                                      const SchemaNode &parent)
{
    Nodes nodes;
    for (const Row &row : results.value(0)) {
        const bool isNullable = row.text(2) == "YES";
        QString detail = row.text(1);
        if (!isNullable)
            detail += tr(" not null");
        auto node = std::make_unique<SchemaNode>(Kind::Column, row.text(0), detail);
        node->isKey = row.text(3) == "PRI";
        QStringList lines = {row.text(0) + ": " + detail};
        if (!row.isNull(4))
            lines.append(tr("Default: %1").arg(row.text(4)));
        for (const int column : {5, 6}) {
            if (!row.text(column).isEmpty())
                lines.append(row.text(column));
        }
        node->toolTip = lines.join('\n');
        node->database = parent.database;
        nodes.push_back(std::move(node));
    }
    for (const Row &row : results.value(1)) {
        QString detail = '(' + row.text(2) + ')';
        if (row.value<int>(1) == 0 && row.text(0) != "PRIMARY")
            detail += tr(" unique");
        nodes.push_back(std::make_unique<SchemaNode>(Kind::Index, row.text(0), detail));
        nodes.back()->toolTip = row.text(0) + ' ' + detail;
        nodes.back()->database = parent.database;
    }
    return nodes;
}
