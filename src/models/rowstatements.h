// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqlwrapping.h"
#include "tablemetadata.h"

#include <AsyncMySql/row.h>

#include <QtCore/qmap.h>

#include <optional>

namespace AsyncMySql::Models {

/// Values by the indexes of their columns.
using CellValues = QMap<int, QVariant>;

/// A pending change of a row.
struct RowTask
{
    enum class Kind { Remove, Update, Insert };

    quint64 id = 0;
    Kind kind = Kind::Update;
    CellValues values;
    /// The row that was read; not for Insert.
    Row stored;
    /// Whether an earlier attempt may have been committed, and the values that it would have
    /// written.
    bool isUncertain = false;
    QMap<int, QVariantList> uncertain;
    /// Whether no other client can have changed the row since it was checked.
    bool isLocked = false;
    /// The key that the last of these attempts would have written, and the row that it read back;
    /// empty if only the server knows.
    std::optional<QVariantList> uncertainKey;
    Row uncertainRow;
    /// Whether stored is not the row that was read, but the one that an attempt has written.
    bool isFound = false;
    /// The values that need not be written then: see transformedValues().
    CellValues transformed = {};
};

/// Returns the statement for the task. Unless the row is locked, the statement requires that the
/// columns still have the values that were read.
[[nodiscard]] BoundStatement writeStatement(const TableMetadata &table, const RowTask &task);

/// The values of the key afterwards; empty if only the server knows them.
[[nodiscard]] std::optional<QVariantList> keyAfter(const TableMetadata &table, const RowTask &task,
                                                   quint64 lastInsertId);

/// The values of the key, for a comparison that can use the index.
[[nodiscard]] QVariantList storedKey(const TableMetadata &table, const Row &row);

/// Selects the current row with this key rather than the one of the transaction's snapshot, with a
/// lock if \a locks.
[[nodiscard]] BoundStatement readStatement(const TableMetadata &table, const QVariantList &key,
                                           bool locks);

struct TableSelection
{
    QString filter;
    QVariant filterParameters;
    std::optional<SqlOrder> order;
    int limit = -1;

    friend bool operator==(const TableSelection &, const TableSelection &) = default;
};

/// Selects these rows, in any order and without a limit.
[[nodiscard]] BoundStatement selectionStatement(const TableMetadata &table,
                                                const TableSelection &selection);
/// The same in order, and with the limit.
[[nodiscard]] BoundStatement selectStatement(const TableMetadata &table,
                                             const TableSelection &selection);

/// Whether \a serverRow is the row that an earlier attempt has written.
[[nodiscard]] bool isOwnWork(const Row &serverRow, const RowTask &task);

/// Whether \a serverRow has all of \a values.
[[nodiscard]] bool hasValues(const Row &serverRow, const CellValues &values);

/// The values of the task that the last attempt has sent unchanged and that \a serverRow has in the
/// form in which that attempt read them back, since a trigger can change the values that are sent.
[[nodiscard]] CellValues transformedValues(const Row &serverRow, const RowTask &task);

/// Whether \a value is exactly the value of the column in \a row.
[[nodiscard]] bool isValueOf(const Row &row, int column, const QVariant &value);

/// Returns a value that writes the same into the column again, if a QVariant of its type is not
/// exact.
[[nodiscard]] QVariant exactValue(const TableMetadata &table, const Row &row, int column);

} // namespace AsyncMySql::Models
