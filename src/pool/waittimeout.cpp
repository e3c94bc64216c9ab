// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "waittimeout.h"

#include <AsyncMySql/result.h>
#include <AsyncMySql/row.h>

#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

void WaitTimeout::forget()
{
    m_question.reset();
    m_isAsked = false;
    m_time = {};
}

CommandPointer WaitTimeout::ask(const CommandSink::Defaults &defaults)
{
    m_isAsked = true;
    m_question = std::make_shared<QueryCommand>(
        u"SELECT @@SESSION.wait_timeout"_s, QVariantList(),
        QueryCommand::Limits{defaults.maximumPacket, defaults.maximumResult});
    m_question->setUsesResponseTimeout();
    return m_question;
}

bool WaitTimeout::take(const CommandPointer &command)
{
    if (command != m_question)
        return false;
    const std::shared_ptr<QueryCommand> question = std::exchange(m_question, {});
    // A server that does not answer as it should is left alone.
    if (question->error() || question->results().isEmpty() || question->results().first().isEmpty())
        return true;
    const auto seconds = question->results().first().first().value<qint64>(0);
    constexpr qint64 longest = 1'000'000'000;
    if (seconds > 0 && seconds < longest)
        m_time = std::chrono::seconds(seconds);
    return true;
}

} // namespace AsyncMySql
