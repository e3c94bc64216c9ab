// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "batchscript.h"
#include "bytes.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Progress = Exchange::Progress;

namespace {

QByteArray bulk(const char *typesAndRows)
{
    return 'C' + fromHex("fa 07000000 8000") + fromHex(typesAndRows);
}

} // namespace

class tst_BulkBatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bulkTakesManyRowsInOnePacket();
    void bulkSendsTheNextPacketAfterTheAnswer();
    void bulkPacketsStayBelowTheLimit_data();
    void bulkPacketsStayBelowTheLimit();
    void bulkStartsAPacketWhereATypeChanges();
    void bulkHasNoTypeForNull();
    void bulkReadsUnitResultsCutAnywhere_data();
    void bulkReadsUnitResultsCutAnywhere();
    void bulkWithoutUnitResultsKnowsFewIds_data();
    void bulkWithoutUnitResultsKnowsFewIds();
    void bulkStopsAtTheFirstError();
    void failedRowsAreThoseOfThePacket_data();
    void failedRowsAreThoseOfThePacket();
    void bulkSurvivesBrokenUnitResults();
    void statementsThatBulkCannotDoAreExecutedOneByOne();
    void statementsWithoutParametersAreExecutedOneByOne();
};

void tst_BulkBatch::bulkTakesManyRowsInOnePacket()
{
    BatchScript batch({{1, u"a"_s}, {QVariant(), u"b"_s}, {defaultValue(), QString()}}, Bulk);
    QCOMPARE(batch.reader.takeSent(), QByteArrayList{bulk("0300 fd00 # INT, VAR_STRING\n"
                                                          "00 01000000 00 01 61\n"
                                                          "01 # NULL\n 00 01 62\n"
                                                          "02 # DEFAULT\n 01 # NULL\n")});
    QVERIFY(batch.exchange.isWritten());
    QCOMPARE(batch.exchange.sentRows(), 3);
    QCOMPARE(batch.exchange.confirmedRows(), 0);
    QVERIFY(!batch.exchange.hasAnswerBegun());

    batch.reader.feed(streamOf({okWith(3, 0, 4)}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(!batch.exchange.failure());
    QCOMPARE(batch.exchange.confirmedRows(), 3);
    QCOMPARE(batch.exchange.affectedRows(), quint64(3));
    QCOMPARE(batch.exchange.warningCount(), 4);
}

void tst_BulkBatch::bulkSendsTheNextPacketAfterTheAnswer()
{
    const QByteArray value(100 * 1024, 'x');
    BatchScript batch({{value}, {value}, {value}, {value}, {value}}, Bulk);
    for (const qsizetype sent : {2, 4, 5}) {
        const QByteArrayList commands = batch.reader.takeSent();
        QCOMPARE(commands.size(), 1);
        QVERIFY(commands.first().size() <= 256 * 1024);
        QCOMPARE(batch.exchange.sentRows(), sent);
        QCOMPARE(batch.exchange.isWritten(), sent == 5);
        batch.reader.feed(streamOf({okWith(2, 0)}));
        QCOMPARE(batch.exchange.confirmedRows(), sent);
    }
    QCOMPARE(batch.reader.completeAnswers(), 2);
    QCOMPARE(batch.reader.progress(), Progress::Finished);
}

void tst_BulkBatch::bulkPacketsStayBelowTheLimit_data()
{
    QTest::addColumn<int>("maximumPacket");
    QTest::addColumn<QList<int>>("sizes");

    // Seven bytes of the command, two of the type, five for each row.
    QTest::newRow("one row") << 15 << QList<int>{14, 14, 14};
    QTest::newRow("not quite two") << 19 << QList<int>{14, 14, 14};
    QTest::newRow("two rows") << 20 << QList<int>{19, 14};
    QTest::newRow("all") << 100 << QList<int>{24};
}

void tst_BulkBatch::bulkPacketsStayBelowTheLimit()
{
    QFETCH(const int, maximumPacket);
    BatchExchange::Settings settings;
    settings.maximumPacket = maximumPacket;
    BatchScript batch(numberedRows(3), Bulk, settings);
    QList<int> sizes;
    while (batch.reader.progress() == Progress::NeedPacket && sizes.size() < 10) {
        for (const QByteArray &command : batch.reader.takeSent())
            sizes.append(static_cast<int>(command.size() - 1));
        batch.reader.feed(streamOf({okWith(1, 0)}));
    }
    QTEST(sizes, "sizes");
    QCOMPARE(batch.exchange.confirmedRows(), 3);
}

void tst_BulkBatch::bulkStartsAPacketWhereATypeChanges()
{
    BatchScript batch({{1, 1}, {2, QVariant()}, {3, 0.5}, {QVariant(), 0.25}, {u"x"_s, QVariant()}},
                      Bulk);
    QCOMPARE(batch.reader.takeSent(),
             QByteArrayList{bulk("0300 0300  00 01000000 00 01000000  00 02000000 01")});
    batch.reader.feed(streamOf({okWith(2, 0)}));
    QCOMPARE(batch.reader.takeSent(),
             QByteArrayList{bulk("0300 0500  00 03000000 00 000000000000e03f"
                                 "01 00 000000000000d03f")});
    batch.reader.feed(streamOf({okWith(2, 0)}));
    QCOMPARE(batch.reader.takeSent(), QByteArrayList{bulk("fd00 fd00  00 01 78 01")});
    batch.reader.feed(streamOf({okWith(1, 0)}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.confirmedRows(), 5);
}

void tst_BulkBatch::bulkHasNoTypeForNull()
{
    BatchScript batch({{QVariant(), QVariant()}, {defaultValue(), true}, {QVariant(), false}},
                      Bulk);
    QCOMPARE(batch.reader.takeSent(), QByteArrayList{bulk("fd00 0100  01 01  02 00 01  01 00 00")});
}

void tst_BulkBatch::bulkReadsUnitResultsCutAnywhere_data()
{
    QTest::addColumn<Capabilities>("capabilities");
    QTest::newRow("ended by OK") << UnitResults;
    QTest::newRow("ended by EOF") << (UnitResults & ~Capability::DeprecateEof);
    QTest::newRow("cached metadata") << (UnitResults | Capability::MariaDbCacheMetadata);
}

void tst_BulkBatch::bulkReadsUnitResultsCutAnywhere()
{
    QFETCH(const Capabilities, capabilities);
    const QByteArray first = streamOf(unitResultPackets({{10, 1}, {300, 1}}, capabilities, 1));
    QByteArrayList secondPackets = unitResultPackets({{0, 2}}, capabilities);
    if (capabilities & Capability::MariaDbCacheMetadata)
        secondPackets
            = QByteArrayList{columnCountPacket(capabilities, 2, false)} + secondPackets.sliced(3);
    const QByteArray second = streamOf(secondPackets);

    for (qsizetype portion = 1; portion <= first.size(); ++portion) {
        BatchScript batch({{1}, {2}, {u"x"_s}}, capabilities);
        QCOMPARE(batch.reader.takeSent(),
                 QByteArrayList{'C' + fromHex("fa 07000000 c000 0300 00 01000000 00 02000000")});
        batch.reader.feed(first, portion);
        QCOMPARE(batch.exchange.confirmedRows(), 2);
        QCOMPARE(batch.reader.takeSent().size(), 1);
        batch.reader.feed(second, portion);
        QCOMPARE(batch.reader.progress(), Progress::Finished);
        QVERIFY(!batch.exchange.failure());
        QCOMPARE(batch.exchange.confirmedRows(), 3);
        QCOMPARE(batch.exchange.affectedRows(), quint64(4));
        QCOMPARE(batch.exchange.insertIds(), (QList<quint64>{10, 300, 0}));
        QCOMPARE(batch.exchange.warningCount(), 1);
    }
}

void tst_BulkBatch::bulkWithoutUnitResultsKnowsFewIds_data()
{
    QTest::addColumn<QList<QVariantList>>("rows");
    QTest::addColumn<QVariantList>("ids");
    QTest::newRow("several rows in a packet")
        << QList<QVariantList>{{u"a"_s}, {1}, {2}} << QVariantList();
    QTest::newRow("one row in each packet")
        << QList<QVariantList>{{u"a"_s}, {1}} << QVariantList{10, 11};
}

void tst_BulkBatch::bulkWithoutUnitResultsKnowsFewIds()
{
    QFETCH(const QList<QVariantList>, rows);
    BatchScript batch(rows, Bulk);
    batch.reader.feed(streamOf({okWith(1, 10)}));
    batch.reader.feed(streamOf({okWith(2, 11)}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.affectedRows(), quint64(3));
    QTEST(QVariant::fromValue(batch.exchange.insertIds()).toList(), "ids");
}

void tst_BulkBatch::bulkStopsAtTheFirstError()
{
    BatchScript batch({{1}, {2}, {u"a"_s}, {3}}, UnitResults);
    batch.reader.feed(streamOf(unitResultPackets({{1, 1}, {2, 1}}, UnitResults)));
    QCOMPARE(batch.exchange.sentRows(), 3);
    batch.reader.takeSent();
    batch.reader.feed(streamOf({errorPacketOf(1366, "Incorrect integer value")}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(batch.reader.takeSent().isEmpty());
    QCOMPARE(batch.exchange.failure().serverErrorNumber, quint16(1366));
    QCOMPARE(batch.exchange.confirmedRows(), 2);
    QCOMPARE(batch.exchange.sentRows(), 3);
    QCOMPARE(batch.exchange.affectedRows(), quint64(2));
    QCOMPARE(batch.exchange.insertIds(), (QList<quint64>{1, 2}));
    QVERIFY(batch.exchange.isWritten());
    QVERIFY(!batch.exchange.nextOutput());
}

void tst_BulkBatch::failedRowsAreThoseOfThePacket_data()
{
    QTest::addColumn<bool>("beginsWithOneRow");
    QTest::addColumn<int>("answersBefore");
    QTest::addColumn<qsizetype>("failedRows");
    QTest::newRow("all in one") << false << 0 << qsizetype(4);
    QTest::newRow("the first alone") << true << 0 << qsizetype(1);
    QTest::newRow("those behind it") << true << 1 << qsizetype(3);
}

void tst_BulkBatch::failedRowsAreThoseOfThePacket()
{
    QFETCH(const bool, beginsWithOneRow);
    QFETCH(const int, answersBefore);
    BatchExchange::Settings settings;
    settings.beginsWithOneRow = beginsWithOneRow;
    BatchScript batch(numberedRows(4), Bulk, settings);
    for (int i = 0; i < answersBefore; ++i)
        batch.reader.feed(streamOf({okWith(1, 0)}));
    QCOMPARE(batch.exchange.failedRows(), 0);
    batch.reader.feed(streamOf({errorPacketOf(1290, "read-only")}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.confirmedRows(), answersBefore);
    QTEST(batch.exchange.failedRows(), "failedRows");
}

void tst_BulkBatch::bulkSurvivesBrokenUnitResults()
{
    const QByteArrayList packets = unitResultPackets({{1, 1}, {2, 1}}, UnitResults);
    for (qsizetype i = 0; i < packets.size(); ++i) {
        truncateAndMutate(packets[i], [&](QByteArrayView damaged) {
            QByteArrayList changed = packets;
            changed[i] = damaged.toByteArray();
            BatchScript batch(numberedRows(2), UnitResults);
            batch.reader.feed(streamOf(changed));
            QVERIFY(batch.exchange.confirmedRows() <= 2);
            QVERIFY(batch.exchange.insertIds().isEmpty() || batch.exchange.insertIds().size() == 2);
        });
    }
}

void tst_BulkBatch::statementsThatBulkCannotDoAreExecutedOneByOne()
{
    BatchScript batch(numberedRows(2), Bulk);
    QCOMPARE(batch.reader.takeSent().first().first(2), QByteArray("C\xFA"));
    batch.reader.feed(streamOf({errorPacketOf(1295, "not supported in this protocol")}));
    QCOMPARE(batch.reader.progress(), Progress::NeedPacket);
    const QByteArrayList commands = batch.reader.takeSent();
    QCOMPARE(commands.size(), 2);
    QCOMPARE(commands[0], 'C' + fromHex("17 07000000 00 01000000 00 01 0300 01000000"));
    QCOMPARE(commands[1], 'C' + fromHex("17 07000000 00 01000000 00 00 02000000"));
    QCOMPARE(batch.exchange.sentRows(), 2);

    batch.reader.feed(streamOf({okWith(1, 5)}) + streamOf({okWith(1, 6)}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(!batch.exchange.failure());
    QCOMPARE(batch.exchange.confirmedRows(), 2);
    QCOMPARE(batch.exchange.insertIds(), (QList<quint64>{5, 6}));
}

void tst_BulkBatch::statementsWithoutParametersAreExecutedOneByOne()
{
    BatchScript batch({{}, {}}, Bulk);
    QCOMPARE(batch.reader.takeSent(), QByteArrayList(2, 'C' + fromHex("17 07000000 00 01000000")));
}

QTEST_APPLESS_MAIN(tst_BulkBatch)

#include "tst_bulkbatch.moc"
