// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "capabilities.h"
#include "packetheader.h"
#include "packetreader.h"

#include <QtCore/qbytearray.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;

class tst_PacketHeader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void looksAtTheFirstByte();
    void tellsRowsFromTheirEnd_data();
    void tellsRowsFromTheirEnd();
};

void tst_PacketHeader::looksAtTheFirstByte()
{
    QVERIFY(!PacketHeader::isAt({}, PacketHeader::Ok));
    QVERIFY(PacketHeader::isAt(QByteArrayView("\0", 1), PacketHeader::Ok));
    QVERIFY(!PacketHeader::isAt("\x01", PacketHeader::Ok));
    QVERIFY(!PacketHeader::isError({}));
    QVERIFY(PacketHeader::isError("\xFF"));
    QVERIFY(!PacketHeader::isError("\xFE"));
}

void tst_PacketHeader::tellsRowsFromTheirEnd_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<bool>("mayEnd");
    QTest::addColumn<bool>("isEof");
    QTest::addColumn<bool>("endsWithOk");

    QTest::newRow("nothing") << QByteArray() << false << false << false;
    QTest::newRow("NULL") << QByteArray("\xFB") << false << false << false;
    QTest::newRow("64 KiB or more") << QByteArray("\xFD") << false << false << false;
    QTest::newRow("EOF") << QByteArray("\xFE\0\0\2\0", 5) << true << true << true;
    QTest::newRow("OK") << QByteArray("\xFE\0\0\2\0\0\0", 7) << true << true << true;
    QTest::newRow("OK with news") << '\xFE' + QByteArray(20, 'x') << true << false << true;
    QTest::newRow("the longest OK")
        << '\xFE' + QByteArray(Wire::MaximumFramePayload - 2, 'x') << true << false << true;
    QTest::newRow("16 MiB or more")
        << '\xFE' + QByteArray(Wire::MaximumFramePayload - 1, 'x') << true << false << false;
    QTest::newRow("error") << QByteArray("\xFF\x10\x04") << true << false << false;
}

void tst_PacketHeader::tellsRowsFromTheirEnd()
{
    QFETCH(const QByteArray, payload);
    QTEST(PacketHeader::mayEndRows(payload), "mayEnd");
    QTEST(PacketHeader::isEof(payload), "isEof");
    QTEST(PacketHeader::isEndOfRows(payload, 0), "isEof");
    QTEST(PacketHeader::isEndOfRows(payload, Capability::DeprecateEof), "endsWithOk");
}

QTEST_APPLESS_MAIN(tst_PacketHeader)
#include "tst_packetheader.moc"
