// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "columnvalue.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qtimezone.h>

namespace AsyncMySql::Models {

/// Returns when clocks in \a timeZone show \a date and \a time, in UTC; invalid if they skip it.
[[nodiscard]] QDateTime momentOf(QDate date, QTime time, const QTimeZone &timeZone);

// columnValue() for columns of dates and times and values that are not null. A QDateTime is a
// moment, which must be midnight in UTC for a DATE. Texts have the format of the server; seconds,
// and the time of a DATETIME, can be omitted.
[[nodiscard]] ColumnValue dateValue(const QVariant &value);
[[nodiscard]] ColumnValue dateTimeValue(const QVariant &value, const TableColumn &column,
                                        const QTimeZone &timeZone);
[[nodiscard]] ColumnValue timeValue(const QVariant &value, const TableColumn &column);

} // namespace AsyncMySql::Models
