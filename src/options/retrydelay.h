// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/retrypolicy.h>

namespace AsyncMySql {

/// The delay after \a attempts failed attempts, with the policy's jitter.
std::chrono::milliseconds retryDelay(const RetryPolicy &policy, int attempts);

} // namespace AsyncMySql
