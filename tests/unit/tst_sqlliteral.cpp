// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "parametervalue.h"
#include "refusedvalues.h"
#include "sqllexer.h"
#include "sqlliteral.h"
#include "timespecs.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qrandom.h>
#include <QtCore/qtimezone.h>
#include <QtCore/qurl.h>
#include <QtCore/quuid.h>
#include <QtTest/qtest.h>

#include <chrono>
#include <limits>

using namespace AsyncMySql::Protocol;
using namespace Qt::StringLiterals;

namespace {

/// What a server reads from a string token.
QByteArray unescaped(QByteArrayView token, bool noBackslashEscapes)
{
    QByteArray text;
    const QByteArrayView inside = token.sliced(1).chopped(1);
    for (qsizetype i = 0; i < inside.size(); ++i) {
        if (inside[i] == '\\' && !noBackslashEscapes) {
            ++i;
            text += inside[i] == '0' ? '\0' : inside[i];
        } else {
            if (inside[i] == '\'')
                ++i;
            text += inside[i];
        }
    }
    return text;
}

QString randomText(QRandomGenerator &random)
{
    static const QList<char32_t> Characters{0,    '\'', '"', '\\', '`',    '?',     ':',     '/',
                                            '*',  '-',  '#', '\n', 0x1A,   ' ',     'a',     '0',
                                            0xE4, 0xA5, ';', '%',  0x5C27, 0x1F600, 0x10FFFF};
    QString text = u""_s; // not null, which would be NULL
    const auto size = random.bounded(12);
    for (int i = 0; i < size; ++i) {
        const char32_t character = Characters[random.bounded(int(Characters.size()))];
        text += QString::fromUcs4(&character, 1);
    }
    return text;
}

} // namespace

Q_DECLARE_METATYPE(AsyncMySql::Protocol::LiteralContext)

class tst_SqlLiteral : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesValues_data();
    void writesValues();
    void refusesWhatHasNoLiteral_data();
    void refusesWhatHasNoLiteral();
    void textMeansTheSameInEveryMode_data();
    void textMeansTheSameInEveryMode();
    void textComesBackWhole_data();
    void textComesBackWhole();
    void textIsHexadecimalInExecutableComments();
    void insertedBytesAreNoNumber();
    void writesDateTimesAsUtcWallClock_data();
    void writesDateTimesAsUtcWallClock();
    void doublesComeBackExactly_data();
    void doublesComeBackExactly();
    void refusesNamesInUnsafeCharacterSets_data();
    void refusesNamesInUnsafeCharacterSets();
    void writesOnlyAsciiNamesInOtherCharacterSets_data();
    void writesOnlyAsciiNamesInOtherCharacterSets();
    void quotesIdentifiers_data();
    void quotesIdentifiers();
    void refusesImpossibleIdentifiers_data();
    void refusesImpossibleIdentifiers();
};

