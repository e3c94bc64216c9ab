// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "insertoutline.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;

class tst_InsertOutline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheParts_data();
    void findsTheParts();
    void knowsTheNames_data();
    void knowsTheNames();
    void refusesWhatMeansSomethingElse_data();
    void refusesWhatMeansSomethingElse();
    void commentsStayWhereTheyAre();
    void quotesDependOnTheDialect();
};

void tst_InsertOutline::findsTheParts_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArrayList>("pieces");
    QTest::addColumn<QByteArray>("tail");
    QTest::addColumn<bool>("hasAlternative");

    const auto row = [](const QByteArray &head, const QByteArrayList &pieces,
                        const QByteArray &tail = {}, bool hasAlternative = false) {
        const QByteArray sql = head + pieces.join('?') + tail;
        QTest::newRow(sql) << sql << head << pieces << tail << hasAlternative;
    };
    row("INSERT INTO t VALUES ", {"(", ")"});
    row("insert t value", {"(", " ,", ")"});
    row("INSERT INTO t (a, `b`) VALUES\n", {"(", ", ", ")"});
    row("INSERT INTO t VALUES ", {"(", ", NULL, DEFAULT, TRUE, -1.5, +2, 'a, (b', ", ")"});
    row("REPLACE INTO t VALUES ", {"(", ")"}, {}, true);
    row("INSERT IGNORE INTO t VALUES ", {"(", ")"}, {}, true);
    row("INSERT INTO t VALUES ", {"(", ")"}, " AS new");
    row("INSERT INTO t VALUES ", {"(", ", ", ")"},
        " AS new(x, y) ON DUPLICATE KEY UPDATE a = a + x, b = IF(y IS NULL, t.b, new.y)", true);
    row("INSERT INTO t (a, b) VALUES ", {"(", ", ", ")"},
        " ON DUPLICATE KEY UPDATE b = VALUES(b), n = n + (1), c = 'x'", true);
}

void tst_InsertOutline::findsTheParts()
{
    QFETCH(const QByteArray, sql);
    const auto outline = InsertOutline::of(sql, {});
    QVERIFY(outline);
    QTEST(outline->head, "head");
    QTEST(QByteArrayList(outline->pieces), "pieces");
    QTEST(outline->tail, "tail");
    QTEST(outline->hasAlternative, "hasAlternative");
}

void tst_InsertOutline::knowsTheNames_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("table");
    QTest::addColumn<QString>("database");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QStringList>("columns");

    QTest::newRow("plain") << "INSERT INTO t VALUES (?)"_ba
                           << "t"_ba << QString() << u"t"_s << QStringList();
    QTest::newRow("of a database")
        << "INSERT INTO `a.b` . `t``1`(`c``d`,e) VALUES (?, ?)"_ba
        << "`a.b` . `t``1`"_ba << u"a.b"_s << u"t`1"_s << QStringList{u"c`d"_s, u"e"_s};
    QTest::newRow("outside of ASCII")
        << "INSERT INTO größe (länge) VALUES (?)"_ba
        << "größe"_ba << QString() << u"größe"_s << QStringList{u"länge"_s};
}

void tst_InsertOutline::knowsTheNames()
{
    QFETCH(const QByteArray, sql);
    const auto outline = InsertOutline::of(sql, {});
    QVERIFY(outline);
    QTEST(outline->table, "table");
    QTEST(outline->database, "database");
    QTEST(outline->tableName, "name");
    QTEST(outline->columns, "columns");
}

