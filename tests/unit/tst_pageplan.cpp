// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pageplan.h"
#include "plannedtable.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Models;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Values::FieldType;

namespace {

Row rowOf(const QByteArray &moment = "2024-02-29 12:00:00.000001")
{
    return columns().row({"-7", "8", "1.50", moment, "it's", {}}).build().row(0);
}

} // namespace

class tst_PagePlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pagesBeginBehindTheLastRow_data();
    void pagesBeginBehindTheLastRow();
    void rangesBeginAndEndAtAnyRow_data();
    void rangesBeginAndEndAtAnyRow();
    void keysAreReadAlone();
    void zeroDatesAreComparedAsTexts();
    void parametersFollowThoseOfTheStatement_data();
    void parametersFollowThoseOfTheStatement();
    void ordersThatCannotBeContinuedAreRefused_data();
    void ordersThatCannotBeContinuedAreRefused();
    void indexesAreLookedFor_data();
    void indexesAreLookedFor();
    void enginesDiffer_data();
    void enginesDiffer();
    void otherColumnsDoNotFit();
};

void tst_PagePlan::pagesBeginBehindTheLastRow_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QList<TableIndex>>("indexes");
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("next");
    QTest::addColumn<QVariantList>("parameters");
    QTest::newRow("key") << u"SELECT * FROM t"_s << KeyIsA
                         << u"SELECT * FROM t\nORDER BY `t`.`a` LIMIT 9"_s
                         << u"SELECT * FROM t\nWHERE `t`.`a` > ? ORDER BY `t`.`a` LIMIT 9"_s
                         << QVariantList{-7};
    QTest::newRow("comments") << u"SELECT * FROM t x -- a\n WHERE b OR d # c\n;"_s << KeyIsA
                              << u"SELECT * FROM t x -- a\nWHERE (b OR d # c\n) "
                                 "ORDER BY `x`.`a` LIMIT 9"_s
                              << u"SELECT * FROM t x -- a\nWHERE (b OR d # c\n) AND `x`.`a` > ? "
                                 "ORDER BY `x`.`a` LIMIT 9"_s
                              << QVariantList{-7};
    QTest::newRow("two columns")
        << u"SELECT * FROM t ORDER BY b DESC, a DESC"_s << KeyIsAB
        << u"SELECT * FROM t\nORDER BY `t`.`b` DESC, `t`.`a` DESC LIMIT 9"_s
        << u"SELECT * FROM t\nWHERE (`t`.`b` < ? OR (`t`.`b` = ? AND `t`.`a` < ?)) "
           "ORDER BY `t`.`b` DESC, `t`.`a` DESC LIMIT 9"_s
        << QVariantList{8, 8, -7};
    QTest::newRow("key in the order")
        << u"SELECT * FROM t ORDER BY d, a, w"_s << KeyIsA
        << u"SELECT * FROM t\nORDER BY `t`.`d`, `t`.`a` LIMIT 9"_s
        << u"SELECT * FROM t\nWHERE (`t`.`d` > CAST(? AS DECIMAL(10,2)) OR "
           "(`t`.`d` = CAST(? AS DECIMAL(10,2)) AND `t`.`a` > ?)) "
           "ORDER BY `t`.`d`, `t`.`a` LIMIT 9"_s
        << QVariantList{u"1.50"_s, u"1.50"_s, -7};
    QTest::newRow("text and time")
        << u"SELECT * FROM t ORDER BY 5, m"_s << KeyIsA
        << u"SELECT * FROM t\nORDER BY `t`.`s`, `t`.`m`, `t`.`a` LIMIT 9"_s
        << u"SELECT * FROM t\nWHERE (`t`.`s` > ? OR (`t`.`s` = ? AND `t`.`m` > ?) OR "
           "(`t`.`s` = ? AND `t`.`m` = ? AND `t`.`a` > ?)) "
           "ORDER BY `t`.`s`, `t`.`m`, `t`.`a` LIMIT 9"_s
        << QVariantList{u"it's"_s,
                        u"it's"_s,
                        u"2024-02-29 12:00:00.000001"_s,
                        u"it's"_s,
                        u"2024-02-29 12:00:00.000001"_s,
                        -7};
}

