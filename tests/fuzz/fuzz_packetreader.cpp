// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "packetreader.h"
#include "referencesplitter.h"
#include "require.h"

#include <cstring>

using namespace AsyncMySql;
using Wire::PacketReader;
using Status = PacketReader::Status;

namespace {

struct Held
{
    Wire::ByteBlockPointer block;
    QByteArrayView view;
    QByteArray copy;
};

} // namespace

// Five bytes choose the limits, the chunks and which packets are held; the rest is the stream. The
// packets must be those of the reference, and those that are held must stay as they were.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    constexpr size_t choices = 5;
    if (size < choices)
        return 0;
    PacketReader::Limits limits;
    limits.framePayload = data[0] < 0x80 ? 1 + data[0] : Wire::MaximumFramePayload;
    limits.blockSize = 8 + 4 * data[1];
    limits.maximumPayload = data[0] < 0xF0 ? 16 * data[2] : 1'000'000;
    const qsizetype chunk = 1 + data[3];
    const unsigned holdMask = data[4];
    QByteArrayView stream(reinterpret_cast<const char *>(data) + choices,
                          static_cast<qsizetype>(size - choices));
    const Tests::ReferenceResult expected = Tests::splitByReference(stream, limits);

    PacketReader reader(limits);
    QList<Held> held;
    qsizetype packets = 0;
    Status status = Status::NeedMore;
    while (!stream.isEmpty() && status == Status::NeedMore) {
        const std::span<char> space = reader.prepare();
        require(!space.empty());
        const qsizetype count
            = qMin(qMin(chunk, stream.size()), static_cast<qsizetype>(space.size()));
        std::memcpy(space.data(), stream.data(), static_cast<size_t>(count));
        reader.commit(count);
        stream = stream.sliced(count);

        Wire::Packet packet;
        while ((status = reader.next(&packet)) == Status::Ready) {
            require(packets < expected.packets.size());
            const Tests::ReferencePacket &same = expected.packets.at(packets);
            require(packet.payload == same.payload);
            require(packet.firstSequence == same.firstSequence);
            require(packet.lastSequence == same.lastSequence);
            require(PacketReader::storedPayloadSize(packet.payload.data()) == same.payload.size());
            if (holdMask >> (packets % 8) & 1)
                held.append({reader.block(), packet.payload, same.payload});
            ++packets;
        }
    }
    require(packets == expected.packets.size());
    require(status == expected.status);
    for (const Held &row : std::as_const(held))
        require(row.view == row.copy);
    return 0;
}
