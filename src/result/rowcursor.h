// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "columnset.h"

#include <QtCore/qbytearrayview.h>

#include <algorithm>

namespace AsyncMySql::Values {

// What follows reads the value at *next, and goes behind it. It reads nothing at or behind end.
// False if the value does not end there or before; next then stays.

/// A length-encoded string. The bytes 0xFB and 0xFF begin none.
[[nodiscard]] inline bool readLengthEncoded(const char **next, const char *end,
                                            QByteArrayView *value)
{
    const auto *bytes = reinterpret_cast<const uchar *>(*next);
    const qsizetype available = end - *next;
    if (available < 1)
        return false;

    qsizetype prefix = 1;
    quint64 length = bytes[0];
    if (length > 0xFA) {
        if (length == 0xFB || length == 0xFF)
            return false;
        const int width = length == 0xFC ? 2 : length == 0xFD ? 3 : 8;
        prefix += width;
        if (available < prefix)
            return false;
        length = 0;
        for (int i = width; i > 0; --i)
            length = length << 8 | bytes[i];
    }
    if (length > static_cast<quint64>(available - prefix))
        return false;
    *value = QByteArrayView(*next + prefix, static_cast<qsizetype>(length));
    *next += prefix + static_cast<qsizetype>(length);
    return true;
}

/// Goes behind a length-encoded string.
[[nodiscard]] inline bool skipLengthEncoded(const char **next, const char *end)
{
    if (*next != end) {
        const qsizetype length = static_cast<uchar>(**next);
        if (length <= 0xFA && length < end - *next) {
            *next += 1 + length;
            return true;
        }
    }
    QByteArrayView value;
    return readLengthEncoded(next, end, &value);
}

/// Whether what begins at \a value of a text row is NULL.
inline bool isNullInTextRow(const char *value)
{
    return static_cast<uchar>(*value) == 0xFB;
}

/// A value of a text row (MySQL: "Text Resultset Row"): a length-encoded string, or the byte 0xFB
/// for NULL. NULL is a null view; an empty text is not.
[[nodiscard]] inline bool readTextColumn(const char **next, const char *end, QByteArrayView *value)
{
    if (*next != end && isNullInTextRow(*next)) {
        *value = {};
        ++*next;
        return true;
    }
    return readLengthEncoded(next, end, value);
}

/// Where the first value of a binary row begins (MySQL: "Binary Protocol Resultset Row"). In front
/// of it are the byte 0 and a bitmap of the columns that are NULL; its first two bits are no
/// column's.
inline qsizetype binaryRowHeaderSize(int columnCount)
{
    return 1 + (static_cast<uint>(columnCount) + 7 + 2) / 8;
}

/// Asks the bitmap of a \a row of which at least the header is there.
inline bool isNullInBinaryRow(const char *row, int column)
{
    const auto bit = static_cast<uint>(column) + 2;
    return (static_cast<uchar>(row[1 + bit / 8]) >> bit % 8 & 1) != 0;
}

/// The value of \a column in the binary \a row, as readTextColumn() has it.
[[nodiscard]] inline bool readBinaryColumn(const char *row, int column, const ValueTraits &traits,
                                           const char **next, const char *end,
                                           QByteArrayView *value)
{
    if (isNullInBinaryRow(row, column)) {
        *value = {};
        return true;
    }
    const qsizetype width = traits.binaryWidth;
    if (width == ValueTraits::LengthEncoded)
        return readLengthEncoded(next, end, value);
    if (width > end - *next)
        return false;
    *value = QByteArrayView(*next, width);
    *next += width;
    return true;
}

/// Whether \a row consists of exactly \a columnCount values. Asked once, when a row arrives.
[[nodiscard]] inline bool isWellFormedTextRow(QByteArrayView row, int columnCount)
{
    const char *next = row.data();
    const char *const end = next + row.size();
    for (int column = 0; column < columnCount; ++column) {
        if (skipLengthEncoded(&next, end))
            continue;
        if (next == end || !isNullInTextRow(next))
            return false;
        ++next;
    }
    return next == end;
}

/// Whether \a row consists of exactly one value a column. What the values mean is not asked: a date
/// of a wrong length fails when it is read. Asked once, when a row arrives.
[[nodiscard]] inline bool isWellFormedBinaryRow(QByteArrayView row, const ColumnSet &columns)
{
    const int columnCount = columns.size();
    const qsizetype headerSize = binaryRowHeaderSize(columnCount);
    if (row.size() < headerSize || row[0] != 0)
        return false;
    const char *next = row.data() + headerSize;
    const char *const end = row.data() + row.size();

    if (std::all_of(row.data() + 1, next, [](char nulls) { return nulls == 0; })) {
        const quint32 *width = columns.fixedWidths().data();
        const quint32 *const last = width + columns.fixedWidths().size() - 1;
        for (; width != last; ++width) {
            if (*width > end - next)
                return false;
            next += *width;
            if (!skipLengthEncoded(&next, end))
                return false;
        }
        return end - next == *last;
    }

    for (int column = 0; column < columnCount; ++column) {
        QByteArrayView value;
        if (!readBinaryColumn(row.data(), column, columns.traitsAt(column), &next, end, &value))
            return false;
    }
    return next == end;
}

} // namespace AsyncMySql::Values
