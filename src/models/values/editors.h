// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/row.h>

#include <QtCore/qtimezone.h>
#include <QtCore/qvariant.h>

namespace AsyncMySql::Models {

/// Returns the value of a cell for the editors of item delegates, which return it unless the user
/// changes it: in a type whose editor can hold it exactly, or else as the text in the server.
/// Invalid for NULL, which is an empty line.
[[nodiscard]] QVariant editorValue(const Row &row, int column);
/// The same for a value that is not in a row yet.
[[nodiscard]] QVariant editorValue(const QVariant &value);

/// Returns the value of an editor. For a date and time, the moment at which clocks in \a timeZone
/// show the digits that the user has seen, or a text if there is none.
[[nodiscard]] QVariant editedValue(const QVariant &value, const QTimeZone &timeZone);

/// Returns a moment as clocks in \a timeZone show it, and all other values unchanged.
[[nodiscard]] QVariant inTimeZone(const QVariant &value, const QTimeZone &timeZone);

/// Whether editors for texts, numbers and dates support values of this type.
[[nodiscard]] bool hasEditor(QMetaType type);

/// Whether a line editor can hold the whole text.
[[nodiscard]] bool fitsIntoEditor(const Row &row, int column);

} // namespace AsyncMySql::Models
