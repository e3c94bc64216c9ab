// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servererrors.h"

#include <algorithm>
#include <iterator>

namespace AsyncMySql::Protocol {

namespace {

enum class Scope : quint8 {
    Everywhere,
    MySql,
    /// Of MySQL, which MariaDB does not have: through a proxy that hides the server behind it, it
    /// can only mean this.
    NotMariaDb,
    MariaDb,
};

struct Entry
{
    constexpr Entry(CommonServerError error, ServerErrorTraits errorTraits)
        : number(static_cast<quint16>(error))
        , scope(Scope::Everywhere)
        , traits(errorTraits)
    {
    }
    constexpr Entry(MySqlServerError error, ServerErrorTraits errorTraits,
                    Scope errorScope = Scope::MySql)
        : number(static_cast<quint16>(error))
        , scope(errorScope)
        , traits(errorTraits)
    {
    }
    constexpr Entry(MariaDbServerError error, ServerErrorTraits errorTraits)
        : number(static_cast<quint16>(error))
        , scope(Scope::MariaDb)
        , traits(errorTraits)
    {
    }

    quint16 number;
    Scope scope;
    ServerErrorTraits traits;
};

using Common = CommonServerError;
using MySql = MySqlServerError;
using MariaDb = MariaDbServerError;

constexpr ServerErrorTrait Transient = ServerErrorTrait::Transient;
constexpr ServerErrorTraits TransientEnd = Transient | ServerErrorTrait::EndsSession;
constexpr ServerErrorTrait Access = ServerErrorTrait::Access;
constexpr ServerErrorTrait NeedsPreparation = ServerErrorTrait::NeedsPreparation;
constexpr ServerErrorTraits MayNeedPreparation
    = NeedsPreparation | ServerErrorTrait::MayNeedPreparation;
constexpr ServerErrorTrait NotPreparable = ServerErrorTrait::NotPreparable;
constexpr ServerErrorTrait Conflict = ServerErrorTrait::Conflict;
constexpr ServerErrorTrait PasswordExpired = ServerErrorTrait::PasswordExpired;
constexpr ServerErrorTrait DamagedInUse = ServerErrorTrait::DamagedInUse;

/// Not listed: UnknownSystemVariable, QueryInterrupted, MissingOldPassword, and those that are
/// certainly not about the values of a row, which mean something in one place alone.
constexpr Entry Entries[] = {
    {Common::DamagedIndex, DamagedInUse},
    {Common::DamagedRows, DamagedInUse},
    {Common::DamagedKeyFile, DamagedInUse},
    {Common::CrashedTable, DamagedInUse},
    {Common::CrashedByRepair, DamagedInUse},
    {Common::TooManyConnections, Transient},
    {Common::OutOfResources, Transient},
    {Common::DatabaseAccessDenied, Access},
    {Common::AccessDenied, Access},
    {Common::UnknownCommand, Transient},
    {Common::ServerShutdown, TransientEnd},
    {Common::Syntax, NotPreparable}, // much of SQL takes values, but no question marks
    {Common::ShutdownComplete, TransientEnd},
    {Common::HostNotPrivileged, Access},
    {Common::NetworkReadError, Transient},
    {Common::NetworkReadInterrupted, Transient},
    {Common::NetworkWriteError, Transient},
    {Common::NetworkWriteInterrupted, Transient},
    {Common::TooManyUserConnections, Transient},
    {Common::LockWaitTimeout, Transient | Conflict}, // of a set-up statement; of any
    {Common::Deadlock, Conflict},
    {Common::UserLimitReached, Transient},
    {Common::UnknownStatement, NeedsPreparation},
    {Common::AuthenticationModeNotSupported, Access},
    {Common::NotPreparable, NotPreparable},
    {Common::TooManyStatements, NotPreparable},
    {Common::NeedsPreparation, NeedsPreparation},
    {Common::AccessDeniedWithoutPassword, Access},
    {Common::MustChangePassword, PasswordExpired},
    {Common::MustChangePasswordToLogIn, PasswordExpired},
    {MySql::OfflineMode, Transient},
    {MySql::RolledBackDuringCommit, Conflict, Scope::NotMariaDb},
    {MySql::AccountLocked, Access},
    {MySql::SessionKilled, TransientEnd},
    {MySql::BlockedByPasswordLock, Access},
    {MySql::ImpossibleConversion, MayNeedPreparation, Scope::NotMariaDb},
    {MySql::InteractionTimeout, TransientEnd},
    {MySql::ParametersNotSupported, NotPreparable, Scope::NotMariaDb}, // of KILL ?, for one
    {MariaDb::ConnectionKilled, TransientEnd},
    {MariaDb::AccountLocked, Access},
};

constexpr bool holdsFor(Scope scope, ServerFlavour flavour)
{
    switch (scope) {
    case Scope::Everywhere:
        return true;
    case Scope::MySql:
        return flavour == ServerFlavour::MySql;
    case Scope::NotMariaDb:
        return flavour != ServerFlavour::MariaDb;
    case Scope::MariaDb:
        return flavour == ServerFlavour::MariaDb;
    }
    return false;
}

} // namespace

ServerErrorTraits serverErrorTraits(ServerErrorCode code)
{
    const auto *entry = std::find_if(std::begin(Entries), std::end(Entries), [&](const Entry &e) {
        return e.number == code.number && holdsFor(e.scope, code.flavour);
    });
    return entry == std::end(Entries) ? ServerErrorTraits() : entry->traits;
}

bool isClientErrorNumber(int number)
{
    // MySQL's errmsg.h goes up to 2075 now. MariaDB's documentation reserves both thousands whole,
    // of which its library uses the first few.
    return (number >= 2000 && number <= 2099) || (number >= 5000 && number <= 5099);
}

} // namespace AsyncMySql::Protocol
