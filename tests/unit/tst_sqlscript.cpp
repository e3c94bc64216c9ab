// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/SqlScript>

#include <QtTest/qtest.h>

#include <ctime>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

/// Where statements end.
class tst_SqlScript : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textIsSplit_data();
    void textIsSplit();
    void dialectCounts_data();
    void dialectCounts();
    void dialectIsFollowed();
    void placesAreThoseOfTheText();
    void largeScriptIsSplitInLinearTime();
};

void tst_SqlScript::textIsSplit_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("statements");
    QTest::newRow("nothing") << u" \n -- only a comment\n"_s << QStringList();
    QTest::newRow("only semicolons") << u";; ; "_s << QStringList();
    QTest::newRow("one") << u"SELECT 1"_s << QStringList({u"SELECT 1"_s});
    QTest::newRow("two") << u" SELECT 1 ;\n SELECT 2; "_s
                         << QStringList({u"SELECT 1"_s, u"SELECT 2"_s});
    QTest::newRow("semicolons that end nothing")
        << u"SELECT ';', \";\", `;` /* ; */ -- ;\n, 'a\\';' , ''';' # ;\n; SELECT 2"_s
        << QStringList(
               {u"SELECT ';', \";\", `;` /* ; */ -- ;\n, 'a\\';' , ''';'"_s, u"SELECT 2"_s});
    QTest::newRow("quoted variable") << u"SET @`a;b` = 1; SELECT @'c;d'"_s
                                     << QStringList({u"SET @`a;b` = 1"_s, u"SELECT @'c;d'"_s});
    QTest::newRow("backslash in an identifier")
        << u"SELECT 1 AS `a\\`; SELECT 2"_s << QStringList({u"SELECT 1 AS `a\\`"_s, u"SELECT 2"_s});
    QTest::newRow("executable comment is a statement")
        << u"/* no */ /*!40101 SET NAMES utf8mb4 */;"_s
        << QStringList({u"/*!40101 SET NAMES utf8mb4 */"_s});
    QTest::newRow("semicolon in an executable comment")
        << u"CREATE /*!50003 TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @x = 1; END */;b"_s
        << QStringList(
               {u"CREATE /*!50003 TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @x = 1; "
                "END */"_s,
                u"b"_s});
    QTest::newRow("delimiter")
        << u"DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\ndelimiter ;\nCALL p();"_s
        << QStringList({u"CREATE PROCEDURE p() BEGIN SELECT 1; END"_s, u"CALL p()"_s});
    QTest::newRow("delimiter of characters that names can have")
        << u"DELIMITER $$ \nCREATE FUNCTION f() RETURNS INT RETURN @x$$ SELECT a$b, END$$ "
           "SELECT '$$'$$"_s
        << QStringList({u"CREATE FUNCTION f() RETURNS INT RETURN @x"_s, u"SELECT a$b, END"_s,
                        u"SELECT '$$'"_s});
    QTest::newRow("delimiter that is a word")
        << u"DELIMITER go\nSELECT category, gone FROM a go\nSELECT 2; SELECT 3\ngo"_s
        << QStringList({u"SELECT category, gone FROM a"_s, u"SELECT 2; SELECT 3"_s});
    QTest::newRow("delimiter of two semicolons")
        << u"DELIMITER ;;\nBEGIN; SELECT 1;;\nDELIMITER ;\nSELECT 2;"_s
        << QStringList({u"BEGIN; SELECT 1"_s, u"SELECT 2"_s});
    QTest::newRow("something behind the delimiter")
        << u"DELIMITER // -- for the procedures\nSELECT 1; SELECT 2//"_s
        << QStringList({u"SELECT 1; SELECT 2"_s});
    QTest::newRow("the word delimiter elsewhere")
        << u"SELECT delimiter FROM a; b"_s << QStringList({u"SELECT delimiter FROM a"_s, u"b"_s});
    QTest::newRow("two dashes without a space")
        << u"SELECT 5--1;SELECT 2"_s << QStringList({u"SELECT 5--1"_s, u"SELECT 2"_s});
    QTest::newRow("string without an end")
        << u"SELECT 1; SELECT 'a; b"_s << QStringList({u"SELECT 1"_s, u"SELECT 'a; b"_s});
}

void tst_SqlScript::textIsSplit()
{
    QFETCH(QString, text);
    QFETCH(QStringList, statements);
    QStringList found;
    const QList<SqlScript::Statement> all = SqlScript::split(text);
    for (const SqlScript::Statement &statement : all) {
        found.append(statement.text);
        QCOMPARE(text.mid(statement.start, statement.text.size()), statement.text);
        QVERIFY(statement.end >= statement.start + statement.text.size());
    }
    QCOMPARE(found, statements);
}

