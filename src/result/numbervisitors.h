// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "calendarfields.h"
#include "textvalue.h"
#include "valueconversion.h"

#include <chrono>
#include <utility>

/// What makes numbers of values, for decode().
namespace AsyncMySql::Values {

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

Conversion narrowText(QByteArrayView text, qint64 minimum, qint64 maximum, qint64 *to);
Conversion narrowText(QByteArrayView text, quint64 minimum, quint64 maximum, quint64 *to);

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

} // namespace AsyncMySql::Values
