// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "calendarfields.h"
#include "textvalue.h"
#include "utc.h"
#include "valueconversion.h"

#include <chrono>
#include <optional>

/// What makes points in time of values, for decode().
namespace AsyncMySql::Values {

inline std::optional<CalendarFields> parseDateOrDateTime(QByteArrayView text)
{
    const std::optional<CalendarFields> dateTime = parseDateTime(text);
    return dateTime ? dateTime : parseDate(text);
}

struct CalendarVisitor
{
    CalendarFields *to;

    Conversion operator()(const CalendarFields &fields)
    {
        *to = fields;
        return Conversion::Done;
    }
    Conversion operator()(QByteArrayView text)
    {
        const std::optional<CalendarFields> parsed = parseDateOrDateTime(text);
        return parsed ? (*this)(*parsed) : Conversion::NotPossible;
    }
    template <typename Other>
    Conversion operator()(Other)
    {
        return Conversion::NotPossible;
    }
};

struct SysTimeVisitor
{
    SysTime *to;

    Conversion operator()(const CalendarFields &fields)
    {
        const std::chrono::year_month_day date(
            std::chrono::year(fields.year), std::chrono::month(static_cast<unsigned>(fields.month)),
            std::chrono::day(static_cast<unsigned>(fields.day)));
        // Every month has 28 days.
        const bool isEarly = fields.month != 0 && fields.day != 0 && fields.day <= 28;
        if (!isEarly && !date.ok())
            return Conversion::NotPossible;
        *to = std::chrono::sys_days(date) + std::chrono::hours(fields.hour)
              + std::chrono::minutes(fields.minute) + std::chrono::seconds(fields.second)
              + std::chrono::microseconds(fields.microsecond);
        return Conversion::Done;
    }
    Conversion operator()(QByteArrayView text)
    {
        const std::optional<CalendarFields> parsed = parseDateOrDateTime(text);
        return parsed ? (*this)(*parsed) : Conversion::NotPossible;
    }
    template <typename Other>
    Conversion operator()(Other)
    {
        return Conversion::NotPossible;
    }
};

/// Invalid if there is no such day.
inline QDateTime toDateTime(const CalendarFields &fields)
{
    // A third of what a QDate and a QTime take. They know no year 0.
    SysTime time;
    if (fields.year == 0 || SysTimeVisitor{&time}(fields) != Conversion::Done)
        return {};
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time);
    return QDateTime::fromMSecsSinceEpoch(milliseconds.time_since_epoch().count(), Utc);
}

struct TimeVisitor
{
    std::chrono::microseconds *to;

    Conversion operator()(std::chrono::microseconds time)
    {
        *to = time;
        return Conversion::Done;
    }
    Conversion operator()(QByteArrayView text)
    {
        const std::optional<std::chrono::microseconds> parsed = parseTime(text);
        return parsed ? (*this)(*parsed) : Conversion::NotPossible;
    }
    template <typename Other>
    Conversion operator()(Other)
    {
        return Conversion::NotPossible;
    }
};

} // namespace AsyncMySql::Values
