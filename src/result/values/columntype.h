// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "columninfo.h"

#include <AsyncMySql/column.h>

namespace AsyncMySql::Values {

/// What a column is to the user: the wire's type code does not distinguish text from bytes, ENUM
/// and SET from text, nor MariaDB's newer types from anything.
Column::Type columnType(const ColumnInfo &column);

/// The type of a QVariant that holds a value of such a column.
QMetaType valueMetaType(Column::Type type, bool isUnsigned);

/// Of the error messages: "BIGINT UNSIGNED" would be too much, "BigInt" is enough.
const char *columnTypeName(Column::Type type);

} // namespace AsyncMySql::Values
