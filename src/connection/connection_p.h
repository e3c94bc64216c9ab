// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "connectionengine.h"
#include "connectionnotifier.h"
#include "jobfactory.h"

#include <AsyncMySql/connection.h>

#include <memory>

namespace AsyncMySql {

class ConnectionPrivate
{
public:
    explicit ConnectionPrivate(Connection *connection)
        : engine(new ConnectionEngine(connection))
        , factory(std::make_shared<JobFactory>(engine, &engine->notifier(), connection))
        , published(connection, engine)
    {
    }

    ConnectionEngine *const engine;
    const std::shared_ptr<JobFactory> factory;
    /// The values that signals were emitted for.
    ConnectionNotifier published;
};

} // namespace AsyncMySql
