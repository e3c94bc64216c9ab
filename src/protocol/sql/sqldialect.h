// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sessiontimezone.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qglobal.h>

namespace AsyncMySql::Protocol {

/// What the live session makes of the text of a statement. Follow it with the status word and the
/// session tracking of every reply: a statement may change it at any time.
struct SqlDialect
{
    /// ServerStatusFlag::NoBackslashEscapes.
    bool noBackslashEscapes = false;
    /// Double quotes are for identifiers: ServerStatusFlag::AnsiQuotes. Of MySQL it is known only
    /// where sql_mode is tracked.
    bool ansiQuotes = false;
    /// The session's character_set_client.
    QByteArray characterSet = QByteArrayLiteral("utf8mb4");
    /// The session's character_set_results; empty where the server sends text as it is stored.
    QByteArray resultCharacterSet = QByteArrayLiteral("utf8mb4");
    /// In which the session reads and writes points in time; null for UTC.
    Values::SessionTimeZonePointer timeZone = {};
    /// What the server makes of executable comments depends on these two.
    bool isMariaDb = false;
    /// As in comments: 100511 for 10.5.11. 0 if it is not known: comments of all versions are taken
    /// for code then.
    quint32 serverVersion = 0;

    /// Compared for every statement: mostly they are copies of each other, and share their text.
    friend bool operator==(const SqlDialect &a, const SqlDialect &b)
    {
        const auto isSame = [](const QByteArray &left, const QByteArray &right) {
            return left.size() == right.size()
                   && (left.constData() == right.constData() || left == right);
        };
        return a.noBackslashEscapes == b.noBackslashEscapes && a.ansiQuotes == b.ansiQuotes
               && a.isMariaDb == b.isMariaDb && a.serverVersion == b.serverVersion
               && a.timeZone == b.timeZone && isSame(a.characterSet, b.characterSet)
               && isSame(a.resultCharacterSet, b.resultCharacterSet);
    }
};

} // namespace AsyncMySql::Protocol
