// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablemodel_p.h"

#include "samevalue.h"

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

/*!
    \class AsyncMySql::TableModel
    \inmodule AsyncMySql
    \brief A table that can be edited, as an item model for views of Widgets and QML.

    \code
    auto *model = new TableModel(this);
    model->setExecutor(shop);
    model->setTable("articles");
    model->setFilter("price < ?");
    model->setFilterParameters(QVariantList{20});
    tableView->setModel(model);
    \endcode

    The model asks the server for the columns and keys of the table, and then reads its rows, all
    that pass filter and limit. Nothing blocks: rows come and changes go from the event loop.

    \section1 Changes

    setData(), insertRows() and removeRows() change the model at once, and the table when the
    changes are submitted, which is up to submitPolicy. Until then CellStateRole and RowStateRole
    tell what is changed, on its way, or was refused; rows that are removed stay visible until they
    are gone from the table, too. A row may be changed again while it is on its way.

    All rows that are submitted together are written in one transaction: all of them, or none. Where
    the executor is a Transaction, they are written in that, behind a savepoint, and it is for its
    owner to commit; after a rollback call refresh(). Only columns that were changed are written.
    Each row is read back in the same transaction, so that defaults, generated keys and what
    triggers have made are shown.

    A row that fails keeps its changes and its error (RowErrorRole), and nothing of the others is
    written either. errorOccurred() tells of it. A lost connection loses no change: submitAll()
    tries again. Where the answer to the commit was lost (Error::Execution::Unknown), what was done
    is found to be done then, by the key of the row, which is known for a number of AUTO_INCREMENT,
    too. If refresh() reads such an inserted row before, its insertion is not pending any more. The
    key is not known where the server makes up another one (a DEFAULT with UUID(), a trigger): such
    a row becomes RowState::Uncertain, and no submitPolicy inserts it again. Call refresh(), and
    look: if the row is there, revert the uncertain one, and if not, submitAll() inserts it.

    In tables of an engine without transactions (MyISAM) each row is written for good as soon as it
    is sent: rows in front of one that fails stay written, and their changes stay pending. Submitted
    again, updates and removals are found to be done. A row that is inserted with such a failure
    behind it is inserted again, which is an error if its key is given, and a second row if it is
    not.

    \section1 Editors

    The editors of Qt's item delegates get what they can give back unharmed: integers, dates and
    times as such, all else (and dates before 1752, zero dates, microseconds, JSON) as the text that
    the server has, and NULL as an empty line. They have no way to tell an empty text from NULL, so
    that an empty text leaves NULL as it is: see setData(). Cells with bytes and geometries are not
    editable unless binaryEditable is set, for which a delegate of one's own is needed. Of numbers,
    dates and times that are edited, editors keep what they have room for only: a spin box for 32-bit
    integers, line editors for all other numbers.

    \section1 When somebody else has changed the row

    A row is only written if the columns that were changed here (for a removal, all of them) still
    are in the table as they were read. Otherwise nothing is overwritten: the row fails with
    Error::RowChanged, ServerValueRole has what is in the table now, and the state of those cells
    is CellState::Conflicting. revertRow() takes over what is there; acceptServerValues() keeps the
    user's own changes, so that the next submit writes them on top of it. This works whatever
    ConnectionOptions::isFoundRowsEnabled() says.

    \section1 Limits

    A table needs a primary key, or a unique one without NULL; without it, and for views, the model
    is readOnly, and says why in error when somebody tries to edit. Generated columns cannot be
    edited. All rows are in memory, in the bytes in which they were received; to leaf through large
    tables, and to join them, there is QueryModel.

    The model does not own its executor. Both live in the same thread. When the model is destroyed,
    changes that are not submitted are lost, and what is on its way without a commit is rolled back.
*/

