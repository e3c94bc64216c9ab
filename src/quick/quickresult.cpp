// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickresult.h"

#include "rowobjects.h"
#include "scriptvalues.h"

#include <AsyncMySql/row.h>

namespace AsyncMySql {

/*!
    \qmlvaluetype queryResult
    \inqmlmodule AsyncMySql
    \brief The result of a statement: its rows, or the number of rows that it changed.

    A result may outlive its query. The properties \c rowCount, \c columnNames, \c hasRows,
    \c affectedRows, \c lastInsertId, \c warningCount, \c info and \c hasOutParameters are those of
    Result.
*/

QuickResult::QuickResult(Result result, QJSEngine *engine)
    : m_result(std::move(result))
    , m_engine(engine)
{
}

QVariant QuickResult::lastInsertId() const
{
    return Quick::scriptInteger(m_result.lastInsertId());
}

/*!
    \qmlmethod array queryResult::rows()

    Returns all rows as objects with a property for each column. If several columns have the same
    name, the objects have the first one; value() and text() return the others by their numbers.
*/
QJSValue QuickResult::rows() const
{
    if (!m_engine)
        return {};
    QJSValue array = m_engine->newArray(static_cast<uint>(m_result.rowCount()));
    const Quick::RowObjects objects(m_engine, m_result.columnNames());
    quint32 index = 0;
    for (const Row &row : m_result) {
        array.setProperty(index++, objects.make([this, &row](int column) {
            return Quick::scriptValue(row, column, m_engine);
        }));
    }
    return array;
}

/*!
    \qmlmethod object queryResult::row(int index)

    Returns the row at \a index as an object, or null if there is no such row.
*/
/*!
    \qmlmethod object queryResult::first()

    Returns the first row as an object, or null if there are no rows.
*/
QJSValue QuickResult::row(int index) const
{
    if (!m_engine || index < 0 || index >= m_result.rowCount())
        return QJSValue(QJSValue::NullValue);
    const Row row = m_result.row(index);
    return Quick::RowObjects(m_engine, m_result.columnNames()).make([this, &row](int column) {
        return Quick::scriptValue(row, column, m_engine);
    });
}

/*!
    \qmlmethod var queryResult::value(int row, var column)

    Returns the value in \a row and \a column, or undefined if there is none. The column is a number
    or a name, which refers to the first column with that name: see AsyncMySql::Result::indexOf().
*/
QVariant QuickResult::value(int row, const QVariant &column) const
{
    const int index = indexOf(column);
    if (row < 0 || row >= m_result.rowCount() || index < 0)
        return {};
    return Quick::scriptValue(m_result.row(row), index, m_engine);
}

/*!
    \qmlmethod string queryResult::text(int row, var column)

    Returns the text of the value in \a row and \a column, as the server wrote it, or an empty text
    if there is none.
*/
QString QuickResult::text(int row, const QVariant &column) const
{
    const int index = indexOf(column);
    if (row < 0 || row >= m_result.rowCount() || index < 0)
        return {};
    return m_result.row(row).text(index);
}

int QuickResult::indexOf(const QVariant &column) const
{
    if (column.typeId() == QMetaType::QString)
        return m_result.indexOf(column.toString());
    bool isNumber = false;
    const int index = column.toInt(&isNumber);
    return isNumber && index >= 0 && index < m_result.columnCount() ? index : -1;
}

} // namespace AsyncMySql
