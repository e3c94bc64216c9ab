// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pageplanner.h"

#include "cells.h"

#include <QtCore/qset.h>
#include <QtCore/qtimezone.h>

#include <algorithm>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

using Form = PagePlan::Part::Form;

/// If the server sorts, it compares no more bytes than max_sort_length, which has a default of
/// 1024. Collations make up to four bytes of most characters, those with accents or case more.
qsizetype longestText(const QString &collation)
{
    const bool hasLevels = collation.contains("_as"_L1) || collation.contains("_ks"_L1);
    return hasLevels ? 128 : 255;
}

constexpr int LongestBytes = 1024;

qsizetype lengthOf(const TableColumn &column)
{
    const QList<int> arguments = column.arguments();
    return arguments.isEmpty() ? 1 : arguments.constFirst();
}

/// Whether all texts of a column arrive, and return, as they are.
bool isExactText(const TableColumn &column, const Column &result)
{
    // Character sets whose conversion to Unicode and back is exact.
    const QString characterSet = column.collation.section(u'_', 0, 0);
    const bool isExact = characterSet == "utf8mb4"_L1 || characterSet == "utf8mb3"_L1
                         || characterSet == "utf8"_L1 || characterSet == "latin1"_L1
                         || characterSet == "ascii"_L1;
    // An index of MariaDB has these values with spaces, a comparison without them.
    if (column.typeName() == "char"_L1 && column.collation.contains("_nopad_"_L1))
        return false;
    // Others than utf8mb4 of the session's results can lack characters. They have shorter ones.
    return isExact && lengthOf(column) <= longestText(column.collation)
           && result.length() == 4 * lengthOf(column);
}

/// How values of the column are compared exactly; nothing if they are not, or have another order
/// than their values.
std::optional<Form> formOf(const TableColumn &column, const Column &result)
{
    const QString type = column.typeName();
    static const QSet<QString> numbers
        = {u"tinyint"_s, u"smallint"_s, u"mediumint"_s, u"int"_s, u"bigint"_s, u"year"_s, u"bit"_s};
    if (numbers.contains(type))
        return Form::Value;
    if (type == "decimal"_L1)
        return Form::Decimal;
    if (type == "date"_L1 || type == "datetime"_L1)
        return Form::Moment;
    // An hour that clocks show twice is ambiguous.
    if (type == "timestamp"_L1 && !result.timeZone().hasTransitions())
        return Form::Moment;
    if (type == "time"_L1 || type == "uuid"_L1 || type == "inet4"_L1 || type == "inet6"_L1)
        return Form::Text;
    if ((type == "char"_L1 || type == "varchar"_L1) && isExactText(column, result))
        return Form::Characters;
    if ((type == "binary"_L1 || type == "varbinary"_L1) && lengthOf(column) <= LongestBytes)
        return Form::Bytes;
    return std::nullopt;
}

/// Others can have equal keys, as MERGE has, or read ranges in another order, as SEQUENCE does.
bool hasExactKeys(const QString &engine)
{
    return engine == "innodb"_L1 || engine == "myisam"_L1 || engine == "aria"_L1
           || engine == "memory"_L1 || engine == "rocksdb"_L1;
}

Qt::SortOrder orderOf(const TableIndex::Part &part)
{
    return part.descending ? Qt::DescendingOrder : Qt::AscendingOrder;
}

} // namespace

bool PagePlanner::fail(const QString &problem)
{
    m_problem = problem;
    return false;
}

bool PagePlanner::plan()
{
    if (!hasExactKeys(m_request.table.engine))
        return fail(u"it does not read a table of a known engine"_s);
    return planFilters() && planOrders() && planKey();
}

bool PagePlanner::planFilters()
{
    const QStringList names = namesOf(m_request.columns);
    for (const SqlFilter &filter : m_request.filters) {
        const int column = columnOf(filter, names);
        if (column < 0 || tableColumnOf(column) < 0)
            return fail(u"the filtered column %1 is not one of the table"_s.arg(filter.column));
        m_plan->m_filtered.append(qualifiedName(column));
    }
    return true;
}

bool PagePlanner::planOrders()
{
    if (m_request.order)
        return append(m_request.order->column, m_request.order->order);
    for (const SelectOutline::Order &order : m_request.outline.orders) {
        // Further columns would not change the order.
        if (hasKey())
            break;
        const std::optional<int> column = resultColumnOf(order);
        if (!column)
            return fail(u"a column of its order is not in the result"_s);
        if (!append(*column, order.order))
            return false;
    }
    return true;
}

/// Whether the order has no equal rows.
bool PagePlanner::hasKey() const
{
    return std::any_of(m_request.table.indexes.begin(), m_request.table.indexes.end(),
                       [&](const TableIndex &key) {
                           return key.isUnique
                                  && std::all_of(key.parts.begin(), key.parts.end(),
                                                 [&](const TableIndex::Part &part) {
                                                     return contains(part.column);
                                                 });
                       });
}

