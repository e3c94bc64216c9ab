// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "columntype.h"
#include "timespecs.h"
#include "valueconversion.h"

#include <QtTest/qtest.h>

#include <array>
#include <limits>

using namespace AsyncMySql;
using namespace AsyncMySql::Values;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Type = Column::Type;

Q_DECLARE_METATYPE(Conversion)

namespace {

const QByteArray vectorBytes("\x00\x00\x80\x3F\x00\x00\x00\xC0",
                             8); // 1, -2: IEEE, lowest byte first
const QByteArray uuidText = "123e4567-e89b-12d3-a456-426614174000";

QDateTime utc(int year, int month, int day, int hour, int minute, int second, int millisecond = 0)
{
    return QDateTime(QDate(year, month, day), QTime(hour, minute, second, millisecond), Tests::Utc);
}

template <typename T>
std::optional<T> converted(Type type, QByteArrayView bytes, bool isUnsigned = false)
{
    T value{};
    if (convert(Value{type, isUnsigned, bytes}, &value) != Conversion::Done)
        return std::nullopt;
    return value;
}

} // namespace

class tst_ValueConversion : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void variantHasTheTypeOfTheTable_data();
    void variantHasTheTypeOfTheTable();
    void nonsenseGivesNoVariant_data();
    void nonsenseGivesNoVariant();
    void zeroDatesAreInvalidButNotNull();
    void signedIntegersAreRangeChecked_data();
    void signedIntegersAreRangeChecked();
    void unsignedIntegersAreRangeChecked_data();
    void unsignedIntegersAreRangeChecked();
    void numbersAreTrueUnlessZero();
    void floatingPointNumbers();
    void textsAreCheckedForUtf8();
    void textAlwaysHasTheDigits();
    void setsAreLists();
    void json_data();
    void json();
    void jsonIsOfTheKindAskedFor();
    void uuids();
    void vectors();
    void datesAndTimes();
};

