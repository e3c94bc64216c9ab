// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "packetreader.h"
#include "packetwriter.h"
#include "rowstore.h"

#include <QtCore/qrandom.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <cstring>

using namespace AsyncMySql;
using Values::RowRun;
using Values::RowStore;
using Wire::PacketReader;

namespace {

QByteArray rowOf(qsizetype size, qsizetype number)
{
    QByteArray row(size, static_cast<char>('a' + number % 26));
    std::memcpy(row.data(), &number, static_cast<size_t>(qMin<qsizetype>(size, sizeof(number))));
    return row;
}

/// Sends rows through a packet reader into a store, as an exchange does.
class Feeder
{
public:
    explicit Feeder(const PacketReader::Limits &limits)
        : m_limits(limits)
        , m_reader(limits)
    {
    }

    /// Feeds in pieces of at most \a pieceSize bytes; packets of which \a isRow says no are
    /// dropped.
    template <typename IsRow>
    bool feed(const QList<QByteArray> &payloads, RowStore *store, qsizetype pieceSize, IsRow isRow)
    {
        QByteArray stream;
        quint8 sequence = 0;
        for (const QByteArray &payload : payloads)
            Wire::appendPacket(&stream, payload, &sequence, m_limits.framePayload);
        qsizetype number = 0;
        for (QByteArrayView rest = stream; !rest.isEmpty();) {
            const std::span<char> space = m_reader.prepare();
            const qsizetype count = std::min({rest.size(), qsizetype(space.size()), pieceSize});
            std::memcpy(space.data(), rest.data(), static_cast<size_t>(count));
            m_reader.commit(count);
            rest = rest.sliced(count);
            Wire::Packet packet;
            PacketReader::Status status;
            while ((status = m_reader.next(&packet)) == PacketReader::Status::Ready) {
                if (isRow(number++))
                    store->append(packet.payload, m_reader.block());
            }
            if (status != PacketReader::Status::NeedMore)
                return false;
        }
        return number == payloads.size();
    }

    bool feed(const QList<QByteArray> &payloads, RowStore *store, qsizetype pieceSize)
    {
        return feed(payloads, store, pieceSize, [](qsizetype) { return true; });
    }

    const Wire::ByteBlockPointer &block() const { return m_reader.block(); }

private:
    PacketReader::Limits m_limits;
    PacketReader m_reader;
};

} // namespace

class tst_RowStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startsEmpty();
    void findsEveryRow_data();
    void findsEveryRow();
    void walksInBothDirections();
    void rowsBetweenOtherPackets();
    void memoryStaysNearTheWireSize_data();
    void memoryStaysNearTheWireSize();
    void finishedStoreLeavesTheReaderItsBlock();
    void smallResultHoldsLittle();
    void outlivesTheReader();
    void rowsAreTakenFromTheFront_data();
    void rowsAreTakenFromTheFront();
    void takenRowsShareTheirBlocks();
    void takenBlocksAreLeftToTheReader();
    void aStreamHoldsOnlyWhatWasNotTaken();
};

void tst_RowStore::startsEmpty()
{
    RowStore store;
    QCOMPARE(store.rowCount(), 0);
    QCOMPARE(store.wireSize(), 0);
    store.finish();
    QCOMPARE(store.rowCount(), 0);
}

void tst_RowStore::findsEveryRow_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("largest");
    QTest::addColumn<int>("blockSize");
    QTest::addColumn<int>("framePayload");
    QTest::addColumn<int>("pieceSize");
    QTest::newRow("one row") << 1 << 10 << 4096 << 0xFFFFFF << 4096;
    QTest::newRow("byte by byte") << 50 << 40 << 64 << 0xFFFFFF << 1;
    QTest::newRow("many blocks") << 5000 << 100 << 512 << 0xFFFFFF << 300;
    QTest::newRow("a row is larger than a block") << 200 << 3000 << 256 << 0xFFFFFF << 777;
    QTest::newRow("rows of several frames") << 500 << 100 << 256 << 8 << 50;
    QTest::newRow("real sizes") << 20000 << 200 << 256 * 1024 << 0xFFFFFF << 65536;
}

