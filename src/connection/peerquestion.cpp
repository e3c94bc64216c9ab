// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "peerquestion.h"

#include "commandqueue.h"
#include "commandtraits.h"
#include "enginestate.h"
#include "sessionstate.h"
#include "transactionlease.h"

#include <utility>

namespace AsyncMySql::PeerQuestion {

namespace {

bool canBeInFlight(const CommandTraits &traits)
{
    return traits.canPipeline || traits.canPipelineWhenPrepared;
}

/// The first two that wait; in front of a transaction, the first two in that.
std::pair<CommandPointer, CommandPointer> nextTwo(const CommandQueue &queue)
{
    const TransactionLeasePointer lease = queue.front()->openedLease();
    const CommandQueue &next = lease ? lease->queue() : queue;
    if (next.isEmpty())
        return {};
    return {next.front(), next.second()};
}

} // namespace

bool canBeAsked(EngineState &state, const Protocol::SqlDialect &dialect)
{
    // A server that has ended the transaction by itself tells the next command so: that must be one
    // of the transaction.
    if (state.session.peer != SessionState::Peer::NotAsked || !state.pipeline.isEmpty()
        || state.pipeline.hasRepeats() || state.gate.current() || state.session.isInTransaction()
        || !state.holdings.allowsQuestions())
        return false;
    // It would replace what the last statement left: the number of its rows, its warnings. A
    // statement that leaves those as they are may stand before the one that asks for them.
    const auto mayAsk = [&dialect](const CommandPointer &command) {
        return command && command->traits(dialect).effects.mayAskLastStatement;
    };
    const auto [first, second] = nextTwo(state.queue);
    return !mayAsk(state.queue.front()) && !mayAsk(first) && !mayAsk(second);
}

bool isDue(EngineState &state, const Protocol::SqlDialect &dialect)
{
    if (state.session.peer != SessionState::Peer::NotAsked || !state.peerDecidesDepth()
        || state.gate.current())
        return false;
    const auto [first, second] = nextTwo(state.queue);
    if (!second)
        return false;
    const CommandTraits firstTraits = first->traits(dialect);
    if (!canBeInFlight(firstTraits))
        return false;
    const CommandTraits secondTraits = second->traits(dialect);
    // In a transaction nothing is sent behind a change before that is answered.
    const bool inTransaction = state.queue.front()->openedLease() != nullptr;
    return canBeInFlight(secondTraits) && firstTraits.readsOnly == secondTraits.readsOnly
           && (firstTraits.readsOnly || !inTransaction) && canBeAsked(state, dialect);
}

} // namespace AsyncMySql::PeerQuestion
