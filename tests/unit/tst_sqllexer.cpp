// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqllexer.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;
using Kind = SqlToken::Kind;

namespace {

QByteArray nameOf(Kind kind)
{
    switch (kind) {
    case Kind::End:
        return "End";
    case Kind::String:
        return "String";
    case Kind::QuotedIdentifier:
        return "Quoted";
    case Kind::Word:
        return "Word";
    case Kind::Number:
        return "Number";
    case Kind::UserVariable:
        return "UserVar";
    case Kind::SystemVariable:
        return "SysVar";
    case Kind::Placeholder:
        return "Placeholder";
    case Kind::NamedPlaceholder:
        return "Named";
    case Kind::Operator:
        return "Op";
    case Kind::Semicolon:
        return "Semicolon";
    case Kind::Comment:
        return "Comment";
    case Kind::ExecutableCommentBegin:
        return "Begin";
    case Kind::ExecutableCommentEnd:
        return "CommentEnd";
    }
    return {};
}

/// Each token as Kind[text], with ! behind it if its end is missing.
QByteArray tokensOf(QByteArrayView sql, const SqlDialect &dialect)
{
    QByteArrayList tokens;
    SqlLexer lexer(sql, dialect);
    for (SqlToken token = lexer.next(); token.kind != Kind::End; token = lexer.next()) {
        tokens += nameOf(token.kind) + '[' + token.text.toByteArray() + ']'
                  + (token.unterminated ? "!" : "");
    }
    return tokens.join(' ');
}

} // namespace

class tst_SqlLexer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cutsStatementsIntoTokens_data();
    void cutsStatementsIntoTokens();
    void tokensHaveNames_data();
    void tokensHaveNames();
    void backslashesFollowTheMode_data();
    void backslashesFollowTheMode();
    void doubleQuotesFollowTheMode_data();
    void doubleQuotesFollowTheMode();
    void skipsCommentsOfOtherServers_data();
    void skipsCommentsOfOtherServers();
    void marksWhatLiesInExecutableComments();
    void leavesCommentsOutOfTheCode();
    void tokensCoverEveryByte_data() { cutsStatementsIntoTokens_data(); }
    void tokensCoverEveryByte();
    void endsForEverAtTheEnd();
    void anExecutableCommentWithoutEndIsUnterminated();
};

