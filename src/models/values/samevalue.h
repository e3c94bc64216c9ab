// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qvariant.h>

namespace AsyncMySql::Models {

/// Whether the server is given NULL for it: an invalid or null QVariant, null of QML, and a null
/// QString or QByteArray, which are not empty ones.
[[nodiscard]] bool isNullValue(const QVariant &value);

/// Whether the two are the same to the server. QVariant takes NULL for 0 and for an empty text.
[[nodiscard]] bool sameValue(const QVariant &left, const QVariant &right);

} // namespace AsyncMySql::Models
