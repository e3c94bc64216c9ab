// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qflags.h>

namespace AsyncMySql::Protocol {

/// The status word of OK and EOF packets.
enum class ServerStatusFlag : quint16 {
    InTransaction = 0x0001,
    AutoCommit = 0x0002,
    MoreResultsExist = 0x0008,
    CursorExists = 0x0040,
    LastRowSent = 0x0080,
    DatabaseDropped = 0x0100,
    NoBackslashEscapes = 0x0200,
    MetadataChanged = 0x0400,
    OutParameters = 0x1000,
    InReadOnlyTransaction = 0x2000,
    SessionStateChanged = 0x4000,
    /// MariaDB only.
    AnsiQuotes = 0x8000,
};
Q_DECLARE_FLAGS(ServerStatus, ServerStatusFlag)
Q_DECLARE_OPERATORS_FOR_FLAGS(ServerStatus)

} // namespace AsyncMySql::Protocol
