// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/result.h>

#include "rowdecoder_p.h"

namespace AsyncMySql {

/*!
    \class AsyncMySql::Result
    \inmodule AsyncMySql
    \brief The Result class holds the rows of a statement and its status.

    A Result is a value that shares its rows with its copies. Rows are stored in the bytes that the
    server has sent and decoded when they are read. A Result never changes, may outlive the job, the
    connection and the QApplication, and may be read in several threads at the same time.

    \snippet values.cpp rows

    The Result of a statement that returns no rows (INSERT, CREATE TABLE) has no columns.
*/

/*!
    \class AsyncMySql::Result::const_iterator
    \inmodule AsyncMySql
    \brief The const_iterator class iterates over the rows of a Result.

    The iterator keeps the rows alive. Rows are created on access, so \c operator*() returns a Row
    and not a reference.
*/

/*! Constructs a result without columns and rows. */
Result::Result() = default;

/*! Copies \a other: the rows are shared. */
Result::Result(const Result &other) = default;

/*! Moves \a other, which becomes empty. */
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

    Returns whether the statement is one that returns rows, even if there are none. See isEmpty().
*/

/*! Returns the number of columns, or 0 for a statement that returns no rows. */
int Result::columnCount() const
{
    return d && d->columns ? d->columns->size() : 0;
}

/*!
    Returns the column at \a index, which must be valid. Otherwise release builds return an invalid
    column.
*/
Column Result::column(int index) const
{
    Q_ASSERT_X(index >= 0 && index < columnCount(), "AsyncMySql::Result::column", "no such column");
    if (index < 0 || index >= columnCount())
        return {};
    return Column(d->columns, index);
}

/*! Returns all columns. */
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

    \brief the names of all columns: see Column::name()

    Names may occur several times.
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
    Returns the index of the column with exactly this \a columnName, or else of the first one that
    differs only in case, or -1 if there is none.
*/
int Result::indexOf(QAnyStringView columnName) const
{
    return d && d->columns ? d->columns->indexOf(columnName) : -1;
}

/*!
    \property AsyncMySql::Result::rowCount

    \brief the number of rows
*/
qsizetype Result::rowCount() const
{
    return d ? d->rows.rowCount() : 0;
}

/*!
    \fn qsizetype AsyncMySql::Result::size() const

    Returns the same as rowCount().
*/

/*!
    \fn bool AsyncMySql::Result::isEmpty() const

    Returns whether there are no rows.
*/

/*!
    Returns the row at \a index, which must be valid. Otherwise release builds return an invalid
    row. Iterators find the next row faster.
*/
Row Result::row(qsizetype index) const
{
    return *(begin() + index);
}

/*!
    \fn Row AsyncMySql::Result::operator[](qsizetype index) const

    Returns the row() at \a index.
*/

/*!
    \fn Row AsyncMySql::Result::first() const

    Returns the first row. The result must not be empty.
*/

/*! Returns an iterator to the first row, or end(). */
Result::const_iterator Result::begin() const
{
    return const_iterator(hasRows() ? Row(Values::RowDecoder(d)) : Row(), 0);
}

/*! Returns an iterator past the last row. */
Result::const_iterator Result::end() const
{
    return begin() + rowCount();
}

/*!
    \fn Result::const_iterator AsyncMySql::Result::cbegin() const

    Returns the same as begin().
*/

/*!
    \fn Result::const_iterator AsyncMySql::Result::cend() const

    Returns the same as end().
*/

/*!
    \property AsyncMySql::Result::affectedRows

    \brief the number of rows that the statement has changed, inserted or deleted

    ConnectionOptions::isFoundRowsEnabled() determines which rows count as changed. It is 0 for
    statements that return rows.
*/
quint64 Result::affectedRows() const
{
    return d ? d->affectedRows : 0;
}

/*!
    \property AsyncMySql::Result::lastInsertId

    \brief the number that the server has generated for the AUTO_INCREMENT column of the (first)
    inserted row, or 0
*/
quint64 Result::lastInsertId() const
{
    return d ? d->lastInsertId : 0;
}

/*!
    \property AsyncMySql::Result::warningCount

    \brief the number of warnings that SHOW WARNINGS would list
*/
int Result::warningCount() const
{
    return d ? d->warningCount : 0;
}

/*!
    \property AsyncMySql::Result::info

    \brief further information of the server about the statement ("Records: 3  Duplicates: 0
    Warnings: 0"), or an empty string
*/
QString Result::info() const
{
    return d ? QString::fromUtf8(d->info) : QString();
}

/*!
    \property AsyncMySql::Result::hasOutParameters

    \brief whether the columns of the only row are the OUT and INOUT parameters of a procedure

    This result follows the other results of a prepared CALL that has placeholders for these
    parameters.
*/
bool Result::hasOutParameters() const
{
    return d && d->hasOutParameters;
}

/*!
    Returns whether the rows of \a other belong to the same result of the same query, as portions
    returned by Query::takeRows() do unless the next result has started.
*/
bool Result::isFromSameResult(const Result &other) const
{
    return d && other.d && (d == other.d || (d->stream != 0 && d->stream == other.d->stream));
}

/*!
    \fn template <typename T> QList<T> AsyncMySql::Result::to(Error *error) const

    Returns all rows as T, a \c std::tuple or a struct with Q_GADGET: see Row::to(). Values that
    cannot be converted keep their default, and \a error is set to the last error.
*/

/*!
    Returns the memory that the result holds, in bytes. Copies share it, and results with the same
    columns share these.
*/
qsizetype Result::sizeInBytes() const
{
    if (!d)
        return 0;
    const qsizetype columns = d->columns ? d->columns->memorySize() : 0;
    return static_cast<qsizetype>(sizeof(Values::ResultData)) + d->rows.memorySize() + columns
           + d->info.capacity();
}

/*! Returns the current row. The iterator must not be end(). */
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
