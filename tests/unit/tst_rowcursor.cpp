// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "resultbuilder.h"
#include "rowcursor.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Values;
using Tests::fromHex;

namespace {

/// The values of a row one after the other.
class TextWalk
{
public:
    explicit TextWalk(QByteArrayView row)
        : m_next(row.data())
        , m_end(row.data() + row.size())
    {
    }

    bool next(QByteArrayView *value) { return readTextColumn(&m_next, m_end, value); }
    qsizetype remaining() const { return m_end - m_next; }

private:
    const char *m_next;
    const char *m_end;
};

} // namespace

class tst_RowCursor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsValuesInOrder();
    void lengthsOfEveryWidth_data();
    void lengthsOfEveryWidth();
    void refusesBrokenRows_data();
    void refusesBrokenRows();
    void rowsCutAnywhereAreNotWellFormed();
    void damagedRowsAreReadWithinTheirBounds();
};

void tst_RowCursor::readsValuesInOrder()
{
    const QByteArray row = fromHex("02 61 62   # 'ab'\n"
                                   "FB         # NULL\n"
                                   "00         # ''\n");
    TextWalk walk(row);
    QByteArrayView value;
    QVERIFY(walk.next(&value));
    QCOMPARE(value, "ab");
    QCOMPARE(walk.remaining(), 2);
    QVERIFY(walk.next(&value));
    QVERIFY(value.isNull());
    QCOMPARE(walk.remaining(), 1);
    QVERIFY(walk.next(&value));
    QVERIFY(value.isEmpty());
    QVERIFY(!value.isNull());
    QCOMPARE(walk.remaining(), 0);
    QVERIFY(!walk.next(&value));
    QCOMPARE(walk.remaining(), 0);
    QVERIFY(isWellFormedTextRow(row, 3));
}

void tst_RowCursor::lengthsOfEveryWidth_data()
{
    QTest::addColumn<int>("size");
    for (const int size : {0, 1, 250, 251, 252, 255, 256, 65535, 65536, 0xFFFFFF, 0x1000000})
        QTest::addRow("%d", size) << size;
}

void tst_RowCursor::lengthsOfEveryWidth()
{
    QFETCH(const int, size);
    const QByteArray expected(size, 'x');
    const QByteArray row = Tests::textRow({expected, "end"});
    TextWalk walk(row);
    QByteArrayView value;
    QVERIFY(walk.next(&value));
    QVERIFY(value == expected);
    QVERIFY(walk.next(&value));
    QCOMPARE(value, "end");
    QVERIFY(isWellFormedTextRow(row, 2));
}

void tst_RowCursor::refusesBrokenRows_data()
{
    QTest::addColumn<QByteArray>("row");
    QTest::addColumn<int>("columns");
    QTest::newRow("nothing") << QByteArray() << 1;
    QTest::newRow("a column too few") << fromHex("01 61") << 2;
    QTest::newRow("leftovers") << fromHex("01 61 00") << 1;
    QTest::newRow("runs past the end") << fromHex("02 61") << 1;
    QTest::newRow("no legal length") << fromHex("FF 61") << 1;
    QTest::newRow("2-byte length cut") << fromHex("FC 01") << 1;
    QTest::newRow("3-byte length cut") << fromHex("FD 01 00") << 1;
    QTest::newRow("8-byte length cut") << fromHex("FE 01 00 00 00 00 00 00") << 1;
    QTest::newRow("length with the sign bit") << fromHex("FE FF FF FF FF FF FF FF FF 61") << 1;
    QTest::newRow("length that wraps around") << fromHex("FE F8 FF FF FF FF FF FF 7F 61") << 1;
}

void tst_RowCursor::refusesBrokenRows()
{
    QFETCH(const QByteArray, row);
    QFETCH(const int, columns);
    Tests::withExactCopy(
        row, [&](QByteArrayView bytes) { QVERIFY(!isWellFormedTextRow(bytes, columns)); });
}

void tst_RowCursor::rowsCutAnywhereAreNotWellFormed()
{
    const QByteArray row
        = Tests::textRow({"42", {}, "", QByteArray(300, 'x'), QByteArray(70000, 'y'), {}});
    QVERIFY(isWellFormedTextRow(row, 6));
    for (qsizetype size = 0; size < row.size(); size += size < 400 || size > 70300 ? 1 : 997)
        QVERIFY(!isWellFormedTextRow(QByteArrayView(row).first(size), 6));
}

void tst_RowCursor::damagedRowsAreReadWithinTheirBounds()
{
    const QByteArray row = Tests::textRow({"42", {}, "", QByteArray(260, 'x')});
    int sound = 0;
    Tests::truncateAndMutate(row, [&](QByteArrayView bytes) {
        TextWalk walk(bytes);
        QByteArrayView value;
        while (walk.next(&value)) {
            const bool inside = value.isNull()
                                || (value.data() >= bytes.data()
                                    && value.data() + value.size() <= bytes.data() + bytes.size());
            QVERIFY(inside);
        }
        sound += isWellFormedTextRow(bytes, 4);
    });
    QVERIFY(sound > 0); // other letters are no damage
}

QTEST_APPLESS_MAIN(tst_RowCursor)
#include "tst_rowcursor.moc"
