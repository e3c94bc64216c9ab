// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commandqueue.h"

#include <algorithm>

namespace AsyncMySql {

namespace {
/// What a QTimer can hold is 24 days; when it fires too early it is started again.
constexpr std::chrono::hours LongestWait(24);
} // namespace

CommandQueue::CommandQueue(QObject *parent)
    : QObject(parent)
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &CommandQueue::expire);
}

void CommandQueue::append(CommandPointer command)
{
    noteDeadline(command->queueDeadline);
    m_commands.push_back(std::move(command));
    Q_EMIT sizeChanged();
}

void CommandQueue::prepend(CommandPointer command)
{
    noteDeadline(command->queueDeadline);
    m_commands.push_front(std::move(command));
    Q_EMIT sizeChanged();
}

CommandPointer CommandQueue::takeFirst()
{
    CommandPointer command = std::move(m_commands.front());
    m_commands.pop_front();
    return command;
}

CommandPointer CommandQueue::take(Command *command)
{
    const auto it = std::find_if(
        m_commands.begin(), m_commands.end(),
        [command](const CommandPointer &candidate) { return candidate.get() == command; });
    if (it == m_commands.end())
        return {};
    CommandPointer taken = std::move(*it);
    m_commands.erase(it);
    Q_EMIT sizeChanged();
    return taken;
}

std::deque<CommandPointer> CommandQueue::takeAll()
{
    std::deque<CommandPointer> commands = std::exchange(m_commands, {});
    waitUntil(QDeadlineTimer::Forever);
    if (!commands.empty())
        Q_EMIT sizeChanged();
    return commands;
}

/// Only ever brings the timer forward: one that comes too early looks at all deadlines anew.
void CommandQueue::noteDeadline(QDeadlineTimer deadline)
{
    if (deadline < m_earliestDeadline)
        waitUntil(deadline);
}

void CommandQueue::waitUntil(QDeadlineTimer deadline)
{
    m_earliestDeadline = deadline;
    if (deadline.isForever())
        m_timer.stop();
    else
        m_timer.start(std::min<std::chrono::milliseconds>(
            std::chrono::ceil<std::chrono::milliseconds>(deadline.remainingTimeAsDuration()),
            LongestWait));
}

void CommandQueue::expire()
{
    std::deque<CommandPointer> expired;
    const auto firstExpired = std::stable_partition(
        m_commands.begin(), m_commands.end(),
        [](const CommandPointer &command) { return !command->queueDeadline.hasExpired(); });
    std::move(firstExpired, m_commands.end(), std::back_inserter(expired));
    m_commands.erase(firstExpired, m_commands.end());
    QDeadlineTimer earliest(QDeadlineTimer::Forever);
    for (const CommandPointer &command : m_commands)
        earliest = std::min(earliest, command->queueDeadline);
    waitUntil(earliest);
    if (!expired.empty())
        Q_EMIT sizeChanged();
    for (const CommandPointer &command : expired)
        Q_EMIT timedOut(command);
}

} // namespace AsyncMySql
