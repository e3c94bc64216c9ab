// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "saslstring.h"

#include <QtCore/qchar.h>
#include <QtCore/qlist.h>
#include <QtCore/qstring.h>

#include <algorithm>
#include <iterator>

namespace AsyncMySql::Protocol {

namespace {

/// RFC 3454, B.1: "commonly mapped to nothing".
bool isIgnored(char16_t c)
{
    constexpr char16_t ignored[]
        = {0x00AD, 0x034F, 0x1806, 0x180B, 0x180C, 0x180D, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF};
    return std::binary_search(std::begin(ignored), std::end(ignored), c)
           || (c >= 0xFE00 && c <= 0xFE0F);
}

/// Its tables C.1.2 and C.2 to C.9, by what Unicode calls their characters.
bool isProhibited(char32_t c)
{
    switch (QChar::category(c)) {
    case QChar::Separator_Space:
        return c != U' ';
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Other_PrivateUse:
        return true;
    default:
        break;
    }
    constexpr char32_t deprecated[] = {0x0340, 0x0341, 0xFFFC, 0xFFFD};
    return QChar::isNonCharacter(c)
           || std::find(std::begin(deprecated), std::end(deprecated), c) != std::end(deprecated)
           // Ideographic description characters.
           || (c >= 0x2FF0 && c <= 0x2FFB);
}

} // namespace

std::optional<QByteArray> saslPrepared(const QString &text)
{
    QString prepared;
    prepared.reserve(text.size());
    for (const QChar c : text) {
        if (c.category() == QChar::Separator_Space)
            prepared += u' ';
        else if (!isIgnored(c.unicode()))
            prepared += c;
    }
    prepared = prepared.normalized(QString::NormalizationForm_KC);
    const QList<uint> characters = prepared.toUcs4();
    if (std::any_of(characters.cbegin(), characters.cend(),
                    [](uint c) { return isProhibited(char32_t(c)); }))
        return std::nullopt;
    return prepared.toUtf8();
}

} // namespace AsyncMySql::Protocol
