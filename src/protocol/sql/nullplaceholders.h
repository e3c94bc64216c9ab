// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqldialect.h"

#include <QtCore/qbytearrayview.h>

#include <vector>

namespace AsyncMySql::Protocol {

/// For each question mark of \a sql: whether a NULL in its place means the same whatever its type
/// is. That holds for values of an INSERT, and for what is assigned to a column or compared with =.
/// Elsewhere the type can show, as that of COALESCE(?, 1.50) does.
[[nodiscard]] std::vector<bool> placeholdersOfUntypedNulls(QByteArrayView sql,
                                                           const SqlDialect &dialect);

} // namespace AsyncMySql::Protocol