void tst_SqlLiteral::writesValues_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QByteArray>("literal");

    const auto row = [](const char *name, const QVariant &value, const char *literal) {
        QTest::newRow(name) << value << QByteArray(literal);
    };
    using namespace std::chrono;

    row("invalid", QVariant(), "NULL");
    row("null of a type", QVariant(QMetaType::fromType<QString>()), "NULL");
    row("null date", QVariant(QMetaType::fromType<QDate>()), "NULL");
    row("nullptr", QVariant::fromValue(nullptr), "NULL");
    row("true", true, "1");
    row("false", false, "0");
    row("char", QVariant::fromValue(char(-5)), "-5");
    row("signed char", QVariant::fromValue<signed char>(-128), "-128");
    row("unsigned char", QVariant::fromValue<unsigned char>(255), "255");
    row("short", QVariant::fromValue<short>(-32768), "-32768");
    row("unsigned short", QVariant::fromValue<ushort>(65535), "65535");
    row("int", std::numeric_limits<int>::min(), "-2147483648");
    row("unsigned int", std::numeric_limits<uint>::max(), "4294967295");
    row("long", QVariant::fromValue(-7L), "-7");
    row("unsigned long", QVariant::fromValue(7UL), "7");
    row("smallest 64-bit", std::numeric_limits<qlonglong>::min(), "-9223372036854775808");
    row("largest 64-bit", std::numeric_limits<qulonglong>::max(), "18446744073709551615");
    row("double", 19.9, "19.9e0");
    row("whole double", 3.0, "3e0");
    row("large double", 1e22, "1e+22");
    row("smallest double", 5e-324, "5e-324");
    row("negative zero", -0.0, "-0e0");
    row("float", 0.1F, "0.10000000149011612e0");
    row("float that is exact", 0.5F, "0.5e0");
    row("text", u"abc"_s, "'abc'");
    row("empty text", u""_s, "''");
    row("null text", QString(), "NULL");
    row("quote", u"it's"_s, "'it''s'");
    row("backslash", u"a\\b"_s, "_utf8mb4 X'615C62'");
    row("NUL", QString(QChar::Null), "_utf8mb4 X'00'");
    row("other characters", u"\"`\n\r\t%_\u001A"_s, "'\"`\n\r\t%_\x1A'");
    row("beyond the BMP", u"\U0001F600"_s, "'\xF0\x9F\x98\x80'");
    row("decimal as text", u"12345678901234567890.123456789"_s, "'12345678901234567890.123456789'");
    row("character", QChar(u'ä'), "'\xC3\xA4'");
    row("URL", QUrl(u"https://example.org/a b?c='d'"_s), "'https://example.org/a%20b?c=''d'''");
    row("UUID", QUuid(u"{6ba7b810-9dad-11d1-80b4-00c04fd430c8}"_s),
        "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'");
    row("bytes", QByteArray("\x00\x27\x5C\xFF", 4), "X'00275CFF'");
    row("empty bytes", QByteArray(""), "X''");
    row("null bytes", QByteArray(), "NULL");
    row("date", QDate(2024, 2, 29), "DATE'2024-02-29'");
    row("first date", QDate(1, 1, 1), "DATE'0001-01-01'");
    row("last date", QDate(9999, 12, 31), "DATE'9999-12-31'");
    row("time", QTime(1, 2, 3), "TIME'01:02:03'");
    row("time with milliseconds", QTime(23, 59, 59, 7), "TIME'23:59:59.007000'");
    row("hours", QVariant::fromValue(hours(-838)), "TIME'-838:00:00'");
    row("minutes", QVariant::fromValue(minutes(90)), "TIME'01:30:00'");
    row("seconds", QVariant::fromValue(seconds(-1)), "TIME'-00:00:01'");
    row("milliseconds", QVariant::fromValue(milliseconds(1500)), "TIME'00:00:01.500000'");
    row("microseconds", QVariant::fromValue(microseconds(-3020399999999)),
        "TIME'-838:59:59.999999'");
    row("nanoseconds", QVariant::fromValue(nanoseconds(1000)), "TIME'00:00:00.000001'");
    row("no duration", QVariant::fromValue(seconds(0)), "TIME'00:00:00'");
    row("time point", QVariant::fromValue(sys_time<microseconds>(microseconds(-1))),
        "TIMESTAMP'1969-12-31 23:59:59.999999'");
    row("JSON object", QJsonObject{{u"a"_s, u"it's"_s}}, R"('{"a":"it''s"}')");
    row("JSON with a backslash", QJsonObject{{u"a"_s, u"\""_s}},
        "_utf8mb4 X'7B2261223A225C22227D'");
    row("JSON array", QJsonArray{1, QJsonValue::Null, true}, "'[1,null,true]'");
    row("JSON string", QJsonValue(u"x"_s), "'\"x\"'");
    row("JSON number", QJsonValue(1.5), "'1.5'");
    row("JSON null", QVariant::fromValue(QJsonValue(QJsonValue::Null)), "'null'");
    row("JSON document of an object", QJsonDocument(QJsonObject{{u"a"_s, 1}}), "'{\"a\":1}'");
    row("JSON document of an array", QJsonDocument(QJsonArray{1}), "'[1]'");
    row("null JSON document", QVariant::fromValue(QJsonDocument()), "'null'");
    row("VECTOR", QVariant::fromValue(QList<float>{1.0F, -2.5F}), "X'0000803F000020C0'");
}

void tst_SqlLiteral::writesValues()
{
    QFETCH(const QVariant, value);
    const FormattingResult result = sqlLiteral(value, {});
    QVERIFY(std::holds_alternative<QByteArray>(result));
    QTEST(std::get<QByteArray>(result), "literal");
}