void tst_RowStore::findsEveryRow()
{
    QFETCH(const int, count);
    QFETCH(const int, largest);
    QFETCH(const int, blockSize);
    QFETCH(const int, framePayload);
    QFETCH(const int, pieceSize);
    PacketReader::Limits limits;
    limits.blockSize = blockSize;
    limits.framePayload = framePayload;

    QRandomGenerator random(42);
    QList<QByteArray> rows;
    qsizetype wireSize = 0;
    for (int i = 0; i < count; ++i) {
        rows.append(rowOf(1 + random.bounded(largest), i));
        wireSize += 4 + rows.last().size();
    }
    RowStore store;
    Feeder feeder(limits);
    QVERIFY(feeder.feed(rows, &store, pieceSize));

    for (const bool finished : {false, true}) {
        if (finished)
            store.finish();
        QCOMPARE(store.rowCount(), rows.size());
        QCOMPARE(store.wireSize(), wireSize);
        RowRun run;
        for (qsizetype i = 0; i < rows.size(); ++i) {
            QCOMPARE(store.row(i), rows.at(i));
            QCOMPARE(store.row(i, &run), rows.at(i));
        }
    }
}

void tst_RowStore::walksInBothDirections()
{
    PacketReader::Limits limits;
    limits.blockSize = 256;
    QList<QByteArray> rows;
    for (int i = 0; i < 1000; ++i)
        rows.append(rowOf(20, i));
    RowStore store;
    Feeder feeder(limits);
    QVERIFY(feeder.feed(rows, &store, 256));
    store.finish();

    RowRun run;
    for (qsizetype i = rows.size(); i-- > 0;)
        QCOMPARE(store.row(i, &run), rows.at(i));
    QRandomGenerator random(1);
    for (int i = 0; i < 1000; ++i) {
        const qsizetype index = random.bounded(int(rows.size()));
        QCOMPARE(store.row(index, &run), rows.at(index));
    }
}

void tst_RowStore::rowsBetweenOtherPackets()
{
    PacketReader::Limits limits;
    limits.blockSize = 4096;
    QList<QByteArray> packets;
    for (int i = 0; i < 300; ++i)
        packets.append(rowOf(40, i));
    RowStore store;
    Feeder feeder(limits);
    QVERIFY(feeder.feed(packets, &store, 1000, [](qsizetype number) { return number % 3 == 1; }));
    store.finish();
    QCOMPARE(store.rowCount(), 100);
    for (qsizetype i = 0; i < 100; ++i)
        QCOMPARE(store.row(i), packets.at(i * 3 + 1));
    QVERIFY(store.memorySize() < store.wireSize() + store.rowCount() * 16 + 1024);
}

void tst_RowStore::memoryStaysNearTheWireSize_data()
{
    QTest::addColumn<int>("rowSize");
    QTest::addColumn<int>("count");
    QTest::newRow("tiny rows") << 6 << 300000;
    QTest::newRow("common rows") << 80 << 100000;
    QTest::newRow("rows of a few KB") << 5000 << 2000;
    QTest::newRow("rows that leave much of a block idle") << 90 * 1024 << 60;
    QTest::newRow("rows over a block") << 300 * 1024 << 20;
}

void tst_RowStore::memoryStaysNearTheWireSize()
{
    QFETCH(const int, rowSize);
    QFETCH(const int, count);
    RowStore store;
    Feeder feeder{PacketReader::Limits()};
    const QList<QByteArray> some(1000, rowOf(rowSize, 7));
    for (int fed = 0; fed < count; fed += 1000)
        QVERIFY(feeder.feed(some.first(qMin(1000, count - fed)), &store, 65536));
    QCOMPARE(store.rowCount(), count);

    const qsizetype bytes = store.wireSize();
    const qsizetype block = PacketReader::Limits().blockSize;
    QVERIFY2(store.memorySize() < bytes + bytes / 32 + 16 * qsizetype(count) + 3 * block + rowSize,
             "while it is filled");
    store.finish();
    QVERIFY2(store.memorySize() < bytes + bytes / 32 + 16 * qsizetype(count) + 4096,
             "when finished");
}

void tst_RowStore::finishedStoreLeavesTheReaderItsBlock()
{
    RowStore store;
    Feeder feeder{PacketReader::Limits()};
    QVERIFY(feeder.feed({rowOf(100, 1), rowOf(100, 2)}, &store, 65536));
    QVERIFY(feeder.block().use_count() > 1);
    store.finish();
    QCOMPARE(feeder.block().use_count(), 1);
    QCOMPARE(store.row(1), rowOf(100, 2));
}

void tst_RowStore::smallResultHoldsLittle()
{
    RowStore store;
    Feeder feeder{PacketReader::Limits()};
    QVERIFY(feeder.feed({rowOf(20, 1)}, &store, 65536));
    store.finish();
    QVERIFY(store.memorySize() < 512);
}

