// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "compressedfeed.h"

using namespace AsyncMySql;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Algorithm = Wire::CompressionAlgorithm;

class tst_CompressedReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsFramesOfServers_data();
    void readsFramesOfServers();
    void readsStoredFramesBeforeTheyAreComplete();
    void takesAFewEmptyFrames();
    void refusesEmptyFramesWithoutEnd();
    void holdsTheLastByteBackUntilTheFrameIsComplete_data() { addAlgorithms(); }
    void holdsTheLastByteBackUntilTheFrameIsComplete();
    void refusesBrokenFrames_data();
    void refusesBrokenFrames();
    void inflatesNoMoreThanAskedFor_data() { addAlgorithms(); }
    void inflatesNoMoreThanAskedFor();
    void endsWithDamagedFrames_data() { addAlgorithms(); }
    void endsWithDamagedFrames();
    void noticesFramesOutOfOrder_data();
    void noticesFramesOutOfOrder();
    void readsUpToTheFrameOutOfOrder();
    void expectsAnswersOfSeveralCommands();
    void knowsWhetherItIsEmpty_data() { addAlgorithms(); }
    void knowsWhetherItIsEmpty();
};

void tst_CompressedReader::readsFramesOfServers_data()
{
    QTest::addColumn<Algorithm>("algorithm");
    QTest::addColumn<QByteArray>("frames");
    QTest::addColumn<QByteArray>("plain");
    // SELECT REPEAT('abcdefgh', 12) AS a
    QTest::newRow("MariaDB 10.11, zlib") << Algorithm::Zlib << fromHex(R"(
            3e0000 01 910000 # length, number, inflated length
            789c636460606494606060624e494d6300721219187874191a181918fe32
            30a8333000f9cc098949c940e9f40c5ad1ec0c0c2cff808e003a0000dd88
            2b0f
        )")
                                         << fromHex(R"(
            0100000101 # column count
            1800000203646566000000016100000c2d0080010000fd0000270000 # column definition
            6100000360 # row: 96 bytes
        )") + "abcdefgh"_ba.repeated(12) + fromHex("07000004fe000002000000");
    QTest::newRow("MySQL 9.7, zstd") << Algorithm::Zstd << fromHex(R"(
            490000 01 900000 # length, number, inflated length
            28b52ffd2090050200840301000001011700000203646566000000016100
            0c2d0080010000fd00001f00006100000360616263646566676807000004
            fe0000020000000100ad4da50c
        )")
                                     << fromHex(R"(
            0100000101 # column count
            17000002036465660000000161000c2d0080010000fd00001f0000 # column definition
            6100000360 # row: 96 bytes
        )") + "abcdefgh"_ba.repeated(12) + fromHex("07000004fe000002000000");
}

void tst_CompressedReader::readsFramesOfServers()
{
    QFETCH(Algorithm, algorithm);
    QFETCH(QByteArray, frames);
    QFETCH(QByteArray, plain);
    if (!Wire::isCompressionAvailable(algorithm))
        QSKIP("Built without it");
    for (const qsizetype portion : {1, 10, 1000}) {
        CompressedReader reader(algorithm);
        reader.expectAnswer(1);
        QCOMPARE(receive(&reader, frames, portion, 1000).plain.toHex(' '), plain.toHex(' '));
        QVERIFY(!reader.isOutOfOrder());
        QVERIFY(reader.isEmpty());
    }
}

void tst_CompressedReader::readsStoredFramesBeforeTheyAreComplete()
{
    CompressedReader reader(Algorithm::None);
    Received received;
    give(&reader, fromHex("050000 00 000000 6162"));
    drain(&reader, 100, &received);
    QCOMPARE(received.plain, "ab");
    QVERIFY(!reader.isEmpty());
    give(&reader, fromHex("636465"));
    drain(&reader, 100, &received);
    QCOMPARE(received.plain, "abcde");
    QVERIFY(reader.isEmpty());
}

