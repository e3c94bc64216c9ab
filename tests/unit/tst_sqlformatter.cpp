// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "sqlformatter.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;

class tst_SqlFormatter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fillsPositionalPlaceholders_data();
    void fillsPositionalPlaceholders();
    void fillsNamedPlaceholders_data();
    void fillsNamedPlaceholders();
    void leavesStatementsWithoutValuesAlone_data();
    void leavesStatementsWithoutValuesAlone();
    void literalsDoNotMergeWithTheirNeighbours_data();
    void literalsDoNotMergeWithTheirNeighbours();
    void valuesAreNotLookedAtForPlaceholders();
    void countsPlaceholdersWithoutValues();
    void refusesPositionalValues_data();
    void refusesPositionalValues();
    void refusesNamedValues_data();
    void refusesNamedValues();
    void followsTheDialect();
    void parameterizes_data();
    void parameterizes();
    void refusesUncertainPlaceholders_data();
    void refusesUncertainPlaceholders();
    void bindsPositionalValues();
    void bindsNamedValues();
    void bindsStatementsWithoutValuesAsTheyAre();
};

void tst_SqlFormatter::fillsPositionalPlaceholders_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QVariantList>("values");
    QTest::addColumn<QByteArray>("result");

    QTest::newRow("in order") << u"SELECT ?, ?"_s << QVariantList{1, u"a"_s}
                              << QByteArray("SELECT 1, 'a'");
    QTest::newRow("not in strings and comments")
        << u"SELECT '?', `?`, /* ? */ ? -- ?"_s << QVariantList{1}
        << QByteArray("SELECT '?', `?`, /* ? */ 1 -- ?");
    QTest::newRow("UTF-8") << u"SELECT 'ä', ? AS ö"_s << QVariantList{u"ü"_s}
                           << QByteArray("SELECT '\xC3\xA4', '\xC3\xBC' AS \xC3\xB6");
    QTest::newRow("at both ends") << u"?+?"_s << QVariantList{1, 2} << QByteArray("1+ 2");
    QTest::newRow("NULL") << u"VALUES (?)"_s << QVariantList{QVariant()}
                          << QByteArray("VALUES (NULL)");
    QTest::newRow("in an expression")
        << u"SELECT ?"_s << QVariantList{u"\\"_s} << QByteArray("SELECT _utf8mb4 X'5C'");
    QTest::newRow("where only a string may stand")
        << u"SHOW TABLES LIKE ?"_s << QVariantList{u"ä\\_"_s}
        << QByteArray("SHOW TABLES LIKE '\xC3\xA4\\\\_'");
    QTest::newRow("behind what can change the session")
        << u"SET NAMES gbk; SELECT ?, ?"_s << QVariantList{u"ä"_s, u"a"_s}
        << QByteArray("SET NAMES gbk; SELECT _utf8mb4 X'C3A4', 'a'");
    QTest::newRow("in an executable comment")
        << u"SELECT 1 /*!99999 , ? */"_s << QVariantList{u"*/"_s}
        << QByteArray("SELECT 1 /*!99999 , _utf8mb4 X'2A2F' */");
}

void tst_SqlFormatter::fillsPositionalPlaceholders()
{
    QFETCH(const QString, sql);
    QFETCH(const QVariantList, values);
    const FormattingResult result = formatSql(sql, values, {});
    QVERIFY(std::holds_alternative<QByteArray>(result));
    QTEST(std::get<QByteArray>(result), "result");
}

void tst_SqlFormatter::fillsNamedPlaceholders_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QVariantMap>("values");
    QTest::addColumn<QByteArray>("result");

    QTest::newRow("by name") << u"SELECT :b, :a"_s << QVariantMap{{u"a"_s, 1}, {u"b"_s, 2}}
                             << QByteArray("SELECT 2, 1");
    QTest::newRow("repeated") << u"SELECT :a, :a"_s << QVariantMap{{u"a"_s, 1}}
                              << QByteArray("SELECT 1, 1");
    QTest::newRow("with a colon") << u"SELECT :a"_s << QVariantMap{{u":a"_s, 1}}
                                  << QByteArray("SELECT 1");
    QTest::newRow("common beginning")
        << u"SELECT :a, :ab"_s << QVariantMap{{u"a"_s, 1}, {u"ab"_s, 2}}
        << QByteArray("SELECT 1, 2");
    QTest::newRow("assignment") << u"SET @a:=:a"_s << QVariantMap{{u"a"_s, 1}}
                                << QByteArray("SET @a:=1");
    QTest::newRow("beyond ASCII") << u"SELECT :ä"_s << QVariantMap{{u"ä"_s, 1}}
                                  << QByteArray("SELECT 1");
}

