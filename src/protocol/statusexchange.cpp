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
    return progress == Progress::Finished && !failure() && !m_commands.isEmpty()
               ? Progress::AnswerComplete
               : progress;
}

} // namespace AsyncMySql::Protocol
