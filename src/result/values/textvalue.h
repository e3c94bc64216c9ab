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

/// False also for more than LongestNumber digits. std::from_chars() looks for an overflow after
/// each digit, and takes three times as long. What follows \a text may be read along, as far as
/// \a readable.
template <typename Integer>
[[nodiscard]] Q_ALWAYS_INLINE bool readShortInteger(QByteArrayView text, const char *readable,
                                                    Integer *value)
{
    if (text.isEmpty())
        return false;
    const bool isNegative = std::is_signed_v<Integer> && *text.data() == '-';
    const char *digits = text.data() + (isNegative ? 1 : 0);
    const qsizetype count = text.size() - (isNegative ? 1 : 0);
    quint64 number = 0;
    if (count < 1 || count > LongestNumber || !readDigits(digits, count, readable, &number))
        return false;
    *value = static_cast<Integer>(isNegative ? 0 - number : number);
    return true;
}

template <typename Integer>
std::optional<Integer> parseInteger(QByteArrayView text)
{
    Integer value = 0;
    if (readShortInteger(text, text.data() + text.size(), &value))
        return value;
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

/// What follows \a text may be read along, as far as \a readable.
std::optional<double> parseDouble(QByteArrayView text, const char *readable);
inline std::optional<double> parseDouble(QByteArrayView text)
{
    return parseDouble(text, text.data() + text.size());
}

/// "YYYY-MM-DD"; zeros are accepted in every part.
std::optional<CalendarFields> parseDate(QByteArrayView text);
/// "YYYY-MM-DD hh:mm:ss" with up to six digits of fraction.
std::optional<CalendarFields> parseDateTime(QByteArrayView text);
/// The same, where it is a moment: see toTimePoint().
std::optional<TimePoint> parseTimePoint(QByteArrayView text);
/// "[-]hh[h]:mm:ss" with up to six digits of fraction, as far as 838:59:59.999999.
std::optional<std::chrono::microseconds> parseTime(QByteArrayView text);

/// BIT(1) to BIT(64): up to eight bytes, the most significant first.
std::optional<quint64> parseBits(QByteArrayView bytes);

} // namespace AsyncMySql::Values
