// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "textvalue.h"

#include <array>
#include <charconv>

namespace AsyncMySql::Values {

namespace {

bool isDigit(char character)
{
    return character >= '0' && character <= '9';
}

/// Two digits; more than any part of a date can be, if they are none.
int readPair(const char *digits)
{
    constexpr int notPossible = 10'000;
    const auto tens = static_cast<uint>(static_cast<uchar>(digits[0])) - '0';
    const auto ones = static_cast<uint>(static_cast<uchar>(digits[1])) - '0';
    return tens > 9 || ones > 9 ? notPossible : static_cast<int>(tens * 10 + ones);
}

constexpr qsizetype DateSize = 10;     // YYYY-MM-DD
constexpr qsizetype DateTimeSize = 19; // YYYY-MM-DD hh:mm:ss
constexpr qsizetype ClockSize = 6;     // :mm:ss

bool readDate(const char *text, CalendarFields *fields)
{
    fields->year = readPair(text) * 100 + readPair(text + 2);
    fields->month = readPair(text + 5);
    fields->day = readPair(text + 8);
    return fields->year <= 9999 && text[4] == '-' && fields->month <= 12 && text[7] == '-'
           && fields->day <= 31;
}

bool readClock(const char *text, int *minute, int *second)
{
    *minute = readPair(text + 1);
    *second = readPair(text + 4);
    return text[0] == ':' && *minute <= 59 && text[3] == ':' && *second <= 59;
}

/// An optional fraction of a second, in microseconds.
inline bool readFraction(QByteArrayView text, int *microsecond)
{
    static constexpr std::array<int, 7> factors = {0, 100'000, 10'000, 1'000, 100, 10, 1};
    *microsecond = 0;
    if (text.isEmpty())
        return true;
    const auto digits = static_cast<size_t>(text.size() - 1);
    if (text[0] != '.' || digits < 1 || digits >= factors.size())
        return false;
    if (digits == 6) { // by far the most
        *microsecond = readPair(text.data() + 1) * 10'000 + readPair(text.data() + 3) * 100
                       + readPair(text.data() + 5);
        return *microsecond <= 999'999;
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

// Up to 15 digits with a point. The digits as an integer are exact as a double, and so is the power
// of ten, so that their quotient is rounded once (Clinger: "How to Read Floating Point Numbers
// Accurately"). That is most numbers, in a third of the time.
std::optional<double> parseShortDecimal(QByteArrayView text)
{
    static constexpr std::array<double, 16> powersOfTen
        = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char *next = text.data();
    const char *const end = next + text.size();
    const bool isNegative = next != end && *next == '-';
    if (isNegative)
        ++next;
    if (end - next >= qsizetype(powersOfTen.size()))
        return std::nullopt;
    const char *const first = next;
    const char *point = nullptr;
    qint64 digits = 0;
    for (; next != end; ++next) {
        const auto digit = static_cast<uint>(static_cast<uchar>(*next)) - '0';
        if (digit <= 9)
            digits = digits * 10 + digit;
        else if (*next == '.' && !point)
            point = next;
        else
            return std::nullopt;
    }
    if (end - first == (point ? 1 : 0))
        return std::nullopt;
    const auto decimals = static_cast<size_t>(point ? end - point - 1 : 0);
    const double value = static_cast<double>(digits) / powersOfTen[decimals];
    return isNegative ? -value : value;
}

} // namespace

std::optional<double> parseDouble(QByteArrayView text)
{
    if (const std::optional<double> value = parseShortDecimal(text))
        return value;
    // Both parsers accept "inf" and "nan" beside numbers, and Qt's surrounding spaces too; all of
    // those begin or end differently.
    const auto begins = [](char c) { return isDigit(c) || c == '-' || c == '.'; };
    if (text.isEmpty() || !begins(text.front()) || !(isDigit(text.back()) || text.back() == '.'))
        return std::nullopt;
    double value = 0;
#if defined(__cpp_lib_to_chars)
    const char *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end)
        return std::nullopt;
#else // LLVM's library had it for integers only, for long. Qt's takes forty times as long.
    bool ok = false;
    value = text.toDouble(&ok);
    if (!ok)
        return std::nullopt;
#endif
    return value;
}

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
    const char *const at = text.data();
    if (text.size() < DateTimeSize || !readDate(at, &fields) || at[DateSize] != ' '
        || !readClock(at + DateTimeSize - ClockSize, &fields.minute, &fields.second)
        || !readFraction(text.sliced(DateTimeSize), &fields.microsecond)) {
        return std::nullopt;
    }
    fields.hour = readPair(at + DateSize + 1);
    if (fields.hour > 23)
        return std::nullopt;
    return fields;
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
