// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tablerepair.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

/// Which table is repaired.
class tst_TableRepair : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statement_data();
    void statement();
};

void tst_TableRepair::statement_data()
{
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("repair");
    const QString crashed = u"Table '%1' is marked as crashed and should be repaired"_s;
    const auto row
        = [&](const char *name, const QString &table, const QString &sql, const QString &repair) {
              QTest::newRow(name) << crashed.arg(table) << sql << repair;
          };
    row("of the current database", u"articles"_s, u"SELECT * FROM articles"_s,
        u"REPAIR TABLE `articles`"_s);
    row("of another database", u"articles"_s, u"SELECT * FROM shop.articles a"_s,
        u"REPAIR TABLE `shop`.`articles`"_s);
    row("of another database, quoted", u"a b"_s, u"SELECT * FROM `s``h` . /* x */ `a b`"_s,
        u"REPAIR TABLE `s``h`.`a b`"_s);
    row("column of the same name", u"a"_s, u"SELECT t.b FROM a"_s, u"REPAIR TABLE `a`"_s);
    row("only in a text", u"a"_s, u"SELECT 'x.a' FROM a"_s, u"REPAIR TABLE `a`"_s);
    row("upper case", u"a"_s, u"SELECT 1 FROM S.A"_s, u"REPAIR TABLE `S`.`a`"_s);
    row("backtick", u"a`; DROP TABLE b; --"_s, u"SELECT 1 FROM `a``; DROP TABLE b; --`"_s,
        u"REPAIR TABLE `a``; DROP TABLE b; --`"_s);
    row("path", u"./shop/articles"_s, {}, u"REPAIR TABLE `shop`.`articles`"_s);
    row("path of Windows", u".\\shop\\articles"_s, {}, u"REPAIR TABLE `shop`.`articles`"_s);
    row("absolute path", u"/var/lib/mysql/shop/articles"_s, {}, {});
    row("encoded", u"./my@002dshop/a@0020b@4e73"_s, {}, u"REPAIR TABLE `my-shop`.`a b乳`"_s);
    row("encoded in another way", u"./shop/a@0g"_s, {}, {});
    row("cut code", u"./shop/a@00"_s, {}, {});
    row("partition", u"./shop/articles#P#p0"_s, {}, u"REPAIR TABLE `shop`.`articles`"_s);
    row("slash in a name", u"a/b"_s, u"SELECT 1 FROM `a/b`"_s, u"REPAIR TABLE `a/b`"_s);
    row("not in the statement", u"a"_s, u"SELECT * FROM view_of_a"_s, {});
    row("column of an alias", u"comment"_s, u"SELECT c.comment FROM comment c"_s, {});
    row("column of the table", u"log"_s, u"SELECT log.log FROM log"_s, {});
    row("column of another table", u"t"_s, u"SELECT o.t FROM other o JOIN db2.t"_s, {});
    row("two databases", u"t"_s, u"SELECT 1 FROM a.t JOIN b.t"_s, {});
    row("two databases, one is the current", u"t"_s, u"SELECT 1 FROM a.t JOIN t"_s, {});
    row("quote in a name", u"it's"_s, u"SELECT 1 FROM `it's`"_s, {});
    row("temporary", u"./shop/#sql-1"_s, {}, {});
    row("no folder", u"/articles"_s, {}, {});
    row("empty", {}, {}, {});
    QTest::newRow("Aria") << u"Got error '145 \"Table was marked as crashed and should be "
                             "repaired\"'"
                             " for './shop/articles'"_s
                          << QString() << u"REPAIR TABLE `shop`.`articles`"_s;
    QTest::newRow("index file")
        << u"Index for table './shop/articles.MYI' is corrupt; try to repair it"_s << QString()
        << u"REPAIR TABLE `shop`.`articles`"_s;
    QTest::newRow("no quotes") << u"Table articles is crashed"_s << QString() << QString();
    QTest::newRow("one quote") << u"Table 'articles is crashed"_s << QString() << QString();
    QTest::newRow("another language")
        << u"La table 'a' est marquée 'crashed' et devrait être réparée"_s << u"SELECT 1 FROM a"_s
        << u"REPAIR TABLE `a`"_s;
}

void tst_TableRepair::statement()
{
    QFETCH(const QString, message);
    QFETCH(const QString, sql);
    QFETCH(const QString, repair);
    Error error(Error::ServerError, message);
    error.setStatement(sql);
    QCOMPARE(repairStatement(error, {}), repair);
}

QTEST_APPLESS_MAIN(tst_TableRepair)

#include "tst_tablerepair.moc"
