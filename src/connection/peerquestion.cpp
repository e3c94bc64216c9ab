// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "peerquestion.h"

#include "commandqueue.h"
#include "commandtraits.h"
#include "enginestate.h"
#include "sessionstate.h"

namespace AsyncMySql::PeerQuestion {

namespace {

bool canBeInFlight(const CommandTraits &traits)
{
    return traits.canPipeline || traits.canPipelineWhenPrepared;
}

} // namespace

bool canBeAsked(EngineState &state, const Protocol::SqlDialect &dialect)
{
    if (state.session.peer != SessionState::Peer::NotAsked || !state.pipeline.isEmpty()
        || state.pipeline.hasRepeats() || state.gate.isUncertain()
        || !state.holdings.allowsQuestions())
        return false;
    // It would replace what the last statement left: the number of its rows, its warnings. A
    // statement that leaves those as they are may stand before the one that asks for them.
    const auto mayAsk = [&dialect](const CommandPointer &command) {
        return command && command->traits(dialect).effects.mayAskLastStatement;
    };
    const CommandQueue &queue = state.currentQueue();
    return !mayAsk(queue.front()) && !mayAsk(queue.second());
}

bool isDue(EngineState &state, const Protocol::SqlDialect &dialect)
{
    const CommandQueue &queue = state.currentQueue();
    if (state.session.peer != SessionState::Peer::NotAsked || !state.peerDecidesDepth()
        || queue.size() < 2)
        return false;
    const CommandTraits first = queue.front()->traits(dialect);
    if (!canBeInFlight(first))
        return false;
    const CommandTraits second = queue.second()->traits(dialect);
    return canBeInFlight(second) && first.readsOnly == second.readsOnly
           && canBeAsked(state, dialect);
}

} // namespace AsyncMySql::PeerQuestion
