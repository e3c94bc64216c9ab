// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablemodel_p.h"

#include "samevalue.h"

#include <algorithm>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

/*!
    \class AsyncMySql::TableModel
    \inmodule AsyncMySql
    \brief The TableModel class provides an editable table to views of Widgets and QML.

    \snippet models.cpp table model

    The model queries the columns and keys of the table and then reads all rows that match the
    filter, up to the limit. Nothing blocks: the model reads and writes from the event loop.

    \section1 Changes

    setData(), insertRows() and removeRows() change the model immediately, and the table when the
    changes are submitted, which depends on submitPolicy. Until then CellStateRole and RowStateRole
    specify whether a cell or row is changed, being submitted, or was refused. Removed rows stay
    visible until they are removed from the table. A row may be changed again while it is being
    submitted.

    All rows that are submitted together are written in one transaction: all of them or none. If the
    executor is a Transaction, they are written in that transaction, after a savepoint, and its
    owner commits it; after a rollback, call refresh(). Only columns that were changed are written.
    Each row is read back in the same transaction, so that the model shows defaults, generated keys
    and the effects of triggers.

    A row that fails keeps its changes and its error (RowErrorRole), errorOccurred() is emitted, and
    the other rows are not written either. A lost connection loses no changes: submitAll() tries
    again. If the answer to the commit was lost (Error::Execution::Unknown), changes that were
    committed are then recognised by the key of the row, including a number of AUTO_INCREMENT. If
    refresh() reads such an inserted row first, its insertion is no longer pending. The key is
    unknown if the server generates it in another way (a DEFAULT with UUID(), a trigger): such a row
    becomes RowState::Uncertain, and no submitPolicy inserts it again. Call refresh() and check
    whether the row exists: if it does, revert the uncertain row; otherwise submitAll() inserts it.

    In tables of an engine without transactions (MyISAM), each row is written permanently when it is
    sent: rows before one that fails stay written, and their changes stay pending. When they are
    submitted again, updates and removals are recognised as done. An inserted row before such a
    failure is inserted again, which is an error if its key is set, and creates a second row
    otherwise.

    \section1 Editors

    The editors of Qt's item delegates receive values that they can return without loss: integers,
    dates and times in these types, and everything else (also dates before 1752, zero dates,
    microseconds and JSON) as the text in the server. NULL is an empty line. Since editors cannot
    distinguish an empty text from NULL, an empty text leaves NULL unchanged: see setData(). Cells
    with bytes and geometries are not editable unless binaryEditable is set, which requires a custom
    delegate. Edited numbers, dates and times are limited to the range of their editors: a spin box
    for 32-bit integers, line editors for all other numbers.

    \section1 Conflicts with other clients

    A row is only written if the columns that were changed in the model (for a removal, all columns)
    still have the values in the table that were read. Otherwise nothing is overwritten: the row
    fails with Error::RowChanged, ServerValueRole returns the values in the table, and the state of
    these cells is CellState::Conflicting. revertRow() adopts the values in the table;
    acceptServerValues() keeps the changes of the user, so that the next submission overwrites the
    values in the table. This does not depend on ConnectionOptions::isFoundRowsEnabled().

    \section1 Limits

    A table needs a primary key, or a unique key without NULL; without one, and for views, the model
    is readOnly, and attempts to edit set error. Generated columns cannot be edited. All rows are in
    memory, in the bytes in which they were received, unless the model reads them at random; use
    QueryModel to join tables.

    \section1 Random access

    With ReadMode::RandomAccess, the model is readOnly, and has all rows of a table of any size from
    the start; those that a view shows are read. The number of rows is an estimate until they have
    been counted, and so are positions: see QueryModel, section "Random access", which applies to
    this model, too. LoadedRole is whether a row has been read. The table must have a key, and an
    index with the order of sort(); a limit is not possible. Otherwise the model fails with
    Error::NotSupported and the reason.

    The model does not own its executor. Both live in the same thread. When the model is destroyed,
    changes that were not submitted are lost, and a submission that was not committed is rolled
    back.
*/

