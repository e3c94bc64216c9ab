// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/SqlTokenizer>

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using Kind = SqlTokenizer::Token::Kind;

/// The tokens of SQL, line by line.
class tst_SqlTokenizer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokens_data();
    void tokens();
    void lines_data();
    void lines();
};

namespace {

QString nameOf(Kind kind)
{
    switch (kind) {
    case Kind::Comment:
        return u"C"_s;
    case Kind::String:
        return u"S"_s;
    case Kind::Identifier:
        return u"I"_s;
    case Kind::Word:
        return u"W"_s;
    case Kind::Number:
        return u"N"_s;
    case Kind::Variable:
        return u"V"_s;
    case Kind::Symbol:
        return u"O"_s;
    }
    return {};
}

/// Each token as Kind[text].
QStringList tokensOf(const QString &text, const SqlDialect &dialect, int *state)
{
    QStringList found;
    SqlTokenizer tokenizer(text, dialect, *state);
    while (const auto token = tokenizer.next())
        found.append(nameOf(token->kind) + u'[' + text.mid(token->start, token->length) + u']');
    *state = tokenizer.state();
    return found;
}

SqlDialect dialectOf(const QString &name)
{
    SqlDialect dialect;
    dialect.noBackslashEscapes = name.contains("nobackslash"_L1);
    dialect.ansiQuotes = name.contains("ansi"_L1);
    return dialect;
}

} // namespace

void tst_SqlTokenizer::tokens_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("all kinds")
        << QString() << u"SELECT `ö` , 'ü🧀' /* 乳 */ + 1.5 - @a # x"_s
        << u"W[SELECT] I[`ö`] O[,] S['ü🧀'] C[/* 乳 */] O[+] N[1.5] O[-] V[@a] C[# x]"_s;
    QTest::newRow("double quotes") << QString() << u"\"a\""_s << u"S[\"a\"]"_s;
    QTest::newRow("double quotes, ansi") << u"ansi"_s << u"\"a\""_s << u"I[\"a\"]"_s;
    QTest::newRow("backslash") << QString() << u"'a\\' b'"_s << u"S['a\\' b']"_s;
    QTest::newRow("backslash that is one")
        << u"nobackslash"_s << u"'a\\' b"_s << u"S['a\\'] W[b]"_s;
    QTest::newRow("executable comment")
        << QString() << u"/*!40101 SET a */ b"_s << u"C[/*!40101] W[SET] W[a] C[*/] W[b]"_s;
}

void tst_SqlTokenizer::tokens()
{
    QFETCH(QString, dialect);
    QFETCH(QString, text);
    int state = -1;
    QTEST(tokensOf(text, dialectOf(dialect), &state).join(u' '), "expected");
    QCOMPARE(state, 0);
}

void tst_SqlTokenizer::lines_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("string") << QString() << u"a 'b\n'' c\n\nd' e"_s
                            << u"W[a] S['b]|S['' c]||S[d'] W[e]"_s;
    QTest::newRow("string that ends at once") << QString() << u"'b\n' c"_s << u"S['b]|S['] W[c]"_s;
    QTest::newRow("double quotes, ansi")
        << u"ansi"_s << u"\"b\nc\\\" d"_s << u"I[\"b]|I[c\\\"] W[d]"_s;
    QTest::newRow("backticks") << QString() << u"`b\nc` d"_s << u"I[`b]|I[c`] W[d]"_s;
    QTest::newRow("comment") << QString() << u"/* a\n! b\n/ c */ d"_s
                             << u"C[/* a]|C[! b]|C[/ c */] W[d]"_s;
    QTest::newRow("executable comment") << QString() << u"/*! a\n40101 'b\nc' */ d"_s
                                        << u"C[/*!] W[a]|N[40101] S['b]|S[c'] C[*/] W[d]"_s;
    QTest::newRow("comment in an executable one")
        << QString() << u"/*! /* a\nb */ c */ d"_s << u"C[/*!] C[/* a]|C[b */] W[c] C[*/] W[d]"_s;
    QTest::newRow("line comment ends") << QString() << u"-- a\nb"_s << u"C[-- a]|W[b]"_s;
    QTest::newRow("quoted variable") << QString() << u"@'b\nc' d"_s << u"V[@'b]|S[c'] W[d]"_s;
}

void tst_SqlTokenizer::lines()
{
    QFETCH(QString, dialect);
    QFETCH(QString, text);
    QStringList found;
    int state = 0;
    const QStringList lines = text.split(u'\n');
    for (const QString &line : lines)
        found.append(tokensOf(line, dialectOf(dialect), &state).join(u' '));
    QTEST(found.join(u'|'), "expected");
    QCOMPARE(state, 0);
}

QTEST_GUILESS_MAIN(tst_SqlTokenizer)
#include "tst_sqltokenizer.moc"