void tst_CompressedReader::takesAFewEmptyFrames()
{
    QByteArray frames;
    for (int i = 0; i < 32; ++i)
        frames += frame({}, 0, quint8(2 * i)) + frame("x", 0, quint8(2 * i + 1));
    QCOMPARE(receive(Algorithm::None, frames).plain, QByteArray(32, 'x'));
}

void tst_CompressedReader::refusesEmptyFramesWithoutEnd()
{
    QByteArray frames;
    for (int i = 0; i < 100; ++i)
        frames += frame({}, 0, quint8(i));
    for (const qsizetype portion : {1, 7, 65536}) {
        const Received received = receive(Algorithm::None, frames, portion);
        QCOMPARE(received.status, Status::Malformed);
        QVERIFY(received.plain.isEmpty());
    }
}

void tst_CompressedReader::holdsTheLastByteBackUntilTheFrameIsComplete()
{
    QFETCH(Algorithm, algorithm);
    const QByteArray plain = QByteArray(200, 'x') + pattern(200);
    const QByteArray frames = compress(algorithm, plain);
    for (const qsizetype readSize : {1, 400, 1000}) {
        forEachTruncation(frames, [&](QByteArrayView truncated) {
            CompressedReader reader(algorithm);
            const Received received = receive(&reader, truncated, 65536, readSize);
            QCOMPARE(received.status, Status::NeedMore);
            QVERIFY(received.plain.size() < plain.size());
            QVERIFY(plain.startsWith(received.plain));
            QCOMPARE(reader.isEmpty(), truncated.isEmpty());
        });
    }
}

void tst_CompressedReader::refusesBrokenFrames_data()
{
    QTest::addColumn<Algorithm>("algorithm");
    QTest::addColumn<QByteArray>("frames");
    QTest::addColumn<qsizetype>("atMost"); // bytes that may be returned before

    QTest::newRow("compressed, and nothing was agreed on")
        << Algorithm::None << frame("abcdef", 10) << qsizetype(0);
    for (const Algorithm algorithm : {Algorithm::Zlib, Algorithm::Zstd}) {
        if (!Wire::isCompressionAvailable(algorithm))
            continue;
        const char *name = algorithm == Algorithm::Zlib ? "zlib" : "zstd";
        const QByteArray plain = pattern(300) + pattern(300);
        const QByteArray body = bodyOf(algorithm, plain);
        const QByteArray bomb = bodyOf(algorithm, QByteArray(0xFFFFFF, '\0'));
        const auto add = [&](const char *what, const QByteArray &frames, qsizetype atMost) {
            QTest::addRow("%s: %s", name, what) << algorithm << frames << atMost;
        };
        add("longer by one than it says", frame(body, 599), 598);
        add("longer than it says", frame(body, 1), 0);
        add("bomb", frame(bomb, 1000), 999);
        add("shorter by one than it says", frame(body, 601), 600);
        add("shorter than it says", frame(body, 0xFFFFFF), 600);
        add("byte behind its end", frame(body + 'x', 600), 599);
        add("second body behind the first", frame(body + body, 1200), 600);
        add("without its last byte", frame(body.chopped(1), 600), 599);
        add("first byte alone", frame(body.first(1), 600), 0);
        add("without body", frame({}, 600), 0);
        add("noise", frame(noise(100), 600), 600);
        add("body of no bytes", frame(bodyOf(algorithm, plain).first(2), 1), 0);
        add("after a good one", frame(body, 600) + frame(noise(100), 600, 1), 1200);
        add("wrapped twice", frame(frame(body, 600), 600), 600);
    }
    if (Wire::isCompressionAvailable(Algorithm::Zlib)) {
        const QByteArray body = bodyOf(Algorithm::Zlib, QByteArray(200, 'x'));
        QTest::newRow("zlib: checksum of other bytes")
            << Algorithm::Zlib << frame(body.chopped(1) + char(body.back() ^ 1), 200)
            << qsizetype(199);
        // A preset dictionary would be history that nobody has: RFC 1950, bit FDICT.
        QTest::newRow("zlib: needs a dictionary")
            << Algorithm::Zlib << frame(fromHex("78bb 00000001") + body.sliced(2), 200)
            << qsizetype(0);
    }
    if (Wire::isCompressionAvailable(Algorithm::Zstd)) {
        // RFC 8878: magic number, no single segment, a window descriptor, a raw block "abc".
        QTest::newRow("zstd: window of 32 MiB")
            << Algorithm::Zstd << frame(fromHex("28b52ffd 00 78 190000 616263"), 3) << qsizetype(0);
        QTest::newRow("zstd: terabytes promised")
            << Algorithm::Zstd << frame(fromHex("28b52ffd e0 ffffffffffff0000 190000 616263"), 3)
            << qsizetype(0);
        QTest::newRow("zstd: format of version 0.7")
            << Algorithm::Zstd << frame(fromHex("27b52ffd 20 90 190000 616263"), 3) << qsizetype(0);
        QTest::newRow("zstd: skippable frame")
            << Algorithm::Zstd << frame(fromHex("502a4d18 02000000 6162"), 2) << qsizetype(0);
    }
}