void tst_ValueConversion::variantHasTheTypeOfTheTable_data()
{
    QTest::addColumn<Type>("type");
    QTest::addColumn<bool>("isUnsigned");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QVariant>("expected");
    const auto add = [](const char *name, Type type, const QByteArray &bytes,
                        const QVariant &expected, bool isUnsigned = false) {
        QTest::newRow(name) << type << isUnsigned << bytes << expected;
    };
    add("TINYINT", Type::TinyInt, "-128", -128);
    add("TINYINT UNSIGNED", Type::TinyInt, "255", 255u, true);
    add("SMALLINT", Type::SmallInt, "-32768", -32768);
    add("MEDIUMINT", Type::MediumInt, "8388607", 8388607);
    add("INT, least", Type::Int, "-2147483648", std::numeric_limits<int>::min());
    add("INT UNSIGNED", Type::Int, "4294967295", 4294967295u, true);
    add("BIGINT, least", Type::BigInt, "-9223372036854775808",
        std::numeric_limits<qlonglong>::min());
    add("BIGINT UNSIGNED", Type::BigInt, "18446744073709551615",
        std::numeric_limits<qulonglong>::max(), true);
    add("ZEROFILL", Type::Int, "0000000042", 42u, true);
    add("YEAR", Type::Year, "2155", 2155, true);
    add("YEAR 0", Type::Year, "0000", 0, true);
    add("FLOAT", Type::Float, "3.40282e38", 3.40282e38f);
    add("DOUBLE", Type::Double, "1.7976931348623157e308", 1.7976931348623157e308);
    const QByteArray digits = "-" + QByteArray(35, '9') + "." + QByteArray(30, '9');
    add("DECIMAL(65,30)", Type::Decimal, digits, QString::fromLatin1(digits));
    add("BIT(1)", Type::Bit, QByteArray("\x01"), qulonglong(1), true);
    add("BIT(64)", Type::Bit, QByteArray(8, '\xFF'), ~qulonglong(0), true);
    add("CHAR", Type::Char,
        "gr\xC3\xB6\xC3\x9F"
        "er \xF0\x9F\x90\xAC",
        u"größer \U0001F42C"_s);
    add("empty CHAR", Type::Char, "", u""_s);
    add("TEXT", Type::Text, "a\nb", u"a\nb"_s);
    add("CHAR, no UTF-8", Type::Char, "a\xFF", u"a\uFFFD"_s);
    add("ENUM", Type::Enum, "red", u"red"_s);
    add("SET", Type::Set, "a,b", u"a,b"_s);
    const QByteArray zeros("a\0b\xFF", 4);
    add("BINARY", Type::Binary, zeros, zeros);
    add("BLOB", Type::Blob, zeros, zeros);
    add("empty BLOB", Type::Blob, "", QByteArray(""));
    add("GEOMETRY", Type::Geometry, zeros, zeros);
    add("unknown", Type::Unknown, zeros, zeros);
    add("DATE", Type::Date, "2024-02-29", QDate(2024, 2, 29));
    add("DATETIME", Type::DateTime, "1000-01-01 00:00:00", utc(1000, 1, 1, 0, 0, 0));
    add("DATETIME(6)", Type::DateTime, "9999-12-31 23:59:59.999999",
        utc(9999, 12, 31, 23, 59, 59, 999));
    add("in no time zone's gap", Type::DateTime, "2024-03-31 02:30:00", utc(2024, 3, 31, 2, 30, 0));
    add("TIMESTAMP", Type::Timestamp, "2038-01-19 03:14:07.5", utc(2038, 1, 19, 3, 14, 7, 500));
    add("TIME", Type::Time, "23:59:59.999", QTime(23, 59, 59, 999));
    add("TIME of a day", Type::Time, "24:00:00", u"24:00:00"_s);
    add("negative TIME", Type::Time, "-00:00:01", u"-00:00:01"_s);
    add("largest TIME", Type::Time, "838:59:59.999999", u"838:59:59.999999"_s);
    add("JSON", Type::Json, R"({"a": [1, null]})",
        QJsonValue(QJsonObject{{u"a"_s, QJsonArray{1, QJsonValue()}}}));
    add("JSON null", Type::Json, "null", QJsonValue(QJsonValue::Null));
    add("VECTOR", Type::Vector, vectorBytes, QVariant::fromValue(QList<float>{1, -2}));
    add("UUID", Type::Uuid, uuidText, QUuid(u"123e4567-e89b-12d3-a456-426614174000"_s));
    add("INET6", Type::Inet6, "::1", u"::1"_s);
    add("INET4", Type::Inet4, "127.0.0.1", u"127.0.0.1"_s);
}

void tst_ValueConversion::variantHasTheTypeOfTheTable()
{
    QFETCH(const Type, type);
    QFETCH(const bool, isUnsigned);
    QFETCH(const QByteArray, bytes);
    QFETCH(const QVariant, expected);
    QVariant value;
    QCOMPARE(convert(Value{type, isUnsigned, bytes}, &value), Conversion::Done);
    QCOMPARE(value.metaType(), expected.metaType());
    QCOMPARE(value, expected);
    QVERIFY(!value.isNull());
    if (type != Type::Time)
        QCOMPARE(value.metaType(), valueMetaType(type, isUnsigned));
}

void tst_ValueConversion::nonsenseGivesNoVariant_data()
{
    QTest::addColumn<Type>("type");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("INT") << Type::Int << QByteArray("12x");
    QTest::newRow("INT beyond its range") << Type::Int << QByteArray("2147483648");
    QTest::newRow("empty BIGINT") << Type::BigInt << QByteArray("");
    QTest::newRow("DOUBLE") << Type::Double << QByteArray("nan");
    QTest::newRow("FLOAT beyond its range") << Type::Float << QByteArray("1e39");
    QTest::newRow("BIT of 9 bytes") << Type::Bit << QByteArray(9, '\1');
    QTest::newRow("DATE") << Type::Date << QByteArray("yesterday");
    QTest::newRow("DATETIME") << Type::DateTime << QByteArray("2024-01-01 25:00:00");
    QTest::newRow("TIME") << Type::Time << QByteArray("noon");
    QTest::newRow("JSON") << Type::Json << QByteArray("{]");
    QTest::newRow("VECTOR") << Type::Vector << QByteArray("abc");
    QTest::newRow("UUID") << Type::Uuid << QByteArray("none");
}

