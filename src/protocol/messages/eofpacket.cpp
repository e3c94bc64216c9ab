// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "eofpacket.h"

#include "bytereader.h"
#include "packetheader.h"

namespace AsyncMySql::Protocol {

std::optional<EofPacket> EofPacket::parse(QByteArrayView payload)
{
    if (!PacketHeader::isEof(payload))
        return std::nullopt;
    Wire::ByteReader reader(payload);
    EofPacket eof;
    reader.skip(1);
    eof.warningCount = reader.readUInt16();
    eof.status = ServerStatus::fromInt(reader.readUInt16());
    if (reader.failed())
        return std::nullopt;
    return eof;
}

} // namespace AsyncMySql::Protocol
