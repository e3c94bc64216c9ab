// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>
#include <QtCore/qglobal.h>

namespace AsyncMySql::Protocol {

/// The words of SQL that say what a statement does to its session, or asks of it. Others are
/// Other.
// clang-format off
enum class SqlWord : quint8 {
    Other,
    Alter, Analyze, As, Begin, BinlogGtidPos, Cache, Call, Case, Chain, Change, Character,
    Check, Checksum, Commit, Concurrent, ConnectionId, Create, CurrentRole, Currval, Data,
    Database, Deallocate, Delayed, Delete, Desc, Describe, Diagnostics, Do, Drop, Dumpfile,
    End, Errors, Event, Execute, Explain, Export, Extended, Flush, For, Force, Format,
    FoundRows, Function, Get, GetLock, Grant, GtidSubset, GtidSubtract, Handler, Help,
    HighPriority, If, Ignore, Insert, Install, Into, IsFreeLock, IsUsedLock, Kill, Lastval,
    LastInsertId, Load, Local, Lock, Loop, LowPriority, MasterGtidWait, MasterPosWait, Next,
    Nextval, No, Of, Open, Optimize, Or, Outfile, Package, Partitions, Prepare, Previous,
    Procedure, Profile, Profiles, Profiling, PsCurrentThreadId, PsThreadId, Purge,
    Recursive, Release, ReleaseAllLocks, ReleaseLock, Rename, Repair, Repeat, Replace,
    Reset, Resignal, Restart, Returning, Revoke, Role, Rollback, RowCount, Savepoint,
    Schema, Select, SessionStatus, Set, Setval, Share, Show, Shutdown, Signal,
    SourcePosWait, SqlCalcFoundRows, Start, Statement, Status, Stop, StraightJoin, Table,
    Tables, Temporary, To, Transaction, Trigger, Truncate, Uninstall, Unlock, Update, Use,
    Value, Values, View, WaitForExecutedGtidSet, Warnings, While, With, Work, Xa, Xml,
};
// clang-format on

/// What is known of a word, in upper or lower case.
struct SqlWordTraits
{
    SqlWord word = SqlWord::Other;
    /// A parenthesis behind it begins nothing that writes, or that depends on the session: it is a
    /// built-in function of MySQL or MariaDB of that kind, or a keyword. Stored functions may do
    /// anything.
    bool isSideEffectFree = false;

    static SqlWordTraits of(QByteArrayView text);
};

} // namespace AsyncMySql::Protocol
