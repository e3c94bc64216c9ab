// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "hostverdict.h"

#include <algorithm>
#include <iterator>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

namespace {

using Common = Protocol::CommonServerError;
using MySql = Protocol::MySqlServerError;
using MariaDb = Protocol::MariaDbServerError;
using Protocol::ServerFlavour;
using Meaning = HostVerdict::Meaning;
using Avoidance = HostVerdict::Avoidance;

constexpr HostVerdict Full{Meaning::NotNow, Avoidance::Short};
constexpr HostVerdict Away{Meaning::NotNow, Avoidance::Usual};
constexpr HostVerdict Refused{Meaning::Access, Avoidance::Long};
constexpr HostVerdict Denied{Meaning::Access, Avoidance::No};
constexpr HostVerdict ReadOnly{Meaning::ReadOnly, Avoidance::No};
constexpr HostVerdict Lost{Meaning::Lost, Avoidance::No};
constexpr HostVerdict Conflict{Meaning::Conflict, Avoidance::No};
constexpr HostVerdict Congestion{Meaning::Congestion, Avoidance::No};
constexpr HostVerdict Unknown{Meaning::Unknown, Avoidance::No};

struct Entry
{
    constexpr Entry(Common error, HostVerdict meaning)
        : number(static_cast<quint16>(error))
        , verdict(meaning)
    {
    }
    constexpr Entry(MySql error, HostVerdict meaning)
        : number(static_cast<quint16>(error))
        , other(ServerFlavour::MariaDb)
        , verdict(meaning)
    {
    }
    constexpr Entry(MariaDb error, HostVerdict meaning)
        : number(static_cast<quint16>(error))
        , other(ServerFlavour::MySql)
        , verdict(meaning)
    {
    }

    quint16 number;
    /// Where the number means something else. While the flavour is unknown it can only be this.
    ServerFlavour other = ServerFlavour::Unknown;
    HostVerdict verdict;
};

/// Those that say the same whatever else they come with. Not listed is what concerns a statement,
/// a table or a schema alone, though its number is near those of the group: a table that is not fit
/// for it, a primary key that is missing, the answers to START GROUP_REPLICATION.
constexpr Entry Entries[] = {
    {Common::TooManyConnections, Full},
    {Common::DatabaseAccessDenied, Denied},
    {Common::AccessDenied, Denied},
    {Common::UnknownDatabase, Denied}, // a replica may not have it yet
    {Common::ServerShutdown, Away},
    {Common::NormalShutdown, Away},
    {Common::ShutdownComplete, Away},
    {Common::HostBlocked, Refused},
    {Common::HostNotPrivileged, Refused},
    {Common::AbortingConnection, Lost},
    {Common::NetworkReadError, Lost},
    {Common::NetworkReadInterrupted, Lost},
    {Common::NetworkWriteError, Lost},
    {Common::NetworkWriteInterrupted, Lost},
    {Common::NewAbortingConnection, Lost},
    {Common::TooManyUserConnections, Full},
    {Common::LockWaitTimeout, Congestion},
    {Common::Deadlock, Conflict},
    {Common::UserLimitReached, Full},
    {Common::PluginNotLoaded, Denied},
    {Common::AccessDeniedWithoutPassword, Denied},
    {Common::ReadOnlyMode, ReadOnly},
    {Common::MustChangePasswordToLogIn, Denied},
    {Common::InnoDbReadOnly, ReadOnly},
    {MySql::OfflineMode, Away},
    // What was sent to the group may be in effect there.
    {MySql::HookFailed, Unknown},
    {MySql::RolledBackDuringCommit, Conflict},
    {MySql::AccountLocked, Denied},
    {MySql::ServiceUnavailable, Full},
    {MySql::SessionKilled, Lost},
    {MySql::GroupHoldTimeout, Congestion},
    {MySql::GroupHoldKilled, Away},
    {MySql::GroupHoldMemberError, Away},
    {MySql::GroupConsistencyNotAllowed, Away},
    {MySql::GroupConsistencyBefore, Congestion},
    {MySql::GroupConsistencyAfter, Congestion},
    {MySql::GroupStopping, Away},
    {MySql::InteractionTimeout, Lost},
    {MySql::AuthenticationPolicy, Denied},
    {MariaDb::ConnectionKilled, Lost},
    {MariaDb::AccountLocked, Denied},
};

/// Galera gives a number of its own to what a node that is not ready, or rejects queries, does not
/// execute; the protocol's "Unknown command" has the same, and the same state.
bool isNotReady(const HostError &error)
{
    return error.message.contains("WSREP"_L1)
           || (error.sqlState == QByteArrayView("08S01")
               && !error.message.startsWith("Unknown command"_L1, Qt::CaseInsensitive));
}

/// Whether the server option that forbids the statement is read_only or super_read_only: the name
/// stands in the message in every language.
bool isReadOnlyOption(const HostError &error)
{
    return error.message.contains("read-only"_L1) || error.message.contains("read_only"_L1);
}

/// Whether a commit has failed since another transaction was certified before it: the storage
/// engine says so by its own number (HA_ERR_LOCK_DEADLOCK), which is in the message in every
/// language.
bool isDeadlockDuringCommit(const HostError &error)
{
    return error.message.contains(" 149 "_L1);
}

} // namespace

HostVerdict hostVerdict(const HostError &error)
{
    if (error.code == Common::UnknownCommand)
        return isNotReady(error) ? Away : HostVerdict();
    if (error.code == Common::OptionPreventsStatement)
        return isReadOnlyOption(error) ? ReadOnly : HostVerdict();
    if (error.code == Common::ErrorDuringCommit)
        return isDeadlockDuringCommit(error) ? Conflict : Unknown;
    if (error.code == Common::ReadOnlyTransaction)
        return error.isPlainSession ? ReadOnly : HostVerdict();
    const auto *entry = std::find_if(std::begin(Entries), std::end(Entries), [&](const Entry &e) {
        return e.number == error.code.number
               && (e.other == ServerFlavour::Unknown || e.other != error.code.flavour);
    });
    return entry == std::end(Entries) ? HostVerdict() : entry->verdict;
}

} // namespace AsyncMySql
