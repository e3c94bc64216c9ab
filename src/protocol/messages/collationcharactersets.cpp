// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "textcodec.h"

#include <iterator>

namespace AsyncMySql::Protocol {

namespace {

// The classic collations, from 0 on (information_schema.COLLATIONS). Empty: UTF-8, bytes, none.
constexpr const char *ClassicSets[] = {
    // clang-format off
    "", "big5", "latin2", "dec8", "cp850", "latin1", "hp8", "koi8r", "latin1", "latin2",
    "swe7", "ascii", "ujis", "sjis", "cp1251", "latin1", "hebrew", "", "tis620", "euckr",
    "latin7", "latin2", "koi8u", "cp1251", "gb2312", "greek", "cp1250", "latin2", "gbk", "cp1257",
    "latin5", "latin1", "armscii8", "", "cp1250", "ucs2", "cp866", "keybcs2", "macce", "macroman",
    "cp852", "latin7", "latin7", "macce", "cp1250", "", "", "latin1", "latin1", "latin1",
    "cp1251", "cp1251", "cp1251", "macroman", "utf16", "utf16", "utf16le", "cp1256", "cp1257",
    "cp1257", "utf32", "utf32", "utf16le", "", "armscii8", "ascii", "cp1250", "cp1256", "cp866",
    "dec8", "greek", "hebrew", "hp8", "keybcs2", "koi8r", "koi8u", "", "latin2", "latin5", "latin7",
    "cp850", "cp852", "swe7", "", "big5", "euckr", "gb2312", "gbk", "sjis", "tis620",
    "ucs2", "ujis", "geostd8", "geostd8", "latin1", "cp932", "cp932", "eucjpms", "eucjpms",
    "cp1250",
    // clang-format on
};
static_assert(std::size(ClassicSets) == 100);

struct Range
{
    quint16 first;
    quint16 last;
    const char *characterSet;
};

constexpr Range Ranges[] = {
    {101, 127, "utf16"},   {128, 159, "ucs2"},    {160, 191, "utf32"}, {248, 250, "gb18030"},
    {640, 671, "ucs2"},    {672, 735, "utf16"},   {736, 767, "utf32"}, {2560, 2815, "ucs2"},
    {2816, 3071, "utf16"}, {3072, 3327, "utf32"},
};

} // namespace

QByteArrayView characterSetOfCollation(quint16 id)
{
    // MariaDB's collations without padding are the others, and 1024.
    if (id >= 1024 && id < 2048)
        id = static_cast<quint16>(id - 1024);
    if (id < std::size(ClassicSets))
        return ClassicSets[id];
    for (const Range &range : Ranges) {
        if (id >= range.first && id <= range.last)
            return range.characterSet;
    }
    return {};
}

} // namespace AsyncMySql::Protocol
