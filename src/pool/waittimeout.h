// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandsink.h"
#include "querycommand.h"

#include <chrono>
#include <memory>

namespace AsyncMySql {

/// How long the server keeps a session that is silent. One of the sessions is asked.
class WaitTimeout
{
public:
    bool isAsked() const { return m_isAsked; }
    void forget();
    /// What asks for it.
    CommandPointer ask(const CommandSink::Defaults &defaults);
    /// Takes the answer if \a command, which has ended, was the question; false if it was not.
    bool take(const CommandPointer &command);
    /// 0 if it is not known.
    std::chrono::milliseconds time() const { return m_time; }

private:
    std::shared_ptr<QueryCommand> m_question;
    bool m_isAsked = false;
    std::chrono::milliseconds m_time{0};
};

} // namespace AsyncMySql
