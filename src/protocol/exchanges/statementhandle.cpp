// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementhandle.h"

#include "servererrors.h"

namespace AsyncMySql::Protocol {

bool needsPreparation(const Failure &failure)
{
    return failure.serverErrorNumber == ErrorUnknownStatement
           || failure.serverErrorNumber == ErrorNeedsPreparation || mayNeedPreparation(failure);
}

bool mayNeedPreparation(const Failure &failure)
{
    return failure.serverErrorNumber == ErrorImpossibleConversion;
}

bool cannotBePrepared(const Failure &failure)
{
    switch (failure.serverErrorNumber) {
    case ErrorSyntax:
    case ErrorNotPreparable:
    case ErrorTooManyStatements:
    case ErrorParametersNotSupported: // of KILL ?, for one
        return true;
    default:
        return false;
    }
}

void StatementHandle::noteError(const Failure &failure)
{
    if (failure.code != FailureCode::ServerError)
        return;
    // Nobody knows whether it came as far as reading them.
    parameterTypes.clear();
    if (failure.serverErrorNumber == ErrorUnknownStatement)
        id = 0;
    if (needsPreparation(failure))
        state = State::Invalid;
}

} // namespace AsyncMySql::Protocol
