// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "prepareok.h"

#include "bytereader.h"

namespace AsyncMySql::Protocol {

std::optional<PrepareOk> PrepareOk::parse(QByteArrayView payload)
{
    Wire::ByteReader reader(payload);
    if (reader.readUInt8() != 0x00)
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
