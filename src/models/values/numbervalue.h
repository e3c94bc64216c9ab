// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "columnvalue.h"

namespace AsyncMySql::Models {

// columnValue() for numeric columns and values that are not null.
[[nodiscard]] ColumnValue integerValue(const QVariant &value, const TableColumn &column,
                                       QMetaType type);
[[nodiscard]] ColumnValue yearValue(const QVariant &value);
[[nodiscard]] ColumnValue bitValue(const QVariant &value, const TableColumn &column);
[[nodiscard]] ColumnValue decimalValue(const QVariant &value, const TableColumn &column);
[[nodiscard]] ColumnValue floatingValue(const QVariant &value, const TableColumn &column,
                                        QMetaType type);

} // namespace AsyncMySql::Models
