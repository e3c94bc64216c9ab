// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bitvalue.h"

#include "textvalue.h"
#include "valueconversion.h"

#include <QtCore/qstring.h>

#include <algorithm>

namespace AsyncMySql::Values {

namespace {

constexpr int MaximumBits = 64;

bool fits(std::optional<quint64> number, int bits)
{
    return number && (bits >= MaximumBits || *number >> bits == 0);
}

/// As servers write a number.
std::optional<quint64> parseDigits(QByteArrayView text)
{
    const bool hasZeros = text.size() > 1 && text.front() == '0';
    return hasZeros ? std::nullopt : parseUnsigned(text);
}

} // namespace

bool hasDigitsOfBits(const Value &value)
{
    if (value.bits == 0 || !fits(parseDigits(value.bytes), value.bits))
        return false;
    const bool canBeBits
        = value.bytes.size() == (value.bits + 7) / 8 && fits(parseBits(value.bytes), value.bits);
    return !canBeBits || value.isExpression;
}

std::optional<quint64> readBits(const Value &value)
{
    if (hasDigitsOfBits(value))
        return parseDigits(value.bytes);
    const qsizetype size = (value.bits + 7) / 8;
    if (size > 0 && value.bytes.size() > size && value.bytes.isValidUtf8()) {
        const QString characters = QString::fromUtf8(value.bytes);
        const auto isByte = [](QChar c) { return c.unicode() <= 0xFF; };
        if (characters.size() == size && std::all_of(characters.begin(), characters.end(), isByte))
            return parseBits(characters.toLatin1());
    }
    return parseBits(value.bytes);
}

} // namespace AsyncMySql::Values
