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
        return toTimePoint(fields, to) ? Conversion::Done : Conversion::NotPossible;
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

/// Where QDate and QDateTime begin: there is no year 0.
inline constexpr std::chrono::sys_days FirstQDate = std::chrono::year(1) / 1 / 1;

inline QDateTime toDateTime(SysTime time)
{
    // A copy that is moved takes two thirds of what fromMSecsSinceEpoch() does, and that a third of
    // what a QDate and a QTime take.
    static const QDateTime epoch = QDateTime::fromMSecsSinceEpoch(0, Utc);
    QDateTime result = epoch;
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time);
    result.setMSecsSinceEpoch(milliseconds.time_since_epoch().count());
    return result;
}

/// Invalid if there is no such day.
inline QDateTime toDateTime(const CalendarFields &fields)
{
    SysTime time;
    return fields.year != 0 && toTimePoint(fields, &time) ? toDateTime(time) : QDateTime();
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
