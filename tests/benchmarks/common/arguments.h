// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <cstdint>
#include <string>

// No Qt in here: what the peers that are written in C need for themselves shall be measured.

/// What every benchmark program is called with:
/// WORKLOAD --host H --port N --user U --password P --ca FILE --forwarded yes --rows N
struct Arguments
{
    std::string workload;
    std::string host = "127.0.0.1";
    std::uint16_t port = 3306;
    std::string user;
    std::string password;
    std::string ca; ///< certificates of the authority, for the workloads with TLS
    /// Host and port are those of a relay, which forwards all bytes as they are: commands may be
    /// sent ahead, although the peer is not the server.
    bool forwarded = false;
    long rows = 0; ///< or operations, where a workload is no table
};

/// Ends the program with a usage message where the arguments are no good.
Arguments parseArguments(int argc, char **argv);

/// Says why on the standard error output, and ends the program.
[[noreturn]] void fail(const std::string &why);
