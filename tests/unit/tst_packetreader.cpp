// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "packetfeed.h"
#include "packetwriter.h"
#include "referencesplitter.h"

#include <QtCore/qrandom.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using Tests::feed;
using Tests::fromHex;
using Tests::pattern;
using Tests::ReferencePacket;
using Tests::smallLimits;
using Wire::PacketReader;
using Status = PacketReader::Status;

namespace {

// Everything that next() has, and the status that ends it.
Status drain(PacketReader *reader, QList<ReferencePacket> *packets)
{
    Wire::Packet packet;
    for (;;) {
        const Status status = reader->next(&packet);
        if (status != Status::Ready)
            return status;
        packets->append({packet.payload.toByteArray(), packet.firstSequence, packet.lastSequence});
    }
}

QList<ReferencePacket> split(QByteArrayView stream, const PacketReader::Limits &limits,
                             const QList<qsizetype> &cuts)
{
    PacketReader reader(limits);
    QList<ReferencePacket> packets;
    qsizetype start = 0;
    for (const qsizetype cut : cuts + QList{stream.size()}) {
        feed(&reader, stream.sliced(start, cut - start));
        start = cut;
        drain(&reader, &packets);
    }
    return packets;
}

} // namespace

class tst_PacketReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void joinsFramesForEveryChunking_data();
    void joinsFramesForEveryChunking();
    void splitsSeveralPacketsForEveryChunking();
    void reportsTheSequenceNumbers();
    void storesThePayloadSizeInFront();
    void acceptsPayloadsUpToTheLimit();
    void refusesPayloadsOverTheLimit_data();
    void refusesPayloadsOverTheLimit();
    void refusesBrokenContinuations_data();
    void refusesBrokenContinuations();
    void knowsWhetherItIsEmpty();
    void forgetsUnreadBytesOnClear();
    void joinsRealFrames_data();
    void joinsRealFrames();
    void agreesWithTheReferenceOnRandomStreams();
};

void tst_PacketReader::joinsFramesForEveryChunking_data()
{
    QTest::addColumn<qsizetype>("size");
    for (const qsizetype size : {0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 63, 64, 65, 200})
        QTest::addRow("%lld", qlonglong(size)) << size;
}

void tst_PacketReader::joinsFramesForEveryChunking()
{
    QFETCH(qsizetype, size);

    QByteArray stream;
    quint8 sequence = 3;
    Wire::appendPacket(&stream, pattern(size), &sequence, 8);
    const QList<ReferencePacket> expected{{pattern(size), 3, quint8(sequence - 1)}};

    for (const qsizetype blockSize : {8, 16, 64, 4096}) {
        const PacketReader::Limits limits = smallLimits(8, blockSize);
        QVERIFY(split(stream, limits, {}) == expected);
        QList<qsizetype> everywhere;
        for (qsizetype cut = 1; cut < stream.size(); ++cut) {
            QVERIFY(split(stream, limits, {cut}) == expected);
            everywhere.append(cut);
        }
        QVERIFY(split(stream, limits, everywhere) == expected);
    }
}

void tst_PacketReader::splitsSeveralPacketsForEveryChunking()
{
    QByteArray stream;
    QList<ReferencePacket> expected;
    quint8 sequence = 0;
    for (const qsizetype size : {5, 0, 8, 1, 20, 16, 3, 0, 40}) {
        const quint8 first = sequence;
        Wire::appendPacket(&stream, pattern(size, int(size)), &sequence, 8);
        expected.append({pattern(size, int(size)), first, quint8(sequence - 1)});
    }

    QList<qsizetype> everywhere;
    for (qsizetype first = 1; first < stream.size(); ++first) {
        everywhere.append(first);
        for (qsizetype second = first; second < stream.size(); ++second)
            QVERIFY(split(stream, smallLimits(8, 32), {first, second}) == expected);
    }
    QVERIFY(split(stream, smallLimits(8, 32), everywhere) == expected);
}

void tst_PacketReader::reportsTheSequenceNumbers()
{
    PacketReader reader(smallLimits(4));
    feed(&reader, fromHex("020000 07 6162"
                          "040000 fe 61626364  040000 ff 65666768  000000 00"));
    Wire::Packet packet;
    QCOMPARE(reader.next(&packet), Status::Ready);
    QCOMPARE(packet.firstSequence, 7);
    QCOMPARE(packet.lastSequence, 7);
    QCOMPARE(reader.next(&packet), Status::Ready);
    QCOMPARE(packet.payload.toByteArray(), "abcdefgh"_ba);
    QCOMPARE(packet.firstSequence, 0xFE);
    QCOMPARE(packet.lastSequence, 0x00);
}

