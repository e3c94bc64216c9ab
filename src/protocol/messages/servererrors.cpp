// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servererrors.h"

#include <algorithm>
#include <iterator>

namespace AsyncMySql::Protocol {

namespace {

struct Entry
{
    int number;
    /// Unknown for a number that has the same meaning everywhere.
    ServerFlavour flavour;
    ServerErrorTraits traits;
};

constexpr ServerFlavour Everywhere = ServerFlavour::Unknown;
constexpr ServerFlavour MySql = ServerFlavour::MySql;
constexpr ServerFlavour MariaDb = ServerFlavour::MariaDb;
constexpr ServerErrorTrait Transient = ServerErrorTrait::Transient;
constexpr ServerErrorTraits TransientEnd = Transient | ServerErrorTrait::EndsSession;
constexpr ServerErrorTrait Access = ServerErrorTrait::Access;

/// Names as in MySQL's and MariaDB's error references.
constexpr Entry Entries[] = {
    {1040, Everywhere, Transient},    // ER_CON_COUNT_ERROR: too many connections
    {1041, Everywhere, Transient},    // ER_OUT_OF_RESOURCES
    {1044, Everywhere, Access},       // ER_DBACCESS_DENIED_ERROR
    {1045, Everywhere, Access},       // ER_ACCESS_DENIED_ERROR
    {1047, Everywhere, Transient},    // ER_UNKNOWN_COM_ERROR: Galera's "not yet prepared node"
    {1053, Everywhere, TransientEnd}, // ER_SERVER_SHUTDOWN
    {1079, Everywhere, TransientEnd}, // ER_SHUTDOWN_COMPLETE
    {1130, Everywhere, Access},       // ER_HOST_NOT_PRIVILEGED
    {1158, Everywhere, Transient},    // ER_NET_READ_ERROR
    {1159, Everywhere, Transient},    // ER_NET_READ_INTERRUPTED
    {1160, Everywhere, Transient},    // ER_NET_ERROR_ON_WRITE
    {1161, Everywhere, Transient},    // ER_NET_WRITE_INTERRUPTED
    {1203, Everywhere, Transient},    // ER_TOO_MANY_USER_CONNECTIONS
    {1205, Everywhere, Transient},    // ER_LOCK_WAIT_TIMEOUT, of a set-up statement
    {1226, Everywhere, Transient},    // ER_USER_LIMIT_REACHED: per hour, or connections at once
    {1251, Everywhere, Access},       // ER_NOT_SUPPORTED_AUTH_MODE
    {1698, Everywhere, Access},       // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
    {1820, Everywhere, Access},       // ER_MUST_CHANGE_PASSWORD
    {1862, Everywhere, Access},       // ER_MUST_CHANGE_PASSWORD_LOGIN
    {1927, MariaDb, TransientEnd},    // ER_CONNECTION_KILLED
    {3032, MySql, Transient},         // ER_SERVER_OFFLINE_MODE
    {3118, MySql, Access},            // ER_ACCOUNT_HAS_BEEN_LOCKED
    {3169, MySql, TransientEnd},      // ER_SESSION_WAS_KILLED
    {3955, MySql, Access},       // ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK
    {4031, MySql, TransientEnd}, // ER_CLIENT_INTERACTION_TIMEOUT
    {4151, MariaDb, Access},     // ER_ACCOUNT_HAS_BEEN_LOCKED
};

} // namespace

ServerErrorTraits serverErrorTraits(int number, ServerFlavour flavour)
{
    const auto *entry = std::find_if(std::begin(Entries), std::end(Entries), [&](const Entry &e) {
        return e.number == number && (e.flavour == Everywhere || e.flavour == flavour);
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
