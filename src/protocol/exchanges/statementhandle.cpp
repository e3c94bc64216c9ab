// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementhandle.h"

#include "servererrors.h"

namespace AsyncMySql::Protocol {

bool needsPreparation(const Failure &failure)
{
    return serverErrorTraits(failure.serverError()).testFlag(ServerErrorTrait::NeedsPreparation);
}

bool mayNeedPreparation(const Failure &failure)
{
    return serverErrorTraits(failure.serverError()).testFlag(ServerErrorTrait::MayNeedPreparation);
}

bool cannotBePrepared(const Failure &failure)
{
    return serverErrorTraits(failure.serverError()).testFlag(ServerErrorTrait::NotPreparable);
}

bool mayLeavePartExecuted(const Failure &failure)
{
    return serverErrorTraits(failure.serverError()).testFlag(ServerErrorTrait::DamagedInUse);
}

void StatementHandle::recordError(const Failure &failure)
{
    if (failure.code != FailureCode::ServerError)
        return;
    // The server may have failed before it read them.
    parameterTypes.clear();
    if (failure.serverError() == CommonServerError::UnknownStatement)
        id = 0;
    if (needsPreparation(failure))
        state = State::Invalid;
}

} // namespace AsyncMySql::Protocol