void tst_SqlFormatter::fillsNamedPlaceholders()
{
    QFETCH(const QString, sql);
    QFETCH(const QVariantMap, values);
    const FormattingResult result = formatSql(sql, values, {});
    QVERIFY(std::holds_alternative<QByteArray>(result));
    QTEST(std::get<QByteArray>(result), "result");
}

void tst_SqlFormatter::leavesStatementsWithoutValuesAlone_data()
{
    QTest::addColumn<QString>("sql");
    for (const char16_t *sql :
         {u"SELECT '?'", u"SELECT ?, :a", u"SELECT 'a", u"", u"BEGIN:BEGIN"}) {
        const QString text = QString::fromUtf16(sql);
        QTest::newRow(qPrintable(u'"' + text + u'"')) << text;
    }
}

void tst_SqlFormatter::leavesStatementsWithoutValuesAlone()
{
    QFETCH(const QString, sql);
    QCOMPARE(std::get<QByteArray>(formatSql(sql, QVariantList(), {})), sql.toUtf8());
    QCOMPARE(std::get<QByteArray>(formatSql(sql, QVariantMap(), {})), sql.toUtf8());
}

void tst_SqlFormatter::literalsDoNotMergeWithTheirNeighbours_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QByteArray>("result");

    QTest::newRow("words") << u"SELECT?FROM t"_s << QVariant(1) << QByteArray("SELECT 1 FROM t");
    QTest::newRow("strings") << u"'a'?'b'"_s << QVariant(u"x"_s) << QByteArray("'a' 'x' 'b'");
    QTest::newRow("minus") << u"1-?"_s << QVariant(-1) << QByteArray("1- -1");
    QTest::newRow("minus minus") << u"1--?"_s << QVariant(-1) << QByteArray("1---1");
    QTest::newRow("a space would begin a comment")
        << u"1--?"_s << QVariant(u"a"_s) << QByteArray("1--'a'");
    QTest::newRow("at sign") << u"@?"_s << QVariant(u"x"_s) << QByteArray("@ 'x'");
    QTest::newRow("prefix") << u"x?"_s << QVariant(u"0F"_s) << QByteArray("x '0F'");
    QTest::newRow("digits") << u"1?.5"_s << QVariant(2) << QByteArray("1 2 .5");
    QTest::newRow("nothing to do") << u"(?)"_s << QVariant(1) << QByteArray("(1)");
}

void tst_SqlFormatter::literalsDoNotMergeWithTheirNeighbours()
{
    QFETCH(const QString, sql);
    QFETCH(const QVariant, value);
    QTEST(std::get<QByteArray>(formatSql(sql, QVariantList{value}, {})), "result");
}

void tst_SqlFormatter::valuesAreNotLookedAtForPlaceholders()
{
    QCOMPARE(std::get<QByteArray>(formatSql(u"SELECT ?, ?", QVariantList{u"?"_s, 1}, {})),
             QByteArray("SELECT '?', 1"));
    QCOMPARE(std::get<QByteArray>(
                 formatSql(u"SELECT :a, :b", QVariantMap{{u"a"_s, u":b"_s}, {u"b"_s, 1}}, {})),
             QByteArray("SELECT ':b', 1"));
}

void tst_SqlFormatter::countsPlaceholdersWithoutValues()
{
    const auto messageOf = [](QStringView sql) {
        const FormattingResult result = formatSql(sql, QVariantList(), {});
        const auto *error = std::get_if<FormattingError>(&result);
        return error ? error->message : QString();
    };
    QCOMPARE(messageOf(u"SELECT ?"), u"the statement has 1 placeholder, 0 values were given"_s);
    QCOMPARE(messageOf(u"SELECT ?, '?', ?"),
             u"the statement has 2 placeholders, 0 values were given"_s);
    // It depends on the SQL mode whether there are any: the server decides.
    QCOMPARE(messageOf(u"SELECT '\\', ?"), QString());
    QCOMPARE(messageOf(u"SELECT '\\' ?'"), QString());
}

