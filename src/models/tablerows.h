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

/// What the user has done with a row, and what became of it so far.
struct RowEdit
{
    using Kind = RowTask::Kind;

    Kind kind = Kind::Update;
    CellValues values;
    /// Of values, what is being written.
    CellValues sent;
    bool isSubmitting = false;
    /// See RowTask: it is not known whether these were written.
    bool isUncertain = false;
    QMap<int, QVariantList> uncertain;
    std::optional<QVariantList> uncertainKey;
    Row uncertainRow;
    /// Whether it was inserted under a key that nobody knows, and changed since: it cannot be
    /// written.
    bool keyUnknown = false;
    Error error;
    /// After Error::RowChanged: the row as somebody else has left it; invalid if it is gone.
    Row present;

    void forgetAttempts()
    {
        isUncertain = false;
        uncertain.clear();
        uncertainKey.reset();
        uncertainRow = {};
    }
    /// What the user has changed since stays.
    void removeValues(const CellValues &written);
};

struct TableRow
{
    /// 0 for a row that is as it was read.
    quint64 id = 0;
    /// As it was read; invalid for rows that were inserted here.
    Row stored;
    std::unique_ptr<RowEdit> edit;

    bool isNew() const { return !stored.isValid(); }
    /// Whether it is or may be in the table already, and cannot be found there.
    bool insertOutcomeUnknown() const
    {
        return isNew() && edit && (edit->keyUnknown || (edit->isUncertain && !edit->uncertainKey));
    }
    /// Whether the user has not begun to fill it in.
    bool isBlank() const { return isNew() && edit && edit->values.isEmpty(); }
};

/// What is to be done with a row that has an edit.
[[nodiscard]] RowTask taskOf(const TableRow &row);

/// A row, and where it was: slots may have moved it since.
struct RowPlace
{
    quint64 id = 0;
    int row = 0;
};

/// The rows of a TableModel. Most of them are as they were read; those that the user has changed,
/// or that were written and read back, are kept one by one.
class TableRows final : public ShownRows
{
public:
    using ShownRows::ShownRows;

    /// Valid until the next call for another row.
    const TableRow &at(qsizetype index) const;
    /// To change the row, which is kept for itself from now on.
    TableRow &own(qsizetype index);
    /// -1 if it is gone.
    int indexOf(quint64 id) const;
    int indexOf(const RowPlace &place) const;
    /// Of those rows that are still there.
    QHash<quint64, int> indexesOf(const QList<RowTask> &tasks) const;
    /// The rows with an edit, in their order.
    QList<RowPlace> edited() const;
    /// How many rows have an edit.
    int pending() const { return m_pending; }
    /// Another one after each change that a comparison would have to know of.
    quint64 revision() const { return m_revision; }

    RowEdit &editOf(TableRow &row, RowEdit::Kind kind);
    void dropEdit(TableRow &row);
    /// Inserts \a count rows with \a values, and returns whether the model is still there.
    [[nodiscard]] bool insertNew(qsizetype first, qsizetype count, const CellValues &values);
    /// The id that the next new row gets.
    quint64 nextId() const { return m_lastId + 1; }
    void clear();

    // Refreshing
    RowComparison::Rows snapshot() const;
    /// As in ShownRows; rows with changes keep what they were read as, for that is what the changes
    /// were made of. Returns those that were found to be inserted already.
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

    /// By their places; references stay valid while others come and go.
    std::unordered_map<qsizetype, TableRow> m_own;
    QList<Column> m_columns;
    quint64 m_lastId = 0;
    quint64 m_revision = 0;
    int m_pending = 0;
    mutable TableRow m_read;
};

} // namespace AsyncMySql::Models
