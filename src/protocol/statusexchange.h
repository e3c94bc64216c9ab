// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"

namespace AsyncMySql::Protocol {

/// A command that is answered by OK or ERR alone: COM_PING, COM_INIT_DB, COM_RESET_CONNECTION.
class StatusExchange : public Exchange
{
public:
    StatusExchange(QByteArray command, Capabilities capabilities);

    std::optional<Output> nextOutput() override;
    bool isWritten() const override { return m_isGiven; }
    Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) override;

private:
    QByteArray m_command;
    Capabilities m_capabilities;
    bool m_isGiven = false;
};

} // namespace AsyncMySql::Protocol
