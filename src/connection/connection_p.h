// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionengine.h"
#include "connectionnotifier.h"
#include "executor_p.h"

#include <AsyncMySql/connection.h>

#include <memory>

namespace AsyncMySql {

class ConnectionPrivate
{
public:
    explicit ConnectionPrivate(Connection *connection)
        : engine(new ConnectionEngine(connection))
        , executor(ExecutorPrivate::get(connection))
        , published(connection, engine)
    {
        executor->setSink(engine, &engine->notifier());
    }

    ConnectionEngine *const engine;
    ExecutorPrivate *const executor;
    /// The values that signals were emitted for.
    ConnectionNotifier published;
};

} // namespace AsyncMySql
