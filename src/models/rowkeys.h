// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/row.h>

#include <QtCore/qlist.h>

#include <cstddef>

namespace AsyncMySql::Models {

/// Rows have the same key if their values of the columns are the same, received in the same form.
/// Such rows have the same hash.
[[nodiscard]] std::size_t hashOfKey(const Row &row, const QList<int> &columns);
[[nodiscard]] bool hasSameKey(const Row &left, const Row &right, const QList<int> &columns);

/// Whether two rows have the same value in the column.
[[nodiscard]] bool isSame(const Row &left, const Row &right, int column);

/// Whether two rows have the same values in all columns.
[[nodiscard]] bool isSameRow(const Row &left, const Row &right);

} // namespace AsyncMySql::Models
