// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlwrapping.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Models;
using namespace Qt::StringLiterals;

class tst_SqlWrapping : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneSelectBecomesADerivedTable_data();
    void oneSelectBecomesADerivedTable();
    void whatIsNoSingleSelectIsRefused_data();
    void whatIsNoSingleSelectIsRefused();
    void filtersFollowTheParameters();
    void filtersHaveNamesAmongNames();
    void columnsOfTheSameNameAreRenamed();
    void orderOfTheStatementOutlivesAFilter_data();
    void orderOfTheStatementOutlivesAFilter();
    void conditionsAreChecked_data();
    void conditionsAreChecked();
    void patternsStandForThemselves();
    void parametersAreAListOrAMap_data();
    void parametersAreAListOrAMap();
};

namespace {

const QList<SqlOrder> bySecond = {{1, Qt::DescendingOrder}, {0, Qt::AscendingOrder}};

QString wrapped(const QString &sql, const QList<SqlFilter> &filters = {},
                const QList<SqlOrder> &orders = bySecond, const QStringList &names = {})
{
    const WrappingResult result = wrapStatement({sql, QVariantList()}, filters, orders, names);
    const auto *statement = std::get_if<BoundStatement>(&result);
    return statement ? statement->sql : std::get<Error>(result).message();
}

} // namespace

void tst_SqlWrapping::oneSelectBecomesADerivedTable_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("inner");
    for (const QString &sql : {
             u"SELECT 1"_s,
             u"select * from t order by a limit 3"_s,
             u"WITH x AS (SELECT 1) SELECT * FROM x"_s,
             u"(SELECT 1) UNION (SELECT 2)"_s,
             u"SELECT ';', \"a;b\", `c;d` FROM t"_s,
             u"SELECT 1 -- a comment"_s,
             u"SELECT 1 # a comment; SELECT 2"_s,
             u"SELECT /* ; */ a FROM t WHERE b = ')'"_s,
             u"SELECT SUBSTRING('abc' FROM 2 FOR 1)"_s,
             u"SELECT /*!80000 1 + */ 2"_s,
         }) {
        QTest::newRow(qPrintable(sql)) << sql << sql;
    }
    QTest::newRow("semicolon") << u"SELECT 1;"_s << u"SELECT 1"_s;
    QTest::newRow("semicolons and comments")
        << u"SELECT 1 ; -- done\n ; /* yes */"_s << u"SELECT 1 "_s;
}

void tst_SqlWrapping::oneSelectBecomesADerivedTable()
{
    QFETCH(QString, sql);
    QFETCH(QString, inner);
    QCOMPARE(wrapped(sql),
             u"SELECT * FROM ("_s + inner + u"\n) AS `asyncmysql` ORDER BY 2 DESC, 1"_s);
}

void tst_SqlWrapping::whatIsNoSingleSelectIsRefused_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("reason");
    QTest::newRow("empty") << u" -- nothing"_s << u"empty"_s;
    QTest::newRow("SHOW") << u"SHOW TABLES"_s << u"no SELECT"_s;
    QTest::newRow("CALL") << u"CALL p()"_s << u"no SELECT"_s;
    QTest::newRow("DELETE") << u"DELETE FROM t"_s << u"no SELECT"_s;
    QTest::newRow("two") << u"SELECT 1; SELECT 2"_s << u"several"_s;
    QTest::newRow("out of the parentheses") << u"SELECT 1) AS a, (SELECT 2"_s << u"parentheses"_s;
    QTest::newRow("one too many") << u"SELECT 1)"_s << u"parentheses"_s;
    QTest::newRow("one too few") << u"SELECT (1"_s << u"parentheses"_s;
    QTest::newRow("open string") << u"SELECT 'a"_s << u"is not terminated"_s;
    QTest::newRow("open comment") << u"SELECT 1 /* a"_s << u"is not terminated"_s;
    QTest::newRow("open executable comment") << u"SELECT 1 /*!99999 a"_s << u"is not terminated"_s;
    QTest::newRow("INTO") << u"SELECT 1 INTO @a"_s << u"INTO"_s;
    QTest::newRow("FOR UPDATE") << u"SELECT a FROM t FOR UPDATE"_s << u"lock"_s;
    QTest::newRow("shared lock") << u"SELECT a FROM t LOCK IN SHARE MODE"_s << u"lock"_s;
    QTest::newRow("hidden parentheses")
        << u"SELECT 1 /*!80000 ) */ /*!80000 ( */"_s << u"executable"_s;
    QTest::newRow("hidden semicolon") << u"SELECT 1 /*!80000 ; */"_s << u"executable"_s;
    QTest::newRow("backslash, or not") << uR"(SELECT 'a\') AS b, ('c\')"_s << u""_s;
}

void tst_SqlWrapping::whatIsNoSingleSelectIsRefused()
{
    QFETCH(QString, sql);
    QFETCH(QString, reason);
    const WrappingResult result = wrapStatement({sql, QVariantList()}, {}, bySecond, {});
    const auto *error = std::get_if<Error>(&result);
    QVERIFY(error);
    QCOMPARE(error->code(), Error::NotSupported);
    QCOMPARE(error->statement(), sql);
    QVERIFY2(error->message().contains(reason), qPrintable(error->message()));
}

