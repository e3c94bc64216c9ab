// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"
#include "sqldialect.h"

#include <AsyncMySql/error.h>

#include <QtCore/qstring.h>

namespace AsyncMySql {

/// The statement that repairs the table which \a error, that a statement has met, names as crashed;
/// empty if it names none, or which one is not beyond doubt.
[[nodiscard]] QString repairStatement(const Error &error, const Protocol::SqlDialect &dialect);

/// Why a statement has not recovered anything; empty if it has. REPAIR TABLE and its like answer
/// with rows also when they fail. It takes the results of \a exchange, a QueryExchange.
[[nodiscard]] QString recoveryFailure(Protocol::Exchange &exchange);

} // namespace AsyncMySql