void tst_SqlScript::dialectCounts_data()
{
    QTest::addColumn<bool>("noBackslashEscapes");
    QTest::addColumn<bool>("ansiQuotes");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("statements");
    const QString path = u"SELECT 'C:\\'; SELECT 2;"_s;
    QTest::newRow("backslash escapes")
        << false << false << path << QStringList({u"SELECT 'C:\\'; SELECT 2;"_s});
    QTest::newRow("backslash is nothing special")
        << true << false << path << QStringList({u"SELECT 'C:\\'"_s, u"SELECT 2"_s});
    const QString doubled = u"SELECT \"C:\\\"; SELECT 2;"_s;
    QTest::newRow("in a string in double quotes")
        << false << false << doubled << QStringList({u"SELECT \"C:\\\"; SELECT 2;"_s});
    QTest::newRow("in an identifier in double quotes")
        << false << true << doubled << QStringList({u"SELECT \"C:\\\""_s, u"SELECT 2"_s});
    QTest::newRow("both") << true << true << doubled
                          << QStringList({u"SELECT \"C:\\\""_s, u"SELECT 2"_s});
    QTest::newRow("string beside an identifier")
        << false << true << u"SELECT \"a\", '\\'; '; b"_s
        << QStringList({u"SELECT \"a\", '\\'; '"_s, u"b"_s});
}

void tst_SqlScript::dialectCounts()
{
    QFETCH(bool, noBackslashEscapes);
    QFETCH(bool, ansiQuotes);
    QFETCH(QString, text);
    SqlDialect dialect;
    dialect.noBackslashEscapes = noBackslashEscapes;
    dialect.ansiQuotes = ansiQuotes;
    QStringList found;
    const QList<SqlScript::Statement> all = SqlScript::split(text, dialect);
    for (const SqlScript::Statement &statement : all)
        found.append(statement.text);
    QTEST(found, "statements");
}

void tst_SqlScript::dialectIsFollowed()
{
    // A comment for other servers is none of the statements.
    SqlDialect mySql;
    mySql.serverVersion = 90700;
    const QString text = u"/*M! SELECT 1; */; /*!999999 SELECT 2 */; SELECT 3"_s;
    QCOMPARE(SqlScript::split(text, mySql).size(), 1);
    QCOMPARE(SqlScript::split(text).size(), 3);

    SqlScript script(u"SET sql_mode = 'NO_BACKSLASH_ESCAPES';\nSELECT 'C:\\';\nSELECT 2"_s);
    QCOMPARE(script.next()->text, u"SET sql_mode = 'NO_BACKSLASH_ESCAPES'"_s);
    SqlDialect dialect = script.dialect();
    QCOMPARE(dialect, SqlDialect());
    dialect.noBackslashEscapes = true;
    script.setDialect(dialect);
    QVERIFY(script.dialect() != SqlDialect());
    QCOMPARE(script.next()->text, u"SELECT 'C:\\'"_s);
    SqlScript rest = std::move(script);
    QCOMPARE(rest.next()->text, u"SELECT 2"_s);
    QVERIFY(!rest.next());
    QVERIFY(!rest.next());
    QCOMPARE(rest.delimiter(), u";"_s);
}

void tst_SqlScript::placesAreThoseOfTheText()
{
    const QString text = u"SELECT 'Käse, 乳, 🧀';  SELECT `ö🧀` ; x"_s;
    const QList<SqlScript::Statement> all = SqlScript::split(text);
    QCOMPARE(all.size(), 3);
    QCOMPARE(all[0].start, 0);
    QCOMPARE(all[0].end, text.indexOf(u';') + 1);
    QCOMPARE(all[1].start, text.lastIndexOf(u"SELECT"_s));
    QCOMPARE(all[1].text, u"SELECT `ö🧀`"_s);
    QCOMPARE(all[1].end, text.lastIndexOf(u';') + 1);
    QCOMPARE(all[2].start, text.size() - 1);
    QCOMPARE(all[2].end, text.size());
}

void tst_SqlScript::largeScriptIsSplitInLinearTime()
{
    // The time of the processor: others use the machine, too.
    const auto timeFor = [](int count) -> std::clock_t {
        const QString text
            = u"INSERT INTO articles (name) VALUES ('ä', $a, @b);\n"_s.repeated(count);
        const std::clock_t begin = std::clock();
        const auto all = SqlScript::split(text);
        const std::clock_t end = std::clock();
        return all.size() == count ? end - begin : -1;
    };
    std::clock_t small = timeFor(500);
    std::clock_t large = timeFor(5000);
    for (int i = 0; i < 9; ++i) {
        small = qMin(small, timeFor(500));
        large = qMin(large, timeFor(5000));
    }
    QVERIFY(small > 0);
    QVERIFY2(large < small * 40, qPrintable(u"%1 and %2 ticks"_s.arg(small).arg(large)));
}

QTEST_GUILESS_MAIN(tst_SqlScript)
#include "tst_sqlscript.moc"