void tst_CompressedReader::refusesBrokenFrames()
{
    QFETCH(Algorithm, algorithm);
    QFETCH(QByteArray, frames);
    QFETCH(qsizetype, atMost);
    for (const qsizetype portion : {1, 16, 1 << 16}) {
        for (const qsizetype readSize : {1, 599, 600, 601, 1 << 16}) {
            CompressedReader reader(algorithm);
            Received received = receive(&reader, frames, portion, readSize);
            QCOMPARE(received.status, Status::Malformed);
            QVERIFY(!reader.errorString().isEmpty());
            QVERIFY2(received.plain.size() <= atMost, QByteArray::number(received.plain.size()));
            drain(&reader, readSize, &received);
            QCOMPARE(received.status, Status::Malformed);
        }
    }
}

void tst_CompressedReader::inflatesNoMoreThanAskedFor()
{
    QFETCH(Algorithm, algorithm);
    const QByteArray frames = compress(algorithm, QByteArray(0xFFFFFF, 'x'));
    CompressedReader reader(algorithm);
    const std::span<char> space = reader.prepare();
    const auto first = qMin(frames.size(), qsizetype(space.size()));
    give(&reader, QByteArrayView(frames).first(first));
    QByteArray to(1000, ' ');
    for (int i = 0; i < 50; ++i) {
        to.fill(' ');
        qsizetype count = 0;
        QCOMPARE(reader.read({to.data(), 900}, &count), Status::Ready);
        QCOMPARE(count, 900);
        QCOMPARE(to, QByteArray(900, 'x') + QByteArray(100, ' '));
    }
}

void tst_CompressedReader::endsWithDamagedFrames()
{
    QFETCH(Algorithm, algorithm);
    const QByteArray plain = packets();
    const QByteArray frames = compress(algorithm, plain, 200);
    int refused = 0;
    const auto play = [&](QByteArrayView damaged) {
        const Received received = receive(algorithm, damaged, 50, 64);
        QVERIFY(received.status != Status::Ready);
        refused += received.status == Status::Malformed;
    };
    forEachMutation(frames, play);
    if (algorithm != Algorithm::None)
        QVERIFY(refused > 0);
}

void tst_CompressedReader::noticesFramesOutOfOrder_data()
{
    QTest::addColumn<QByteArray>("numbers");
    QTest::addColumn<bool>("outOfOrder");
    QTest::newRow("first") << fromHex("03") << false;
    QTest::newRow("following") << fromHex("03 04 05") << false;
    QTest::newRow("before the expected one") << fromHex("02") << true;
    QTest::newRow("after the expected one") << fromHex("04") << true;
    QTest::newRow("repeated") << fromHex("03 04 04") << true;
    QTest::newRow("left out") << fromHex("03 05") << true;
    QTest::newRow("from the start") << fromHex("03 04 00") << true;
}

