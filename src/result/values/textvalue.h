// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "calendarfields.h"
#include "digits.h"

#include <QtCore/qbytearrayview.h>

#include <charconv>
#include <chrono>
#include <optional>
#include <type_traits>

/// Single values in the text form in which servers send them. All parsers are strict: the whole
/// text must be of the form, without spaces or signs that no server writes.
namespace AsyncMySql::Values {

/// Of 1 to 16 digits; longer numbers are not looked at. std::from_chars() looks for an overflow
/// after each digit, and takes three times as long.
template <typename Integer>
Q_ALWAYS_INLINE std::optional<Integer> parseShortInteger(QByteArrayView text)
{
    constexpr quint64 largest = 99'999'999;
    const bool isNegative = std::is_signed_v<Integer> && text.startsWith('-');
    const char *digits = text.data() + (isNegative ? 1 : 0);
    const qsizetype count = text.data() + text.size() - digits;
    if (count < 1 || count > 16)
        return std::nullopt;
    quint64 number = readDigits(digits, count > 8 ? count - 8 : count);
    if (number > largest)
        return std::nullopt;
    if (count > 8) {
        const quint64 rest = readDigits(digits + count - 8, 8);
        if (rest > largest)
            return std::nullopt;
        number = number * 100'000'000 + rest;
    }
    const auto value = static_cast<Integer>(number);
    return isNegative ? 0 - value : value;
}

template <typename Integer>
std::optional<Integer> parseInteger(QByteArrayView text)
{
    if (const std::optional<Integer> value = parseShortInteger<Integer>(text))
        return value;
    Integer value = 0;
    const char *const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end)
        return std::nullopt;
    return value;
}

inline std::optional<qint64> parseSigned(QByteArrayView text)
{
    return parseInteger<qint64>(text);
}

inline std::optional<quint64> parseUnsigned(QByteArrayView text)
{
    return parseInteger<quint64>(text);
}

std::optional<double> parseDouble(QByteArrayView text);

/// "YYYY-MM-DD"; zeros are accepted in every part.
std::optional<CalendarFields> parseDate(QByteArrayView text);
/// "YYYY-MM-DD hh:mm:ss" with up to six digits of fraction.
std::optional<CalendarFields> parseDateTime(QByteArrayView text);
/// "[-]hh[h]:mm:ss" with up to six digits of fraction, as far as 838:59:59.999999.
std::optional<std::chrono::microseconds> parseTime(QByteArrayView text);

/// BIT(1) to BIT(64): up to eight bytes, the most significant first.
std::optional<quint64> parseBits(QByteArrayView bytes);

} // namespace AsyncMySql::Values
