// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/row.h>

#include <QtCore/qtimezone.h>
#include <QtCore/qvariant.h>

namespace AsyncMySql::Models {

/// The cell for the editors of item delegates, which give back what they were given unless the user
/// changes it: in a type for which they have an editor that holds all of it, or else as the text
/// that the server has. Invalid for NULL, which gets an empty line.
[[nodiscard]] QVariant editorValue(const Row &row, int column);
/// The same for a value that is not of a row yet.
[[nodiscard]] QVariant editorValue(const QVariant &value);

/// What an editor gives back: of a date and time what the user has seen there, whatever its zone,
/// as the moment at which the clocks of \a timeZone show it. A text if they do not.
[[nodiscard]] QVariant editedValue(const QVariant &value, const QTimeZone &timeZone);

/// A moment as the clocks of \a timeZone show it; all other values as they are.
[[nodiscard]] QVariant inTimeZone(const QVariant &value, const QTimeZone &timeZone);

/// Whether editors for texts, numbers and dates can do something with values of this type.
[[nodiscard]] bool hasEditor(QMetaType type);

/// Whether a line editor takes all of the text.
[[nodiscard]] bool fitsIntoEditor(const Row &row, int column);

} // namespace AsyncMySql::Models
