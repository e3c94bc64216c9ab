// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablemodel_p.h"

#include "rowkeys.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql {

using namespace Models;
using namespace Qt::StringLiterals;

/// Says why not.
bool TableModelPrivate::canEdit()
{
    if (!metadata)
        return false;
    if (metadata->canWrite())
        return true;
    fail(Error(Error::NotSupported,
               u"The rows of %1 cannot be told apart, as it has neither a primary key nor a unique "
               "one without NULL: it is read-only"_s.arg(metadata->quotedName)));
    return false;
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

bool TableModelPrivate::setValue(int index, int column, const QVariant &value)
{
    if (!canEdit() || metadata->columns[column].isGenerated)
        return false;
    TableRow &row = rows[static_cast<std::size_t>(index)];
    if (row.edit && row.edit->kind == Kind::Remove)
        return false;
    const QVariant given = asColumnValue(value, metadata->columns[column], typeOf(column));
    const bool isStored = !row.isNew() && given.isNull() == row.stored.isNull(column)
                          && (given.isNull() || given == row.stored.value(column));
    if (!row.edit && isStored)
        return true;
    RowEdit &edit = editOf(row, Kind::Update);
    // What is on its way makes the stored value another one, or may have done so.
    if (isStored && !edit.sent.contains(column) && !edit.uncertain.contains(column))
        edit.values.remove(column);
    else
        edit.values.insert(column, given);
    edit.error = {};
    edit.present = {};
    if (edit.kind == Kind::Update && edit.values.isEmpty() && !edit.isSubmitting)
        dropEdit(row);
    const quint64 id = row.id;
    const QPointer<TableModel> guard(q);
    rowChanged(index);
    if (guard)
        publish();
    if (guard)
        submitEdited(id);
    return true;
}

/// As far as the policy wants it.
void TableModelPrivate::submitEdited(quint64 id)
{
    const quint64 before = std::exchange(lastEdited, id);
    if (policy == Policy::Manual)
        return;
    if (before != 0 && before != id)
        submitPending(Failed::Leave, id);
    if (policy != Policy::OnFieldChange)
        return;
    const int index = indexOf(id);
    if (index >= 0 && !rows[static_cast<std::size_t>(index)].isNew())
        submitRows({id});
}

bool TableModelPrivate::insertRows(int first, int count)
{
    if (count < 1 || first < 0 || first > static_cast<int>(rows.size()) || !canEdit())
        return false;
    q->beginInsertRows({}, first, first + count - 1);
    for (int i = 0; i < count; ++i) {
        TableRow row{++lastId, {}, nullptr};
        editOf(row, Kind::Insert);
        rows.insert(rows.begin() + first + i, std::move(row));
    }
    q->endInsertRows();
    publish();
    return true;
}

void TableModelPrivate::removeRow(int index)
{
    TableRow &row = rows[static_cast<std::size_t>(index)];
    if (row.isNew() && !row.edit->isSubmitting) {
        const bool isUncertain = row.edit->isUncertain;
        eraseRow(index);
        if (isUncertain)
            schedule(Load::Rows);
        return;
    }
    RowEdit &edit = editOf(row, Kind::Remove);
    edit.kind = Kind::Remove;
    edit.error = {};
    edit.present = {};
    rowChanged(index);
}

void TableModelPrivate::eraseRow(int index)
{
    q->beginRemoveRows({}, index, index);
    dropEdit(rows[static_cast<std::size_t>(index)]);
    rows.erase(rows.begin() + index);
    q->endRemoveRows();
}

void TableModelPrivate::revertRow(int index)
{
    TableRow &row = rows[static_cast<std::size_t>(index)];
    if (!row.edit || row.edit->isSubmitting)
        return;
    const bool isUncertain = row.edit->isUncertain;
    const bool isGone = row.edit->error.code() == Error::RowChanged && !row.edit->present.isValid();
    if (row.isNew() || isGone) {
        eraseRow(index);
    } else {
        if (row.edit->present.isValid())
            row.stored = row.edit->present;
        dropEdit(row);
        rowChanged(index);
    }
    // It may have been written.
    if (isUncertain)
        schedule(Load::Rows);
}

/// Afterwards the user's values are changes of what is there now, and may be written.
void TableModelPrivate::acceptPresentValues(int index)
{
    TableRow &row = rows[static_cast<std::size_t>(index)];
    if (!row.edit || row.edit->error.code() != Error::RowChanged)
        return;
    RowEdit &edit = *row.edit;
    edit.error = {};
    if (edit.present.isValid()) {
        row.stored = edit.present;
        edit.present = {};
    } else if (edit.kind == Kind::Remove) {
        eraseRow(index);
        return;
    } else {
        // It is gone: to keep it is to insert it again, with all that it had.
        for (int column = 0; column < metadata->columns.size(); ++column) {
            if (!metadata->columns[column].isGenerated && !edit.values.contains(column))
                edit.values.insert(column, row.stored.value(column));
        }
        edit.kind = Kind::Insert;
        row.stored = {};
    }
    rowChanged(index);
}

void TableModelPrivate::rowChanged(int row)
{
    Q_EMIT q->dataChanged(q->index(row, 0), q->index(row, q->columnCount() - 1));
    Q_EMIT q->headerDataChanged(Qt::Vertical, row, row);
}

QMetaType TableModelPrivate::typeOf(int column) const
{
    return column < columns.size() ? columns[column].metaType() : QMetaType();
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

bool TableModelPrivate::isNull(const TableRow &row, int column) const
{
    if (row.edit) {
        const auto value = row.edit->values.find(column);
        if (value != row.edit->values.end())
            return value->isNull();
    }
    return row.isNew() || row.stored.isNull(column);
}

TableModel::CellState TableModelPrivate::cellState(const TableRow &row, int column) const
{
    using CellState = TableModel::CellState;
    if (!row.edit)
        return CellState::Stored;
    const RowEdit &edit = *row.edit;
    if (edit.present.isValid() && !isSame(edit.present, row.stored, column))
        return CellState::Conflicting;
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
