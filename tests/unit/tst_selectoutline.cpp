// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "selectoutline.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Models;
using namespace Qt::StringLiterals;

class tst_SelectOutline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void partsAreFound_data();
    void partsAreFound();
    void ordersAreRead_data();
    void ordersAreRead();
    void otherStatementsHaveNone_data();
    void otherStatementsHaveNone();
};

void tst_SelectOutline::partsAreFound_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("head");
    QTest::addColumn<QString>("condition");
    QTest::addColumn<QString>("table");
    QTest::addColumn<QString>("qualifier");
    const auto row = [](const QString &sql, const QString &head, const QString &condition,
                        const QString &table, const QString &qualifier) {
        QTest::newRow(qPrintable(sql)) << sql << head << condition << table << qualifier;
    };
    row(u"SELECT a FROM t"_s, u"SELECT a FROM t"_s, {}, u"`t`"_s, u"`t`"_s);
    row(u"select * from Shop.T as X where a;"_s, u"select * from Shop.T as X "_s, u" a"_s,
        u"`Shop`.`T`"_s, u"`X`"_s);
    row(u"SELECT `from` FROM `a``b` `where` WHERE 1 -- x"_s,
        u"SELECT `from` FROM `a``b` `where` "_s, u" 1 -- x"_s, u"`a``b`"_s, u"`where`"_s);
    row(u"SELECT t.where FROM t WHERE 'order by' = a ORDER BY a"_s, u"SELECT t.where FROM t "_s,
        u" 'order by' = a "_s, u"`t`"_s, u"`t`"_s);
    row(u"SELECT SUBSTRING(a FROM 1 FOR 2) FROM t"_s, u"SELECT SUBSTRING(a FROM 1 FOR 2) FROM t"_s,
        {}, u"`t`"_s, u"`t`"_s);
    row(u"SELECT now, count FROM t WHERE max > ? AND (a IN (?, :b))"_s,
        u"SELECT now, count FROM t "_s, u" max > ? AND (a IN (?, :b))"_s, u"`t`"_s, u"`t`"_s);
}

void tst_SelectOutline::partsAreFound()
{
    QFETCH(QString, sql);
    const auto outline = outlineOf(sql);
    const auto *found = std::get_if<SelectOutline>(&outline);
    QVERIFY2(found, qPrintable(found ? QString() : std::get<QString>(outline)));
    QTEST(found->head, "head");
    QTEST(found->condition, "condition");
    QTEST(found->table, "table");
    QTEST(found->qualifier, "qualifier");
}

void tst_SelectOutline::ordersAreRead_data()
{
    QTest::addColumn<QString>("orders");
    QTest::addColumn<QString>("expected");
    QTest::newRow("names") << u"a, `b c` DESC, d asc"_s << u"a up, b c down, d up"_s;
    QTest::newRow("positions") << u"2 DESC, 1"_s << u"#1 down, #0 up"_s;
    QTest::newRow("qualified") << u"t.a, s.t.`b` DESC;"_s << u".a up, .b down"_s;
    for (const QString &refused :
         {u"a + 1"_s, u"-1"_s, u"0"_s, u"1.5"_s, u"LOWER(a)"_s, u"?"_s, u"NULL IS NULL"_s, u"a,"_s,
          u"a COLLATE utf8mb4_bin"_s, u"(a)"_s, u"a DESC b"_s, u"'a'"_s, u""_s}) {
        QTest::newRow(qPrintable(refused)) << refused << QString();
    }
}

void tst_SelectOutline::ordersAreRead()
{
    QFETCH(QString, orders);
    QFETCH(QString, expected);
    const auto outline = outlineOf(u"SELECT * FROM t ORDER BY "_s + orders);
    const auto *found = std::get_if<SelectOutline>(&outline);
    QCOMPARE(found != nullptr, !expected.isEmpty());
    if (!found)
        return;
    QStringList read;
    for (const SelectOutline::Order &order : found->orders) {
        read.append((order.position < 0 ? (order.isOfTable ? u"."_s : QString()) + order.name
                                        : u'#' + QString::number(order.position))
                    + (order.order == Qt::AscendingOrder ? u" up"_s : u" down"_s));
    }
    QCOMPARE(read.join(u", "_s), expected);
}

