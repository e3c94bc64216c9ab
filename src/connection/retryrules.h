// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"

#include <AsyncMySql/retrypolicy.h>

namespace AsyncMySql {

// When a command is sent again. Never inside a transaction that the application began: a new
// session would not be in it.

/// After the connection was lost while the answer was awaited.
/// With \a answerBegun the server has certainly executed at least a part of it; without
/// \a mayHaveExecuted it has certainly executed nothing.
bool mayResend(const Command &command, const CommandTraits &traits, const RetryPolicy &policy,
               bool wasInTransaction, bool answerBegun = false, bool mayHaveExecuted = true);

/// After the server answered with an error that the policy calls temporary.
bool mayRetry(const Command &command, const CommandTraits &traits, const Error &error,
              const RetryPolicy &policy, bool wasInTransaction);

} // namespace AsyncMySql