void tst_SqlLexer::cutsStatementsIntoTokens_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("tokens");

    const auto row = [](const char *name, const char *sql, const char *tokens) {
        QTest::newRow(name) << QByteArray(sql) << QByteArray(tokens);
    };
    row("empty", "", "");
    row("white space", " \t\r\n\v\f", "");
    row("words", "SELECT a_b, c$1", "Word[SELECT] Word[a_b] Op[,] Word[c$1]");
    row("UTF-8 word", "SELECT caf\xC3\xA9 x", "Word[SELECT] Word[caf\xC3\xA9] Word[x]");
    row("doubled quote", "'it''s'", "String['it''s']");
    row("adjacent strings", "'a' 'b'", "String['a'] String['b']");
    row("other quotes inside", "'\"`' \"'`\" `'\"`", "String['\"`'] String[\"'`\"] Quoted[`'\"`]");
    row("doubled backtick", "`a``b`", "Quoted[`a``b`]");
    row("backslash is plain in backticks", "`a\\` ?", "Quoted[`a\\`] Placeholder[?]");
    row("empty strings", "'' \"\"", "String[''] String[\"\"]");
    row("unterminated string", "SELECT 'a", "Word[SELECT] String['a]!");
    row("string that ends in a doubled quote", "'a''", "String['a'']!");
    row("string that ends in a backslash", "'a\\", "String['a\\]!");
    row("introducer", "_utf8mb4'a'", "Word[_utf8mb4] String['a']");
    row("hexadecimal string", "X'0F'", "Word[X] String['0F']");
    row("numbers", "1 1.5 .5 1e5 1.5E-7 0x1F 1abc",
        "Number[1] Number[1.5] Number[.5] Number[1e5] Number[1.5E-7] Number[0x1F] Number[1abc]");
    row("number without exponent", "1e+", "Number[1e] Op[+]");
    row("user variables", "@x @'x y' @`x` @\"x\" @a.b$c",
        "UserVar[@x] UserVar[@'x y'] UserVar[@`x`] UserVar[@\"x\"] UserVar[@a.b$c]");
    row("system variables", "@@x @@session.x @@`x`",
        "SysVar[@@x] SysVar[@@session.x] SysVar[@@`x`]");
    row("lone at sign", "@ x", "Op[@] Word[x]");
    row("account", "'u'@'h'", "String['u'] UserVar[@'h']");
    row("assignment", "@x:=:y", "UserVar[@x] Op[:=] Named[:y]");
    row("assignment of a word", "@x:=y", "UserVar[@x] Op[:=] Word[y]");
    row("double colon", "a::b", "Word[a] Op[::] Word[b]");
    row("colon and digit", ":1", "Op[:] Number[1]");
    row("lone colon", "a: b", "Word[a] Op[:] Word[b]");
    row("named placeholders", ":a,:_b1:c", "Named[:a] Op[,] Named[:_b1] Named[:c]");
    row("dollar ends a name", ":a$", "Named[:a] Word[$]");
    row("hash comment", "1 # ? 'x\n2", "Number[1] Comment[# ? 'x\n] Number[2]");
    row("hash comment at the end", "#", "Comment[#]");
    row("dashes and blank", "1 -- ?\n2", "Number[1] Comment[-- ?\n] Number[2]");
    row("dashes and tab", "--\t?\n2", "Comment[--\t?\n] Number[2]");
    row("dashes and line end", "--\n2", "Comment[--\n] Number[2]");
    row("dashes and control character", "--\x01?\n2", "Comment[--\x01?\n] Number[2]");
    row("dashes at the end", "1--", "Number[1] Comment[--]");
    row("dashes before a digit", "5--1", "Number[5] Op[-] Op[-] Number[1]");
    row("dashes before a placeholder", "--?", "Op[-] Op[-] Placeholder[?]");
    row("carriage return does not end a line", "-- \r?\n2", "Comment[-- \r?\n] Number[2]");
    row("block comment", "1/* ? ' */2", "Number[1] Comment[/* ? ' */] Number[2]");
    row("block comments do not nest", "/* /* */ 1", "Comment[/* /* */] Number[1]");
    row("slash behind the beginning", "/*/ 1 */2", "Comment[/*/ 1 */] Number[2]");
    row("shortest block comment", "/**/1", "Comment[/**/] Number[1]");
    row("unterminated comment", "1 /* 2", "Number[1] Comment[/* 2]!");
    row("hint", "SELECT /*+ X(1) */ 1", "Word[SELECT] Comment[/*+ X(1) */] Number[1]");
    row("M without exclamation mark", "/*M ? */", "Comment[/*M ? */]");
    row("executable comment", "/*! ? */1", "Begin[/*!] Placeholder[?] CommentEnd[*/] Number[1]");
    row("with a version of five digits", "/*!50110 ?*/",
        "Begin[/*!50110] Placeholder[?] CommentEnd[*/]");
    row("with a version of six digits", "/*!1000007*/",
        "Begin[/*!100000] Number[7] CommentEnd[*/]");
    row("with a number that is no version", "/*!5000*/", "Begin[/*!] Number[5000] CommentEnd[*/]");
    row("MariaDB's", "/*M!100100 :a*/", "Begin[/*M!100100] Named[:a] CommentEnd[*/]");
    row("string in an executable comment", "/*! '*/' */", "Begin[/*!] String['*/'] CommentEnd[*/]");
    row("comment in an executable comment", "/*! /* ? */ 1 */",
        "Begin[/*!] Comment[/* ? */] Number[1] CommentEnd[*/]");
    row("end mark outside of comments", "2*/3", "Number[2] Op[*] Op[/] Number[3]");
    row("several statements", "a;b", "Word[a] Semicolon[;] Word[b]");
    row("semicolon in a string", "';'", "String[';']");
    row("JSON operators", "a->>'$.b'", "Word[a] Op[-] Op[>] Op[>] String['$.b']");
}

