// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "unexpectedpacket.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using Tests::fromHex;

class tst_UnexpectedPacket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endsTheSession_data();
    void endsTheSession();
    void keepsTheFlavour();
};

void tst_UnexpectedPacket::endsTheSession_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<bool>("isError");
    QTest::addColumn<bool>("isServerError");
    QTest::addColumn<int>("number");

    QTest::newRow("an error of the server")
        << fromHex("ff 2804 23 3432303030") + "You have an error" << true << true << 1064;
    QTest::newRow("an error of a proxy, with the number of a client library")
        << fromHex("ff d607 23 4859303030") + "Lost connection" << true << false << 2006;
    QTest::newRow("the number 0") << fromHex("ff 0000 23 4859303030") + "?" << true << false << 0;
    QTest::newRow("a broken error") << fromHex("ff 28") << false << false << 0;
    QTest::newRow("OK") << fromHex("00 00 00 0200 0000") << false << false << 0;
    QTest::newRow("nothing") << QByteArray() << false << false << 0;
}

void tst_UnexpectedPacket::endsTheSession()
{
    QFETCH(QByteArray, payload);
    QFETCH(int, number);
    const UnexpectedPacket packet(payload, {});
    QTEST(packet.error().has_value(), "isError");
    QTEST(packet.isServerError(), "isServerError");
    const Failure failure = packet.failure(ServerFlavour::MySql, u"Out of order"_s);
    QCOMPARE(failure.serverErrorNumber, number);
    if (number > 0) {
        QCOMPARE(failure.code, FailureCode::ServerError);
        QCOMPARE(failure.message, packet.error()->message);
        QCOMPARE(failure.sqlState, packet.error()->sqlState);
    } else {
        QCOMPARE(failure.code, FailureCode::UnexpectedPacket);
        QCOMPARE(failure.message, u"Out of order"_s);
    }
}

void tst_UnexpectedPacket::keepsTheFlavour()
{
    const UnexpectedPacket packet(fromHex("ff bf0f 23 4859303030") + "Disconnected", {});
    QCOMPARE(packet.failure(ServerFlavour::MySql, {}).flavour, ServerFlavour::MySql);
    QCOMPARE(packet.failure(ServerFlavour::MariaDb, {}).flavour, ServerFlavour::MariaDb);
}

QTEST_APPLESS_MAIN(tst_UnexpectedPacket)
#include "tst_unexpectedpacket.moc"
