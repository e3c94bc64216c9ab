// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "resultbuilder.h"

#include <QtTest/qtest.h>

#include <optional>

using namespace AsyncMySql;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Values::ColumnFlag::Binary;
using Values::ColumnFlag::Unsigned;

/// BIT: columns come as their bits, expressions mostly as digits.
class tst_BitValues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bitsAndDigitsAreToldApart_data();
    void bitsAndDigitsAreToldApart();
};

void tst_BitValues::bitsAndDigitsAreToldApart_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("flags");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<qulonglong>("number");
    const auto row
        = [](const char *name, int bits, int flags, const QByteArray &sent, qulonglong number) {
              QTest::newRow(name) << bits << flags << sent << number;
          };
    constexpr int Column = Unsigned;
    constexpr int Expression = Unsigned | Binary;

    row("BIT(1) 0", 1, Column, QByteArray(1, '\0'), 0);
    row("BIT(1) 1", 1, Column, "\1", 1);
    row("BIT(1), digit 0", 1, Expression, "0", 0);
    row("BIT(1), digit 1", 1, Expression, "1", 1);
    row("BIT(1), digit 0 of MySQL", 1, Column, "0", 0);
    row("BIT(1), digit 1 of MySQL", 1, Column, "1", 1);
    row("BIT(5), digit of MySQL", 5, Column, "9", 9);
    row("BIT(8)", 8, Column, "1", 0x31);
    row("BIT(8), digit", 8, Expression, "1", 1);
    row("BIT(8), digits", 8, Expression, "49", 49);
    row("BIT(8), digits of MySQL", 8, Column, "49", 49);
    row("BIT(8), three digits of MySQL", 8, Column, "255", 255);
    row("BIT(8), bits of a window function", 8, Expression, "\5", 5);
    row("BIT(13), digits of MySQL", 13, Column, "10", 10);
    row("BIT(16)", 16, Column, "10", 0x3130);
    row("BIT(16), digits", 16, Expression, "10", 10);
    row("BIT(16), bits with zeros", 16, Expression, "05", 0x3035);
    row("BIT(20)", 20, Column, QByteArray("\0\0\5", 3), 5);
    row("BIT(20), digits", 20, Expression, "5", 5);
    row("BIT(20), digits of MySQL", 20, Column, "838860", 838860);
    row("BIT(64)", 64, Column, QByteArray(8, '\xFF'), ~0ULL);
    row("BIT(64), digits of MySQL", 64, Column, "18446744073709551615", ~0ULL);
    row("BIT(64), eight digits", 64, Column, "12345678", 0x3132333435363738ULL);
    row("BIT(64), eight digits of an expression", 64, Expression, "12345678", 12345678);
    row("BIT(20), characters of MySQL", 20, Column, "\x0C\xC3\x8C\xC3\x8C", 838860);
    row("BIT(64), characters of MySQL", 64, Column, QByteArray("\xC3\xBF").repeated(8), ~0ULL);
    row("BIT of unknown size", 0, Column, "1", 0x31);
}

void tst_BitValues::bitsAndDigitsAreToldApart()
{
    QFETCH(int, bits);
    QFETCH(int, flags);
    QFETCH(QByteArray, sent);
    QFETCH(qulonglong, number);
    Values::ColumnInfo column = columnOf(Values::FieldType::Bit, static_cast<quint16>(flags));
    column.length = static_cast<quint32>(bits);
    const Result text = ResultBuilder().column(column).row({sent}).build();
    const Result binary = ResultBuilder()
                              .column(column)
                              .binaryRow({QByteArray(1, static_cast<char>(sent.size())) + sent})
                              .build();
    for (const Result &result : {text, binary}) {
        const Row row = result.first();
        QCOMPARE(row.value(0), QVariant(number));
        QCOMPARE(row.value<bool>(0), number != 0);
        QCOMPARE(row.value<quint64>(0), quint64(number));
        QCOMPARE(row.text(0), QString::number(number));
        if (bits > 0) {
            quint64 read = 0;
            for (const char byte : row.value<QByteArray>(0))
                read = read << 8 | static_cast<uchar>(byte);
            QCOMPARE(read, quint64(number));
            QCOMPARE(row.value<QByteArray>(0).size(), (bits + 7) / 8);
        }
    }
}

QTEST_APPLESS_MAIN(tst_BitValues)
#include "tst_bitvalues.moc"