/*!
    \enum AsyncMySql::TableModel::Role

    \c{Qt::UserRole + n} is column n. In QML, the columns are roles with their names.

    \value NullRole whether the cell is NULL, as a \c bool (\c isNull in QML)
    \value CellStateRole the CellState (\c cellState)
    \value RowStateRole the RowState (\c rowState)
    \value RowErrorRole the Error of a row that could not be saved, otherwise invalid
           (\c rowError)
    \value OriginalValueRole the value when the row was read, without the user's change
           (\c originalValue)
    \value ServerValueRole after Error::RowChanged, the value in the table
           (\c serverValue)
    \value LoadedRole whether the row has been read, as a \c bool (\c isLoaded); always, except
           with ReadMode::RandomAccess
*/

/*!
    \enum AsyncMySql::TableModel::CellState

    \value Stored the same as in the table, as far as is known
    \value Changed changed but not submitted
    \value Submitting being submitted
    \value Failed changed and refused
    \value Conflicting changed by another client: see ServerValueRole
*/

/*!
    \enum AsyncMySql::TableModel::RowState

    \value Stored without changes
    \value Changed changed in the model but not in the table
    \value Inserted inserted in the model but not in the table
    \value Removed removed in the model but not from the table
    \value Uncertain inserted, and possibly or certainly in the table under an unknown key: see
           RowErrorRole
*/

/*!
    \enum AsyncMySql::TableModel::SubmitPolicy

    This enum specifies when changes are submitted.

    \value OnFieldChange Each setData() is submitted immediately; for inserted rows as with
                         OnRowChange.
    \value OnRowChange A row is submitted when another row is edited, or by submit(), which views
           call when the current row changes; inserted rows only if a value was set in them.
    \value Manual Rows are submitted by submitAll() only.
*/

/*!
    \enum AsyncMySql::TableModel::ReadMode

    This enum specifies how rows are read.

    \value Whole all of them; they can be edited
    \value RandomAccess in pages at any position, when they are shown; the model is read-only

    \sa TableModel::readMode
*/

/*!
    \fn void AsyncMySql::TableModel::submitted()

    Emitted when rows have been written and committed.
*/

/*!
    \fn void AsyncMySql::TableModel::errorOccurred(const AsyncMySql::Error &error)

    Emitted when reading or writing has failed with \a error.
*/

/*! Constructs a model without rows, with the given \a parent. */
TableModel::TableModel(QObject *parent)
    : QAbstractTableModel(parent)
    , d(std::make_unique<TableModelPrivate>(this))
{
}

/*! Destroys the model. Changes that were not submitted are lost. */
TableModel::~TableModel() = default;

/*!
    \property AsyncMySql::TableModel::executor
    \brief the executor that reads and writes the table: a Connection, a Transaction or another
    Executor

    The default is \c nullptr. The property is reset when the executor is destroyed. Setting another
    executor discards all changes. Rows are written in a separate transaction, or after a savepoint
    if the executor is a transaction. If the executor cannot begin transactions, writing fails with
    Error::NotSupported.

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
    \brief the name of the table, which can include a database: \c{shop.articles}

    Enclose parts that contain dots in backticks. Setting another table discards all changes.
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
    \brief the condition for rows, in the syntax of \c WHERE, with placeholders for values

    The default is empty, which means all rows. The filter becomes a part of the statement: pass
    user input in filterParameters.

    Rows with changes stay, whether or not they match.
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
    \brief the values of the placeholders in filter: a QVariantList, a QVariantMap or a single value
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
    \brief the maximum number of rows that are read

    If it is negative, which is the default, there is no limit.
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
    \brief when changes are submitted

    The default is SubmitPolicy::OnRowChange.
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
    \property AsyncMySql::TableModel::readMode
    \brief whether all rows are read, or those that are shown

    The default is ReadMode::Whole. Setting another mode reads the table again and discards all
    changes.
*/
TableModel::ReadMode TableModel::readMode() const
{
    return d->readMode;
}