void tst_PacketReader::storesThePayloadSizeInFront()
{
    PacketReader reader(smallLimits());
    QByteArray stream;
    quint8 sequence = 0;
    const QList<qsizetype> sizes{0, 5, 8, 30};
    for (const qsizetype size : sizes)
        Wire::appendPacket(&stream, pattern(size), &sequence, 8);
    feed(&reader, stream);
    Wire::Packet packet;
    for (const qsizetype size : sizes) {
        QCOMPARE(reader.next(&packet), Status::Ready);
        QCOMPARE(qsizetype(PacketReader::storedPayloadSize(packet.payload.data())), size);
    }
}

void tst_PacketReader::acceptsPayloadsUpToTheLimit()
{
    PacketReader::Limits limits = smallLimits(8);
    for (const qsizetype limit : {0, 7, 8, 9, 16, 20}) {
        limits.maximumPayload = limit;
        QByteArray stream;
        quint8 sequence = 0;
        Wire::appendPacket(&stream, pattern(limit), &sequence, 8);
        const QList<ReferencePacket> packets = split(stream, limits, {});
        QCOMPARE(packets.size(), 1);
        QCOMPARE(packets.constFirst().payload, pattern(limit));
    }
}

void tst_PacketReader::refusesPayloadsOverTheLimit_data()
{
    QTest::addColumn<QByteArray>("stream");

    QTest::newRow("first frame, only its header there") << fromHex("0b0000 00");
    QTest::newRow("second frame, only its header there")
        << fromHex("080000 00 6162636465666768  030000 01");
    // A frame that no limit of eight bytes a frame allows, but over the limit above all.
    QTest::newRow("longest frame") << fromHex("ffffff 00");
}

void tst_PacketReader::refusesPayloadsOverTheLimit()
{
    QFETCH(QByteArray, stream);
    PacketReader::Limits limits = smallLimits(8);
    limits.maximumPayload = 10;
    PacketReader reader(limits);
    Wire::Packet packet;
    feed(&reader, QByteArrayView(stream).chopped(1));
    QCOMPARE(reader.next(&packet), Status::NeedMore);
    feed(&reader, QByteArrayView(stream).last(1));
    QCOMPARE(reader.next(&packet), Status::TooLarge);
    QCOMPARE(reader.next(&packet), Status::TooLarge);
}

void tst_PacketReader::refusesBrokenContinuations_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::newRow("number repeated") << fromHex("040000 00 61626364  010000 00 65");
    QTest::newRow("number skipped") << fromHex("040000 00 61626364  010000 02 65");
    QTest::newRow("wrong after wrap") << fromHex("040000 ff 61626364  010000 01 65");
    QTest::newRow("trailer") << fromHex("040000 00 61626364  000000 02");
    QTest::newRow("frame longer than frames may be") << fromHex("050000 00 6162636465");
}

void tst_PacketReader::refusesBrokenContinuations()
{
    QFETCH(QByteArray, stream);
    PacketReader reader(smallLimits(4));
    feed(&reader, stream);
    Wire::Packet packet;
    QCOMPARE(reader.next(&packet), Status::Malformed);
    QCOMPARE(reader.next(&packet), Status::Malformed);
}

void tst_PacketReader::knowsWhetherItIsEmpty()
{
    PacketReader reader(smallLimits(4));
    Wire::Packet packet;
    QVERIFY(reader.isEmpty());
    QCOMPARE(reader.next(&packet), Status::NeedMore);
    (void)reader.prepare();
    QVERIFY(reader.isEmpty());
    feed(&reader, fromHex("04"));
    QVERIFY(!reader.isEmpty());
    feed(&reader, fromHex("0000 00 61626364"));
    QCOMPARE(reader.next(&packet), Status::NeedMore);
    QVERIFY(!reader.isEmpty()); // a joined frame is part of a packet
    feed(&reader, fromHex("000000 01"));
    QVERIFY(!reader.isEmpty());
    QCOMPARE(reader.next(&packet), Status::Ready);
    QVERIFY(reader.isEmpty());
}

