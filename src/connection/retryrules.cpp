// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "retryrules.h"

namespace AsyncMySql {

bool mayResend(const Command &command, const RetryPolicy &policy, bool wasInTransaction,
               bool answerBegun, bool mayHaveExecuted)
{
    if (!command.canBeSentAgain() || wasInTransaction
        || command.attempts >= policy.maximumAttempts())
        return false;
    // As if it had waited in the queue.
    if (!mayHaveExecuted)
        return true;
    if (answerBegun && !command.isRepeatable())
        return false;
    switch (policy.resend()) {
    case RetryPolicy::Never:
        return false;
    case RetryPolicy::Idempotent:
        return command.isRepeatable();
    case RetryPolicy::Always:
        return true;
    }
    return false;
}

bool mayRetry(const Command &command, const Error &error, const RetryPolicy &policy,
              bool wasInTransaction)
{
    // An earlier attempt that may have been executed, or a part of this one that was, is not undone
    // by the error of the last.
    const bool nothingExecuted
        = command.execution() != Error::Execution::Unknown || command.isRepeatable();
    return command.canBeSentAgain() && nothingExecuted && !wasInTransaction
           && command.attempts < policy.maximumAttempts() && policy.isTemporary(error);
}

} // namespace AsyncMySql
