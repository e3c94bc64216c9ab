// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "session.h"

#include <AsyncMySql/error.h>

#include <deque>

namespace AsyncMySql {

class JobNotifier;

/// Has the session of an engine, which drives it from its opening to its end: a pool.
///
/// Its functions are called in the middle of the engine's work: they record what has happened, and
/// do not call back.
class EngineOwner
{
public:
    /// What is left of a session that is gone.
    struct Remainder
    {
        Session::End end;
        /// None if the owner had it closed.
        Error error;
        /// A command was answered in it.
        bool proved;
        /// To be sent in another session, in this order.
        std::deque<CommandPointer> commands;
    };

    /// ConnectionEngine::advance() is to be called from the event loop, unless the session is gone.
    virtual void advanceDue() = 0;
    /// The session is open, or set up again, and nothing is done in it or waits for it; also where
    /// that was known already.
    virtual void sessionFree() = 0;
    /// ConnectionEngine::canBeShared() is true; also where that was known already.
    virtual void sessionShareable() = 0;
    /// The engine does nothing any more.
    virtual void sessionEnded(Remainder remainder) = 0;

    /// Of the jobs that it gives to the engine.
    virtual JobNotifier &notifier() = 0;

protected:
    ~EngineOwner() = default;
};

} // namespace AsyncMySql