void tst_SqlFormatter::refusesPositionalValues_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QVariantList>("values");
    QTest::addColumn<QString>("message");

    QTest::newRow("too few") << u"SELECT ?, ?"_s << QVariantList{1}
                             << u"2 placeholders, 1 value was"_s;
    QTest::newRow("too many") << u"SELECT ?"_s << QVariantList{1, 2}
                              << u"value 2 has no placeholder"_s;
    QTest::newRow("no placeholder")
        << u"SELECT '?'"_s << QVariantList{1} << u"value 1 has no placeholder"_s;
    QTest::newRow("named") << u"SELECT :abc"_s << QVariantList{1} << u":abc"_s;
    QTest::newRow("mixed") << u"SELECT :a, ?"_s << QVariantList{1, 2} << u"mixes"_s;
    QTest::newRow("type") << u"SELECT ?, ?"_s << QVariantList{1, QVariantMap()}
                          << u"parameter 2: values of type QVariantMap"_s;
    QTest::newRow("list") << u"SELECT ?"_s << QVariantList{QVariant(QVariantList{1})}
                          << u"parameter 1: a list (QVariantList) is not one value"_s;
    QTest::newRow("unterminated") << u"SELECT ?, 'a"_s << QVariantList{1} << u"ends within"_s;
    QTest::newRow("lone surrogate in the statement")
        << u"SELECT ?, "_s + QChar(0xD800) << QVariantList{1} << u"surrogate"_s;
    QTest::newRow("lone surrogate without values")
        << u"SELECT "_s + QChar(0xD800) << QVariantList() << u"surrogate"_s;
    QTest::newRow("lone surrogate in a value")
        << u"SELECT ?"_s << QVariantList{QString(QChar(0xDC00))} << u"parameter 1"_s;
}

void tst_SqlFormatter::refusesPositionalValues()
{
    QFETCH(const QString, sql);
    QFETCH(const QVariantList, values);
    QFETCH(const QString, message);
    const FormattingResult result = formatSql(sql, values, {});
    QVERIFY(std::holds_alternative<FormattingError>(result));
    QVERIFY2(std::get<FormattingError>(result).message.contains(message),
             qPrintable(std::get<FormattingError>(result).message));
    // Values are not looked at before they are encoded.
    const auto bound = bindSql(sql, values, {});
    if (const auto *error = std::get_if<FormattingError>(&bound))
        QCOMPARE(error->message, std::get<FormattingError>(result).message);
    else
        QVERIFY(message.startsWith(u"parameter 1") || message.contains(u"of type"));
}

void tst_SqlFormatter::refusesNamedValues_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QVariantMap>("values");
    QTest::addColumn<QString>("message");

    QTest::newRow("missing") << u"SELECT :a, :b"_s << QVariantMap{{u"a"_s, 1}}
                             << u":b has no value"_s;
    QTest::newRow("unknown") << u"SELECT :a"_s << QVariantMap{{u"a"_s, 1}, {u"typo"_s, 2}}
                             << u"no placeholder :typo"_s;
    QTest::newRow("other case") << u"SELECT :a"_s << QVariantMap{{u"A"_s, 1}}
                                << u":a has no value"_s;
    QTest::newRow("twice") << u"SELECT :a"_s << QVariantMap{{u"a"_s, 1}, {u":a"_s, 2}}
                           << u":a has two values"_s;
    QTest::newRow("positional") << u"SELECT ?"_s << QVariantMap{{u"a"_s, 1}} << u"placeholder ?"_s;
    QTest::newRow("mixed") << u"SELECT ?, :a"_s << QVariantMap{{u"a"_s, 1}} << u"mixes"_s;
    QTest::newRow("type") << u"SELECT :a"_s << QVariantMap{{u"a"_s, QVariantList()}}
                          << u"parameter :a: a list (QVariantList) is not one value"_s;
}

void tst_SqlFormatter::refusesNamedValues()
{
    QFETCH(const QString, sql);
    QFETCH(const QVariantMap, values);
    QFETCH(const QString, message);
    const FormattingResult result = formatSql(sql, values, {});
    QVERIFY(std::holds_alternative<FormattingError>(result));
    QVERIFY2(std::get<FormattingError>(result).message.contains(message),
             qPrintable(std::get<FormattingError>(result).message));
}

