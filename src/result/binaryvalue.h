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

/// 0, 4, 7 or 11 bytes, as what follows is zero: a year of two bytes, month, day, hour, minute,
/// second, and four bytes of microseconds.
std::optional<CalendarFields> readCalendar(QByteArrayView bytes);

/// 0, 8 or 12 bytes, as what follows is zero: whether it is negative, four bytes of days, hour,
/// minute, second, and four bytes of microseconds; as far as 838:59:59.999999.
std::optional<std::chrono::microseconds> readTime(QByteArrayView bytes);

} // namespace AsyncMySql::Values
