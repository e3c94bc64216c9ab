// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "columnvalue.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qtimezone.h>

namespace AsyncMySql::Models {

/// When the clocks of \a timeZone show \a date and \a time, in UTC; invalid if they leave them out.
[[nodiscard]] QDateTime momentOf(QDate date, QTime time, const QTimeZone &timeZone);

// columnValue() for columns of dates and times, of values that are not null. A QDateTime is a
// moment. Of a DATE it must be midnight in UTC. Texts are as the server writes them; seconds, and
// the time of a DATETIME, may be left out.
[[nodiscard]] ColumnValue dateValue(const QVariant &value);
[[nodiscard]] ColumnValue dateTimeValue(const QVariant &value, const TableColumn &column,
                                        const QTimeZone &timeZone);
[[nodiscard]] ColumnValue timeValue(const QVariant &value, const TableColumn &column);

} // namespace AsyncMySql::Models
