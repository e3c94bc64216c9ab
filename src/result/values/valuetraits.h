// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/column.h>

#include <QtCore/qglobal.h>

namespace AsyncMySql::Values {

class SessionTimeZone;
struct ColumnInfo;

enum class RowFormat : quint8 {
    Text,   ///< every value as length-encoded text
    Binary, ///< prepared statements: a NULL bitmap and binary values
};

/// What reading the values of a column needs to know of it.
struct ValueTraits
{
    /// A binaryWidth: the value is a length-encoded string.
    static constexpr quint8 LengthEncoded = 0xFF;

    Column::Type type = Column::Type::Unknown;
    bool isUnsigned = false;
    /// How many bytes each value takes in a binary row.
    quint8 binaryWidth = LengthEncoded;
    /// Digits behind the point of a second.
    quint8 decimals = 0;
    /// ZEROFILL: how many digits a number has as text at the least.
    quint8 minimumDigits = 0;
    /// BIT: how many bits there are, and whether the server calls it an expression. See readBits().
    quint8 bits = 0;
    bool isExpression = false;
    /// Of points in time; null where they are in UTC.
    const SessionTimeZone *timeZone = nullptr;
};

/// \a timeZone must be there for as long as the traits are.
ValueTraits valueTraits(const ColumnInfo &column, const SessionTimeZone *timeZone = nullptr);

enum class Layout : quint8;
Layout binaryLayout(const ValueTraits &traits);
Layout textLayout(const ValueTraits &traits);

} // namespace AsyncMySql::Values
