// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>

namespace AsyncMySql::Values {

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
    [[nodiscard]] bool next(QByteArrayView *value);

    qsizetype offset() const { return m_offset; }
    bool atEnd() const { return m_offset == m_payload.size(); }

private:
    QByteArrayView m_payload;
    qsizetype m_offset;
};

inline bool TextRowCursor::next(QByteArrayView *value)
{
    const auto *bytes = reinterpret_cast<const uchar *>(m_payload.data()) + m_offset;
    const qsizetype available = m_payload.size() - m_offset;
    if (available < 1)
        return false;

    qsizetype prefix = 1;
    quint64 length = bytes[0];
    if (length > 0xFA) {
        if (length == 0xFB) {
            *value = {};
            m_offset += prefix;
            return true;
        }
        if (length == 0xFF)
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
    *value = m_payload.sliced(m_offset + prefix, static_cast<qsizetype>(length));
    m_offset += prefix + static_cast<qsizetype>(length);
    return true;
}

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

} // namespace AsyncMySql::Values
