// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "resultdata.h"
#include "rowcursor.h"
#include "valueconversion.h"

#include <AsyncMySql/rowdecoder_impl.h>

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

/// The same for the next column, which must lie in the row as characters or the like do: the value
/// is neither NULL nor long.
inline bool RowDecoder::stepToShortText(QByteArrayView *text)
{
    if (m_next == m_end || (m_isBinary && isNullInBinaryRow(m_payload, m_nextColumn)))
        return false;
    const qsizetype length = static_cast<uchar>(*m_next);
    if (length > 0xFA || length >= m_end - m_next)
        return false;
    m_value = m_next + 1;
    m_next += 1 + length;
    ++m_nextColumn;
    *text = QByteArrayView(m_value, length);
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
