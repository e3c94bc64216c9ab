// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querymodel_p.h"

#include "cells.h"

#include <algorithm>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

/*!
    \class AsyncMySql::QueryModel
    \inmodule AsyncMySql
    \brief The rows of a query as an item model, for views of Widgets and QML.

    \code
    auto *model = new QueryModel(this);
    model->setExecutor(shop);
    model->setSql("SELECT id, name, price FROM articles WHERE name LIKE ?");
    model->setParameters(QVariantList{"A%"});
    tableView->setModel(model);
    \endcode

    The model executes the statement when the event loop runs, once for all that was set until then.
    When something is set later, the statement that runs is cancelled and the new one takes its
    place: a search that follows the keyboard never queues up statements that nobody waits for any
    more. The rows that are shown stay until the first rows of the new statement are there.

    \section1 Rows as they are needed

    The model reads the first fetchSize rows, and further ones when the view is scrolled to their
    end. Until then the server waits, and the rows lie in neither of the two: a table of many
    millions opens as fast as a small one. What was read stays in the bytes in which it was
    received.

    Mind what that means for the executor: as long as a statement has rows that were not read, its
    connection can do nothing else, and the jobs behind it wait. Results that fit into bufferLimit
    (1 MiB by default) are read to their end at once. Of larger ones up to 64 MiB are read into memory
    as soon as other jobs have waited for 250 ms; the model shows them when they are asked for. What is
    larger still blocks the connection until it was scrolled through: Connection::blockingStatement
    and a warning in the log name the statement. Where other jobs share the connection with such a
    result, set a LIMIT in the statement, or give the model a connection of its own.

    \section1 Roles

    In Widgets each cell has Qt::DisplayRole (numbers and dates as the default QLocale writes them,
    nothing for NULL), Qt::EditRole (the value as Row::value() has it) and Qt::TextAlignmentRole
    (numbers to the right). In QML the columns are roles by their names, whatever the column of the
    index is: \c Qt::UserRole is the first column, the next one follows. There NULL is \c null, and
    an integer beyond 2^53, which JavaScript would round, is a QString of its digits.
    Where a column has the name of one of the roles of QAbstractItemModel, it takes that name over.
    NullRole, in QML \c isNull, tells whether the cell is NULL.

    \section1 Refreshing

    refresh() reads the rows again, as many as are shown, and tells the views what is different:
    rows that came, went, moved or changed. Selection, scroll position and current item stay where
    they are. Rows are recognised by keyColumns, which are the columns of the primary key unless
    told otherwise; without any they are compared by position. Where rows came, went or changed
    places in some dozens of places (ten, of millions of rows), views are told of all of them at
    once, as when rows are sorted: selection and current item of Widgets are kept then, too, but
    currentIndex of QML's views stays the number that it was.

    \section1 Sorting and filtering

    sort() and setFilter() are done by the server, over all rows, and not only over those that were
    read: the statement becomes a derived table, \c{SELECT * FROM (…) WHERE … ORDER BY …}. So the
    statement must be one \c SELECT (or \c WITH) without \c INTO and locks; one that is not fails
    with Error::NotSupported. A \c LIMIT in the statement is applied first. Sorting and filters stay
    when parameters change. When sql changes filters stay, and sorting ends, for the number of a
    column means another one then.

    \section1 Errors and lifetime

    An error that occurs while rows are read is in error, and told by errorOccurred(). Rows that
    were read stay, also when the connection is lost or the executor is destroyed; refresh() or
    reload() try again. The model does not own its executor. Both live in the same thread. A
    statement that runs is cancelled when the model is destroyed.

    \sa TableModel, Query
*/

/*!
    \enum AsyncMySql::QueryModel::Role

    \value NullRole whether the cell is NULL, as a \c bool
*/

/*!
    \enum AsyncMySql::QueryModel::FilterOperator

    \value Equal also finds NULL, where the value is null
    \value NotEqual
    \value Less
    \value LessOrEqual
    \value Greater
    \value GreaterOrEqual
    \value Contains the value is a part of the text
    \value StartsWith
    \value EndsWith
    \value Like the value is a pattern: % stands for any characters, _ for one, | before either
           makes it an ordinary one
    \value IsNull
    \value IsNotNull
*/

/*!
    \fn void AsyncMySql::QueryModel::errorOccurred(const AsyncMySql::Error &error)

    Reading has ended with \a error.
*/

/*!
    \fn void AsyncMySql::QueryModel::filtersChanged()

    The filters were changed by setFilter(), removeFilter() or clearFilters().
*/

/*! Makes a model without rows, with the parent \a parent. */
QueryModel::QueryModel(QObject *parent)
    : QAbstractTableModel(parent)
    , d(std::make_unique<QueryModelPrivate>(this))
{
}

/*! Cancels the statement if it runs. */
QueryModel::~QueryModel()
{
    d->forgetLearning();
}

/*!
    \property AsyncMySql::QueryModel::executor
    \brief what executes the statement: a Connection or a Transaction. Null by default, and when it was
    destroyed.
*/
Executor *QueryModel::executor() const
{
    return d->executor;
}

void QueryModel::setExecutor(Executor *executor)
{
    if (d->executor == executor)
        return;
    d->forgetLearning();
    d->executorIsLost = false;
    d->setExecutor(executor);
    d->changed(&QueryModel::executorChanged);
}

