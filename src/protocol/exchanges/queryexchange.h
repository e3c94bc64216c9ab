// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "resultexchange.h"

namespace AsyncMySql::Protocol {

/// COM_QUERY and its answer: any number of result sets in text format.
class QueryExchange : public ResultExchange
{
public:
    /// \a command is what queryPayload() made of the statement.
    QueryExchange(QByteArray command, Capabilities capabilities, Options options = {});
    ~QueryExchange() override;

    std::optional<Output> nextOutput() override;
    bool isWritten() const override;
    Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) override;

private:
    QByteArray m_command;
    bool m_isGiven = false;
};

} // namespace AsyncMySql::Protocol
