// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "resultbuilder.h"
#include "rowstatements.h"
#include "samevalue.h"
#include "timespecs.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Models;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Kind = RowTask::Kind;

class tst_RowStatements : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tableNamesAreQuoted_data();
    void tableNamesAreQuoted();
    void updateWritesWhatIsChangedAndComparesIt();
    void lockedRowIsNotCompared();
    void removalComparesTheWholeRow();
    void insertionLeavesTheRestToTheServer();
    void keyOfANewRow_data();
    void keyOfANewRow();
    void selectionSortsByTheKeyLast();
    void ownWorkIsRecognised_data();
    void ownWorkIsRecognised();
    void nullIsNotEmpty_data();
    void nullIsNotEmpty();
    void keyOfARemovedRowIsTheStoredOne();
    void numberZeroIsAKeyOfARowThatIsThere();
    void valuesOfRowsAreCompared();
};

namespace {

RowTask taskOf(Kind kind, const CellValues &values, const Row &stored, bool isLocked = false)
{
    RowTask task;
    task.kind = kind;
    task.values = values;
    task.stored = stored;
    task.isLocked = isLocked;
    return task;
}

/// articles (id, name, price), and the row (7, 'it`s', NULL).
TableMetadata articles()
{
    TableMetadata table;
    table.quotedName = u"`articles`"_s;
    table.columns = {
        {u"id"_s, u"int"_s, false, false, true},
        {u"na`me"_s, u"varchar(50)"_s, true, false, false},
        {u"price"_s, u"decimal(8,2)"_s, true, false, false},
    };
    table.key = {0};
    return table;
}

Row storedArticle(const MaybeBytes &price = std::nullopt)
{
    return ResultBuilder()
        .column("id", columnOf(Values::FieldType::Int))
        .text("na`me")
        .text("price")
        .row({"7", "it`s", price})
        .build()
        .first();
}

} // namespace

void tst_RowStatements::tableNamesAreQuoted_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("quotedName");
    QTest::newRow("plain") << u"articles"_s << u"`articles`"_s;
    QTest::newRow("database") << u"shop.articles"_s << u"`shop`.`articles`"_s;
    QTest::newRow("dots in quotes") << u"`a.b`.`c.d`"_s << u"`a.b`.`c.d`"_s;
    QTest::newRow("backtick") << u"`a``b`"_s << u"`a``b`"_s;
    QTest::newRow("hostile") << u"a; DROP TABLE b"_s << u"`a; DROP TABLE b`"_s;
    QTest::newRow("three parts") << u"a.b.c"_s << QString();
    QTest::newRow("open quote") << u"`a"_s << QString();
    QTest::newRow("empty part") << u"a."_s << QString();
}

void tst_RowStatements::tableNamesAreQuoted()
{
    QFETCH(QString, name);
    QFETCH(QString, quotedName);
    QCOMPARE(quotedTableName(name), quotedName);
}

void tst_RowStatements::updateWritesWhatIsChangedAndComparesIt()
{
    const RowTask task = taskOf(Kind::Update, {{1, u"new"_s}, {2, 5}}, storedArticle());
    const BoundStatement statement = writeStatement(articles(), task);
    QCOMPARE(statement.sql,
             u"UPDATE `articles` SET `na``me` = ?, `price` = ? WHERE `id` = ? AND "
             "CAST(CONVERT(`na``me` USING utf8mb4) AS BINARY) <=> ? AND `price` IS NULL"_s);
    QCOMPARE(statement.parameters, QVariant(QVariantList{u"new"_s, 5, 7, "it`s"_ba}));
}

void tst_RowStatements::lockedRowIsNotCompared()
{
    const RowTask task = taskOf(Kind::Update, {{2, 5}}, storedArticle(), true);
    const BoundStatement statement = writeStatement(articles(), task);
    QCOMPARE(statement.sql, u"UPDATE `articles` SET `price` = ? WHERE `id` = ?"_s);
    QCOMPARE(statement.parameters, QVariant(QVariantList{5, 7}));
}

