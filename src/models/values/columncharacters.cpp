// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "columncharacters.h"

#include <algorithm>

namespace AsyncMySql::Models {

using namespace Qt::StringLiterals;

namespace {

enum class CharacterSet { Unicode, BasicPlane, Latin1, Ascii, Unknown };

/// A collation begins with the name of its character set.
CharacterSet characterSetOf(const QString &collation)
{
    const QString name = collation.section(u'_', 0, 0).toLower();
    if (name == "utf8mb4"_L1 || name.isEmpty())
        return CharacterSet::Unicode;
    if (name == "utf8mb3"_L1 || name == "utf8"_L1 || name == "ucs2"_L1)
        return CharacterSet::BasicPlane;
    if (name == "latin1"_L1)
        return CharacterSet::Latin1;
    return name == "ascii"_L1 ? CharacterSet::Ascii : CharacterSet::Unknown;
}

/// The servers' latin1 is Windows-1252, with control characters for its undefined bytes.
bool isLatin1(QChar c)
{
    static const QString more
        = u"\u20AC\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039"
          "\u0152\u017D\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122"
          "\u0161\u203A\u0153\u017E\u0178\u0081\u008D\u008F\u0090\u009D"_s;
    return c.unicode() < 0x80 || (c.unicode() >= 0xA0 && c.unicode() <= 0xFF) || more.contains(c);
}

} // namespace

bool hasCharacters(const QString &collation, const QString &text)
{
    switch (characterSetOf(collation)) {
    case CharacterSet::Unicode:
    case CharacterSet::Unknown:
        return true;
    case CharacterSet::BasicPlane:
        return std::none_of(text.begin(), text.end(), [](QChar c) { return c.isSurrogate(); });
    case CharacterSet::Latin1:
        return std::all_of(text.begin(), text.end(), isLatin1);
    case CharacterSet::Ascii:
        return std::all_of(text.begin(), text.end(), [](QChar c) { return c.unicode() < 0x80; });
    }
    Q_UNREACHABLE();
}

qsizetype sizeInBytes(const QString &collation, const QString &text)
{
    const CharacterSet characterSet = characterSetOf(collation);
    const bool isUtf8 = characterSet == CharacterSet::Unicode
                        || (characterSet == CharacterSet::BasicPlane
                            && collation.startsWith("utf8"_L1, Qt::CaseInsensitive));
    return isUtf8 ? text.toUtf8().size() : characterCount(text);
}

qsizetype characterCount(const QString &text)
{
    return text.size()
           - std::count_if(text.begin(), text.end(), [](QChar c) { return c.isLowSurrogate(); });
}

} // namespace AsyncMySql::Models
