// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "calendarvisitors.h"
#include "decode.h"

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
    if (done == Conversion::Done)
        *to = QDate(fields.year, fields.month, fields.day);
    return done;
}

Conversion convert(const Value &value, QDateTime *to)
{
    CalendarFields fields;
    const Conversion done = convert(value, &fields);
    if (done == Conversion::Done)
        *to = toDateTime(fields);
    return done;
}

Conversion convert(const Value &value, SysTime *to)
{
    return decode(value, SysTimeVisitor{to});
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
