// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablemodel_p.h"

#include "editors.h"
#include "rowkeys.h"
#include "samevalue.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

/// Says why not, unless the table is not there yet, or another one will be.
bool TableModelPrivate::canEdit()
{
    if (!metadata || scheduled == Load::Replace || isMerging)
        return false;
    if (metadata->canWrite())
        return true;
    fail(Error(Error::NotSupported,
               u"The rows of %1 cannot be told apart, as it has neither a primary key nor a unique "
               "one without NULL: it is read-only"_s.arg(metadata->quotedName)));
    return false;
}

bool TableModelPrivate::canWrite(int row, int column) const
{
    const std::unique_ptr<RowEdit> &edit = rows[static_cast<std::size_t>(row)].edit;
    return metadata && metadata->canWrite() && !metadata->columns[column].isGenerated
           && !(edit && edit->kind == Kind::Remove);
}

RowEdit &TableModelPrivate::editOf(TableRow &row, Kind kind)
{
    if (!row.edit) {
        row.edit = std::make_unique<RowEdit>();
        ++pending;
        row.edit->kind = kind;
    }
    return *row.edit;
}

void TableModelPrivate::dropEdit(TableRow &row)
{
    if (row.edit)
        --pending;
    row.edit.reset();
}

/// Whether an editor gives back what it was given. It gives an empty text for NULL.
bool TableModelPrivate::isUntouched(const TableRow &row, int column, const QVariant &edited) const
{
    const QVariant given = editorData(row, column);
    if (given.isValid())
        return sameValue(given, edited);
    if (edited.typeId() != QMetaType::QString || !edited.toString().isEmpty())
        return false;
    return typeOf(column).id() != QMetaType::QString || metadata->columns[column].isNullable;
}

/// What \a column gets; nothing, and an error that says why, if it cannot have it.
std::optional<QVariant> TableModelPrivate::accepted(RowAge age, int column, const QVariant &value)
{
    const TableColumn &about = metadata->columns[column];
    const ColumnValue converted
        = columnValue(value, about, typeOf(column), age, timeZoneOf(column));
    if (const QVariant *held = std::get_if<QVariant>(&converted))
        return *held;
    fail(Error(Error::InvalidParameter,
               u"The column \"%1\" (%2) cannot have this value: %3"_s.arg(
                   about.name, about.type, std::get<Refusal>(converted).reason)));
    return std::nullopt;
}

std::optional<QVariant> TableModelPrivate::accepted(const TableRow &row, int column,
                                                    const QVariant &value)
{
    // It may be there although it would be refused: a date of zeros, say.
    if (!row.isNew() && !isNullValue(value) && isValueOf(row.stored, column, value))
        return value;
    return accepted(row.isNew() ? RowAge::New : RowAge::Stored, column, value);
}

bool TableModelPrivate::setValue(int index, int column, const QVariant &value, Source source)
{
    if (!canEdit() || !canWrite(index, column))
        return false;
    const TableRow &row = rows[static_cast<std::size_t>(index)];
    const bool isEdited = source == Source::Editor;
    if (isEdited && isUntouched(row, column, value))
        return true;
    const auto given
        = accepted(row, column, isEdited ? editedValue(value, timeZoneOf(column)) : value);
    if (!given)
        return false;
    write(index, {{column, *given}});
    return true;
}

/// All of them, or none.
bool TableModelPrivate::setValues(int index, const CellValues &values)
{
    if (!canEdit())
        return false;
    const TableRow &row = rows[static_cast<std::size_t>(index)];
    CellValues given;
    for (auto value = values.begin(); value != values.end(); ++value) {
        if (!canWrite(index, value.key()))
            return false;
        const auto held = accepted(row, value.key(), *value);
        if (!held)
            return false;
        given.insert(value.key(), *held);
    }
    write(index, given);
    return true;
}