void tst_SqlLexer::cutsStatementsIntoTokens()
{
    QFETCH(const QByteArray, sql);
    QFETCH(const QByteArray, tokens);
    QCOMPARE(tokensOf(sql, {}), tokens);
}

void tst_SqlLexer::backslashesFollowTheMode_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("escaping");
    QTest::addColumn<QByteArray>("plain");

    QTest::newRow("single quotes") << QByteArray("'a\\' ?") << QByteArray("String['a\\' ?]!")
                                   << QByteArray("String['a\\'] Placeholder[?]");
    QTest::newRow("double quotes") << QByteArray("\"a\\\" ?") << QByteArray("String[\"a\\\" ?]!")
                                   << QByteArray("String[\"a\\\"] Placeholder[?]");
    QTest::newRow("escaped backslash")
        << QByteArray("'a\\\\' ?") << QByteArray("String['a\\\\'] Placeholder[?]")
        << QByteArray("String['a\\\\'] Placeholder[?]");
    QTest::newRow("variable") << QByteArray("@'a\\' ?") << QByteArray("UserVar[@'a\\' ?]!")
                              << QByteArray("UserVar[@'a\\'] Placeholder[?]");
}

void tst_SqlLexer::backslashesFollowTheMode()
{
    QFETCH(const QByteArray, sql);
    SqlDialect dialect;
    QTEST(tokensOf(sql, dialect), "escaping");
    dialect.noBackslashEscapes = true;
    QTEST(tokensOf(sql, dialect), "plain");
}

void tst_SqlLexer::doubleQuotesFollowTheMode_data()
{
    QTest::addColumn<bool>("ansiQuotes");
    QTest::addColumn<QByteArray>("tokens");

    QTest::newRow("strings") << false << QByteArray("String[\"a\\\" ?]!");
    QTest::newRow("identifiers") << true << QByteArray("Quoted[\"a\\\"] Placeholder[?]");
}

void tst_SqlLexer::doubleQuotesFollowTheMode()
{
    QFETCH(const bool, ansiQuotes);
    SqlDialect dialect;
    dialect.ansiQuotes = ansiQuotes;
    QTEST(tokensOf("\"a\\\" ?", dialect), "tokens");
}

void tst_SqlLexer::skipsCommentsOfOtherServers_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<bool>("onMySql");
    QTest::addColumn<bool>("onMariaDb");
    const auto row = [](const char *sql, bool onMySql, bool onMariaDb) {
        QTest::newRow(sql) << QByteArray(sql) << onMySql << onMariaDb;
    };
    row("/*! ? */", true, true);
    row("/*!5000 ? */", true, true);
    row("/*!40101 ? */", true, true);
    row("/*!50700 ? */", true, false);
    row("/*!80000 ? */", true, false);
    row("/*!080000 ? */", true, false);
    row("/*!090704 ? */", true, false);
    row("/*!090705 ? */", false, false);
    row("/*!99999 ? */", false, false);
    row("/*!100000 ? */", false, true);
    row("/*!101118 ? */", false, true);
    row("/*!101119 ? */", false, false);
    row("/*!999999 ? */", false, false);
    row("/*!999999 /* ? */ ? */", false, false);
    row("/*M! ? */", false, true);
    row("/*M!50700 ? */", false, true);
    row("/*M!100000 ? */", false, true);
    row("/*M!999999 ? */", false, false);
}

