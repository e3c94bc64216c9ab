// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "roweditor.h"

#include "editors.h"
#include "samevalue.h"
#include "tablemodel_p.h"

#include <QtCore/qpointer.h>
#include <QtCore/qset.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;
using Load = RowsModelPrivate::Load;
using Policy = TableModel::SubmitPolicy;
using Kind = RowEdit::Kind;

/// Reports why not, unless the table is not known yet or will be replaced.
bool RowEditor::canEdit()
{
    if (!d->metadata || d->scheduled == Load::Replace || d->areRowsMoving())
        return false;
    if (d->isRandom()) {
        d->fail(Error(Error::NotSupported,
                      u"The rows of %1 are read at random (ReadMode::RandomAccess): the model is "
                      "read-only"_s.arg(d->metadata->quotedName)));
        return false;
    }
    if (d->metadata->canWrite())
        return true;
    d->fail(Error(Error::NotSupported,
                  u"The rows of %1 cannot be identified, since it has neither a primary key nor a "
                  "unique key without NULL: it is read-only"_s.arg(d->metadata->quotedName)));
    return false;
}

bool RowEditor::canWrite(int row, int column) const
{
    if (d->isRandom() || d->random.isShown())
        return false;
    const TableRow &about = d->rows.at(row);
    return d->metadata && d->metadata->canWrite() && !d->metadata->columns[column].isGenerated
           && !(about.edit && about.edit->kind == Kind::Remove);
}

/// Whether an editor returns the unchanged value, which is an empty text for NULL.
bool RowEditor::isUntouched(const TableRow &row, int column, const QVariant &edited) const
{
    const QVariant given = d->rows.editorData(row, column);
    if (given.isValid())
        return sameValue(given, edited);
    if (edited.typeId() != QMetaType::QString || !edited.toString().isEmpty())
        return false;
    return d->rows.typeOf(column).id() != QMetaType::QString
           || d->metadata->columns[column].isNullable;
}

/// Returns the value for \a column, or std::nullopt and an error if the column cannot have it.
std::optional<QVariant> RowEditor::accepted(RowAge age, int column, const QVariant &value)
{
    const TableColumn &about = d->metadata->columns[column];
    const ColumnValue converted
        = columnValue(value, about, d->rows.typeOf(column), age, d->rows.timeZoneOf(column));
    if (const QVariant *held = std::get_if<QVariant>(&converted))
        return *held;
    d->fail(Error(Error::InvalidParameter,
                  u"The column \"%1\" (%2) cannot have this value: %3"_s.arg(
                      about.name, about.type, std::get<Refusal>(converted).reason)));
    return std::nullopt;
}

std::optional<QVariant> RowEditor::accepted(const TableRow &row, int column, const QVariant &value)
{
    // The table may contain a value that would be refused, such as a zero date.
    if (!row.isNew() && !isNullValue(value) && isValueOf(row.stored, column, value))
        return value;
    return accepted(row.isNew() ? RowAge::New : RowAge::Stored, column, value);
}

bool RowEditor::setValue(int index, int column, const QVariant &value, Source source)
{
    if (!canEdit() || !canWrite(index, column))
        return false;
    const TableRow &row = d->rows.at(index);
    const bool isEdited = source == Source::Editor;
    if (isEdited && isUntouched(row, column, value))
        return true;
    const auto given
        = accepted(row, column, isEdited ? editedValue(value, d->rows.timeZoneOf(column)) : value);
    if (!given)
        return false;
    write(index, {{column, *given}});
    return true;
}

bool RowEditor::setValues(int index, const CellValues &values)
{
    if (!canEdit())
        return false;
    CellValues given;
    for (auto value = values.begin(); value != values.end(); ++value) {
        if (!canWrite(index, value.key()))
            return false;
        const auto held = accepted(d->rows.at(index), value.key(), *value);
        if (!held)
            return false;
        given.insert(value.key(), *held);
    }
    write(index, given);
    return true;
}

