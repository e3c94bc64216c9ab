// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>

namespace AsyncMySql::Values {

/// Whether a QJsonValue that is made of \a json, which is valid JSON, has all its numbers as they
/// are: integers of up to 64 bits with sign, and of the others those that a double gives back.
[[nodiscard]] bool holdsJsonNumbers(QByteArrayView json);

} // namespace AsyncMySql::Values
