// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "binaryvalue.h"
#include "bitvalue.h"
#include "textvalue.h"
#include "valueconversion.h"

/// The one place that knows how the bytes of a value are written.
namespace AsyncMySql::Values {

template <typename Parsed, typename Visitor>
Conversion visitParsed(const std::optional<Parsed> &parsed, Visitor &visit)
{
    return parsed ? visit(*parsed) : Conversion::NotPossible;
}

template <typename Signed, typename Wide, typename Visitor>
Conversion visitBinaryInteger(const Value &value, Visitor &visit)
{
    const std::optional<Signed> number = readNumber<Signed>(value.bytes);
    return number ? visit(static_cast<Wide>(*number)) : Conversion::NotPossible;
}

template <typename Signed, typename Visitor>
Conversion visitBinaryInteger(const Value &value, Visitor &visit)
{
    if (value.isUnsigned)
        return visitBinaryInteger<std::make_unsigned_t<Signed>, quint64>(value, visit);
    return visitBinaryInteger<Signed, qint64>(value, visit);
}

template <typename Visitor>
Conversion decodeText(const Value &value, Visitor &visit)
{
    using Type = Column::Type;
    switch (value.type) {
    case Type::TinyInt:
    case Type::SmallInt:
    case Type::MediumInt:
    case Type::Int:
    case Type::BigInt:
        return value.isUnsigned ? visitParsed(parseUnsigned(value.bytes), visit)
                                : visitParsed(parseSigned(value.bytes), visit);
    case Type::Year:
        return visitParsed(parseSigned(value.bytes), visit);
    case Type::Float:
    case Type::Double:
        return visitParsed(parseDouble(value.bytes), visit);
    case Type::Bit:
        return visitParsed(readBits(value), visit);
    case Type::Date:
        return visitParsed(parseDate(value.bytes), visit);
    case Type::DateTime:
    case Type::Timestamp:
        return visitParsed(parseDateTime(value.bytes), visit);
    case Type::Time:
        return visitParsed(parseTime(value.bytes), visit);
    default:
        return visit(value.bytes);
    }
}

template <typename Visitor>
Conversion decodeBinary(const Value &value, Visitor &visit)
{
    using Type = Column::Type;
    switch (value.type) {
    case Type::TinyInt:
        return visitBinaryInteger<qint8>(value, visit);
    case Type::SmallInt:
        return visitBinaryInteger<qint16>(value, visit);
    case Type::MediumInt:
    case Type::Int:
        return visitBinaryInteger<qint32>(value, visit);
    case Type::BigInt:
        return visitBinaryInteger<qint64>(value, visit);
    case Type::Year:
        return visitBinaryInteger<quint16, qint64>(value, visit);
    case Type::Float:
        return visitParsed(readNumber<float>(value.bytes), visit);
    case Type::Double:
        return visitParsed(readNumber<double>(value.bytes), visit);
    case Type::Bit:
        return visitParsed(readBits(value), visit);
    case Type::Date:
    case Type::DateTime:
    case Type::Timestamp:
        return visitParsed(readCalendar(value.bytes), visit);
    case Type::Time:
        return visitParsed(readTime(value.bytes), visit);
    default:
        return visit(value.bytes);
    }
}

/// Calls \a visit with what \a value is, whichever format it came in: a qint64, a quint64, a
/// double, CalendarFields, the std::chrono::microseconds of a TIME, or bytes (texts, DECIMAL's
/// digits, and all that needs a parser of its own). What makes no sense for its column is
/// NotPossible.
template <typename Visitor>
Conversion decode(const Value &value, Visitor &&visit)
{
    return value.format == RowFormat::Binary ? decodeBinary(value, visit)
                                             : decodeText(value, visit);
}

} // namespace AsyncMySql::Values
