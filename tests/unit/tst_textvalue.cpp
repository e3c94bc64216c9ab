// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "textvalue.h"

#include <QtCore/qrandom.h>
#include <QtTest/qtest.h>

#include <array>
#include <limits>

using namespace AsyncMySql;
using namespace AsyncMySql::Values;
using namespace std::chrono_literals;

class tst_TextValue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void integers_data();
    void integers();
    void integersOfEveryLength();
    void doubles_data();
    void doubles();
    void doublesAreTheNearest();
    void whatFollowsIsNoPartOfANumber();
    void dates_data();
    void dates();
    void dateTimes_data();
    void dateTimes();
    void times_data();
    void times();
    void bits_data();
    void bits();
    void cutTextsAreRefusedOrShorter();
    void textsWithAWrongCharacterAreRefused_data();
    void textsWithAWrongCharacterAreRefused();
};

void tst_TextValue::integers_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isSigned");
    QTest::addColumn<qint64>("asSigned");
    QTest::addColumn<bool>("isUnsigned");
    QTest::addColumn<quint64>("asUnsigned");
    const auto both = [](const char *text, quint64 value) {
        QTest::newRow(text) << QByteArray(text) << true << qint64(value) << true << value;
    };
    const auto negative = [](const char *text, qint64 value) {
        QTest::newRow(text) << QByteArray(text) << true << value << false << quint64(0);
    };
    const auto neither = [](const char *name, QByteArray text) {
        QTest::newRow(name) << text << false << qint64(0) << false << quint64(0);
    };
    both("0", 0);
    both("127", 127);
    both("00042", 42); // ZEROFILL
    both("9223372036854775807", 9223372036854775807u);
    negative("-1", -1);
    negative("-9223372036854775808", std::numeric_limits<qint64>::min());
    QTest::newRow("18446744073709551615")
        << QByteArray("18446744073709551615") << false << qint64(0) << true
        << std::numeric_limits<quint64>::max();
    neither("18446744073709551616", "18446744073709551616");
    neither("-9223372036854775809", "-9223372036854775809");
    neither("empty", "");
    neither("sign only", "-");
    neither("plus", "+1");
    neither("leading space", " 1");
    neither("trailing space", "1 ");
    neither("fraction", "1.0");
    neither("exponent", "1e3");
    neither("NUL", QByteArray("1\0", 2));
    neither("letters", "12x");
}

void tst_TextValue::integers()
{
    QFETCH(const QByteArray, text);
    QFETCH(const bool, isSigned);
    QFETCH(const bool, isUnsigned);
    const auto asSigned = parseSigned(text);
    QCOMPARE(asSigned.has_value(), isSigned);
    if (asSigned)
        QTEST(*asSigned, "asSigned");
    const auto asUnsigned = parseUnsigned(text);
    QCOMPARE(asUnsigned.has_value(), isUnsigned);
    if (asUnsigned)
        QTEST(*asUnsigned, "asUnsigned");
}

void tst_TextValue::integersOfEveryLength()
{
    QByteArray digits;
    quint64 expected = 0;
    for (const char digit : QByteArray("1928374650918273645")) {
        digits += digit;
        expected = expected * 10 + static_cast<quint64>(digit - '0');
        Tests::withExactCopy(digits, [&](QByteArrayView text) {
            QCOMPARE(parseUnsigned(text), expected);
            QCOMPARE(parseSigned(text), qint64(expected));
        });
        Tests::withExactCopy("-" + digits, [&](QByteArrayView text) {
            QCOMPARE(parseUnsigned(text), std::nullopt);
            QCOMPARE(parseSigned(text), -qint64(expected));
        });
    }
}

void tst_TextValue::doubles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("ok");
    QTest::addColumn<double>("value");
    const auto good = [](const char *text, double value) {
        QTest::newRow(text) << QByteArray(text) << true << value;
    };
    good("0", 0);
    good("-0", -0.0);
    good("0.1", 0.1);
    good("1e308", 1e308);
    good("1.7976931348623157e308", std::numeric_limits<double>::max());
    good("-1.7976931348623157e+308", std::numeric_limits<double>::lowest());
    good("2.2250738585072014e-308", std::numeric_limits<double>::min());
    good("5e-324", std::numeric_limits<double>::denorm_min());
    good("0.30000000000000004", 0.1 + 0.2);
    good("3.1415926535897931", 3.1415926535897931);
    good("123456789012345678901234567890.5", 123456789012345678901234567890.5);
    good(".5", 0.5);
    good("5.", 5);
    good("00000000000000000000.5", 0.5);
    good("9007199254740992", 9007199254740992);
    // Ties go to the even neighbour, and the least that is more does not.
    good("9007199254740993", 9007199254740992);
    good("9007199254740995", 9007199254740996);
    good("9007199254740993.001", 9007199254740994);
    good("9007199254740992.999", 9007199254740992);
    good("0.9999999999999999999", 1);
    good(".9999999999999999999", 1);
    good("9999999999999999999", 1e19);
    good("0.0000000000000000001", 1e-19);
    for (const char *text :
         {"", "-", ".", "..", "1.2.3", "12345678.12345.78", "nan", "inf", "-inf", "+1", " 1", "1 ",
          "1e400", "0x10", "1,5", "1e", "1.5x", "--1", "Infinity"}) {
        QTest::newRow(*text ? text : "empty") << QByteArray(text) << false << 0.0;
    }
}