void tst_SelectOutline::otherStatementsHaveNone_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("reason");
    const auto row = [](const QString &sql, const QString &reason) {
        QTest::newRow(qPrintable(sql)) << sql << reason;
    };
    row(u""_s, u"SELECT"_s);
    row(u"-- nothing"_s, u"SELECT"_s);
    row(u"INSERT INTO t VALUES (1)"_s, u"SELECT"_s);
    row(u"(SELECT a FROM t)"_s, u"begin with SELECT"_s);
    row(u"WITH x AS (SELECT 1) SELECT * FROM x"_s, u"begin with SELECT"_s);
    row(u"TABLE t"_s, u"begin with SELECT"_s);
    row(u"SELECT 1"_s, u"read a table"_s);
    row(u"SELECT 1 FROM DUAL"_s, u"read a table"_s);
    row(u"SELECT a FROM t; SELECT b FROM t"_s, u"several"_s);
    row(u"SELECT a FROM t WHERE 'x"_s, u"not terminated"_s);
    row(u"SELECT a FROM `"_s, u"not terminated"_s);
    row(u"SELECT a FROM t /* x"_s, u"not terminated"_s);
    row(u"SELECT (a FROM t"_s, u"parentheses"_s);
    row(u"SELECT a) FROM t"_s, u"parentheses"_s);
    row(u"SELECT a FROM t /*!80000 LIMIT 1 */"_s, u"executable"_s);
    row(uR"(SELECT a FROM t WHERE a = 'b\' OR c = 'd')"_s, u""_s);
    row(u"SELECT a FROM \"t\""_s, u""_s);
    row(u"SELECT a FROM t LIMIT 1"_s, u"LIMIT"_s);
    row(u"SELECT DISTINCT a FROM t"_s, u"DISTINCT"_s);
    row(u"SELECT a FROM t GROUP BY a"_s, u"GROUP"_s);
    row(u"SELECT a FROM t HAVING a > 1"_s, u"HAVING"_s);
    row(u"SELECT SQL_CALC_FOUND_ROWS a FROM t"_s, u"SQL_CALC_FOUND_ROWS"_s);
    row(u"SELECT a FROM t FOR UPDATE"_s, u"FOR"_s);
    row(u"SELECT a FROM t LOCK IN SHARE MODE"_s, u"LOCK"_s);
    row(u"SELECT a INTO @a FROM t"_s, u"INTO"_s);
    row(u"SELECT a FROM t FOR SYSTEM_TIME ALL"_s, u"FOR"_s);
    row(u"SELECT a FROM t UNION SELECT 1"_s, u"UNION"_s);
    row(u"SELECT a, (SELECT 1) FROM t"_s, u"another SELECT"_s);
    row(u"SELECT a FROM t WHERE EXISTS (SELECT 1)"_s, u"another SELECT"_s);
    row(u"SELECT a FROM t JOIN s USING (a)"_s, u"JOIN"_s);
    row(u"SELECT a FROM t NATURAL JOIN s"_s, u"NATURAL"_s);
    row(u"SELECT a FROM t, s"_s, u"one table"_s);
    row(u"SELECT a FROM (t)"_s, u"one table"_s);
    row(u"SELECT a FROM { OJ t }"_s, u"braces"_s);
    row(u"SELECT a FROM t PARTITION (p)"_s, u"one table"_s);
    row(u"SELECT a FROM t USE INDEX (i)"_s, u"one table"_s);
    row(u"SELECT a FROM d.t.x"_s, u"one table"_s);
    row(u"SELECT COUNT(*) FROM t"_s, u"COUNT"_s);
    row(u"SELECT count (*) FROM t"_s, u"COUNT"_s);
    row(u"SELECT a, 1 + MAX(b) FROM t"_s, u"MAX"_s);
    row(u"SELECT a, SUM(b) OVER () FROM t"_s, u"SUM"_s);
    row(u"SELECT a, RAND() FROM t"_s, u"RAND"_s);
    row(u"SELECT a FROM t WHERE b < NOW()"_s, u"NOW"_s);
    row(u"SELECT a FROM t WHERE b < current_date"_s, u"CURRENT_DATE"_s);
    row(u"SELECT a FROM t WHERE MATCH (b) AGAINST ('x')"_s, u"MATCH"_s);
    row(u"SELECT DEFAULT(a) FROM t"_s, u"DEFAULT"_s);
    row(u"SELECT own(a) FROM t"_s, u"function"_s);
    row(u"SELECT d.concat(a) FROM t"_s, u"function"_s);
    row(u"SELECT `concat`(a) FROM t"_s, u"function"_s);
    row(u"SELECT @a FROM t"_s, u"variables"_s);
    row(u"SELECT @@sql_mode FROM t"_s, u"variables"_s);
    row(u"SELECT @a := a FROM t"_s, u"variables"_s);
    row(u"SELECT NEXT VALUE FOR s, a FROM t"_s, u"FOR"_s);
    row(u"SELECT (NEXT VALUE FOR s), a FROM t"_s, u"function"_s);
    row(u"SELECT LAST_INSERT_ID(), a FROM t"_s, u"function"_s);
    QTest::newRow("long") << u"SELECT a FROM t WHERE a IN (1"_s + u",1"_s.repeated(20'000) + u')'
                          << u"too long"_s;
}

void tst_SelectOutline::otherStatementsHaveNone()
{
    QFETCH(QString, sql);
    QFETCH(QString, reason);
    const auto outline = outlineOf(sql);
    const auto *problem = std::get_if<QString>(&outline);
    QVERIFY(problem);
    QVERIFY2(!problem->isEmpty() && problem->contains(reason), qPrintable(*problem));
}

QTEST_GUILESS_MAIN(tst_SelectOutline)
#include "tst_selectoutline.moc"