/*!
    \enum AsyncMySql::TableModel::Role

    Qt::UserRole and what follows are the columns, by their names in QML.

    \value NullRole whether the cell is NULL, as a \c bool (\c isNull in QML)
    \value CellStateRole the CellState (\c cellState)
    \value RowStateRole the RowState (\c rowState)
    \value RowErrorRole the Error of a row that could not be written; nothing otherwise (\c
           rowError)
    \value OriginalValueRole the value without the user's change (\c originalValue)
    \value ServerValueRole after Error::RowChanged, what somebody else has made of the cell
           (\c serverValue)
*/

/*!
    \enum AsyncMySql::TableModel::CellState

    \value Stored as it is in the table, as far as is known
    \value Changed to be submitted
    \value Submitting on its way
    \value Failed changed, and refused
    \value Conflicting changed by somebody else: see ServerValueRole
*/

/*!
    \enum AsyncMySql::TableModel::RowState

    \value Stored without changes
    \value Changed
    \value Inserted here, and not in the table yet
    \value Removed to be removed
    \value Uncertain inserted here, and perhaps, or certainly, in the table, under a key that is not
           known: see RowErrorRole
*/

/*!
    \enum AsyncMySql::TableModel::SubmitPolicy

    \value OnFieldChange each setData() is submitted at once; of inserted rows as with OnRowChange
    \value OnRowChange rows are submitted when another row is edited, or by submit(), which views
           call when the current row changes; inserted rows as soon as something was set in them
    \value Manual rows are submitted by submitAll() alone
*/

/*!
    \fn void AsyncMySql::TableModel::submitted()

    Rows have been written and committed.
*/

/*!
    \fn void AsyncMySql::TableModel::errorOccurred(const AsyncMySql::Error &error)

    Reading or writing has failed with \a error.
*/

/*! Makes a model without rows, with the parent \a parent. */
TableModel::TableModel(QObject *parent)
    : QAbstractTableModel(parent)
    , d(std::make_unique<TableModelPrivate>(this))
{
}

/*! Drops the changes that were not submitted. */
TableModel::~TableModel() = default;

/*!
    \property AsyncMySql::TableModel::executor
    \brief what reads and writes the table: a Connection, a Transaction, or another Executor. Null by
    default, and when it was destroyed. Another one drops all changes. Rows are written in a
    transaction of their own, or behind a savepoint of the one that was given: with an executor that
    cannot begin transactions, writing fails with Error::NotSupported.

    Several models can write in one transaction: they do so one after the other.
*/
Executor *TableModel::executor() const
{
    return d->executor;
}

void TableModel::setExecutor(Executor *executor)
{
    if (d->executor == executor)
        return;
    d->setExecutor(executor);
    d->changed(&TableModel::executorChanged, TableModelPrivate::Load::Replace);
}

/*!
    \property AsyncMySql::TableModel::table
    \brief the name of the table, of the connection's database or with its own: \c{shop.articles}.
    Parts with dots in them have backticks around them. Another one drops all changes.
*/
QString TableModel::table() const
{
    return d->tableName;
}

void TableModel::setTable(const QString &table)
{
    if (d->tableName == table)
        return;
    d->tableName = table;
    d->changed(&TableModel::tableChanged, TableModelPrivate::Load::Replace);
}

/*!
    \property AsyncMySql::TableModel::filter
    \brief the condition that rows must meet, as \c WHERE has it, with placeholders for values.
    Empty by default, for all rows. It is a part of the statement: what users type belongs into
    filterParameters.

    Rows with changes stay, whether they pass it or not.
*/
QString TableModel::filter() const
{
    return d->selection.filter;
}

void TableModel::setFilter(const QString &condition)
{
    if (d->selection.filter == condition)
        return;
    d->selection.filter = condition;
    d->changed(&TableModel::filterChanged, TableModelPrivate::Load::Refresh);
}

/*!
    \property AsyncMySql::TableModel::filterParameters
    \brief the values of the placeholders in filter: a QVariantList, a QVariantMap, or a single
    value.
*/
QVariant TableModel::filterParameters() const
{
    return d->selection.filterParameters;
}

void TableModel::setFilterParameters(const QVariant &parameters)
{
    QVariant &current = d->selection.filterParameters;
    if (sameValue(current, parameters) && current.metaType() == parameters.metaType())
        return;
    current = parameters;
    d->changed(&TableModel::filterParametersChanged, TableModelPrivate::Load::Refresh);
}

