// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querymodel_p.h"

#include <algorithm>

namespace AsyncMySql {

/*!
    \class AsyncMySql::QueryModel
    \inmodule AsyncMySql
    \brief The QueryModel class provides the rows of a query to views of Widgets and QML.

    \snippet models.cpp query model

    The model executes the statement from the event loop, once for all properties that were set
    until then. When a property is set later, the running statement is cancelled and replaced by the
    new one: a search that follows the keyboard never queues statements whose results are no longer
    needed. The model keeps its rows until the first rows of the new statement arrive.

    \section1 Reading rows on demand

    The model reads the first fetchSize rows, and more when the view is scrolled to their end. Until
    then the rows are neither sent nor buffered: a table with millions of rows opens as fast as a
    small one. Rows are stored in the bytes in which they were received.

    \section1 Pages and streams

    The model reads rows in pages, or as a stream; readMode selects which, and paged is the one in
    use.

    A page is a statement of its own. It selects the rows behind the last one that was read, in an
    order without equal rows: \c{SELECT … WHERE (…) AND id > ? ORDER BY id LIMIT …}. Between two
    pages, the model holds nothing: no session, no transaction, no metadata lock (\c{ALTER TABLE}
    does not wait for the view), and no memory of the server. If the connection is lost, the next
    page is read over the next one. The first page has fetchSize rows, and so have later ones, or
    as many as fit into bufferLimit.

    A statement can be paged if it is a \c SELECT from one table, whose result contains the columns
    of the primary key, or of another unique key without NULL. Without \c{ORDER BY}, the rows have
    the order of the key. An \c{ORDER BY} consists of columns of the result that are NOT NULL and
    have an exact order: integers, DECIMAL, dates and times, short texts and bytes, but no ENUM,
    SET, or floating-point number. The same applies to sort() and setFilter(). Values that change
    from page to page prevent pages: variables, \c NOW(), \c RAND(), functions of the application;
    so do subqueries, views, \c DISTINCT, \c{GROUP BY}, \c LIMIT, aggregates and locks. With
    ReadMode::Automatic, an index of the table must have the order, so that a page at the end takes
    no longer than the first one. The model asks once for each text of a statement which columns
    and keys there are (it prepares the statement and executes \c{SHOW FULL COLUMNS},
    \c{SHOW INDEX} and \c{SHOW CREATE TABLE}), and again with refresh() and reload(), and after an
    error or a change of the columns. A table of the engine MERGE or SEQUENCE is not paged, nor is
    one of an engine that is not known.

    Pages show what is in the table when they are read. A row that exists all the time is neither
    lost nor shown twice, unless its key or its value in the order is changed. Rows that others
    insert before the end of what was read are seen by refresh(). If the table gets other columns,
    the rows are read again. Statements that change the session between two pages apply to the next
    one: \c USE, \c{CREATE TEMPORARY TABLE}, and variables such as \c sql_select_limit, which limits
    streams alone, and \c max_sort_length, which must not be lowered. Use ReadMode::Streamed there,
    or a Pool, whose sessions are reset.

    All other statements are streamed: executed once and read as far as needed. A stream shows the
    table as it was at the start. A stream with unread rows occupies its connection, and later jobs
    wait, as does \c{ALTER TABLE}. Results that fit into bufferLimit (1 MiB by default) are read to
    their end immediately. Of larger ones, up to 64 MiB are read into memory as soon as other jobs
    have waited for 250 ms; the model shows these rows on demand. A result that is larger still
    blocks the connection until the view was scrolled to its end: Connection::blockingStatement and
    a warning in the log contain the statement. If other jobs share the connection with such a
    result, set a LIMIT in the statement, or use a Pool or a separate connection for the model.

    \section1 Random access

    With ReadMode::RandomAccess, the model has all rows of a statement from the start, millions of
    them, and reads those that a view shows. The statement must be one that can be paged, and an
    index must have its order; otherwise the model fails with Error::NotSupported and the reason,
    and keeps its rows.

    The number of rows is an estimate of the server (\c EXPLAIN) at first. Meanwhile, the rows are
    counted by a chain of short statements, which read every thousandth key or so from the index
    (\c{SELECT id … WHERE id > ? ORDER BY id LIMIT 1 OFFSET 1023}). No statement holds a session or
    a metadata lock for long, and while a view waits for rows, counting pauses. progress is the part
    that has been counted; when all rows have, complete is \c true and the number is exact. Rows are
    inserted and removed at the end as it becomes known. QAbstractItemModel has no more than
    2,147,483,647 rows: later ones are not shown.

    A row that has not been read has no data: data() returns an invalid QVariant, \c null in QML,
    and row() an invalid Row, and the page of the row is requested. dataChanged() is emitted when it
    has arrived; LoadedRole, \c isLoaded in QML, is whether it has. What was asked for last is read
    first. Pages that a scroll bar has passed are dropped before they are sent, except for the last
    1024 rows or 16 pages. A page has fetchSize rows, or as many as fit into bufferLimit. The pages
    beside the last one are read ahead. cacheSize limits the memory of all pages.

    A page is found next to one that has been read, or by an \c OFFSET from the nearest key that was
    counted: the server passes as many rows of the index as are between two of them, one to two
    thousandths of all. It has exactly the rows that had these positions when they were counted. In
    front of the end, pages are read backwards. Elsewhere, where counting has not come yet, the
    position is an estimate: a key between the last one that was counted and the last one of all, if
    the first column in which they differ is a number, a date, or bytes; the row can be far from its
    position if the keys have large gaps. For texts and times, the server passes all rows up to the
    position, which takes seconds for millions of them. When counting has passed such a page, it is
    read again. Its rows change then.

    Others may insert and delete rows meanwhile. The rows of a page always follow each other,
    without repetition. But pages that are read later begin at the counted positions, so that rows
    can appear twice or not at all where two pages meet, and all positions behind a change are
    shifted by it. If a page lacks rows at the end, they are removed from the model; if it has none
    at all, the rows are counted again. refresh() counts again in any case, and reads the shown rows
    again, at the positions that were counted before, and once more where counting has passed them.
    Until their answers arrive, the rows stay, as do selection and scroll position. Rows are not
    compared: keyColumns and prefetch have no effect, and canFetchMore() returns \c false.

    If a page cannot be read, the model emits errorOccurred(), rows that have been read stay, and
    reading pauses: for 250 ms, which doubles with each further failure, up to 30 s. Then
    dataChanged() is emitted for the rows of the page, so that views that still show them request
    them again. The same goes for counting, which continues with shorter steps. An error is not
    emitted again while it repeats; when rows have been read after it, error is reset. Some errors
    end reading until refresh() or reload(): a connection or other executor that was closed or
    destroyed, a refused login, a statement that was cancelled.

    \note QTableView, QTreeView and QListView themselves need memory for each row: QHeaderView 8
    bytes, which are 160 MB for 20 million rows. The views of Qt Quick lose precision beyond some 16
    million pixels. To show more, give views a model of the visible rows, and a scroll bar of their
    own, as the example \c 10-millions does.

    \section1 Roles

    In Widgets, each cell has Qt::DisplayRole (numbers and dates formatted by the default QLocale,
    an empty text for NULL), Qt::EditRole (the value as returned by Row::value()) and
    Qt::TextAlignmentRole (numbers to the right). In QML, the columns are roles with their names,
    independent of the column of the index: \c Qt::UserRole is the first column,
    \c{Qt::UserRole + 1} the second one. In these roles, NULL is \c null, and an integer beyond
    2^53, which JavaScript would round, is a QString of its digits. A column with the same name as a
    role of QAbstractItemModel replaces the name of that role. NullRole, \c isNull in QML, is
    whether the cell is NULL.

    \section1 Refreshing

    refresh() reads the rows again, as many as are shown, and emits signals only for rows that were
    inserted, removed, moved or changed. Selection, scroll position and current item are kept. Rows
    are identified by keyColumns, by default the columns of the primary key; without any, they are
    compared by position. If rows were inserted, removed or moved in some dozens of places (ten, if
    there are millions of rows), the model emits one layout change instead, as for sorting: Widgets
    keep the selection and the current item then, too, but currentIndex of QML's views keeps its
    number.

    \section1 Sorting and filtering

    The server sorts and filters all rows, not only those that were read: the statement becomes a
    derived table, \c{SELECT * FROM (…) WHERE … ORDER BY …}. Therefore it must be a single \c SELECT
    (or \c WITH) without \c INTO and locks; other statements fail with Error::NotSupported. A
    \c LIMIT in the statement is applied first. Changing the parameters keeps the sort order and the
    filters. Changing sql keeps the filters and resets the sort order, since column numbers may have
    another meaning.

    \section1 Errors and lifetime

    An error that occurs while rows are read is stored in the error property and emitted by
    errorOccurred(). Rows that were read stay, also if the connection is lost or the executor is
    destroyed; refresh() and reload() try again. The model does not own its executor. Both live in
    the same thread. Destroying the model cancels its statement.

    \sa TableModel, Query
*/

/*!
    \enum AsyncMySql::QueryModel::Role

    \value NullRole whether the cell is NULL, as a \c bool
    \value LoadedRole whether the row has been read, as a \c bool; always, except with
           ReadMode::RandomAccess
*/

/*!
    \enum AsyncMySql::QueryModel::ReadMode

    This enum specifies how rows are read.

    \value Automatic in pages if the statement can be paged and an index has its order, otherwise
           as a stream
    \value Paged in pages, for each of which the server may have to sort all rows; if that is
           impossible, the model fails with Error::NotSupported and the reason
    \value Streamed as a stream
    \value RandomAccess in pages at any position, when they are shown

    \sa QueryModel::readMode
*/

/*!
    \enum AsyncMySql::QueryModel::FilterOperator

    This enum specifies how setFilter() compares a column with a value.

    \value Equal if the value is null, this finds NULL
    \value NotEqual
    \value Less
    \value LessOrEqual
    \value Greater
    \value GreaterOrEqual
    \value Contains the text contains the value
    \value StartsWith
    \value EndsWith
    \value Like the value is a pattern: % stands for any characters, _ for one character, | escapes
           them
    \value IsNull
    \value IsNotNull
*/

/*!
    \fn void AsyncMySql::QueryModel::errorOccurred(const AsyncMySql::Error &error)

    Emitted when reading has failed with \a error.
*/

/*!
    \fn void AsyncMySql::QueryModel::filtersChanged()

    Emitted when setFilter(), removeFilter() or clearFilters() has changed the filters.
*/

/*! Constructs a model without rows, with the given \a parent. */
QueryModel::QueryModel(QObject *parent)
    : QAbstractTableModel(parent)
    , d(std::make_unique<QueryModelPrivate>(this))
{
}

/*! Destroys the model and cancels its statement. */
QueryModel::~QueryModel()
{
    d->facts.stop();
}

/*!
    \property AsyncMySql::QueryModel::executor
    \brief the executor of the statement: a Connection, Pool, Transaction or Lease

    The default is \c nullptr. The property is reset when the executor is destroyed.
*/
Executor *QueryModel::executor() const
{
    return d->executor;
}

void QueryModel::setExecutor(Executor *executor)
{
    if (d->executor == executor)
        return;
    d->facts.stop();
    // Another server can have another table of this name.
    d->facts.forgetTable();
    d->executorIsLost = false;
    d->setExecutor(executor);
    d->changed(&QueryModel::executorChanged);
}

/*!
    \property AsyncMySql::QueryModel::sql
    \brief the statement

    If it has several results, like a procedure, the first result with rows is shown. If it is
    empty, which is the default, the model has no rows.
*/
QString QueryModel::sql() const
{
    return d->sql;
}

void QueryModel::setSql(const QString &sql)
{
    if (d->sql == sql)
        return;
    // An order that was set before the first statement applies to it.
    const bool losesOrder = d->order && !d->sql.isEmpty();
    d->sql = sql;
    if (losesOrder)
        d->order.reset();
    const QPointer<QueryModel> guard(this);
    if (losesOrder)
        Q_EMIT sortChanged(QPrivateSignal());
    if (guard)
        d->changed(&QueryModel::sqlChanged);
}

/*!
    \property AsyncMySql::QueryModel::parameters
    \brief the values of the placeholders

    The value is a QVariantList for question marks, a QVariantMap for names, or a single value for a
    single question mark. The default is an invalid QVariant, which means no values.

    \sa Executor::execute()
*/
QVariant QueryModel::parameters() const
{
    return d->parameters;
}

void QueryModel::setParameters(const QVariant &parameters)
{
    if (d->parameters == parameters && d->parameters.metaType() == parameters.metaType())
        return;
    d->parameters = parameters;
    d->changed(&QueryModel::parametersChanged);
}

/*!
    \property AsyncMySql::QueryModel::keyColumns
    \brief the columns by which refresh() identifies rows

    If it is empty, which is the default, the columns of primary keys in the result are used.
*/
QStringList QueryModel::keyColumns() const
{
    return d->keyColumns;
}

void QueryModel::setKeyColumns(const QStringList &names)
{
    if (d->keyColumns == names)
        return;
    d->keyColumns = names;
    Q_EMIT keyColumnsChanged(QPrivateSignal());
}

/*!
    \property AsyncMySql::QueryModel::fetchSize
    \brief the number of rows that are read first, and with each fetchMore(): the size of a page

    The default is 256. With ReadMode::RandomAccess, a change applies to the next refresh().
*/
int QueryModel::fetchSize() const
{
    return d->fetchSize;
}

void QueryModel::setFetchSize(int rows)
{
    rows = std::max(rows, 1);
    if (d->fetchSize == rows)
        return;
    d->fetchSize = rows;
    Q_EMIT fetchSizeChanged(QPrivateSignal());
}

/*!
    \property AsyncMySql::QueryModel::bufferLimit
    \brief the maximum size of unread rows in memory, in bytes; see Query::bufferLimit

    Pages after the first one have no more rows than fit into it, or into 64 KiB if that is more.
    The default is 1 MiB. A change applies to the next statement.
*/
qsizetype QueryModel::bufferLimit() const
{
    return d->bufferLimit;
}

void QueryModel::setBufferLimit(qsizetype bytes)
{
    if (d->bufferLimit == bytes)
        return;
    d->bufferLimit = bytes;
    Q_EMIT bufferLimitChanged(QPrivateSignal());
}

/*!
    \property AsyncMySql::QueryModel::cacheSize
    \brief the size of the rows that are kept with ReadMode::RandomAccess, in bytes

    If there are more, the pages that were not used for longest are forgotten. What views have just
    asked for is kept, whatever its size. The default is 32 MiB.
*/
qsizetype QueryModel::cacheSize() const
{
    return d->cacheSize;
}

void QueryModel::setCacheSize(qsizetype bytes)
{
    bytes = std::max<qsizetype>(bytes, 0);
    if (d->cacheSize == bytes)
        return;
    d->cacheSize = bytes;
    d->random.setCacheBytes(bytes);
    Q_EMIT cacheSizeChanged(QPrivateSignal());
}

/*!
    \property AsyncMySql::QueryModel::prefetch
    \brief whether all rows are read into memory without waiting for the view to be scrolled

    A stream frees its connection as soon as possible. The default is \c false. A change applies to
    the next statement.
*/
bool QueryModel::prefetch() const
{
    return d->prefetch;
}

void QueryModel::setPrefetch(bool prefetch)
{
    if (d->prefetch == prefetch)
        return;
    d->prefetch = prefetch;
    Q_EMIT prefetchChanged(QPrivateSignal());
}

/*!
    \property AsyncMySql::QueryModel::readMode
    \brief whether rows are read in pages, as a stream, or at random

    The default is ReadMode::Automatic. A change applies to the next statement.

    \sa paged
*/
QueryModel::ReadMode QueryModel::readMode() const
{
    return d->readMode;
}

void QueryModel::setReadMode(ReadMode mode)
{
    if (d->readMode == mode)
        return;
    d->readMode = mode;
    Q_EMIT readModeChanged(QPrivateSignal());
}

/*!
    \property AsyncMySql::QueryModel::paged
    \brief whether the rows are read in pages, one after the other or at random

    It is \c false until the first rows of a statement are shown.

    \sa readMode
*/
bool QueryModel::isPaged() const
{
    return d->published.paged;
}

/*!
    \property AsyncMySql::QueryModel::loading
    \brief whether the statement is queued, or requested rows have not arrived yet
*/
bool QueryModel::isLoading() const
{
    return d->published.loading;
}

/*!
    \property AsyncMySql::QueryModel::complete
    \brief whether the model has all rows of the statement

    With ReadMode::RandomAccess, whether the number of rows and their positions are exact: whether
    all rows have been counted.
*/
bool QueryModel::isComplete() const
{
    return d->published.complete;
}

/*!
    \property AsyncMySql::QueryModel::progress
    \brief the part of the rows that have been counted with ReadMode::RandomAccess, from 0 to 1

    It changes in steps of a hundredth. In other modes it is 1 if the model is complete, and 0
    otherwise.

    \sa complete
*/
double QueryModel::progress() const
{
    return d->published.progress;
}

/*!
    \property AsyncMySql::QueryModel::count
    \brief the number of rows, as returned by rowCount()
*/
int QueryModel::count() const
{
    return static_cast<int>(d->count());
}

/*!
    \property AsyncMySql::QueryModel::columnNames
    \brief the names of the columns

    The list is empty until the first rows or the end of the result have arrived.
*/
QStringList QueryModel::columnNames() const
{
    return d->columnNames;
}

/*!
    \property AsyncMySql::QueryModel::elapsed
    \brief the time from the start of the last statement to its first rows, in milliseconds

    If it had no rows, the time to its end. The time includes waiting for a connection and for
    earlier jobs.
*/
qint64 QueryModel::elapsed() const
{
    return d->elapsed();
}

/*!
    \property AsyncMySql::QueryModel::error
    \brief the error that ended reading, or Error::NoError

    The next statement clears it. With ReadMode::RandomAccess, so do rows that were read after it.
*/
Error QueryModel::error() const
{
    return d->error;
}

/*!
    Returns the row at \a index as it was received, with its columns and exact values, for example
    for exports. Returns an invalid row if \a index is not less than rowCount(), or if the row has
    not been read, which requests it (see ReadMode::RandomAccess). The row may outlive the model.
*/
Row QueryModel::row(int index) const
{
    return index >= 0 && index < rowCount() ? d->row(index) : Row();
}

/*!
    Executes the statement again and updates the rows that differ. If that fails, the rows stay as
    they are. Without an executor it fails with Error::ConnectionClosed.

    Rows are compared for a few milliseconds at a time, however many there are; loading is true
    until the comparison has finished.
*/
void QueryModel::refresh()
{
    d->isAskedFor = true;
    d->facts.forgetTable();
    d->schedule(QueryModelPrivate::Load::Refresh);
}

/*!
    Executes the statement again and shows its rows from the first one, which resets the model.
    Without an executor it fails with Error::ConnectionClosed, and the rows stay.
*/
void QueryModel::reload()
{
    d->isAskedFor = true;
    d->facts.forgetTable();
    d->schedule(QueryModelPrivate::Load::Replace);
}

/*!
    Cancels the statement if it is queued or running, which sets error to Error::Cancelled. Rows
    that were read stay. Does nothing if the model is not reading.
*/
void QueryModel::cancel()
{
    d->stop();
}

} // namespace AsyncMySql
