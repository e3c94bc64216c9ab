// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "bytes.h"
#include "compressedreader.h"
#include "compressedwriter.h"
#include "packetfeed.h"
#include "packetwriter.h"

#include <QtCore/qrandom.h>

Q_DECLARE_METATYPE(AsyncMySql::Wire::CompressionAlgorithm)

/// What the tests of compression share: a transport, and frames good and bad.
namespace AsyncMySql::Tests {

using Wire::CompressedReader;
using Wire::CompressedWriter;
using Status = CompressedReader::Status;

constexpr qsizetype HeaderSize = Wire::CompressedHeaderSize;

struct Received
{
    QByteArray plain;
    Status status = Status::NeedMore;
};

inline void give(CompressedReader *reader, QByteArrayView bytes)
{
    const std::span<char> space = reader->prepare();
    QVERIFY(bytes.size() <= qsizetype(space.size()));
    if (!bytes.isEmpty())
        std::memcpy(space.data(), bytes.data(), size_t(bytes.size()));
    reader->commit(bytes.size());
}

// Everything that can be read now, by at most \a readSize bytes at a time.
inline void drain(CompressedReader *reader, qsizetype readSize, Received *received)
{
    const std::unique_ptr<char[]> space(new char[size_t(readSize)]);
    do {
        qsizetype count = -1;
        received->status = reader->read({space.get(), size_t(readSize)}, &count);
        QVERIFY(count >= 0 && count <= readSize);
        QCOMPARE(count > 0, received->status == Status::Ready);
        received->plain.append(space.get(), count);
    } while (received->status == Status::Ready);
}

inline Received receive(CompressedReader *reader, QByteArrayView bytes, qsizetype portion,
                        qsizetype readSize)
{
    Received received;
    while (!bytes.isEmpty() && received.status == Status::NeedMore) {
        const qsizetype count
            = qMin(qMin(portion, bytes.size()), qsizetype(reader->prepare().size()));
        give(reader, bytes.first(count));
        bytes = bytes.sliced(count);
        drain(reader, readSize, &received);
    }
    return received;
}

inline Received receive(Wire::CompressionAlgorithm algorithm, QByteArrayView bytes,
                        qsizetype portion = 65536, qsizetype readSize = 65536)
{
    CompressedReader reader(algorithm);
    return receive(&reader, bytes, portion, readSize);
}

inline QByteArray compress(Wire::CompressionAlgorithm algorithm, QByteArrayView plain,
                           qsizetype framePayload = 0xFFFFFF,
                           int level = Wire::DefaultCompressionLevel)
{
    CompressedWriter writer(algorithm, level, framePayload);
    QByteArray frames;
    quint8 sequence = 0;
    writer.append(&frames, plain, &sequence);
    return frames;
}

inline QByteArray frame(QByteArrayView body, qsizetype plainSize, quint8 sequence = 0)
{
    QByteArray bytes;
    for (int shift = 0; shift < 24; shift += 8)
        bytes.append(char(body.size() >> shift));
    bytes.append(char(sequence));
    for (int shift = 0; shift < 24; shift += 8)
        bytes.append(char(plainSize >> shift));
    return bytes + body.toByteArray();
}

/// The body of a single compressed frame.
inline QByteArray bodyOf(Wire::CompressionAlgorithm algorithm, QByteArrayView plain)
{
    return compress(algorithm, plain).sliced(HeaderSize);
}

inline qsizetype uint24At(QByteArrayView bytes, qsizetype at)
{
    return quint8(bytes[at]) | quint8(bytes[at + 1]) << 8 | quint8(bytes[at + 2]) << 16;
}

inline QByteArray noise(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator random(4711);
    for (char &byte : bytes)
        byte = char(random.generate());
    return bytes;
}

/// Packets small and large, some that become smaller and one that does not.
inline QByteArray packets()
{
    QByteArray stream;
    quint8 sequence = 0;
    Wire::appendPacket(&stream, "\x03SELECT 1", &sequence);
    Wire::appendPacket(&stream, {}, &sequence);
    Wire::appendPacket(&stream, QByteArray(300, 'x'), &sequence);
    Wire::appendPacket(&stream, noise(90), &sequence);
    for (int i = 0; i < 8; ++i)
        Wire::appendPacket(&stream, "row " + QByteArray::number(i), &sequence);
    return stream;
}

inline void addAlgorithms()
{
    QTest::addColumn<Wire::CompressionAlgorithm>("algorithm");
    QTest::newRow("none") << Wire::CompressionAlgorithm::None;
    if (Wire::isCompressionAvailable(Wire::CompressionAlgorithm::Zlib))
        QTest::newRow("zlib") << Wire::CompressionAlgorithm::Zlib;
    if (Wire::isCompressionAvailable(Wire::CompressionAlgorithm::Zstd))
        QTest::newRow("zstd") << Wire::CompressionAlgorithm::Zstd;
}

} // namespace AsyncMySql::Tests
