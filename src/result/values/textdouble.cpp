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

/// The same: up to the 22nd they are exact as a double.
constexpr std::array<double, LongestDecimal + 1> PowersAsDouble = [] {
    std::array<double, LongestDecimal + 1> powers{};
    for (size_t i = 0; i < powers.size(); ++i)
        powers[i] = static_cast<double>(PowersOfTen[i]);
    return powers;
}();

#if defined(__SIZEOF_INT128__)
__extension__ using Wide = unsigned __int128;

/// A power of ten, and what makes a division by it a multiplication (Möller and Granlund:
/// "Improved Division by Invariant Integers").
struct Divisor
{
    quint64 normal = 0;     // shifted so that its highest bit is set
    quint64 reciprocal = 0; // of that: (2^128 - 1) / normal - 2^64
    uint shift = 0;
};

constexpr std::array<Divisor, LongestDecimal + 1> Divisors = [] {
    std::array<Divisor, LongestDecimal + 1> divisors;
    for (size_t i = 0; i < divisors.size(); ++i) {
        Divisor &divisor = divisors[i];
        divisor.normal = PowersOfTen[i];
        for (; divisor.normal >> 63 == 0; divisor.normal <<= 1)
            ++divisor.shift;
        divisor.reciprocal = static_cast<quint64>(~Wide(0) / divisor.normal);
    }
    return divisors;
}();

/// The lowest bit says also whether anything is left. The quotient has 64 bits at most.
inline quint64 divideOrSticky(Wide dividend, const Divisor &divisor)
{
    const auto high = static_cast<quint64>(dividend >> 64);
    const auto low = static_cast<quint64>(dividend);
    const Wide estimate = Wide(divisor.reciprocal) * high + dividend + (Wide(1) << 64);
    auto quotient = static_cast<quint64>(estimate >> 64);
    quint64 rest = low - quotient * divisor.normal;
    if (rest > static_cast<quint64>(estimate)) {
        --quotient;
        rest += divisor.normal;
    }
    if (rest >= divisor.normal) {
        ++quotient;
        rest -= divisor.normal;
    }
    return quotient | (rest != 0 ? 1 : 0);
}
#endif

// If the digits as an integer are exact as a double, so is the power of ten, and their quotient is
// rounded once (Clinger: "How to Read Floating Point Numbers Accurately"). More digits are divided
// as integers, to 64 bits and a note of what is left, and then rounded once.
inline std::optional<double> divideByPowerOfTen(quint64 number, qsizetype power)
{
    constexpr quint64 largestExact = quint64(1) << 53;
    if (number <= largestExact) {
        return static_cast<double>(static_cast<qint64>(number))
               / PowersAsDouble[static_cast<size_t>(power)];
    }
#if defined(__SIZEOF_INT128__)
    const Divisor &divisor = Divisors[static_cast<size_t>(power)];
    const uint numberShift = qCountLeadingZeroBits(number);
    const quint64 dividend = number << numberShift;
    const uint quotientShift = dividend < divisor.normal ? 64 : 63; // so that it has 64 bits
    const quint64 quotient = divideOrSticky(Wide(dividend) << quotientShift, divisor);
    constexpr quint64 exponentOfOne = 1023;
    const quint64 scaleBits = (exponentOfOne + divisor.shift - numberShift - quotientShift) << 52;
    double scale = 0;
    std::memcpy(&scale, &scaleBits, sizeof(scale));
    return static_cast<double>(quotient) * scale;
#else
    return std::nullopt;
#endif
}

/// Takes up to LongestDecimal digits. False if they are none.
inline bool readManyDigits(const char *next, const char *end, quint64 *number)
{
    *number = 0;
    while (next != end) {
        const qsizetype count = qMin<qsizetype>(end - next, LongestNumber);
        quint64 digits = 0;
        if (!readDigits(next, count, end, &digits))
            return false;
        *number = *number * PowersOfTen[static_cast<size_t>(count)] + digits;
        next += count;
    }
    return true;
}

/// The first point; or the end of the text.
inline const char *findPoint(QByteArrayView text, const char *readable)
{
    constexpr quint64 points = 0x2E2E2E2E2E2E2E2E;
    constexpr quint64 ones = 0x0101010101010101;
    const char *const end = text.data() + text.size();
    if (readable - text.data() >= 8) {
        const quint64 others = qFromLittleEndian<quint64>(text.data()) ^ points;
        // The lowest bit is right; those above it may come from a borrow.
        if (const quint64 found = (others - ones) & ~others & HighBits)
            return qMin(text.data() + qCountTrailingZeroBits(found) / 8, end);
        if (text.size() <= 8)
            return end;
    }
    const void *const found = std::memchr(text.data(), '.', static_cast<size_t>(text.size()));
    return found ? static_cast<const char *>(found) : end;
}

/// Of a number without sign and exponent, and of not too many digits. std::from_chars() does it
/// too, and takes longer.
Q_ALWAYS_INLINE std::optional<double> parseDecimal(QByteArrayView text, const char *readable)
{
    if (text.isEmpty() || text.size() > LongestDecimal + 1)
        return std::nullopt;
    const char *const end = text.data() + text.size();
    const char *const point = findPoint(text, readable);
    const qsizetype wholeCount = point - text.data();
    if (point == end) {
        quint64 number = 0;
        if (wholeCount > LongestDecimal || !readManyDigits(text.data(), end, &number))
            return std::nullopt;
        return divideByPowerOfTen(number, 0);
    }
    const qsizetype fractionCount = end - point - 1;
    quint64 whole = 0;
    quint64 fraction = 0;
    if (wholeCount >= 1 && wholeCount <= LongestNumber && fractionCount >= 1
        && fractionCount <= LongestNumber) {
        if (!readDigits(text.data(), wholeCount, end, &whole)
            || !readDigits(point + 1, fractionCount, readable, &fraction))
            return std::nullopt;
    } else if (text.size() == 1 || !readManyDigits(text.data(), point, &whole)
               || !readManyDigits(point + 1, end, &fraction)) {
        return std::nullopt;
    }
    const quint64 number = whole * PowersOfTen[static_cast<size_t>(fractionCount)] + fraction;
    return divideByPowerOfTen(number, fractionCount);
}

} // namespace

std::optional<double> parseDouble(QByteArrayView text, const char *readable)
{
    const bool isNegative = !text.isEmpty() && text.front() == '-';
    const QByteArrayView digits = isNegative ? text.sliced(1) : text;
    if (const std::optional<double> number = parseDecimal(digits, readable))
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