/*!
    \property AsyncMySql::QueryModel::sql
    \brief the statement. Where it has several results, as a procedure can have, the first one that
    has rows is shown. An empty statement, the default, leaves the model without rows.
*/
QString QueryModel::sql() const
{
    return d->sql;
}

void QueryModel::setSql(const QString &sql)
{
    if (d->sql == sql)
        return;
    // Where there was no statement yet, it was for the one that comes.
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
    \brief the values of the placeholders: a QVariantList for question marks, a QVariantMap for
    names, or a single value for a single question mark. There are none by default.

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
    \brief the columns by which refresh() recognises rows. Empty, the default, stands for those that
    the result says to be of primary keys.
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
    \brief how many rows are read at first, and with each fetchMore(). The default is 256.
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
    \brief how many bytes of rows may wait to be read before the server has to wait; see
    Query::bufferLimit. The default is 1 MiB. It counts from the next statement on.
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
    \property AsyncMySql::QueryModel::prefetch
    \brief whether all rows are read without waiting for the view to be scrolled, so that the
    connection is free as soon as possible. They take their memory then. The default is false.

    It counts from the next statement on.
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
    \property AsyncMySql::QueryModel::loading
    \brief whether rows that are wanted are on their way, or the statement waits for its turn.
*/
bool QueryModel::isLoading() const
{
    return d->published.loading;
}

/*!
    \property AsyncMySql::QueryModel::complete
    \brief whether all rows of the statement are shown.
*/
bool QueryModel::isComplete() const
{
    return d->published.complete;
}

/*!
    \property AsyncMySql::QueryModel::count
    \brief how many rows are shown: rowCount() as a property.
*/
int QueryModel::count() const
{
    return static_cast<int>(d->rows.count());
}

/*!
    \property AsyncMySql::QueryModel::columnNames
    \brief the names of the columns; none before the first rows or the end are there.
*/
QStringList QueryModel::columnNames() const
{
    return d->columnNames;
}

/*!
    \property AsyncMySql::QueryModel::elapsed
    \brief how many milliseconds it took from the start of the last statement to its first rows, or
    to its end if it had none. The wait for a connection, and for jobs in front of it, is a part of
    it.
*/
qint64 QueryModel::elapsed() const
{
    return d->elapsed;
}

/*!
    \property AsyncMySql::QueryModel::error
    \brief why reading ended; no error while all is well. The next statement clears it.
*/
Error QueryModel::error() const
{
    return d->error;
}

/*!
    Returns the row \a index as it was received, with its columns and exact values, for exports and
    the like; an invalid one if rowCount() is not larger than \a index. It outlives the model.
*/
Row QueryModel::row(int index) const
{
    return index >= 0 && index < rowCount() ? d->rows.readRow(index) : Row();
}

/*!
    Executes the statement again, and changes what is shown to what there is now, row by row. If
    that fails, the rows stay as they are. Without an executor it fails with
    Error::ConnectionClosed.

    However many rows there are, they are compared a few milliseconds at a time; loading is true
    until that is done.
*/
void QueryModel::refresh()
{
    d->isAskedFor = true;
    d->schedule(QueryModelPrivate::Load::Refresh);
}

/*!
    Executes the statement again, and shows its rows from the first one on (a reset of the model).
    Without an executor it fails with Error::ConnectionClosed, and the rows stay.
*/
void QueryModel::reload()
{
    d->isAskedFor = true;
    d->schedule(QueryModelPrivate::Load::Replace);
}

/*!
    Cancels the statement that waits or runs; error is Error::Cancelled then. Rows that were read
    stay. A model that reads nothing is left alone.
*/
void QueryModel::cancel()
{
    d->stop();
}

/*! \reimp */
int QueryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(d->rows.count());
}

/*! \reimp */
int QueryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(d->columns.size());
}

/*! \reimp */
QVariant QueryModel::data(const QModelIndex &index, int role) const
{
    // Qt Quick asks for delegates that are kept for later, too: no mistake that is worth a warning.
    if (!hasIndex(index.row(), index.column(), index.parent()))
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return displayText(d->rows.readRow(index.row()), index.column());
    case Qt::EditRole:
        return d->rows.readRow(index.row()).value(index.column());
    case Qt::TextAlignmentRole:
        return alignmentOf(d->columns[index.column()]);
    case NullRole:
        return d->rows.readRow(index.row()).isNull(index.column());
    default:
        break;
    }
    const int column = role - Qt::UserRole;
    if (column < 0 || column >= d->columns.size())
        return {};
    return scriptValue(d->rows.readRow(index.row()).value(column));
}

/*! \reimp */
QVariant QueryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical || section < 0 || section >= d->columns.size())
        return QAbstractTableModel::headerData(section, orientation, role);
    return headerOf(d->columnNames[section], d->columns[section], role);
}

/*! The columns by their names, beside \c isNull and the roles of QAbstractItemModel. */
QHash<int, QByteArray> QueryModel::roleNames() const
{
    QHash<int, QByteArray> others = QAbstractTableModel::roleNames();
    others.insert(NullRole, "isNull");
    return roleNamesOf(d->columnNames, others);
}

/*! Whether there are rows beyond those that are shown, as far as is known. */
bool QueryModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && d->canFetchMore();
}

/*! Reads the next fetchSize rows. Those that are not here yet are inserted when they come. */
void QueryModel::fetchMore(const QModelIndex &parent)
{
    if (!parent.isValid())
        d->fetchMore();
}

} // namespace AsyncMySql
