// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "packetwriter.h"
#include "referencesplitter.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using Tests::fromHex;

class tst_PacketWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void splitsPayloads_data();
    void splitsPayloads();
    void wrapsTheSequence();
    void appends();
    void endsRealMultiplesWithAnEmptyFrame();
};

void tst_PacketWriter::splitsPayloads_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("nextSequence");

    QTest::newRow("empty") << ""_ba << fromHex("000000 05") << 6;
    QTest::newRow("less than a frame") << "abc"_ba << fromHex("030000 05 616263") << 6;
    QTest::newRow("a frame") << "abcd"_ba << fromHex("040000 05 61626364  000000 06") << 7;
    QTest::newRow("more than a frame")
        << "abcde"_ba << fromHex("040000 05 61626364  010000 06 65") << 7;
    QTest::newRow("two frames") << "abcdefgh"_ba
                                << fromHex("040000 05 61626364  040000 06 65666768  000000 07")
                                << 8;
}

void tst_PacketWriter::splitsPayloads()
{
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, bytes);
    QFETCH(int, nextSequence);

    QByteArray output;
    quint8 sequence = 5;
    Wire::appendPacket(&output, payload, &sequence, 4);
    QCOMPARE(output, bytes);
    QCOMPARE(int(sequence), nextSequence);
}

void tst_PacketWriter::wrapsTheSequence()
{
    QByteArray output;
    quint8 sequence = 255;
    Wire::appendPacket(&output, "abcd", &sequence, 4);
    QCOMPARE(output, fromHex("040000 ff 61626364  000000 00"));
    QCOMPARE(sequence, 1);
}

void tst_PacketWriter::appends()
{
    QByteArray output = "x"_ba;
    quint8 sequence = 0;
    Wire::appendPacket(&output, "a", &sequence);
    Wire::appendPacket(&output, "b", &sequence);
    QCOMPARE(output, fromHex("78 010000 00 61 010000 01 62"));
}

void tst_PacketWriter::endsRealMultiplesWithAnEmptyFrame()
{
    const QByteArray payload(2 * Wire::MaximumFramePayload, 'p');
    QByteArray output;
    quint8 sequence = 0;
    Wire::appendPacket(&output, payload, &sequence);
    QCOMPARE(sequence, 3);
    QCOMPARE(output.size(), payload.size() + 3 * Wire::FrameHeaderSize);
    QVERIFY(output.startsWith(fromHex("ffffff 00")));
    QVERIFY(output.endsWith(fromHex("000000 02")));

    const auto split = Tests::splitByReference(output, Wire::PacketReader::Limits());
    QCOMPARE(split.packets.size(), 1);
    QVERIFY(split.packets.constFirst().payload == payload);
}

QTEST_APPLESS_MAIN(tst_PacketWriter)
#include "tst_packetwriter.moc"
