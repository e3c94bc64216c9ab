// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "textvalue.h"

#include "digits.h"

#include <array>

namespace AsyncMySql::Values {

namespace {

/// Two digits; more than any part of a date can be, if they are none.
inline int readPair(const char *digits)
{
    constexpr int notPossible = 10'000;
    const auto tens = static_cast<uint>(static_cast<uchar>(digits[0])) - '0';
    const auto ones = static_cast<uint>(static_cast<uchar>(digits[1])) - '0';
    return tens > 9 || ones > 9 ? notPossible : static_cast<int>(tens * 10 + ones);
}

constexpr qsizetype DateSize = 10;     // YYYY-MM-DD
constexpr qsizetype DateTimeSize = 19; // YYYY-MM-DD hh:mm:ss
constexpr qsizetype ClockSize = 6;     // :mm:ss

Q_ALWAYS_INLINE bool readDate(const char *text, CalendarFields *fields)
{
    DigitForm rest("00-00-00");
    const int century = readPair(text);
    const bool isDate = rest.read(text + 2);
    fields->year = century * 100 + rest.pair(0);
    fields->month = rest.pair(3);
    fields->day = rest.pair(6);
    return isDate && century <= 99 && fields->month <= 12 && fields->day <= 31;
}

Q_ALWAYS_INLINE bool readTimeOfDay(const char *text, CalendarFields *fields)
{
    DigitForm clock("00:00:00");
    const bool isClock = clock.read(text);
    fields->hour = clock.pair(0);
    fields->minute = clock.pair(3);
    fields->second = clock.pair(6);
    return isClock && fields->hour <= 23 && fields->minute <= 59 && fields->second <= 59;
}

bool readClock(const char *text, int *minute, int *second)
{
    *minute = readPair(text + 1);
    *second = readPair(text + 4);
    return text[0] == ':' && *minute <= 59 && text[3] == ':' && *second <= 59;
}

/// An optional fraction of a second, in microseconds. A digit of the second is in front of it.
Q_ALWAYS_INLINE bool readFraction(QByteArrayView text, int *microsecond)
{
    static constexpr std::array<int, 7> factors = {0, 100'000, 10'000, 1'000, 100, 10, 1};
    *microsecond = 0;
    if (text.isEmpty())
        return true;
    const auto digits = static_cast<size_t>(text.size() - 1);
    if (text[0] != '.' || digits < 1 || digits >= factors.size())
        return false;
    if (digits == 6) { // by far the most
        DigitForm fraction("0.000000");
        const bool isFraction = fraction.read(text.data() - 1);
        *microsecond = fraction.pair(2) * 10'000 + fraction.pair(4) * 100 + fraction.pair(6);
        return isFraction;
    }
    int value = 0;
    for (const char character : text.sliced(1)) {
        if (!isDigit(character))
            return false;
        value = value * 10 + (character - '0');
    }
    *microsecond = value * factors[digits];
    return true;
}

Q_ALWAYS_INLINE bool readDateTime(QByteArrayView text, CalendarFields *fields)
{
    const char *const at = text.data();
    return text.size() >= DateTimeSize && readDate(at, fields) && at[DateSize] == ' '
           && readTimeOfDay(at + DateSize + 1, fields)
           && readFraction(text.sliced(DateTimeSize), &fields->microsecond);
}

} // namespace

std::optional<CalendarFields> parseDate(QByteArrayView text)
{
    CalendarFields fields;
    if (text.size() != DateSize || !readDate(text.data(), &fields))
        return std::nullopt;
    return fields;
}

std::optional<CalendarFields> parseDateTime(QByteArrayView text)
{
    CalendarFields fields;
    return readDateTime(text, &fields) ? std::optional(fields) : std::nullopt;
}

std::optional<TimePoint> parseTimePoint(QByteArrayView text)
{
    CalendarFields fields;
    TimePoint time;
    return readDateTime(text, &fields) && toTimePoint(fields, &time) ? std::optional(time)
                                                                     : std::nullopt;
}

std::optional<std::chrono::microseconds> parseTime(QByteArrayView text)
{
    constexpr quint64 maximumHours = 838;
    const bool negative = text.startsWith('-');
    if (negative)
        text = text.sliced(1);
    const qsizetype colon = text.indexOf(':');
    if (colon < 2 || colon > 3 || text.size() - colon < ClockSize)
        return std::nullopt;
    const std::optional<quint64> hours = parseUnsigned(text.first(colon));
    const QByteArrayView clock = text.sliced(colon);
    int minute = 0;
    int second = 0;
    int microsecond = 0;
    if (!hours || *hours > maximumHours || !readClock(clock.data(), &minute, &second)
        || !readFraction(clock.sliced(ClockSize), &microsecond)) {
        return std::nullopt;
    }
    const std::chrono::microseconds time = std::chrono::hours(*hours) + std::chrono::minutes(minute)
                                           + std::chrono::seconds(second)
                                           + std::chrono::microseconds(microsecond);
    return negative ? -time : time;
}

std::optional<quint64> parseBits(QByteArrayView bytes)
{
    if (bytes.isEmpty() || bytes.size() > 8)
        return std::nullopt;
    quint64 value = 0;
    for (const char byte : bytes)
        value = value << 8 | static_cast<uchar>(byte);
    return value;
}

} // namespace AsyncMySql::Values
