// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quicktablemodel.h"

#include "modelvalues.h"
#include "scriptvalues.h"

#include <QtCore/qdatetime.h>

namespace AsyncMySql {

/*!
    \qmltype TableModel
    \inqmlmodule AsyncMySql
    \brief An editable table as a model for views.

    \qml
    TableModel {
        connection: shop
        table: "articles"
        filter: "price < ?"
        filterParameters: [20]
        submitPolicy: TableModel.Manual
    }
    \endqml

    The columns are roles with their names, which delegates can write. The properties, functions and
    signals are those of AsyncMySql::TableModel. In addition, \c connection is the executor.

    The policy \c OnFieldChange submits each change immediately. With \c OnRowChange, call submit(),
    since views of QML do not; with \c Manual, call submitAll(). Changes that were not submitted are
    lost when the model is destroyed.
*/

QuickTableModel::QuickTableModel(QObject *parent)
    : TableModel(parent)
{
    connect(this, &TableModel::executorChanged, this, &QuickTableModel::connectionChanged);
    connect(this, &TableModel::filterParametersChanged, this,
            &QuickTableModel::filterParametersChanged);
}

/*!
    \qmlproperty QtObject TableModel::connection

    This property holds the Pool, Connection, Transaction or Lease that reads and writes the table.
*/
QObject *QuickTableModel::connection() const
{
    return executor() ? m_connection.object() : nullptr;
}

void QuickTableModel::setConnection(QObject *connection)
{
    m_connection.set(this, connection);
    setExecutor(m_connection.executor());
}

void QuickTableModel::setFilterParameters(const QVariant &parameters)
{
    TableModel::setFilterParameters(Quick::parameterValues(parameters));
}

QVariant QuickTableModel::data(const QModelIndex &index, int role) const
{
    return Quick::modelValue(*this, index, {role, LoadedRole}, [this, &index](int ofBase) {
        return TableModel::data(index, ofBase);
    });
}

bool QuickTableModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    const QVariant given = Quick::parameterValue(value);
    // Editors of Widgets return the digits that they show. A Date is a moment, as for the roles of
    // the columns.
    const bool isDate = given.typeId() == QMetaType::QDateTime && role == Qt::EditRole;
    return TableModel::setData(index, given, isDate ? Qt::UserRole + index.column() : role);
}

/*!
    \qmlmethod object TableModel::get(int row)

    Returns the \a row as an object with a property for each column, or null if there is no such
    row.
*/
QJSValue QuickTableModel::get(int row) const
{
    return Quick::modelRow(*this, columnNames(), row);
}

/*!
    \qmlmethod bool TableModel::set(int row, object values)

    Sets the columns of \a row to \a values, by the names of the columns. Returns whether all of
    them can be set; otherwise nothing is changed, and \c error holds the reason. The changes are
    submitted according to submitPolicy.
*/
bool QuickTableModel::set(int row, const QJSValue &values)
{
    return setRow(row, Quick::parameterValues(QVariant::fromValue(values)).toMap());
}

/*!
    \qmlmethod int TableModel::append(object values)

    Appends a row with \a values, by the names of the columns, and returns its index. Returns -1 if
    that is not possible; \c error holds the reason.
*/
int QuickTableModel::append(const QJSValue &values)
{
    return appendRow(Quick::parameterValues(QVariant::fromValue(values)).toMap());
}

/*!
    \qmlmethod bool TableModel::remove(int row, int count)

    Removes \a count rows starting at \a row, and returns whether they can be removed. The rows stay
    until the removal was submitted.
*/
bool QuickTableModel::remove(int row, int count)
{
    return removeRows(row, count);
}

/*!
    \qmlmethod void TableModel::sortBy(int column, enumeration order)

    Sorts the rows by \a column in \a order, in the server, or by the key if \a column is -1.
*/
void QuickTableModel::sortBy(int column, Qt::SortOrder order)
{
    sort(column, order);
}

} // namespace AsyncMySql
