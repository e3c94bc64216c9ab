// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "textvalue.h"

#include <charconv>

namespace AsyncMySql::Values {

namespace {

bool isDigit(char character)
{
    return character >= '0' && character <= '9';
}

template <typename Integer>
std::optional<Integer> parseInteger(QByteArrayView text)
{
    Integer value = 0;
    const char *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end)
        return std::nullopt;
    return value;
}

/// Reads fields of digits with fixed separators; the failure is sticky.
class DigitReader
{
public:
    explicit DigitReader(QByteArrayView text)
        : m_next(text.data())
        , m_end(text.data() + text.size())
    {
    }

    int readDigits(int count)
    {
        if (m_end - m_next < count)
            return fail();
        int value = 0;
        for (int i = 0; i < count; ++i) {
            if (!isDigit(m_next[i]))
                return fail();
            value = value * 10 + (m_next[i] - '0');
        }
        m_next += count;
        return value;
    }

    int readDigits(int count, int maximum)
    {
        const int value = readDigits(count);
        return value <= maximum ? value : fail();
    }

    void expect(char separator)
    {
        if (!skip(separator))
            fail();
    }

    bool skip(char character)
    {
        if (m_next == m_end || *m_next != character)
            return false;
        ++m_next;
        return true;
    }

    /// An optional fraction of a second, in microseconds.
    int readFraction()
    {
        if (!skip('.'))
            return 0;
        int value = 0;
        int digits = 0;
        for (; m_next != m_end && isDigit(*m_next) && digits < 6; ++digits)
            value = value * 10 + (*m_next++ - '0');
        if (digits == 0)
            return fail();
        for (; digits < 6; ++digits)
            value *= 10;
        return value;
    }

    bool startsWithDigit() const { return m_next != m_end && isDigit(*m_next); }
    bool succeeded() const { return !m_failed && m_next == m_end; }

private:
    int fail()
    {
        m_failed = true;
        m_next = m_end;
        return 0;
    }

    const char *m_next;
    const char *m_end;
    bool m_failed = false;
};

void readDateFields(DigitReader &reader, CalendarFields *fields)
{
    fields->year = reader.readDigits(4);
    reader.expect('-');
    fields->month = reader.readDigits(2, 12);
    reader.expect('-');
    fields->day = reader.readDigits(2, 31);
}

} // namespace

std::optional<qint64> parseSigned(QByteArrayView text)
{
    return parseInteger<qint64>(text);
}

std::optional<quint64> parseUnsigned(QByteArrayView text)
{
    return parseInteger<quint64>(text);
}

std::optional<double> parseDouble(QByteArrayView text)
{
    // Not std::from_chars: LLVM's library has it for integers only. Qt's parser accepts surrounding
    // spaces, "inf" and "nan" beside numbers, and all of those begin or end differently.
    const auto begins = [](char c) { return isDigit(c) || c == '-' || c == '.'; };
    if (text.isEmpty() || !begins(text.front()) || !(isDigit(text.back()) || text.back() == '.'))
        return std::nullopt;
    bool ok = false;
    const double value = text.toDouble(&ok);
    if (!ok)
        return std::nullopt;
    return value;
}

std::optional<CalendarFields> parseDate(QByteArrayView text)
{
    CalendarFields fields;
    DigitReader reader(text);
    readDateFields(reader, &fields);
    if (!reader.succeeded())
        return std::nullopt;
    return fields;
}

std::optional<CalendarFields> parseDateTime(QByteArrayView text)
{
    CalendarFields fields;
    DigitReader reader(text);
    readDateFields(reader, &fields);
    reader.expect(' ');
    fields.hour = reader.readDigits(2, 23);
    reader.expect(':');
    fields.minute = reader.readDigits(2, 59);
    reader.expect(':');
    fields.second = reader.readDigits(2, 59);
    fields.microsecond = reader.readFraction();
    if (!reader.succeeded())
        return std::nullopt;
    return fields;
}

std::optional<std::chrono::microseconds> parseTime(QByteArrayView text)
{
    constexpr int maximumHours = 838;
    DigitReader reader(text);
    const bool negative = reader.skip('-');
    int hours = reader.readDigits(2);
    if (reader.startsWithDigit())
        hours = hours * 10 + reader.readDigits(1);
    reader.expect(':');
    const int minutes = reader.readDigits(2, 59);
    reader.expect(':');
    const int seconds = reader.readDigits(2, 59);
    const int fraction = reader.readFraction();
    if (!reader.succeeded() || hours > maximumHours)
        return std::nullopt;
    const std::chrono::microseconds time = std::chrono::hours(hours) + std::chrono::minutes(minutes)
                                           + std::chrono::seconds(seconds)
                                           + std::chrono::microseconds(fraction);
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
