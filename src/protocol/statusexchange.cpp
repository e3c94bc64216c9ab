// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statusexchange.h"

#include <utility>

namespace AsyncMySql::Protocol {

using namespace Qt::StringLiterals;

StatusExchange::StatusExchange(QByteArray command, Capabilities capabilities)
    : m_command(std::move(command))
    , m_capabilities(capabilities)
{
}

std::optional<Exchange::Output> StatusExchange::nextOutput()
{
    if (std::exchange(m_isGiven, true))
        return std::nullopt;
    return Output{Output::Kind::Command, std::move(m_command)};
}

Exchange::Progress StatusExchange::handlePacket(QByteArrayView payload,
                                                const Wire::ByteBlockPointer &)
{
    setAnswerBegun();
    if (payload.isEmpty())
        return broken(FailureCode::MalformedPacket, u"The server sent an empty packet"_s);
    switch (static_cast<quint8>(payload[0])) {
    case 0x00: {
        const std::optional<OkPacket> ok = OkPacket::parse(payload, m_capabilities);
        if (!ok)
            return broken(FailureCode::MalformedPacket, u"The server sent an incomplete OK"_s);
        noteSession(*ok);
        return Progress::Finished;
    }
    case 0xFF:
        return refused(payload);
    default:
        return broken(FailureCode::UnexpectedPacket,
                      u"The server answered with neither OK nor an error"_s);
    }
}

} // namespace AsyncMySql::Protocol
