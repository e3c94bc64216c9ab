// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "logging.h"

namespace AsyncMySql {

Q_LOGGING_CATEGORY(lcConnection, "asyncmysql.connection", QtInfoMsg)
Q_LOGGING_CATEGORY(lcSql, "asyncmysql.sql", QtInfoMsg)

} // namespace AsyncMySql
