// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "executor_p.h"
#include "passwordjobs.h"
#include "poolengine.h"
#include "poolnotifier.h"

#include <AsyncMySql/pool.h>

#include <QtCore/qpointer.h>

#include <array>

namespace AsyncMySql {

class PoolPrivate
{
public:
    explicit PoolPrivate(Pool *pool);

    /// Emits what follows from it.
    void setOptions(const ConnectionOptions &options, const Error &error = {});

    Pool *reader(Pool::ReadConsistency consistency);

    Pool *const q;
    PoolEngine *const engine;
    ExecutorPrivate *const executor;
    PasswordJobs passwords;
    PoolNotifier published;
    std::chrono::milliseconds leaseWarning{0};
    /// By ReadConsistency.
    std::array<QPointer<Pool>, 2> readers;
    bool isReader = false;
};

} // namespace AsyncMySql
