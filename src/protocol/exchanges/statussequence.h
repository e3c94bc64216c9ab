// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"

#include <QtCore/qlist.h>

namespace AsyncMySql::Protocol {

/// Commands that are answered by OK or ERR alone, all sent at once: each is executed whatever has
/// become of those before it. The first failure counts. What they change in the session is of no
/// interest to others, and is not reported; the status is.
class StatusSequence : public Exchange
{
public:
    StatusSequence(QList<QByteArray> commands, Capabilities capabilities);

    std::optional<Output> nextOutput() override;
    bool isWritten() const override { return m_commands.isEmpty(); }
    Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) override;

private:
    /// That are still to be given out.
    QList<QByteArray> m_commands;
    qsizetype m_awaited;
    /// The first one.
    Failure m_firstFailure;
    Capabilities m_capabilities;
};

} // namespace AsyncMySql::Protocol
