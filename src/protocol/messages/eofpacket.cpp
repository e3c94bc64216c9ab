// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "eofpacket.h"

#include "bytereader.h"
#include "packetheader.h"

namespace AsyncMySql::Protocol {

std::optional<EofPacket> EofPacket::parse(QByteArrayView payload)
{
    // From nine bytes on, 0xFE is the length prefix of a row's first value.
    constexpr qsizetype maximumSize = 8;
    Wire::ByteReader reader(payload);
    EofPacket eof;
    if (payload.size() > maximumSize || reader.readUInt8() != PacketHeader::Eof)
        return std::nullopt;
    eof.warningCount = reader.readUInt16();
    eof.status = ServerStatus::fromInt(reader.readUInt16());
    if (reader.failed())
        return std::nullopt;
    return eof;
}

} // namespace AsyncMySql::Protocol