void tst_TextValue::doubles()
{
    QFETCH(const QByteArray, text);
    QFETCH(const bool, ok);
    QFETCH(const double, value);
    const std::optional<double> parsed = parseDouble(text);
    QCOMPARE(parsed.has_value(), ok);
    if (parsed)
        QVERIFY(*parsed == value); // QCOMPARE would allow for a difference
}

void tst_TextValue::doublesAreTheNearest()
{
    QRandomGenerator random(1);
    for (int i = 0; i < 20000; ++i) {
        QByteArray text = QByteArray::number(random.generate64() >> random.bounded(64));
        text.insert(random.bounded(int(text.size()) + 1), '.');
        if (text.size() > 1 && random.bounded(2) == 0)
            text.prepend('-');
        bool ok = false;
        const double expected = text.toDouble(&ok);
        QVERIFY2(ok, text);
        Tests::withExactCopy(text, [&](QByteArrayView copy) {
            const std::optional<double> parsed = parseDouble(copy);
            QVERIFY2(parsed && *parsed == expected, text);
        });
    }
}

// As a parser may read it along.
void tst_TextValue::whatFollowsIsNoPartOfANumber()
{
    for (const char *text :
         {"1", "-1", "12", "1234567", "12345678", "-123456789", "1234567890123456", "1.5", "-1.5",
          "12.25", "123456.5", "1234567.5", "12345678.5", ".5", "5.", "12345678.12345678",
          "0.14285714285714285"}) {
        for (const char *behind :
             {"9", ".", "-", ":", "99999999", ".9999999", "\xFF\xFF", "....."}) {
            const QByteArray both = QByteArray(text) + behind;
            const QByteArrayView view(both.constData(), qstrlen(text));
            const char *const readable = both.constData() + both.size();
            QVERIFY2(parseDouble(view, readable) == QByteArray(text).toDouble(), both);
            const std::optional<qint64> whole = parseSigned(text);
            qint64 number = 0;
            QCOMPARE(readShortInteger(view, readable, &number), whole.has_value());
            QCOMPARE(number, whole.value_or(0));
        }
    }
}

void tst_TextValue::dates_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QList<int>>("fields");
    const auto add = [](const char *text, QList<int> fields) {
        QTest::newRow(*text ? text : "empty") << QByteArray(text) << fields;
    };
    add("2024-02-29", {2024, 2, 29});
    add("0000-00-00", {0, 0, 0});
    add("2024-00-00", {2024, 0, 0});
    add("2024-05-00", {2024, 5, 0});
    add("2023-02-31", {2023, 2, 31});
    add("9999-12-31", {9999, 12, 31});
    for (const char *text : {"", "2024-13-01", "2024-01-32", "24-01-01", "2024/01/01", "2024-1-01",
                             "2024-01-011", "2024-01-01 ", "-024-01-01", "2024-01-0a"}) {
        add(text, {});
    }
}

void tst_TextValue::dates()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QList<int>, fields);
    const std::optional<CalendarFields> parsed = parseDate(text);
    QCOMPARE(parsed.has_value(), !fields.isEmpty());
    if (parsed) {
        const CalendarFields expected{fields[0], fields[1], fields[2]};
        QVERIFY(*parsed == expected);
    }
}

void tst_TextValue::dateTimes_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QList<int>>("fields");
    const auto add = [](const char *text, QList<int> fields) {
        QTest::newRow(*text ? text : "empty") << QByteArray(text) << fields;
    };
    add("2024-02-29 23:59:58", {2024, 2, 29, 23, 59, 58, 0});
    add("2024-02-29 00:00:00.1", {2024, 2, 29, 0, 0, 0, 100000});
    add("2024-02-29 00:00:00.123", {2024, 2, 29, 0, 0, 0, 123000});
    add("2024-02-29 00:00:00.000001", {2024, 2, 29, 0, 0, 0, 1});
    add("9999-12-31 23:59:59.999999", {9999, 12, 31, 23, 59, 59, 999999});
    add("0000-00-00 00:00:00", {0, 0, 0, 0, 0, 0, 0});
    for (const char *text :
         {"", "2024-02-29", "2024-02-29 24:00:00", "2024-02-29 00:60:00", "2024-02-29 00:00:60",
          "2024-02-29 00:00:00.", "2024-02-29 00:00:00.1234567", "2024-02-29  0:00:00",
          "2024-02-29 00:00", "2024-02-29 00:00:00Z", "2024-02-29 00:00:00,5"}) {
        add(text, {});
    }
}