void tst_RowStatements::removalComparesTheWholeRow()
{
    const RowTask task = taskOf(Kind::Remove, {}, storedArticle("1.50"));
    const BoundStatement statement = writeStatement(articles(), task);
    QCOMPARE(statement.sql, u"DELETE FROM `articles` WHERE `id` = ? AND "
                            "CAST(CONVERT(`na``me` USING utf8mb4) AS BINARY) <=> ? AND "
                            "`price` <=> CAST(? AS DECIMAL(8,2))"_s);
    QCOMPARE(statement.parameters, QVariant(QVariantList{7, "it`s"_ba, u"1.50"_s}));
}

void tst_RowStatements::insertionLeavesTheRestToTheServer()
{
    const BoundStatement some
        = writeStatement(articles(), taskOf(Kind::Insert, {{1, u"new"_s}}, {}));
    QCOMPARE(some.sql, u"INSERT INTO `articles` (`na``me`) VALUES (?)"_s);
    const BoundStatement none = writeStatement(articles(), taskOf(Kind::Insert, {}, {}));
    QCOMPARE(none.sql, u"INSERT INTO `articles` () VALUES ()"_s);
}

void tst_RowStatements::keyOfANewRow_data()
{
    QTest::addColumn<QVariant>("given");
    QTest::addColumn<quint64>("insertId");
    QTest::addColumn<QVariant>("key");
    QTest::newRow("given") << QVariant(9) << quint64(0) << QVariant(9);
    QTest::newRow("generated") << QVariant() << quint64(12) << QVariant(quint64(12));
    QTest::newRow("0 is generated") << QVariant(0) << quint64(12) << QVariant(quint64(12));
    QTest::newRow("unknown") << QVariant() << quint64(0) << QVariant();
}

void tst_RowStatements::keyOfANewRow()
{
    QFETCH(QVariant, given);
    QFETCH(quint64, insertId);
    QFETCH(QVariant, key);
    RowTask task = taskOf(Kind::Insert, {}, {});
    if (given.isValid())
        task.values.insert(0, given);
    const auto found = keyAfter(articles(), task, insertId);
    QCOMPARE(found.has_value(), key.isValid());
    if (found)
        QCOMPARE(*found, QVariantList{key});
}

void tst_RowStatements::selectionSortsByTheKeyLast()
{
    TableSelection selection;
    QCOMPARE(selectStatement(articles(), selection).sql,
             u"SELECT `id`, `na``me`, `price` FROM `articles` ORDER BY `id`"_s);
    selection.filter = u"price < ? -- cheap"_s;
    selection.filterParameters = 5;
    selection.order = SqlOrder{2, Qt::DescendingOrder};
    selection.limit = 10;
    const BoundStatement statement = selectStatement(articles(), selection);
    QCOMPARE(statement.sql,
             u"SELECT `id`, `na``me`, `price` FROM `articles` WHERE (price < ? -- cheap\n) "
             "ORDER BY `price` DESC, `id` LIMIT 10"_s);
    QCOMPARE(statement.parameters, QVariant(QVariantList{5}));
}

void tst_RowStatements::ownWorkIsRecognised_data()
{
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QVariant>("serverPrice");
    QTest::addColumn<bool>("isOwn");
    QTest::newRow("what was sent") << Kind::Update << QVariant("2.00"_ba) << true;
    QTest::newRow("what was there") << Kind::Update << QVariant("1.00"_ba) << true;
    QTest::newRow("something else") << Kind::Update << QVariant("3.00"_ba) << false;
    QTest::newRow("NULL") << Kind::Update << QVariant() << false;
    QTest::newRow("removed, as it was sent") << Kind::Remove << QVariant("2.00"_ba) << true;
    QTest::newRow("removed, something else") << Kind::Remove << QVariant("3.00"_ba) << false;
    QTest::newRow("inserted") << Kind::Insert << QVariant("2.00"_ba) << true;
    QTest::newRow("inserted by another") << Kind::Insert << QVariant("3.00"_ba) << false;
}

