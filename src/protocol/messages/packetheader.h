// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearrayview.h>

/// The first byte of what a server sends tells what it is, together with what is expected then: rows
/// and answers to PREPARE may begin with the same bytes.
namespace AsyncMySql::Protocol::PacketHeader {

inline constexpr quint8 Ok = 0x00;
/// While a session is opened.
inline constexpr quint8 AuthMoreData = 0x01;
inline constexpr quint8 AuthNextFactor = 0x02;
inline constexpr quint8 AuthSwitch = 0xFE;
inline constexpr quint8 LocalInfile = 0xFB;
inline constexpr quint8 Eof = 0xFE;
inline constexpr quint8 Error = 0xFF;

/// Whether \a payload is there and begins with \a header.
inline bool isAt(QByteArrayView payload, quint8 header)
{
    return !payload.isEmpty() && static_cast<quint8>(payload.front()) == header;
}

/// MariaDB's reports of progress begin like errors, too.
inline bool isError(QByteArrayView payload)
{
    return isAt(payload, Error);
}

} // namespace AsyncMySql::Protocol::PacketHeader
