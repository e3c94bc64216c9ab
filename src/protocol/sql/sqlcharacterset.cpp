// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlcharacterset.h"

#include <algorithm>
#include <iterator>

namespace AsyncMySql::Protocol {

namespace {

// MySQL manual, "Supported Character Sets and Collations". Missing on purpose: big5, cp932,
// gb18030, gbk and sjis, whose characters may end in 0x5C or 0x27, and swe7, which has a letter at
// 0x5C.
constexpr const char *AsciiCompatible[] = {
    "armscii8", "ascii", "binary",   "cp1250",  "cp1251", "cp1256", "cp1257",  "cp850",
    "cp852",    "cp866", "dec8",     "eucjpms", "euckr",  "gb2312", "geostd8", "greek",
    "hebrew",   "hp8",   "keybcs2",  "koi8r",   "koi8u",  "latin1", "latin2",  "latin5",
    "latin7",   "macce", "macroman", "tis620",  "ujis",
};

} // namespace

CharacterSetSafety characterSetSafety(QByteArrayView characterSet)
{
    if (characterSet == "utf8mb4" || characterSet == "utf8mb3" || characterSet == "utf8")
        return CharacterSetSafety::Utf8;
    const bool known = std::any_of(std::begin(AsciiCompatible), std::end(AsciiCompatible),
                                   [&](const char *name) { return characterSet == name; });
    return known ? CharacterSetSafety::AsciiOnly : CharacterSetSafety::Unsafe;
}

} // namespace AsyncMySql::Protocol
