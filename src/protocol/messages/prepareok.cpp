// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "prepareok.h"

#include "bytereader.h"
#include "packetheader.h"

namespace AsyncMySql::Protocol {

std::optional<PrepareOk> PrepareOk::parse(QByteArrayView payload)
{
    Wire::ByteReader reader(payload);
    if (reader.readUInt8() != PacketHeader::Ok)
        reader.fail();
    PrepareOk ok;
    ok.statementId = reader.readUInt32();
    ok.columnCount = reader.readUInt16();
    ok.parameterCount = reader.readUInt16();
    reader.skip(1);
    ok.warningCount = reader.readUInt16();
    if (reader.failed())
        return std::nullopt;
    return ok;
}

} // namespace AsyncMySql::Protocol
