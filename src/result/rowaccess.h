// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "resultdata.h"
#include "rowcursor.h"
#include "valueconversion.h"

#include <AsyncMySql/row.h>

namespace AsyncMySql {

inline Row::Row(std::shared_ptr<const Values::ResultData> data)
    : m_data(std::move(data))
    , m_layouts(m_data->columns->layouts(m_data->format))
    , m_columnCount(m_data->columns->size())
    , m_headerSize(m_data->format == Values::RowFormat::Binary
                       ? static_cast<quint16>(m_data->columns->binaryHeaderSize())
                       : 0)
    , m_isBinary(m_data->format == Values::RowFormat::Binary)
{
}

inline Row Row::at(QByteArrayView payload) const
{
    Row row(*this);
    row.m_payload = payload.data();
    row.m_end = payload.data() + payload.size();
    row.goToFirstColumn();
    return row;
}

inline void Row::goToFirstColumn() const
{
    const bool hasHeader = m_headerSize <= m_end - m_payload;
    m_nextColumn = hasHeader ? 0 : m_columnCount; // broken: not even the bitmap of the columns
    m_next = m_payload + (hasHeader ? m_headerSize : 0);
    m_value = nullptr;
}

/// The way most values are read: the column that follows the one before, or is that one. False if
/// it is another, or does not lie within the row.
inline bool Row::stepTo(int column, QByteArrayView *value) const
{
    if (column >= m_columnCount)
        return false;
    if (column != m_nextColumn) {
        if (column < 0 || column != m_nextColumn - 1)
            return false;
        *value = m_value ? QByteArrayView(m_value, m_next) : QByteArrayView();
        return true;
    }
    if (m_isBinary ? !Values::readBinaryColumn(m_payload, column, m_data->columns->traitsAt(column),
                                               &m_next, m_end, value)
                   : !Values::readTextColumn(&m_next, m_end, value))
        return false;
    m_nextColumn = column + 1;
    m_value = value->data();
    return true;
}

/// How the value of \a column lies in the row, if it is the next one.
inline Values::Layout Row::nextLayout(int column) const
{
    return column == m_nextColumn ? m_layouts[column] : Values::Layout::Other;
}

/// The same for the next column, which must lie in the row as characters or the like do: the value
/// is neither NULL nor long.
inline bool Row::stepToShortText(QByteArrayView *text) const
{
    if (m_next == m_end || (m_isBinary && Values::isNullInBinaryRow(m_payload, m_nextColumn)))
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

inline Values::Value Row::describe(int column, QByteArrayView bytes) const
{
    const Values::ValueTraits &traits = m_data->columns->traitsAt(column);
    return {traits.type,     traits.isUnsigned,
            bytes,           m_isBinary ? Values::RowFormat::Binary : Values::RowFormat::Text,
            traits.decimals, traits.minimumDigits,
            traits.bits,     traits.isExpression,
            traits.timeZone};
}

} // namespace AsyncMySql
