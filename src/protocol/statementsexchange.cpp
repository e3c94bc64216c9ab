// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementsexchange.h"

#include "commands.h"

#include <utility>

namespace AsyncMySql::Protocol {

using namespace Qt::StringLiterals;

StatementsExchange::StatementsExchange(QList<QByteArray> statements, Capabilities capabilities)
    : m_statements(std::move(statements))
    , m_capabilities(capabilities)
{
}

std::optional<Exchange::Output> StatementsExchange::nextOutput()
{
    if (m_awaitsAnswer || m_statements.isEmpty())
        return std::nullopt;
    m_awaitsAnswer = true;
    return Output{Output::Kind::Command, queryCommand(m_statements.takeFirst(), m_capabilities)};
}

Exchange::Progress StatementsExchange::handlePacket(QByteArrayView payload,
                                                    const Wire::ByteBlockPointer &)
{
    constexpr quint8 okHeader = 0x00;
    constexpr quint8 errorHeader = 0xFF;

    setAnswerBegun();
    m_awaitsAnswer = false;
    const quint8 header = payload.isEmpty() ? 0xFE : static_cast<quint8>(payload[0]);
    if (header == errorHeader) {
        m_statements.clear();
        return refused(payload);
    }
    if (header != okHeader) {
        return broken(FailureCode::UnexpectedPacket,
                      u"The server answered with neither OK nor an error"_s);
    }
    const std::optional<OkPacket> ok = OkPacket::parse(payload, m_capabilities);
    if (!ok)
        return broken(FailureCode::MalformedPacket, u"The server sent an incomplete OK"_s);
    noteSession(*ok);
    return m_statements.isEmpty() ? Progress::Finished : Progress::AnswerComplete;
}

} // namespace AsyncMySql::Protocol
