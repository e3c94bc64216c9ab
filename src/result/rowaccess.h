// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "resultdata.h"
#include "rowcursor.h"
#include "valueconversion.h"

#include <AsyncMySql/row.h>

namespace AsyncMySql {

inline Row::Row(std::shared_ptr<const Values::ResultData> data, QByteArrayView payload)
    : m_data(std::move(data))
    , m_layouts(m_data->columns->layouts(m_data->format))
    , m_payload(payload.data())
    , m_end(payload.data() + payload.size())
    , m_columnCount(m_data->columns->size())
    , m_isBinary(m_data->format == Values::RowFormat::Binary)
{
    goToFirstColumn();
}

inline void Row::goToFirstColumn() const
{
    m_nextColumn = 0;
    m_next = m_payload;
    m_value = nullptr;
    if (!m_isBinary)
        return;
    const qsizetype headerSize = Values::binaryRowHeaderSize(m_columnCount);
    if (headerSize <= m_end - m_payload)
        m_next += headerSize;
    else
        m_nextColumn = m_columnCount; // broken: not even the bitmap of the columns is there
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

/// The same in a text row, for a short value of a column of this \a layout that is not NULL.
inline bool Row::stepToText(int column, Values::Layout layout, QByteArrayView *text) const
{
    if (column != m_nextColumn || m_layouts[column] != layout || m_next == m_end)
        return false;
    const qsizetype length = static_cast<uchar>(*m_next);
    if (length > 0xFA || length >= m_end - m_next)
        return false;
    m_value = m_next + 1;
    m_next += 1 + length;
    m_nextColumn = column + 1;
    *text = QByteArrayView(m_value, length);
    return true;
}

inline Values::Value Row::describe(int column, QByteArrayView bytes) const
{
    const Values::ValueTraits &traits = m_data->columns->traitsAt(column);
    return {traits.type,     traits.isUnsigned,
            bytes,           m_isBinary ? Values::RowFormat::Binary : Values::RowFormat::Text,
            traits.decimals, traits.minimumDigits};
}

} // namespace AsyncMySql
