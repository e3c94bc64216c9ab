// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jsonnumbers.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Values;

class tst_JsonNumbers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersAreHeldOrNot_data();
    void numbersAreHeldOrNot();
};

void tst_JsonNumbers::numbersAreHeldOrNot_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("areHeld");
    const auto row = [](const char *json, bool areHeld) {
        QTest::newRow(json) << QByteArray(json) << areHeld;
    };
    row("[]", true);
    row("true", true);
    row("0.1", true);
    row("-0", true);
    row("1.10", true);
    row("[1, 2.5e10, -3]", true);
    row("9007199254740993", true);
    row("-9223372036854775808", true);
    row("9223372036854775807", true);
    row("9223372036854775808", false);
    row("18446744073709551615", false);
    row("{\"id\": 18446744073709551615}", false);
    row("\"18446744073709551615\"", true);
    row("{\"18446744073709551615\": \"\\\"18446744073709551615\", \"b\": 1}", true);
    row("{\"\\\\\": 18446744073709551615}", false);
    row("100000000000000000000", true);
    row("9007199254740993.0", false);
    row("0.30000000000000004", true);
    row("0.300000000000000041", false);
    row("0.12345678901234567890", false);
    row("0.5000000000000000000000", true);
    row("1.7976931348623157e308", true);
    row("1e309", false);
    row("1e-400", false);
    row("0e99999999999", false);
    row("3.141592653589793238", false);
}

void tst_JsonNumbers::numbersAreHeldOrNot()
{
    QFETCH(QByteArray, json);
    QFETCH(bool, areHeld);
    QCOMPARE(holdsJsonNumbers(json), areHeld);
}

QTEST_APPLESS_MAIN(tst_JsonNumbers)
#include "tst_jsonnumbers.moc"