/// By the indexes of the columns; nothing if there is no such column.
std::optional<CellValues> TableModelPrivate::cellsOf(const QVariantMap &values) const
{
    CellValues cells;
    for (auto value = values.begin(); value != values.end(); ++value) {
        const int column = metadata ? metadata->indexOf(value.key()) : -1;
        if (column < 0)
            return std::nullopt;
        cells.insert(column, *value);
    }
    return cells;
}

void TableModelPrivate::write(int index, const CellValues &values)
{
    TableRow &row = rows[static_cast<std::size_t>(index)];
    bool isChanged = false;
    for (auto value = values.begin(); value != values.end(); ++value)
        isChanged = write(row, value.key(), *value) || isChanged;
    if (!isChanged)
        return;
    if (row.edit->kind == Kind::Update && row.edit->values.isEmpty() && !row.edit->isSubmitting)
        dropEdit(row);
    const quint64 id = row.id;
    const QPointer<TableModel> guard(q);
    rowChanged(index);
    if (guard)
        publish();
    if (guard)
        submitEdited(id);
}

/// Whether that makes a difference.
bool TableModelPrivate::write(TableRow &row, int column, const QVariant &value)
{
    const bool isStored = !row.isNew() && isValueOf(row.stored, column, value);
    const bool isChanged = row.edit && row.edit->values.contains(column);
    if (isChanged ? sameValue(row.edit->values.value(column), value) : isStored)
        return false;
    RowEdit &edit = editOf(row, Kind::Update);
    // What is on its way makes the stored value another one, or may have done so.
    if (isStored && !edit.sent.contains(column) && !edit.uncertain.contains(column))
        edit.values.remove(column);
    else
        edit.values.insert(column, value);
    if (!row.isAstray())
        edit.error = {};
    edit.present = {};
    return true;
}

/// As far as the policy wants it.
void TableModelPrivate::submitEdited(quint64 id)
{
    const quint64 before = std::exchange(lastEdited, id);
    if (policy == Policy::Manual)
        return;
    const QPointer<TableModel> guard(q);
    if (before != 0 && before != id)
        submitPending(Failed::Leave, id);
    if (!guard || policy != Policy::OnFieldChange)
        return;
    const int index = indexOf(id);
    if (index >= 0 && !rows[static_cast<std::size_t>(index)].isNew())
        submitRows({id});
}

bool TableModelPrivate::insertRows(int first, int count, const CellValues &values)
{
    if (count < 1 || first < 0 || first > static_cast<int>(rows.size()) || !canEdit())
        return false;
    const QPointer<TableModel> guard(q);
    {
        const Change change(this);
        isMerging = true;
        q->beginInsertRows({}, first, first + count - 1);
        if (change.isModelGone())
            return false;
        for (int i = 0; i < count; ++i) {
            TableRow row{++lastId, {}, nullptr};
            editOf(row, Kind::Insert).values = values;
            rows.insert(rows.begin() + first + i, std::move(row));
        }
        isMerging = false;
        q->endInsertRows();
    }
    if (guard)
        publish();
    return true;
}

void TableModelPrivate::removeRow(int index)
{
    TableRow &row = rows[static_cast<std::size_t>(index)];
    const QPointer<TableModel> guard(q);
    if (row.isNew() && !row.edit->isSubmitting) {
        const bool isUncertain = row.edit->isUncertain || row.edit->isOrphan;
        eraseRow(index);
        if (guard && isUncertain)
            schedule(Load::Refresh);
        return;
    }
    RowEdit &edit = editOf(row, Kind::Remove);
    edit.kind = Kind::Remove;
    edit.error = {};
    edit.present = {};
    rowChanged(index);
}