void tst_CompressedReader::noticesFramesOutOfOrder()
{
    QFETCH(QByteArray, numbers);
    QFETCH(bool, outOfOrder);
    // The answer before has left the count at 4, and the next one starts elsewhere.
    CompressedReader reader(Algorithm::None);
    reader.expectAnswer(1);
    for (const int number : {1, 2, 3, 4})
        (void)receive(&reader, frame("a", 0, quint8(number)), 100, 100);
    reader.finishAnswer();
    QVERIFY(!reader.isOutOfOrder());

    reader.expectAnswer(3);
    QByteArray frames;
    for (const char number : numbers)
        frames += frame("x", 0, quint8(number));
    QCOMPARE(receive(&reader, frames, 100, 100).plain, QByteArray(numbers.size(), 'x'));
    QCOMPARE(reader.isOutOfOrder(), outOfOrder);
    QCOMPARE(reader.sequence(), quint8(numbers.back()));
}

void tst_CompressedReader::readsUpToTheFrameOutOfOrder()
{
    CompressedReader reader(Algorithm::None);
    reader.expectAnswer(1);
    give(&reader, frame("in order", 0, 1) + frame("not", 0, 7) + frame("nor this", 0, 8));
    char to[100];
    qsizetype count = 0;
    QCOMPARE(reader.read(to, &count), Status::Ready);
    QCOMPARE(QByteArrayView(to, count), "in order");
    QVERIFY(!reader.isOutOfOrder());
    QCOMPARE(reader.read(to, &count), Status::Ready);
    QCOMPARE(QByteArrayView(to, count), "not");
    QVERIFY(reader.isOutOfOrder());
    QCOMPARE(reader.read(to, &count), Status::Ready);
    QVERIFY(reader.isOutOfOrder());
}

void tst_CompressedReader::expectsAnswersOfSeveralCommands()
{
    // The second command took three frames, so its answer starts at 3.
    CompressedReader reader(Algorithm::None);
    for (const int sequence : {1, 3, 1})
        reader.expectAnswer(quint8(sequence));
    const QByteArray frames = frame("a", 0, 1) + frame("b", 0, 2) + frame("c", 0, 3)
                              + frame("d", 0, 1) + frame("e", 0, 2);
    QCOMPARE(receive(&reader, frames, 100, 100).plain, "abcde");
    QVERIFY(!reader.isOutOfOrder());
    for (int i = 0; i < 3; ++i)
        reader.finishAnswer();
    (void)receive(&reader, frame("f", 0, 1), 100, 100);
    QVERIFY(reader.isOutOfOrder());
}

void tst_CompressedReader::knowsWhetherItIsEmpty()
{
    QFETCH(Algorithm, algorithm);
    CompressedReader reader(algorithm);
    QVERIFY(reader.isEmpty());
    Received received;
    drain(&reader, 10, &received);
    QCOMPARE(received.status, Status::NeedMore);
    QVERIFY(reader.isEmpty());
    const QByteArray frames = compress(algorithm, QByteArray(100, 'x'));
    give(&reader, QByteArrayView(frames).first(1));
    QVERIFY(!reader.isEmpty());
    drain(&reader, 10, &received);
    QVERIFY(!reader.isEmpty());
    give(&reader, QByteArrayView(frames).sliced(1));
    qsizetype count = 0;
    QByteArray to(99, ' ');
    QCOMPARE(reader.read({to.data(), 99}, &count), Status::Ready);
    QCOMPARE(count, 99);
    QVERIFY(!reader.isEmpty());
    QCOMPARE(reader.read({to.data(), 99}, &count), Status::Ready);
    QCOMPARE(count, 1);
    QVERIFY(reader.isEmpty());
}

QTEST_APPLESS_MAIN(tst_CompressedReader)
#include "tst_compressedreader.moc"