void tst_ValueConversion::nonsenseGivesNoVariant()
{
    QFETCH(const Type, type);
    QFETCH(const QByteArray, bytes);
    QVariant value;
    QVERIFY(convert(Value{type, false, bytes}, &value) != Conversion::Done);
    QVERIFY(!value.isValid());
    QCOMPARE(toText({type, false, bytes}), QString::fromUtf8(bytes));
}

void tst_ValueConversion::zeroDatesAreInvalidButNotNull()
{
    for (const char *date : {"0000-00-00", "2024-00-00", "2024-05-00", "2023-02-30"}) {
        QVariant value;
        QCOMPARE(convert(Value{Type::Date, false, date}, &value), Conversion::Done);
        QCOMPARE(value.metaType(), QMetaType::fromType<QDate>());
        QVERIFY(!value.isNull());
        QVERIFY(!value.toDate().isValid());

        const QByteArray dateTime = QByteArray(date) + " 10:00:00";
        QCOMPARE(convert(Value{Type::DateTime, false, dateTime}, &value), Conversion::Done);
        QCOMPARE(value.metaType(), QMetaType::fromType<QDateTime>());
        QVERIFY(!value.isNull());
        QVERIFY(!value.toDateTime().isValid());

        QVERIFY(!converted<SysTime>(Type::DateTime, dateTime));
        QCOMPARE(converted<QTime>(Type::DateTime, dateTime), QTime(10, 0));
    }
}

void tst_ValueConversion::signedIntegersAreRangeChecked_data()
{
    QTest::addColumn<Type>("type");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<qint64>("minimum");
    QTest::addColumn<qint64>("maximum");
    QTest::addColumn<Conversion>("conversion");
    QTest::addColumn<qint64>("value");
    const qint64 least = std::numeric_limits<qint64>::min();
    const qint64 greatest = std::numeric_limits<qint64>::max();
    const auto add = [](const char *name, Type type, const QByteArray &bytes, qint64 minimum,
                        qint64 maximum, Conversion conversion, qint64 value = 0) {
        QTest::newRow(name) << type << bytes << minimum << maximum << conversion << value;
    };
    const auto done = Conversion::Done;
    const auto outOfRange = Conversion::OutOfRange;
    const auto notPossible = Conversion::NotPossible;
    add("least", Type::Int, "-128", -128, 127, done, -128);
    add("below", Type::Int, "-129", -128, 127, outOfRange);
    add("greatest", Type::Int, "127", -128, 127, done, 127);
    add("above", Type::Int, "128", -128, 127, outOfRange);
    add("64 bits, least", Type::BigInt, "-9223372036854775808", least, greatest, done, least);
    add("BIT", Type::Bit, QByteArray("\x01\x00", 2), least, greatest, done, 256);
    add("BIT(64)", Type::Bit, QByteArray(8, '\xFF'), least, greatest, outOfRange);
    add("text", Type::Char, "-12", -128, 127, done, -12);
    add("text beyond 64 bits", Type::Char, "99999999999999999999", least, greatest, outOfRange);
    add("negative text beyond 64 bits", Type::Char, "-9223372036854775809", least, greatest,
        outOfRange);
    add("no number", Type::Char, "12 apples", least, greatest, notPossible);
    add("empty text", Type::Char, "", least, greatest, notPossible);
    add("DECIMAL", Type::Decimal, "12", -128, 127, done, 12);
    add("DECIMAL with zeros", Type::Decimal, "-12.000", -128, 127, done, -12);
    add("DECIMAL with a fraction", Type::Decimal, "12.001", -128, 127, notPossible);
    add("DECIMAL, point last", Type::Decimal, "12.", -128, 127, notPossible);
    add("DECIMAL, point first", Type::Decimal, ".0", -128, 127, notPossible);
    add("DOUBLE", Type::Double, "1e3", least, greatest, done, 1000);
    add("DOUBLE with a fraction", Type::Double, "1.5", least, greatest, notPossible);
    add("DOUBLE just too large", Type::Double, "9223372036854775808", least, greatest, outOfRange);
    add("DOUBLE much too large", Type::Double, "1e300", least, greatest, outOfRange);
    add("DOUBLE, least", Type::Double, "-9223372036854775808", least, greatest, done, least);
    add("DATE", Type::Date, "2024-01-01", least, greatest, notPossible);
    add("TIME", Type::Time, "10:00:00", least, greatest, notPossible);
}

