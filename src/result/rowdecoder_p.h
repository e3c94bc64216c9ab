// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "asciitext.h"
#include "resultdata.h"
#include "rowcursor.h"
#include "textvalue.h"
#include "valueconversion.h"

#include <AsyncMySql/rowdecoder_impl.h>

#include <QtCore/qbytearrayview.h>
#include <QtCore/qstring.h>

#include <optional>

namespace AsyncMySql::Values {

inline RowDecoder::RowDecoder(std::shared_ptr<const ResultData> data)
    : m_data(std::move(data))
    , m_layouts(m_data->columns->layouts(m_data->format))
    , m_columnCount(m_data->columns->size())
    , m_headerSize(m_data->format == RowFormat::Binary
                       ? static_cast<quint16>(m_data->columns->binaryHeaderSize())
                       : 0)
    , m_isBinary(m_data->format == RowFormat::Binary)
{
}

inline void RowDecoder::setRow(QByteArrayView payload)
{
    m_payload = payload.data();
    m_end = payload.data() + payload.size();
    goToFirstColumn();
}

inline bool RowDecoder::hasColumn(int column) const
{
    const bool exists = column >= 0 && column < m_columnCount;
    Q_ASSERT_X(exists, "AsyncMySql::Row", "no such column");
    return exists;
}

inline QByteArrayView RowDecoder::bytes(int column)
{
    return hasColumn(column) ? locate(column) : QByteArrayView();
}

inline void RowDecoder::goToFirstColumn()
{
    const bool hasHeader = m_headerSize <= m_end - m_payload;
    m_nextColumn = hasHeader ? 0 : m_columnCount; // broken: not even the bitmap of the columns
    m_next = m_payload + (hasHeader ? m_headerSize : 0);
    m_value = nullptr;
}

/// The way most values are read: the column that follows the one before, or is that one. False if
/// it is another, or does not lie within the row.
inline bool RowDecoder::stepTo(int column, QByteArrayView *value)
{
    if (column >= m_columnCount)
        return false;
    if (column != m_nextColumn) {
        if (column < 0 || column != m_nextColumn - 1)
            return false;
        *value = m_value ? QByteArrayView(m_value, m_next) : QByteArrayView();
        return true;
    }
    if (m_isBinary ? !readBinaryColumn(m_payload, column, m_data->columns->traitsAt(column),
                                       &m_next, m_end, value)
                   : !readTextColumn(&m_next, m_end, value))
        return false;
    m_nextColumn = column + 1;
    m_value = value->data();
    return true;
}

/// How the value of \a column lies in the row, if it is the next one.
inline Layout RowDecoder::nextLayout(int column) const
{
    return column == m_nextColumn ? m_layouts[column] : Layout::Other;
}

/// The characters of the next column, which must lie in the row as such. False if they are many or
/// not all there, or if this is the NULL of a text row.
Q_ALWAYS_INLINE bool RowDecoder::peekShortText(QByteArrayView *text) const
{
    constexpr qsizetype longest = 0xFA;
    const qsizetype available = m_end - m_next - 1;
    if (available < 0)
        return false;
    const qsizetype length = static_cast<uchar>(*m_next);
    *text = QByteArrayView(m_next + 1, length);
    return length <= qMin(available, longest);
}

/// The \a value of the next column was read.
Q_ALWAYS_INLINE void RowDecoder::goBehind(QByteArrayView value)
{
    m_value = value.data();
    m_next = value.data() + value.size();
    ++m_nextColumn;
}

/// Goes behind the next column, which must exist, if it is NULL.
Q_ALWAYS_INLINE bool RowDecoder::stepOverNull()
{
    if (m_isBinary ? !isNullInBinaryRow(m_payload, m_nextColumn)
                   : m_next == m_end || !isNullInTextRow(m_next))
        return false;
    m_next += m_isBinary ? 0 : 1;
    m_value = nullptr;
    ++m_nextColumn;
    return true;
}

// What follows reads the next column where its layout is the right one, and most values of it. If
// they return false, they have read nothing.

/// SignedDigits and UnsignedDigits
template <typename Integer>
Q_ALWAYS_INLINE bool RowDecoder::readDigits(Integer minimum, Integer maximum, Integer *value)
{
    QByteArrayView text;
    Integer number = 0;
    if (!peekShortText(&text) || !readShortInteger(text, m_end, &number) || number < minimum
        || number > maximum)
        return false;
    *value = number;
    goBehind(text);
    return true;
}

/// FloatingDigits and DecimalDigits
Q_ALWAYS_INLINE bool RowDecoder::readDigits(double *value)
{
    QByteArrayView text;
    if (!peekShortText(&text) || (m_isBinary && isNullInBinaryRow(m_payload, m_nextColumn)))
        return false;
    const std::optional<double> number = parseDouble(text, m_end);
    if (!number)
        return false;
    *value = *number;
    goBehind(text);
    return true;
}

/// Characters
Q_ALWAYS_INLINE bool RowDecoder::readAscii(QString *value)
{
    QByteArrayView text;
    if (!peekShortText(&text) || (m_isBinary && isNullInBinaryRow(m_payload, m_nextColumn))
        || !fromAscii(text, value))
        return false;
    goBehind(text);
    return true;
}

/// DateTimeDigits and DateTime
Q_ALWAYS_INLINE bool RowDecoder::readMoment(Layout layout, SysTime *value)
{
    if (layout == Layout::DateTime)
        return readNext(m_nextColumn, value);
    QByteArrayView text;
    if (layout != Layout::DateTimeDigits || !peekShortText(&text))
        return false;
    const std::optional<SysTime> time = parseTimePoint(text);
    if (!time)
        return false;
    *value = *time;
    goBehind(text);
    return true;
}

inline Value RowDecoder::describe(int column, QByteArrayView bytes) const
{
    const ValueTraits &traits = m_data->columns->traitsAt(column);
    return {traits.type,     traits.isUnsigned,
            bytes,           m_isBinary ? RowFormat::Binary : RowFormat::Text,
            traits.decimals, traits.minimumDigits,
            traits.bits,     traits.isExpression,
            traits.timeZone};
}

} // namespace AsyncMySql::Values