void tst_SqlLiteral::refusesWhatHasNoLiteral_data()
{
    AsyncMySql::Tests::addRefusedValues();
    QTest::newRow("device") << QVariant::fromValue<ByteSourcePointer>(
        std::make_shared<AsyncMySql::Tests::EmptySource>())
                            << u"prepared"_s;
    QTest::newRow("default") << QVariant::fromValue(AsyncMySql::DefaultValue()) << u"batch"_s;
}

void tst_SqlLiteral::refusesWhatHasNoLiteral()
{
    QFETCH(const QVariant, value);
    QFETCH(const QString, message);
    const FormattingResult result = sqlLiteral(value, {});
    QVERIFY(std::holds_alternative<FormattingError>(result));
    QVERIFY2(std::get<FormattingError>(result).message.contains(message),
             qPrintable(std::get<FormattingError>(result).message));
}

void tst_SqlLiteral::textMeansTheSameInEveryMode_data()
{
    QTest::addColumn<LiteralContext>("context");
    QTest::addColumn<QByteArray>("characterSet");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("literal");
    const auto row = [](const char *name, LiteralContext context, const QString &text,
                        const QByteArray &literal, const char *characterSet = "utf8mb4") {
        QTest::addRow("%s, %s", name, characterSet)
            << context << QByteArray(characterSet) << text << literal;
    };
    const QByteArray escapes = "_utf8mb4 X'5C2700'";
    const QString escaped = u"\\'"_s + QChar(QChar::Null);
    for (const char *characterSet :
         {"utf8mb4", "utf8mb3", "latin1", "gbk", "sjis", "big5", "unknown", ""}) {
        const bool isUtf8mb4 = QByteArray(characterSet) == "utf8mb4";
        for (const auto context : {LiteralContext::Expression, LiteralContext::LaterExpression}) {
            const bool isLater = context == LiteralContext::LaterExpression;
            const char *suffix = isLater ? " behind another statement" : "";
            row(qPrintable(u"escapes"_s + QLatin1StringView(suffix)), context, escaped, escapes,
                characterSet);
            row(qPrintable(u"ASCII"_s + QLatin1StringView(suffix)), context, u"it's"_s, "'it''s'",
                characterSet);
            row(qPrintable(u"other"_s + QLatin1StringView(suffix)), context, u"ä"_s,
                isUtf8mb4 && !isLater ? "'\xC3\xA4'" : "_utf8mb4 X'C3A4'", characterSet);
        }
        row("string", LiteralContext::String, u"it's"_s, "'it''s'", characterSet);
        row("later string", LiteralContext::LaterString, u"it's"_s, "'it''s'", characterSet);
    }
    row("string with a backslash", LiteralContext::String, u"a\\_"_s, "'a\\\\_'");
    row("string with a backslash", LiteralContext::String, u"a\\_"_s, {}, "gbk");
    row("later string with a backslash", LiteralContext::LaterString, u"a\\_"_s, {});
    row("string beyond ASCII", LiteralContext::String, u"ä"_s, "'\xC3\xA4'");
    row("string beyond ASCII", LiteralContext::String, u"ä"_s, {}, "latin1");
    row("string beyond ASCII", LiteralContext::String, u"ä"_s, {}, "gbk");
    row("later string beyond ASCII", LiteralContext::LaterString, u"ä"_s, {});
}

void tst_SqlLiteral::textMeansTheSameInEveryMode()
{
    QFETCH(const LiteralContext, context);
    QFETCH(const QByteArray, characterSet);
    QFETCH(const QString, text);
    QFETCH(const QByteArray, literal);
    SqlDialect dialect;
    dialect.characterSet = characterSet;
    for (const bool noBackslashEscapes : {false, true}) {
        dialect.noBackslashEscapes = noBackslashEscapes;
        QByteArray sql;
        const auto error = appendSqlLiteral(&sql, text, dialect, context);
        // A quoted string with a backslash is certain in one of the modes only.
        const bool isUncertain = noBackslashEscapes && literal.contains('\\');
        QCOMPARE(error.has_value(), literal.isEmpty() || isUncertain);
        if (!error)
            QCOMPARE(sql, literal);
    }
}

