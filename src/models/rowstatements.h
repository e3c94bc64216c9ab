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

/// What is to be done with a row.
struct RowTask
{
    enum class Kind { Remove, Update, Insert };

    quint64 id = 0;
    Kind kind = Kind::Update;
    CellValues values;
    /// As it was read; not of Insert.
    Row stored;
    /// Whether an attempt before may have been committed, and what it would have left in the
    /// columns.
    bool isUncertain = false;
    QMap<int, QVariantList> uncertain;
    /// Whether nobody else can have changed the row since it was looked at.
    bool isLocked = false;
    /// The key that the last of these attempts would have left, and the row as it was read back in
    /// it; none if only the server knows.
    std::optional<QVariantList> uncertainKey;
    Row uncertainRow;
    /// Whether stored is not as it was read, but what one of these attempts has left.
    bool isFound = false;
    /// What need not be written any more then: see transformedValues().
    CellValues transformed = {};
};

/// The statement that does it, unless it is locked only if the columns it is about are still as
/// they were read.
[[nodiscard]] BoundStatement writeStatement(const TableMetadata &table, const RowTask &task);

/// Values of the key that the row has afterwards; none if only the server knows them.
[[nodiscard]] std::optional<QVariantList> keyAfter(const TableMetadata &table, const RowTask &task,
                                                   quint64 lastInsertId);

/// The values of the key, to be compared in a way that can use the index.
[[nodiscard]] QVariantList storedKey(const TableMetadata &table, const Row &row);

/// The row of this key as it is now, and not as the transaction saw it before: with a lock, if
/// \a locks.
[[nodiscard]] BoundStatement readStatement(const TableMetadata &table, const QVariantList &key,
                                           bool locks);

struct TableSelection
{
    QString filter;
    QVariant filterParameters;
    std::optional<SqlOrder> order;
    int limit = -1;
};

[[nodiscard]] BoundStatement selectStatement(const TableMetadata &table,
                                             const TableSelection &selection);

/// Whether \a present is what one of the attempts before has made of the row.
[[nodiscard]] bool isOwnWork(const Row &present, const RowTask &task);

/// Whether \a present has all values that \a values wants to write.
[[nodiscard]] bool hasValues(const Row &present, const CellValues &values);

/// Those of the task's values that the last attempt sent as they are now, and that \a present has
/// in the form in which that attempt read them back: a trigger can make another value of what is
/// sent.
[[nodiscard]] CellValues transformedValues(const Row &present, const RowTask &task);

/// Whether \a value is what the column has in \a row, and all of it.
[[nodiscard]] bool isValueOf(const Row &row, int column, const QVariant &value);

/// What writes the same into the column again, where a QVariant of its type would lack something.
[[nodiscard]] QVariant exactValue(const TableMetadata &table, const Row &row, int column);

} // namespace AsyncMySql::Models
