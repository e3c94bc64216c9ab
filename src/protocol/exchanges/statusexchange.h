// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"

#include <QtCore/qlist.h>

namespace AsyncMySql::Protocol {

/// Commands that are answered by OK or ERR alone, one after the other until one fails: COM_PING,
/// COM_INIT_DB, COM_RESET_CONNECTION, statements without rows.
class StatusExchange : public Exchange
{
public:
    StatusExchange(QByteArray command, Capabilities capabilities);
    StatusExchange(QList<QByteArray> commands, Capabilities capabilities);

    /// What is to be sent where the first command succeeded and a later one did not, so that
    /// nothing of it stays. The failure remains that of the command.
    void setCleanup(const QByteArray &command) { m_cleanup = command; }

    std::optional<Output> nextOutput() override;
    bool isWritten() const override { return m_commands.isEmpty() && m_cleanup.isEmpty(); }
    Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) override;

private:
    Progress finishCleanup();

    /// That are still to be sent.
    QList<QByteArray> m_commands;
    QByteArray m_cleanup;
    /// Why it is cleaned up.
    Failure m_cause;
    bool m_isAnswered = false;
    Capabilities m_capabilities;
    bool m_awaitsAnswer = false;
};

} // namespace AsyncMySql::Protocol
