// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "compressedfeed.h"

using namespace AsyncMySql;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Algorithm = Wire::CompressionAlgorithm;

class tst_Compression : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void makesTheStreamAgainForEveryChunking_data() { addAlgorithms(); }
    void makesTheStreamAgainForEveryChunking();
    void feedsThePacketReader_data() { addAlgorithms(); }
    void feedsThePacketReader();
    void storesWhatDoesNotBecomeSmaller_data() { addAlgorithms(); }
    void storesWhatDoesNotBecomeSmaller();
    void splitsWhatOneFrameCannotHold_data() { addAlgorithms(); }
    void splitsWhatOneFrameCannotHold();
    void takesEveryLevel_data() { addAlgorithms(); }
    void takesEveryLevel();
    void numbersTheFrames();
    void compressesFramesIndependently_data() { addAlgorithms(); }
    void compressesFramesIndependently();
};

void tst_Compression::makesTheStreamAgainForEveryChunking()
{
    QFETCH(Algorithm, algorithm);
    const QByteArray plain = packets();
    for (const qsizetype framePayload : {1, 60, 100, 0xFFFFFF}) {
        const QByteArray frames = compress(algorithm, plain, framePayload);
        for (const qsizetype readSize : {1, 7, 65536}) {
            const Received bytewise = receive(algorithm, frames, 1, readSize);
            QCOMPARE(bytewise.plain, plain);
            QCOMPARE(bytewise.status, Status::NeedMore);
        }
        for (qsizetype cut = 0; cut <= frames.size(); ++cut) {
            CompressedReader reader(algorithm);
            Received received;
            give(&reader, QByteArrayView(frames).first(cut));
            drain(&reader, 65536, &received);
            QVERIFY(received.plain.size() < plain.size() || cut == frames.size());
            give(&reader, QByteArrayView(frames).sliced(cut));
            drain(&reader, 65536, &received);
            QCOMPARE(received.plain, plain);
            QVERIFY(reader.isEmpty());
            QVERIFY(!reader.isOutOfOrder());
        }
    }
}

void tst_Compression::feedsThePacketReader()
{
    QFETCH(Algorithm, algorithm);
    QByteArray plain;
    quint8 sequence = 0;
    const QList<qsizetype> sizes{0, 10, 1000, 300'000, 5, 0xFFFFFF, 3};
    for (const qsizetype size : sizes)
        Wire::appendPacket(&plain, pattern(size), &sequence);
    const QByteArray frames = compress(algorithm, plain, 100'000);

    CompressedReader inflater(algorithm);
    Wire::PacketReader reader;
    qsizetype packets = 0;
    QByteArrayView rest = frames;
    while (packets < sizes.size()) {
        Wire::Packet packet;
        if (reader.next(&packet) == Wire::PacketReader::Status::Ready) {
            QVERIFY(packet.payload == pattern(sizes.at(packets)));
            ++packets;
            continue;
        }
        qsizetype count = 0;
        const Status status = inflater.read(reader.prepare(), &count);
        if (status == Status::Ready) {
            reader.commit(count);
            continue;
        }
        QCOMPARE(status, Status::NeedMore);
        QVERIFY(!rest.isEmpty());
        const qsizetype portion = qMin(rest.size(), qsizetype(inflater.prepare().size()));
        give(&inflater, rest.first(portion));
        rest = rest.sliced(portion);
    }
    QVERIFY(rest.isEmpty());
    QVERIFY(inflater.isEmpty());
    QVERIFY(reader.isEmpty());
}

void tst_Compression::storesWhatDoesNotBecomeSmaller()
{
    QFETCH(Algorithm, algorithm);
    QCOMPARE(compress(algorithm, {}), QByteArray());
    for (const QByteArray &plain : {"x"_ba, QByteArray(49, 'x'), noise(50), noise(5000)})
        QCOMPARE(compress(algorithm, plain), frame(plain, 0));

    const QByteArray repetitive(5000, 'x');
    const QByteArray frames = compress(algorithm, repetitive);
    if (algorithm == Algorithm::None) {
        QCOMPARE(frames, frame(repetitive, 0));
    } else {
        QVERIFY(frames.size() < 100);
        QCOMPARE(uint24At(frames, 0), frames.size() - HeaderSize);
        QCOMPARE(uint24At(frames, 4), 5000);
    }
}

void tst_Compression::splitsWhatOneFrameCannotHold()
{
    QFETCH(Algorithm, algorithm);
    const bool stores = algorithm == Algorithm::None;
    const QByteArray plain(2 * 0xFFFFFF + 1, 'x');
    const QByteArray frames = compress(algorithm, plain);
    qsizetype at = 0;
    for (int number = 0; number < 2; ++number) {
        QCOMPARE(quint8(frames[at + 3]), number);
        QCOMPARE(uint24At(frames, at + 4), stores ? 0 : 0xFFFFFF);
        at += HeaderSize + uint24At(frames, at);
    }
    QCOMPARE(frames.sliced(at), frame("x", 0, 2));
    QVERIFY(receive(algorithm, frames).plain == plain);

    const QByteArray largest = compress(algorithm, QByteArrayView(plain).first(0xFFFFFF));
    QCOMPARE(largest.size(), HeaderSize + uint24At(largest, 0));
}

void tst_Compression::takesEveryLevel()
{
    QFETCH(Algorithm, algorithm);
    QByteArray plain;
    QRandomGenerator random(4711);
    for (int i = 0; i < 5000; ++i)
        plain += pattern(10, random.bounded(100));
    QList<qsizetype> sizes;
    for (const int level : {-7, 0, 1, 9, 22, 100}) {
        const QByteArray frames = compress(algorithm, plain, 0xFFFFFF, level);
        QCOMPARE(receive(algorithm, frames).plain, plain);
        sizes.append(frames.size());
    }
    QCOMPARE(sizes.at(0), sizes.at(2)); // the nearest
    QCOMPARE(sizes.at(4), sizes.at(5));
    if (algorithm != Algorithm::None)
        QVERIFY(sizes.at(5) < sizes.at(2));
}

void tst_Compression::numbersTheFrames()
{
    CompressedWriter writer(Algorithm::None, 0, 10);
    QByteArray frames;
    quint8 sequence = 254;
    writer.append(&frames, pattern(35), &sequence);
    QCOMPARE(sequence, 2);
    QCOMPARE(frames, frame(pattern(35).sliced(0, 10), 0, 254)
                         + frame(pattern(35).sliced(10, 10), 0, 255)
                         + frame(pattern(35).sliced(20, 10), 0, 0)
                         + frame(pattern(35).sliced(30, 5), 0, 1));
}

void tst_Compression::compressesFramesIndependently()
{
    QFETCH(Algorithm, algorithm);
    CompressedWriter writer(algorithm);
    const QByteArray plain = pattern(500);
    QList<QByteArray> frames;
    for (int i = 0; i < 3; ++i) {
        QByteArray output = "before"_ba;
        quint8 sequence = 0;
        writer.append(&output, plain, &sequence);
        QVERIFY(output.startsWith("before"));
        frames.append(output.sliced(6));
    }
    QCOMPARE(frames.at(1), frames.at(0));
    QCOMPARE(frames.at(2), frames.at(0));
    QCOMPARE(receive(algorithm, frames.at(2)).plain, plain);
}

QTEST_APPLESS_MAIN(tst_Compression)
#include "tst_compression.moc"
