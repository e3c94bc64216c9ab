// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commandqueue.h"

#include "commandsink.h"
#include "workbudget.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql {

namespace {

/// So many entries that mean nothing any more are left alone.
constexpr size_t Slack = 64;

} // namespace

CommandQueue::CommandQueue(QObject *parent)
    : QObject(parent)
    , m_watch(this)
{
    connect(&m_watch, &DeadlineWatch::expired, this, &CommandQueue::expire);
}

void CommandQueue::append(CommandPointer command)
{
    command->queue = this;
    command->placeInQueue = m_placeOfFront + m_commands.size();
    m_commands.push_back(std::move(command));
    add(*m_commands.back());
}

void CommandQueue::prepend(CommandPointer command)
{
    command->queue = this;
    command->placeInQueue = --m_placeOfFront;
    m_commands.push_front(std::move(command));
    add(*m_commands.front());
}

void CommandQueue::add(const Command &command)
{
    ++m_size;
    addDeadline(command);
    Q_EMIT sizeChanged();
}

CommandQueue::Commands CommandQueue::first(int count) const
{
    Commands commands;
    const qsizetype wanted = std::min(count, size());
    for (auto command = m_commands.begin(); commands.size() < wanted; ++command) {
        if (*command)
            commands.append(*command);
    }
    return commands;
}

CommandPointer CommandQueue::next(const Command &command) const
{
    const auto index = static_cast<qsizetype>(command.placeInQueue - m_placeOfFront);
    const auto found = std::find_if(m_commands.begin() + index + 1, m_commands.end(),
                                    [](const CommandPointer &other) { return other != nullptr; });
    return found == m_commands.end() ? CommandPointer() : *found;
}

CommandPointer CommandQueue::takeFirst()
{
    return remove(m_placeOfFront);
}

CommandPointer CommandQueue::take(Command *command)
{
    if (!contains(*command))
        return {};
    CommandPointer taken = remove(command->placeInQueue);
    Q_EMIT sizeChanged();
    return taken;
}

std::deque<CommandPointer> CommandQueue::takeAll()
{
    const bool wasEmpty = isEmpty();
    // Those that are taken stand before the front from now on.
    m_placeOfFront += m_commands.size();
    m_size = 0;
    m_deadlines.clear();
    std::deque<CommandPointer> commands = std::exchange(m_commands, {});
    m_watch.stop();
    if (!wasEmpty)
        Q_EMIT sizeChanged();
    return commands;
}

void CommandQueue::setHolder(CommandSink *holder) const
{
    forEach([holder](const CommandPointer &command) { command->holder = holder; });
}

bool CommandQueue::contains(const Command &command) const
{
    const quint64 index = command.placeInQueue - m_placeOfFront;
    return command.queue == this && index < m_commands.size()
           && m_commands[static_cast<size_t>(index)].get() == &command;
}

CommandPointer &CommandQueue::at(quint64 place)
{
    return m_commands[static_cast<size_t>(place - m_placeOfFront)];
}

CommandPointer CommandQueue::remove(quint64 place)
{
    CommandPointer command = std::exchange(at(place), {});
    --m_size;
    trim();
    return command;
}

void CommandQueue::trim()
{
    while (!m_commands.empty() && !m_commands.front()) {
        m_commands.pop_front();
        ++m_placeOfFront;
    }
    while (!m_commands.empty() && !m_commands.back())
        m_commands.pop_back();
    if (m_commands.size() <= 2 * m_size + Slack)
        return;
    m_commands.erase(std::remove(m_commands.begin(), m_commands.end(), nullptr), m_commands.end());
    m_deadlines.clear();
    for (size_t i = 0; i < m_commands.size(); ++i) {
        m_commands[i]->placeInQueue = m_placeOfFront + i;
        addDeadline(*m_commands[i]);
    }
}

void CommandQueue::updateDeadline(const Command &command)
{
    if (contains(command))
        addDeadline(command);
}

void CommandQueue::addDeadline(const Command &command)
{
    if (command.queueDeadline.isForever())
        return;
    m_deadlines.push_back({command.queueDeadline, command.placeInQueue});
    std::push_heap(m_deadlines.begin(), m_deadlines.end());
    // Most commands are sent long before their deadline.
    if (m_deadlines.size() > 2 * m_size + Slack) {
        m_deadlines.erase(
            std::remove_if(m_deadlines.begin(), m_deadlines.end(),
                           [this](const Deadline &deadline) { return !isValid(deadline); }),
            m_deadlines.end());
        std::make_heap(m_deadlines.begin(), m_deadlines.end());
    }
    m_watch.watch(command.queueDeadline);
}

bool CommandQueue::isValid(const Deadline &deadline) const
{
    const quint64 index = deadline.place - m_placeOfFront;
    if (index >= m_commands.size())
        return false;
    const CommandPointer &command = m_commands[static_cast<size_t>(index)];
    return command && command->queueDeadline == deadline.time;
}

void CommandQueue::expire()
{
    WorkBudget budget;
    while (!m_deadlines.empty()) {
        const Deadline earliest = m_deadlines.front();
        const bool isOver = !isValid(earliest);
        if (!isOver && (!earliest.time.hasExpired() || budget.isSpent()))
            break;
        std::pop_heap(m_deadlines.begin(), m_deadlines.end());
        m_deadlines.pop_back();
        if (isOver)
            continue;
        const CommandPointer command = remove(earliest.place);
        Q_EMIT sizeChanged();
        Q_EMIT timedOut(command);
    }
    if (!m_deadlines.empty())
        m_watch.watch(m_deadlines.front().time);
}

} // namespace AsyncMySql