void tst_PagePlan::pagesBeginBehindTheLastRow()
{
    QFETCH(QString, sql);
    QFETCH(QList<TableIndex>, indexes);
    PageRequest wanted = request(sql, indexes);
    wanted.mayBeSorted = true;
    const auto plan = PagePlan::of(wanted);
    const auto *found = std::get_if<PagePlan>(&plan);
    QVERIFY2(found, qPrintable(found ? QString() : std::get<QString>(plan)));
    QTEST(found->statement({}, 9).sql, "first");
    QCOMPARE(found->statement({}, 9).parameters, QVariant(QVariantList()));
    QTEST(found->statement(rowOf(), 9).sql, "next");
    QTEST(found->statement(rowOf(), 9).parameters.toList(), "parameters");
}

/// MySQL refuses to compare a date with them.
void tst_PagePlan::rangesBeginAndEndAtAnyRow_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<PageRange>("range");
    QTest::addColumn<QString>("clauses");
    QTest::addColumn<QVariantList>("parameters");
    const auto one = u"SELECT * FROM t"_s;
    const auto two = u"SELECT * FROM t ORDER BY b DESC, a DESC"_s;
    QTest::newRow("start") << one << PageRange{{}, false, false, 30, 9}
                           << u"ORDER BY `t`.`a` LIMIT 9 OFFSET ?"_s << QVariantList{30};
    QTest::newRow("end") << one << PageRange{{}, false, true, 0, 9}
                         << u"ORDER BY `t`.`a` DESC LIMIT 9"_s << QVariantList();
    QTest::newRow("from a key") << one << PageRange{{7}, true, false, 2, 9}
                                << u"WHERE `t`.`a` >= ? ORDER BY `t`.`a` LIMIT 9 OFFSET ?"_s
                                << QVariantList{7, 2};
    QTest::newRow("before a key") << one << PageRange{{7}, false, true, 0, 9}
                                  << u"WHERE `t`.`a` < ? ORDER BY `t`.`a` DESC LIMIT 9"_s
                                  << QVariantList{7};
    QTest::newRow("before a descending key")
        << two << PageRange{{8, 7}, false, true, 0, 9}
        << u"WHERE (`t`.`b` > ? OR (`t`.`b` = ? AND `t`.`a` > ?)) "
           "ORDER BY `t`.`b`, `t`.`a` LIMIT 9"_s
        << QVariantList{8, 8, 7};
    QTest::newRow("from a descending key")
        << two << PageRange{{8, 7}, true, false, 0, 9}
        << u"WHERE (`t`.`b` < ? OR (`t`.`b` = ? AND `t`.`a` <= ?)) "
           "ORDER BY `t`.`b` DESC, `t`.`a` DESC LIMIT 9"_s
        << QVariantList{8, 8, 7};
    QTest::newRow("from a part of a key")
        << two << PageRange{{8}, true, false, 0, 9}
        << u"WHERE `t`.`b` <= ? ORDER BY `t`.`b` DESC, `t`.`a` DESC LIMIT 9"_s << QVariantList{8};
}

void tst_PagePlan::rangesBeginAndEndAtAnyRow()
{
    QFETCH(QString, sql);
    QFETCH(PageRange, range);
    QFETCH(QString, clauses);
    QFETCH(QVariantList, parameters);
    const BoundStatement page = planOf(sql, KeyIsA).statement(range);
    QCOMPARE(page.sql, u"SELECT * FROM t\n"_s + clauses);
    QCOMPARE(page.parameters.toList(), parameters);
}

/// With the values of the condition alone.
void tst_PagePlan::keysAreReadAlone()
{
    const auto sql = u"SELECT ?, a, s FROM t x WHERE b > ? AND ? < d ORDER BY d"_s;
    const PagePlan plan = planOf(sql, KeyIsA, QVariantList{1, 2, 3});
    QCOMPARE(plan.keyOfKeyRow(rowOf()).size(), 2);
    const BoundStatement keys = plan.keyStatement({{u"1.50"_s, -7}, false, false, 99, 1});
    QCOMPARE(keys.sql, u"SELECT `x`.`d`, `x`.`a` FROM t x\nWHERE (b > ? AND ? < d\n) AND "
                       "(`x`.`d` > CAST(? AS DECIMAL(10,2)) OR "
                       "(`x`.`d` = CAST(? AS DECIMAL(10,2)) AND `x`.`a` > ?)) "
                       "ORDER BY `x`.`d`, `x`.`a` LIMIT 1 OFFSET ?"_s);
    QCOMPARE(keys.parameters.toList(), QVariantList({2, 3, u"1.50"_s, u"1.50"_s, -7, 99}));
    QCOMPARE(plan.countStatement({}).sql, u"SELECT COUNT(*) FROM t x\nWHERE (b > ? AND ? < d\n)"_s);
    QCOMPARE(plan.countStatement({}).parameters.toList(), QVariantList({2, 3}));
    QCOMPARE(plan.estimateStatement().sql,
             u"EXPLAIN FORMAT=TRADITIONAL SELECT `x`.`d`, `x`.`a` FROM t x\n"
             "WHERE (b > ? AND ? < d\n)"_s);
    QVERIFY(plan.hasParameters());
    QVERIFY(!planOf(u"SELECT * FROM t"_s, KeyIsA).hasParameters());

    const PagePlan named = planOf(u"SELECT :x, a FROM t WHERE b > :y OR :y = d"_s, KeyIsA,
                                  QVariantMap{{u"x"_s, 1}, {u":y"_s, 2}});
    QCOMPARE(named.countStatement({}).parameters.toMap(), QVariantMap({{u":y"_s, 2}}));
}

