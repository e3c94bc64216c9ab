// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "valueconversion.h"

#include "textvalue.h"

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
    const Scalar scalar = decode(value);
    if (const auto *fields = std::get_if<CalendarFields>(&scalar)) {
        *to = *fields;
        return Conversion::Done;
    }
    if (const auto *text = std::get_if<QByteArrayView>(&scalar)) {
        std::optional<CalendarFields> parsed = parseDateTime(*text);
        if (!parsed)
            parsed = parseDate(*text);
        if (parsed) {
            *to = *parsed;
            return Conversion::Done;
        }
    }
    return Conversion::NotPossible;
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
    if (done != Conversion::Done)
        return done;
    const QDate date(fields.year, fields.month, fields.day);
    *to = date.isValid() ? QDateTime(date, timeOfDay(fields), Qt::UTC) : QDateTime();
    return done;
}

Conversion convert(const Value &value, SysTime *to)
{
    CalendarFields fields;
    const Conversion done = convert(value, &fields);
    if (done != Conversion::Done)
        return done;
    const std::chrono::year_month_day date(std::chrono::year(fields.year),
                                           std::chrono::month(static_cast<unsigned>(fields.month)),
                                           std::chrono::day(static_cast<unsigned>(fields.day)));
    if (!date.ok())
        return Conversion::NotPossible;
    *to = std::chrono::sys_days(date) + std::chrono::hours(fields.hour)
          + std::chrono::minutes(fields.minute) + std::chrono::seconds(fields.second)
          + std::chrono::microseconds(fields.microsecond);
    return Conversion::Done;
}

Conversion convert(const Value &value, std::chrono::microseconds *to)
{
    const Scalar scalar = decode(value);
    if (const auto *time = std::get_if<std::chrono::microseconds>(&scalar)) {
        *to = *time;
        return Conversion::Done;
    }
    if (const auto *text = std::get_if<QByteArrayView>(&scalar)) {
        if (const std::optional<std::chrono::microseconds> parsed = parseTime(*text)) {
            *to = *parsed;
            return Conversion::Done;
        }
    }
    return Conversion::NotPossible;
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
