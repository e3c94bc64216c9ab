// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qglobal.h>

namespace AsyncMySql {

/// How a session reads the text of SQL, as far as the end of strings and statements depends on it.
/// The defaults are those of the servers.
struct SqlDialect
{
    /// sql_mode contains NO_BACKSLASH_ESCAPES: a backslash in a string is an ordinary character.
    bool noBackslashEscapes = false;
    /// sql_mode contains ANSI_QUOTES: double quotes enclose identifiers.
    bool ansiQuotes = false;
    /// Executable comments with an M are code for MariaDB only, and those with a version for servers
    /// of that version or a later one.
    bool isMariaDb = false;
    /// As in these comments: 100511 for 10.5.11. 0 if it is not known: all of them are code then.
    quint32 serverVersion = 0;

    friend bool operator==(const SqlDialect &left, const SqlDialect &right)
    {
        return left.noBackslashEscapes == right.noBackslashEscapes
               && left.ansiQuotes == right.ansiQuotes && left.isMariaDb == right.isMariaDb
               && left.serverVersion == right.serverVersion;
    }
    friend bool operator!=(const SqlDialect &left, const SqlDialect &right)
    {
        return !(left == right);
    }
};

} // namespace AsyncMySql
