// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/result.h>

#include "rowdecoder_p.h"

namespace AsyncMySql {

/*!
    \class AsyncMySql::Result
    \inmodule AsyncMySql
    \brief The rows of a statement, and what the server said about it.

    A Result is a value that shares its rows with its copies; they stay in the bytes the server sent
    and are decoded when they are read. It never changes, outlives the job, the connection and the
    QApplication, and may be read in several threads at once.

    \code
    for (const AsyncMySql::Row &row : query->result())
        list->addItem(row.value<QString>("name"));
    \endcode

    A statement without rows (INSERT, CREATE TABLE) has a Result without columns.
*/

/*!
    \class AsyncMySql::Result::const_iterator
    \inmodule AsyncMySql
    \brief Walks over the rows of a Result.

    It keeps the rows alive itself. Rows are made when they are asked for, so \c operator*() returns
    a Row, not a reference to one.
*/

/*! Constructs a result without columns and rows. */
Result::Result() = default;

/*! Copies \a other: the rows are shared. */
Result::Result(const Result &other) = default;

/*! Moves \a other, which then is empty. */
Result::Result(Result &&other) noexcept = default;

/*! Copies \a other: the rows are shared. */
Result &Result::operator=(const Result &other) = default;

/*! Moves \a other. */
Result &Result::operator=(Result &&other) noexcept = default;

Result::~Result() = default;

/*! \internal */
Result::Result(std::shared_ptr<const Values::ResultData> data)
    : d(std::move(data))
{
}

/*!
    \fn bool AsyncMySql::Result::hasRows() const

    Whether the statement is one that returns rows, be it none. See isEmpty().
*/

/*! The number of columns; 0 for a statement that returns no rows. */
int Result::columnCount() const
{
    return d && d->columns ? d->columns->size() : 0;
}

/*! The column at \a index, which must be one. A release build returns an invalid column otherwise.
 */
Column Result::column(int index) const
{
    Q_ASSERT_X(index >= 0 && index < columnCount(), "AsyncMySql::Result::column", "no such column");
    if (index < 0 || index >= columnCount())
        return {};
    return Column(d->columns, index);
}

/*! All columns. */
QList<Column> Result::columns() const
{
    QList<Column> all;
    all.reserve(columnCount());
    for (int index = 0; index < columnCount(); ++index)
        all.append(column(index));
    return all;
}

/*!
    \property AsyncMySql::Result::columnNames

    The names of all columns, as Column::name() gives them. Names may occur several times.
*/
QStringList Result::columnNames() const
{
    QStringList names;
    names.reserve(columnCount());
    for (int index = 0; index < columnCount(); ++index)
        names.append(column(index).name());
    return names;
}

/*!
    The index of the column of exactly this \a columnName, or else of the first one that differs
    only in case; -1 if there is none.
*/
int Result::indexOf(QAnyStringView columnName) const
{
    return d && d->columns ? d->columns->indexOf(columnName) : -1;
}

/*!
    \property AsyncMySql::Result::rowCount

    The number of rows.
*/
qsizetype Result::rowCount() const
{
    return d ? d->rows.rowCount() : 0;
}

/*!
    \fn qsizetype AsyncMySql::Result::size() const

    The same as rowCount().
*/

/*!
    \fn bool AsyncMySql::Result::isEmpty() const

    Whether there are no rows.
*/

/*!
    The row at \a index, which must be one. A release build returns an invalid row otherwise.
    Iterators find the next row quicker.
*/
Row Result::row(qsizetype index) const
{
    return *(begin() + index);
}

/*!
    \fn Row AsyncMySql::Result::operator[](qsizetype index) const

    The same as row() with \a index.
*/

/*!
    \fn Row AsyncMySql::Result::first() const

    The first row. The result must not be empty.
*/

/*! The first row, or end(). */
Result::const_iterator Result::begin() const
{
    return const_iterator(hasRows() ? Row(Values::RowDecoder(d)) : Row(), 0);
}

/*! What follows the last row. */
Result::const_iterator Result::end() const
{
    return begin() + rowCount();
}

/*!
    \fn Result::const_iterator AsyncMySql::Result::cbegin() const

    The same as begin().
*/

/*!
    \fn Result::const_iterator AsyncMySql::Result::cend() const

    The same as end().
*/

/*!
    \property AsyncMySql::Result::affectedRows

    How many rows the statement changed, inserted or deleted. What counts as changed is up to
    ConnectionOptions::isFoundRowsEnabled(). 0 for statements that return rows.
*/
quint64 Result::affectedRows() const
{
    return d ? d->affectedRows : 0;
}

/*!
    \property AsyncMySql::Result::lastInsertId

    The number that the server gave the (first) inserted row in its AUTO_INCREMENT column, or 0.
*/
quint64 Result::lastInsertId() const
{
    return d ? d->lastInsertId : 0;
}

/*!
    \property AsyncMySql::Result::warningCount

    How many warnings SHOW WARNINGS would list.
*/
int Result::warningCount() const
{
    return d ? d->warningCount : 0;
}

/*!
    \property AsyncMySql::Result::info

    What the server says about the statement beyond that ("Records: 3  Duplicates: 0  Warnings: 0"),
    or an empty string.
*/
QString Result::info() const
{
    return d ? QString::fromUtf8(d->info) : QString();
}

/*!
    \property AsyncMySql::Result::hasOutParameters

    Whether the only row of the result has the OUT and INOUT parameters of a procedure, as its
    columns, instead of rows that were selected. It comes behind the other results of a prepared
    CALL with placeholders for them.
*/
bool Result::hasOutParameters() const
{
    return d && d->hasOutParameters;
}

/*!
    Whether the rows of \a other are of the same result of the same query: portions that
    Query::takeRows() gave, and not of one result and the next.
*/
bool Result::isFromSameResult(const Result &other) const
{
    return d && other.d && d->columns == other.d->columns;
}

/*!
    \fn template <typename T> QList<T> AsyncMySql::Result::to(Error *error) const

    All rows as T: a \c std::tuple, or a struct with Q_GADGET, as Row::to() makes them. What cannot
    be converted is left at its default; \a error then says what came last.
*/

/*! How much memory the result holds, in bytes. Copies share it. */
qsizetype Result::sizeInBytes() const
{
    if (!d)
        return 0;
    const qsizetype columns = d->columns ? d->columns->memorySize() : 0;
    return static_cast<qsizetype>(sizeof(Values::ResultData)) + d->rows.memorySize() + columns
           + d->info.capacity();
}

/*! The row it is at, which must not be end(). */
Row Result::const_iterator::operator*() const
{
    if (!m_run.contains(m_index))
        return search();
    Row row(m_common);
    row.m_decoder.setRow(Values::RowStore::rowOf(m_run, m_index));
    return row;
}

// Where the row before is of no help.
Row Result::const_iterator::search() const
{
    const Values::ResultData *data = m_common.m_decoder.data();
    const bool exists = data && m_index >= 0 && m_index < data->rows.rowCount();
    Q_ASSERT_X(exists, "AsyncMySql::Result", "no such row");
    if (!exists)
        return {};
    Row row(m_common);
    row.m_decoder.setRow(data->rows.row(m_index, &m_run));
    return row;
}

} // namespace AsyncMySql
