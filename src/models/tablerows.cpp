// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablerows.h"

#include "editors.h"
#include "rowkeys.h"
#include "samevalue.h"

#include <QtCore/qset.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace AsyncMySql::Models {

namespace {

qsizetype placeOf(quint64 id)
{
    return -static_cast<qsizetype>(id);
}

quint64 idOf(qsizetype place)
{
    return static_cast<quint64>(-place);
}

} // namespace

void RowEdit::removeValues(const CellValues &written)
{
    for (auto value = written.begin(); value != written.end(); ++value) {
        const auto now = values.constFind(value.key());
        if (now != values.constEnd() && sameValue(*now, *value))
            values.erase(now);
    }
}

RowTask taskOf(const TableRow &row)
{
    const RowEdit &edit = *row.edit;
    return {row.id,
            edit.kind,
            edit.values,
            row.stored,
            edit.isUncertain,
            edit.uncertain,
            false,
            edit.uncertainKey,
            edit.uncertainRow,
            false,
            {}};
}

const TableRow &TableRows::at(qsizetype index) const
{
    if (const qsizetype ownPlace = place(index); ownPlace < 0)
        return m_own.at(ownPlace);
    m_read.stored = readRow(index);
    return m_read;
}

TableRow &TableRows::own(qsizetype index)
{
    ++m_revision;
    if (const qsizetype ownPlace = place(index); ownPlace < 0)
        return m_own.at(ownPlace);
    const quint64 id = ++m_lastId;
    TableRow &row = m_own[placeOf(id)];
    row.id = id;
    row.stored = readRow(index);
    setPlace(index, placeOf(id));
    return row;
}

int TableRows::indexOf(quint64 id) const
{
    const auto found = std::find(places().begin(), places().end(), placeOf(id));
    return id == 0 || found == places().end() ? -1 : static_cast<int>(found - places().begin());
}

int TableRows::indexOf(const RowPlace &row) const
{
    return row.row < count() && place(row.row) == placeOf(row.id) ? row.row : indexOf(row.id);
}

QHash<quint64, int> TableRows::indexesOf(const QList<RowTask> &tasks) const
{
    QSet<quint64> ids;
    for (const RowTask &task : tasks)
        ids.insert(task.id);
    QHash<quint64, int> indexes;
    for (std::size_t i = 0; i < places().size(); ++i) {
        if (places()[i] < 0 && ids.contains(idOf(places()[i])))
            indexes.insert(idOf(places()[i]), static_cast<int>(i));
    }
    return indexes;
}

QList<RowPlace> TableRows::edited() const
{
    QList<RowPlace> rows;
    for (std::size_t i = 0; i < places().size(); ++i) {
        if (places()[i] < 0 && m_own.at(places()[i]).edit)
            rows.append({idOf(places()[i]), static_cast<int>(i)});
    }
    return rows;
}

RowEdit &TableRows::editOf(TableRow &row, RowEdit::Kind kind)
{
    if (!row.edit) {
        row.edit = std::make_unique<RowEdit>();
        ++m_pending;
        row.edit->kind = kind;
    }
    return *row.edit;
}

void TableRows::dropEdit(TableRow &row)
{
    if (row.edit)
        --m_pending;
    row.edit.reset();
}

bool TableRows::insertNew(qsizetype first, qsizetype count, const CellValues &values)
{
    ++m_revision;
    std::vector<qsizetype> newPlaces;
    for (qsizetype i = 0; i < count; ++i) {
        const quint64 id = ++m_lastId;
        TableRow &row = m_own[placeOf(id)];
        row.id = id;
        editOf(row, RowEdit::Kind::Insert).values = values;
        newPlaces.push_back(placeOf(id));
    }
    return insert(first, newPlaces);
}

void TableRows::released(qsizetype place)
{
    ++m_revision;
    const auto row = m_own.find(place);
    dropEdit(row->second);
    m_own.erase(row);
}

void TableRows::clear()
{
    ++m_revision;
    reset({}, 0);
    m_own.clear();
    m_pending = 0;
}

RowComparison::Rows TableRows::snapshot() const
{
    RowComparison::Rows rows{chunks(), count(), places()};
    for (const auto &[place, row] : m_own) {
        RowComparison::ChangedRow changed{row.stored, row.edit != nullptr};
        if (row.isNew() && row.edit && row.edit->isUncertain && row.edit->uncertainRow.isValid()) {
            changed.row = row.edit->uncertainRow;
            changed.isSelf
                = [task = taskOf(row)](const Row &read) { return isOwnWork(read, task); };
        }
        rows.changed.insert(place, changed);
    }
    return rows;
}

