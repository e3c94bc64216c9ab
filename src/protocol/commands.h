// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "capabilities.h"

#include <QtCore/qbytearray.h>

namespace AsyncMySql::Protocol {

/// The first byte of a command (MySQL: "Command Phase").
enum class Command : quint8 {
    Quit = 0x01,
    InitDatabase = 0x02,
    Query = 0x03,
    Ping = 0x0E,
    ResetConnection = 0x1F,
};

QByteArray quitCommand();
QByteArray initDatabaseCommand(QByteArrayView database);
/// Puts the empty set of query attributes in front of \a sql where \a capabilities has them.
QByteArray queryCommand(QByteArrayView sql, Capabilities capabilities);
QByteArray pingCommand();
QByteArray resetConnectionCommand();

} // namespace AsyncMySql::Protocol
