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

/// Why a column cannot have a value, for people, without the value.
struct Refusal
{
    QString reason;
};

using ColumnValue = std::variant<QVariant, Refusal>;

enum class RowAge : quint8 { New, Stored };

/// \a value as \a column has it, in the column's own \a type where that can hold it: texts of views
/// and QML become numbers and dates. Refused is what the column would change, or what a server
/// without strict mode would: numbers out of range or with too many decimals, words that an ENUM or
/// a SET does not have, texts that are too long, and texts that are no number, no date and the
/// like. What is given as a moment or time is cut to the digits of a second that the column has, a
/// word of an ENUM or SET becomes the one that was declared, and a BINARY gets its bytes of 0, so
/// that the model shows what will be stored. Dates and times that are given as texts are those of
/// \a timeZone.
[[nodiscard]] ColumnValue columnValue(const QVariant &value, const TableColumn &column,
                                      QMetaType type, RowAge age,
                                      const QTimeZone &timeZone = QTimeZone::utc());

} // namespace AsyncMySql::Models
