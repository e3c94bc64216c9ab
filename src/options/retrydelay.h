// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/retrypolicy.h>

namespace AsyncMySql {

/// The pause before the attempt that follows \a attempts failed ones, with the policy's jitter.
std::chrono::milliseconds retryDelay(const RetryPolicy &policy, int attempts);

} // namespace AsyncMySql