bool TableModelPrivate::removeRows(int first, int count)
{
    if (count < 1 || first < 0 || first + count > static_cast<int>(rows.size()) || !canEdit())
        return false;
    QList<RowPlace> places;
    for (int i = first + count - 1; i >= first; --i)
        places.append({rows[static_cast<std::size_t>(i)].id, i});
    const QPointer<TableModel> guard(q);
    QSet<quint64> ids;
    for (const RowPlace &place : std::as_const(places)) {
        ids.insert(place.id);
        const int index = indexOf(place);
        if (index >= 0)
            removeRow(index);
        if (!guard)
            return true;
    }
    publish();
    if (guard && policy != Policy::Manual)
        submitRows(ids);
    return true;
}

void TableModelPrivate::eraseRow(int index)
{
    const Change change(this);
    isMerging = true;
    q->beginRemoveRows({}, index, index);
    if (change.isModelGone())
        return;
    dropEdit(rows[static_cast<std::size_t>(index)]);
    rows.erase(rows.begin() + index);
    isMerging = false;
    q->endRemoveRows();
}

void TableModelPrivate::revertRow(int index)
{
    TableRow &row = rows[static_cast<std::size_t>(index)];
    if (!row.edit || row.edit->isSubmitting || isMerging)
        return;
    const bool isUncertain = row.edit->isUncertain || row.edit->isOrphan;
    const bool isGone = row.edit->error.code() == Error::RowChanged && !row.edit->present.isValid();
    const QPointer<TableModel> guard(q);
    if ((row.isNew() && !row.edit->present.isValid()) || isGone) {
        eraseRow(index);
    } else {
        if (row.edit->present.isValid())
            row.stored = row.edit->present;
        dropEdit(row);
        rowChanged(index);
    }
    // It may have been written.
    if (guard && isUncertain)
        schedule(Load::Refresh);
}

void TableModelPrivate::revertAll()
{
    QList<RowPlace> places;
    for (std::size_t i = rows.size(); i > 0; --i) {
        if (rows[i - 1].edit)
            places.append({rows[i - 1].id, static_cast<int>(i - 1)});
    }
    const QPointer<TableModel> guard(q);
    for (const RowPlace &place : std::as_const(places)) {
        const int index = indexOf(place);
        if (index >= 0)
            revertRow(index);
        if (!guard)
            return;
    }
    publish();
}

/// Afterwards the user's values are changes of what is there now, and may be written.
void TableModelPrivate::acceptPresentValues(int index)
{
    TableRow &row = rows[static_cast<std::size_t>(index)];
    if (!row.edit || row.edit->error.code() != Error::RowChanged || row.edit->isOrphan || isMerging)
        return;
    RowEdit &edit = *row.edit;
    edit.error = {};
    if (edit.present.isValid()) {
        row.stored = edit.present;
        edit.present = {};
        if (edit.kind == Kind::Insert)
            edit.kind = Kind::Update;
    } else if (edit.kind == Kind::Remove) {
        eraseRow(index);
        return;
    } else {
        // It is gone: to keep it is to insert it again, with all that it had.
        for (int column = 0; column < metadata->columns.size(); ++column) {
            if (!metadata->columns[column].isGenerated && !edit.values.contains(column))
                edit.values.insert(column, exactValue(*metadata, row.stored, column));
        }
        edit.kind = Kind::Insert;
        row.stored = {};
    }
    // What became of attempts before is known now.
    edit.forgetAttempts();
    rowChanged(index);
}

void TableModelPrivate::rowChanged(int row)
{
    const QPointer<TableModel> guard(q);
    Q_EMIT q->dataChanged(q->index(row, 0), q->index(row, q->columnCount() - 1));
    if (guard && row < q->count())
        Q_EMIT q->headerDataChanged(Qt::Vertical, row, row);
}

/// Returns whether the model is still there.
bool TableModelPrivate::rowsChanged(const QList<RowPlace> &places)
{
    const QPointer<TableModel> guard(q);
    for (const RowPlace &place : places) {
        const int index = indexOf(place);
        if (index >= 0)
            rowChanged(index);
        if (!guard)
            return false;
    }
    return true;
}

