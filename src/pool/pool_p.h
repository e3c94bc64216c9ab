// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "executor_p.h"
#include "passwordjobs.h"
#include "poolengine.h"
#include "poolnotifier.h"

#include <AsyncMySql/pool.h>

namespace AsyncMySql {

class PoolPrivate
{
public:
    explicit PoolPrivate(Pool *pool);

    /// Emits what follows from it.
    void setOptions(const ConnectionOptions &options, const Error &error = {});

    Pool *const q;
    PoolEngine *const engine;
    ExecutorPrivate *const executor;
    PasswordJobs passwords;
    PoolNotifier published;
    std::chrono::milliseconds leaseWarning{0};
};

} // namespace AsyncMySql
