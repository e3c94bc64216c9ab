// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytereader.h"
#include "bytes.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using Tests::fromHex;

class tst_ByteReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsLittleEndianIntegers();
    void readsLengthEncodedIntegers_data();
    void readsLengthEncodedIntegers();
    void refusesIllegalLengthPrefixes_data();
    void refusesIllegalLengthPrefixes();
    void refusesLengthsBeyondTheEnd_data();
    void refusesLengthsBeyondTheEnd();
    void readsStrings();
    void refusesNulTerminatedWithoutNul();
    void refusesNegativeCounts();
    void staysFailed();
    void peeksWithoutConsuming();
    void canBeFailedByItsUser();
    void failsAtEveryTruncation();
};

void tst_ByteReader::readsLittleEndianIntegers()
{
    const QByteArray bytes = fromHex("01 0302 060504 0a090807 1211100f0e0d0c0b");
    Wire::ByteReader reader(bytes);
    QCOMPARE(reader.readUInt8(), 0x01);
    QCOMPARE(reader.readUInt16(), 0x0203);
    QCOMPARE(reader.readUInt24(), 0x040506u);
    QCOMPARE(reader.readUInt32(), 0x0708090Au);
    QCOMPARE(reader.readUInt64(), 0x0B0C0D0E0F101112ull);
    QVERIFY(reader.atEnd());
    QCOMPARE(reader.position(), bytes.size());
    QVERIFY(!reader.failed());
}

void tst_ByteReader::readsLengthEncodedIntegers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<quint64>("value");

    QTest::newRow("0") << fromHex("00") << quint64(0);
    QTest::newRow("250") << fromHex("fa") << quint64(250);
    QTest::newRow("251") << fromHex("fc fb00") << quint64(251);
    QTest::newRow("65535") << fromHex("fc ffff") << quint64(0xFFFF);
    QTest::newRow("65536") << fromHex("fd 000001") << quint64(0x10000);
    QTest::newRow("16 MiB - 1") << fromHex("fd ffffff") << quint64(0xFFFFFF);
    QTest::newRow("16 MiB") << fromHex("fe 0000000100000000") << quint64(0x1000000);
    QTest::newRow("maximum") << fromHex("fe ffffffffffffffff") << ~quint64(0);
    // Some senders take a longer form than they need.
    QTest::newRow("1 in 8 bytes") << fromHex("fe 0100000000000000") << quint64(1);
}

void tst_ByteReader::readsLengthEncodedIntegers()
{
    QFETCH(QByteArray, bytes);
    QFETCH(quint64, value);

    Wire::ByteReader reader(bytes);
    QCOMPARE(reader.readLengthEncodedInteger(), value);
    QVERIFY(reader.atEnd());
    QVERIFY(!reader.failed());

    Tests::forEachTruncation(bytes, [](QByteArrayView truncated) {
        Wire::ByteReader shorter(truncated);
        QCOMPARE(shorter.readLengthEncodedInteger(), quint64(0));
        QVERIFY(shorter.failed());
    });
}

void tst_ByteReader::refusesIllegalLengthPrefixes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("NULL") << fromHex("fb 0000000000000000");
    QTest::newRow("ERR") << fromHex("ff 0000000000000000");
}

void tst_ByteReader::refusesIllegalLengthPrefixes()
{
    QFETCH(QByteArray, bytes);
    Wire::ByteReader integers(bytes);
    QCOMPARE(integers.readLengthEncodedInteger(), quint64(0));
    QVERIFY(integers.failed());
    Wire::ByteReader strings(bytes);
    QVERIFY(strings.readLengthEncodedBytes().isEmpty());
    QVERIFY(strings.failed());
}

void tst_ByteReader::refusesLengthsBeyondTheEnd_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("one too many") << fromHex("03 6162");
    QTest::newRow("2 bytes") << fromHex("fc ffff 6162");
    QTest::newRow("3 bytes") << fromHex("fd ffffff 6162");
    // As a signed number, and added to the position, it would be small.
    QTest::newRow("8 bytes, -1") << fromHex("fe ffffffffffffffff 6162");
    QTest::newRow("8 bytes, -9") << fromHex("fe f7ffffffffffffff 6162");
    QTest::newRow("8 bytes, largest signed") << fromHex("fe ffffffffffffff7f 6162");
}