void tst_SqlLexer::skipsCommentsOfOtherServers()
{
    QFETCH(const QByteArray, sql);
    QFETCH(const bool, onMySql);
    QFETCH(const bool, onMariaDb);
    const auto findsPlaceholder = [&](bool isMariaDb, quint32 version) {
        SqlDialect dialect;
        dialect.isMariaDb = isMariaDb;
        dialect.serverVersion = version;
        SqlLexer lexer(sql, dialect);
        SqlToken token = lexer.nextCode();
        while (token.kind != Kind::End && token.kind != Kind::Placeholder)
            token = lexer.nextCode();
        return token.kind == Kind::Placeholder;
    };
    QCOMPARE(findsPlaceholder(false, 90704), onMySql);
    QCOMPARE(findsPlaceholder(true, 101118), onMariaDb);
    QVERIFY(findsPlaceholder(false, 0));
    SqlDialect dialect;
    dialect.serverVersion = 90704;
    SqlLexer unterminated("/*!999999 a", dialect);
    QVERIFY(unterminated.next().unterminated);
}

void tst_SqlLexer::marksWhatLiesInExecutableComments()
{
    SqlLexer lexer("a /*! b */ c", {});
    QVERIFY(!lexer.next().inExecutableComment);
    QVERIFY(!lexer.next().inExecutableComment); // its beginning
    const SqlToken inside = lexer.next();
    QCOMPARE(inside.text.toByteArray(), QByteArray("b"));
    QVERIFY(inside.inExecutableComment);
    lexer.next();
    QVERIFY(!lexer.next().inExecutableComment);
}

void tst_SqlLexer::leavesCommentsOutOfTheCode()
{
    SqlLexer lexer("/* x */ a -- y\n /*! b */ # z", {});
    QCOMPARE(lexer.nextCode().text.toByteArray(), QByteArray("a"));
    QCOMPARE(lexer.nextCode().text.toByteArray(), QByteArray("b"));
    QCOMPARE(lexer.nextCode().kind, Kind::End);
}

void tst_SqlLexer::tokensCoverEveryByte()
{
    QFETCH(const QByteArray, sql);
    // Cut at every byte as well, so that no end of the text is read past.
    for (qsizetype size = 0; size <= sql.size(); ++size) {
        const QByteArray part = sql.first(size);
        SqlLexer lexer(part, {});
        qsizetype end = 0;
        for (;;) {
            const SqlToken token = lexer.next();
            QVERIFY(token.offset >= end);
            QVERIFY(part.sliced(end, token.offset - end).trimmed().isEmpty());
            if (token.kind == Kind::End)
                break;
            QVERIFY(!token.text.isEmpty());
            end = token.offset + token.text.size();
        }
    }
}

void tst_SqlLexer::endsForEverAtTheEnd()
{
    SqlLexer lexer("a", {});
    lexer.next();
    QCOMPARE(lexer.next().kind, Kind::End);
    QCOMPARE(lexer.next().kind, Kind::End);
}

void tst_SqlLexer::anExecutableCommentWithoutEndIsUnterminated()
{
    SqlLexer lexer("/*! a", {});
    QVERIFY(!lexer.next().unterminated);
    QVERIFY(!lexer.next().unterminated);
    QVERIFY(lexer.next().unterminated);
}

void tst_SqlLexer::tokensHaveNames_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QString>("name");
    QTest::newRow("word") << "articles"_ba << u"articles"_s;
    QTest::newRow("quoted") << "`a``b \"\"`"_ba << u"a`b \"\""_s;
    QTest::newRow("not ASCII") << "`\xC3\x84`"_ba << u"\u00C4"_s;
    QTest::newRow("unterminated") << "`a"_ba << u"a"_s;
    QTest::newRow("only a quote") << "`"_ba << u""_s;
}

void tst_SqlLexer::tokensHaveNames()
{
    QFETCH(QByteArray, sql);
    QTEST(SqlLexer(sql, {}).next().name(), "name");
}

QTEST_APPLESS_MAIN(tst_SqlLexer)

#include "tst_sqllexer.moc"
