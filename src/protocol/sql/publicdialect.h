// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqldialect.h"

#include <AsyncMySql/sqldialect.h>

namespace AsyncMySql::Protocol {

inline SqlDialect dialectOf(const AsyncMySql::SqlDialect &dialect)
{
    SqlDialect own;
    own.noBackslashEscapes = dialect.noBackslashEscapes;
    own.ansiQuotes = dialect.ansiQuotes;
    own.isMariaDb = dialect.isMariaDb;
    own.serverVersion = dialect.serverVersion;
    return own;
}

inline AsyncMySql::SqlDialect publicDialectOf(const SqlDialect &dialect)
{
    AsyncMySql::SqlDialect shown;
    shown.noBackslashEscapes = dialect.noBackslashEscapes;
    shown.ansiQuotes = dialect.ansiQuotes;
    shown.isMariaDb = dialect.isMariaDb;
    shown.serverVersion = dialect.serverVersion;
    return shown;
}

} // namespace AsyncMySql::Protocol
