// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "packetfeed.h"
#include "packetwriter.h"

#include <QtCore/qrandom.h>
#include <QtCore/qset.h>

using namespace AsyncMySql;
using Tests::feed;
using Tests::fromHex;
using Tests::pattern;
using Tests::smallLimits;
using Wire::PacketReader;
using Status = PacketReader::Status;

// Where packets lie: which memory is taken, kept and used again.
class tst_PacketReaderMemory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesHeldBlocksUntouched_data();
    void leavesHeldBlocksUntouched();
    void takesOverItsBlockWhenNobodyHoldsIt();
    void fillsHeldBlocksToTheirEnd();
    void dropsAnOversizedBlock();
    void offersUsefulSpace();
    void offersSpaceForTheWholeAnnouncedFrame();
    void takesNoSpaceForWhatItRefuses();
    void takesNoSpaceForFramesThatDidNotArrive();
};

void tst_PacketReaderMemory::leavesHeldBlocksUntouched_data()
{
    QTest::addColumn<int>("heldEvery");
    QTest::newRow("all held") << 1;
    QTest::newRow("every third held") << 3;
    QTest::newRow("every fortieth held") << 40;
}

void tst_PacketReaderMemory::leavesHeldBlocksUntouched()
{
    QFETCH(int, heldEvery);

    struct Held
    {
        Wire::ByteBlockPointer block;
        QByteArrayView view;
        QByteArray copy;
    };
    QRandomGenerator random(20250301);
    PacketReader reader(smallLimits(32, 256));
    QList<Held> held;
    quint8 sequence = 0;
    for (int i = 0; i < 2000; ++i) {
        const QByteArray payload = pattern(random.bounded(100), i);
        QByteArray stream;
        Wire::appendPacket(&stream, payload, &sequence, 32);
        const qsizetype cut = random.bounded(int(stream.size()));
        feed(&reader, stream.first(cut));
        Wire::Packet packet;
        QCOMPARE(reader.next(&packet), Status::NeedMore);
        feed(&reader, stream.sliced(cut));
        QCOMPARE(reader.next(&packet), Status::Ready);
        QVERIFY(packet.payload == payload);
        if (i % heldEvery == 0)
            held.append({reader.block(), packet.payload, payload});
    }
    for (const Held &row : std::as_const(held)) {
        QVERIFY(row.view == row.copy);
        QCOMPARE(qsizetype(PacketReader::storedPayloadSize(row.view.data())), row.copy.size());
    }
}

void tst_PacketReaderMemory::takesOverItsBlockWhenNobodyHoldsIt()
{
    PacketReader reader(smallLimits(1000, 256));
    QByteArray stream;
    quint8 sequence = 0;
    Wire::appendPacket(&stream, pattern(90), &sequence, 1000);
    QSet<const Wire::ByteBlock *> blocks;
    Wire::Packet packet;
    for (int i = 0; i < 100; ++i) {
        feed(&reader, stream.first(50));
        blocks.insert(reader.block().get());
        feed(&reader, stream.sliced(50));
        QCOMPARE(reader.next(&packet), Status::Ready);
        blocks.insert(reader.block().get());
    }
    QCOMPARE(blocks.size(), 1);
}

void tst_PacketReaderMemory::fillsHeldBlocksToTheirEnd()
{
    PacketReader reader;
    QByteArray stream;
    quint8 sequence = 0;
    while (stream.size() < 4 * 1024 * 1024)
        Wire::appendPacket(&stream, pattern(96), &sequence);
    QSet<Wire::ByteBlockPointer> blocks;
    for (qsizetype start = 0; start < stream.size(); start += 10'000) {
        feed(&reader,
             QByteArrayView(stream).sliced(start, qMin<qsizetype>(10'000, stream.size() - start)));
        Wire::Packet packet;
        while (reader.next(&packet) == Status::Ready)
            blocks.insert(reader.block());
    }
    // 16 would do; what a new block is begun early for is little.
    QVERIFY2(blocks.size() <= 18, QByteArray::number(blocks.size()));
}

void tst_PacketReaderMemory::dropsAnOversizedBlock()
{
    PacketReader reader(smallLimits(Wire::MaximumFramePayload, 1024));
    QByteArray stream;
    quint8 sequence = 0;
    Wire::appendPacket(&stream, pattern(1'000'000), &sequence);
    feed(&reader, stream);
    Wire::Packet packet;
    QCOMPARE(reader.next(&packet), Status::Ready);
    QVERIFY(reader.block()->capacity() >= 1'000'000);
    (void)reader.prepare();
    QCOMPARE(reader.block()->capacity(), 1024);
}

void tst_PacketReaderMemory::offersUsefulSpace()
{
    PacketReader reader;
    QRandomGenerator random(7);
    quint8 sequence = 0;
    QList<Wire::ByteBlockPointer> held;
    for (int i = 0; i < 3000; ++i) {
        QVERIFY(reader.prepare().size() >= 4096);
        QByteArray stream;
        Wire::appendPacket(&stream, pattern(random.bounded(2000)), &sequence);
        feed(&reader, stream);
        Wire::Packet packet;
        QCOMPARE(reader.next(&packet), Status::Ready);
        if (held.isEmpty() || held.constLast() != reader.block())
            held.append(reader.block());
    }
}

void tst_PacketReaderMemory::offersSpaceForTheWholeAnnouncedFrame()
{
    PacketReader reader;
    feed(&reader, fromHex("40420f 00")); // 1,000,000 bytes
    QVERIFY(reader.prepare().size() >= 1'000'000);
}

void tst_PacketReaderMemory::takesNoSpaceForWhatItRefuses()
{
    PacketReader::Limits limits;
    limits.maximumPayload = 1000;
    PacketReader reader(limits);
    feed(&reader, fromHex("ffffff 00"));
    (void)reader.prepare();
    QCOMPARE(reader.block()->capacity(), limits.blockSize);
}

void tst_PacketReaderMemory::takesNoSpaceForFramesThatDidNotArrive()
{
    PacketReader::Limits limits = smallLimits(1000, 64);
    limits.maximumPayload = 1'000'000'000;
    PacketReader reader(limits);
    Wire::Packet packet;
    QByteArray frame = fromHex("e80300 00") + pattern(1000);
    for (int i = 0; i < 300; ++i) {
        frame[3] = static_cast<char>(i);
        feed(&reader, frame);
        QCOMPARE(reader.next(&packet), Status::NeedMore);
        const qsizetype payload = (i + 1) * 1000;
        QVERIFY(reader.block()->capacity() <= 2 * (payload + 1004) + 64);
    }
}

QTEST_APPLESS_MAIN(tst_PacketReaderMemory)
#include "tst_packetreadermemory.moc"
