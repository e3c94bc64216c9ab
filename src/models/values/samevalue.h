// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qvariant.h>

namespace AsyncMySql::Models {

/// Whether the value is sent as NULL: an invalid or null QVariant, null of QML, and a null QString
/// or QByteArray, but not an empty one.
[[nodiscard]] bool isNullValue(const QVariant &value);

/// Whether the server receives the same for both. QVariant compares NULL as 0 and as an empty text.
[[nodiscard]] bool sameValue(const QVariant &left, const QVariant &right);

} // namespace AsyncMySql::Models
