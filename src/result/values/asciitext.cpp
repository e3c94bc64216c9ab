// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "asciitext.h"

#include "asciicheck.h"
#include "digits.h"

#include <QtCore/qendian.h>

#include <array>
#include <cstring>
#include <utility>

namespace AsyncMySql::Values {

namespace {

/// Of so many characters that compilers make vectors of them.
template <size_t count>
Q_ALWAYS_INLINE void widen(const char *from, char16_t *to)
{
    std::array<uchar, count> bytes;
    std::array<char16_t, count> characters;
    std::memcpy(bytes.data(), from, sizeof(bytes));
    for (size_t i = 0; i < count; ++i)
        characters[i] = bytes[i];
    std::memcpy(to, characters.data(), sizeof(characters));
}

} // namespace

// Looks at the bytes and copies them in one pass. The last eight are copied first, and then those
// in front of them, some of which may be among the last eight, too.
bool fromAscii(QByteArrayView text, QString *to)
{
    const qsizetype size = text.size();
    const char *from = text.data();
    // Most texts that are not ASCII show it soon: no memory for those.
    if (size < 8 || (qFromUnaligned<quint64>(from) & HighBits) != 0) {
        if (!isAscii(text))
            return false;
        *to = QString::fromLatin1(text);
        return true;
    }

    QString result(size, Qt::Uninitialized);
    auto *next = reinterpret_cast<char16_t *>(result.data());
    const char *const last = from + size - 8;
    quint64 all = qFromUnaligned<quint64>(last);
    widen<8>(last, next + size - 8);
    for (; last - from > 8; from += 16, next += 16) {
        all |= qFromUnaligned<quint64>(from) | qFromUnaligned<quint64>(from + 8);
        widen<16>(from, next);
    }
    if (from < last) {
        all |= qFromUnaligned<quint64>(from);
        widen<8>(from, next);
    }
    if ((all & HighBits) != 0)
        return false;
    *to = std::move(result);
    return true;
}

} // namespace AsyncMySql::Values