void tst_PagePlan::zeroDatesAreComparedAsTexts()
{
    PageRequest wanted = request(u"SELECT * FROM t ORDER BY m"_s, KeyIsA);
    wanted.mayBeSorted = true;
    const auto plan = std::get<PagePlan>(PagePlan::of(wanted));
    for (const QByteArray &moment :
         {"2023-02-29 00:00:00"_ba, "2024-00-15 00:00:00"_ba, "2024-01-00 00:00:00"_ba}) {
        const BoundStatement page = plan.statement(rowOf(moment), 2);
        QCOMPARE(page.sql, u"SELECT * FROM t\nWHERE (CAST(`t`.`m` AS CHAR) > ? OR "
                           "(CAST(`t`.`m` AS CHAR) = ? AND `t`.`a` > ?)) "
                           "ORDER BY `t`.`m`, `t`.`a` LIMIT 2"_s);
        QCOMPARE(page.parameters.toList().constFirst(), QString::fromLatin1(moment));
    }
    const BoundStatement page = plan.statement(rowOf("0000-00-00 00:00:00.000000"), 2);
    QCOMPARE(page.sql, u"SELECT * FROM t\nWHERE (`t`.`m` > 0 OR (`t`.`m` = 0 AND `t`.`a` > ?)) "
                       "ORDER BY `t`.`m`, `t`.`a` LIMIT 2"_s);
    QCOMPARE(page.parameters, QVariant(QVariantList{-7}));
}

void tst_PagePlan::parametersFollowThoseOfTheStatement_data()
{
    QTest::addColumn<QVariant>("parameters");
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("condition");
    QTest::addColumn<QVariant>("expected");
    QTest::newRow("positions") << QVariant(QVariantList{1}) << u"SELECT * FROM t WHERE b > ?"_s
                               << u"(b > ?\n) AND `t`.`b` <= ? AND `t`.`w` IS NULL AND "
                                  "`t`.`a` > ?"_s
                               << QVariant(QVariantList{1, 2, -7});
    QTest::newRow("names") << QVariant(QVariantMap{{u"low"_s, 1}})
                           << u"SELECT * FROM t WHERE b > :low"_s
                           << u"(b > :low\n) AND `t`.`b` <= :asyncmysql_filter_1 AND "
                              "`t`.`w` IS NULL AND `t`.`a` > :asyncmysql_key_2"_s
                           << QVariant(QVariantMap{{u"low"_s, 1},
                                                   {u"asyncmysql_filter_1"_s, 2},
                                                   {u"asyncmysql_key_2"_s, -7}});
    QTest::newRow("names of the application")
        << QVariant(QVariantMap{{u"asyncmysql_filter_1"_s, 1}})
        << u"SELECT * FROM t WHERE b > :asyncmysql_filter_1"_s
        << u"(b > :asyncmysql_filter_1\n) AND `t`.`b` <= :asyncmysql_filter_2 AND "
           "`t`.`w` IS NULL AND `t`.`a` > :asyncmysql_key_3"_s
        << QVariant(QVariantMap{{u"asyncmysql_filter_1"_s, 1},
                                {u"asyncmysql_filter_2"_s, 2},
                                {u"asyncmysql_key_3"_s, -7}});
}

void tst_PagePlan::parametersFollowThoseOfTheStatement()
{
    QFETCH(QVariant, parameters);
    QFETCH(QString, sql);
    QFETCH(QString, condition);
    PageRequest wanted = request(sql, KeyIsA);
    wanted.parameters = parameters;
    wanted.filters = {{u"B"_s, u"<= ?"_s, 2, true}, {u"w"_s, u"IS NULL"_s, {}, false}};
    const auto plan = std::get<PagePlan>(PagePlan::of(wanted));
    const BoundStatement page = plan.statement(rowOf(), 2);
    QCOMPARE(page.sql, u"SELECT * FROM t\nWHERE "_s + condition + u" ORDER BY `t`.`a` LIMIT 2"_s);
    QTEST(page.parameters, "expected");
}

