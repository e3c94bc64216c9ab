// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "columndefinition.h"

#include "bytereader.h"

namespace AsyncMySql::Protocol {

namespace {

// MariaDB: "Column definition packet", extended metadata. Kinds that are unknown are skipped.
bool parseExtendedMetadata(QByteArrayView block, Values::ColumnInfo *column)
{
    Wire::ByteReader reader(block);
    while (!reader.atEnd()) {
        const quint8 kind = reader.readUInt8();
        const QByteArrayView value = reader.readLengthEncodedBytes();
        if (kind == 0)
            column->typeName = value;
        else if (kind == 1)
            column->format = value;
    }
    return !reader.failed();
}

} // namespace

std::optional<Values::ColumnInfo> parseColumnDefinition(QByteArrayView payload,
                                                        Capabilities capabilities)
{
    // Collation, length, type, flags, decimals and two bytes of filler.
    constexpr qsizetype fixedSize = 12;

    Wire::ByteReader reader(payload);
    Values::ColumnInfo column;
    reader.readLengthEncodedBytes(); // the catalog, always "def"
    column.schema = reader.readLengthEncodedBytes();
    column.table = reader.readLengthEncodedBytes();
    column.originalTable = reader.readLengthEncodedBytes();
    column.name = reader.readLengthEncodedBytes();
    column.originalName = reader.readLengthEncodedBytes();
    if (capabilities & Capability::MariaDbExtendedMetadata
        && !parseExtendedMetadata(reader.readLengthEncodedBytes(), &column)) {
        return std::nullopt;
    }

    const QByteArrayView fixed = reader.readLengthEncodedBytes();
    if (reader.failed() || fixed.size() < fixedSize)
        return std::nullopt;
    Wire::ByteReader fields(fixed);
    column.collation = fields.readUInt16();
    column.length = fields.readUInt32();
    column.type = Values::FieldType(fields.readUInt8());
    column.flags = fields.readUInt16();
    column.decimals = fields.readUInt8();
    return column;
}

} // namespace AsyncMySql::Protocol
