// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qflags.h>

namespace AsyncMySql::Protocol {

/// Whose error numbers a server uses. MySQL and MariaDB agree on those below 1900; above, the same
/// number has another meaning, or none, at the other. Unknown before the greeting, and for a server
/// that calls itself MariaDB without speaking its extension, such as a proxy.
enum class ServerFlavour : quint8 { Unknown, MySql, MariaDb };

/// The error numbers that this library reacts to one by one: names as in the error references of
/// MySQL and MariaDB, which agree on the meaning of all of them.
enum ServerErrorNumber : quint16 {
    ErrorSyntax = 1064,                // ER_PARSE_ERROR
    ErrorPacketTooLarge = 1153,        // ER_NET_PACKET_TOO_LARGE
    ErrorUnknownSystemVariable = 1193, // ER_UNKNOWN_SYSTEM_VARIABLE
    ErrorLockWaitTimeout = 1205,       // ER_LOCK_WAIT_TIMEOUT
    ErrorDeadlock = 1213,              // ER_LOCK_DEADLOCK
    ErrorUnknownStatement = 1243,      // ER_UNKNOWN_STMT_HANDLER
    ErrorNotPreparable = 1295,         // ER_UNSUPPORTED_PS
    ErrorQueryInterrupted = 1317,      // ER_QUERY_INTERRUPTED
    ErrorTooManyStatements = 1461,     // ER_MAX_PREPARED_STMT_COUNT_REACHED
    ErrorNeedsPreparation = 1615,      // ER_NEED_REPREPARE
    ErrorImpossibleConversion = 3988,  // ER_IMPOSSIBLE_STRING_CONVERSION, of MySQL alone
    /// MySQL 9: "Dynamic parameters can only be used in DML statements." MariaDB has no such number.
    ErrorParametersNotSupported = 6413,
};

/// What an error number means beyond the statement that it answers.
enum class ServerErrorTrait : quint8 {
    /// A later connect may not meet it: the server is away, starting, shutting down or full.
    Transient = 0x01,
    /// The server ends the session with it.
    EndsSession = 0x02,
    /// The user, the password or the access to the database is refused.
    Access = 0x04,
};
Q_DECLARE_FLAGS(ServerErrorTraits, ServerErrorTrait)
Q_DECLARE_OPERATORS_FOR_FLAGS(ServerErrorTraits)

ServerErrorTraits serverErrorTraits(int number, ServerFlavour flavour);

/// Whether client libraries give \a number to failures of their own: MySQL's from 2000 on, MariaDB's
/// from 5000 on. Proxies send them, and applications can with SIGNAL.
bool isClientErrorNumber(int number);

} // namespace AsyncMySql::Protocol
