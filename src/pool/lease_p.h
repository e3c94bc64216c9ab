// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "leasenotifier.h"
#include "sessionlease.h"

#include <memory>
#include <utility>

namespace AsyncMySql {

class LeasePrivate
{
public:
    explicit LeasePrivate(std::shared_ptr<SessionLease> sessionLease)
        : lease(std::move(sessionLease))
    {
    }

    std::shared_ptr<SessionLease> lease;
    /// From the first receiver of one of its signals on.
    std::unique_ptr<LeaseNotifier> notifier;
};

} // namespace AsyncMySql
