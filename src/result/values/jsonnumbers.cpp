// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jsonnumbers.h"

#include "digits.h"
#include "textvalue.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qlocale.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>

namespace AsyncMySql::Values {

namespace {

/// Every decimal number of so many digits comes back from a double
/// (std::numeric_limits<double>::digits10), and every integer of so many from a qint64.
constexpr qsizetype SafeDecimalSize = 15;
constexpr qsizetype SafeIntegerSize = 18;

bool belongsToNumber(char c)
{
    return isDigit(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
}

/// A number without its sign: its digits from the first to the last one that is not 0, and the
/// power of ten behind them.
struct Decimal
{
    QByteArray digits;
    qint64 exponent = 0;

    friend bool operator==(const Decimal &, const Decimal &) = default;
};

std::optional<Decimal> toDecimal(QByteArrayView number)
{
    Decimal decimal;
    bool isFraction = false;
    qsizetype next = number.startsWith('-') ? 1 : 0;
    for (; next < number.size() && number[next] != 'e' && number[next] != 'E'; ++next) {
        if (number[next] == '.') {
            isFraction = true;
            continue;
        }
        if (!decimal.digits.isEmpty() || number[next] != '0')
            decimal.digits += number[next];
        decimal.exponent -= isFraction ? 1 : 0;
    }
    if (next < number.size()) {
        QByteArrayView power = number.sliced(next + 1);
        if (power.startsWith('+'))
            power = power.sliced(1);
        int exponent = 0;
        const char *const end = power.data() + power.size();
        const auto read = std::from_chars(power.data(), end, exponent);
        if (read.ec != std::errc() || read.ptr != end)
            return std::nullopt;
        decimal.exponent += exponent;
    }
    while (decimal.digits.endsWith('0')) {
        decimal.digits.chop(1);
        ++decimal.exponent;
    }
    if (decimal.digits.isEmpty())
        decimal.exponent = 0;
    return decimal;
}

bool holdsNumber(QByteArrayView number)
{
    const bool isInteger = !number.contains('.') && !number.contains('e') && !number.contains('E');
    if (isInteger && number.size() <= SafeIntegerSize)
        return true;
    if (isInteger && parseSigned(number))
        return true;
    const bool hasExponent = number.contains('e') || number.contains('E');
    if (!hasExponent && number.size() <= SafeDecimalSize + 1)
        return true; // one of them is the point
    const std::optional<double> nearest = parseDouble(number);
    if (!nearest || !std::isfinite(*nearest))
        return false;
    return toDecimal(number)
           == toDecimal(QByteArray::number(*nearest, 'e', QLocale::FloatingPointShortest));
}

/// The position behind the string that begins at \a begin.
qsizetype behindString(QByteArrayView json, qsizetype begin)
{
    qsizetype next = begin + 1;
    while (next < json.size() && json[next] != '"')
        next += json[next] == '\\' ? 2 : 1;
    return next + 1;
}

} // namespace

bool holdsJsonNumbers(QByteArrayView json)
{
    qsizetype next = 0;
    while (next < json.size()) {
        const char c = json[next];
        if (c == '"') {
            next = behindString(json, next);
        } else if (c == '-' || isDigit(c)) {
            const qsizetype begin = next;
            while (next < json.size() && belongsToNumber(json[next]))
                ++next;
            if (!holdsNumber(json.sliced(begin, next - begin)))
                return false;
        } else {
            ++next;
        }
    }
    return true;
}

} // namespace AsyncMySql::Values
