// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pipeline.h"

#include "transactionlease.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql {

InFlight *Pipeline::find(const Command *command)
{
    const auto found
        = std::find_if(m_inFlight.begin(), m_inFlight.end(), [command](const InFlight &candidate) {
              return candidate.command.get() == command;
          });
    return found == m_inFlight.end() ? nullptr : &*found;
}

int Pipeline::unfinished() const
{
    const auto inFlight
        = std::count_if(m_inFlight.begin(), m_inFlight.end(),
                        [](const InFlight &sent) { return !sent.command->isFinished(); });
    return static_cast<int>(inFlight) + static_cast<int>(m_repeats.commands.size());
}

bool Pipeline::canPipelineBehind(const Command &command, const CommandTraits &traits,
                                 const Limits &limits) const
{
    const InFlight &last = m_inFlight.back();
    if (!acceptsMore(limits) || traits.closesSession || traits.beginsTransaction
        || !traits.canPipeline)
        return false;
    // A kill cannot be aimed: it can hit whatever is in flight. What only reads is simply sent once
    // more then. So what writes is kept apart from what reads, and from what may have to be
    // stopped; and it is not sent behind what may have to be tried again, or, without a guard,
    // whose failure can end the transaction that it counts on. What has a limit for its waiting
    // must not be executed after it.
    if (traits.readsOnly != last.traits.readsOnly)
        return false;
    if (traits.readsOnly)
        return !isBehindReset() || command.canFollowReset(*limits.dialect);
    const bool mayFollow = last.inTransaction ? limits.isGuarded && isPlainChange(traits)
                                              : !limits.hasTransientErrors;
    return mayFollow && command.timeout.count() == 0 && command.queueDeadline.isForever()
           && m_inFlight.front().timeout.count() == 0;
}

bool Pipeline::isShareable() const
{
    return !m_inFlight.empty() && !hasRepeats() && !isBehindReset()
           && std::all_of(m_inFlight.begin(), m_inFlight.end(), [](const InFlight &sent) {
                  return sent.traits.readsOnly && sent.canBeFollowed();
              });
}

InFlight Pipeline::takeFront()
{
    InFlight taken = std::move(m_inFlight.front());
    m_inFlight.pop_front();
    return taken;
}

bool Pipeline::hasWritesAtRisk() const
{
    // Those in a transaction that is undone when the first is stopped are lost anyway.
    const TransactionLeasePointer &lease = m_inFlight.front().command->lease;
    if (lease && (lease->isOver() || lease->isAbandoned() || lease->isAllOrNothing))
        return false;
    return std::any_of(m_inFlight.begin() + 1, m_inFlight.end(), [](const InFlight &other) {
        return !other.traits.readsOnly && other.command->stopReason == Error::NoError;
    });
}

bool Pipeline::mayHaveCommitted() const
{
    return std::any_of(m_inFlight.begin(), m_inFlight.end(), [](const InFlight &inFlight) {
        return inFlight.exchange->mayHaveExecuted()
               && (inFlight.traits.transactionEnd == CommandTraits::TransactionEnd::Commit
                   || inFlight.traits.mayCommit);
    });
}

void Pipeline::repeatLater(CommandPointer command, bool afterPause)
{
    m_repeats.commands.push_back(std::move(command));
    m_repeats.afterPause = m_repeats.afterPause || afterPause;
}

CommandPointer Pipeline::takeRepeat(const Command *command)
{
    std::deque<CommandPointer> &commands = m_repeats.commands;
    const auto found = std::find_if(
        commands.begin(), commands.end(),
        [command](const CommandPointer &candidate) { return candidate.get() == command; });
    if (found == commands.end())
        return {};
    CommandPointer taken = std::move(*found);
    commands.erase(found);
    return taken;
}

template <typename Function>
void Pipeline::forEachWaiting(Function function) const
{
    for (size_t i = 1; i < m_inFlight.size(); ++i) {
        if (!m_inFlight[i].command->isFinished())
            function(m_inFlight[i].command);
    }
    for (const CommandPointer &command : m_repeats.commands)
        function(command);
}

std::vector<CommandPointer> Pipeline::commands() const
{
    std::vector<CommandPointer> commands;
    for (const InFlight &inFlight : m_inFlight)
        commands.push_back(inFlight.command);
    return commands;
}

std::vector<CommandPointer> Pipeline::expired() const
{
    std::vector<CommandPointer> commands;
    forEachWaiting([&commands](const CommandPointer &command) {
        if (command->queueDeadline.hasExpired())
            commands.push_back(command);
    });
    return commands;
}

QDeadlineTimer Pipeline::earliestDeadline() const
{
    QDeadlineTimer earliest(QDeadlineTimer::Forever);
    forEachWaiting([&earliest](const CommandPointer &command) {
        if (command->queueDeadline < earliest)
            earliest = command->queueDeadline;
    });
    return earliest;
}

} // namespace AsyncMySql