void tst_PagePlan::ordersThatCannotBeContinuedAreRefused_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("collation");
    QTest::addColumn<bool>("isPaged");
    const auto ofType = [](const QString &type, bool isPaged, const QString &collation = {}) {
        QTest::newRow(qPrintable(type + u' ' + collation))
            << u"SELECT * FROM t ORDER BY s"_s << type << collation << isPaged;
    };
    for (const QString &type :
         {u"tinyint(1)"_s, u"bigint(20) unsigned"_s, u"decimal(65,30)"_s, u"bit(8)"_s, u"date"_s,
          u"datetime"_s, u"timestamp(6)"_s, u"time"_s, u"year(4)"_s, u"binary(16)"_s,
          u"varbinary(1024)"_s, u"uuid"_s, u"inet6"_s}) {
        ofType(type, true);
    }
    for (const QString &type :
         {u"float"_s, u"double"_s, u"enum('a','b')"_s, u"set('a')"_s, u"json"_s, u"point"_s,
          u"multipoint"_s, u"blob"_s, u"varbinary(1025)"_s, u"vector(3)"_s}) {
        ofType(type, false);
    }
    ofType(u"varchar(20)"_s, true, u"utf8mb4_0900_as_cs"_s);
    ofType(u"char(20)"_s, true, u"latin1_swedish_ci"_s);
    ofType(u"varchar(20)"_s, true, u"utf8mb4_nopad_bin"_s);
    ofType(u"char(20)"_s, false, u"utf8mb4_nopad_bin"_s);
    ofType(u"varchar(20)"_s, false, u"sjis_japanese_ci"_s);
    ofType(u"varchar(20)"_s, false, u"ucs2_general_ci"_s);
    // The results of the session have another character set.
    ofType(u"varchar(21)"_s, false, u"utf8mb4_bin"_s);
    ofType(u"text"_s, false, u"utf8mb4_bin"_s);
    QTest::newRow("null") << u"SELECT * FROM t ORDER BY w"_s << u"int"_s << QString() << false;
    QTest::newRow("not in the result")
        << u"SELECT * FROM t ORDER BY other"_s << u"int"_s << QString() << false;
    QTest::newRow("no such position")
        << u"SELECT * FROM t ORDER BY 7"_s << u"int"_s << QString() << false;
}

void tst_PagePlan::ordersThatCannotBeContinuedAreRefused()
{
    QFETCH(QString, sql);
    QFETCH(QString, type);
    QFETCH(QString, collation);
    QFETCH(bool, isPaged);
    PageRequest wanted = request(sql, KeyIsA);
    wanted.mayBeSorted = true;
    wanted.table.columns[4].type = type;
    wanted.table.columns[4].collation = collation;
    const auto plan = PagePlan::of(wanted);
    QCOMPARE(std::holds_alternative<PagePlan>(plan), isPaged);
}

