// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickquerymodel.h"

#include "modelvalues.h"
#include "scriptvalues.h"

namespace AsyncMySql {

/*!
    \qmltype QueryModel
    \inqmlmodule AsyncMySql
    \brief The rows of a query as a model for views.

    \qml
    ListView {
        model: QueryModel {
            connection: shop
            sql: "SELECT id, name FROM articles WHERE name LIKE ?"
            parameters: [search.text + "%"]
        }
        delegate: Text {
            required property string name
            text: name
        }
    }
    \endqml

    The columns are roles with their names. The properties, functions and signals are those of
    AsyncMySql::QueryModel. In addition, \c connection is the executor: a Pool, Connection,
    Transaction or Lease.
*/

QuickQueryModel::QuickQueryModel(QObject *parent)
    : QueryModel(parent)
{
    connect(this, &QueryModel::executorChanged, this, &QuickQueryModel::connectionChanged);
    connect(this, &QueryModel::parametersChanged, this, &QuickQueryModel::parametersChanged);
    connect(this, &QueryModel::elapsedChanged, this, &QuickQueryModel::elapsedChanged);
}

/*!
    \qmlproperty QtObject QueryModel::connection

    This property holds the Pool, Connection, Transaction or Lease that executes the statement.
*/
QObject *QuickQueryModel::connection() const
{
    return executor() ? m_connection.object() : nullptr;
}

void QuickQueryModel::setConnection(QObject *connection)
{
    m_connection.set(this, connection);
    setExecutor(m_connection.executor());
}

void QuickQueryModel::setParameters(const QVariant &parameters)
{
    QueryModel::setParameters(Quick::parameterValues(parameters));
}

QVariant QuickQueryModel::data(const QModelIndex &index, int role) const
{
    return Quick::modelValue(*this, index, {role, LoadedRole}, [this, &index](int ofBase) {
        return QueryModel::data(index, ofBase);
    });
}

void QuickQueryModel::setFilter(const QString &columnName, FilterOperator filterOperator,
                                const QVariant &value)
{
    QueryModel::setFilter(columnName, filterOperator, Quick::parameterValue(value));
}

/*!
    \qmlmethod object QueryModel::get(int row)

    Returns the \a row as an object with a property for each column, or null if there is no such
    row.
*/
QJSValue QuickQueryModel::get(int row) const
{
    return Quick::modelRow(*this, columnNames(), row);
}

/*!
    \qmlmethod void QueryModel::sortBy(int column, enumeration order)

    Sorts the rows by \a column in \a order, in the server. If \a column is -1, they are not sorted.
*/
void QuickQueryModel::sortBy(int column, Qt::SortOrder order)
{
    sort(column, order);
}

} // namespace AsyncMySql
