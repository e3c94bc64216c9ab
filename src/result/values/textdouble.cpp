// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "digits.h"
#include "textvalue.h"

#include <QtCore/qalgorithms.h>

#include <array>
#include <charconv>
#include <cstring>

namespace AsyncMySql::Values {

namespace {

constexpr qsizetype LongestDecimal = 19; // digits: so many fit into 64 bits whatever they are

constexpr std::array<quint64, LongestDecimal + 1> PowersOfTen = [] {
    std::array<quint64, LongestDecimal + 1> powers{1};
    for (size_t i = 1; i < powers.size(); ++i)
        powers[i] = powers[i - 1] * 10;
    return powers;
}();

/// Takes digits behind those that are there. False if they are none.
Q_ALWAYS_INLINE bool appendDigits(const char *next, const char *end, quint64 *number)
{
    while (next != end) {
        const qsizetype count = qMin<qsizetype>(end - next, 8);
        const quint64 digits = readDigits(next, count);
        if (digits > 99'999'999)
            return false;
        *number = *number * PowersOfTen[static_cast<size_t>(count)] + digits;
        next += count;
    }
    return true;
}

// If the digits as an integer are exact as a double, so is the power of ten, and their quotient is
// rounded once (Clinger: "How to Read Floating Point Numbers Accurately"). More digits are divided
// as integers, to 64 bits and a note of what is left, and then rounded once.
inline std::optional<double> divideByPowerOfTen(quint64 number, qsizetype power)
{
    constexpr quint64 largestExact = quint64(1) << 53;
    const quint64 divisor = PowersOfTen[static_cast<size_t>(power)];
    if (number <= largestExact)
        return static_cast<double>(number) / static_cast<double>(divisor);
#if defined(__SIZEOF_INT128__)
    __extension__ using Wide = unsigned __int128;
    const uint numberShift = qCountLeadingZeroBits(number);
    const uint divisorShift = qCountLeadingZeroBits(divisor);
    const quint64 dividend = number << numberShift;
    const quint64 normalDivisor = divisor << divisorShift;
    const uint quotientShift = dividend < normalDivisor ? 64 : 63; // so that it has 64 bits
    const Wide wideDividend = Wide(dividend) << quotientShift;
    auto quotient = static_cast<quint64>(wideDividend / normalDivisor);
    const bool isExact = quotient * normalDivisor == static_cast<quint64>(wideDividend);
    quotient |= isExact ? 0 : 1;
    constexpr quint64 exponentOfOne = 1023;
    const quint64 scaleBits = (exponentOfOne + divisorShift - numberShift - quotientShift) << 52;
    double scale = 0;
    std::memcpy(&scale, &scaleBits, sizeof(scale));
    return static_cast<double>(quotient) * scale;
#else
    return std::nullopt;
#endif
}

/// Of a number without sign and exponent, and of not too many digits. std::from_chars() does it
/// too, and takes longer.
inline std::optional<double> parseDecimal(QByteArrayView text)
{
    const char *const end = text.data() + text.size();
    if (text.isEmpty() || text.size() > LongestDecimal + 1)
        return std::nullopt;
    const void *const found = std::memchr(text.data(), '.', static_cast<size_t>(text.size()));
    const char *const point = found ? static_cast<const char *>(found) : end;
    const char *const fraction = found ? point + 1 : end;
    const qsizetype digitCount = text.size() - (fraction - point);
    quint64 digits = 0;
    if (digitCount < 1 || digitCount > LongestDecimal || !appendDigits(text.data(), point, &digits)
        || !appendDigits(fraction, end, &digits)) {
        return std::nullopt;
    }
    return divideByPowerOfTen(digits, end - fraction);
}

} // namespace

std::optional<double> parseDouble(QByteArrayView text)
{
    const bool isNegative = !text.isEmpty() && text.front() == '-';
    if (const std::optional<double> number = parseDecimal(isNegative ? text.sliced(1) : text))
        return isNegative ? -*number : *number;
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

} // namespace AsyncMySql::Values
