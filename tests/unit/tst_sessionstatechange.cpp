// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "sessionstatechange.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using Tests::fromHex;

using Type = SessionStateChange::Type;

class tst_SessionStateChange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptsAnEmptyBlock();
    void parsesSystemVariables();
    void parsesSeveralVariablesInOneItem();
    void parsesTheStateFlagOfBothServers();
    void tellsNullFromEmpty();
    void parsesTransactionItems();
    void parsesGtids();
    void skipsUnknownTypes();
    void ignoresTheEndOfKnownItems();
    void refusesBrokenLengths_data();
    void refusesBrokenLengths();
    void refusesEndlessLists();
    void survivesDamage();
};

void tst_SessionStateChange::acceptsAnEmptyBlock()
{
    const auto changes = SessionStateChange::parseBlock({});
    QVERIFY(changes);
    QVERIFY(changes->isEmpty());
}

void tst_SessionStateChange::parsesSystemVariables()
{
    // MariaDB 10.11, SET NAMES latin1 (captured): an item for each.
    const auto changes = SessionStateChange::parseBlock(fromHex(R"(
        00 20  18 6368617261637465725f7365745f636f6e6e656374696f6e  06 6c6174696e31
        00 1c  14 6368617261637465725f7365745f636c69656e74          06 6c6174696e31
        00 1d  15 6368617261637465725f7365745f726573756c7473        06 6c6174696e31
        02 01 31                                                    # state changed
    )"));
    QVERIFY(changes);
    QCOMPARE(changes->size(), 4);
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(changes->at(i).type, Type::SystemVariable);
        QCOMPARE(changes->at(i).value, "latin1"_ba);
    }
    QCOMPARE(changes->at(0).name, "character_set_connection"_ba);
    QCOMPARE(changes->at(1).name, "character_set_client"_ba);
    QCOMPARE(changes->at(2).name, "character_set_results"_ba);
    QCOMPARE(changes->at(3).type, Type::StateChanged);
}

