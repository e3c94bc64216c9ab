// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "exchangesequence.h"

#include <utility>

namespace AsyncMySql::Protocol {

using namespace Qt::StringLiterals;

ExchangeSequence::ExchangeSequence(Parts parts)
    : m_parts(std::move(parts))
{
}

std::optional<Exchange::Output> ExchangeSequence::nextOutput()
{
    if (isWritten())
        return std::nullopt;
    std::optional<Output> output = m_parts[m_given]->nextOutput();
    skipWritten();
    return output;
}

void ExchangeSequence::skipWritten()
{
    while (!isWritten() && m_parts[m_given]->isWritten())
        ++m_given;
}

Exchange::Progress ExchangeSequence::handlePacket(QByteArrayView payload,
                                                  const Wire::ByteBlockPointer &block)
{
    setAnswerBegun();
    Exchange &part = *m_parts[m_answered];
    part.setResultCharacterSet(resultCharacterSet());
    part.setServerFlavour(serverFlavour());
    const Progress progress = part.handlePacket(payload, block);
    switch (progress) {
    case Progress::NeedPacket:
    case Progress::AnswerComplete:
        // What was sent behind it would be taken for the file.
        if (!part.isWritten())
            return broken(FailureCode::LocalInfileRefused,
                          u"The server requested a file of this machine (LOAD DATA LOCAL)"_s);
        return progress;
    case Progress::Broken:
        setFailure(part.failure());
        return progress;
    case Progress::Finished:
        break;
    }
    return finishPart(part);
}

Exchange::Progress ExchangeSequence::finishPart(const Exchange &part)
{
    recordSession(part);
    if (!m_firstFailure)
        m_firstFailure = part.failure();
    if (++m_answered < m_parts.size())
        return Progress::AnswerComplete;
    setFailure(m_firstFailure);
    return Progress::Finished;
}

} // namespace AsyncMySql::Protocol
