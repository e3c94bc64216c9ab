// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "valueconversion.h"

#include "textvalue.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace AsyncMySql::Values {

namespace {

template <typename From, typename To>
Conversion narrow(From value, To minimum, To maximum, To *to)
{
    if (std::cmp_less(value, minimum) || std::cmp_greater(value, maximum))
        return Conversion::OutOfRange;
    *to = static_cast<To>(value);
    return Conversion::Done;
}

template <typename To>
Conversion narrowDouble(double value, To minimum, To maximum, To *to)
{
    if (value != std::trunc(value))
        return Conversion::NotPossible; // a fraction, or not a number
    // 2^63 and 2^64 are exact as double, the largest integers below them are not.
    if (value >= -0x1p63 && value < 0x1p63)
        return narrow(static_cast<qint64>(value), minimum, maximum, to);
    if (value >= 0 && value < 0x1p64)
        return narrow(static_cast<quint64>(value), minimum, maximum, to);
    return Conversion::OutOfRange;
}

QByteArrayView withoutZeroFraction(QByteArrayView text)
{
    const qsizetype point = text.indexOf('.');
    if (point < 1 || point + 1 == text.size())
        return text;
    for (const char digit : text.sliced(point + 1)) {
        if (digit != '0')
            return text;
    }
    return text.first(point);
}

template <typename Parsed, typename To>
Conversion narrowText(QByteArrayView text, To minimum, To maximum, To *to)
{
    Parsed value = 0;
    const char *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (stop != end || error == std::errc::invalid_argument)
        return Conversion::NotPossible;
    if (error == std::errc::result_out_of_range)
        return Conversion::OutOfRange;
    return narrow(value, minimum, maximum, to);
}

template <typename To>
Conversion toInteger(const Value &value, To minimum, To maximum, To *to)
{
    const Scalar scalar = decode(value);
    if (const auto *number = std::get_if<qint64>(&scalar))
        return narrow(*number, minimum, maximum, to);
    if (const auto *number = std::get_if<quint64>(&scalar))
        return narrow(*number, minimum, maximum, to);
    if (const auto *number = std::get_if<double>(&scalar))
        return narrowDouble(*number, minimum, maximum, to);
    if (const auto *bytes = std::get_if<QByteArrayView>(&scalar)) {
        const QByteArrayView text = withoutZeroFraction(*bytes);
        if (text.startsWith('-'))
            return narrowText<qint64>(text, minimum, maximum, to);
        return narrowText<quint64>(text, minimum, maximum, to);
    }
    return Conversion::NotPossible;
}

} // namespace

Scalar decode(const Value &value)
{
    return decodeText(value.type, value.isUnsigned, value.bytes);
}

Conversion convertSigned(const Value &value, qint64 minimum, qint64 maximum, qint64 *to)
{
    return toInteger(value, minimum, maximum, to);
}

Conversion convertUnsigned(const Value &value, quint64 maximum, quint64 *to)
{
    return toInteger<quint64>(value, 0, maximum, to);
}

Conversion convert(const Value &value, bool *to)
{
    if (value.type == Column::Type::Bit || value.isUnsigned) {
        quint64 number = 0;
        const Conversion done
            = convertUnsigned(value, std::numeric_limits<quint64>::max(), &number);
        *to = number != 0;
        return done;
    }
    qint64 number = 0;
    const Conversion done = convertSigned(value, std::numeric_limits<qint64>::min(),
                                          std::numeric_limits<qint64>::max(), &number);
    *to = number != 0;
    return done;
}

Conversion convert(const Value &value, double *to)
{
    const Scalar scalar = decode(value);
    if (const auto *number = std::get_if<double>(&scalar)) {
        *to = *number;
    } else if (const auto *integer = std::get_if<qint64>(&scalar)) {
        *to = static_cast<double>(*integer);
    } else if (const auto *natural = std::get_if<quint64>(&scalar)) {
        *to = static_cast<double>(*natural);
    } else if (const auto *bytes = std::get_if<QByteArrayView>(&scalar)) {
        const std::optional<double> parsed = parseDouble(*bytes);
        if (!parsed)
            return Conversion::NotPossible;
        *to = *parsed;
    } else {
        return Conversion::NotPossible;
    }
    return Conversion::Done;
}

Conversion convert(const Value &value, float *to)
{
    double number = 0;
    const Conversion done = convert(value, &number);
    if (done != Conversion::Done)
        return done;
    if (std::abs(number) > static_cast<double>(std::numeric_limits<float>::max()))
        return Conversion::OutOfRange;
    *to = static_cast<float>(number);
    return Conversion::Done;
}

} // namespace AsyncMySql::Values
