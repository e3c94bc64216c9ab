// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementhandle.h"

namespace AsyncMySql::Protocol {

namespace {
constexpr quint16 UnknownStatement = 1243; // ER_UNKNOWN_STMT_HANDLER
constexpr quint16 NeedReprepare = 1615;    // ER_NEED_REPREPARE
} // namespace

bool needsPreparation(const Failure &failure)
{
    return failure.serverErrorNumber == UnknownStatement
           || failure.serverErrorNumber == NeedReprepare;
}

void StatementHandle::noteError(const Failure &failure)
{
    if (failure.code != FailureCode::ServerError)
        return;
    // Nobody knows whether it came as far as reading them.
    parameterTypes.clear();
    if (failure.serverErrorNumber == UnknownStatement)
        id = 0;
    if (needsPreparation(failure))
        state = State::Invalid;
}

} // namespace AsyncMySql::Protocol
