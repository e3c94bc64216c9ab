// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablemodel_p.h"

#include "cells.h"
#include "editors.h"

#include <algorithm>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

/*! \reimp */
int TableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

/*! \reimp */
int TableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(d->columnNames.size());
}

/*! \reimp */
QVariant TableModel::data(const QModelIndex &index, int role) const
{
    // The same as in QueryModel.
    if (!hasIndex(index.row(), index.column(), index.parent()))
        return {};
    const int column = index.column();
    const int roleColumn = role - Qt::UserRole;
    const bool isOfColumn = roleColumn >= 0 && roleColumn < d->columnNames.size();
    const TableRow &row = d->row(index.row());
    const bool isLoaded = !d->random.isShown() || !row.isNew();
    if (role == LoadedRole)
        return isLoaded;
    if (!isLoaded && role != Qt::TextAlignmentRole) {
        return isOfColumn         ? QVariant::fromValue(nullptr)
               : role == NullRole ? QVariant(false)
                                  : QVariant();
    }
    switch (role) {
    case Qt::DisplayRole: {
        if (!row.isNew() && !(row.edit && row.edit->values.contains(column)))
            return displayText(row.stored, column);
        const QVariant value
            = inTimeZone(d->rows.cellValue(row, column), d->rows.timeZoneOf(column));
        return value.typeId() == QMetaType::QJsonValue ? d->rows.editorData(row, column).toString()
                                                       : displayText(value);
    }
    case Qt::EditRole:
        return d->rows.editorData(row, column);
    case Qt::TextAlignmentRole:
        return alignmentOf(d->rows.columns().value(column));
    case NullRole:
        return d->rows.isNull(row, column);
    case CellStateRole:
        return QVariant::fromValue(TableRows::cellState(row, column));
    case RowStateRole:
        return QVariant::fromValue(TableRows::rowState(row));
    case RowErrorRole:
        return row.edit && row.edit->error ? QVariant::fromValue(row.edit->error) : QVariant();
    case OriginalValueRole:
        return row.isNew() ? QVariant() : row.stored.value(column);
    case ServerValueRole:
        return row.edit && row.edit->serverRow.isValid() ? row.edit->serverRow.value(column)
                                                         : QVariant();
    default:
        break;
    }
    if (!isOfColumn)
        return {};
    return d->rows.isNull(row, roleColumn) ? QVariant::fromValue(nullptr)
                                           : d->rows.cellValue(row, roleColumn);
}

/*!
    Sets the cell at \a index to \a value if \a role is Qt::EditRole, and otherwise the column of
    \a role. An invalid QVariant is NULL, as are a null QString or QByteArray, and an empty text if
    the column has a type such as number or date and can be NULL. Setting the current value is not a
    change.

    Returns whether the cell can be edited and the column can have the value. Otherwise nothing is
    changed, and error is set to Error::InvalidParameter. The model refuses values that a server
    without strict mode would change: numbers out of range, with a wrong sign or with more decimals
    than the column has, texts that are not a number or date in the server's format, words that are
    not in an ENUM or SET, texts and bytes that are too long, NULL if the column cannot be NULL,
    invalid JSON. If the server refuses the value, the row reports the error.

    The model shows the value that will be stored: the word of an ENUM as declared, and a QDateTime
    or QTime with the fractional digits of the column, truncated and not rounded. Only the server
    removes spaces at the end of a CHAR and rounds a FLOAT; both are visible after the row was
    written.

    Qt::EditRole is for editors. A value that is returned unchanged is not a change, including an
    empty text for NULL. The date and time that a QDateTime shows are used as those of the session,
    whatever its time zone. In the roles of the columns, an empty text is an empty text, and a
    QDateTime is a moment.
*/
bool TableModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!hasIndex(index.row(), index.column(), index.parent()))
        return false;
    const bool isEdited = role == Qt::EditRole;
    const int column = isEdited ? index.column() : role - Qt::UserRole;
    using Source = RowEditor::Source;
    return column >= 0 && column < d->columnNames.size()
           && d->editor.setValue(index.row(), column, value,
                                 isEdited ? Source::Editor : Source::Program);
}

/*!
    Returns whether setData() accepts values for the cell at \a index. This includes cells with
    bytes, for which views have no editor: see binaryEditable.
*/
bool TableModel::canWrite(const QModelIndex &index) const
{
    return hasIndex(index.row(), index.column(), index.parent())
           && d->editor.canWrite(index.row(), index.column());
}

/*! \reimp */
QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical && role == Qt::DisplayRole && !d->random.isShown()
        && section >= 0 && section < count()) {
        switch (TableRows::rowState(d->rows.at(section))) {
        case RowState::Inserted:
            return u"*"_s;
        case RowState::Removed:
            return u"!"_s;
        case RowState::Uncertain:
            return u"?"_s;
        default:
            break;
        }
    }
    if (orientation == Qt::Vertical || section < 0 || section >= d->columnNames.size())
        return QAbstractTableModel::headerData(section, orientation, role);
    return headerOf(d->columnNames[section], d->rows.columns().value(section), role);
}

/*!
    Returns the flags of the cell at \a index. Cells with bytes, vectors and geometries, and texts
    that are too long for QLineEdit, are not editable, though setData() accepts values for them: see
    canWrite() and binaryEditable.
*/
Qt::ItemFlags TableModel::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (!canWrite(index))
        return flags;
    const TableRow &row = d->rows.at(index.row());
    const int column = index.column();
    const bool fits = row.isNew() || fitsIntoEditor(row.stored, column);
    if (d->isBinaryEditable || (hasEditor(d->rows.typeOf(column)) && fits))
        flags |= Qt::ItemIsEditable;
    return flags;
}