void tst_InsertOutline::refusesWhatMeansSomethingElse_data()
{
    QTest::addColumn<QByteArray>("sql");
    for (const char *sql : {
             "",
             "UPDATE t SET a = ?",
             "INSERT INTO t SET a = ?",
             "INSERT INTO t VALUES (1)",
             "INSERT INTO t VALUES ()",
             "INSERT INTO t VALUES (?), (?)",
             "INSERT INTO t VALUES ROW(?)",
             "INSERT INTO t SELECT ?",
             "INSERT INTO t TABLE u",
             "INSERT LOW_PRIORITY INTO t VALUES (?)",
             "INSERT DELAYED INTO t VALUES (?)",
             "INSERT INTO t PARTITION (p) VALUES (?)",
             "INSERT INTO t (t.a) VALUES (?)",
             "INSERT INTO t VALUES (?);",
             "INSERT INTO t VALUES (?); DELETE FROM t",
             "INSERT INTO t VALUES (?) RETURNING id",
             // Expressions, which can ask for anything.
             "INSERT INTO t VALUES (? + 1)",
             "INSERT INTO t VALUES (-?)",
             "INSERT INTO t VALUES (?, NOW(6))",
             "INSERT INTO t VALUES (?, CURRENT_TIMESTAMP)",
             "INSERT INTO t VALUES (?, UUID())",
             "INSERT INTO t VALUES (?, LAST_INSERT_ID())",
             "INSERT INTO t VALUES (?, (SELECT MAX(id) FROM t))",
             "INSERT INTO t VALUES (COALESCE(?, 1.50))",
             "INSERT INTO t VALUES (?, @a)",
             "INSERT INTO t VALUES (?, @a := 1)",
             "INSERT INTO t VALUES (?, @@insert_id)",
             "INSERT INTO t VALUES (?, a)",
             "INSERT INTO t VALUES (?, 1a)",
             "INSERT INTO t VALUES (?, 'a' 'b')",
             "INSERT INTO t VALUES (?, _latin1 'a')",
             "INSERT INTO t VALUES (?, -'a')",
             // Updates of what was there before.
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = ?",
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = NOW()",
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = CURRENT_TIMESTAMP",
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)",
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = f(1)",
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = `f` (1)",
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = 1f(1)",
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = (SELECT 1)",
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = (TABLE u)",
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = @a",
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = (@a := 1)",
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = @@time_zone",
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = 1;",
             // Uncertain.
             "/*!50000 INSERT */ INTO t VALUES (?)",
             "INSERT INTO t VALUES (? /*!50000 , 1 */)",
             "INSERT INTO t VALUES (?, 'a\\'', ?)",
             "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = '\\\\'",
             "INSERT INTO t VALUES (?, 'a",
             "INSERT INTO `",
             "INSERT INTO `t",
             "INSERT INTO t VALUES (?",
             "INSERT INTO t VALUES ?",
             "INSERT INTO ? VALUES (?)",
         })
        QTest::newRow(sql) << QByteArray(sql);
}

void tst_InsertOutline::refusesWhatMeansSomethingElse()
{
    QFETCH(const QByteArray, sql);
    QVERIFY(!InsertOutline::of(sql, {}));
}

void tst_InsertOutline::commentsStayWhereTheyAre()
{
    const auto outline
        = InsertOutline::of("/* who */ INSERT /*+ SET_VAR(a = 1) */ INTO t VALUES /* row */ "
                            "(/* a */ ?, -- it\n ?) # that is all",
                            {});
    QVERIFY(outline);
    QCOMPARE(outline->head, "/* who */ INSERT /*+ SET_VAR(a = 1) */ INTO t VALUES /* row */ "_ba);
    QCOMPARE(QByteArrayList(outline->pieces), (QByteArrayList{"(/* a */ ", ", -- it\n ", ")"}));
    QCOMPARE(outline->tail, " # that is all"_ba);
}

void tst_InsertOutline::quotesDependOnTheDialect()
{
    const QByteArray sql = "INSERT INTO \"t\"\"1\" VALUES (?)";
    QVERIFY(!InsertOutline::of(sql, {}));
    SqlDialect ansi;
    ansi.ansiQuotes = true;
    const auto outline = InsertOutline::of(sql, ansi);
    QVERIFY(outline);
    QCOMPARE(outline->tableName, u"t\"1"_s);
    QCOMPARE(outline->table, "\"t\"\"1\""_ba);
}

QTEST_APPLESS_MAIN(tst_InsertOutline)

#include "tst_insertoutline.moc"