void tst_ValueConversion::signedIntegersAreRangeChecked()
{
    QFETCH(const Type, type);
    QFETCH(const QByteArray, bytes);
    QFETCH(const qint64, minimum);
    QFETCH(const qint64, maximum);
    qint64 value = 0;
    QTEST(convertSigned({type, false, bytes}, minimum, maximum, &value), "conversion");
    QTEST(value, "value");
}

void tst_ValueConversion::unsignedIntegersAreRangeChecked_data()
{
    QTest::addColumn<Type>("type");
    QTest::addColumn<bool>("isUnsigned");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<quint64>("maximum");
    QTest::addColumn<Conversion>("conversion");
    QTest::addColumn<quint64>("value");
    const quint64 greatest = std::numeric_limits<quint64>::max();
    const auto add = [](const char *name, Type type, bool isUnsigned, const char *text,
                        quint64 maximum, Conversion conversion, quint64 value = 0) {
        QTest::newRow(name) << type << isUnsigned << QByteArray(text) << maximum << conversion
                            << value;
    };
    add("greatest", Type::TinyInt, true, "255", 255, Conversion::Done, 255);
    add("above", Type::Int, true, "256", 255, Conversion::OutOfRange);
    add("negative", Type::Int, false, "-1", greatest, Conversion::OutOfRange);
    add("64 bits", Type::BigInt, true, "18446744073709551615", greatest, Conversion::Done,
        greatest);
    add("text", Type::Char, false, "18446744073709551615", greatest, Conversion::Done, greatest);
    add("negative text", Type::Char, false, "-5", greatest, Conversion::OutOfRange);
    add("DECIMAL", Type::Decimal, true, "18446744073709551615.00", greatest, Conversion::Done,
        greatest);
    add("DOUBLE", Type::Double, false, "9223372036854775808", greatest, Conversion::Done,
        quint64(1) << 63);
    add("DOUBLE just too large", Type::Double, false, "18446744073709551616", greatest,
        Conversion::OutOfRange);
}

void tst_ValueConversion::unsignedIntegersAreRangeChecked()
{
    QFETCH(const Type, type);
    QFETCH(const bool, isUnsigned);
    QFETCH(const QByteArray, bytes);
    QFETCH(const quint64, maximum);
    quint64 value = 0;
    QTEST(convertUnsigned({type, isUnsigned, bytes}, maximum, &value), "conversion");
    QTEST(value, "value");
}

void tst_ValueConversion::numbersAreTrueUnlessZero()
{
    QCOMPARE(converted<bool>(Type::TinyInt, "1"), true);
    QCOMPARE(converted<bool>(Type::TinyInt, "-1"), true);
    QCOMPARE(converted<bool>(Type::TinyInt, "0"), false);
    QCOMPARE(converted<bool>(Type::BigInt, "18446744073709551615", true), true);
    QCOMPARE(converted<bool>(Type::Bit, QByteArray("\x01")), true);
    QCOMPARE(converted<bool>(Type::Bit, QByteArrayView("\0", 1)), false);
    QCOMPARE(converted<bool>(Type::Bit, QByteArray(8, '\xFF')), true);
    QVERIFY(!converted<bool>(Type::Char, "yes"));
}

void tst_ValueConversion::floatingPointNumbers()
{
    QCOMPARE(converted<double>(Type::Decimal, "12.50"), 12.5);
    QCOMPARE(converted<double>(Type::Int, "-3"), -3.0);
    QCOMPARE(converted<double>(Type::BigInt, "18446744073709551615", true), 0x1p64);
    QCOMPARE(converted<double>(Type::Char, "1.5e2"), 150.0);
    QVERIFY(!converted<double>(Type::Char, "1.5 EUR"));
    QVERIFY(!converted<double>(Type::Date, "2024-01-01"));
    QCOMPARE(converted<float>(Type::Float, "0.1"), 0.1f);
    float value = 0;
    QCOMPARE(convert(Value{Type::Double, false, "-1e39"}, &value), Conversion::OutOfRange);
}

