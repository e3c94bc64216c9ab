// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowcomparison.h"
#include "rowstatements.h"
#include "shownrows.h"

#include <AsyncMySql/column.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/row.h>
#include <AsyncMySql/tablemodel.h>

#include <QtCore/qhash.h>
#include <QtCore/qlist.h>
#include <QtCore/qmap.h>
#include <QtCore/qmetatype.h>
#include <QtCore/qtimezone.h>
#include <QtCore/qvariant.h>

#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

namespace AsyncMySql::Models {

/// The changes of the user to a row, and their state.
struct RowEdit
{
    using Kind = RowTask::Kind;

    Kind kind = Kind::Update;
    CellValues values;
    /// The part of values that is being submitted.
    CellValues sent;
    bool isSubmitting = false;
    /// See RowTask: it is unknown whether these were written.
    bool isUncertain = false;
    QMap<int, QVariantList> uncertain;
    std::optional<QVariantList> uncertainKey;
    Row uncertainRow;
    /// Whether the row was inserted under an unknown key and changed later, so that it cannot be
    /// written.
    bool keyUnknown = false;
    Error error;
    /// After Error::RowChanged, the current row in the table; invalid if it was removed.
    Row serverRow;

    void forgetAttempts()
    {
        isUncertain = false;
        uncertain.clear();
        uncertainKey.reset();
        uncertainRow = {};
    }
    /// Later changes of the user are kept.
    void removeValues(const CellValues &written);
};

struct TableRow
{
    /// 0 for an unchanged row.
    quint64 id = 0;
    /// The row that was read; invalid for inserted rows.
    Row stored;
    std::unique_ptr<RowEdit> edit;

    bool isNew() const { return !stored.isValid(); }
    /// Whether it is or may be in the table already, and cannot be found there.
    bool insertOutcomeUnknown() const
    {
        return isNew() && edit && (edit->keyUnknown || (edit->isUncertain && !edit->uncertainKey));
    }
    /// Whether no value was set in the row.
    bool isBlank() const { return isNew() && edit && edit->values.isEmpty(); }
};

/// Returns the pending change of a row with an edit.
[[nodiscard]] RowTask taskOf(const TableRow &row);

/// A row and its last known position, from which slots may have moved it.
struct RowPlace
{
    quint64 id = 0;
    int row = 0;
};

/// The rows of a TableModel. Most of them are unchanged; those that the user has changed, or that
/// were written and read back, are stored individually.
class TableRows final : public ShownRows
{
public:
    using ShownRows::ShownRows;

    /// Valid until the next call for another row.
    const TableRow &at(qsizetype index) const;
    /// For changing the row, which is stored individually from now on.
    TableRow &own(qsizetype index);
    /// -1 if the row was removed.
    int indexOf(quint64 id) const;
    int indexOf(const RowPlace &place) const;
    /// For the rows that still exist.
    QHash<quint64, int> indexesOf(const QList<RowTask> &tasks) const;
    /// The rows with an edit, in order.
    QList<RowPlace> edited() const;
    /// The number of rows with an edit.
    int pending() const { return m_pending; }
    /// Changes with each modification that invalidates a comparison.
    quint64 revision() const { return m_revision; }

    RowEdit &editOf(TableRow &row, RowEdit::Kind kind);
    void dropEdit(TableRow &row);
    /// Inserts \a count rows with \a values and returns whether the model still exists.
    [[nodiscard]] bool insertNew(qsizetype first, qsizetype count, const CellValues &values);
    /// The id of the next new row.
    quint64 nextId() const { return m_lastId + 1; }
    void clear();

    // Refreshing
    RowComparison::Rows snapshot() const;
    /// The same as in ShownRows; rows with changes keep the values that were read, to which the
    /// changes apply. Returns the rows that were recognised as inserted.
    QList<RowPlace> adopt(const RowComparison &comparison);

    // Cells
    void setColumns(const QList<Column> &columns) { m_columns = columns; }
    const QList<Column> &columns() const { return m_columns; }
    QMetaType typeOf(int column) const;
    QTimeZone timeZoneOf(int column) const;
    QVariant cellValue(const TableRow &row, int column) const;
    QVariant editorData(const TableRow &row, int column) const;
    bool isNull(const TableRow &row, int column) const;
    static TableModel::CellState cellState(const TableRow &row, int column);
    static TableModel::RowState rowState(const TableRow &row);

private:
    void released(qsizetype place) override;
    bool applyFound(TableRow &row, const Row &read);

    /// By their positions; references stay valid while others are added and removed.
    std::unordered_map<qsizetype, TableRow> m_own;
    QList<Column> m_columns;
    quint64 m_lastId = 0;
    quint64 m_revision = 0;
    int m_pending = 0;
    mutable TableRow m_read;
};

} // namespace AsyncMySql::Models
