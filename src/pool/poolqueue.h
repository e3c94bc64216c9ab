// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandqueue.h"

namespace AsyncMySql {

/// The commands that wait for a session of a pool, in the order of their creation.
class PoolQueue : public CommandQueue
{
    Q_OBJECT

public:
    using CommandQueue::CommandQueue;

    void append(CommandPointer command);
    /// \a command comes back from a session.
    void takeBack(CommandPointer command);
    /// How many wait for a session; with \a now, those behind a close() do not.
    int jobs(bool now) const;

private:
    /// Since it was empty, one that closes the sessions was queued.
    bool m_hasCloses = false;
};

} // namespace AsyncMySql
