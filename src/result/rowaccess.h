// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowcursor.h"
#include "valueconversion.h"

#include <AsyncMySql/row.h>

namespace AsyncMySql {

/// The way most values are read: the column that follows the one before. False if it is another, or
/// does not lie within the row.
inline bool Row::stepTo(int column, QByteArrayView *value) const
{
    if (column != m_nextColumn || column >= m_columnCount)
        return false;
    if (m_isBinary
            ? !Values::readBinaryColumn(m_payload, column, m_traits[column], &m_next, m_end, value)
            : !Values::readTextColumn(&m_next, m_end, value))
        return false;
    m_nextColumn = column + 1;
    m_value = value->data();
    m_valueSize = value->size();
    return true;
}

inline Values::Value Row::describe(int column, QByteArrayView bytes) const
{
    const Values::ValueTraits &traits = m_traits[column];
    return {traits.type,     traits.isUnsigned,
            bytes,           m_isBinary ? Values::RowFormat::Binary : Values::RowFormat::Text,
            traits.decimals, traits.minimumDigits};
}

} // namespace AsyncMySql