QList<RowPlace> TableRows::adopt(const RowComparison &comparison)
{
    ++m_revision;
    QList<RowPlace> found;
    const qsizetype end = m_own.empty() ? 0 : count();
    for (qsizetype i = 0; i < end; ++i) {
        const qsizetype read = comparison.readIndex(i);
        if (place(i) >= 0 || read < 0)
            continue;
        const auto row = m_own.find(place(i));
        if (!row->second.edit) {
            m_own.erase(row);
            setPlace(i, read);
        } else if (row->second.isNew() && applyFound(row->second, comparison.after().row(read))) {
            found.append({row->second.id, static_cast<int>(i)});
        }
    }
    ShownRows::adopt(comparison);
    return found;
}

/// The row was read from the table: it was inserted by an attempt whose commit was not confirmed.
/// Later changes of the user stay pending. Returns whether the row has changed; while it is being
/// submitted again, the result of that decides.
bool TableRows::applyFound(TableRow &row, const Row &read)
{
    RowEdit &edit = *row.edit;
    if (edit.isSubmitting || edit.kind != RowEdit::Kind::Insert)
        return false;
    edit.removeValues(transformedValues(read, taskOf(row)));
    row.stored = read;
    edit.kind = RowEdit::Kind::Update;
    edit.error = {};
    edit.serverRow = {};
    edit.forgetAttempts();
    for (auto value = edit.values.begin(); value != edit.values.end();)
        value = hasValues(read, {{value.key(), *value}}) ? edit.values.erase(value)
                                                         : std::next(value);
    if (edit.values.isEmpty())
        dropEdit(row);
    return true;
}

QMetaType TableRows::typeOf(int column) const
{
    return column < m_columns.size() ? m_columns[column].metaType() : QMetaType();
}

QTimeZone TableRows::timeZoneOf(int column) const
{
    return column < m_columns.size() ? m_columns[column].timeZone() : QTimeZone::utc();
}

QVariant TableRows::cellValue(const TableRow &row, int column) const
{
    if (row.edit) {
        const auto value = row.edit->values.find(column);
        if (value != row.edit->values.end())
            return *value;
    }
    return row.isNew() ? QVariant(typeOf(column)) : row.stored.value(column);
}

QVariant TableRows::editorData(const TableRow &row, int column) const
{
    return row.isNew() || (row.edit && row.edit->values.contains(column))
               ? editorValue(inTimeZone(cellValue(row, column), timeZoneOf(column)))
               : editorValue(row.stored, column);
}

bool TableRows::isNull(const TableRow &row, int column) const
{
    if (row.edit) {
        const auto value = row.edit->values.find(column);
        if (value != row.edit->values.end())
            return isNullValue(*value);
    }
    return row.isNew() || row.stored.isNull(column);
}

TableModel::CellState TableRows::cellState(const TableRow &row, int column)
{
    using CellState = TableModel::CellState;
    if (!row.edit)
        return CellState::Stored;
    const RowEdit &edit = *row.edit;
    if (edit.serverRow.isValid()
        && (row.isNew() ? edit.values.contains(column)
                              && !isValueOf(edit.serverRow, column, edit.values.value(column))
                        : !isSame(edit.serverRow, row.stored, column))) {
        return CellState::Conflicting;
    }
    if (edit.kind != RowEdit::Kind::Remove && !edit.values.contains(column))
        return CellState::Stored;
    if (edit.error)
        return CellState::Failed;
    const bool isSent
        = edit.isSubmitting && (edit.kind == RowEdit::Kind::Remove || edit.sent.contains(column));
    return isSent ? CellState::Submitting : CellState::Changed;
}

TableModel::RowState TableRows::rowState(const TableRow &row)
{
    if (!row.edit)
        return TableModel::RowState::Stored;
    if (row.insertOutcomeUnknown() && !row.edit->isSubmitting)
        return TableModel::RowState::Uncertain;
    switch (row.edit->kind) {
    case RowEdit::Kind::Remove:
        return TableModel::RowState::Removed;
    case RowEdit::Kind::Insert:
        return TableModel::RowState::Inserted;
    case RowEdit::Kind::Update:
        break;
    }
    return TableModel::RowState::Changed;
}

} // namespace AsyncMySql::Models
