// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "queryexchange.h"

#include <utility>

namespace AsyncMySql::Protocol {

QueryExchange::QueryExchange(QByteArray command, Capabilities capabilities, Options options)
    : ResultExchange(capabilities, std::move(options))
    , m_command(std::move(command))
{
    beginAnswer(Values::RowFormat::Text);
}

QueryExchange::~QueryExchange() = default;

std::optional<Exchange::Output> QueryExchange::nextOutput()
{
    if (std::exchange(m_isGiven, true))
        return nextFileOutput();
    return Output{Output::Kind::Command, std::move(m_command)};
}

bool QueryExchange::isWritten() const
{
    return m_isGiven && !isFileDue();
}

Exchange::Progress QueryExchange::handlePacket(QByteArrayView payload,
                                               const Wire::ByteBlockPointer &block)
{
    return handleAnswer(payload, block);
}

} // namespace AsyncMySql::Protocol