/*! Returns the names of the columns and of the roles of Role and QAbstractItemModel. */
QHash<int, QByteArray> TableModel::roleNames() const
{
    QHash<int, QByteArray> others = QAbstractTableModel::roleNames();
    others.insert({
        {NullRole, "isNull"},
        {CellStateRole, "cellState"},
        {RowStateRole, "rowState"},
        {RowErrorRole, "rowError"},
        {OriginalValueRole, "originalValue"},
        {ServerValueRole, "serverValue"},
        {LoadedRole, "isLoaded"},
    });
    return roleNamesOf(d->columnNames, others);
}

/*!
    Inserts \a count empty rows before \a row, for an invalid \a parent, and returns whether the
    rows were inserted. Columns that are not set get their defaults from the server when the row is
    submitted.
*/
bool TableModel::insertRows(int row, int count, const QModelIndex &parent)
{
    return !parent.isValid() && d->editor.insertRows(row, count);
}

/*!
    Appends a row with \a values, by the names of the columns, and returns its index. Returns -1 if
    the table is read-only, has no such column, or a column cannot have its value: see setData().
    The row is submitted unless submitPolicy is SubmitPolicy::Manual or there are no values.
*/
int TableModel::appendRow(const QVariantMap &values)
{
    const int row = count();
    return d->editor.append(values) ? row : -1;
}

/*!
    Sets the columns of \a row to \a values, by the names of the columns, as setData() does with the
    roles of the columns: all of them or none. Returns whether all of them can be set.
*/
bool TableModel::setRow(int row, const QVariantMap &values)
{
    const auto cells = d->editor.cellsOf(values);
    return cells && row >= 0 && row < count() && d->editor.setValues(row, *cells);
}

/*!
    Removes \a count rows starting at \a row, for an invalid \a parent, and returns whether the rows
    can be removed. Rows that are in the table stay until the removal was submitted, which happens
    immediately unless submitPolicy is SubmitPolicy::Manual.
*/
bool TableModel::removeRows(int row, int count, const QModelIndex &parent)
{
    return !parent.isValid() && d->editor.removeRows(row, count);
}

/*!
    Discards the changes of \a row. After Error::RowChanged, the row adopts the values in the table.
    Does nothing if the row is being submitted.
*/
void TableModel::revertRow(int row)
{
    if (row < 0 || row >= d->rows.count())
        return;
    const QPointer<TableModel> guard(this);
    d->editor.revertRow(row);
    if (guard)
        d->publish();
}

/*!
    After Error::RowChanged, applies the changes of \a row to the values in the table: the next
    submission overwrites them. If the row was removed from the table, it will be inserted again.
*/
void TableModel::acceptServerValues(int row)
{
    if (row < 0 || row >= d->rows.count())
        return;
    const QPointer<TableModel> guard(this);
    d->editor.acceptServerValues(row);
    if (guard)
        d->publish();
}

/*!
    Sorts the rows by \a column in the given \a order, in the server, and rows with equal values by
    the key. If \a column is -1, the rows are sorted by the key only. Changes are kept.
*/
void TableModel::sort(int column, Qt::SortOrder order)
{
    if (sortColumn() == std::max(column, -1) && (column < 0 || sortOrder() == order))
        return;
    if (column < 0)
        d->selection.order.reset();
    else
        d->selection.order = SqlOrder{column, order};
    d->changed(&TableModel::sortChanged, TableModelPrivate::Load::Refresh);
}

/*!
    Submits the changes that were not refused, unless submitPolicy is SubmitPolicy::Manual. Views
    call this function when the user leaves a row. Inserted rows without values, and those that may
    already be in the table (RowState::Uncertain), are skipped. Always returns true, because the
    result arrives later.
*/
bool TableModel::submit()
{
    if (d->policy != SubmitPolicy::Manual)
        d->submitter.submitPending(RowSubmitter::Failed::Leave);
    return true;
}

/*!
    Discards the changes of the row that was edited last, unless submitPolicy is
    SubmitPolicy::Manual. Views call this function when the user cancels editing.
*/
void TableModel::revert()
{
    if (d->policy != SubmitPolicy::Manual)
        revertRow(d->editor.lastEditedRow());
}

/*!
    Submits all changes, including those that were refused before, and inserted rows without values.
    Rows that may already be in the table (RowState::Uncertain) are inserted again.
*/
void TableModel::submitAll()
{
    d->submitter.submitPending(RowSubmitter::Failed::Again);
}

/*! Discards all changes that are not being submitted. */
void TableModel::revertAll()
{
    d->editor.revertAll();
}

/*!
    Stops reading, which sets error to Error::Cancelled; rows that were read stay. A submission is
    rolled back and its changes stay pending: errorOccurred() is emitted slightly later. A commit in
    flight cannot be stopped. Does nothing if the model is neither reading nor submitting.
*/
void TableModel::cancel()
{
    d->cancel();
}

/*!
    Reads the table again and updates the rows that differ. Changes that were not submitted are
    kept.

    Rows are compared for a few milliseconds at a time, however many there are; loading is true
    until the comparison has finished. If rows were inserted, removed or moved in some dozens of
    places (ten, if there are millions of rows), the model emits one layout change instead, as for
    sorting.
*/
void TableModel::refresh()
{
    d->schedule(TableModelPrivate::Load::Refresh);
}

} // namespace AsyncMySql
