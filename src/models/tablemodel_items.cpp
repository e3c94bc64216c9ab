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
    // As in QueryModel.
    if (!hasIndex(index.row(), index.column(), index.parent()))
        return {};
    const TableRow &row = d->rows.at(index.row());
    const int column = index.column();
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
        return row.edit && row.edit->present.isValid() ? row.edit->present.value(column)
                                                       : QVariant();
    default:
        break;
    }
    const int roleColumn = role - Qt::UserRole;
    if (roleColumn < 0 || roleColumn >= d->columnNames.size())
        return {};
    return d->rows.isNull(row, roleColumn) ? QVariant::fromValue(nullptr)
                                           : d->rows.cellValue(row, roleColumn);
}

/*!
    Changes the cell at \a index to \a value, with Qt::EditRole, or the column that \a role is for.
    An invalid QVariant is NULL, and so are a null QString and QByteArray, and an empty text in a
    column of numbers, dates and the like that can be NULL. What the cell has already is no change.

    Returns whether the cell can be edited and the column can have the value. If not, nothing is
    changed, and error (Error::InvalidParameter) says why. Refused is what a server would change,
    were it not in strict mode: numbers out of range, of another sign or with more decimals than the
    column has, texts that are no number or no date as the server writes it, words that an ENUM or a
    SET does not have, texts and bytes that are too long, NULL where the column has none, invalid
    JSON. Whether the server takes the value is told by the row.

    The model shows what will be stored: the word of an ENUM as it was declared, and a QDateTime or
    QTime with the digits of a second that the column has, cut and not rounded. The server alone
    drops spaces at the end of a CHAR, and rounds a FLOAT; both are seen when the row was written.

    Qt::EditRole is for editors: what they give back as they were given it is no change, an empty
    text for NULL included, and of a QDateTime the date and time that the user has seen are taken,
    whatever its time zone, as those of the session. With the roles of the columns an empty text is
    one, and a QDateTime is a moment.
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
    Whether setData() takes values for the cell at \a index. That is so for bytes, too, for which
    views have no editor: see binaryEditable.
*/
bool TableModel::canWrite(const QModelIndex &index) const
{
    return hasIndex(index.row(), index.column(), index.parent())
           && d->editor.canWrite(index.row(), index.column());
}

/*! \reimp */
QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical && role == Qt::DisplayRole && section >= 0
        && section < count()) {
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
    Cells with bytes, vectors and geometries, and texts that are longer than QLineEdit takes, are not
    editable, though setData() takes values for them: see canWrite() and binaryEditable.
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

/*! The columns by their names, beside those of Role and QAbstractItemModel. */
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
    });
    return roleNamesOf(d->columnNames, others);
}

/*!
    Inserts \a count empty rows in front of \a row. Columns that are not set get their defaults from
    the server when the row is submitted.
*/
bool TableModel::insertRows(int row, int count, const QModelIndex &parent)
{
    return !parent.isValid() && d->editor.insertRows(row, count);
}

/*!
    Appends a row with \a values, by the names of the columns, and returns its index, or -1 if the
    table is read-only, has no such column, or a column cannot have its value, as setData() has it.
    Unless submitPolicy is SubmitPolicy::Manual, or there are no values, it is submitted.
*/
int TableModel::appendRow(const QVariantMap &values)
{
    const int row = count();
    return d->editor.append(values) ? row : -1;
}

/*!
    Changes the columns of \a row that \a values has by their names, as setData() does with the roles
    of the columns; all of them, or none. Returns whether all of them can be changed so.
*/
bool TableModel::setRow(int row, const QVariantMap &values)
{
    const auto cells = d->editor.cellsOf(values);
    return cells && row >= 0 && row < count() && d->editor.setValues(row, *cells);
}

/*!
    Removes \a count rows from \a row on. Rows that are in the table stay until the removal was
    submitted, which it is at once unless submitPolicy is SubmitPolicy::Manual.
*/
bool TableModel::removeRows(int row, int count, const QModelIndex &parent)
{
    return !parent.isValid() && d->editor.removeRows(row, count);
}

/*!
    Drops the changes of \a row. After Error::RowChanged the row becomes what somebody else has made
    of it. A row that is on its way is left alone.
*/
void TableModel::revertRow(int row)
{
    if (row < 0 || row >= count())
        return;
    const QPointer<TableModel> guard(this);
    d->editor.revertRow(row);
    if (guard)
        d->publish();
}

/*!
    After Error::RowChanged, lets the changes of \a row be changes of what is in the table now: the
    next submit writes them over it. If the row is gone from the table, it will be inserted again.
*/
void TableModel::acceptServerValues(int row)
{
    if (row < 0 || row >= count())
        return;
    const QPointer<TableModel> guard(this);
    d->editor.acceptServerValues(row);
    if (guard)
        d->publish();
}

/*!
    Lets the server sort the rows by \a column in the direction \a order, and equal ones by the key.
    A \a column of -1 sorts by the key alone. Changes stay.
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
    What views call when the user leaves a row: submits the changes that were not refused, unless
    submitPolicy is SubmitPolicy::Manual. Inserted rows in which nothing was set are left out, and
    those that may be in the table already (RowState::Uncertain). Always returns true, as the outcome
    comes later.
*/
bool TableModel::submit()
{
    if (d->policy != SubmitPolicy::Manual)
        d->submitter.submitPending(RowSubmitter::Failed::Leave);
    return true;
}

/*!
    What views call when the user gives up editing: drops the changes of the row that was edited
    last, unless submitPolicy is SubmitPolicy::Manual.
*/
void TableModel::revert()
{
    if (d->policy != SubmitPolicy::Manual)
        revertRow(d->editor.lastEditedRow());
}

/*!
    Submits all changes, those that were refused before included, and inserted rows in which nothing
    was set. Rows that may be in the table already (RowState::Uncertain) are inserted once more.
*/
void TableModel::submitAll()
{
    d->submitter.submitPending(RowSubmitter::Failed::Again);
}

/*! Drops all changes that are not on their way. */
void TableModel::revertAll()
{
    d->editor.revertAll();
}

/*!
    Stops reading, so that error is Error::Cancelled; rows that were read stay. Of changes that are
    on their way, what was written is rolled back, and they wait to be submitted again: that is told
    by errorOccurred() a little later. A commit that is on its way cannot be stopped. A model that
    neither reads nor writes is left alone.
*/
void TableModel::cancel()
{
    d->cancel();
}

/*!
    Reads the table again, and changes what is shown to what there is now, row by row. Changes that
    were not submitted stay.

    However many rows there are, they are compared a few milliseconds at a time; loading is true
    until that is done. Where rows came, went or changed places in some dozens of places (ten, of
    millions of rows), views are told of all of them at once, as when rows are sorted.
*/
void TableModel::refresh()
{
    d->schedule(TableModelPrivate::Load::Refresh);
}

} // namespace AsyncMySql
