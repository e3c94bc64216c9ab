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

/// The number that eight digits are, in three steps: pairs, fours, all; nothing if there is another
/// character.
inline std::optional<quint32> parseEightDigits(const char *digits)
{
    const auto text = qFromLittleEndian<quint64>(digits);
    const quint64 above9 = (text + 0x0606060606060606) | text;
    if ((text & 0xF0F0F0F0F0F0F0F0) != 0x3030303030303030
        || (above9 & 0xF0F0F0F0F0F0F0F0) != 0x3030303030303030)
        return std::nullopt;
    quint64 value = text & 0x0F0F0F0F0F0F0F0F;
    value = (value * 10 + (value >> 8)) & 0x00FF00FF00FF00FF;
    value = (value * 100 + (value >> 16)) & 0x0000FFFF0000FFFF;
    return static_cast<quint32>(value * 10000 + (value >> 32));
}

template <typename Integer>
std::optional<Integer> parseInteger(QByteArrayView text)
{
    const char *next = text.data();
    const char *const end = next + text.size();
    constexpr int digitsThatFit = 18;
    const bool isNegative = std::is_signed_v<Integer> && next != end && *next == '-';
    const char *const firstDigit = next + (isNegative ? 1 : 0);
    if (firstDigit != end && end - firstDigit <= digitsThatFit) {
        // std::from_chars() looks for an overflow after each digit, and takes three times as long.
        Integer value = 0;
        next = firstDigit;
        for (; end - next >= 8; next += 8) {
            const std::optional<quint32> eight = parseEightDigits(next);
            if (!eight)
                return std::nullopt;
            value = value * 100'000'000 + static_cast<Integer>(*eight);
        }
        for (; next != end; ++next) {
            const auto digit = static_cast<uint>(static_cast<uchar>(*next)) - '0';
            if (digit > 9)
                return std::nullopt;
            value = value * 10 + static_cast<Integer>(digit);
        }
        return isNegative ? 0 - value : value;
    }
    Integer value = 0;
    const auto [stop, error] = std::from_chars(next, end, value);
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
