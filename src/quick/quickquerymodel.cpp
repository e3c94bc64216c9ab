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

    The columns are roles by their names. Its properties, functions and signals are those of
    AsyncMySql::QueryModel; besides \c connection stands for \c executor and takes a Transaction, too.
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

    A Connection or a Transaction.
*/
QObject *QuickQueryModel::connection() const
{
    return executor() ? m_connection.data() : nullptr;
}

void QuickQueryModel::setConnection(QObject *connection)
{
    Quick::warnUnlessExecutor(this, connection);
    m_connection = connection;
    setExecutor(Quick::executorOf(connection));
}

void QuickQueryModel::setParameters(const QVariant &parameters)
{
    QueryModel::setParameters(Quick::parameterValues(parameters));
}

QVariant QuickQueryModel::data(const QModelIndex &index, int role) const
{
    return Quick::modelValue(
        *this, index, role, [this, &index](int ofBase) { return QueryModel::data(index, ofBase); });
}

void QuickQueryModel::setFilter(const QString &columnName, FilterOperator filterOperator,
                                const QVariant &value)
{
    QueryModel::setFilter(columnName, filterOperator, Quick::parameterValue(value));
}

/*!
    \qmlmethod object QueryModel::get(int row)

    The \a row as an object with the columns by their names; null if there is none.
*/
QJSValue QuickQueryModel::get(int row) const
{
    return Quick::modelRow(*this, columnNames(), row);
}

/*!
    \qmlmethod void QueryModel::sortBy(int column, enumeration order)

    Has the server sort the rows by \a column in \a order, and by none if the column is -1.
*/
void QuickQueryModel::sortBy(int column, Qt::SortOrder order)
{
    sort(column, order);
}

} // namespace AsyncMySql