/// Returns whether the model is still there.
bool TableModelPrivate::eraseRows(QList<RowPlace> places)
{
    std::sort(places.begin(), places.end(),
              [](const RowPlace &left, const RowPlace &right) { return left.row > right.row; });
    const QPointer<TableModel> guard(q);
    for (const RowPlace &place : std::as_const(places)) {
        const int index = indexOf(place);
        if (index >= 0)
            eraseRow(index);
        if (!guard)
            return false;
    }
    return true;
}

QMetaType TableModelPrivate::typeOf(int column) const
{
    return column < columns.size() ? columns[column].metaType() : QMetaType();
}

QTimeZone TableModelPrivate::timeZoneOf(int column) const
{
    return column < columns.size() ? columns[column].timeZone() : QTimeZone::utc();
}

QVariant TableModelPrivate::cellValue(const TableRow &row, int column) const
{
    if (row.edit) {
        const auto value = row.edit->values.find(column);
        if (value != row.edit->values.end())
            return *value;
    }
    return row.isNew() ? QVariant(typeOf(column)) : row.stored.value(column);
}

QVariant TableModelPrivate::editorData(const TableRow &row, int column) const
{
    return row.isNew() || (row.edit && row.edit->values.contains(column))
               ? editorValue(inTimeZone(cellValue(row, column), timeZoneOf(column)))
               : editorValue(row.stored, column);
}

bool TableModelPrivate::isNull(const TableRow &row, int column) const
{
    if (row.edit) {
        const auto value = row.edit->values.find(column);
        if (value != row.edit->values.end())
            return isNullValue(*value);
    }
    return row.isNew() || row.stored.isNull(column);
}

TableModel::CellState TableModelPrivate::cellState(const TableRow &row, int column) const
{
    using CellState = TableModel::CellState;
    if (!row.edit)
        return CellState::Stored;
    const RowEdit &edit = *row.edit;
    if (edit.present.isValid()
        && (row.isNew() ? edit.values.contains(column)
                              && !isValueOf(edit.present, column, edit.values.value(column))
                        : !isSame(edit.present, row.stored, column))) {
        return CellState::Conflicting;
    }
    if (edit.kind != Kind::Remove && !edit.values.contains(column))
        return CellState::Stored;
    if (edit.error)
        return CellState::Failed;
    const bool isSent
        = edit.isSubmitting && (edit.kind == Kind::Remove || edit.sent.contains(column));
    return isSent ? CellState::Submitting : CellState::Changed;
}

TableModel::RowState TableModelPrivate::rowState(const TableRow &row) const
{
    if (!row.edit)
        return TableModel::RowState::Stored;
    if (row.isAstray() && !row.edit->isSubmitting)
        return TableModel::RowState::Uncertain;
    switch (row.edit->kind) {
    case Kind::Remove:
        return TableModel::RowState::Removed;
    case Kind::Insert:
        return TableModel::RowState::Inserted;
    case Kind::Update:
        break;
    }
    return TableModel::RowState::Changed;
}

int TableModelPrivate::indexOf(quint64 id) const
{
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [id](const TableRow &each) { return each.id == id; });
    return row == rows.end() ? -1 : static_cast<int>(row - rows.begin());
}

int TableModelPrivate::indexOf(const RowPlace &place) const
{
    const auto row = static_cast<std::size_t>(place.row);
    return row < rows.size() && rows[row].id == place.id ? place.row : indexOf(place.id);
}

/// Of the rows that are still there.
QHash<quint64, int> TableModelPrivate::rowIndexes(const QList<RowTask> &tasks) const
{
    QSet<quint64> ids;
    for (const RowTask &task : tasks)
        ids.insert(task.id);
    QHash<quint64, int> indexes;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (ids.contains(rows[i].id))
            indexes.insert(rows[i].id, static_cast<int>(i));
    }
    return indexes;
}

} // namespace AsyncMySql
