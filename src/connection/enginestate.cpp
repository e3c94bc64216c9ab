// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "enginestate.h"

#include "fate.h"
#include "sessionsettings.h"

#include <utility>

namespace AsyncMySql {

EngineState::EngineState(QObject *owner, std::function<void()> retry)
    : queue(owner)
    , failer(owner)
    , reconnector(owner)
    , canceller(owner)
    , retryPause(owner, std::move(retry), Qt::PreciseTimer)
{
    setOptions({});
}

void EngineState::setOptions(const ConnectionOptions &newOptions)
{
    options = newOptions;
    commonSettings.reset();
    retryPolicy = options.retryPolicy();
    hasTransientErrors = AsyncMySql::hasTransientErrors(retryPolicy);
    setup.setOptions(options);
    statements.setCapacity(options.statementCacheSize());
    reconnector.setOptions(options);
}

int EngineState::pipelineDepth() const
{
    using Mode = ConnectionOptions::PipeliningMode;
    const Mode mode = options.pipeliningMode();
    const bool pipelines
        = mode == Mode::Always
          || (mode == Mode::Automatic && session.peer == SessionState::Peer::Server);
    return pipelines ? options.pipelineDepth() : 1;
}

bool EngineState::peerDecidesDepth() const
{
    return options.pipeliningMode() == ConnectionOptions::PipeliningMode::Automatic
           && options.pipelineDepth() > 1;
}

void EngineState::resumeSession()
{
    if (liveSession)
        liveSession->resume();
}

SessionSettings EngineState::settingsOfNextSession()
{
    if (!commonSettings)
        commonSettings = commonSessionSettings(options);
    ticketKey = SessionTickets::keyOf(options);
    const SessionTickets::Ticket ticket
        = ticketKey ? SessionTickets::find(*ticketKey) : SessionTickets::Ticket();
    ticketEnd = ticket.end;
    return sessionSettings(*commonSettings, options, setup.database(), ticket.bytes);
}

void EngineState::storeTicket()
{
    if (!ticketKey || !liveSession)
        return;
    // It can come late, or not at all.
    if (const QByteArray ticket = liveSession->sessionTicket(); !ticket.isEmpty()) {
        SessionTickets::store(*ticketKey, {ticket, ticketEnd});
        ticketKey.reset();
    }
}

void EngineState::forgetTicket()
{
    if (ticketKey)
        SessionTickets::forget(*ticketKey);
    ticketKey.reset();
}

void EngineState::releaseSession()
{
    if (!liveSession)
        return;
    storeTicket();
    ticketKey.reset();
    Session *released = std::exchange(liveSession, nullptr);
    released->abort();
    // It may be what has called us.
    released->deleteLater();
}

bool EngineState::takeSessionState()
{
    const SessionState &now = liveSession->state();
    const bool hasChanged
        = now.connectionId != session.connectionId || now.revision != session.revision;
    if (hasChanged)
        session = now;
    else
        session.status = now.status;
    if (guard.isRaised())
        session.status.setFlag(Protocol::ServerStatusFlag::AutoCommit);
    return hasChanged;
}

bool EngineState::isFree() const
{
    return isReady() && activity == Activity::None && pipeline.isEmpty() && !pipeline.hasRepeats()
           && queue.isEmpty() && failer.isEmpty() && !gate.current() && !canceller.isBusy()
           && !retryPause.isActive() && !guard.isRaised() && !mustReplaceSession();
}

bool EngineState::canBeReset() const
{
    if (holdings.hasRole())
        return false;
    return !setup.database().isEmpty() || (session.database.isEmpty() && !holdings.mayHaveUsed());
}

CommandQueue &EngineState::queueOf(const Command &command)
{
    return command.lease ? command.lease->queue() : queue;
}

CommandQueue &EngineState::currentQueue()
{
    return gate.current() ? gate.current()->queue() : queue;
}

void EngineActions::endWaiting(const CommandPointer &command, const Error &error)
{
    command->finish(error);
    reportPendingCommands();
    carryOut(TransactionGate::recordEnded(command));
}

} // namespace AsyncMySql
