// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "senddecision.h"

namespace AsyncMySql {

SendDecision decideSend(const CommandTraits &traits, const SendState &state)
{
    if (traits.beginsTransaction && state.isTransactionOver)
        return SendDecision::FailTransactionOver;
    if (!state.isAlone) {
        if (!state.isLastWritten)
            return SendDecision::WaitForProgress;
        return state.canPipelineBehind ? SendDecision::MakeExchange : SendDecision::WaitForAnswers;
    }
    if (!state.isInTransaction && state.hasLostTransaction) {
        const SendDecision decision = decideAfterLostTransaction(traits);
        if (decision != SendDecision::MakeExchange)
            return decision;
    }
    if (traits.closesSession)
        return SendDecision::CloseSession;
    if (state.asksForLostAnswer)
        return SendDecision::FailLostAnswer;
    // The check would change what the statement asks for.
    if (state.isSilent && !traits.effects.mayAskLastStatement)
        return SendDecision::CheckSession;
    return SendDecision::MakeExchange;
}

SendDecision decideAfterLostTransaction(const CommandTraits &traits)
{
    if (traits.beginsTransaction || traits.resetsSession || traits.closesSession
        || traits.effects.startsWithBegin)
        return SendDecision::ForgetLostTransaction;
    return traits.role == CommandTraits::SessionRole::Statement ? SendDecision::FailLostTransaction
                                                                : SendDecision::MakeExchange;
}

} // namespace AsyncMySql
