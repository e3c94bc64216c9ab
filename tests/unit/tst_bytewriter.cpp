// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytereader.h"
#include "bytes.h"
#include "bytewriter.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using Tests::fromHex;

class tst_ByteWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesLittleEndianIntegers();
    void writesSeveralIntegersAtOnce();
    void writesLengthEncodedIntegers_data();
    void writesLengthEncodedIntegers();
    void writesStrings();
    void startsAnewAfterTake();
};

void tst_ByteWriter::writesLittleEndianIntegers()
{
    Wire::ByteWriter writer;
    writer.writeUInt8(0x01);
    writer.writeUInt16(0x0203);
    writer.writeUInt24(0x040506);
    writer.writeUInt32(0x0708090A);
    writer.writeUInt64(0x0B0C0D0E0F101112);
    QCOMPARE(writer.payload(), fromHex("01 0302 060504 0a090807 1211100f0e0d0c0b"));
    QCOMPARE(writer.size(), 18);
}

void tst_ByteWriter::writesSeveralIntegersAtOnce()
{
    Wire::ByteWriter writer;
    writer.writeUInt8(0xFF);
    writer.writeIntegers(quint8(0x01), quint16(0x0203), quint32(0x0708090A),
                         quint64(0x0B0C0D0E0F101112), quint8(0x13));
    QCOMPARE(writer.payload(), fromHex("ff 01 0302 0a090807 1211100f0e0d0c0b 13"));
}

void tst_ByteWriter::writesLengthEncodedIntegers_data()
{
    QTest::addColumn<quint64>("value");
    QTest::addColumn<QByteArray>("bytes");

    QTest::newRow("0") << quint64(0) << fromHex("00");
    QTest::newRow("250") << quint64(250) << fromHex("fa");
    QTest::newRow("251") << quint64(251) << fromHex("fc fb00");
    QTest::newRow("65535") << quint64(0xFFFF) << fromHex("fc ffff");
    QTest::newRow("65536") << quint64(0x10000) << fromHex("fd 000001");
    QTest::newRow("16 MiB - 1") << quint64(0xFFFFFF) << fromHex("fd ffffff");
    QTest::newRow("16 MiB") << quint64(0x1000000) << fromHex("fe 0000000100000000");
    QTest::newRow("maximum") << ~quint64(0) << fromHex("fe ffffffffffffffff");
}

void tst_ByteWriter::writesLengthEncodedIntegers()
{
    QFETCH(quint64, value);
    QFETCH(QByteArray, bytes);

    Wire::ByteWriter writer;
    writer.writeLengthEncodedInteger(value);
    QCOMPARE(writer.payload(), bytes);
    Wire::ByteReader reader(writer.payload());
    QCOMPARE(reader.readLengthEncodedInteger(), value);
}

void tst_ByteWriter::writesStrings()
{
    Wire::ByteWriter writer;
    writer.writeNulTerminated("ab");
    writer.writeLengthEncodedBytes("cd");
    writer.writeLengthEncodedBytes({});
    writer.writeBytes("ef");
    writer.writeZeros(3);
    QCOMPARE(writer.payload(), fromHex("616200 026364 00 6566 000000"));
}

void tst_ByteWriter::startsAnewAfterTake()
{
    Wire::ByteWriter writer;
    writer.writeUInt8('a');
    QCOMPARE(writer.take(), "a"_ba);
    QCOMPARE(writer.size(), 0);
    writer.writeUInt8('b');
    QCOMPARE(writer.payload(), "b"_ba);
}

QTEST_APPLESS_MAIN(tst_ByteWriter)
#include "tst_bytewriter.moc"
