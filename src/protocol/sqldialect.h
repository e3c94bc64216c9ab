// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sessiontimezone.h"

#include <QtCore/qbytearray.h>

namespace AsyncMySql::Protocol {

/// What the live session makes of the text of a statement. Follow it with the status word and the
/// session tracking of every reply: a statement may change it at any time.
struct SqlDialect
{
    /// ServerStatusFlag::NoBackslashEscapes.
    bool noBackslashEscapes = false;
    /// Double quotes are for identifiers: ServerStatusFlag::AnsiQuotes. MySQL does not tell.
    bool ansiQuotes = false;
    /// The session's character_set_client.
    QByteArray characterSet = QByteArrayLiteral("utf8mb4");

    /// In which the session reads and writes points in time; null for UTC.
    Values::SessionTimeZonePointer timeZone = {};

    friend bool operator==(const SqlDialect &, const SqlDialect &) = default;
};

} // namespace AsyncMySql::Protocol
