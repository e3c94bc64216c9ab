// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "packetreader.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qlist.h>

/// The obvious way to cut a stream into packets, to compare PacketReader with.
namespace AsyncMySql::Tests {

struct ReferencePacket
{
    QByteArray payload;
    quint8 firstSequence = 0;
    quint8 lastSequence = 0;

    bool operator==(const ReferencePacket &) const = default;
};

struct ReferenceResult
{
    QList<ReferencePacket> packets;
    Wire::PacketReader::Status status = Wire::PacketReader::Status::NeedMore;
};

inline ReferenceResult splitByReference(QByteArrayView stream,
                                        const Wire::PacketReader::Limits &limits)
{
    using ReadStatus = Wire::PacketReader::Status;

    ReferenceResult result;
    ReferencePacket packet;
    bool continued = false;
    while (stream.size() >= 4) {
        const auto byte = [&](qsizetype i) { return static_cast<quint8>(stream[i]); };
        const qsizetype length = byte(0) + (byte(1) << 8) + (byte(2) << 16);
        const quint8 sequence = byte(3);
        if (packet.payload.size() + length > limits.maximumPayload) {
            result.status = ReadStatus::TooLarge;
            return result;
        }
        if (length > limits.framePayload
            || (continued && sequence != (packet.lastSequence + 1) % 256)) {
            result.status = ReadStatus::Malformed;
            return result;
        }
        if (stream.size() < 4 + length)
            return result;
        packet.payload += stream.sliced(4, length);
        if (!continued)
            packet.firstSequence = sequence;
        packet.lastSequence = sequence;
        stream = stream.sliced(4 + length);
        continued = length == limits.framePayload;
        if (!continued)
            result.packets.append(std::exchange(packet, {}));
    }
    return result;
}

} // namespace AsyncMySql::Tests
