// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "valuetraits.h"

#include "columninfo.h"
#include "columntype.h"

namespace AsyncMySql::Values {

namespace {

// MySQL: "Binary Protocol Value". MEDIUMINT travels as an INT, YEAR as a SMALLINT.
quint8 binaryWidth(FieldType type)
{
    switch (type) {
    case FieldType::Null:
        return 0;
    case FieldType::TinyInt:
        return 1;
    case FieldType::SmallInt:
    case FieldType::Year:
        return 2;
    case FieldType::MediumInt:
    case FieldType::Int:
    case FieldType::Float:
        return 4;
    case FieldType::BigInt:
    case FieldType::Double:
        return 8;
    default:
        return ValueTraits::LengthEncoded;
    }
}

} // namespace

ValueTraits valueTraits(const ColumnInfo &column)
{
    ValueTraits traits;
    traits.type = columnType(column);
    traits.isUnsigned = (column.flags & ColumnFlag::Unsigned) != 0;
    traits.binaryWidth = binaryWidth(column.type);
    traits.decimals = column.decimals;
    if ((column.flags & ColumnFlag::ZeroFill) != 0 || column.type == FieldType::Year)
        traits.minimumDigits = static_cast<quint8>(qMin<quint32>(column.length, 0xFF));
    return traits;
}

} // namespace AsyncMySql::Values
