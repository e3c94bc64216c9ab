// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "numerictext.h"

#include "digits.h"

namespace AsyncMySql::Protocol {

namespace {

/// Every number with so many digits fits into a BIGINT.
constexpr qsizetype DigitsOfAnyBigInt = 18;

bool isSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

qsizetype skipDigits(QByteArrayView text, qsizetype at)
{
    while (at < text.size() && Values::isDigit(text[at]))
        ++at;
    return at;
}

} // namespace

NumericText numericText(QByteArrayView text)
{
    qsizetype at = 0;
    while (at < text.size() && isSpace(text[at]))
        ++at;
    const bool isNegative = at < text.size() && text[at] == '-';
    if (isNegative || (at < text.size() && text[at] == '+'))
        ++at;

    while (at < text.size() && text[at] == '0')
        ++at;
    const qsizetype integer = at;
    at = skipDigits(text, at);
    const qsizetype digits = at - integer;
    const bool hasPoint = at < text.size() && text[at] == '.';
    if (hasPoint)
        at = skipDigits(text, at + 1);
    if (at == 0 || (!Values::isDigit(text[at - 1]) && text[at - 1] != '.'))
        return NumericText::IntegerOrNone;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E'))
        return NumericText::Exponential;
    while (at < text.size() && isSpace(text[at]))
        ++at;
    if (at < text.size())
        return NumericText::IntegerOrNone;
    if (hasPoint || digits > DigitsOfAnyBigInt)
        return NumericText::Decimal;
    return isNegative ? NumericText::Negative : NumericText::IntegerOrNone;
}

} // namespace AsyncMySql::Protocol
