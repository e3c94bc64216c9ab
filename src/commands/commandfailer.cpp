// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "commandfailer.h"

#include "workbudget.h"

#include <utility>

namespace AsyncMySql {

CommandFailer::CommandFailer(QObject *parent)
    : QObject(parent)
    , m_timer(this, [this] {
        endSome();
        if (isEmpty())
            Q_EMIT finished();
    })
{
}

void CommandFailer::end(std::deque<CommandPointer> commands, const Error &error)
{
    if (commands.empty())
        return;
    m_size += commands.size();
    // The end of one that began a transaction is the end of those in it.
    if (m_isEnding) {
        m_groups.push_front({std::move(commands), error});
        return;
    }
    m_groups.push_back({std::move(commands), error});
    if (!m_timer.isActive())
        endSome();
}

void CommandFailer::endSome()
{
    WorkBudget budget;
    m_isEnding = true;
    while (!isEmpty() && !budget.isSpent())
        endNext();
    m_isEnding = false;
    if (!isEmpty())
        m_timer.start();
    Q_EMIT sizeChanged();
}

void CommandFailer::endNow()
{
    m_timer.stop();
    m_isEnding = true;
    while (!isEmpty())
        endNext();
    m_isEnding = false;
}

void CommandFailer::endNext()
{
    Group &group = m_groups.front();
    const CommandPointer command = std::move(group.commands.front());
    group.commands.pop_front();
    const Error error = command && command->closesSession() ? Error() : group.error;
    --m_size;
    if (group.commands.empty())
        m_groups.pop_front();
    // Its owner may have ended it meanwhile.
    if (command && !command->isFinished())
        command->finish(error);
}

} // namespace AsyncMySql
