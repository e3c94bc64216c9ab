// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "tablecolumn.h"

#include <QtCore/qmetatype.h>
#include <QtCore/qstring.h>
#include <QtCore/qtimezone.h>
#include <QtCore/qvariant.h>

#include <variant>

namespace AsyncMySql::Models {

/// The reason why a column cannot have a value, in plain words, without the value.
struct Refusal
{
    QString reason;
};

using ColumnValue = std::variant<QVariant, Refusal>;

enum class RowAge : quint8 { New, Stored };

/// Returns \a value as \a column stores it, in the column's \a type if that can hold it: texts of
/// views and QML become numbers and dates. Refuses values that the column, or a server without
/// strict mode, would change: numbers out of range or with too many decimals, words that are not in
/// an ENUM or SET, texts that are too long, and texts that are not a number or date. Moments and
/// times are truncated to the fractional digits of the column, a word of an ENUM or SET becomes the
/// declared one, and a BINARY is padded with zero bytes, so that the model shows the value that
/// will be stored. Dates and times as text are those of \a timeZone.
[[nodiscard]] ColumnValue columnValue(const QVariant &value, const TableColumn &column,
                                      QMetaType type, RowAge age,
                                      const QTimeZone &timeZone = QTimeZone::utc());

} // namespace AsyncMySql::Models
