// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

#include <chrono>

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

using TimePoint = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

/// False if there is no such day.
[[nodiscard]] Q_ALWAYS_INLINE bool toDay(const CalendarFields &fields, std::chrono::sys_days *day)
{
    const std::chrono::year_month_day date(std::chrono::year(fields.year),
                                           std::chrono::month(static_cast<unsigned>(fields.month)),
                                           std::chrono::day(static_cast<unsigned>(fields.day)));
    // Every month has 28 days.
    const bool isEarly = fields.month != 0 && fields.day != 0 && fields.day <= 28;
    if (!isEarly && !date.ok())
        return false;
    *day = date;
    return true;
}

/// False if there is no such day.
[[nodiscard]] Q_ALWAYS_INLINE bool toTimePoint(const CalendarFields &fields, TimePoint *time)
{
    std::chrono::sys_days day;
    if (!toDay(fields, &day))
        return false;
    const int seconds = (fields.hour * 60 + fields.minute) * 60 + fields.second;
    *time = day + std::chrono::seconds(seconds) + std::chrono::microseconds(fields.microsecond);
    return true;
}

} // namespace AsyncMySql::Values
