// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "command.h"

#include "commandsink.h"

#include <algorithm>

namespace AsyncMySql {

CommandListener::~CommandListener() = default;

Command::~Command() = default;

void Command::progressed(Protocol::Exchange &) {}

void Command::answered(Protocol::Exchange &) {}

void Command::succeeded(Protocol::Exchange &, SessionSetup &) {}

AnswerFacts Command::inspect(const Protocol::Exchange &) const
{
    return {};
}

void Command::willRepeat(const Protocol::Exchange &) {}

void Command::stopping() {}

void Command::ended(const Error &) {}

void Command::finish(const Error &error)
{
    Q_ASSERT(!m_finished);
    m_finished = true;
    holder.clear();
    m_error = error;
    if (m_error) {
        m_error.setStatement(statement());
        m_error.setExecution(m_execution);
    }
    ended(m_error);
    if (m_listener)
        m_listener->commandFinished();
}

bool Command::isReported() const
{
    return !m_listener || m_listener->hasReportedEnd();
}

void Command::setTimeout(std::chrono::milliseconds limit)
{
    timeout = std::min<std::chrono::milliseconds>(limit, std::chrono::hours(24 * 24));
}

void Command::setRunning(bool running)
{
    m_running = running;
    if (m_listener)
        m_listener->commandStateChanged();
}

void Command::recordExecution(Error::Execution execution)
{
    m_execution = std::max(m_execution, execution);
}

} // namespace AsyncMySql
