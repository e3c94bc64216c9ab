// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The part of the engine that stops commands, and the session where the server does not answer.
//
// A kill names a session, not a statement: it hits whatever the server is at when it arrives. So it
// is sent when the command that it is meant for is the one whose answer is awaited, and nothing is
// on its way behind that which must not be hit (mayFollow() sees to it that this is rare). What
// only reads can be hit: it is sent again.

#include "connectionengine.h"

#include "commandpayloads.h"
#include "queryexchange.h"

#include <algorithm>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

/// Whether what is awaited of it now is no execution of a statement of the application.
bool ConnectionEngine::usesResponseTimeout(const InFlight &inFlight)
{
    return inFlight.timeout.count() == 0
           && (inFlight.traits.usesResponseTimeout || inFlight.exchange->isPreparing());
}

/// The server begins the first one when those before it are answered: its time runs from then on.
void ConnectionEngine::startFrontTimer()
{
    milliseconds limit(0);
    m_frontUsesResponseTimeout = false;
    if (!m_inFlight.empty()) {
        const InFlight &front = m_inFlight.front();
        m_frontUsesResponseTimeout = usesResponseTimeout(front);
        limit = m_frontUsesResponseTimeout ? m_options.responseTimeout() : front.timeout;
    }
    if (limit.count() > 0)
        m_frontTimer.start(limit);
    else
        m_frontTimer.stop();
}

void ConnectionEngine::onFrontOverdue()
{
    InFlight &front = m_inFlight.front();
    if (front.timeout.count() > 0) {
        stop(front, Error::QueryTimeout);
        return;
    }
    const auto seconds = static_cast<double>(m_options.responseTimeout().count()) / 1000;
    m_keeper.drop(
        Error(Error::ConnectionLost, u"The server %1 did not answer within %2 s (responseTimeout)"_s
                                         .arg(m_keeper.session()->peerName())
                                         .arg(seconds)));
}

void ConnectionEngine::cancel(Command *command, Error::Code reason)
{
    const auto inFlight
        = std::find_if(m_inFlight.begin(), m_inFlight.end(), [command](const InFlight &candidate) {
              return candidate.command.get() == command;
          });
    if (inFlight != m_inFlight.end() && inFlight == m_inFlight.begin()) {
        stop(*inFlight, reason);
        return;
    }
    const Error cancelled(reason, u"The job was cancelled while it waited"_s);
    if (inFlight != m_inFlight.end())
        endUnbegun(*inFlight, cancelled);
    else if (endRepeated(command, cancelled))
        scheduleAdvance();
    else if (const CommandPointer waiting = queueOf(*command).take(command)) {
        endRetryPause(*waiting);
        waiting->finish(cancelled);
        carryOut(m_gate.recordEnded(waiting));
        scheduleAdvance();
    }
}

void ConnectionEngine::stop(InFlight &inFlight, Error::Code reason)
{
    Command &command = *inFlight.command;
    if (command.stopReason != Error::NoError)
        return;
    command.stopReason = reason;
    command.stopping();
    inFlight.endsSoon = inFlight.exchange->stop();
    // Rows that nobody reads hold up the answer.
    m_keeper.resume();
    stopFront();
}

void ConnectionEngine::stopFront()
{
    if (m_inFlight.empty() || !m_canceller.canStop(m_inFlight.front().command))
        return;
    const bool othersAtRisk
        = std::any_of(m_inFlight.begin() + 1, m_inFlight.end(), [](const InFlight &other) {
              return !other.traits.readsOnly && other.command->stopReason == Error::NoError;
          });
    if (othersAtRisk)
        return;
    m_frontTimer.stop();
    const InFlight &front = m_inFlight.front();
    m_canceller.stop(front.command,
                     {m_keeper.session()->settingsForSamePeer(), m_keeper.session()->traits(),
                      m_options.connectTimeout()},
                     m_options.cancelGrace(), front.endsSoon);
}

/// The server has reacted to a kill, or it was never sent.
void ConnectionEngine::onKillSettled(bool confirmed)
{
    if (confirmed && !m_inFlight.empty() && m_canceller.isStopping(m_inFlight.front().command)) {
        m_inFlight.front().exchange->confirmStop();
        m_keeper.resume();
    }
    stopFront();
    advance();
}

void ConnectionEngine::absorbLateKill()
{
    m_canceller.absorberSent();
    const Protocol::Capabilities capabilities = m_sessionState.capabilities;
    startActivity(Activity::Absorber,
                  std::make_shared<Protocol::QueryExchange>(
                      Protocol::queryPayload("DO SLEEP(0)", capabilities), capabilities));
}

void ConnectionEngine::finishStopped(const CommandPointer &command)
{
    command->finish(
        command->stopReason == Error::QueryTimeout
            ? Error(Error::QueryTimeout, u"The statement took too long (queryTimeout)"_s)
            : Error(Error::Cancelled, u"The statement was cancelled while it ran"_s));
}

} // namespace AsyncMySql
