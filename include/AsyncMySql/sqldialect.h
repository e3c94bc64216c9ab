// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qglobal.h>

namespace AsyncMySql {

/// The settings of a session that determine where strings and statements end in SQL text. The
/// defaults are those of the servers.
struct SqlDialect
{
    /// Whether sql_mode contains NO_BACKSLASH_ESCAPES: a backslash in a string is an ordinary
    /// character.
    bool noBackslashEscapes = false;
    /// Whether sql_mode contains ANSI_QUOTES: double quotes enclose identifiers.
    bool ansiQuotes = false;
    /// Whether the server is MariaDB. Executable comments with an M are code for MariaDB only;
    /// those with a version are code for servers of that version or later.
    bool isMariaDb = false;
    /// The version in the format of these comments, such as 100511 for 10.5.11. If it is 0, the
    /// version is not known, and all of them are code.
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