void tst_ValueConversion::textsAreCheckedForUtf8()
{
    QCOMPARE(converted<QString>(Type::Char, "\xC3\xA4"), u"ä"_s);
    QCOMPARE(converted<QString>(Type::Char, "\xEF\xBF\xBD"), u"\uFFFD"_s); // a real one
    QVERIFY(!converted<QString>(Type::Char, "\xFF"));
    QVERIFY(!converted<QString>(Type::Char, "\xC3"));
    QVERIFY(!converted<QString>(Type::Blob, "\xED\xA0\x80")); // a surrogate
    QCOMPARE(converted<QString>(Type::Blob, "text"), u"text"_s);
    QCOMPARE(converted<QByteArrayView>(Type::Char, "\xFF"), QByteArrayView("\xFF"));
}

void tst_ValueConversion::textAlwaysHasTheDigits()
{
    QCOMPARE(toText({Type::Date, false, "0000-00-00"}), u"0000-00-00"_s);
    QCOMPARE(toText({Type::DateTime, false, "2024-01-01 00:00:00.000001"}),
             u"2024-01-01 00:00:00.000001"_s);
    QCOMPARE(toText({Type::Int, true, "00042"}), u"00042"_s);
    QCOMPARE(toText({Type::Bit, true, QByteArray("\x01\x00", 2)}), u"256"_s);
    QCOMPARE(converted<QString>(Type::Bit, QByteArray("\x01\x00", 2)), u"256"_s);
    QCOMPARE(toText({Type::Char, false, "\xFF"}), u"\uFFFD"_s);
}

void tst_ValueConversion::setsAreLists()
{
    QCOMPARE(converted<QStringList>(Type::Set, "a,b,c"), (QStringList{u"a"_s, u"b"_s, u"c"_s}));
    QCOMPARE(converted<QStringList>(Type::Set, "a"), QStringList{u"a"_s});
    QCOMPARE(converted<QStringList>(Type::Set, ""), QStringList());
    QVERIFY(!converted<QStringList>(Type::Int, "1"));
}

void tst_ValueConversion::json_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("ok");
    QTest::addColumn<QJsonValue>("value");
    const auto good = [](const char *text, const QJsonValue &value) {
        QTest::newRow(text) << QByteArray(text) << true << value;
    };
    good("null", QJsonValue(QJsonValue::Null));
    good("true", true);
    good("-1.5", -1.5);
    good("9007199254740993", qint64(9007199254740993)); // 2^53 + 1
    good("\"\\u00e4\"", u"ä"_s);
    good(" 7 ", 7);
    good("[]", QJsonArray());
    good(" [1, [2]]", (QJsonArray{1, QJsonArray{2}}));
    good("{\"a\": {}}", (QJsonObject{{u"a"_s, QJsonObject()}}));
    const QByteArray bad[] = {"",
                              "1, 2",
                              "1], [2",
                              "{",
                              "[1",
                              "{]",
                              "tru",
                              "[] []",
                              "\"\xFF\"",
                              "'a'",
                              QByteArray(5000, '[') + QByteArray(5000, ']')};
    for (const QByteArray &text : bad)
        QTest::addRow("not: %s", text.left(20).constData()) << text << false << QJsonValue();
}

void tst_ValueConversion::json()
{
    QFETCH(const QByteArray, text);
    QFETCH(const bool, ok);
    const auto value = converted<QJsonValue>(Type::Json, text);
    QCOMPARE(value.has_value(), ok);
    if (value)
        QTEST(*value, "value");
}

void tst_ValueConversion::jsonIsOfTheKindAskedFor()
{
    QCOMPARE(converted<QJsonObject>(Type::Json, "{}"), QJsonObject());
    QVERIFY(!converted<QJsonObject>(Type::Json, "[]"));
    QCOMPARE(converted<QJsonArray>(Type::Text, "[1]"), QJsonArray{1});
    QVERIFY(!converted<QJsonArray>(Type::Json, "1"));
    QCOMPARE(converted<QJsonDocument>(Type::Json, "[1]"), QJsonDocument(QJsonArray{1}));
    QCOMPARE(converted<QJsonDocument>(Type::Json, "{}"), QJsonDocument(QJsonObject()));
    QVERIFY(!converted<QJsonDocument>(Type::Json, "null"));
}

