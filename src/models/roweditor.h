// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "columnvalue.h"
#include "rowstatements.h"
#include "tablerows.h"

#include <QtCore/qlist.h>
#include <QtCore/qvariant.h>

#include <optional>

namespace AsyncMySql {

class TableModelPrivate;

namespace Models {

/// What users and programs change in the rows of a TableModel.
class RowEditor
{
public:
    enum class Source { Program, Editor };

    explicit RowEditor(TableModelPrivate *model)
        : d(model)
    {
    }

    bool canEdit();
    bool canWrite(int row, int column) const;
    bool setValue(int row, int column, const QVariant &value, Source source);
    /// All of them, or none.
    bool setValues(int row, const CellValues &values);
    /// Returns the id of the new row.
    std::optional<quint64> append(const QVariantMap &values);
    /// By the indexes of the columns; nothing if there is no such column.
    std::optional<CellValues> cellsOf(const QVariantMap &values) const;
    bool insertRows(int first, int count, const CellValues &values = {});
    bool removeRows(int first, int count);
    void revertRow(int row);
    void revertAll();
    /// -1 if it is gone.
    int lastEditedRow() const;
    /// Afterwards the user's values are changes of what is there now, and may be written.
    void acceptServerValues(int row);
    /// Returns whether the model is still there.
    bool eraseRows(QList<RowPlace> places);

private:
    std::optional<QVariant> accepted(const TableRow &row, int column, const QVariant &value);
    std::optional<QVariant> accepted(RowAge age, int column, const QVariant &value);
    bool isUntouched(const TableRow &row, int column, const QVariant &edited) const;
    void write(int row, const CellValues &values);
    bool write(int row, int column, const QVariant &value);
    void submitEdited(quint64 id);
    void removeRow(int row);
    void eraseRow(int row);

    TableModelPrivate *const d;
    quint64 m_lastEdited = 0;
};

} // namespace Models
} // namespace AsyncMySql
