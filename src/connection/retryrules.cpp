// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "retryrules.h"

namespace AsyncMySql {

bool mayResend(const Command &command, const CommandTraits &traits, const RetryPolicy &policy,
               bool wasInTransaction, bool answerBegun, bool mayHaveExecuted)
{
    const CommandStatus status = command.status();
    if (!status.canBeSentAgain || wasInTransaction || command.attempts >= policy.maximumAttempts())
        return false;
    // As if it had waited in the queue.
    if (!mayHaveExecuted)
        return true;
    if (answerBegun && !isRepeatable(traits, status))
        return false;
    switch (policy.resend()) {
    case RetryPolicy::Never:
        return false;
    case RetryPolicy::Idempotent:
        return isRepeatable(traits, status);
    case RetryPolicy::Always:
        return true;
    }
    return false;
}

bool mayRetry(const Command &command, const CommandTraits &traits, const Error &error,
              const RetryPolicy &policy, bool wasInTransaction)
{
    const CommandStatus status = command.status();
    // An earlier attempt that may have been executed, or a part of this one that was, is not undone
    // by the error of the last.
    const bool nothingExecuted
        = command.execution() != Error::Execution::Unknown || isRepeatable(traits, status);
    return status.canBeSentAgain && nothingExecuted && !wasInTransaction
           && command.attempts < policy.maximumAttempts() && policy.isTemporary(error);
}

} // namespace AsyncMySql
