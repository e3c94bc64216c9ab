// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "packetreader.h"

#include <QtTest/qtest.h>

#include <cstring>

/// What the tests of PacketReader share: small limits, recognizable payloads, and a transport.
namespace AsyncMySql::Tests {

inline Wire::PacketReader::Limits smallLimits(qsizetype framePayload = 8, qsizetype blockSize = 64)
{
    Wire::PacketReader::Limits limits;
    limits.framePayload = framePayload;
    limits.blockSize = blockSize;
    return limits;
}

/// Bytes of which no two near each other are the same.
inline QByteArray pattern(qsizetype size, int seed = 0)
{
    QByteArray bytes(size, Qt::Uninitialized);
    char *data = bytes.data();
    for (qsizetype i = 0; i < size; ++i)
        data[i] = static_cast<char>(seed + i * 7 + i / 251);
    return bytes;
}

inline void feed(Wire::PacketReader *reader, QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const std::span<char> space = reader->prepare();
        QVERIFY(!space.empty());
        const qsizetype count = qMin(bytes.size(), qsizetype(space.size()));
        std::memcpy(space.data(), bytes.data(), static_cast<size_t>(count));
        reader->commit(count);
        bytes = bytes.sliced(count);
    }
}

} // namespace AsyncMySql::Tests