/*!
    \property AsyncMySql::TableModel::limit
    \brief how many rows are read at the most; all, the default, if it is negative.
*/
int TableModel::limit() const
{
    return d->selection.limit;
}

void TableModel::setLimit(int rows)
{
    if (d->selection.limit == rows)
        return;
    d->selection.limit = rows;
    d->changed(&TableModel::limitChanged, TableModelPrivate::Load::Refresh);
}

/*!
    \property AsyncMySql::TableModel::submitPolicy
    \brief when changes are written. The default is SubmitPolicy::OnRowChange.
*/
TableModel::SubmitPolicy TableModel::submitPolicy() const
{
    return d->policy;
}

void TableModel::setSubmitPolicy(SubmitPolicy policy)
{
    if (d->policy == policy)
        return;
    d->policy = policy;
    Q_EMIT submitPolicyChanged(QPrivateSignal());
}

/*!
    \property AsyncMySql::TableModel::binaryEditable
    \brief whether views may open editors for cells with bytes, vectors and geometries, and for
    texts of more than 32767 characters. False by default: the editors of Qt's own delegates would
    harm them.
*/
bool TableModel::isBinaryEditable() const
{
    return d->isBinaryEditable;
}

void TableModel::setBinaryEditable(bool editable)
{
    if (d->isBinaryEditable == editable)
        return;
    d->isBinaryEditable = editable;
    Q_EMIT binaryEditableChanged(QPrivateSignal());
}

/*!
    \property AsyncMySql::TableModel::sortColumn
    \brief the column by which the server sorts the rows, or -1, the default, for the order of the
    key.
*/
int TableModel::sortColumn() const
{
    return d->selection.order ? d->selection.order->column : -1;
}

/*!
    \property AsyncMySql::TableModel::sortOrder
    \brief the direction of sorting.
*/
Qt::SortOrder TableModel::sortOrder() const
{
    return d->selection.order ? d->selection.order->order : Qt::AscendingOrder;
}

/*!
    \property AsyncMySql::TableModel::loading
    \brief whether the table is being read, or will be.
*/
bool TableModel::isLoading() const
{
    return d->published.loading;
}

/*!
    \property AsyncMySql::TableModel::complete
    \brief whether all rows were read.
*/
bool TableModel::isComplete() const
{
    return d->published.complete;
}

/*!
    \property AsyncMySql::TableModel::submitting
    \brief whether changes are on their way.
*/
bool TableModel::isSubmitting() const
{
    return d->published.submitting;
}

/*!
    \property AsyncMySql::TableModel::readOnly
    \brief whether nothing can be edited: before the table is known, and if it has no key.
*/
bool TableModel::isReadOnly() const
{
    return d->published.readOnly;
}

/*!
    \property AsyncMySql::TableModel::pendingChanges
    \brief how many rows have changes that are not in the table yet.
*/
int TableModel::pendingChanges() const
{
    return d->rows.pending();
}

/*!
    \property AsyncMySql::TableModel::count
    \brief how many rows there are: rowCount() as a property.
*/
int TableModel::count() const
{
    return static_cast<int>(d->rows.count());
}

/*!
    \property AsyncMySql::TableModel::columnNames
    \brief the names of the columns, as soon as they are known.
*/
QStringList TableModel::columnNames() const
{
    return d->columnNames;
}

/*!
    \property AsyncMySql::TableModel::keyColumns
    \brief the columns that tell the rows apart; none for a table without a key.
*/
QStringList TableModel::keyColumns() const
{
    QStringList names;
    for (const int column : d->metadata ? d->metadata->key : QList<int>())
        names.append(d->columnNames[column]);
    return names;
}

/*!
    \property AsyncMySql::TableModel::error
    \brief what went wrong last. The next attempt to read or write clears it.
*/
Error TableModel::error() const
{
    return d->error;
}

} // namespace AsyncMySql
