// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "session.h"

#include <AsyncMySql/connectionoptions.h>

namespace AsyncMySql {

/// The connection attribute that has the token of a session.
inline constexpr char SessionTokenAttribute[] = "session_token";

/// What all sessions with the same options have in common.
SessionSettings commonSessionSettings(const ConnectionOptions &options);

/// What one session needs: \a common, which come from \a options, and what is its own. \a database
/// is the one to name while connecting, and \a sessionTicket that of an earlier TLS session with
/// the same server; both may be empty. It has the password of \a credentials, and asks them for
/// what else it needs; they must live as long as it.
SessionSettings sessionSettings(const SessionSettings &common, const ConnectionOptions &options,
                                CredentialSource *credentials, const QString &database,
                                const QByteArray &sessionTicket);

} // namespace AsyncMySql