void tst_ValueConversion::uuids()
{
    const QUuid uuid(u"123e4567-e89b-12d3-a456-426614174000"_s);
    QCOMPARE(converted<QUuid>(Type::Char, uuidText), uuid);
    QCOMPARE(converted<QUuid>(Type::Char, uuidText.toUpper()), uuid);
    QCOMPARE(converted<QUuid>(Type::Binary, uuid.toRfc4122()), uuid);
    QCOMPARE(converted<QUuid>(Type::Uuid, "00000000-0000-0000-0000-000000000000"), QUuid());
    QVERIFY(!converted<QUuid>(Type::Char, QByteArray(36, 'x')));
    QVERIFY(!converted<QUuid>(Type::Char, uuidText + ' '));
    QVERIFY(!converted<QUuid>(Type::Char, uuid.toRfc4122()));
    QVERIFY(!converted<QUuid>(Type::Char, ""));
}

void tst_ValueConversion::vectors()
{
    const QList<float> expected{1, -2};
    QCOMPARE(converted<QList<float>>(Type::Vector, vectorBytes), expected);
    QCOMPARE(converted<QList<float>>(Type::Binary, vectorBytes), expected); // MariaDB
    QCOMPARE(converted<QList<float>>(Type::Vector, ""), QList<float>());
    QVERIFY(!converted<QList<float>>(Type::Vector, QByteArrayView(vectorBytes).first(7)));
    QVERIFY(!converted<QList<float>>(Type::Char, "12345678"));
}

void tst_ValueConversion::datesAndTimes()
{
    QCOMPARE(converted<QDate>(Type::DateTime, "2024-02-29 10:00:00"), QDate(2024, 2, 29));
    QCOMPARE(converted<QDate>(Type::Char, "2024-02-29"), QDate(2024, 2, 29));
    QVERIFY(!converted<QDate>(Type::Char, "29.2.2024"));
    QVERIFY(!converted<QDate>(Type::Int, "20240229"));
    QCOMPARE(converted<QDateTime>(Type::Date, "2024-02-29"), utc(2024, 2, 29, 0, 0, 0));
    QCOMPARE(converted<QDateTime>(Type::DateTime, "1969-12-31 23:59:59.999999"),
             utc(1969, 12, 31, 23, 59, 59, 999));
    QCOMPARE(converted<QDateTime>(Type::DateTime, "0001-01-01 00:00:00"), utc(1, 1, 1, 0, 0, 0));
    for (const char *text : {"0000-01-01 00:00:00", "2023-02-29 00:00:00", "2024-05-00 00:00:00"})
        QCOMPARE(converted<QDateTime>(Type::DateTime, text), QDateTime());
    QCOMPARE(converted<QDateTime>(Type::Char, "2024-02-29 01:02:03.004"),
             utc(2024, 2, 29, 1, 2, 3, 4));
    const auto sysTime = converted<SysTime>(Type::Timestamp, "1969-12-31 23:59:59.999999");
    QVERIFY(sysTime);
    QCOMPARE(sysTime->time_since_epoch(), -1us);
    QCOMPARE(converted<std::chrono::microseconds>(Type::Time, "-838:59:59.999999"),
             -(838h + 59min + 59s + 999999us));
    QVERIFY(!converted<std::chrono::microseconds>(Type::DateTime, "2024-02-29 10:00:00"));
    QCOMPARE(converted<QTime>(Type::Time, "10:11:12.999999"), QTime(10, 11, 12, 999));
    QTime time;
    QCOMPARE(convert(Value{Type::Time, false, "24:00:00"}, &time), Conversion::OutOfRange);
    QCOMPARE(convert(Value{Type::Time, false, "-00:00:01"}, &time), Conversion::OutOfRange);
}

QTEST_APPLESS_MAIN(tst_ValueConversion)
#include "tst_valueconversion.moc"
