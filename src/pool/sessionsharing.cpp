// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sessionsharing.h"

#include "sessionpool.h"

namespace AsyncMySql {

namespace {

using State = PooledSession::State;

/// Whether no other session can be expected soon.
bool isFull(const SessionPool &sessions)
{
    return sessions.count(State::Connecting) + sessions.count(State::Recycling) == 0
           && sessions.total() - sessions.count(State::Closing)
                  >= sessions.settings().maximumConnections;
}

/// What a lease has left, whose statements could not be stopped, is still there.
bool isDirty(const PooledSession &session, Pool::ResetPolicy policy)
{
    return policy == Pool::ResetPolicy::Never ? session.engine->isInOpenTransaction()
                                              : session.engine->holdsState();
}

bool canBeShared(const PooledSession &session, int generation)
{
    return session.state == State::InUse && session.lease.expired() && !session.recycling
           && session.generation == generation && PooledSession::Clock::now() < session.expires
           && !session.engine->mustLeaveHost() && session.engine->canBeShared();
}

} // namespace

PooledSession *sessionToShare(const SessionPool &sessions, const Command &command)
{
    const PoolSettings &settings = sessions.settings();
    if (settings.jobsPerConnection < 2 || settings.resetPolicy == Pool::ResetPolicy::Always
        || command.place() != Command::Place::Session || command.openedLease() || !isFull(sessions))
        return nullptr;
    PooledSession *best = nullptr;
    int fewest = settings.jobsPerConnection;
    for (const SessionPool::SessionPointer &session : sessions.sessions()) {
        const int jobs = session->engine->jobsInFlight();
        if (jobs < fewest && canBeShared(*session, sessions.generation())
            && !isDirty(*session, settings.resetPolicy)) {
            best = session.get();
            fewest = jobs;
        }
    }
    if (!best)
        return nullptr;
    const CommandTraits traits = command.traits(best->engine->sessionState().dialect());
    return traits.readsOnly && traits.canPipeline ? best : nullptr;
}

} // namespace AsyncMySql
