// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "columnset.h"
#include "digits.h"

#include <QtCore/qalgorithms.h>
#include <QtCore/qbytearrayview.h>

#include <limits>

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

/// Goes behind the length-encoded string at \a position. That may get it behind the end, from where
/// it does not go on.
[[nodiscard]] inline bool skipLengthEncoded(QByteArrayView row, qsizetype *position)
{
    if (*position >= row.size())
        return false;
    const qsizetype length = static_cast<uchar>(row.data()[*position]);
    if (length <= 0xFA) {
        *position += 1 + length;
        return true;
    }
    const char *next = row.data() + *position;
    QByteArrayView value;
    if (!readLengthEncoded(&next, row.data() + row.size(), &value))
        return false;
    *position = next - row.data();
    return true;
}

/// Whether \a row consists of exactly \a columnCount values. Asked once, when a row arrives.
[[nodiscard]] inline bool isWellFormedTextRow(QByteArrayView row, int columnCount)
{
    qsizetype position = 0;
    for (int left = columnCount; left > 0; --left) {
        if (position >= row.size())
            return false;
        const auto length = static_cast<uchar>(row.data()[position]);
        if (length <= 0xFB) // the byte 0xFB stands for NULL
            position += 1 + (length == 0xFB ? 0 : length);
        else if (!skipLengthEncoded(row, &position))
            return false;
    }
    return position == row.size();
}

/// The columns that are NULL in a binary row, one after the other.
class NullColumns
{
public:
    /// The row must have its header.
    NullColumns(QByteArrayView row, qsizetype headerSize)
        : m_bitmap(row.data() + 1)
        , m_left(headerSize - 1)
    {
        readWord(row.size() - 1);
        m_word &= ~quint64(3); // they are no column's
    }

    /// Behind all columns if there is none any more.
    int next()
    {
        while (m_word == 0) {
            if (m_left == 0)
                return std::numeric_limits<int>::max();
            readWord(m_left);
        }
        const int column = m_base + static_cast<int>(qCountTrailingZeroBits(m_word));
        m_word &= m_word - 1;
        return column;
    }

private:
    void readWord(qsizetype readable)
    {
        constexpr qsizetype wordSize = sizeof(m_word);
        const qsizetype size = qMin(m_left, wordSize);
        m_word = readable < wordSize ? readUpToEight(m_bitmap, size)
                                     : qFromLittleEndian<quint64>(m_bitmap) << 8 * (wordSize - size)
                                           >> 8 * (wordSize - size);
        m_bitmap += size;
        m_left -= size;
        m_base += 64;
    }

    const char *m_bitmap;
    qsizetype m_left;
    quint64 m_word = 0;
    int m_base = -64 - 2;
};

/// Whether \a row consists of exactly one value a column. What the values mean is not asked: a date
/// of a wrong length fails when it is read. Asked once, when a row arrives.
[[nodiscard]] inline bool isWellFormedBinaryRow(QByteArrayView row, const ColumnSet &columns)
{
    const qsizetype headerSize = columns.binaryHeaderSize();
    if (row.size() < headerSize || row[0] != 0)
        return false;
    qsizetype position = headerSize;
    NullColumns nulls(row, headerSize);
    int null = nulls.next();
    const ColumnSet::FixedRun *run = columns.fixedRuns().data();
    const ColumnSet::FixedRun *const last = &columns.fixedRuns().back();
    for (;; ++run) {
        position += run->width;
        for (; null < run->end; null = nulls.next())
            position -= columns.traitsAt(null).binaryWidth;
        if (run == last)
            return position == row.size();
        if (null == run->end)
            null = nulls.next();
        else if (!skipLengthEncoded(row, &position))
            return false;
    }
}

} // namespace AsyncMySql::Values