void tst_TextValue::dateTimes()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QList<int>, fields);
    const std::optional<CalendarFields> parsed = parseDateTime(text);
    QCOMPARE(parsed.has_value(), !fields.isEmpty());
    TimePoint moment;
    const bool isMoment = parsed && toTimePoint(*parsed, &moment);
    QCOMPARE(parseTimePoint(text).has_value(), isMoment);
    if (parsed) {
        const CalendarFields expected{fields[0], fields[1], fields[2], fields[3],
                                      fields[4], fields[5], fields[6]};
        QVERIFY(*parsed == expected);
    }
    if (isMoment)
        QVERIFY(parseTimePoint(text) == moment);
}

void tst_TextValue::times_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("ok");
    QTest::addColumn<qint64>("microseconds");
    const auto add = [](const char *text, std::chrono::microseconds time) {
        QTest::newRow(text) << QByteArray(text) << true << qint64(time.count());
    };
    const std::chrono::microseconds extreme = 838h + 59min + 59s + 999999us;
    add("00:00:00", 0us);
    add("23:59:59.999999", 24h - 1us);
    add("24:00:00", 24h);
    add("100:00:00", 100h);
    add("-00:00:00.5", -500ms);
    add("838:59:59.999999", extreme);
    add("-838:59:59.999999", -extreme);
    for (const char *text :
         {"", "-", "839:00:00", "1:00:00", "0000:00:00", "00:60:00", "00:00:60", "00:00",
          "+01:00:00", "--01:00:00", "01:00:00.", "01:00:00 ", "01:00:00.0000000"}) {
        QTest::newRow(*text ? text : "empty") << QByteArray(text) << false << qint64(0);
    }
}

void tst_TextValue::times()
{
    QFETCH(const QByteArray, text);
    QFETCH(const bool, ok);
    const std::optional<std::chrono::microseconds> parsed = parseTime(text);
    QCOMPARE(parsed.has_value(), ok);
    if (parsed)
        QTEST(qint64(parsed->count()), "microseconds");
}

void tst_TextValue::bits_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("ok");
    QTest::addColumn<quint64>("value");
    QTest::newRow("BIT(1)") << QByteArray("\x01", 1) << true << quint64(1);
    QTest::newRow("BIT(9)") << QByteArray("\x01\x02", 2) << true << quint64(0x102);
    QTest::newRow("BIT(64)") << QByteArray(8, '\xFF') << true << ~quint64(0);
    QTest::newRow("high bit") << QByteArray("\x80\0\0\0\0\0\0\0", 8) << true << (quint64(1) << 63);
    QTest::newRow("none") << QByteArray("") << false << quint64(0);
    QTest::newRow("too many") << QByteArray(9, '\0') << false << quint64(0);
}

void tst_TextValue::bits()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const bool, ok);
    const std::optional<quint64> parsed = parseBits(bytes);
    QCOMPARE(parsed.has_value(), ok);
    if (parsed)
        QTEST(*parsed, "value");
}

void tst_TextValue::cutTextsAreRefusedOrShorter()
{
    const QByteArray dateTime = "2024-02-29 23:59:58.123456";
    for (qsizetype size = 0; size < dateTime.size(); ++size) {
        const bool endsWithAField = size == 19 || size > 20;
        QCOMPARE(parseDateTime(QByteArrayView(dateTime).first(size)).has_value(), endsWithAField);
    }
    const QByteArray time = "-838:59:59.999999";
    for (qsizetype size = 0; size < time.size(); ++size) {
        const bool endsWithAField = size == 10 || size > 11;
        QCOMPARE(parseTime(QByteArrayView(time).first(size)).has_value(), endsWithAField);
    }
}

void tst_TextValue::textsWithAWrongCharacterAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text :
         {"1", "123", "1234567", "12345678", "123456789", "1234567890123456", "12345678901234567",
          "2024-02-29", "2024-02-29 23:59:58", "2024-02-29 23:59:58.1",
          "2024-02-29 23:59:58.123456", "238:59:59.999999"}) {
        QTest::newRow(text) << QByteArray(text);
    }
}

// The neighbours of digits in ASCII, and bytes that could be taken for them in a hurry.
void tst_TextValue::textsWithAWrongCharacterAreRefused()
{
    QFETCH(const QByteArray, text);
    const auto parsers = [](QByteArrayView bytes) {
        return std::array<bool, 6>{
            parseSigned(bytes).has_value(),   parseUnsigned(bytes).has_value(),
            parseDouble(bytes).has_value(),   parseDate(bytes).has_value(),
            parseDateTime(bytes).has_value(), parseTime(bytes).has_value()};
    };
    const std::array<bool, 6> none{};
    QVERIFY(parsers(text) != none);
    for (qsizetype at = 0; at < text.size(); ++at) {
        for (const char wrong :
             {'/', ';', '\0', ' ', 'a', '\x10', '\x76', '\x7F', '\xB0', '\xFF'}) {
            if (text[at] == wrong)
                continue;
            QByteArray changed = text;
            changed[at] = wrong;
            Tests::withExactCopy(changed,
                                 [&](QByteArrayView bytes) { QVERIFY(parsers(bytes) == none); });
        }
    }
}

QTEST_APPLESS_MAIN(tst_TextValue)
#include "tst_textvalue.moc"
