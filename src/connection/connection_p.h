// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionengine.h"
#include "connectionnotifier.h"
#include "executor_p.h"
#include "passwordjobs.h"

#include <AsyncMySql/connection.h>

#include <memory>

namespace AsyncMySql {

/// The flavour that is reported for the server of \a session.
inline Connection::ServerFlavour publicFlavourOf(const SessionState &session)
{
    if (session.serverVersion.isEmpty())
        return Connection::ServerFlavour::Unknown;
    return session.flavour == Protocol::ServerFlavour::MySql ? Connection::ServerFlavour::MySql
                                                             : Connection::ServerFlavour::MariaDb;
}

class ConnectionPrivate
{
public:
    explicit ConnectionPrivate(Connection *connection);

    ConnectionEngine *const engine;
    ExecutorPrivate *const executor;
    PasswordJobs passwords;
    /// The values that signals were emitted for.
    ConnectionNotifier published;
};

} // namespace AsyncMySql