void tst_SqlFormatter::parameterizes_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QByteArray>("prepared");
    QTest::addColumn<int>("count");
    QTest::addColumn<QStringList>("names");

    QTest::newRow("none") << u"SELECT ':a', \"?\" -- ?"_s << QByteArray("SELECT ':a', \"?\" -- ?")
                          << 0 << QStringList();
    QTest::newRow("positional") << u"SELECT ?, '?', ?"_s << QByteArray("SELECT ?, '?', ?") << 2
                                << QStringList();
    QTest::newRow("named") << u"SELECT :b, ':c', :a-:b FROM ö"_s
                           << QByteArray("SELECT ?, ':c', ?-? FROM \xC3\xB6") << 3
                           << QStringList{u"b"_s, u"a"_s, u"b"_s};
    QTest::newRow("at both ends") << u":ä:ö"_s << QByteArray("??") << 2
                                  << QStringList{u"ä"_s, u"ö"_s};
    QTest::newRow("empty") << u""_s << QByteArray() << 0 << QStringList();
}

void tst_SqlFormatter::parameterizes()
{
    QFETCH(const QString, sql);
    const auto result = parameterize(sql, {});
    QVERIFY(std::holds_alternative<ParameterizedSql>(result));
    const auto &statement = std::get<ParameterizedSql>(result);
    QTEST(statement.sql, "prepared");
    QTEST(statement.count, "count");
    QTEST(statement.names, "names");
}

void tst_SqlFormatter::refusesUncertainPlaceholders_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("message");
    QTest::newRow("mixed") << u"SELECT ?, :a"_s << u"mixes"_s;
    QTest::newRow("unterminated") << u"SELECT ?, 'a"_s << u"ends within"_s;
    QTest::newRow("lone surrogate") << u"SELECT "_s + QChar(0xD800) << u"surrogate"_s;
}

void tst_SqlFormatter::refusesUncertainPlaceholders()
{
    QFETCH(const QString, sql);
    QFETCH(const QString, message);
    const auto result = parameterize(sql, {});
    QVERIFY(std::holds_alternative<FormattingError>(result));
    QVERIFY2(std::get<FormattingError>(result).message.contains(message),
             qPrintable(std::get<FormattingError>(result).message));
}

void tst_SqlFormatter::bindsPositionalValues()
{
    const auto result = bindSql(u"SELECT ?, ':a', ?", QVariantList{u"x"_s, 2}, {});
    QVERIFY(std::holds_alternative<BoundSql>(result));
    QCOMPARE(std::get<BoundSql>(result).sql, QByteArray("SELECT ?, ':a', ?"));
    QCOMPARE(std::get<BoundSql>(result).values, (QVariantList{u"x"_s, 2}));
}

void tst_SqlFormatter::bindsNamedValues()
{
    const auto result
        = bindSql(u"SELECT :b, :a, :b", QVariantMap{{u"a"_s, 1}, {u":b"_s, u"x"_s}}, {});
    QVERIFY(std::holds_alternative<BoundSql>(result));
    QCOMPARE(std::get<BoundSql>(result).sql, QByteArray("SELECT ?, ?, ?"));
    QCOMPARE(std::get<BoundSql>(result).values, (QVariantList{u"x"_s, 1, u"x"_s}));
}

void tst_SqlFormatter::bindsStatementsWithoutValuesAsTheyAre()
{
    for (const auto &result : {bindSql(u"SELECT ?, :a, 'ä", QVariantList(), {}),
                               bindSql(u"SELECT ?, :a, 'ä", QVariantMap(), {})}) {
        QVERIFY(std::holds_alternative<BoundSql>(result));
        QCOMPARE(std::get<BoundSql>(result).sql, QByteArray("SELECT ?, :a, '\xC3\xA4"));
        QVERIFY(std::get<BoundSql>(result).values.isEmpty());
    }
}

void tst_SqlFormatter::followsTheDialect()
{
    SqlDialect dialect;
    dialect.noBackslashEscapes = true;
    QCOMPARE(std::get<QByteArray>(formatSql(u"DO '\\', ?", QVariantList{u"\\"_s}, dialect)),
             QByteArray("DO '\\', _utf8mb4 X'5C'"));
    dialect.serverVersion = 90704;
    QCOMPARE(std::get<QByteArray>(
                 formatSql(u"DO /*!999999 ?, */ /*M! ?, */ ?", QVariantList{1}, dialect)),
             QByteArray("DO /*!999999 ?, */ /*M! ?, */ 1"));
}

QTEST_APPLESS_MAIN(tst_SqlFormatter)

#include "tst_sqlformatter.moc"