void tst_SessionStateChange::parsesSeveralVariablesInOneItem()
{
    const auto changes = SessionStateChange::parseBlock(fromHex(R"(
        00 20
           0a 6175746f636f6d6d6974  03 4f4646        # autocommit OFF
           09 74696d655f7a6f6e65    06 2b30303a3030  # time_zone +00:00
    )"));
    QVERIFY(changes);
    QCOMPARE(changes->size(), 2);
    QCOMPARE(changes->at(0).name, "autocommit"_ba);
    QCOMPARE(changes->at(0).value, "OFF"_ba);
    QCOMPARE(changes->at(1).name, "time_zone"_ba);
    QCOMPARE(changes->at(1).value, "+00:00"_ba);
}

void tst_SessionStateChange::parsesTheStateFlagOfBothServers()
{
    // MySQL (as documented) and MariaDB 10.11 (captured)
    for (const QByteArray &block : {fromHex("02 02 01 31"), fromHex("02 01 31")}) {
        const auto changes = SessionStateChange::parseBlock(block);
        QVERIFY(changes);
        QCOMPARE(changes->size(), 1);
        QCOMPARE(changes->at(0).type, Type::StateChanged);
        QCOMPARE(changes->at(0).value, "1"_ba);
    }
}

void tst_SessionStateChange::tellsNullFromEmpty()
{
    const auto changes = SessionStateChange::parseBlock(fromHex("00 06 0161 fb 0162 00"));
    QVERIFY(changes);
    QCOMPARE(changes->size(), 2);
    QVERIFY(changes->at(0).value.isNull());
    QVERIFY(changes->at(1).value.isEmpty());
    QVERIFY(!changes->at(1).value.isNull());
}

void tst_SessionStateChange::parsesTransactionItems()
{
    // MariaDB 10.11, START TRANSACTION READ ONLY (captured)
    const auto changes = SessionStateChange::parseBlock(fromHex(R"(
        05 09 08 545f5f5f5f5f5f5f
        04 1d 1c 5354415254205452414e53414354494f4e2052454144204f4e4c593b
    )"));
    QVERIFY(changes);
    QCOMPARE(changes->size(), 2);
    QCOMPARE(changes->at(0).type, Type::TransactionState);
    QCOMPARE(changes->at(0).value, "T_______"_ba);
    QCOMPARE(changes->at(1).type, Type::TransactionCharacteristics);
    QCOMPARE(changes->at(1).value, "START TRANSACTION READ ONLY;"_ba);
}

void tst_SessionStateChange::parsesGtids()
{
    const auto changes
        = SessionStateChange::parseBlock(fromHex("03 05 00 03 613a31")); // encoding, "a:1"
    QVERIFY(changes);
    QCOMPARE(changes->size(), 1);
    QCOMPARE(changes->at(0).type, Type::Gtids);
    QCOMPARE(changes->at(0).value, "a:1"_ba);
}

void tst_SessionStateChange::skipsUnknownTypes()
{
    const auto changes = SessionStateChange::parseBlock(fromHex("2a 03 ffffff  01 03 02 6162"));
    QVERIFY(changes);
    QCOMPARE(changes->size(), 1);
    QCOMPARE(changes->at(0).value, "ab"_ba);
}

void tst_SessionStateChange::ignoresTheEndOfKnownItems()
{
    const auto changes = SessionStateChange::parseBlock(fromHex("01 05 01 61 ffffff  02 02 01 31"));
    QVERIFY(changes);
    QCOMPARE(changes->size(), 2);
    QCOMPARE(changes->at(0).value, "a"_ba);
    QCOMPARE(changes->at(1).value, "1"_ba);
}

void tst_SessionStateChange::refusesBrokenLengths_data()
{
    QTest::addColumn<QByteArray>("block");
    QTest::newRow("type alone") << fromHex("00");
    QTest::newRow("item past the block") << fromHex("01 03 01 61");
    QTest::newRow("item of 2^64-1 bytes") << fromHex("01 feffffffffffffffff 01 61");
    QTest::newRow("item without its string") << fromHex("01 00");
    QTest::newRow("string past its item, within the block") << fromHex("01 02 05 61  02 02 01 31");
    QTest::newRow("name past its item") << fromHex("00 02 05 61  02 02 01 31");
    QTest::newRow("name without value") << fromHex("00 02 01 61  02 02 01 31");
    QTest::newRow("NULL name") << fromHex("00 03 fb 01 61");
    QTest::newRow("value past its item") << fromHex("00 04 01 61 05 62  02 02 01 31");
    QTest::newRow("GTIDs without string") << fromHex("03 01 00");
    QTest::newRow("illegal length") << fromHex("01 02 ff 61");
}

void tst_SessionStateChange::refusesBrokenLengths()
{
    QFETCH(QByteArray, block);
    Tests::withExactCopy(
        block, [](QByteArrayView copy) { QVERIFY(!SessionStateChange::parseBlock(copy)); });
}

void tst_SessionStateChange::refusesEndlessLists()
{
    const auto pairs = [](int count) {
        return fromHex("00 fe") + QByteArray(1, char(2 * count))
               + QByteArray(1, char(2 * count >> 8)) + QByteArray(1, char(2 * count >> 16))
               + QByteArray(5, '\0') + QByteArray(2 * count, '\0');
    };
    const auto changes = SessionStateChange::parseBlock(pairs(4096));
    QVERIFY(changes);
    QCOMPARE(changes->size(), 4096);
    QVERIFY(!SessionStateChange::parseBlock(pairs(4097)));
    QVERIFY(!SessionStateChange::parseBlock(pairs(1'000'000)));
    QVERIFY(!SessionStateChange::parseBlock(fromHex("01 01 00").repeated(4097)));
}

void tst_SessionStateChange::survivesDamage()
{
    const QByteArray bytes = fromHex("00 0a 0161 fb 0162 0163 0164 00  01 06 056d7973716c"
                                     "03 05 00 03 613a31  05 09 08545f5f5f5f5f5f5f  2a 01 00");
    QVERIFY(SessionStateChange::parseBlock(bytes));
    Tests::truncateAndMutate(bytes, [](QByteArrayView damaged) {
        const auto changes = SessionStateChange::parseBlock(damaged);
        if (changes)
            QVERIFY(changes->size() <= damaged.size() / 2);
    });
}

QTEST_APPLESS_MAIN(tst_SessionStateChange)
#include "tst_sessionstatechange.moc"