std::optional<CellValues> RowEditor::cellsOf(const QVariantMap &values) const
{
    CellValues cells;
    for (auto value = values.begin(); value != values.end(); ++value) {
        const int column = d->metadata ? d->metadata->indexOf(value.key()) : -1;
        if (column < 0)
            return std::nullopt;
        cells.insert(column, *value);
    }
    return cells;
}

std::optional<quint64> RowEditor::append(const QVariantMap &values)
{
    const auto given = cellsOf(values);
    if (!given || !canEdit())
        return std::nullopt;
    CellValues cells;
    for (auto value = given->begin(); value != given->end(); ++value) {
        const auto held = accepted(RowAge::New, value.key(), *value);
        if (!held)
            return std::nullopt;
        cells.insert(value.key(), *held);
    }
    const quint64 id = d->rows.nextId();
    const QPointer<TableModel> guard(d->q);
    if (!insertRows(static_cast<int>(d->rows.count()), 1, cells))
        return std::nullopt;
    if (guard && d->policy != Policy::Manual && !cells.isEmpty())
        d->submitter.submitRows({id});
    return id;
}

void RowEditor::write(int index, const CellValues &values)
{
    bool isChanged = false;
    for (auto value = values.begin(); value != values.end(); ++value)
        isChanged = write(index, value.key(), *value) || isChanged;
    if (!isChanged)
        return;
    TableRow &row = d->rows.own(index);
    if (row.edit->kind == Kind::Update && row.edit->values.isEmpty() && !row.edit->isSubmitting)
        d->rows.dropEdit(row);
    const quint64 id = row.id;
    const QPointer<TableModel> guard(d->q);
    d->rowChanged(index);
    if (guard)
        d->publish();
    if (guard)
        submitEdited(id);
}

/// Returns whether the row was changed.
bool RowEditor::write(int index, int column, const QVariant &value)
{
    const TableRow &before = d->rows.at(index);
    const bool isStored = !before.isNew() && isValueOf(before.stored, column, value);
    const bool isChanged = before.edit && before.edit->values.contains(column);
    if (isChanged ? sameValue(before.edit->values.value(column), value) : isStored)
        return false;
    TableRow &row = d->rows.own(index);
    RowEdit &edit = d->rows.editOf(row, Kind::Update);
    // The value that is being written replaces the stored one, or may have done so.
    if (isStored && !edit.sent.contains(column) && !edit.uncertain.contains(column))
        edit.values.remove(column);
    else
        edit.values.insert(column, value);
    if (!row.insertOutcomeUnknown())
        edit.error = {};
    edit.serverRow = {};
    return true;
}

/// According to the submit policy.
void RowEditor::submitEdited(quint64 id)
{
    const quint64 before = std::exchange(m_lastEdited, id);
    if (d->policy == Policy::Manual)
        return;
    const QPointer<TableModel> guard(d->q);
    if (before != 0 && before != id)
        d->submitter.submitPending(RowSubmitter::Failed::Leave, id);
    if (!guard || d->policy != Policy::OnFieldChange)
        return;
    const int index = d->rows.indexOf(id);
    if (index >= 0 && !d->rows.at(index).isNew())
        d->submitter.submitRows({id});
}

bool RowEditor::insertRows(int first, int count, const CellValues &values)
{
    if (count < 1 || first < 0 || first > d->rows.count() || !canEdit())
        return false;
    const QPointer<TableModel> guard(d->q);
    {
        const RowsModelPrivate::Change change(d);
        if (!d->rows.insertNew(first, count, values))
            return true;
    }
    if (guard)
        d->publish();
    return true;
}

void RowEditor::removeRow(int index)
{
    const QPointer<TableModel> guard(d->q);
    TableRow &row = d->rows.own(index);
    if (row.isNew() && !row.edit->isSubmitting) {
        const bool isUncertain = row.edit->isUncertain || row.edit->keyUnknown;
        eraseRow(index);
        if (guard && isUncertain)
            d->schedule(Load::Refresh);
        return;
    }
    RowEdit &edit = d->rows.editOf(row, Kind::Remove);
    edit.kind = Kind::Remove;
    edit.error = {};
    edit.serverRow = {};
    d->rowChanged(index);
}

