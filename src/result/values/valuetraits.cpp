// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "valuetraits.h"

#include "columninfo.h"
#include "columntype.h"

#include <AsyncMySql/rowdecoder_impl.h>

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

ValueTraits valueTraits(const ColumnInfo &column, const SessionTimeZone *timeZone)
{
    ValueTraits traits;
    traits.type = columnType(column);
    traits.isUnsigned = (column.flags & ColumnFlag::Unsigned) != 0;
    traits.binaryWidth = binaryWidth(column.type);
    traits.decimals = column.decimals;
    const auto length = static_cast<quint8>(qMin<quint32>(column.length, 0xFF));
    if ((column.flags & ColumnFlag::ZeroFill) != 0)
        traits.minimumDigits = length;
    if (column.type == FieldType::Bit) {
        traits.bits = length;
        traits.isExpression = (column.flags & ColumnFlag::Binary) != 0;
    }
    if (traits.type == Column::Type::DateTime || traits.type == Column::Type::Timestamp)
        traits.timeZone = timeZone;
    return traits;
}

Layout binaryLayout(const ValueTraits &traits)
{
    using Type = Column::Type;
    const auto integer = [&](Layout ofSigned, Layout ofUnsigned) {
        return traits.isUnsigned ? ofUnsigned : ofSigned;
    };
    if (traits.timeZone)
        return Layout::Other;
    switch (traits.type) {
    case Type::TinyInt:
        return integer(Layout::Int8, Layout::UInt8);
    case Type::SmallInt:
        return integer(Layout::Int16, Layout::UInt16);
    case Type::MediumInt:
    case Type::Int:
        return integer(Layout::Int32, Layout::UInt32);
    case Type::BigInt:
        return integer(Layout::Int64, Layout::UInt64);
    case Type::Year:
        return Layout::UInt16;
    case Type::Float:
        return Layout::Float;
    case Type::Double:
        return Layout::Double;
    case Type::Date:
    case Type::DateTime:
    case Type::Timestamp:
        return Layout::DateTime;
    case Type::Null:
    case Type::Time:
        return Layout::Other;
    case Type::Decimal:
        return Layout::DecimalDigits;
    case Type::Bit:
        return Layout::Bits;
    default:
        return Layout::Characters;
    }
}

Layout textLayout(const ValueTraits &traits)
{
    using Type = Column::Type;
    // Characters they are, but no DateTimeDigits that can be taken as they are.
    if (traits.timeZone)
        return Layout::Characters;
    switch (traits.type) {
    case Type::TinyInt:
    case Type::SmallInt:
    case Type::MediumInt:
    case Type::Int:
    case Type::BigInt:
        return traits.isUnsigned ? Layout::UnsignedDigits : Layout::SignedDigits;
    case Type::Float:
    case Type::Double:
        return Layout::FloatingDigits;
    case Type::Decimal:
        return Layout::DecimalDigits;
    case Type::Bit:
        return Layout::Bits;
    case Type::DateTime:
    case Type::Timestamp:
        return Layout::DateTimeDigits;
    default:
        return Layout::Characters;
    }
}

} // namespace AsyncMySql::Values
