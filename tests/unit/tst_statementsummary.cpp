// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementsummary.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

/// What is said of statements in metrics and traces.
class tst_StatementSummary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void summary_data();
    void summary();
    void summaryIsLimited();
    void sanitized_data();
    void sanitized();
    void ansiQuotes();
};

void tst_StatementSummary::summary_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("summary");
    const auto row = [](const char *sql, const char *summary) {
        QTest::newRow(sql) << QString::fromUtf8(sql) << QString::fromUtf8(summary);
    };
    row("", "");
    row("SELECT 1", "SELECT");
    row("select * from articles where id = ?", "SELECT articles");
    row("/* from x */ SELECT a -- from y\n FROM `my table`", "SELECT my table");
    row("SELECT * FROM shop.articles AS a JOIN `shop`.`prices` USING (id)",
        "SELECT shop.articles shop.prices");
    row("(SELECT 1 FROM a) UNION (SELECT 2 FROM b)", "SELECT a b");
    row("SELECT * FROM a WHERE id IN (SELECT id FROM b) AND x = 'FROM c'", "SELECT a b");
    row("SELECT EXTRACT(YEAR FROM born), TRIM(LEADING x FROM y) FROM people", "SELECT people");
    row("SELECT a FROM t INTO OUTFILE 'x'", "SELECT t");
    row("SELECT a FROM t INTO @a", "SELECT t");
    row("SELECT a FROM t FOR UPDATE", "SELECT t");
    row("WITH n AS (SELECT 1 FROM a) UPDATE b SET x = 1", "UPDATE a b");
    row("INSERT INTO articles (id, name) VALUES (1, 'x')", "INSERT articles");
    row("INSERT articles SET id = 1", "INSERT articles");
    row("INSERT IGNORE INTO a SELECT * FROM b ON DUPLICATE KEY UPDATE c = 1", "INSERT a b");
    row("REPLACE INTO a VALUES ()", "REPLACE a");
    row("UPDATE LOW_PRIORITY articles SET price = 1", "UPDATE articles");
    row("DELETE FROM articles WHERE id = 1", "DELETE articles");
    row("CALL shop.refill(1, 'x')", "CALL shop.refill");
    row("TRUNCATE TABLE a", "TRUNCATE a");
    row("DROP TABLE IF EXISTS a", "DROP a");
    row("CREATE TABLE IF NOT EXISTS a (b INT)", "CREATE a");
    row("REPAIR TABLE a", "REPAIR a");
    row("START TRANSACTION", "START");
    row("SET NAMES utf8mb4", "SET");
    row("SELECT * FROM a, b", "SELECT a");
    row("SELECT * FROM a JOIN a AS c", "SELECT a");
    row("SELECT 'open", "SELECT");
    row("))) . FROM .a", "FROM");
}

void tst_StatementSummary::summary()
{
    QFETCH(const QString, sql);
    QFETCH(const QString, summary);
    const StatementSummary found(sql, {});
    QCOMPARE(found.text(), summary);
    QCOMPARE(found.operation(), summary.section(u' ', 0, 0));
}

void tst_StatementSummary::summaryIsLimited()
{
    QString sql = u"SELECT 1 FROM t0"_s;
    for (int i = 1; i < 200; ++i)
        sql += u" JOIN table%1"_s.arg(i);
    const QString text = StatementSummary(sql, {}).text();
    QVERIFY(text.size() <= 255);
    QVERIFY(text.startsWith("SELECT t0 table1 table2"_L1));
    QVERIFY(StatementSummary(QString(1000, u'x'), {}).text().size() <= 255);
}

void tst_StatementSummary::sanitized_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("sanitized");
    const auto row = [](const char *sql, const char *sanitized) {
        QTest::newRow(sql) << QString::fromUtf8(sql) << QString::fromUtf8(sanitized);
    };
    row("", "");
    row("SELECT a FROM b WHERE c = ? AND d = :e", "SELECT a FROM b WHERE c = ? AND d = :e");
    row("SELECT 'secret', \"too\", 12, 1.5e3, -4, 0xFF", "SELECT ?, ?, ?, ?, -?, ?");
    row("SELECT 'it''s', 'a\\'b'", "SELECT ?, ?");
    row("SELECT N'x', _utf8mb4'y', X'4A', b'01'", nullptr);
    row("SELECT /* secret */ 1 -- secret\n, 2 # secret", "SELECT ? , ?");
    row("SELECT  a\n\tFROM b", "SELECT a FROM b");
    row("SELECT `1`.`secret 2`", "SELECT `1`.`secret 2`");
    row("SELECT 'ü🧀' FROM `ö`", "SELECT ? FROM `ö`");
    row("SELECT 'open", "SELECT ?");
}

void tst_StatementSummary::sanitized()
{
    QFETCH(const QString, sql);
    QFETCH(const QString, sanitized);
    const QString found = StatementSummary::sanitized(sql, {});
    if (!sanitized.isNull()) {
        QCOMPARE(found, sanitized);
        return;
    }
    for (const auto &value : {"x'"_L1, "y"_L1, "4A"_L1, "01"_L1})
        QVERIFY2(!found.contains(value), qPrintable(found));
}

void tst_StatementSummary::ansiQuotes()
{
    SqlDialect dialect;
    dialect.ansiQuotes = true;
    QCOMPARE(StatementSummary::sanitized(u"SELECT \"a\", 'b' FROM \"c\""_s, dialect),
             u"SELECT \"a\", ? FROM \"c\""_s);
    QCOMPARE(StatementSummary(u"SELECT 1 FROM \"c\""_s, dialect).text(), u"SELECT c"_s);
}

QTEST_APPLESS_MAIN(tst_StatementSummary)

#include "tst_statementsummary.moc"
