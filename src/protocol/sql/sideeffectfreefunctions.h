// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>

namespace AsyncMySql::Protocol {

/// Whether a parenthesis behind \a word (in upper case) begins nothing that writes, or that depends
/// on the session: \a word is a built-in function of MySQL or MariaDB of that kind, or a keyword.
/// Stored functions may do anything.
bool isSideEffectFreeCall(QByteArrayView word);

} // namespace AsyncMySql::Protocol
