// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "reconnector.h"

#include "commandqueue.h"
#include "errorconversion.h"
#include "hostlist.h"
#include "retrydelay.h"

#include <AsyncMySql/connectionoptions.h>

#include <algorithm>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

Reconnector::Reconnector(QObject *parent)
    : QObject(parent)
    , m_countdown(
          this, [this] { Q_EMIT due(); }, [this] { Q_EMIT nextAttemptChanged(); })
    , m_firstConnectTimer(
          this, [this] { Q_EMIT firstConnectTimedOut(); }, Qt::PreciseTimer)
{
}

void Reconnector::setOptions(const ConnectionOptions &options)
{
    m_policy = options.retryPolicy();
    m_firstConnectTimeout = options.firstConnectTimeout();
    setAttempt(0);
    m_lastError = {};
    m_hasConnected = false;
    m_firstAttempt.reset();
    m_firstConnectTimer.stop();
    stop();
}

Reconnector::Clock::time_point Reconnector::waitsSince(const Command &command) const
{
    return std::max(command.times.created, *m_firstAttempt);
}

void Reconnector::watchFirstConnect(const CommandQueue &queue)
{
    if (!m_firstAttempt || m_firstConnectTimer.isActive() || m_firstConnectTimeout.count() == 0
        || queue.isEmpty())
        return;
    const auto waited = Clock::now() - waitsSince(*queue.front());
    m_firstConnectTimer.start(
        std::max(std::chrono::ceil<milliseconds>(m_firstConnectTimeout - waited), milliseconds(0)));
}

std::deque<CommandPointer> Reconnector::takeOverdue(CommandQueue &queue) const
{
    std::deque<CommandPointer> overdue;
    if (!m_firstAttempt)
        return overdue;
    const Clock::time_point latest = Clock::now() - m_firstConnectTimeout;
    while (!queue.isEmpty() && waitsSince(*queue.front()) <= latest)
        overdue.push_back(queue.takeFirst());
    return overdue;
}

Error Reconnector::firstConnectError(const QString &peer) const
{
    const QString seconds
        = QString::number(static_cast<double>(m_firstConnectTimeout.count()) / 1000);
    if (m_lastError) {
        Error error = m_lastError;
        error.setMessage(u"%1. No session was established within %2 s (firstConnectTimeout)"_s.arg(
            error.message(), seconds));
        return error;
    }
    return Error(Error::ConnectTimeout,
                 u"No session with %1 was established within %2 s (firstConnectTimeout)"_s.arg(
                     peer, seconds));
}

void Reconnector::recordAttempt()
{
    if (!m_hasConnected && !m_firstAttempt)
        m_firstAttempt = Clock::now();
}

void Reconnector::recordAsking(bool isAsking, const CommandQueue &queue)
{
    m_firstAttempt.reset();
    m_firstConnectTimer.stop();
    if (isAsking)
        return;
    recordAttempt();
    watchFirstConnect(queue);
}

void Reconnector::recordConnected()
{
    m_lastError = {};
    m_hasConnected = true;
    m_firstAttempt.reset();
    m_firstConnectTimer.stop();
}

Reconnector::Action Reconnector::connectFailed(const Error &error, bool hasWaiting)
{
    m_lastError = error;
    const HostList::Next next = m_hosts                          ? m_hosts->afterFailure(error)
                                : isTransientConnectError(error) ? HostList::Next::Wait
                                                                 : HostList::Next::Fail;
    if (next == HostList::Next::Fail)
        return Action::FailWaiting;
    if (next == HostList::Next::OtherHost && hasWaiting)
        return Action::Reconnect;
    return hasWaiting ? Action::Wait : Action::Nothing;
}

Reconnector::Action Reconnector::sessionLost(bool proved, bool isPausing, bool hasWaiting)
{
    if (!hasWaiting)
        return Action::Nothing;
    // A session that answered is worth an immediate reconnect. With a server that only ever breaks
    // them this would be an endless loop.
    return proved && !isPausing ? Action::Reconnect : Action::Wait;
}

bool Reconnector::hasOtherHost()
{
    return m_hosts && m_hosts->afterFailure({}) == HostList::Next::OtherHost;
}

void Reconnector::start()
{
    milliseconds delay = retryDelay(m_policy, m_attempt);
    if (m_hosts)
        delay = m_hosts->limitedDelay(delay);
    setAttempt(m_attempt + 1);
    m_countdown.start(delay);
}

void Reconnector::setAttempt(int attempt)
{
    if (std::exchange(m_attempt, attempt) != attempt)
        Q_EMIT attemptChanged();
}

} // namespace AsyncMySql
