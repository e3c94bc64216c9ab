// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>

#include <chrono>
#include <variant>

namespace AsyncMySql::Values {

/// A DATE, DATETIME or TIMESTAMP as stored: each part may be zero, and the day may be one that the
/// month does not have (ALLOW_INVALID_DATES).
struct CalendarFields
{
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int microsecond = 0;

    friend bool operator==(const CalendarFields &, const CalendarFields &) = default;
};

/// What one value is, whichever row format it came in: nothing that makes sense for its column, a
/// number, a point in time, a TIME, or bytes (texts, DECIMAL's digits, and all that needs a parser
/// of its own).
using Scalar = std::variant<std::monostate, qint64, quint64, double, CalendarFields,
                            std::chrono::microseconds, QByteArrayView>;

} // namespace AsyncMySql::Values