void tst_PagePlan::indexesAreLookedFor_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QList<TableIndex>>("indexes");
    QTest::addColumn<QString>("problem");
    const TableIndex onB = indexOn(u"b"_s, {1}, false);
    const auto row
        = [](const char *name, const QString &sql, const QList<TableIndex> &indexes,
             const QString &problem) { QTest::newRow(name) << sql << indexes << problem; };
    const QString noIndex = u"no index"_s;
    row("key", u"SELECT * FROM t ORDER BY a DESC"_s, KeyIsA, {});
    row("none", u"SELECT * FROM t"_s, {}, u"no unique key"_s);
    row("not unique", u"SELECT * FROM t"_s, {onB}, u"no unique key"_s);
    row("with NULL", u"SELECT * FROM t"_s, {indexOn(u"w"_s, {5}, true)}, u"no unique key"_s);
    row("second unique", u"SELECT * FROM t"_s,
        {indexOn(u"w"_s, {5}, true), indexOn(u"b"_s, {1}, true)}, {});
    row("sorted", u"SELECT * FROM t ORDER BY b"_s, KeyIsA, noIndex);
    row("behind the index", u"SELECT * FROM t ORDER BY b"_s, {KeyIsA[0], onB}, {});
    row("backwards", u"SELECT * FROM t ORDER BY b DESC"_s, {KeyIsA[0], onB}, {});
    row("to and fro", u"SELECT * FROM t ORDER BY b DESC, a"_s, {KeyIsA[0], onB}, noIndex);
    row("part of the key", u"SELECT * FROM t ORDER BY a"_s, KeyIsAB, {});
    row("end of the key", u"SELECT * FROM t ORDER BY b"_s, KeyIsAB, noIndex);
    TableIndex mixed = indexOn(u"PRIMARY"_s, {0, 1}, true);
    mixed.parts[1].descending = true;
    row("mixed", u"SELECT * FROM t"_s, {mixed}, {});
    row("mixed, backwards", u"SELECT * FROM t ORDER BY a DESC, b"_s, {mixed}, {});
    row("not mixed", u"SELECT * FROM t ORDER BY a, b"_s, {mixed}, noIndex);
    TableIndex prefix = indexOn(u"s"_s, {4}, true);
    prefix.parts[0].isWhole = false;
    row("prefix", u"SELECT * FROM t"_s, {prefix}, u"no unique key"_s);
    row("order by a prefix", u"SELECT * FROM t ORDER BY s"_s, {KeyIsA[0], prefix}, noIndex);
    TableIndex hash = KeyIsA[0];
    hash.isOrdered = false;
    row("hash", u"SELECT * FROM t"_s, {hash}, noIndex);
}

void tst_PagePlan::indexesAreLookedFor()
{
    QFETCH(QString, sql);
    QFETCH(QList<TableIndex>, indexes);
    QFETCH(QString, problem);
    const auto plan = PagePlan::of(request(sql, indexes));
    const auto *found = std::get_if<QString>(&plan);
    QCOMPARE(found != nullptr, !problem.isEmpty());
    if (found)
        QVERIFY2(found->contains(problem), qPrintable(*found));
}

void tst_PagePlan::enginesDiffer_data()
{
    QTest::addColumn<QString>("engine");
    QTest::addColumn<bool>("isPaged");
    QTest::addColumn<bool>("isPagedSorted");
    QTest::newRow("InnoDB") << u"innodb"_s << true << true;
    // Its indexes do not have the key behind them.
    QTest::newRow("MyISAM") << u"myisam"_s << true << false;
    QTest::newRow("MERGE") << u"mrg_myisam"_s << false << false;
    QTest::newRow("SEQUENCE") << u"sequence"_s << false << false;
    QTest::newRow("unknown") << QString() << false << false;
}

void tst_PagePlan::enginesDiffer()
{
    QFETCH(QString, engine);
    const QList<TableIndex> indexes = {KeyIsA[0], indexOn(u"b"_s, {1}, false)};
    PageRequest wanted = request(u"SELECT * FROM t"_s, indexes);
    wanted.table.engine = engine;
    QTEST(std::holds_alternative<PagePlan>(PagePlan::of(wanted)), "isPaged");
    wanted.outline = std::get<SelectOutline>(outlineOf(u"SELECT * FROM t ORDER BY b"_s));
    QTEST(std::holds_alternative<PagePlan>(PagePlan::of(wanted)), "isPagedSorted");
    // A unique key that is not the clustered one is not behind the index either.
    wanted = request(u"SELECT * FROM t ORDER BY d"_s,
                     {KeyIsA[0], indexOn(u"b"_s, {1}, true), indexOn(u"d"_s, {2}, false)});
    wanted.columns.removeFirst();
    wanted.table.engine = engine;
    QVERIFY(std::holds_alternative<QString>(PagePlan::of(wanted)));
}

void tst_PagePlan::otherColumnsDoNotFit()
{
    const auto plan = std::get<PagePlan>(PagePlan::of(request(u"SELECT * FROM t"_s, KeyIsA)));
    QVERIFY(plan.fits(columns().build().columns()));
    QVERIFY(!plan.fits({}));
    QVERIFY(!plan.fits(columns().column(tableColumn("x", FieldType::Int)).build().columns()));
    ResultBuilder nullable;
    nullable.column(tableColumn("a", FieldType::Int, 0));
    PageRequest one = request(u"SELECT a FROM t"_s, KeyIsA);
    one.columns = one.columns.mid(0, 1);
    const auto planOfOne = std::get<PagePlan>(PagePlan::of(one));
    QVERIFY(planOfOne.fits(one.columns));
    QVERIFY(!planOfOne.fits(nullable.build().columns()));
}

QTEST_GUILESS_MAIN(tst_PagePlan)
#include "tst_pageplan.moc"
