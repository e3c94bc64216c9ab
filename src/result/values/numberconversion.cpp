// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "decode.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace AsyncMySql::Values {

namespace {

template <typename From, typename To>
Conversion narrowInteger(From value, To minimum, To maximum, To *to)
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
        return narrowInteger(static_cast<qint64>(value), minimum, maximum, to);
    if (value >= 0 && value < 0x1p64)
        return narrowInteger(static_cast<quint64>(value), minimum, maximum, to);
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
Conversion narrowDigits(QByteArrayView text, To minimum, To maximum, To *to)
{
    Parsed value = 0;
    const char *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (stop != end || error == std::errc::invalid_argument)
        return Conversion::NotPossible;
    if (error == std::errc::result_out_of_range)
        return Conversion::OutOfRange;
    return narrowInteger(value, minimum, maximum, to);
}

template <typename To>
Conversion narrowText(QByteArrayView number, To minimum, To maximum, To *to)
{
    const QByteArrayView text = withoutZeroFraction(number);
    if (text.startsWith('-'))
        return narrowDigits<qint64>(text, minimum, maximum, to);
    return narrowDigits<quint64>(text, minimum, maximum, to);
}

/// Of whatever a value is, an integer between minimum and maximum.
template <typename To>
struct IntegerVisitor
{
    To minimum;
    To maximum;
    To *to;

    Conversion operator()(qint64 number) { return narrowInteger(number, minimum, maximum, to); }
    Conversion operator()(quint64 number) { return narrowInteger(number, minimum, maximum, to); }
    Conversion operator()(double number) { return narrowDouble(number, minimum, maximum, to); }
    Conversion operator()(QByteArrayView bytes) { return narrowText(bytes, minimum, maximum, to); }
    Conversion operator()(const CalendarFields &) { return Conversion::NotPossible; }
    Conversion operator()(std::chrono::microseconds) { return Conversion::NotPossible; }
};

struct DoubleVisitor
{
    double *to;

    Conversion operator()(qint64 number) { return done(static_cast<double>(number)); }
    Conversion operator()(quint64 number) { return done(static_cast<double>(number)); }
    Conversion operator()(double number) { return done(number); }
    Conversion operator()(QByteArrayView bytes)
    {
        const std::optional<double> parsed = parseDouble(bytes);
        return parsed ? done(*parsed) : Conversion::NotPossible;
    }
    Conversion operator()(const CalendarFields &) { return Conversion::NotPossible; }
    Conversion operator()(std::chrono::microseconds) { return Conversion::NotPossible; }

private:
    Conversion done(double number)
    {
        *to = number;
        return Conversion::Done;
    }
};

} // namespace

Conversion convertSigned(const Value &value, qint64 minimum, qint64 maximum, qint64 *to)
{
    return decode(value, IntegerVisitor<qint64>{minimum, maximum, to});
}

Conversion convertUnsigned(const Value &value, quint64 maximum, quint64 *to)
{
    return decode(value, IntegerVisitor<quint64>{0, maximum, to});
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
    return decode(value, DoubleVisitor{to});
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
