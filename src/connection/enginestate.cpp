// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "enginestate.h"

#include "commandsink.h"
#include "fate.h"
#include "leavingsession.h"
#include "publicdialect.h"
#include "sessionsettings.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql {

EngineState::EngineState(CommandSink *owner, CredentialSource *sharedCredentials,
                         std::function<void()> retry, std::function<void(const Error &)> hostChosen)
    : sink(owner)
    , credentials(sharedCredentials ? sharedCredentials : new CredentialSource(owner))
    , ownsCredentials(!sharedCredentials)
    , queue(owner)
    , failer(owner)
    , reconnector(owner)
    , host(owner, std::move(hostChosen))
    , canceller(owner)
    , recoveries(*owner)
    , retryPause(owner, std::move(retry), Qt::PreciseTimer)
{
    if (ownsCredentials) {
        QObject::connect(credentials, &CredentialSource::askingChanged, &reconnector,
                         [this](bool isAsking) { reconnector.recordAsking(isAsking, queue); });
    }
    setOptions({});
}

void EngineState::setOptions(const ConnectionOptions &newOptions)
{
    options = newOptions;
    // All sessions of a pool have both in common.
    if (ownsCredentials) {
        credentials->setOptions(newOptions);
        shareHosts(HostList::isNeeded(options) ? std::make_shared<HostList>(options) : nullptr);
    }
    commonSettings.reset();
    sink->observers()->setEndpoint(options);
    retryPolicy = options.retryPolicy();
    hasTransientErrors = AsyncMySql::hasTransientErrors(retryPolicy);
    setup.setOptions(options);
    statements.setCapacity(options.statementCacheSize());
    reconnector.setOptions(options);
}

void EngineState::shareHosts(const std::shared_ptr<HostList> &hosts)
{
    host.setList(hosts);
    reconnector.setHosts(hosts);
}

void EngineState::setPassword(const QString &password)
{
    options.setPassword(password);
    if (ownsCredentials)
        credentials->setPassword(password);
    commonSettings.reset();
    // What was opened with other options may belong to another account.
    if (liveSession && !sessionOutdated)
        liveSession->setPassword(password.toUtf8());
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
    const HostTarget *target = host.target();
    if (target && ticketKey) {
        ticketKey->host = target->host.name();
        ticketKey->port = target->host.port();
    }
    const SessionTickets::Ticket ticket
        = ticketKey ? SessionTickets::find(*ticketKey) : SessionTickets::Ticket();
    ticketEnd = ticket.end;
    openingSince = CommandTimes::Clock::now();
    credentialsRevision = credentials->revision();
    SessionSettings settings
        = sessionSettings(*commonSettings, options, credentials, setup.database(), ticket.bytes);
    if (target) {
        settings.transport.host = target->host.name();
        settings.transport.port = target->host.port();
        settings.transport.address = target->address;
        settings.connectTimeout = host.list()->connectTimeout(target);
    }
    return settings;
}

bool EngineState::chooseHost()
{
    if (host.list())
        host.list()->useCredentials(credentials->revision());
    return host.begin();
}

void EngineState::openSession(SessionListener *listener)
{
    setup.setDemand(host.demand());
    liveSession = new Session(settingsOfNextSession(), listener, &setup, sink);
    liveSession->open();
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

void EngineState::recordOpened()
{
    storeTicket();
    credentials->recordAccepted();
    host.recordConnected(liveSession->serverRole());
    reportOpening({});
}

void EngineState::recordOpenFailed(const Error &error)
{
    if (ticketKey)
        SessionTickets::forget(*ticketKey);
    ticketKey.reset();
    host.recordFailed(error, liveSession ? liveSession->serverRole() : nullptr);
    reportOpening(error);
}

void EngineState::reportOpening(const Error &error)
{
    if (!openingSince)
        return;
    const auto duration = CommandTimes::Clock::now() - *std::exchange(openingSince, std::nullopt);
    if (!sink->observers()->isObserved())
        return;
    Observer::ConnectAttempt attempt;
    attempt.endpoint = error ? endpointOfHost() : endpoint();
    attempt.duration = duration;
    attempt.begin = QDateTime::currentDateTimeUtc().addMSecs(
        -std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
    attempt.error = error;
    sink->observers()->report(std::move(attempt));
}

Observer::Endpoint EngineState::endpointOfHost() const
{
    Observer::Endpoint endpoint = sink->observers()->endpoint();
    if (const HostTarget *target = host.target()) {
        endpoint.host = target->host.name();
        endpoint.port = target->host.port();
    }
    return endpoint;
}

Observer::Endpoint EngineState::endpoint() const
{
    Observer::Endpoint endpoint = endpointOfHost();
    endpoint.database = session.database;
    endpoint.isMariaDb = session.isMariaDb;
    endpoint.serverVersion = session.serverVersion;
    endpoint.connectionId = session.connectionId;
    return endpoint;
}

void EngineState::observeSending(Command &command) const
{
    Observer::Operation &operation = command.observation->operation;
    operation.endpoint = endpoint();
    operation.dialect = Protocol::publicDialectOf(session.dialect());
}

void EngineState::releaseSession()
{
    if (credentials)
        credentials->withdraw(sink);
    if (!liveSession) {
        host.release();
        return;
    }
    storeTicket();
    ticketKey.reset();
    openingSince.reset();
    recoveries.reset();
    host.release();
    Session *released = std::exchange(liveSession, nullptr);
    released->abort();
    // It may be what has called us.
    released->deleteLater();
}

void EngineState::releaseHandshake(QObject *parent)
{
    if (!liveSession || !LeavingSession::take(liveSession, parent)) {
        releaseSession();
        return;
    }
    liveSession = nullptr;
    host.release();
    ticketKey.reset();
    openingSince.reset();
}

void EngineState::recordTimes(Command &command, const Session::AnswerTimes &answer)
{
    // Its job may have ended before its answer.
    if (command.isFinished())
        return;
    CommandTimes &times = command.times;
    times.begun = std::max(times.sent, answer.previousEnd);
    // The packet was there before the time was taken at which it was sent behind others.
    if (answer.begin != CommandTimes::Clock::time_point())
        times.answered = std::max(times.begun, answer.begin);
    if (answer.end != CommandTimes::Clock::time_point())
        times.ended = std::max(times.begun, answer.end);
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

bool EngineState::canBeShared() const
{
    return isReady() && isShared && !isLeased && activity == Activity::None && queue.isEmpty()
           && failer.isEmpty() && !gate.current() && !canceller.isBusy()
           && !canceller.needsAbsorber() && !retryPause.isActive() && !mustReplaceSession()
           && static_cast<int>(pipeline.size()) < pipelineDepth() && pipeline.isShareable();
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
