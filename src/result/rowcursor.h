// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "columnset.h"

#include <QtCore/qbytearrayview.h>

namespace AsyncMySql::Values {

/// Reads the length-encoded string at \a offset of \a payload, and goes behind it. False if it does
/// not lie within the payload, or is the byte 0xFB or 0xFF, which no string begins with.
[[nodiscard]] inline bool readLengthEncoded(QByteArrayView payload, qsizetype *offset,
                                            QByteArrayView *value)
{
    const auto *bytes = reinterpret_cast<const uchar *>(payload.data()) + *offset;
    const qsizetype available = payload.size() - *offset;
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
    *value = QByteArrayView(bytes + prefix, static_cast<qsizetype>(length));
    *offset += prefix + static_cast<qsizetype>(length);
    return true;
}

/// Walks over the columns of a text row (MySQL: "Text Resultset Row"): each is a length-encoded
/// string, or the byte 0xFB for NULL. It never leaves the payload, whatever the bytes say.
class TextRowCursor
{
public:
    explicit TextRowCursor(QByteArrayView payload, qsizetype offset = 0)
        : m_payload(payload)
        , m_offset(offset)
    {
    }

    /// Reads the column at offset(), and goes to the next one. NULL is a null view; an empty text
    /// is not. False if the column does not lie within the row; the cursor then stays.
    [[nodiscard]] bool next(QByteArrayView *value)
    {
        if (m_offset < m_payload.size() && static_cast<uchar>(m_payload[m_offset]) == 0xFB) {
            *value = {};
            ++m_offset;
            return true;
        }
        return readLengthEncoded(m_payload, &m_offset, value);
    }

    qsizetype offset() const { return m_offset; }
    bool atEnd() const { return m_offset == m_payload.size(); }

private:
    QByteArrayView m_payload;
    qsizetype m_offset;
};

/// The same for a binary row (MySQL: "Binary Protocol Resultset Row"): the byte 0, a bitmap of the
/// columns that are NULL, and the values of all others.
class BinaryRowCursor
{
public:
    /// \a payload must have a header.
    BinaryRowCursor(QByteArrayView payload, qsizetype offset)
        : m_payload(payload)
        , m_offset(offset)
    {
    }

    /// Where the first value begins. The first two bits of the bitmap are no column's.
    static qsizetype headerSize(int columnCount) { return 1 + (columnCount + 7 + 2) / 8; }
    static bool hasHeader(QByteArrayView payload, int columnCount)
    {
        return payload.size() >= headerSize(columnCount) && payload[0] == 0;
    }

    /// Reads \a column, which must be the one at offset(), as TextRowCursor does.
    [[nodiscard]] bool next(int column, const ValueTraits &traits, QByteArrayView *value)
    {
        const int bit = column + 2;
        if ((static_cast<uchar>(m_payload[1 + bit / 8]) >> bit % 8 & 1) != 0) {
            *value = {};
            return true;
        }
        if (traits.binaryWidth == ValueTraits::LengthEncoded)
            return readLengthEncoded(m_payload, &m_offset, value);
        const qsizetype width = traits.binaryWidth;
        if (width > m_payload.size() - m_offset)
            return false;
        *value = m_payload.sliced(m_offset, width);
        m_offset += width;
        return true;
    }

    qsizetype offset() const { return m_offset; }
    bool atEnd() const { return m_offset == m_payload.size(); }

private:
    QByteArrayView m_payload;
    qsizetype m_offset;
};

/// Whether \a payload consists of exactly \a columnCount values. Asked once, when a row arrives.
[[nodiscard]] inline bool isWellFormedTextRow(QByteArrayView payload, int columnCount)
{
    TextRowCursor cursor(payload);
    QByteArrayView value;
    for (int column = 0; column < columnCount; ++column) {
        if (!cursor.next(&value))
            return false;
    }
    return cursor.atEnd();
}

/// Whether \a payload consists of exactly one value a column. What the values mean is not asked:
/// a date of a wrong length fails when it is read.
[[nodiscard]] inline bool isWellFormedBinaryRow(QByteArrayView payload, const ColumnSet &columns)
{
    const int columnCount = columns.size();
    if (!BinaryRowCursor::hasHeader(payload, columnCount))
        return false;
    BinaryRowCursor cursor(payload, BinaryRowCursor::headerSize(columnCount));
    QByteArrayView value;
    for (int column = 0; column < columnCount; ++column) {
        if (!cursor.next(column, columns.traitsAt(column), &value))
            return false;
    }
    return cursor.atEnd();
}

} // namespace AsyncMySql::Values
