// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querymodel_p.h"

#include <algorithm>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

/*!
    \property AsyncMySql::QueryModel::sortColumn
    \brief the column by which the server sorts the rows

    The default is -1, which means the order of the statement.

    \sa sort()
*/
int QueryModel::sortColumn() const
{
    return d->order ? d->order->column : -1;
}

/*!
    \property AsyncMySql::QueryModel::sortOrder
    \brief the sort order
*/
Qt::SortOrder QueryModel::sortOrder() const
{
    return d->order ? d->order->order : Qt::AscendingOrder;
}

/*!
    Sorts the rows by \a column in the given \a order, in the server. Rows with equal values are
    sorted by their primary key in the same order. If \a column is -1, the rows have the order of
    the statement.
*/
void QueryModel::sort(int column, Qt::SortOrder order)
{
    if (sortColumn() == std::max(column, -1) && (column < 0 || sortOrder() == order))
        return;
    if (column < 0)
        d->order.reset();
    else
        d->order = SqlOrder{column, order};
    d->changed(&QueryModel::sortChanged);
}

/*!
    Shows only the rows whose column \a columnName matches \a value, compared by \a filterOperator.
    The value is sent as a parameter. A column has one filter; a new one replaces it. Rows must
    match the filters of all columns.
*/
void QueryModel::setFilter(const QString &columnName, FilterOperator filterOperator,
                           const QVariant &value)
{
    SqlFilter filter{columnName, {}, value, true};
    const auto pattern = [&](const QString &before, const QString &behind) {
        filter.condition = u"LIKE ? ESCAPE '|'"_s;
        filter.value = before + literalPattern(value.toString()) + behind;
    };
    switch (filterOperator) {
    case FilterOperator::Equal:
        filter.condition = u"<=> ?"_s;
        break;
    case FilterOperator::NotEqual:
        filter.condition = u"<> ?"_s;
        break;
    case FilterOperator::Less:
        filter.condition = u"< ?"_s;
        break;
    case FilterOperator::LessOrEqual:
        filter.condition = u"<= ?"_s;
        break;
    case FilterOperator::Greater:
        filter.condition = u"> ?"_s;
        break;
    case FilterOperator::GreaterOrEqual:
        filter.condition = u">= ?"_s;
        break;
    case FilterOperator::Contains:
        pattern(u"%"_s, u"%"_s);
        break;
    case FilterOperator::StartsWith:
        pattern({}, u"%"_s);
        break;
    case FilterOperator::EndsWith:
        pattern(u"%"_s, {});
        break;
    case FilterOperator::Like:
        filter.condition = u"LIKE ? ESCAPE '|'"_s;
        break;
    case FilterOperator::IsNull:
        filter = {columnName, u"IS NULL"_s, {}, false};
        break;
    case FilterOperator::IsNotNull:
        filter = {columnName, u"IS NOT NULL"_s, {}, false};
        break;
    }
    d->filters.removeIf([&](const SqlFilter &other) { return other.column == columnName; });
    d->filters.append(filter);
    d->changed(&QueryModel::filtersChanged);
}

/*! Removes the filter of the column \a columnName. */
void QueryModel::removeFilter(const QString &columnName)
{
    if (d->filters.removeIf([&](const SqlFilter &filter) { return filter.column == columnName; })
        == 0) {
        return;
    }
    d->changed(&QueryModel::filtersChanged);
}

/*! Removes all filters. */
void QueryModel::clearFilters()
{
    if (d->filters.isEmpty())
        return;
    d->filters.clear();
    d->changed(&QueryModel::filtersChanged);
}

} // namespace AsyncMySql
