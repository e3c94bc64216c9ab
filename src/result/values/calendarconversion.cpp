// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "calendarvisitors.h"
#include "decode.h"
#include "sessiontimezone.h"
#include "utc.h"

#include <chrono>
#include <optional>

namespace AsyncMySql::Values {

namespace {

using namespace std::chrono_literals;

QTime timeOfDay(const CalendarFields &fields)
{
    return QTime(fields.hour, fields.minute, fields.second, fields.microsecond / 1000);
}

} // namespace

Conversion convert(const Value &value, CalendarFields *to)
{
    return decode(value, CalendarVisitor{to});
}

Conversion convert(const Value &value, QDate *to)
{
    CalendarFields fields;
    const Conversion done = convert(value, &fields);
    if (done != Conversion::Done)
        return done;
    constexpr qint64 julianDayOfEpoch = 2'440'588;
    std::chrono::sys_days day;
    const bool isDay = fields.year != 0 && toDay(fields, &day);
    *to = isDay ? QDate::fromJulianDay(julianDayOfEpoch + day.time_since_epoch().count()) : QDate();
    return done;
}

Conversion convert(const Value &value, QDateTime *to)
{
    CalendarFields fields;
    const Conversion done = convert(value, &fields);
    if (done != Conversion::Done)
        return done;
    *to = toDateTime(fields);
    if (value.timeZone && to->isValid()) {
        // A time that the clocks leave out is no moment, as is a day that does not exist.
        const auto moment
            = value.timeZone->momentOf(SysTime(std::chrono::milliseconds(to->toMSecsSinceEpoch())));
        *to = moment ? toDateTime(*moment) : QDateTime();
    }
    return Conversion::Done;
}

Conversion convert(const Value &value, SysTime *to)
{
    const Conversion done = decode(value, SysTimeVisitor{to});
    if (done != Conversion::Done || !value.timeZone)
        return done;
    const std::optional<SysTime> moment = value.timeZone->momentOf(*to);
    if (!moment)
        return Conversion::NotPossible;
    *to = *moment;
    return Conversion::Done;
}

Conversion convert(const Value &value, std::chrono::microseconds *to)
{
    return decode(value, TimeVisitor{to});
}

Conversion convert(const Value &value, QTime *to)
{
    std::chrono::microseconds time{};
    if (convert(value, &time) == Conversion::Done) {
        if (time < 0us || time >= 24h)
            return Conversion::OutOfRange;
        const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time);
        *to = QTime::fromMSecsSinceStartOfDay(static_cast<int>(milliseconds.count()));
        return Conversion::Done;
    }
    CalendarFields fields;
    const Conversion done = convert(value, &fields);
    if (done == Conversion::Done)
        *to = timeOfDay(fields);
    return done;
}

} // namespace AsyncMySql::Values
