// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "calendarfields.h"

#include <QtCore/qbytearrayview.h>

#include <chrono>
#include <optional>

/// Single values in the text form in which servers send them. All parsers are strict: the whole
/// text must be of the form, without spaces or signs that no server writes.
namespace AsyncMySql::Values {

std::optional<qint64> parseSigned(QByteArrayView text);
std::optional<quint64> parseUnsigned(QByteArrayView text);
std::optional<double> parseDouble(QByteArrayView text);

/// "YYYY-MM-DD"; zeros are accepted in every part.
std::optional<CalendarFields> parseDate(QByteArrayView text);
/// "YYYY-MM-DD hh:mm:ss" with up to six digits of fraction.
std::optional<CalendarFields> parseDateTime(QByteArrayView text);
/// "[-]hh[h]:mm:ss" with up to six digits of fraction, as far as 838:59:59.999999.
std::optional<std::chrono::microseconds> parseTime(QByteArrayView text);

/// BIT(1) to BIT(64): up to eight bytes, the most significant first.
std::optional<quint64> parseBits(QByteArrayView bytes);

} // namespace AsyncMySql::Values
