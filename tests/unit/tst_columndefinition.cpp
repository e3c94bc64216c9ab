// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "columndefinition.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using Tests::fromHex;

namespace {

constexpr Capabilities Extended = Capability::MariaDbExtendedMetadata;

// MariaDB 10.11, DECIMAL(10,3) UNSIGNED (captured)
const char decimalColumn[] = R"(
    03 646566                  # catalog "def"
    05 6d7973716c 01 74 02 6f74 # schema, table, original table
    01 64 02 6f64              # name, original name
    0c                         # length of what follows
    3f00 0b000000 f6           # collation, length, type
    2000 03 0000               # flags, decimals, filler
)";

} // namespace

class tst_ColumnDefinition : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parsesAColumnOfATable();
    void parsesAnExpression();
    void parsesExtendedMetadata_data();
    void parsesExtendedMetadata();
    void skipsUnknownExtendedMetadata();
    void ignoresBytesBehindTheKnownOnes();
    void refusesAShortFixedPart();
    void refusesBrokenExtendedMetadata();
    void refusesTruncated();
    void survivesDamage();
};

void tst_ColumnDefinition::parsesAColumnOfATable()
{
    const QByteArray bytes = fromHex(decimalColumn);
    const auto column = parseColumnDefinition(bytes, 0);
    QVERIFY(column);
    QCOMPARE(column->schema.toByteArray(), "mysql"_ba);
    QCOMPARE(column->table.toByteArray(), "t"_ba);
    QCOMPARE(column->originalTable.toByteArray(), "ot"_ba);
    QCOMPARE(column->name.toByteArray(), "d"_ba);
    QCOMPARE(column->originalName.toByteArray(), "od"_ba);
    QVERIFY(column->typeName.isEmpty());
    QVERIFY(column->format.isEmpty());
    QCOMPARE(column->collation, Values::BinaryCollation);
    QCOMPARE(column->length, 11u);
    QCOMPARE(column->type, Values::FieldType::NewDecimal);
    QCOMPARE(column->flags, Values::ColumnFlag::Unsigned);
    QCOMPARE(column->decimals, 3);
}

void tst_ColumnDefinition::parsesAnExpression()
{
    // MariaDB 10.11, SELECT 'x' with extended metadata agreed (captured): an empty block of it.
    const QByteArray bytes
        = fromHex("03646566 00 00 00 01 78 00 00 0c 0800 01000000 fd 0100 27 0000");
    const auto column = parseColumnDefinition(bytes, Extended);
    QVERIFY(column);
    QVERIFY(column->schema.isEmpty());
    QCOMPARE(column->name.toByteArray(), "x"_ba);
    QCOMPARE(column->type, Values::FieldType::VarString);
    QCOMPARE(column->flags, Values::ColumnFlag::NotNull);
    QCOMPARE(column->decimals, 39);
}

void tst_ColumnDefinition::parsesExtendedMetadata_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("typeName");
    QTest::addColumn<QByteArray>("format");

    // MariaDB 10.11 (captured)
    QTest::newRow("UUID") << fromHex("03646566 056d7973716c 0174 0174 0175 0175"
                                     "06 00 04 75756964  0c 0800 24000000 fe a000 00 0000")
                          << "uuid"_ba
                          << ""_ba;
    QTest::newRow("INET6") << fromHex("03646566 056d7973716c 0174 0174 0169 0169"
                                      "07 00 05 696e657436  0c 0800 27000000 fe a000 00 0000")
                           << "inet6"_ba
                           << ""_ba;
    QTest::newRow("JSON") << fromHex("03646566 056d7973716c 0174 0174 016a 016a"
                                     "06 01 04 6a736f6e  0c 0800 ffffffff fc 9000 00 0000")
                          << ""_ba
                          << "json"_ba;
    QTest::newRow("both") << fromHex("03646566 056d7973716c 0174 0174 016a 016a"
                                     "09 00 02 6162 01 03 636465  0c 0800 ffffffff fc 9000 00 0000")
                          << "ab"_ba
                          << "cde"_ba;
}

void tst_ColumnDefinition::parsesExtendedMetadata()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, typeName);
    QFETCH(QByteArray, format);
    const auto column = parseColumnDefinition(bytes, Extended);
    QVERIFY(column);
    QCOMPARE(column->typeName.toByteArray(), typeName);
    QCOMPARE(column->format.toByteArray(), format);
    QCOMPARE(column->collation, 8);
}

void tst_ColumnDefinition::skipsUnknownExtendedMetadata()
{
    const QByteArray bytes
        = fromHex("03646566 00 00 00 0178 00"
                  "09 07 02 ffff 00 03 616263  0c 0800 01000000 fd 0100 27 0000");
    const auto column = parseColumnDefinition(bytes, Extended);
    QVERIFY(column);
    QCOMPARE(column->typeName.toByteArray(), "abc"_ba);
}

void tst_ColumnDefinition::ignoresBytesBehindTheKnownOnes()
{
    const QByteArray bytes
        = fromHex("03646566 00 00 00 0178 00 0e 0800 01000000 fd 0100 27 0000 aabb ccdd");
    const auto column = parseColumnDefinition(bytes, 0);
    QVERIFY(column);
    QCOMPARE(column->decimals, 39);
}

void tst_ColumnDefinition::refusesAShortFixedPart()
{
    const QByteArray bytes
        = fromHex("03646566 00 00 00 0178 00 0b 0800 01000000 fd 0100 27 0000 0000");
    QVERIFY(!parseColumnDefinition(bytes, 0));
}

void tst_ColumnDefinition::refusesBrokenExtendedMetadata()
{
    // A value longer than the block, though not longer than the packet.
    const QByteArray bytes
        = fromHex("03646566 00 00 00 0178 00 03 00 05 61 0c 0800 01000000 fd 0100 27 0000");
    QVERIFY(!parseColumnDefinition(bytes, Extended));
}

void tst_ColumnDefinition::refusesTruncated()
{
    Tests::forEachTruncation(fromHex(decimalColumn), [](QByteArrayView truncated) {
        QVERIFY(!parseColumnDefinition(truncated, 0));
        QVERIFY(!parseColumnDefinition(truncated, Extended));
    });
}

void tst_ColumnDefinition::survivesDamage()
{
    const QByteArray extended
        = fromHex("03646566 056d7973716c 0174 0174 0175 0175"
                  "09 00 02 6162 01 03 636465  0c 0800 24000000 fe a000 00 0000");
    for (const QByteArray &bytes : {fromHex(decimalColumn), extended}) {
        Tests::truncateAndMutate(bytes, [](QByteArrayView damaged) {
            for (const Capabilities capabilities : {Capabilities(0), Extended}) {
                const auto column = parseColumnDefinition(damaged, capabilities);
                if (!column)
                    continue;
                for (const QByteArrayView view :
                     {column->schema, column->name, column->typeName, column->format}) {
                    if (!view.isEmpty())
                        QVERIFY(view.begin() >= damaged.begin() && view.end() <= damaged.end());
                }
            }
        });
    }
}

QTEST_APPLESS_MAIN(tst_ColumnDefinition)
#include "tst_columndefinition.moc"
