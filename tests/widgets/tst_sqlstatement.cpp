// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <errorposition.h>
#include <sqlstatement.h>

#include <QtTest/qtest.h>

using namespace Qt::StringLiterals;
using AsyncMySql::Error;

/// How the database browser understands SQL.
class tst_SqlStatement : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statementAtCursor_data();
    void statementAtCursor();
    void traits_data();
    void traits();
    void errorPosition_data();
    void errorPosition();
};

void tst_SqlStatement::statementAtCursor_data()
{
    QTest::addColumn<QString>("text"); // the cursor is the |
    QTest::addColumn<QString>("statement");
    QTest::newRow("start") << u"|a; b"_s << u"a"_s;
    QTest::newRow("behind the delimiter") << u"a;|\nb"_s << u"a"_s;
    QTest::newRow("behind it, on its line") << u"a;  |\nb"_s << u"a"_s;
    QTest::newRow("in the second") << u"a; |b"_s << u"b"_s;
    QTest::newRow("line between") << u"a;\n|\nb;"_s << u"b"_s;
    QTest::newRow("end") << u"a;\nb;\n\n|"_s << u"b"_s;
    QTest::newRow("nothing") << u"|"_s << QString();
}

void tst_SqlStatement::statementAtCursor()
{
    QFETCH(QString, text);
    QFETCH(QString, statement);
    const qsizetype position = text.indexOf(u'|');
    text.remove(position, 1);
    QCOMPARE(statementAt(text, position).text, statement);
}

void tst_SqlStatement::traits_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("traits"); // reads, sorts, changes the schema
    QTest::newRow("nothing") << u"-- nothing"_s << QString();
    QTest::newRow("select") << u"SELECT * FROM t"_s << u"rs"_s;
    QTest::newRow("in parentheses") << u"(SELECT 1) UNION (SELECT 2)"_s << u"rs"_s;
    QTest::newRow("with") << u"WITH a AS (SELECT 1) SELECT * FROM a"_s << u"rs"_s;
    QTest::newRow("with update") << u"WITH a AS (SELECT 1) UPDATE b SET c = 1"_s << QString();
    QTest::newRow("show") << u"show tables"_s << u"r"_s;
    QTest::newRow("warnings") << u"SHOW WARNINGS"_s << u"r"_s;
    QTest::newRow("lock") << u"SELECT * FROM t FOR UPDATE"_s << u"r"_s;
    QTest::newRow("into") << u"SELECT 1 INTO @x"_s << QString();
    QTest::newRow("variable") << u"SELECT @x"_s << u"rs"_s;
    QTest::newRow("insert") << u"INSERT INTO t VALUES (1)"_s << QString();
    QTest::newRow("create") << u"CREATE OR REPLACE TEMPORARY TABLE t (a INT)"_s << u"c"_s;
    QTest::newRow("words in strings") << u"SELECT 'INTO', \"FOR UPDATE\""_s << u"rs"_s;
}

void tst_SqlStatement::traits()
{
    QFETCH(QString, sql);
    const StatementTraits traits = StatementTraits::of(sql);
    QString letters;
    letters += traits.reads ? u"r"_s : QString();
    letters += traits.sorts ? u"s"_s : QString();
    letters += traits.changesSchema ? u"c"_s : QString();
    QTEST(letters, "traits");
    QCOMPARE(StatementTraits::of(u"use `my ``db`"_s).database, u"my `db"_s);
    AsyncMySql::SqlDialect ansi;
    ansi.ansiQuotes = true;
    QCOMPARE(StatementTraits::of(u"USE \"my db\""_s, ansi).database, u"my db"_s);
}

void tst_SqlStatement::errorPosition_data()
{
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("marked");
    QTest::newRow("near") << u"You have an error … to use near 'FORM t\nWHERE a' at line 2"_s
                          << u"SELECT a\n  FORM t\nWHERE a"_s << u"FORM"_s;
    QTest::newRow("the second of two") << u"near 'x y' at line 2"_s << u"x y\nx y"_s << u"x"_s;
    QTest::newRow("end of the text") << u"near '' at line 1"_s << u"SELECT ("_s << u"("_s;
    QTest::newRow("column") << u"Unknown column 'a.nmae' in 'field list'"_s
                            << u"SELECT a.nmae FROM t a"_s << u"nmae"_s;
    QTest::newRow("table") << u"Table 'shop.artciles' doesn't exist"_s
                           << u"SELECT 1 FROM `artciles`"_s << u"`artciles`"_s;
    QTest::newRow("unknown") << u"Lost it"_s << u"SELECT 1"_s << QString();
}

void tst_SqlStatement::errorPosition()
{
    QFETCH(QString, message);
    QFETCH(QString, sql);
    QFETCH(QString, marked);
    const ErrorPosition position = ErrorPosition::of(Error(Error::ServerError, message), sql);
    QCOMPARE(position.isKnown(), !marked.isEmpty());
    if (!position.isKnown())
        return;
    QCOMPARE(sql.mid(position.start, position.length), marked);
    // Not the word of the same name in the line before.
    if (message.contains("'x y'"_L1))
        QCOMPARE(position.start, qsizetype(4));
}

QTEST_GUILESS_MAIN(tst_SqlStatement)
#include "tst_sqlstatement.moc"