void tst_RowStore::outlivesTheReader()
{
    RowStore store;
    QList<QByteArray> rows;
    for (int i = 0; i < 100; ++i)
        rows.append(rowOf(50, i));
    {
        PacketReader::Limits limits;
        limits.blockSize = 1024;
        Feeder feeder(limits);
        QVERIFY(feeder.feed(rows, &store, 100));
    }
    for (qsizetype i = 0; i < rows.size(); ++i)
        QCOMPARE(store.row(i), rows.at(i));
}

void tst_RowStore::rowsAreTakenFromTheFront_data()
{
    QTest::addColumn<int>("taken");
    for (const int taken : {0, 1, 7, 50, 99, 100, 1000})
        QTest::addRow("%d", taken) << taken;
}

void tst_RowStore::rowsAreTakenFromTheFront()
{
    QFETCH(const int, taken);
    PacketReader::Limits limits;
    limits.blockSize = 256;
    Feeder feeder(limits);
    RowStore store;
    QList<QByteArray> rows;
    qsizetype first = 0; // of the rows that are in the store
    for (int round = 0; round < 20; ++round) {
        QList<QByteArray> more;
        for (int i = 0; i < 30; ++i)
            more.append(rowOf(10 + i, rows.size() + i));
        QVERIFY(feeder.feed(more, &store, 100));
        rows += more;

        const qsizetype sizeBefore = store.wireSize();
        const RowStore front = store.takeFirst(taken);
        const qsizetype count = qMin<qsizetype>(taken, rows.size() - first);
        QCOMPARE(front.rowCount(), count);
        RowRun run;
        qsizetype frontSize = 0;
        for (qsizetype i = 0; i < count; ++i) {
            QCOMPARE(front.row(i, &run), rows.at(first + i));
            frontSize += 4 + rows.at(first + i).size();
        }
        first += count;
        QCOMPARE(front.wireSize(), frontSize);
        QCOMPARE(store.wireSize(), sizeBefore - frontSize);
        QCOMPARE(store.rowCount(), rows.size() - first);
        run = {};
        for (qsizetype i = store.rowCount(); i-- > 0;)
            QCOMPARE(store.row(i, &run), rows.at(first + i));
    }
    store.finish();
    for (qsizetype i = 0; i < store.rowCount(); ++i)
        QCOMPARE(store.row(i), rows.at(first + i));
}

void tst_RowStore::takenRowsShareTheirBlocks()
{
    Feeder feeder{PacketReader::Limits()};
    RowStore store;
    QVERIFY(feeder.feed({rowOf(100, 1), rowOf(100, 2), rowOf(100, 3)}, &store, 65536));
    const char *second = store.row(1).data();
    const char *third = store.row(2).data();
    RowStore front = store.takeFirst(2);
    QVERIFY(front.row(1).data() == second);
    QVERIFY(store.row(0).data() == third);
    // What was taken can be taken from again.
    const RowStore one = front.takeFirst(1);
    QCOMPARE(one.row(0), rowOf(100, 1));
    QCOMPARE(front.row(0), rowOf(100, 2));
}

void tst_RowStore::takenBlocksAreLeftToTheReader()
{
    Feeder feeder{PacketReader::Limits()};
    RowStore store;
    QVERIFY(feeder.feed({rowOf(100, 1), rowOf(100, 2)}, &store, 65536));
    const Wire::ByteBlock *block = feeder.block().get();
    {
        const RowStore front = store.takeFirst(1);
        QVERIFY(feeder.block().use_count() > 1);
    }
    QVERIFY(feeder.block().use_count() > 1); // the second row
    static_cast<void>(store.takeFirst(1));
    QCOMPARE(feeder.block().use_count(), 1);
    QCOMPARE(store.rowCount(), 0);
    QCOMPARE(store.wireSize(), 0);

    QVERIFY(feeder.feed({rowOf(100, 3)}, &store, 65536));
    QVERIFY(feeder.block().get() == block);
    QCOMPARE(store.rowCount(), 1);
    QCOMPARE(store.row(0), rowOf(100, 3));
}

void tst_RowStore::aStreamHoldsOnlyWhatWasNotTaken()
{
    Feeder feeder{PacketReader::Limits()};
    RowStore store;
    const QList<QByteArray> some(1000, rowOf(200, 7));
    const qsizetype block = PacketReader::Limits().blockSize;
    for (int round = 0; round < 100; ++round) {
        QVERIFY(feeder.feed(some, &store, 65536));
        // A little less than came, so that cuts are everywhere in the blocks.
        static_cast<void>(store.takeFirst(997));
        QVERIFY(store.memorySize() < store.wireSize() + 16 * 1000 + 4 * block);
    }
    QCOMPARE(store.rowCount(), 300);
}

QTEST_APPLESS_MAIN(tst_RowStore)
#include "tst_rowstore.moc"
