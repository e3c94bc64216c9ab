// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The part of the engine that ends commands which were sent, and which the server has not begun: it
// executes one after the other, so these are all but the first of those that are on their way. They
// count as waiting, and end as if they were still in the queue: at once. What was sent cannot be
// taken back, though; their answers are dropped when they come, and if it is known by then that
// something slow is executed for nobody, it is stopped.

#include "connectionengine.h"

#include <algorithm>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {
/// What a QTimer can hold is 24 days; when it fires too early it is started again.
constexpr std::chrono::hours LongestWait(24);
} // namespace

/// Only ever brings the timer forward: one that comes too early looks at all deadlines anew.
void ConnectionEngine::watchUnbegun(QDeadlineTimer deadline)
{
    if (m_inFlight.empty() || !(deadline < m_unbegunDeadline))
        return;
    m_unbegunDeadline = deadline;
    m_unbegunTimer.start(std::min<milliseconds>(
        std::chrono::ceil<milliseconds>(deadline.remainingTimeAsDuration()), LongestWait));
}

void ConnectionEngine::expireUnbegun()
{
    m_unbegunDeadline = QDeadlineTimer(QDeadlineTimer::Forever);
    const Error error(Error::QueueTimeout,
                      u"The job waited too long for those before it (queueTimeout)"_s);
    for (size_t i = 1; i < m_inFlight.size(); ++i) {
        if (m_inFlight[i].command->queueDeadline.hasExpired())
            endUnbegun(m_inFlight[i], error);
    }
    const std::deque<CommandPointer> repeated = m_toRepeat;
    for (const CommandPointer &command : repeated) {
        if (command->queueDeadline.hasExpired())
            endRepeated(command.get(), error);
    }
    for (size_t i = 1; i < m_inFlight.size(); ++i) {
        if (!m_inFlight[i].command->isFinished())
            watchUnbegun(m_inFlight[i].command->queueDeadline);
    }
    for (const CommandPointer &command : m_toRepeat)
        watchUnbegun(command->queueDeadline);
    scheduleAdvance();
}

void ConnectionEngine::endUnbegun(InFlight &inFlight, const Error &error)
{
    const CommandPointer command = inFlight.command;
    if (command->isFinished())
        return;
    // What still waits to be sent, behind its preparation, never will be.
    if (inFlight.exchange->mayHaveExecuted())
        command->noteExecution(Error::Execution::Unknown);
    command->stopReason = error.code();
    command->stopping();
    inFlight.exchange->stop();
    // When its turn comes it is as good as over, unless it is slow.
    inFlight.endsSoon = true;
    command->finish(error);
    Q_EMIT pendingCommandsChanged();
    carryOut(m_gate.recordEnded(command));
    m_keeper.resume();
    // It is not at risk any more.
    stopFront();
    scheduleAdvance();
}

/// Whether \a command was among those that wait to be sent once more.
bool ConnectionEngine::endRepeated(const Command *command, const Error &error)
{
    const auto found = std::find_if(
        m_toRepeat.begin(), m_toRepeat.end(),
        [command](const CommandPointer &candidate) { return candidate.get() == command; });
    if (found == m_toRepeat.end())
        return false;
    const CommandPointer waiting = *found;
    m_toRepeat.erase(found);
    waiting->finish(error);
    Q_EMIT pendingCommandsChanged();
    carryOut(m_gate.recordEnded(waiting));
    return true;
}

} // namespace AsyncMySql
