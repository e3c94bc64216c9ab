// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "authswitchrequest.h"
#include "bytes.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using Tests::fromHex;

class tst_AuthSwitchRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parses_data();
    void parses();
    void refusesOthers_data();
    void refusesOthers();
    void survivesDamage();
};

void tst_AuthSwitchRequest::parses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("plugin");
    QTest::addColumn<QByteArray>("data");

    const QByteArray native = fromHex("fe") + "mysql_native_password" + fromHex("00");
    const QByteArray scramble20 = "0123456789abcdefghij"_ba;
    const QByteArray scramble32 = "0123456789abcdefghij0123456789ab"_ba;
    const QByteArray nul(1, '\0');
    QTest::newRow("20 bytes and NUL")
        << native + scramble20 + nul << "mysql_native_password"_ba << scramble20;
    QTest::newRow("20 bytes") << native + scramble20 << "mysql_native_password"_ba << scramble20;
    QTest::newRow("32 bytes and NUL")
        << native + scramble32 + nul << "mysql_native_password"_ba << scramble32;
    // A scramble of random bytes may end with a NUL of its own.
    QTest::newRow("20 bytes, the last a NUL")
        << native + scramble20.first(19) + nul << "mysql_native_password"_ba
        << scramble20.first(19) + nul;
    QTest::newRow("21 bytes without NUL") << native + scramble20 + "k"
                                          << "mysql_native_password"_ba << scramble20 + "k";
    QTest::newRow("no data") << native << "mysql_native_password"_ba
                             << ""_ba;
    QTest::newRow("method of servers before 4.1") << fromHex("fe") << ""_ba
                                                  << ""_ba;
}

void tst_AuthSwitchRequest::parses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, plugin);
    QFETCH(QByteArray, data);
    const auto request = AuthSwitchRequest::parse(bytes);
    QVERIFY(request);
    QCOMPARE(request->plugin, plugin);
    QCOMPARE(request->data, data);
}

void tst_AuthSwitchRequest::refusesOthers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << ""_ba;
    QTest::newRow("OK") << fromHex("00 6100");
    QTest::newRow("name without NUL") << fromHex("fe 616263");
    QTest::newRow("empty name") << fromHex("fe 00 616263");
}

void tst_AuthSwitchRequest::refusesOthers()
{
    QFETCH(QByteArray, bytes);
    Tests::withExactCopy(bytes,
                         [](QByteArrayView copy) { QVERIFY(!AuthSwitchRequest::parse(copy)); });
}

void tst_AuthSwitchRequest::survivesDamage()
{
    Tests::truncateAndMutate(fromHex("fe 616200 0102030405060708090a0b0c0d0e0f101112131400"),
                             [](QByteArrayView damaged) {
                                 const auto request = AuthSwitchRequest::parse(damaged);
                                 if (request)
                                     QVERIFY(request->plugin.size() + request->data.size()
                                             < damaged.size());
                             });
}

QTEST_APPLESS_MAIN(tst_AuthSwitchRequest)
#include "tst_authswitchrequest.moc"
