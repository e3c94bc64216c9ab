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
    \brief A table that can be edited, as a model for views.

    \qml
    TableModel {
        connection: shop
        table: "articles"
        filter: "price < ?"
        filterParameters: [20]
        submitPolicy: TableModel.Manual
    }
    \endqml

    The columns are roles by their names, which delegates may write. Its properties, functions and
    signals are those of AsyncMySql::TableModel; besides \c connection stands for \c executor.

    The policy \c OnFieldChange writes each change at once. With \c OnRowChange somebody has to call
    submit(), which views of QML do not, and with \c Manual submitAll(); or what was changed goes with
    the model.
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

    A Connection or a Transaction.
*/
QObject *QuickTableModel::connection() const
{
    return executor() ? m_connection.data() : nullptr;
}

void QuickTableModel::setConnection(QObject *connection)
{
    Quick::warnUnlessExecutor(this, connection);
    m_connection = connection;
    setExecutor(Quick::executorOf(connection));
}

void QuickTableModel::setFilterParameters(const QVariant &parameters)
{
    TableModel::setFilterParameters(Quick::parameterValues(parameters));
}

QVariant QuickTableModel::data(const QModelIndex &index, int role) const
{
    return Quick::modelValue(
        *this, index, role, [this, &index](int ofBase) { return TableModel::data(index, ofBase); });
}

bool QuickTableModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    const QVariant given = Quick::parameterValue(value);
    // Editors of Widgets give the digits that they show. A Date is a moment, as it is for the roles of
    // the columns.
    const bool isDate = given.typeId() == QMetaType::QDateTime && role == Qt::EditRole;
    return TableModel::setData(index, given, isDate ? Qt::UserRole + index.column() : role);
}

/*!
    \qmlmethod object TableModel::get(int row)

    The \a row as an object with the columns by their names; null if there is none.
*/
QJSValue QuickTableModel::get(int row) const
{
    return Quick::modelRow(*this, columnNames(), row);
}

/*!
    \qmlmethod bool TableModel::set(int row, object values)

    Changes the columns of \a row that \a values has by their names. Returns whether all of them can be
    changed and have these values; if not, nothing is changed, and \c error says why. They are
    submitted as submitPolicy says.
*/
bool QuickTableModel::set(int row, const QJSValue &values)
{
    return setRow(row, Quick::parameterValues(QVariant::fromValue(values)).toMap());
}

/*!
    \qmlmethod int TableModel::append(object values)

    Appends a row with \a values by the names of the columns, and returns its index, or -1 if that
    cannot be: \c error says why.
*/
int QuickTableModel::append(const QJSValue &values)
{
    return appendRow(Quick::parameterValues(QVariant::fromValue(values)).toMap());
}

/*!
    \qmlmethod bool TableModel::remove(int row, int count)

    Removes \a count rows from \a row on, when they are submitted. Returns whether that can be.
*/
bool QuickTableModel::remove(int row, int count)
{
    return removeRows(row, count);
}

/*!
    \qmlmethod void TableModel::sortBy(int column, enumeration order)

    Has the server sort the rows by \a column in \a order, and by the key if the column is -1.
*/
void QuickTableModel::sortBy(int column, Qt::SortOrder order)
{
    sort(column, order);
}

} // namespace AsyncMySql
