// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "unexpectedpacket.h"

#include "packetheader.h"
#include "servererrors.h"

namespace AsyncMySql::Protocol {

UnexpectedPacket::UnexpectedPacket(QByteArrayView payload, QByteArrayView resultCharacterSet)
{
    if (PacketHeader::isError(payload))
        m_error = ErrorPacket::parse(payload, resultCharacterSet);
}

bool UnexpectedPacket::isServerError() const
{
    return m_error && m_error->isPlausible() && !isClientErrorNumber(m_error->number);
}

Failure UnexpectedPacket::failure(ServerFlavour flavour, const QString &otherwise) const
{
    if (m_error && m_error->isPlausible())
        return {FailureCode::ServerError, m_error->message, m_error->number, m_error->sqlState,
                flavour};
    return {FailureCode::UnexpectedPacket, otherwise, 0, {}};
}

} // namespace AsyncMySql::Protocol
