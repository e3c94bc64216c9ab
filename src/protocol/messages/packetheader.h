// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "capabilities.h"
#include "packetreader.h"

#include <QtCore/qbytearrayview.h>

/// The first byte of what a server sends says what it is, together with what is expected then: rows
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

/// In the place of an error's number, in what MariaDB sends to report progress.
inline constexpr quint16 ProgressNumber = 0xFFFF;

/// The size of a whole EOF, in bytes. An OK has more.
inline constexpr qsizetype EofSize = 5;

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

/// From nine bytes on, what begins like an EOF is a row: it has the length of its first value
/// there.
inline bool isEof(QByteArrayView payload)
{
    return isAt(payload, Eof) && payload.size() < 9;
}

/// Whether \a payload, where a row is expected, is no row but may be the end of the rows, or an
/// error. Binary rows begin with 0.
inline bool mayEndRows(QByteArrayView payload)
{
    return !payload.isEmpty() && static_cast<quint8>(payload.front()) >= Eof;
}

/// Whether \a payload, where a row is expected, is the end of the rows: an EOF, or, with
/// DEPRECATE_EOF, an OK that begins like one. A text row begins in the same way if its first value
/// has 16 MiB or more, but then it fills at least one whole frame.
inline bool isEndOfRows(QByteArrayView payload, Capabilities capabilities)
{
    if (capabilities & Capability::DeprecateEof)
        return isAt(payload, Eof) && payload.size() < Wire::MaximumFramePayload;
    return isEof(payload);
}

} // namespace AsyncMySql::Protocol::PacketHeader