void tst_PacketReader::forgetsUnreadBytesOnClear()
{
    PacketReader reader(smallLimits(4));
    Wire::Packet packet;
    feed(&reader, fromHex("020000 00 6162  040000 01 61626364"));
    QCOMPARE(reader.next(&packet), Status::Ready);
    Wire::Packet rest;
    QCOMPARE(reader.next(&rest), Status::NeedMore);
    reader.clear();
    QVERIFY(reader.isEmpty());
    QCOMPARE(reader.next(&rest), Status::NeedMore);
    QCOMPARE(packet.payload.toByteArray(), "ab"_ba);

    feed(&reader, fromHex("020000 09 6364"));
    QCOMPARE(reader.next(&packet), Status::Ready);
    QCOMPARE(packet.payload.toByteArray(), "cd"_ba);
    QCOMPARE(packet.firstSequence, 9);
}

void tst_PacketReader::joinsRealFrames_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::addColumn<bool>("held");
    for (const bool held : {false, true}) {
        const char *suffix = held ? ", held" : "";
        QTest::addRow("one byte less than a frame%s", suffix)
            << Wire::MaximumFramePayload - 1 << held;
        QTest::addRow("a frame%s", suffix) << Wire::MaximumFramePayload << held;
        QTest::addRow("two frames%s", suffix) << 2 * Wire::MaximumFramePayload << held;
        QTest::addRow("two frames and a byte%s", suffix)
            << 2 * Wire::MaximumFramePayload + 1 << held;
    }
}

void tst_PacketReader::joinsRealFrames()
{
    QFETCH(qsizetype, size);
    QFETCH(bool, held);

    const QByteArray payload = pattern(size);
    const QList<QByteArray> expected{"before"_ba, payload, "after"_ba};
    QByteArray stream;
    quint8 sequence = 0;
    Wire::appendPacket(&stream, "before", &sequence);
    Wire::appendPacket(&stream, payload, &sequence);
    Wire::appendPacket(&stream, "after", &sequence);

    PacketReader reader;
    QList<Wire::ByteBlockPointer> blocks;
    QList<QByteArrayView> views;
    qsizetype packets = 0;
    for (qsizetype start = 0; start < stream.size(); start += 1'000'000) {
        feed(&reader, QByteArrayView(stream).sliced(
                          start, qMin<qsizetype>(1'000'000, stream.size() - start)));
        Wire::Packet packet;
        while (reader.next(&packet) == Status::Ready) {
            QVERIFY(packet.payload == expected.at(packets));
            ++packets;
            if (held) {
                blocks.append(reader.block());
                views.append(packet.payload);
            }
        }
    }
    QCOMPARE(packets, 3);
    if (held) {
        QVERIFY(views.at(0) == "before"_ba);
        QVERIFY(views.at(1) == payload);
    }
}

void tst_PacketReader::agreesWithTheReferenceOnRandomStreams()
{
    QRandomGenerator random(4711);
    for (int round = 0; round < 400; ++round) {
        PacketReader::Limits limits = smallLimits(1 + random.bounded(20), 8 + random.bounded(300));
        limits.maximumPayload = 20 + random.bounded(400);
        QByteArray stream;
        quint8 sequence = 0;
        while (stream.size() < 3000) {
            // Now and then over the limit.
            Wire::appendPacket(&stream,
                               pattern(random.bounded(int(limits.maximumPayload) + 2), round),
                               &sequence, limits.framePayload);
        }
        const Tests::ReferenceResult expected = Tests::splitByReference(stream, limits);

        PacketReader reader(limits);
        QList<ReferencePacket> packets;
        QList<std::pair<Wire::ByteBlockPointer, QByteArrayView>> held;
        QList<QByteArray> copies;
        Status status = Status::NeedMore;
        qsizetype start = 0;
        while (start < stream.size() && status == Status::NeedMore) {
            const qsizetype count = qMin<qsizetype>(random.bounded(200), stream.size() - start);
            feed(&reader, QByteArrayView(stream).sliced(start, count));
            start += count;
            Wire::Packet packet;
            while ((status = reader.next(&packet)) == Status::Ready) {
                packets.append(
                    {packet.payload.toByteArray(), packet.firstSequence, packet.lastSequence});
                if (random.bounded(10) == 0) {
                    held.append({reader.block(), packet.payload});
                    copies.append(packet.payload.toByteArray());
                }
            }
            if (random.bounded(30) == 0) {
                held.clear();
                copies.clear();
            }
        }
        QVERIFY(packets == expected.packets);
        QCOMPARE(status, expected.status);
        for (qsizetype i = 0; i < held.size(); ++i)
            QVERIFY(held.at(i).second == copies.at(i));
    }
}

QTEST_APPLESS_MAIN(tst_PacketReader)
#include "tst_packetreader.moc"
