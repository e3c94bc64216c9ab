// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"

#include <QtCore/qlist.h>

namespace AsyncMySql::Protocol {

/// Statements without rows, one after the other, until one fails.
class StatementsExchange : public Exchange
{
public:
    StatementsExchange(QList<QByteArray> statements, Capabilities capabilities);

    std::optional<Output> nextOutput() override;
    bool isWritten() const override { return m_statements.isEmpty(); }
    Progress handlePacket(QByteArrayView payload, const Wire::ByteBlockPointer &block) override;

private:
    /// That are still to be sent.
    QList<QByteArray> m_statements;
    Capabilities m_capabilities;
    bool m_awaitsAnswer = false;
};

} // namespace AsyncMySql::Protocol
