// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>

namespace AsyncMySql::Protocol {

/// How MySQL reads a text that is given for an integer parameter: it goes on with a DECIMAL where
/// the number does not fit into the integer (sql/sql_prepare.cc, check_parameter_types()).
enum class NumericText : unsigned char {
    IntegerOrNone = 0, ///< fits into any BIGINT, or is no number
    Negative = 1,      ///< an integer that does not fit into an unsigned one
    Decimal = 2,       ///< has a point, or is too large
    Exponential = 4,   ///< can be any of them
};

[[nodiscard]] NumericText numericText(QByteArrayView text);

} // namespace AsyncMySql::Protocol