void tst_SqlLiteral::textComesBackWhole_data()
{
    QTest::addColumn<bool>("noBackslashEscapes");
    QTest::newRow("escaping") << false;
    QTest::newRow("plain") << true;
}

void tst_SqlLiteral::textComesBackWhole()
{
    QFETCH(const bool, noBackslashEscapes);
    SqlDialect dialect;
    dialect.noBackslashEscapes = noBackslashEscapes;
    QRandomGenerator random(20240229);
    for (int i = 0; i < 20000; ++i) {
        const QString text = randomText(random);
        const QByteArray literal = std::get<QByteArray>(sqlLiteral(text, dialect));
        SqlLexer lexer(literal, dialect);
        const SqlToken token = lexer.next();
        if (token.text == "_utf8mb4") {
            QCOMPARE(lexer.next().text, QByteArrayView("X"));
            const QByteArrayView digits = lexer.next().text;
            QCOMPARE(QByteArray::fromHex(digits.sliced(1).chopped(1).toByteArray()), text.toUtf8());
        } else {
            QCOMPARE(token.kind, SqlToken::Kind::String);
            QVERIFY2(!token.unterminated, literal.toHex());
            QCOMPARE(unescaped(token.text, noBackslashEscapes), text.toUtf8());
        }
        QVERIFY2(lexer.next().kind == SqlToken::Kind::End, literal.toHex());
    }
}

void tst_SqlLiteral::insertedBytesAreNoNumber()
{
    QByteArray sql;
    for (const QVariant &value : {QVariant(QByteArray("\0\xff", 2)), QVariant(QByteArray("")),
                                  QVariant(u"ä'\\"_s), QVariant(u"ä"_s), QVariant(-5)}) {
        QVERIFY(!appendSqlLiteral(&sql, value, {}, LiteralContext::InsertedValue));
        sql += ' ';
    }
    QCOMPARE(sql, QByteArray("_binary X'00FF' _binary X'' _utf8mb4 X'C3A4275C' 'ä' -5 "));
}

void tst_SqlLiteral::textIsHexadecimalInExecutableComments()
{
    QByteArray sql;
    QVERIFY(!appendSqlLiteral(&sql, u"*/ä"_s, {}, LiteralContext::ExecutableComment));
    QCOMPARE(sql, QByteArray("_utf8mb4 X'2A2FC3A4'"));
}

void tst_SqlLiteral::writesDateTimesAsUtcWallClock_data()
{
    QTest::addColumn<QDateTime>("dateTime");
    QTest::addColumn<QByteArray>("literal");

    const QDate date(2024, 7, 1);
    QTest::newRow("UTC") << QDateTime(date, QTime(12, 0), AsyncMySql::Tests::Utc)
                         << QByteArray("TIMESTAMP'2024-07-01 12:00:00'");
    QTest::newRow("offset") << AsyncMySql::Tests::withOffset(date, QTime(0, 30), 3600)
                            << QByteArray("TIMESTAMP'2024-06-30 23:30:00'");
    QTest::newRow("zone") << QDateTime(date, QTime(12, 0), QTimeZone(-3600))
                          << QByteArray("TIMESTAMP'2024-07-01 13:00:00'");
    const QDateTime local(date, QTime(12, 0));
    QTest::newRow("local") << local
                           << "TIMESTAMP'"
                                  + local.toUTC().toString(u"yyyy-MM-dd HH:mm:ss"_s).toLatin1()
                                  + '\'';
    QTest::newRow("milliseconds") << QDateTime(date, QTime(12, 0, 0, 50), AsyncMySql::Tests::Utc)
                                  << QByteArray("TIMESTAMP'2024-07-01 12:00:00.050000'");
    QTest::newRow("before 1970") << QDateTime(QDate(1, 1, 1), QTime(0, 0, 0, 1),
                                              AsyncMySql::Tests::Utc)
                                 << QByteArray("TIMESTAMP'0001-01-01 00:00:00.001000'");
}

void tst_SqlLiteral::writesDateTimesAsUtcWallClock()
{
    QFETCH(const QDateTime, dateTime);
    QTEST(std::get<QByteArray>(sqlLiteral(dateTime, {})), "literal");
}

