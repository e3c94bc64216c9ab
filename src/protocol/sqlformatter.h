// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "formattingerror.h"
#include "sqldialect.h"

#include <QtCore/qvariant.h>

namespace AsyncMySql::Protocol {

/// Writes \a values in place of the question marks of \a sql. Without values the statement is not
/// looked at, and stays as it is. It is an error if there are too few or too many values, if one
/// cannot be written (see appendSqlLiteral()), or if the statement has named placeholders.
[[nodiscard]] FormattingResult formatSql(QStringView sql, const QVariantList &values,
                                         const SqlDialect &dialect);

/// The same for placeholders like :name, which may occur several times. Keys with a leading colon,
/// as QSqlQuery has them, are fine. A name without a value is an error, and a value without a name.
[[nodiscard]] FormattingResult formatSql(QStringView sql, const QVariantMap &values,
                                         const SqlDialect &dialect);

} // namespace AsyncMySql::Protocol
