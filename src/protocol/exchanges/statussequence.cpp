// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statussequence.h"

#include <utility>

namespace AsyncMySql::Protocol {

StatusSequence::StatusSequence(QList<QByteArray> commands, Capabilities capabilities)
    : m_commands(std::move(commands))
    , m_awaited(m_commands.size())
    , m_capabilities(capabilities)
{
}

std::optional<Exchange::Output> StatusSequence::nextOutput()
{
    if (m_commands.isEmpty())
        return std::nullopt;
    return Output{Output::Kind::Command, m_commands.takeFirst()};
}

Exchange::Progress StatusSequence::handlePacket(QByteArrayView payload,
                                                const Wire::ByteBlockPointer &)
{
    setAnswerBegun();
    const Progress progress = handleStatus(payload, m_capabilities);
    if (progress != Progress::Finished)
        return progress;
    discardSessionStateChanges();
    if (failure() && !m_firstFailure)
        m_firstFailure = failure();
    setFailure(--m_awaited > 0 ? Failure() : m_firstFailure);
    return m_awaited > 0 ? Progress::AnswerComplete : Progress::Finished;
}

} // namespace AsyncMySql::Protocol