void tst_SqlLiteral::doublesComeBackExactly_data()
{
    QTest::addColumn<double>("number");
    for (const double number :
         {0.1, 1.0 / 3, 1e15, 123456789012345680.0, 1e-7, 2.5, std::numeric_limits<double>::max(),
          std::numeric_limits<double>::min(), double(0.1F)}) {
        QTest::addRow("%.17g", number) << number;
    }
}

void tst_SqlLiteral::doublesComeBackExactly()
{
    QFETCH(const double, number);
    const QByteArray literal = std::get<QByteArray>(sqlLiteral(number, {}));
    QVERIFY2(literal.contains('e'), literal); // a DOUBLE, not a DECIMAL
    QVERIFY2(literal.toDouble() == number, literal);
}

void tst_SqlLiteral::refusesNamesInUnsafeCharacterSets_data()
{
    QTest::addColumn<QByteArray>("characterSet");
    for (const char *name :
         {"big5", "cp932", "gb18030", "gbk", "sjis", "swe7", "utf16", "unknown", "UTF8MB4 ", ""}) {
        QTest::addRow("'%s'", name) << QByteArray(name);
    }
}

void tst_SqlLiteral::refusesNamesInUnsafeCharacterSets()
{
    QFETCH(const QByteArray, characterSet);
    const SqlDialect dialect{false, false, characterSet};
    QCOMPARE(std::get<QByteArray>(sqlLiteral(1, dialect)), QByteArray("1"));
    QVERIFY(std::holds_alternative<FormattingError>(quoteIdentifier(u"a", dialect)));
}

void tst_SqlLiteral::writesOnlyAsciiNamesInOtherCharacterSets_data()
{
    QTest::addColumn<QByteArray>("characterSet");
    QTest::addColumn<bool>("takesEverything");

    for (const char *name : {"utf8mb4", "utf8mb3", "utf8"})
        QTest::newRow(name) << QByteArray(name) << true;
    for (const char *name : {"latin1", "ascii", "binary", "ujis", "euckr"})
        QTest::newRow(name) << QByteArray(name) << false;
}

void tst_SqlLiteral::writesOnlyAsciiNamesInOtherCharacterSets()
{
    QFETCH(const QByteArray, characterSet);
    QFETCH(const bool, takesEverything);
    const SqlDialect dialect{false, false, characterSet};
    QCOMPARE(std::get<QByteArray>(sqlLiteral(u"it's"_s, dialect)), QByteArray("'it''s'"));
    QCOMPARE(std::get<QByteArray>(sqlLiteral(QByteArray("\xE4"), dialect)), QByteArray("X'E4'"));
    QCOMPARE(std::holds_alternative<QByteArray>(quoteIdentifier(u"ä", dialect)), takesEverything);
}

void tst_SqlLiteral::quotesIdentifiers_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("quoted");

    QTest::newRow("plain") << u"articles"_s << QByteArray("`articles`");
    QTest::newRow("backtick") << u"a`b"_s << QByteArray("`a``b`");
    QTest::newRow("quotes and backslash") << u"'\"\\"_s << QByteArray("`'\"\\`");
    QTest::newRow("dot") << u"a.b"_s << QByteArray("`a.b`");
    QTest::newRow("UTF-8") << u"größe"_s
                           << QByteArray("`gr\xC3\xB6\xC3\x9F"
                                         "e`");
}

void tst_SqlLiteral::quotesIdentifiers()
{
    QFETCH(const QString, name);
    QTEST(std::get<QByteArray>(quoteIdentifier(name, {})), "quoted");
}

void tst_SqlLiteral::refusesImpossibleIdentifiers_data()
{
    QTest::addColumn<QString>("name");

    QTest::newRow("null") << QString();
    QTest::newRow("empty") << u""_s;
    QTest::newRow("NUL") << u"a"_s + QChar(QChar::Null);
    QTest::newRow("lone surrogate") << QString(QChar(0xDFFF));
}

void tst_SqlLiteral::refusesImpossibleIdentifiers()
{
    QFETCH(const QString, name);
    QVERIFY(std::holds_alternative<FormattingError>(quoteIdentifier(name, {})));
}

QTEST_APPLESS_MAIN(tst_SqlLiteral)

#include "tst_sqlliteral.moc"
