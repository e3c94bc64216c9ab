// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>

#include <QtSql/qsqlerror.h>

namespace AsyncMySql::Sql {

/// As QMYSQL reports it: \a what has failed, and why, with the number of the server or, where the
/// server has not said anything, of its client library.
QSqlError sqlError(const QString &what, QSqlError::ErrorType type, const Error &error);

} // namespace AsyncMySql::Sql
