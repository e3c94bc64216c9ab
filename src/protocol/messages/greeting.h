// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "capabilities.h"
#include "servererrors.h"
#include "serverstatus.h"

#include <QtCore/qbytearray.h>

#include <optional>

namespace AsyncMySql::Protocol {

/// The server's first packet (MySQL: "Protocol::HandshakeV10"; MariaDB: "Initial handshake
/// packet").
struct Greeting
{
    /// As people know it: without the "5.5.5-" that MariaDB servers before 11 put in front.
    QByteArray serverVersion;
    /// Whether the server has MariaDB's extension of the protocol. Its version is no proof: what
    /// stands in front of a server shows the version of another.
    bool isMariaDb = false;
    quint32 connectionId = 0;
    /// 20 bytes, without the trailing NUL.
    QByteArray scramble;
    Capabilities capabilities = 0;
    quint8 collation = 0;
    ServerStatus status;
    QByteArray authenticationPlugin;

    [[nodiscard]] static std::optional<Greeting> parse(QByteArrayView payload);
    /// Whose error numbers the server uses. Here the version counts: an error of MariaDB that a
    /// proxy passes on has a number of MariaDB.
    ServerFlavour flavour() const;
};

} // namespace AsyncMySql::Protocol
