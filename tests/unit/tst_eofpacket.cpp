// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "eofpacket.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using Tests::fromHex;

class tst_EofPacket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parses();
    void refusesEveryCut();
    void refusesOthers_data();
    void refusesOthers();
};

void tst_EofPacket::parses()
{
    const auto eof = EofPacket::parse(fromHex("fe 0100 2280")); // warnings, status
    QVERIFY(eof);
    QCOMPARE(eof->warningCount, 1);
    QCOMPARE(eof->status.toInt(), 0x8022);
}

void tst_EofPacket::refusesEveryCut()
{
    Tests::forEachTruncation(fromHex("fe 0100 2280"), [](QByteArrayView cut) {
        QVERIFY2(!EofPacket::parse(cut), QByteArray::number(cut.size()));
    });
}

void tst_EofPacket::refusesOthers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << ""_ba;
    QTest::newRow("header alone") << fromHex("fe");
    QTest::newRow("too short") << fromHex("fe 0100 22");
    QTest::newRow("OK") << fromHex("00 0100 2280");
    QTest::newRow("row with a value of 16 MiB") << fromHex("fe 0000000100000000");
}

void tst_EofPacket::refusesOthers()
{
    QFETCH(QByteArray, bytes);
    Tests::withExactCopy(bytes, [](QByteArrayView copy) { QVERIFY(!EofPacket::parse(copy)); });
}

QTEST_APPLESS_MAIN(tst_EofPacket)
#include "tst_eofpacket.moc"