/// Appends the rest of a unique key, and looks for an index with the whole order.
bool PagePlanner::planKey()
{
    const QList<PagePlan::Part> ordered = m_plan->m_parts;
    QString problem = u"the table has no unique key without NULL"_s;
    for (const TableIndex &key : m_request.table.indexes) {
        if (!key.isUnique)
            continue;
        m_plan->m_parts = ordered;
        const bool isUsable
            = std::all_of(key.parts.begin(), key.parts.end(), [&](const TableIndex::Part &part) {
                  if (part.column < 0 || !part.isWhole
                      || m_request.table.columns[part.column].isNullable) {
                      return false;
                  }
                  if (contains(part.column))
                      return true;
                  const int column = resultColumnOf(part.column);
                  if (column < 0)
                      return fail(u"its result does not contain the key of the table"_s);
                  return append(column,
                                ordered.isEmpty() ? orderOf(part) : ordered.constLast().order);
              });
        if (isUsable && (m_request.mayBeSorted || isIndexed()))
            return true;
        if (isUsable)
            problem = u"no index of the table has its order"_s;
        else if (!m_problem.isEmpty())
            problem = m_problem;
    }
    return fail(problem);
}

/// By which InnoDB stores the rows.
QList<TableIndex::Part> PagePlanner::clusteredKey() const
{
    if (m_request.table.engine != "innodb"_L1)
        return {};
    for (const TableIndex &index : m_request.table.indexes) {
        QList<int> columns;
        for (const TableIndex::Part &part : index.parts)
            columns.append(part.column);
        if (index.isUnique && columns == m_request.table.key)
            return index.parts;
    }
    return {};
}

/// An index of InnoDB has the columns of the clustered key behind its own.
bool PagePlanner::isIndexed() const
{
    const QList<TableIndex::Part> clustered = clusteredKey();
    return std::any_of(
        m_request.table.indexes.begin(), m_request.table.indexes.end(),
        [&](const TableIndex &index) {
            QList<TableIndex::Part> parts = index.parts;
            for (const TableIndex::Part &part : clustered) {
                if (std::none_of(index.parts.begin(), index.parts.end(),
                                 [&](const auto &own) { return own.column == part.column; }))
                    parts.append(part);
            }
            if (!index.isOrdered || parts.size() < m_plan->m_parts.size())
                return false;
            const bool isReversed = orderOf(parts.constFirst()) != m_plan->m_parts[0].order;
            for (qsizetype i = 0; i < m_plan->m_parts.size(); ++i) {
                const PagePlan::Part &wanted = m_plan->m_parts[i];
                if (!parts[i].isWhole || parts[i].column != tableColumnOf(wanted.column)
                    || (orderOf(parts[i]) != wanted.order) != isReversed)
                    return false;
            }
            return true;
        });
}

/// A column of the result. One that repeats does not change the order.
bool PagePlanner::append(int column, Qt::SortOrder order)
{
    const int tableColumn = tableColumnOf(column);
    if (tableColumn < 0)
        return fail(u"its order is not one by columns of the table"_s);
    if (contains(tableColumn))
        return true;
    const std::optional<PagePlan::Part> part = partOf(column, order);
    if (!part) {
        return fail(u"its order by the column %1 cannot be continued exactly"_s.arg(
            m_request.table.columns[tableColumn].name));
    }
    m_plan->m_parts.append(*part);
    return true;
}

std::optional<PagePlan::Part> PagePlanner::partOf(int column, Qt::SortOrder order) const
{
    const TableColumn &tableColumn = m_request.table.columns[tableColumnOf(column)];
    const std::optional<Form> form = formOf(tableColumn, m_request.columns[column]);
    if (!form || tableColumn.isNullable)
        return std::nullopt;
    PagePlan::Part part{column, qualifiedName(column), *form, {}, tableColumn.collation, order};
    if (*form == Form::Decimal) {
        const QList<int> digits = tableColumn.arguments();
        part.precision = u"(%1,%2)"_s.arg(digits.value(0, 65)).arg(digits.value(1));
    }
    return part;
}

/// The server looks for a name in the result first.
std::optional<int> PagePlanner::resultColumnOf(const SelectOutline::Order &order) const
{
    const qsizetype count = m_request.columns.size();
    if (order.position >= 0)
        return order.position < count ? std::optional(order.position) : std::nullopt;
    if (!order.isOfTable) {
        std::optional<int> found;
        for (int i = 0; i < count; ++i) {
            if (m_request.columns[i].name().compare(order.name, Qt::CaseInsensitive) != 0)
                continue;
            if (found && tableColumnOf(*found) != tableColumnOf(i))
                return std::nullopt;
            found = i;
        }
        if (found)
            return found;
    }
    const int tableColumn = m_request.table.indexOf(order.name);
    const int column = tableColumn < 0 ? -1 : resultColumnOf(tableColumn);
    return column < 0 ? std::nullopt : std::optional(column);
}

int PagePlanner::resultColumnOf(int tableColumn) const
{
    for (int i = 0; i < m_request.columns.size(); ++i) {
        if (tableColumnOf(i) == tableColumn)
            return i;
    }
    return -1;
}

/// Negative for an expression.
int PagePlanner::tableColumnOf(int resultColumn) const
{
    if (resultColumn >= m_request.columns.size())
        return -1;
    const Column &column = m_request.columns[resultColumn];
    return column.originalTable().isEmpty() ? -1 : m_request.table.indexOf(column.originalName());
}

bool PagePlanner::contains(int tableColumn) const
{
    return std::any_of(
        m_plan->m_parts.begin(), m_plan->m_parts.end(),
        [&](const PagePlan::Part &part) { return tableColumnOf(part.column) == tableColumn; });
}

QString PagePlanner::qualifiedName(int resultColumn) const
{
    const int column = tableColumnOf(resultColumn);
    return m_request.outline.qualifier + u'.' + quoted(m_request.table.columns[column].name);
}

} // namespace AsyncMySql::Models
