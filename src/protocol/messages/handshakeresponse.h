// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "capabilities.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qlist.h>

#include <utility>

namespace AsyncMySql::Protocol {

/// The client's answer to the greeting (MySQL: "Protocol::HandshakeResponse41").
struct HandshakeResponse
{
    Capabilities capabilities = 0;
    quint32 maximumPacketSize = 0;
    /// One byte on the wire: collations over 255 are chosen by SET NAMES later.
    quint8 collation = 0;
    QByteArray user;
    QByteArray authenticationData;
    QByteArray database;
    QByteArray authenticationPlugin;
    QList<std::pair<QByteArray, QByteArray>> connectAttributes;
    quint8 zstdCompressionLevel = 3;

    QByteArray serialize() const;
    /// The first 32 bytes alone: the request to continue over TLS. Capabilities, collation and
    /// maximum packet size must be those of the response that follows over TLS.
    QByteArray serializeSslRequest() const;
};

} // namespace AsyncMySql::Protocol
