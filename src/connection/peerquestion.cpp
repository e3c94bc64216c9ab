// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "peerquestion.h"

#include "commandpayloads.h"
#include "commandqueue.h"
#include "commandtraits.h"
#include "enginestate.h"
#include "peerdetection.h"
#include "queryexchange.h"
#include "sessionstate.h"
#include "transactionlease.h"

#include <algorithm>

namespace AsyncMySql::PeerQuestion {

namespace {

bool canBeInFlight(const CommandTraits &traits)
{
    return traits.canPipeline || traits.canPipelineWhenPrepared;
}

/// The first that wait; in front of a transaction, the first in that.
CommandQueue::Commands nextCommands(const CommandQueue &queue)
{
    const TransactionLeasePointer lease = queue.front()->openedLease();
    return (lease ? lease->queue() : queue).first(2);
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
        return command->traits(dialect).effects.mayAskLastStatement;
    };
    const CommandQueue::Commands next = nextCommands(state.queue);
    return !mayAsk(state.queue.front()) && std::none_of(next.begin(), next.end(), mayAsk);
}

bool isDue(EngineState &state, const Protocol::SqlDialect &dialect)
{
    if (state.session.peer != SessionState::Peer::NotAsked || !state.peerDecidesDepth()
        || state.gate.current())
        return false;
    if (state.isShared)
        return canBeAsked(state, dialect);
    // In a transaction, changes are sent ahead where that pays alone.
    const TransactionLeasePointer lease = state.queue.front()->openedLease();
    if (lease && CommitGuard::isWorthwhile(*lease, state.session))
        return canBeAsked(state, dialect);
    // Statements that are executed one after the other wait for no others.
    if (!lease && state.queue.size() < 2)
        return false;
    const CommandQueue::Commands next = nextCommands(state.queue);
    if (next.size() < 2)
        return false;
    const CommandTraits first = next[0]->traits(dialect);
    if (!canBeInFlight(first))
        return false;
    const CommandTraits second = next[1]->traits(dialect);
    return canBeInFlight(second) && first.readsOnly == second.readsOnly
           && (first.readsOnly || !lease) && canBeAsked(state, dialect);
}

std::shared_ptr<Protocol::Exchange> question(const SessionState &session)
{
    return std::make_shared<Protocol::QueryExchange>(
        Protocol::queryPayload(PeerDetection::sql(session), session.capabilities),
        session.capabilities);
}

void recordAnswer(EngineState &state, Protocol::Exchange &exchange)
{
    const PeerDetection::Answer answer
        = PeerDetection::answerOf(state.session, static_cast<Protocol::QueryExchange &>(exchange));
    state.liveSession->setPeer(answer.peer, answer.packetLimit);
}

} // namespace AsyncMySql::PeerQuestion