void tst_RowStatements::ownWorkIsRecognised()
{
    QFETCH(Kind, kind);
    QFETCH(QVariant, serverPrice);
    QFETCH(bool, isOwn);
    RowTask task = taskOf(kind, {{2, u"5.00"_s}}, {});
    task.isUncertain = true;
    task.uncertain = {{2, {u"2.00"_s}}};
    if (kind != Kind::Insert)
        task.stored = storedArticle("1.00");
    const Row row = storedArticle(serverPrice.isValid() ? MaybeBytes(serverPrice.toByteArray())
                                                        : std::nullopt);
    QCOMPARE(isOwnWork(row, task), isOwn);
    task.isUncertain = false;
    QVERIFY(!isOwnWork(row, task));
}

void tst_RowStatements::nullIsNotEmpty_data()
{
    QTest::addColumn<QVariant>("left");
    QTest::addColumn<QVariant>("right");
    QTest::addColumn<bool>("isSame");
    const QVariant nullInt(QMetaType::fromType<int>());
    QTest::newRow("numbers") << QVariant(1) << QVariant(1ll) << true;
    QTest::newRow("other number") << QVariant(1) << QVariant(2) << false;
    QTest::newRow("NULL and 0") << nullInt << QVariant(0) << false;
    QTest::newRow("NULL and nothing") << nullInt << QVariant() << true;
    QTest::newRow("NULL of QML") << QVariant::fromValue(nullptr) << nullInt << true;
    QTest::newRow("NULL and empty") << QVariant(QString()) << QVariant(u""_s) << false;
    QTest::newRow("null texts") << QVariant(QString()) << QVariant() << true;
    QTest::newRow("NULL and no bytes") << QVariant(QByteArray()) << QVariant(""_ba) << false;
    QTest::newRow("in lists") << QVariant(QVariantList{nullInt}) << QVariant(QVariantList{0})
                              << false;
    QTest::newRow("in maps") << QVariant(QVariantMap{{u"a"_s, nullInt}})
                             << QVariant(QVariantMap{{u"a"_s, 0}}) << false;
    QTest::newRow("lists") << QVariant(QVariantList{1, u"a"_s}) << QVariant(QVariantList{1, u"a"_s})
                           << true;
    QTest::newRow("longer list") << QVariant(QVariantList{1, 2}) << QVariant(QVariantList{1})
                                 << false;
}

void tst_RowStatements::nullIsNotEmpty()
{
    QFETCH(QVariant, left);
    QFETCH(QVariant, right);
    QFETCH(bool, isSame);
    QCOMPARE(sameValue(left, right), isSame);
    QCOMPARE(sameValue(right, left), isSame);
}

void tst_RowStatements::keyOfARemovedRowIsTheStoredOne()
{
    const RowTask task = taskOf(Kind::Remove, {{0, 9}}, storedArticle());
    QCOMPARE(keyAfter(articles(), task, 0), QVariantList{7});
}

void tst_RowStatements::numberZeroIsAKeyOfARowThatIsThere()
{
    const RowTask task = taskOf(Kind::Update, {{0, 0}}, storedArticle());
    QCOMPARE(keyAfter(articles(), task, 0), QVariantList{0});
}

void tst_RowStatements::valuesOfRowsAreCompared()
{
    const Row row = article().first(); // of the builder
    QVERIFY(isValueOf(row, 0, -42));
    QVERIFY(isValueOf(row, 0, u"-42"_s));
    QVERIFY(!isValueOf(row, 0, QVariant()));
    QVERIFY(isValueOf(row, 4, QVariant()));
    QVERIFY(!isValueOf(row, 4, u""_s));
    QVERIFY(isValueOf(row, 3, u"2024-02-29 12:00:00.000001"_s));
    // There is a microsecond more.
    const QDateTime born(QDate(2024, 2, 29), QTime(12, 0), Tests::Utc);
    QVERIFY(!isValueOf(row, 3, born));
    QVERIFY(!hasValues(row, {{3, born}}));
}

QTEST_APPLESS_MAIN(tst_RowStatements)
#include "tst_rowstatements.moc"
