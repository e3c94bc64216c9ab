// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "calendarfields.h"

#include <QtCore/qbytearrayview.h>
#include <QtCore/qendian.h>

#include <charconv>
#include <chrono>
#include <optional>
#include <type_traits>

/// Single values in the text form in which servers send them. All parsers are strict: the whole
/// text must be of the form, without spaces or signs that no server writes.
namespace AsyncMySql::Values {

/// Eight digits as a number, two neighbours at a time; more than they can be if they are none.
inline quint64 readEightDigits(const char *digits)
{
    constexpr quint64 notPossible = 100'000'000;
    const auto text = qFromLittleEndian<quint64>(digits);
    const quint64 above9 = (text & 0x0F0F0F0F0F0F0F0F) + 0x0606060606060606;
    if ((text & 0xF0F0F0F0F0F0F0F0) != 0x3030303030303030 || (above9 & 0xF0F0F0F0F0F0F0F0) != 0)
        return notPossible;
    quint64 value = text & 0x0F0F0F0F0F0F0F0F;
    value = (value * 10 + (value >> 8)) & 0x00FF00FF00FF00FF;
    value = (value * 100 + (value >> 16)) & 0x0000FFFF0000FFFF;
    return (value * 10'000 + (value >> 32)) & 0xFFFFFFFF;
}

template <typename Integer>
Q_ALWAYS_INLINE std::optional<Integer> parseInteger(QByteArrayView text)
{
    constexpr qsizetype digitsThatFit = 18;
    const char *next = text.data();
    const char *const end = next + text.size();
    const bool isNegative = std::is_signed_v<Integer> && next != end && *next == '-';
    if (isNegative)
        ++next;
    Integer value = 0;
    if (next == end || end - next > digitsThatFit) {
        const auto [stop, error] = std::from_chars(text.data(), end, value);
        if (error != std::errc() || stop != end)
            return std::nullopt;
        return value;
    }
    // std::from_chars() looks for an overflow after each digit, and takes three times as long.
    for (; end - next >= 8; next += 8) {
        const quint64 eightDigits = readEightDigits(next);
        if (eightDigits > 99'999'999)
            return std::nullopt;
        value = value * 100'000'000 + static_cast<Integer>(eightDigits);
    }
    for (; next != end; ++next) {
        const auto digit = static_cast<uint>(static_cast<uchar>(*next)) - '0';
        if (digit > 9)
            return std::nullopt;
        value = value * 10 + static_cast<Integer>(digit);
    }
    return isNegative ? 0 - value : value;
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