void tst_ByteReader::refusesLengthsBeyondTheEnd()
{
    QFETCH(QByteArray, bytes);
    Tests::withExactCopy(bytes, [](QByteArrayView copy) {
        Wire::ByteReader reader(copy);
        QVERIFY(reader.readLengthEncodedBytes().isEmpty());
        QVERIFY(reader.failed());
    });
}

void tst_ByteReader::readsStrings()
{
    const QByteArray bytes = fromHex("616200 00 02 6364 00 6566 6768");
    Wire::ByteReader reader(bytes);
    QCOMPARE(reader.readNulTerminated().toByteArray(), "ab"_ba);
    QVERIFY(reader.readNulTerminated().isEmpty());
    QCOMPARE(reader.readLengthEncodedBytes().toByteArray(), "cd"_ba);
    const QByteArrayView empty = reader.readLengthEncodedBytes();
    QVERIFY(empty.isEmpty());
    QVERIFY(!empty.isNull()); // an empty value is not NULL
    QCOMPARE(reader.readBytes(2).toByteArray(), "ef"_ba);
    QCOMPARE(reader.readRest().toByteArray(), "gh"_ba);
    QVERIFY(reader.readRest().isEmpty());
    QVERIFY(!reader.failed());
}

void tst_ByteReader::refusesNulTerminatedWithoutNul()
{
    Tests::withExactCopy("abc", [](QByteArrayView copy) {
        Wire::ByteReader reader(copy);
        QVERIFY(reader.readNulTerminated().isEmpty());
        QVERIFY(reader.failed());
    });
}

void tst_ByteReader::refusesNegativeCounts()
{
    Wire::ByteReader reader("abc");
    reader.skip(1);
    QVERIFY(reader.readBytes(-1).isEmpty());
    QVERIFY(reader.failed());
}

void tst_ByteReader::staysFailed()
{
    Wire::ByteReader reader("abc");
    QCOMPARE(reader.readUInt32(), 0u);
    QVERIFY(reader.failed());
    QCOMPARE(reader.remaining(), 0);
    QVERIFY(reader.atEnd());
    QCOMPARE(reader.peek(), 0);
    QCOMPARE(reader.readUInt8(), 0);
    QCOMPARE(reader.readUInt24(), 0u);
    QCOMPARE(reader.readLengthEncodedInteger(), quint64(0));
    QVERIFY(reader.readNulTerminated().isEmpty());
    QVERIFY(reader.readRest().isEmpty());
    QVERIFY(reader.failed());
}

void tst_ByteReader::peeksWithoutConsuming()
{
    const QByteArray bytes = fromHex("fb");
    Wire::ByteReader reader(bytes);
    QCOMPARE(reader.peek(), 0xFB);
    QCOMPARE(reader.readUInt8(), 0xFB);
    QCOMPARE(reader.peek(), 0);
    QVERIFY(!reader.failed());
}

void tst_ByteReader::canBeFailedByItsUser()
{
    Wire::ByteReader reader("abc");
    reader.fail();
    QVERIFY(reader.failed());
    QVERIFY(reader.readRest().isEmpty());
}

void tst_ByteReader::failsAtEveryTruncation()
{
    const QByteArray bytes
        = fromHex("01 0203 040506 07080910 1112131415161718 fc0100 19 02 2021 61 00");
    const auto readAll = [](QByteArrayView view) {
        Wire::ByteReader reader(view);
        reader.readUInt8();
        reader.readUInt16();
        reader.readUInt24();
        reader.readUInt32();
        reader.readUInt64();
        reader.readLengthEncodedBytes();
        reader.readLengthEncodedBytes();
        reader.readNulTerminated();
        return !reader.failed() && reader.atEnd();
    };
    QVERIFY(readAll(bytes));
    Tests::forEachTruncation(bytes, [&](QByteArrayView view) { QVERIFY(!readAll(view)); });
}

QTEST_APPLESS_MAIN(tst_ByteReader)
#include "tst_bytereader.moc"
