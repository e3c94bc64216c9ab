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

/// Applies the changes of users and programs to the rows of a TableModel.
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
    /// Sets all of them or none.
    bool setValues(int row, const CellValues &values);
    /// Returns the id of the new row.
    std::optional<quint64> append(const QVariantMap &values);
    /// Returns the values by the indexes of the columns, or std::nullopt if there is no such
    /// column.
    std::optional<CellValues> cellsOf(const QVariantMap &values) const;
    bool insertRows(int first, int count, const CellValues &values = {});
    bool removeRows(int first, int count);
    void revertRow(int row);
    void revertAll();
    /// -1 if the row was removed.
    int lastEditedRow() const;
    /// Applies the changes of the user to the values in the table, so that they can be written.
    void acceptServerValues(int row);
    /// Returns whether the model still exists.
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