void tst_SqlWrapping::filtersFollowTheParameters()
{
    const WrappingResult result = wrapStatement(
        {u"SELECT a, b FROM t WHERE c = ?"_s, QVariantList{1}},
        {{u"a"_s, u"= ?"_s, 2, true}, {u"b`x"_s, u"IS NULL"_s, {}, false}}, bySecond, {});
    const auto &statement = std::get<BoundStatement>(result);
    QCOMPARE(statement.sql, u"SELECT * FROM (SELECT a, b FROM t WHERE c = ?\n) AS `asyncmysql` "
                            "WHERE `a` = ? AND `b``x` IS NULL ORDER BY 2 DESC, 1"_s);
    QCOMPARE(statement.parameters, QVariant(QVariantList{1, 2}));
}

void tst_SqlWrapping::filtersHaveNamesAmongNames()
{
    const WrappingResult result
        = wrapStatement({u"SELECT a FROM t WHERE c = :c"_s, QVariantMap{{u"c"_s, 1}}},
                        {{u"a"_s, u"LIKE ? ESCAPE '|'"_s, u"x%"_s, true}}, {}, {});
    const auto &statement = std::get<BoundStatement>(result);
    QCOMPARE(statement.sql, u"SELECT * FROM (SELECT a FROM t WHERE c = :c\n) AS `asyncmysql` "
                            "WHERE `a` LIKE :asyncmysql_filter_1 ESCAPE '|'"_s);
    QCOMPARE(statement.parameters,
             QVariant(QVariantMap{{u"c"_s, 1}, {u"asyncmysql_filter_1"_s, u"x%"_s}}));
}

void tst_SqlWrapping::columnsOfTheSameNameAreRenamed()
{
    QCOMPARE(wrapped(u"SELECT a.id, b.ID FROM a, b"_s, {{u"id"_s, u"= 1"_s, {}, false}}, bySecond,
                     {u"id"_s, u"ID"_s}),
             u"WITH `asyncmysql` (`c1`, `c2`) AS (SELECT a.id, b.ID FROM a, b\n) "
             "SELECT `c1` AS `id`, `c2` AS `ID` FROM `asyncmysql` WHERE `c1` = 1 "
             "ORDER BY 2 DESC, 1"_s);
}

void tst_SqlWrapping::orderOfTheStatementOutlivesAFilter_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<bool>("limited");
    QTest::newRow("order") << u"SELECT a FROM t ORDER BY a"_s << true;
    QTest::newRow("order and limit") << u"SELECT a FROM t ORDER BY a LIMIT 5"_s << false;
    QTest::newRow("no order") << u"SELECT a FROM t"_s << false;
    QTest::newRow("order further inside")
        << u"SELECT a FROM (SELECT a FROM t ORDER BY a) AS u"_s << false;
}

void tst_SqlWrapping::orderOfTheStatementOutlivesAFilter()
{
    QFETCH(QString, sql);
    QFETCH(bool, limited);
    const QString result = wrapped(sql, {{u"a"_s, u"IS NULL"_s, {}, false}}, {});
    QCOMPARE(result.contains("LIMIT 18446744073709551615"_L1), limited);
}

void tst_SqlWrapping::conditionsAreChecked_data()
{
    QTest::addColumn<QString>("condition");
    QTest::addColumn<bool>("isFine");
    QTest::newRow("plain") << u"a = 1 AND (b = ')' OR c IN (1, 2))"_s << true;
    QTest::newRow("comment") << u"a = 1 -- one"_s << true;
    QTest::newRow("semicolon") << u"a = 1; DELETE FROM t"_s << false;
    QTest::newRow("out of the parentheses") << u"a = 1) OR (b = 1"_s << false;
    QTest::newRow("open string") << u"a = 'b"_s << false;
}

void tst_SqlWrapping::conditionsAreChecked()
{
    QFETCH(QString, condition);
    QFETCH(bool, isFine);
    QCOMPARE(!checkCondition(condition).isError(), isFine);
}

void tst_SqlWrapping::patternsStandForThemselves()
{
    QCOMPARE(literalPattern(u"50%_of|all\\"_s), u"50|%|_of||all\\"_s);
}

void tst_SqlWrapping::parametersAreAListOrAMap_data()
{
    QTest::addColumn<QVariant>("given");
    QTest::addColumn<QVariant>("taken");
    const QVariant none = QVariantList();
    QTest::newRow("nothing") << QVariant() << none;
    QTest::newRow("list") << QVariant(QVariantList{1, 2}) << QVariant(QVariantList{1, 2});
    QTest::newRow("empty list") << none << none;
    QTest::newRow("texts") << QVariant(QStringList{u"a"_s}) << QVariant(QVariantList{u"a"_s});
    QTest::newRow("map") << QVariant(QVariantMap{{u"a"_s, 1}})
                         << QVariant(QVariantMap{{u"a"_s, 1}});
    QTest::newRow("number") << QVariant(7) << QVariant(QVariantList{7});
    QTest::newRow("text") << QVariant(u"a"_s) << QVariant(QVariantList{u"a"_s});
}

void tst_SqlWrapping::parametersAreAListOrAMap()
{
    QFETCH(QVariant, given);
    QFETCH(QVariant, taken);
    const QVariant normalized = normalizedParameters(given);
    QCOMPARE(normalized.metaType(), taken.metaType());
    QCOMPARE(normalized, taken);
}

QTEST_APPLESS_MAIN(tst_SqlWrapping)
#include "tst_sqlwrapping.moc"
