// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "digits.h"

#include <QtCore/qbytearrayview.h>

namespace AsyncMySql::Values {

/// Most texts are, and those need no decoder and no check.
inline bool isAscii(QByteArrayView text)
{
    const char *next = text.data();
    const qsizetype size = text.size();
    if (size < 8)
        return size == 0 || (readUpToEight(next, size) & HighBits) == 0;
    const char *const last = next + size - 8;
    quint64 all = qFromUnaligned<quint64>(last);
    for (; next < last; next += 8)
        all |= qFromUnaligned<quint64>(next);
    return (all & HighBits) == 0;
}

} // namespace AsyncMySql::Values
