// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "okpacket.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using Tests::fromHex;

class tst_OkPacket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parsesWithoutInfo();
    void parsesLongNumbers();
    void parsesInfo_data();
    void parsesInfo();
    void parsesSessionState();
    void ignoresSessionStateWithoutItsFlag();
    void parsesOkInThePlaceOfEof();
    void refusesBrokenSessionState();
    void refusesTruncated();
    void survivesDamage();
};

void tst_OkPacket::parsesWithoutInfo()
{
    // affected rows, last insert id, status, warnings
    const QByteArray bytes = fromHex("00 03 07 0200 0100");
    for (const Capabilities capabilities : {Capabilities(0), Capability::SessionTrack}) {
        const auto ok = OkPacket::parse(bytes, capabilities);
        QVERIFY(ok);
        QCOMPARE(ok->affectedRows, quint64(3));
        QCOMPARE(ok->lastInsertId, quint64(7));
        QCOMPARE(ok->status, ServerStatus(ServerStatusFlag::AutoCommit));
        QCOMPARE(ok->warningCount, 1);
        QVERIFY(ok->info.isEmpty());
        QVERIFY(ok->sessionStateChanges.isEmpty());
    }
}

void tst_OkPacket::parsesLongNumbers()
{
    const auto ok = OkPacket::parse(fromHex("00 feffffffffffffffff fd000001 0200 0000"),
                                    Capability::SessionTrack);
    QVERIFY(ok);
    QCOMPARE(ok->affectedRows, ~quint64(0));
    QCOMPARE(ok->lastInsertId, quint64(0x10000));
}

void tst_OkPacket::parsesInfo_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Capabilities>("capabilities");
    QTest::addColumn<QByteArray>("info");

    // MariaDB 10.11 (captured): the same bytes with and without SESSION_TRACK.
    const QByteArray captured
        = fromHex("00 03 00 0280 0000 26") + "Records: 3  Duplicates: 0  Warnings: 0";
    QTest::newRow("captured") << captured << Capability::SessionTrack << captured.last(38);
    QTest::newRow("captured, without SESSION_TRACK")
        << captured << Capabilities(0) << captured.last(38);
    const QByteArray documented = fromHex("00 03 00 0200 0000") + "Records: 3";
    QTest::newRow("as documented, without SESSION_TRACK")
        << documented << Capabilities(0) << "Records: 3"_ba;
    QTest::newRow("empty") << fromHex("00 00 00 0200 0000 00") << Capability::SessionTrack << ""_ba;
}

void tst_OkPacket::parsesInfo()
{
    QFETCH(QByteArray, bytes);
    QFETCH(Capabilities, capabilities);
    QFETCH(QByteArray, info);
    const auto ok = OkPacket::parse(bytes, capabilities);
    QVERIFY(ok);
    QCOMPARE(ok->info, info);
}

void tst_OkPacket::parsesSessionState()
{
    // MariaDB 10.11, USE mysql (captured)
    const auto ok = OkPacket::parse(fromHex("00 00 00 0240 0000"
                                            "00"                  // info
                                            "0b"                  // session state
                                            "01 06 05 6d7973716c" // schema "mysql"
                                            "02 01 31"),          // state changed
                                    Capability::SessionTrack);
    QVERIFY(ok);
    QVERIFY(ok->status & ServerStatusFlag::SessionStateChanged);
    QCOMPARE(ok->sessionStateChanges.size(), 2);
    QCOMPARE(ok->sessionStateChanges.at(0).type, SessionStateChange::Type::Schema);
    QCOMPARE(ok->sessionStateChanges.at(0).value, "mysql"_ba);
    QCOMPARE(ok->sessionStateChanges.at(1).type, SessionStateChange::Type::StateChanged);
    QCOMPARE(ok->sessionStateChanges.at(1).value, "1"_ba);
}

void tst_OkPacket::ignoresSessionStateWithoutItsFlag()
{
    const auto ok
        = OkPacket::parse(fromHex("00 00 00 0200 0000 00 04 02020131"), Capability::SessionTrack);
    QVERIFY(ok);
    QVERIFY(ok->sessionStateChanges.isEmpty());
}

void tst_OkPacket::parsesOkInThePlaceOfEof()
{
    // MariaDB 10.11, end of rows with DEPRECATE_EOF (captured)
    const auto ok = OkPacket::parse(fromHex("fe 00 00 2280 0000"), Capability::SessionTrack);
    QVERIFY(ok);
    QCOMPARE(ok->status.toInt(), 0x8022);
    QVERIFY(ok->status & ServerStatusFlag::AnsiQuotes);
}

void tst_OkPacket::refusesBrokenSessionState()
{
    // The schema is longer than its item.
    QVERIFY(!OkPacket::parse(fromHex("00 00 00 0240 0000 00 04 01 02 05 6d"),
                             Capability::SessionTrack));
    // The item is longer than the block.
    QVERIFY(!OkPacket::parse(fromHex("00 00 00 0240 0000 00 04 01 08 01 6d"),
                             Capability::SessionTrack));
    // The block is longer than the packet.
    QVERIFY(!OkPacket::parse(fromHex("00 00 00 0240 0000 00 05 01 02 01 6d"),
                             Capability::SessionTrack));
    // The info is longer than the packet.
    QVERIFY(!OkPacket::parse(fromHex("00 00 00 0240 0000 09 05 01 02 01 6d"),
                             Capability::SessionTrack));
}

void tst_OkPacket::refusesTruncated()
{
    Tests::forEachTruncation(fromHex("00 03 fc0701 0200 0100"), [](QByteArrayView truncated) {
        QVERIFY(!OkPacket::parse(truncated, 0));
        QVERIFY(!OkPacket::parse(truncated, Capability::SessionTrack));
    });
}

void tst_OkPacket::survivesDamage()
{
    const QByteArray bytes = fromHex("00 00 00 0240 0000 02 6869 12 00 07 0161 fb 0162 0163"
                                     "0106 056d7973716c 02020131");
    Tests::truncateAndMutate(bytes, [](QByteArrayView damaged) {
        for (const Capabilities capabilities : {Capabilities(0), Capability::SessionTrack}) {
            const auto ok = OkPacket::parse(damaged, capabilities);
            if (ok)
                QVERIFY(ok->info.size() + ok->sessionStateChanges.size() <= damaged.size());
        }
    });
}

QTEST_APPLESS_MAIN(tst_OkPacket)
#include "tst_okpacket.moc"
