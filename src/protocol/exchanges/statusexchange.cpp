// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statusexchange.h"

#include <utility>

namespace AsyncMySql::Protocol {

StatusExchange::StatusExchange(QByteArray command, Capabilities capabilities)
    : StatusExchange(QList<QByteArray>{std::move(command)}, capabilities)
{
}

StatusExchange::StatusExchange(QList<QByteArray> commands, Capabilities capabilities)
    : m_commands(std::move(commands))
    , m_capabilities(capabilities)
{
}

std::optional<Exchange::Output> StatusExchange::nextOutput()
{
    if (m_awaitsAnswer || m_commands.isEmpty())
        return std::nullopt;
    m_awaitsAnswer = true;
    return Output{Output::Kind::Command, m_commands.takeFirst()};
}

Exchange::Progress StatusExchange::handlePacket(QByteArrayView payload,
                                                const Wire::ByteBlockPointer &)
{
    setAnswerBegun();
    m_awaitsAnswer = false;
    const Progress progress = handleStatus(payload, m_capabilities);
    if (progress != Progress::Finished)
        return progress;
    if (m_cause)
        return finishCleanup();
    if (failure()) {
        m_commands.clear();
        if (m_cleanup.isEmpty() || !m_isAnswered)
            return progress;
        m_cause = failure();
        setFailure({});
        m_commands.append(std::exchange(m_cleanup, {}));
        return Progress::AnswerComplete;
    }
    m_isAnswered = true;
    if (!m_commands.isEmpty())
        return Progress::AnswerComplete;
    m_cleanup.clear();
    return progress;
}

/// A session that could not be cleaned up must not be used again.
Exchange::Progress StatusExchange::finishCleanup()
{
    const bool cleaned = !failure();
    setFailure(m_cause);
    return cleaned ? Progress::Finished : Progress::Broken;
}

} // namespace AsyncMySql::Protocol