void TableModel::setReadMode(ReadMode mode)
{
    if (d->readMode == mode)
        return;
    d->readMode = mode;
    d->changed(&TableModel::readModeChanged, TableModelPrivate::Load::Replace);
}

/*!
    \property AsyncMySql::TableModel::cacheSize
    \brief the size of the rows that are kept with ReadMode::RandomAccess, in bytes

    If there are more, the rows that were not used for longest are forgotten. What views have just
    asked for is kept, whatever its size. The default is 32 MiB.
*/
qsizetype TableModel::cacheSize() const
{
    return d->cacheSize;
}

void TableModel::setCacheSize(qsizetype bytes)
{
    bytes = std::max<qsizetype>(bytes, 0);
    if (d->cacheSize == bytes)
        return;
    d->cacheSize = bytes;
    d->random.setCacheBytes(bytes);
    Q_EMIT cacheSizeChanged(QPrivateSignal());
}

/*!
    \property AsyncMySql::TableModel::binaryEditable
    \brief whether views may open editors for cells with bytes, vectors and geometries, and for
    texts of more than 32767 characters

    The default is \c false, because the editors of Qt's delegates would corrupt these values.
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
    \brief the column by which the server sorts the rows

    The default is -1, which means the order of the key.
*/
int TableModel::sortColumn() const
{
    return d->selection.order ? d->selection.order->column : -1;
}

/*!
    \property AsyncMySql::TableModel::sortOrder
    \brief the sort order
*/
Qt::SortOrder TableModel::sortOrder() const
{
    return d->selection.order ? d->selection.order->order : Qt::AscendingOrder;
}

/*!
    \property AsyncMySql::TableModel::loading
    \brief whether the table is being read, or is scheduled to be read
*/
bool TableModel::isLoading() const
{
    return d->published.loading;
}

/*!
    \property AsyncMySql::TableModel::complete
    \brief whether all rows were read

    With ReadMode::RandomAccess, whether the number of rows and their positions are exact: whether
    all rows have been counted.
*/
bool TableModel::isComplete() const
{
    return d->published.complete;
}

/*!
    \property AsyncMySql::TableModel::progress
    \brief the part of the rows that have been counted with ReadMode::RandomAccess, from 0 to 1

    It changes in steps of a hundredth. Otherwise it is 1 if the model is complete, and 0 if it is
    not.
*/
double TableModel::progress() const
{
    return d->published.progress;
}

/*!
    \property AsyncMySql::TableModel::submitting
    \brief whether changes are being submitted
*/
bool TableModel::isSubmitting() const
{
    return d->published.submitting;
}

/*!
    \property AsyncMySql::TableModel::readOnly
    \brief whether the model cannot be edited

    This is true until the columns of the table are known, if the table has no key, and with
    ReadMode::RandomAccess.
*/
bool TableModel::isReadOnly() const
{
    return d->published.readOnly;
}

/*!
    \property AsyncMySql::TableModel::pendingChanges
    \brief the number of rows with changes that are not in the table
*/
int TableModel::pendingChanges() const
{
    return d->rows.pending();
}

/*!
    \property AsyncMySql::TableModel::count
    \brief the number of rows, as returned by rowCount()
*/
int TableModel::count() const
{
    return static_cast<int>(d->count());
}

/*!
    \property AsyncMySql::TableModel::columnNames
    \brief the names of the columns

    The list is empty until the columns are known.
*/
QStringList TableModel::columnNames() const
{
    return d->columnNames;
}

/*!
    \property AsyncMySql::TableModel::keyColumns
    \brief the columns that identify a row

    The list is empty for a table without a key.
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
    \brief the last error

    The next attempt to read or write clears it.
*/
Error TableModel::error() const
{
    return d->error;
}

} // namespace AsyncMySql
