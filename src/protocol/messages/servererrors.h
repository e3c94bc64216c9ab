// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qflags.h>

namespace AsyncMySql::Protocol {

/// Whose error numbers a server uses. MySQL and MariaDB agree on those below 1900; above, the same
/// number has another meaning, or none, at the other. Unknown before the greeting, and for a server
/// that calls itself MariaDB without speaking its extension, such as a proxy.
enum class ServerFlavour : quint8 { Unknown, MySql, MariaDb };

// The error numbers that this library knows, by the names of the servers' error references. No
// other file has one.

/// Those on whose meaning MySQL and MariaDB agree.
enum class CommonServerError : quint16 {
    DamagedIndex = 126,             // HA_ERR_CRASHED: the engine says so itself
    DamagedRows = 127,              // HA_ERR_WRONG_IN_RECORD
    CrashedBeforeUse = 145,         // HA_ERR_CRASHED_ON_USAGE: the table was not opened
    DiskFull = 1021,                // ER_DISK_FULL
    DamagedKeyFile = 1034,          // ER_NOT_KEYFILE
    OutOfMemory = 1037,             // ER_OUTOFMEMORY
    OutOfSortMemory = 1038,         // ER_OUT_OF_SORTMEMORY
    TooManyConnections = 1040,      // ER_CON_COUNT_ERROR
    OutOfResources = 1041,          // ER_OUT_OF_RESOURCES
    DatabaseAccessDenied = 1044,    // ER_DBACCESS_DENIED_ERROR
    AccessDenied = 1045,            // ER_ACCESS_DENIED_ERROR
    UnknownDatabase = 1049,         // ER_BAD_DB_ERROR
    UnknownCommand = 1047,          // ER_UNKNOWN_COM_ERROR: Galera's "not yet prepared node"
    ServerShutdown = 1053,          // ER_SERVER_SHUTDOWN
    Syntax = 1064,                  // ER_PARSE_ERROR
    NormalShutdown = 1077,          // ER_NORMAL_SHUTDOWN
    ShutdownComplete = 1079,        // ER_SHUTDOWN_COMPLETE
    TableFull = 1114,               // ER_RECORD_FILE_FULL
    HostBlocked = 1129,             // ER_HOST_IS_BLOCKED
    HostNotPrivileged = 1130,       // ER_HOST_NOT_PRIVILEGED
    TableAccessDenied = 1142,       // ER_TABLEACCESS_DENIED_ERROR
    ColumnAccessDenied = 1143,      // ER_COLUMNACCESS_DENIED_ERROR
    UnknownTable = 1146,            // ER_NO_SUCH_TABLE
    AbortingConnection = 1152,      // ER_ABORTING_CONNECTION
    NetworkReadError = 1158,        // ER_NET_READ_ERROR
    NetworkReadInterrupted = 1159,  // ER_NET_READ_INTERRUPTED
    NetworkWriteError = 1160,       // ER_NET_ERROR_ON_WRITE
    NetworkWriteInterrupted = 1161, // ER_NET_WRITE_INTERRUPTED
    ErrorDuringCommit = 1180,       // ER_ERROR_DURING_COMMIT
    NewAbortingConnection = 1184,   // ER_NEW_ABORTING_CONNECTION
    UnknownSystemVariable = 1193,   // ER_UNKNOWN_SYSTEM_VARIABLE
    CrashedTable = 1194,            // ER_CRASHED_ON_USAGE
    CrashedByRepair = 1195,         // ER_CRASHED_ON_REPAIR
    TransactionCacheFull = 1197,    // ER_TRANS_CACHE_FULL
    TooManyUserConnections = 1203,  // ER_TOO_MANY_USER_CONNECTIONS
    LockWaitTimeout = 1205,         // ER_LOCK_WAIT_TIMEOUT
    LockTableFull = 1206,           // ER_LOCK_TABLE_FULL: ends the transaction
    Deadlock = 1213,                // ER_LOCK_DEADLOCK
    UserLimitReached = 1226,        // ER_USER_LIMIT_REACHED: per hour, or connections at once
    UnknownStatement = 1243,        // ER_UNKNOWN_STMT_HANDLER
    AuthenticationModeNotSupported = 1251, // ER_NOT_SUPPORTED_AUTH_MODE
    OptionPreventsStatement = 1290,        // ER_OPTION_PREVENTS_STATEMENT
    NotPreparable = 1295,                  // ER_UNSUPPORTED_PS
    QueryInterrupted = 1317,               // ER_QUERY_INTERRUPTED
    TooManyStatements = 1461,              // ER_MAX_PREPARED_STMT_COUNT_REACHED
    PluginNotLoaded = 1524,                // ER_PLUGIN_IS_NOT_LOADED
    NeedsPreparation = 1615,               // ER_NEED_REPREPARE
    AccessDeniedWithoutPassword = 1698,    // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
    ReadOnlyTransaction = 1792,            // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
    MustChangePassword = 1820,             // ER_MUST_CHANGE_PASSWORD
    ReadOnlyMode = 1836,                   // ER_READ_ONLY_MODE
    MustChangePasswordToLogIn = 1862,      // ER_MUST_CHANGE_PASSWORD_LOGIN
    InnoDbReadOnly = 1874,                 // ER_INNODB_READ_ONLY
};

enum class MySqlServerError : quint16 {
    QueryTimeout = 3024,               // ER_QUERY_TIMEOUT
    OfflineMode = 3032,                // ER_SERVER_OFFLINE_MODE
    HookFailed = 3100,                 // ER_RUN_HOOK_ERROR: of a group, for one
    RolledBackDuringCommit = 3101,     // ER_TRANSACTION_ROLLBACK_DURING_COMMIT: by certification
    AccountLocked = 3118,              // ER_ACCOUNT_HAS_BEEN_LOCKED
    ServiceUnavailable = 3168,         // ER_SERVER_ISNT_AVAILABLE
    SessionKilled = 3169,              // ER_SESSION_WAS_KILLED
    GroupHoldTimeout = 3781,           // ER_GR_HOLD_WAIT_TIMEOUT
    GroupHoldKilled = 3782,            // ER_GR_HOLD_KILLED
    GroupHoldMemberError = 3783,       // ER_GR_HOLD_MEMBER_STATUS_ERROR
    GroupConsistencyNotAllowed = 3796, // ER_GRP_TRX_CONSISTENCY_NOT_ALLOWED
    GroupConsistencyBefore = 3797,     // ER_GRP_TRX_CONSISTENCY_BEFORE
    GroupConsistencyAfter = 3798,      // ER_GRP_TRX_CONSISTENCY_AFTER_ON_TRX_BEGIN
    GroupStopping = 3799,              // ER_GRP_TRX_CONSISTENCY_BEGIN_NOT_ALLOWED
    MissingOldPassword = 3892,         // ER_MISSING_CURRENT_PASSWORD
    BlockedByPasswordLock = 3955, // ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK
    ImpossibleConversion = 3988,  // ER_IMPOSSIBLE_STRING_CONVERSION
    InteractionTimeout = 4031,    // ER_CLIENT_INTERACTION_TIMEOUT
    AuthenticationPolicy = 4058,  // ER_AUTHENTICATION_POLICY_MISMATCH
    ParametersNotSupported = 6413, // "Dynamic parameters can only be used in DML statements."
};

enum class MariaDbServerError : quint16 {
    ConnectionKilled = 1927, // ER_CONNECTION_KILLED
    AccountLocked = 4151,    // ER_ACCOUNT_HAS_BEEN_LOCKED
};

/// The number of an error, and whose numbers the server uses: a number alone says nothing.
struct ServerErrorCode
{
    quint16 number = 0;
    ServerFlavour flavour = ServerFlavour::Unknown;
};

constexpr bool operator==(ServerErrorCode code, CommonServerError error)
{
    return code.number == static_cast<quint16>(error);
}
constexpr bool operator==(ServerErrorCode code, MySqlServerError error)
{
    return code.number == static_cast<quint16>(error) && code.flavour == ServerFlavour::MySql;
}
constexpr bool operator==(ServerErrorCode code, MariaDbServerError error)
{
    return code.number == static_cast<quint16>(error) && code.flavour == ServerFlavour::MariaDb;
}

/// What an error means beyond the statement that it answers.
enum class ServerErrorTrait : quint16 {
    /// A later connect may not meet it: the server is away, starting, shutting down or full.
    Transient = 0x01,
    /// The server ends the session with it.
    EndsSession = 0x02,
    /// The user, the password or the access to the database is refused.
    Access = 0x04,
    /// Nothing was executed: the server has forgotten the prepared statement, or cannot go on with
    /// what it made of it. It has to be prepared anew.
    NeedsPreparation = 0x08,
    /// The same, but that is not certain: the statement itself may be wrong.
    MayNeedPreparation = 0x10,
    /// In answer to the preparation of a statement: it may do as text.
    NotPreparable = 0x20,
    /// Transactions were in each other's way: this one may do when it is tried again.
    Conflict = 0x40,
    /// Nothing is executed before the password is changed.
    PasswordExpired = 0x80,
    /// A table of an engine without transactions is damaged, which was noticed while it was used:
    /// what the statement had written by then stays.
    DamagedInUse = 0x100,
};
Q_DECLARE_FLAGS(ServerErrorTraits, ServerErrorTrait)
Q_DECLARE_OPERATORS_FOR_FLAGS(ServerErrorTraits)

ServerErrorTraits serverErrorTraits(ServerErrorCode code);

/// Whether client libraries give \a number to failures of their own: MySQL's from 2000 on,
/// MariaDB's from 5000 on. Proxies send them, and applications can with SIGNAL.
bool isClientErrorNumber(int number);

} // namespace AsyncMySql::Protocol
