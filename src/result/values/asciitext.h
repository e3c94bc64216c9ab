// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>
#include <QtCore/qstring.h>

namespace AsyncMySql::Values {

/// False if \a text is not all ASCII.
[[nodiscard]] bool fromAscii(QByteArrayView text, QString *to);

} // namespace AsyncMySql::Values
