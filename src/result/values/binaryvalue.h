// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "calendarfields.h"

#include <QtCore/qbytearrayview.h>
#include <QtCore/qendian.h>

#include <chrono>
#include <cmath>
#include <optional>
#include <type_traits>

/// Single values of binary rows (MySQL: "Binary Protocol Value"). All readers are strict: the bytes
/// must be as many as the type takes, and each part of a date must be one that can be.
namespace AsyncMySql::Values {

/// An integer, float or double, the lowest byte first. NaN and the infinities are no values of SQL.
template <typename Number>
std::optional<Number> readNumber(QByteArrayView bytes)
{
    if (bytes.size() != sizeof(Number))
        return std::nullopt;
    const Number number = qFromLittleEndian<Number>(bytes.data());
    if constexpr (std::is_floating_point_v<Number>) {
        if (!std::isfinite(number))
            return std::nullopt;
    }
    return number;
}

inline int readByte(const char *byte)
{
    return static_cast<uchar>(*byte);
}

/// 0, 4, 7 or 11 bytes, as what follows is zero: a year of two bytes, month, day, hour, minute,
/// second, and four bytes of microseconds.
inline std::optional<CalendarFields> readCalendar(QByteArrayView bytes)
{
    const qsizetype size = bytes.size();
    if (size != 0 && size != 4 && size != 7 && size != 11)
        return std::nullopt;
    CalendarFields fields;
    const char *data = bytes.data();
    if (size >= 4) {
        fields.year = qFromLittleEndian<quint16>(data);
        fields.month = readByte(data + 2);
        fields.day = readByte(data + 3);
        if (fields.year > 9999 || fields.month > 12 || fields.day > 31)
            return std::nullopt;
    }
    if (size >= 7) {
        fields.hour = readByte(data + 4);
        fields.minute = readByte(data + 5);
        fields.second = readByte(data + 6);
        if (fields.hour > 23 || fields.minute > 59 || fields.second > 59)
            return std::nullopt;
    }
    if (size == 11) {
        const auto microsecond = qFromLittleEndian<quint32>(data + 7);
        if (microsecond > 999'999)
            return std::nullopt;
        fields.microsecond = static_cast<int>(microsecond);
    }
    return fields;
}

/// 0, 8 or 12 bytes, as what follows is zero: whether it is negative, four bytes of days, hour,
/// minute, second, and four bytes of microseconds; as far as 838:59:59.999999.
std::optional<std::chrono::microseconds> readTime(QByteArrayView bytes);

} // namespace AsyncMySql::Values
