// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>

namespace AsyncMySql::Protocol {

/// What may be written into a statement that the server reads in a given character_set_client.
enum class CharacterSetSafety : quint8 {
    Unsafe,    ///< a quote or a backslash may be half a character there, or is unknown: nothing
    AsciiOnly, ///< other characters would be read as something else
    Utf8,      ///< everything
};

CharacterSetSafety characterSetSafety(QByteArrayView characterSet);

} // namespace AsyncMySql::Protocol
