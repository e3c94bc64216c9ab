// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qloggingcategory.h>

namespace AsyncMySql {

/// "asyncmysql.connection": sessions coming and going, the queue. No SQL, no secrets.
Q_DECLARE_LOGGING_CATEGORY(lcConnection)
/// "asyncmysql.sql": the text of statements, without their parameters. Off unless asked for.
Q_DECLARE_LOGGING_CATEGORY(lcSql)

} // namespace AsyncMySql
