// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "poolqueue.h"

#include <utility>
#include <vector>

namespace AsyncMySql {

void PoolQueue::append(CommandPointer command)
{
    m_hasCloses = command->closesSession() || (m_hasCloses && !isEmpty());
    CommandQueue::append(std::move(command));
}

void PoolQueue::takeBack(CommandPointer command)
{
    // Those of other sessions can be older.
    std::vector<CommandPointer> older;
    while (!isEmpty() && front()->times.created < command->times.created)
        older.push_back(takeFirst());
    prepend(std::move(command));
    for (; !older.empty(); older.pop_back())
        prepend(std::move(older.back()));
}

int PoolQueue::jobs(bool now) const
{
    if (!m_hasCloses)
        return size();
    int count = 0;
    bool closes = false;
    forEach([&](const CommandPointer &command) {
        closes = closes || command->closesSession();
        count += command->closesSession() || (now && closes) ? 0 : 1;
    });
    return count;
}

} // namespace AsyncMySql
