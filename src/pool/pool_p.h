// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "executor_p.h"
#include "passwordchanger.h"
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
    Job *changePassword(const QString &password);

    Pool *const q;
    PoolEngine *const engine;
    ExecutorPrivate *const executor;
    /// From the first change on: most applications change none.
    PasswordChanger *passwords = nullptr;
    /// Makes the jobs of \c passwords.
    std::shared_ptr<ExecutorPrivate> passwordJobs;
    PoolNotifier published;
    std::chrono::milliseconds leaseWarning{0};
};

} // namespace AsyncMySql