bool RowEditor::removeRows(int first, int count)
{
    if (count < 1 || first < 0 || first + count > d->rows.count() || !canEdit())
        return false;
    QList<RowPlace> places;
    for (int i = first + count - 1; i >= first; --i)
        places.append({d->rows.own(i).id, i});
    const QPointer<TableModel> guard(d->q);
    QSet<quint64> ids;
    for (const RowPlace &place : std::as_const(places)) {
        ids.insert(place.id);
        const int index = d->rows.indexOf(place);
        if (index >= 0)
            removeRow(index);
        if (!guard)
            return true;
    }
    d->publish();
    if (guard && d->policy != Policy::Manual)
        d->submitter.submitRows(ids);
    return true;
}

void RowEditor::eraseRow(int index)
{
    const RowsModelPrivate::Change change(d);
    static_cast<void>(d->rows.remove(index, 1));
}

bool RowEditor::eraseRows(QList<RowPlace> places)
{
    std::sort(places.begin(), places.end(),
              [](const RowPlace &left, const RowPlace &right) { return left.row > right.row; });
    const QPointer<TableModel> guard(d->q);
    for (const RowPlace &place : std::as_const(places)) {
        const int index = d->rows.indexOf(place);
        if (index >= 0)
            eraseRow(index);
        if (!guard)
            return false;
    }
    return true;
}

void RowEditor::revertRow(int index)
{
    const TableRow &before = d->rows.at(index);
    if (!before.edit || before.edit->isSubmitting || d->areRowsMoving())
        return;
    TableRow &row = d->rows.own(index);
    const bool isUncertain = row.edit->isUncertain || row.edit->keyUnknown;
    const bool isGone
        = row.edit->error.code() == Error::RowChanged && !row.edit->serverRow.isValid();
    const QPointer<TableModel> guard(d->q);
    if ((row.isNew() && !row.edit->serverRow.isValid()) || isGone) {
        eraseRow(index);
    } else {
        if (row.edit->serverRow.isValid())
            row.stored = row.edit->serverRow;
        d->rows.dropEdit(row);
        d->rowChanged(index);
    }
    // It may have been written.
    if (guard && isUncertain)
        d->schedule(Load::Refresh);
}

void RowEditor::revertAll()
{
    const QList<RowPlace> places = d->rows.edited();
    const QPointer<TableModel> guard(d->q);
    for (auto place = places.rbegin(); place != places.rend(); ++place) {
        const int index = d->rows.indexOf(*place);
        if (index >= 0)
            revertRow(index);
        if (!guard)
            return;
    }
    d->publish();
}

int RowEditor::lastEditedRow() const
{
    return d->rows.indexOf(m_lastEdited);
}

void RowEditor::acceptServerValues(int index)
{
    const TableRow &before = d->rows.at(index);
    if (!before.edit || before.edit->error.code() != Error::RowChanged || before.edit->keyUnknown
        || d->areRowsMoving()) {
        return;
    }
    TableRow &row = d->rows.own(index);
    RowEdit &edit = *row.edit;
    edit.error = {};
    if (edit.serverRow.isValid()) {
        row.stored = edit.serverRow;
        edit.serverRow = {};
        if (edit.kind == Kind::Insert)
            edit.kind = Kind::Update;
    } else if (edit.kind == Kind::Remove) {
        eraseRow(index);
        return;
    } else {
        // The row was removed: keeping it means inserting it again with all its values.
        const TableMetadata &table = *d->metadata;
        for (int column = 0; column < table.columns.size(); ++column) {
            if (!table.columns[column].isGenerated && !edit.values.contains(column))
                edit.values.insert(column, exactValue(table, row.stored, column));
        }
        edit.kind = Kind::Insert;
        row.stored = {};
    }
    // The outcome of earlier attempts is known now.
    edit.forgetAttempts();
    d->rowChanged(index);
}

} // namespace AsyncMySql::Models
