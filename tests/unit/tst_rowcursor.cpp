// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "resultbuilder.h"
#include "rowcursor.h"

#include <QtCore/qpair.h>
#include <QtCore/qrandom.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Values;
using Tests::fromHex;

namespace {

class ColumnsOf : public ColumnSet
{
public:
    explicit ColumnsOf(const QList<FieldType> &types)
    {
        for (const FieldType type : types)
            append(Tests::columnOf(type));
    }
};

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
    void binaryRowsHaveOneValueAColumn();
    void refusesBrokenBinaryRows_data();
    void refusesBrokenBinaryRows();
    void binaryRowsCutAnywhereAreNotWellFormed_data();
    void binaryRowsCutAnywhereAreNotWellFormed();
    void damagedBinaryRowsAreReadWithinTheirBounds();
    void everyColumnOfABinaryRowCanBeNull();
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

void tst_RowCursor::binaryRowsHaveOneValueAColumn()
{
    const ColumnsOf columns({FieldType::TinyInt, FieldType::VarString, FieldType::Year,
                             FieldType::Null, FieldType::MediumInt, FieldType::Double,
                             FieldType::DateTime, FieldType::Blob});
    const QByteArray row = fromHex("00              # a row\n"
                                   "20 00           # NULL: the column with bit 3 + 2\n"
                                   "7F              # TINYINT 127\n"
                                   "02 61 62        # 'ab'\n"
                                   "E8 07           # YEAR 2024\n"
                                   "01 00 00 00     # MEDIUMINT 1, in four bytes\n"
                                   "00 00 00 00 00 00 F0 3F  # DOUBLE 1\n"
                                   "04 E8 07 02 1D  # DATETIME 2024-02-29, without a time\n"
                                   "00              # ''\n");
    QVERIFY(isWellFormedBinaryRow(row, columns));
    const QList<qsizetype> sizes = {1, 2, 2, -1, 4, 8, 4, 0};
    const char *next = row.data() + columns.binaryHeaderSize();
    for (int column = 0; column < columns.size(); ++column) {
        QByteArrayView value;
        QVERIFY(readBinaryColumn(row.data(), column, columns.traitsAt(column), &next,
                                 row.data() + row.size(), &value));
        QCOMPARE(value.isNull() ? -1 : value.size(), sizes.at(column));
    }
    QCOMPARE(next, row.data() + row.size());
}

void tst_RowCursor::refusesBrokenBinaryRows_data()
{
    QTest::addColumn<QByteArray>("row");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no bitmap") << fromHex("00");
    QTest::newRow("another header") << fromHex("01 00 01 00 00 00 01 61");
    QTest::newRow("number cut") << fromHex("00 00 01 00 00");
    QTest::newRow("no string") << fromHex("00 00 01 00 00 00");
    QTest::newRow("string cut") << fromHex("00 00 01 00 00 00 02 61");
    QTest::newRow("NULL as in a text row") << fromHex("00 00 01 00 00 00 FB");
    QTest::newRow("no legal length") << fromHex("00 00 01 00 00 00 FF 61");
    QTest::newRow("length with the sign bit")
        << fromHex("00 00 01 00 00 00 FE FF FF FF FF FF FF FF FF 61");
    QTest::newRow("leftovers") << fromHex("00 00 01 00 00 00 01 61 00");
    QTest::newRow("value of a column that is NULL") << fromHex("00 04 01 00 00 00 01 61");
    QTest::newRow("all NULL, and a byte") << fromHex("00 0C 00");
}

void tst_RowCursor::refusesBrokenBinaryRows()
{
    QFETCH(const QByteArray, row);
    const ColumnsOf columns({FieldType::Int, FieldType::VarString});
    QVERIFY(isWellFormedBinaryRow(fromHex("00 00 01 00 00 00 01 61"), columns));
    Tests::withExactCopy(
        row, [&](QByteArrayView bytes) { QVERIFY(!isWellFormedBinaryRow(bytes, columns)); });
}

namespace {
/// Enough columns for a second byte of the bitmap, and strings with lengths of every width.
const QList<FieldType> manyTypes
    = {FieldType::Int,    FieldType::VarString, FieldType::Float, FieldType::Time,
       FieldType::BigInt, FieldType::Bit,       FieldType::Blob,  FieldType::TinyInt};

QByteArray manyValues(bool withNull)
{
    const Tests::MaybeBytes time = Tests::prefixed(fromHex("01 01 00 00 00 02 03 04"));
    return Tests::binaryRow({fromHex("01 02 03 04"), Tests::prefixed(QByteArray(300, 'x')),
                             fromHex("00 00 80 3F"), withNull ? std::nullopt : time,
                             QByteArray(8, '\xFF'), Tests::prefixed("\x01"),
                             Tests::prefixed(QByteArray(70000, 'y')), "7"});
}
} // namespace

void tst_RowCursor::binaryRowsCutAnywhereAreNotWellFormed_data()
{
    QTest::addColumn<bool>("withNull");
    QTest::newRow("without NULL") << false;
    QTest::newRow("with NULL") << true;
}

void tst_RowCursor::binaryRowsCutAnywhereAreNotWellFormed()
{
    QFETCH(const bool, withNull);
    const ColumnsOf columns(manyTypes);
    const QByteArray row = manyValues(withNull);
    QVERIFY(isWellFormedBinaryRow(row, columns));
    for (qsizetype size = 0; size < row.size(); size += size < 400 || size > 70300 ? 1 : 997) {
        Tests::withExactCopy(QByteArrayView(row).first(size), [&](QByteArrayView cut) {
            QVERIFY(!isWellFormedBinaryRow(cut, columns));
        });
    }
}

void tst_RowCursor::damagedBinaryRowsAreReadWithinTheirBounds()
{
    const ColumnsOf columns({FieldType::Int, FieldType::VarString, FieldType::Date});
    const QByteArray row = Tests::binaryRow(
        {fromHex("01 02 03 04"), Tests::prefixed(QByteArray(260, 'x')), Tests::prefixed("1234")});
    int sound = 0;
    Tests::truncateAndMutate(
        row, [&](QByteArrayView bytes) { sound += isWellFormedBinaryRow(bytes, columns); });
    QVERIFY(sound > 0); // another number is no damage
}

namespace {
bool endsWithItsLastValue(QByteArrayView row, const ColumnSet &columns)
{
    const char *next = row.data() + columns.binaryHeaderSize();
    const char *const end = row.data() + row.size();
    for (int column = 0; column < columns.size(); ++column) {
        QByteArrayView value;
        if (!readBinaryColumn(row.data(), column, columns.traitsAt(column), &next, end, &value))
            return false;
    }
    return next == end;
}
} // namespace

// The bitmap has its own width for each number of columns, and is looked at in words.
void tst_RowCursor::everyColumnOfABinaryRowCanBeNull()
{
    const QList<QPair<FieldType, QByteArray>> kinds
        = {{FieldType::Int, QByteArray(4, 'i')},
           {FieldType::VarString, Tests::prefixed("text")},
           {FieldType::BigInt, QByteArray(8, 'b')},
           {FieldType::TinyInt, QByteArray(1, 't')},
           {FieldType::Blob, Tests::prefixed("")}};
    QRandomGenerator random(1);
    for (int columnCount = 1; columnCount <= 140; ++columnCount) {
        for (int round = 0; round < 20; ++round) {
            QList<FieldType> types;
            QList<Tests::MaybeBytes> values;
            for (int column = 0; column < columnCount; ++column) {
                const auto &[type, value] = kinds.at(random.bounded(int(kinds.size())));
                types.append(type);
                values.append(random.bounded(20) < round ? Tests::MaybeBytes() : value);
            }
            const ColumnsOf columns(types);
            const QByteArray row = Tests::binaryRow(values);
            const auto isSound = [&](const QByteArray &bytes) {
                bool sound = false;
                Tests::withExactCopy(bytes, [&](QByteArrayView copy) {
                    sound = isWellFormedBinaryRow(copy, columns);
                });
                return sound;
            };
            QVERIFY(isSound(row));
            QVERIFY(!isSound(row + '\0'));
            // Without the value of a column, or with one more.
            const int bit = random.bounded(columnCount) + 2;
            QByteArray changed = row;
            changed[1 + bit / 8] = static_cast<char>(changed[1 + bit / 8] ^ 1 << bit % 8);
            QCOMPARE(isSound(changed), endsWithItsLastValue(changed, columns));
            // These are no column's.
            changed = row;
            changed[1] = static_cast<char>(changed[1] | 3);
            QVERIFY(isSound(changed));
        }
    }
}

QTEST_APPLESS_MAIN(tst_RowCursor)
#include "tst_rowcursor.moc"
