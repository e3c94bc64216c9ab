// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "retrydelay.h"

#include <QtCore/qrandom.h>

namespace AsyncMySql {

std::chrono::milliseconds retryDelay(const RetryPolicy &policy, int attempts)
{
    return policy.delay(attempts, QRandomGenerator::global()->generateDouble());
}

} // namespace AsyncMySql
