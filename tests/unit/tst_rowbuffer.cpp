// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "packetreader.h"
#include "packetwriter.h"
#include "rowbuffer.h"

#include <QtCore/qbytearraylist.h>
#include <QtTest/qtest.h>

#include <cstring>

using namespace AsyncMySql;
using namespace AsyncMySql::Values;
using namespace Qt::StringLiterals;

namespace {

/// Appends rows as a packet reader hands them out.
void fill(RowBuffer *buffer, const QByteArrayList &rows)
{
    Wire::PacketReader reader;
    for (const QByteArray &row : rows) {
        QByteArray bytes;
        quint8 sequence = 0;
        Wire::appendPacket(&bytes, row, &sequence);
        const std::span<char> space = reader.prepare();
        QVERIFY(space.size() >= static_cast<size_t>(bytes.size()));
        std::memcpy(space.data(), bytes.constData(), static_cast<size_t>(bytes.size()));
        reader.commit(bytes.size());
        Wire::Packet packet;
        QCOMPARE(reader.next(&packet), Wire::PacketReader::Status::Ready);
        buffer->append(packet.payload, reader.block());
    }
}

QByteArrayList rowsOf(const std::shared_ptr<ResultData> &data)
{
    QByteArrayList rows;
    for (qsizetype i = 0; data && i < data->rows.rowCount(); ++i)
        rows.append(data->rows.row(i).toByteArray());
    return rows;
}

} // namespace

class tst_RowBuffer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesRowsInTheirOrder();
    void givesTheRowsOfOneResultAtATime();
    void skipsResultsWithoutRows();
    void knowsTheColumnsWhoseTurnItIs();
    void isFullAtItsLimit();
    void limitCanBeChanged();
    void rowsThatWereTakenStayValid();
    void discardsWhatIsThereAndWhatComes();
};

void tst_RowBuffer::givesRowsInTheirOrder()
{
    RowBuffer buffer(1000);
    QVERIFY(buffer.isEmpty());
    QVERIFY(!buffer.take(-1));
    buffer.beginResult(RowFormat::Binary, std::make_shared<ColumnSet>());
    QVERIFY(!buffer.take(-1));

    fill(&buffer, {"1", "2", "3", "4"});
    QCOMPARE(buffer.rowCount(), 4);
    QVERIFY(!buffer.take(0));
    const auto first = buffer.take(1);
    QCOMPARE(first->format, RowFormat::Binary);
    QCOMPARE(rowsOf(first), QByteArrayList{"1"});
    QCOMPARE(rowsOf(buffer.take(2)), (QByteArrayList{"2", "3"}));
    fill(&buffer, {"5"});
    QCOMPARE(buffer.rowCount(), 2);
    QCOMPARE(rowsOf(buffer.take(10)), (QByteArrayList{"4", "5"}));
    QVERIFY(buffer.isEmpty());
    QVERIFY(!buffer.take(-1));
    fill(&buffer, {"6", "7"});
    QCOMPARE(rowsOf(buffer.take(-1)), (QByteArrayList{"6", "7"}));
}

void tst_RowBuffer::givesTheRowsOfOneResultAtATime()
{
    RowBuffer buffer(1000);
    const auto first = std::make_shared<ColumnSet>();
    const auto second = std::make_shared<ColumnSet>();
    buffer.beginResult(RowFormat::Text, first);
    fill(&buffer, {"1", "2"});
    buffer.beginResult(RowFormat::Text, second);
    fill(&buffer, {"3"});
    QCOMPARE(buffer.rowCount(), 3);

    const auto taken = buffer.take(10);
    QCOMPARE(taken->columns, first);
    QCOMPARE(rowsOf(taken), (QByteArrayList{"1", "2"}));
    const auto rest = buffer.take(10);
    QCOMPARE(rest->columns, second);
    QCOMPARE(rowsOf(rest), QByteArrayList{"3"});
}

void tst_RowBuffer::skipsResultsWithoutRows()
{
    RowBuffer buffer(1000);
    for (int i = 0; i < 3; ++i)
        buffer.beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(&buffer, {"1"});
    for (int i = 0; i < 3; ++i)
        buffer.beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(&buffer, {"2"});
    QCOMPARE(rowsOf(buffer.take(-1)), QByteArrayList{"1"});
    QCOMPARE(rowsOf(buffer.take(-1)), QByteArrayList{"2"});
    QVERIFY(!buffer.take(-1));
}

void tst_RowBuffer::knowsTheColumnsWhoseTurnItIs()
{
    RowBuffer buffer(1000);
    QVERIFY(!buffer.columns());
    const auto first = std::make_shared<ColumnSet>();
    const auto second = std::make_shared<ColumnSet>();
    buffer.beginResult(RowFormat::Text, first);
    QCOMPARE(buffer.columns(), first);
    fill(&buffer, {"1"});
    buffer.beginResult(RowFormat::Text, second);
    QCOMPARE(buffer.columns(), first);
    buffer.take(-1);
    QCOMPARE(buffer.columns(), second);
}

void tst_RowBuffer::isFullAtItsLimit()
{
    // Every row takes 4 bytes more on the wire.
    RowBuffer buffer(10);
    buffer.beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(&buffer, {"1"});
    QVERIFY(!buffer.isFull());
    fill(&buffer, {"2"});
    QVERIFY(buffer.isFull());
    buffer.take(1);
    QVERIFY(!buffer.isFull());
    fill(&buffer, {QByteArray(100, 'x')});
    QVERIFY(buffer.isFull());
    buffer.take(1);
    QVERIFY(buffer.isFull());
    buffer.take(1);
    QVERIFY(!buffer.isFull());
}

void tst_RowBuffer::limitCanBeChanged()
{
    RowBuffer buffer(100);
    QCOMPARE(buffer.limit(), 100);
    buffer.beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(&buffer, {"1"});
    buffer.setLimit(5);
    QCOMPARE(buffer.limit(), 5);
    QVERIFY(buffer.isFull());
    buffer.setLimit(6);
    QVERIFY(!buffer.isFull());
}

void tst_RowBuffer::rowsThatWereTakenStayValid()
{
    auto buffer = std::make_unique<RowBuffer>(1000);
    buffer->beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(buffer.get(), {"1", "2", "3"});
    const auto first = buffer->take(1);
    const auto rest = buffer->take(-1);
    buffer.reset();
    QCOMPARE(rowsOf(first), QByteArrayList{"1"});
    QCOMPARE(rowsOf(rest), (QByteArrayList{"2", "3"}));
}

void tst_RowBuffer::discardsWhatIsThereAndWhatComes()
{
    RowBuffer buffer(5);
    buffer.beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(&buffer, {"1"});
    QVERIFY(buffer.isFull());
    buffer.discard();
    QVERIFY(!buffer.isFull());
    QVERIFY(buffer.isEmpty());
    fill(&buffer, {"2"});
    buffer.beginResult(RowFormat::Text, std::make_shared<ColumnSet>());
    fill(&buffer, {"3"});
    QVERIFY(!buffer.isFull());
    QVERIFY(!buffer.take(-1));
    QCOMPARE(buffer.rowCount(), 0);
}

QTEST_APPLESS_MAIN(tst_RowBuffer)

#include "tst_rowbuffer.moc"
