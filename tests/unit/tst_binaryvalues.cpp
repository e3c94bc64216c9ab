// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "resultbuilder.h"

#include <QtCore/qjsonarray.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/quuid.h>
#include <QtTest/qtest.h>

#include <limits>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Tests::columnOf;
using Tests::fromHex;
using Tests::prefixed;
using Tests::ResultBuilder;
using Values::FieldType;
using Values::ColumnFlag::Unsigned;
using SysTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

Q_DECLARE_METATYPE(AsyncMySql::Values::ColumnInfo)

/// What servers send of a value as text, and in a binary row, reads the same.
class tst_BinaryValues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textAndBinaryAreEqual_data();
    void textAndBinaryAreEqual();
    void decimalsAreRounded();
    void malformedValuesAreRefused_data();
    void malformedValuesAreRefused();
    void floatsHaveTheirShortestDigits_data();
    void floatsHaveTheirShortestDigits();
    void numbersAreNoViews();
    void numbersLieLowestByteFirst();
    void nullIsNotEmpty();
    void columnsAreReadInAnyOrder();
    void brokenRowsStayInBounds();
};

namespace {

template <typename Number>
QByteArray littleEndian(Number number)
{
    QByteArray bytes(sizeof(Number), '\0');
    qToLittleEndian(number, bytes.data());
    return bytes;
}

QByteArray date(int year, int month, int day)
{
    return littleEndian(static_cast<quint16>(year)) + static_cast<char>(month)
           + static_cast<char>(day);
}

QByteArray dateTime(const QByteArray &day, int hour, int minute, int second)
{
    return day + static_cast<char>(hour) + static_cast<char>(minute) + static_cast<char>(second);
}

QByteArray time(bool isNegative, quint32 days, int hour, int minute, int second)
{
    return dateTime(static_cast<char>(isNegative) + littleEndian(days), hour, minute, second);
}

/// Reads column 0 of both rows as a T: the value or the error is the same.
template <typename T>
bool isSame(const Row &text, const Row &binary)
{
    Error ofText;
    Error ofBinary;
    const auto one = text.value<std::optional<T>>(0, &ofText);
    const auto other = binary.value<std::optional<T>>(0, &ofBinary);
    Error ofPlainText;
    Error ofPlainBinary;
    const T plainOne = text.value<T>(0, &ofPlainText);
    const T plainOther = binary.value<T>(0, &ofPlainBinary);
    const bool same = one == other && ofText == ofBinary && plainOne == plainOther
                      && ofPlainText == ofPlainBinary;
    if (!same)
        qWarning() << "not the same as" << QMetaType::fromType<T>().name() << ofText << ofBinary;
    return same;
}

template <typename... Types>
bool areSame(const Row &text, const Row &binary)
{
    return (isSame<Types>(text, binary) && ...);
}

} // namespace

void tst_BinaryValues::textAndBinaryAreEqual_data()
{
    QTest::addColumn<Values::ColumnInfo>("column");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("binary");
    const auto add
        = [](const char *name, const Values::ColumnInfo &column, const QByteArray &text,
             const QByteArray &binary) { QTest::newRow(name) << column << text << binary; };
    const auto zeroFilled = [](FieldType type, quint32 length) {
        Values::ColumnInfo column = columnOf(type, Unsigned | Values::ColumnFlag::ZeroFill);
        column.length = length;
        return column;
    };
    const auto withDecimals = [](FieldType type, quint8 decimals) {
        Values::ColumnInfo column = columnOf(type);
        column.decimals = decimals;
        return column;
    };
    add("TINYINT, least", columnOf(FieldType::TinyInt), "-128", "\x80");
    add("TINYINT, greatest", columnOf(FieldType::TinyInt), "127", "\x7F");
    add("TINYINT UNSIGNED", columnOf(FieldType::TinyInt, Unsigned), "255", "\xFF");
    add("SMALLINT, least", columnOf(FieldType::SmallInt), "-32768", fromHex("00 80"));
    add("SMALLINT UNSIGNED", columnOf(FieldType::SmallInt, Unsigned), "65535", fromHex("FF FF"));
    add("MEDIUMINT, least", columnOf(FieldType::MediumInt), "-8388608", fromHex("00 00 80 FF"));
    add("MEDIUMINT UNSIGNED", columnOf(FieldType::MediumInt, Unsigned), "16777215",
        fromHex("FF FF FF 00"));
    add("INT, least", columnOf(FieldType::Int), "-2147483648", fromHex("00 00 00 80"));
    add("INT, 0", columnOf(FieldType::Int), "0", fromHex("00 00 00 00"));
    add("INT UNSIGNED", columnOf(FieldType::Int, Unsigned), "4294967295", fromHex("FF FF FF FF"));
    add("INT ZEROFILL", zeroFilled(FieldType::Int, 10), "0000000042", fromHex("2A 00 00 00"));
    add("BIGINT, least", columnOf(FieldType::BigInt), "-9223372036854775808",
        littleEndian(std::numeric_limits<qint64>::min()));
    add("BIGINT, greatest", columnOf(FieldType::BigInt), "9223372036854775807",
        littleEndian(std::numeric_limits<qint64>::max()));
    add("BIGINT of 16 digits", columnOf(FieldType::BigInt), "-1234567890123456",
        littleEndian(Q_INT64_C(-1234567890123456)));
    add("BIGINT UNSIGNED", columnOf(FieldType::BigInt, Unsigned), "18446744073709551615",
        QByteArray(8, '\xFF'));
    add("YEAR", zeroFilled(FieldType::Year, 4), "2155", littleEndian(quint16(2155)));
    add("YEAR 0", zeroFilled(FieldType::Year, 4), "0000", littleEndian(quint16(0)));
    add("DOUBLE, greatest", columnOf(FieldType::Double), "1.7976931348623157e308",
        littleEndian(std::numeric_limits<double>::max()));
    add("DOUBLE, smallest", columnOf(FieldType::Double), "-2.2250738585072014e-308",
        littleEndian(-std::numeric_limits<double>::min()));
    add("DOUBLE 0", columnOf(FieldType::Double), "0", littleEndian(0.0));
    add("DOUBLE, whole", columnOf(FieldType::Double), "1000000", littleEndian(1e6));
    add("DOUBLE, a fraction", columnOf(FieldType::Double), "0.1", littleEndian(0.1));
    add("DOUBLE, small", columnOf(FieldType::Double), "0.000000000000001", littleEndian(1e-15));
    add("DOUBLE, smaller", columnOf(FieldType::Double), "1e-16", littleEndian(1e-16));
    add("DOUBLE, large", columnOf(FieldType::Double), "123456789012345",
        littleEndian(123456789012345.0));
    add("DOUBLE, larger", columnOf(FieldType::Double), "1e15", littleEndian(1e15));
    add("FLOAT", columnOf(FieldType::Float), "-1.5", littleEndian(-1.5f));
    // As MariaDB 10.11 and MySQL 9.7 write them.
    add("DOUBLE -0", columnOf(FieldType::Double), "-0", littleEndian(-0.0));
    add("FLOAT -0", columnOf(FieldType::Float), "-0", littleEndian(-0.0f));
    add("DOUBLE(10,2)", withDecimals(FieldType::Double, 2), "1.50", littleEndian(1.5));
    add("DOUBLE(10,2), whole", withDecimals(FieldType::Double, 2), "-1000000.00",
        littleEndian(-1e6));
    add("DOUBLE without decimals", withDecimals(FieldType::Double, 0), "2026",
        littleEndian(2026.0));
    add("DOUBLE of 6 decimals", withDecimals(FieldType::Double, 6), "500000.750000",
        littleEndian(500000.75));
    add("DOUBLE, large with decimals", withDecimals(FieldType::Double, 2),
        "100000000000000000000.00", littleEndian(1e20));
    add("FLOAT(7,3), short", withDecimals(FieldType::Float, 3), "2.250", littleEndian(2.25f));
    const auto zeroFilledWith = [&](FieldType type, quint32 length, quint8 decimals) {
        Values::ColumnInfo column = zeroFilled(type, length);
        column.decimals = decimals;
        return column;
    };
    add("DOUBLE(10,2) ZEROFILL", zeroFilledWith(FieldType::Double, 10, 2), "0000001.50",
        littleEndian(1.5));
    add("DOUBLE ZEROFILL", zeroFilled(FieldType::Double, 22), "0000000000000000001e20",
        littleEndian(1e20));
    add("FLOAT ZEROFILL", zeroFilled(FieldType::Float, 12), "0000000002.5", littleEndian(2.5f));
    Values::ColumnInfo expression
        = columnOf(FieldType::Year, Unsigned | Values::ColumnFlag::Binary);
    expression.length = 22;
    add("YEAR of an expression", expression, "2024", littleEndian(quint16(2024)));
    add("YEAR 0 of an expression", expression, "0", littleEndian(quint16(0)));
    const QByteArray digits = "-" + QByteArray(35, '9') + "." + QByteArray(30, '9');
    add("DECIMAL(65,30)", columnOf(FieldType::NewDecimal), digits, prefixed(digits));
    add("DECIMAL, whole", columnOf(FieldType::NewDecimal), "42.00", prefixed("42.00"));
    for (const QByteArray &bits : {"\x01"_ba, "\x01\xFF"_ba, QByteArray(8, '\xFF')})
        add("BIT", columnOf(FieldType::Bit, Unsigned), bits, prefixed(bits));

    const QByteArray leapDay = date(2024, 2, 29);
    const QByteArray microseconds = littleEndian(quint32(999'999));
    add("DATE", columnOf(FieldType::Date), "2024-02-29", prefixed(leapDay));
    add("zero DATE", columnOf(FieldType::Date), "0000-00-00", prefixed(""));
    add("partial DATE", columnOf(FieldType::Date), "2024-05-00", prefixed(date(2024, 5, 0)));
    add("DATE that no month has", columnOf(FieldType::Date), "2023-02-30",
        prefixed(date(2023, 2, 30)));
    add("DATETIME, least", columnOf(FieldType::DateTime), "1000-01-01 00:00:00",
        prefixed(date(1000, 1, 1)));
    add("DATETIME", columnOf(FieldType::DateTime), "2024-02-29 12:34:56",
        prefixed(dateTime(leapDay, 12, 34, 56)));
    add("zero DATETIME", columnOf(FieldType::DateTime), "0000-00-00 00:00:00", prefixed(""));
    add("zero DATETIME(3)", withDecimals(FieldType::DateTime, 3), "0000-00-00 00:00:00.000",
        prefixed(""));
    add("DATETIME(6), greatest", withDecimals(FieldType::DateTime, 6), "9999-12-31 23:59:59.999999",
        prefixed(dateTime(date(9999, 12, 31), 23, 59, 59) + microseconds));
    add("DATETIME(6), midnight", withDecimals(FieldType::DateTime, 6), "2024-02-29 00:00:00.000000",
        prefixed(leapDay));
    add("DATETIME of an expression", withDecimals(FieldType::DateTime, 39), "2024-02-29 12:34:56",
        prefixed(dateTime(leapDay, 12, 34, 56)));
    add("TIMESTAMP(1)", withDecimals(FieldType::Timestamp, 1), "2038-01-19 03:14:07.5",
        prefixed(dateTime(date(2038, 1, 19), 3, 14, 7) + littleEndian(quint32(500'000))));
    add("TIME 0", columnOf(FieldType::Time), "00:00:00", prefixed(""));
    add("TIME", columnOf(FieldType::Time), "23:59:59", prefixed(time(false, 0, 23, 59, 59)));
    add("TIME(3)", withDecimals(FieldType::Time, 3), "01:02:03.040",
        prefixed(time(false, 0, 1, 2, 3) + littleEndian(quint32(40'000))));
    add("TIME, greatest", withDecimals(FieldType::Time, 6), "838:59:59.999999",
        prefixed(time(false, 34, 22, 59, 59) + microseconds));
    add("TIME, least", withDecimals(FieldType::Time, 6), "-838:59:59.999999",
        prefixed(time(true, 34, 22, 59, 59) + microseconds));
    add("TIME, a microsecond below 0", withDecimals(FieldType::Time, 6), "-00:00:00.000001",
        prefixed(time(true, 0, 0, 0, 0) + littleEndian(quint32(1))));
    add("TIME of a day", columnOf(FieldType::Time), "24:00:00", prefixed(time(false, 1, 0, 0, 0)));

    const quint16 utf8 = Tests::Utf8Mb4;
    const auto addSame
        = [&](const char *name, const Values::ColumnInfo &column, const QByteArray &bytes) {
              add(name, column, bytes, prefixed(bytes));
          };
    addSame("4-byte UTF-8", columnOf(FieldType::VarString, 0, utf8), "a \xF0\x9F\x90\xAC");
    addSame("no UTF-8", columnOf(FieldType::VarString, 0, utf8), "a\xFF");
    addSame("empty VARCHAR", columnOf(FieldType::VarString, 0, utf8), "");
    addSame("number in a VARCHAR", columnOf(FieldType::VarString, 0, utf8), "-12");
    addSame("date in a VARCHAR", columnOf(FieldType::VarString, 0, utf8), "2024-02-29 01:02:03");
    addSame("TEXT of 300 bytes", columnOf(FieldType::Blob, 0, utf8), QByteArray(300, 'x'));
    addSame("ENUM", columnOf(FieldType::String, Values::ColumnFlag::Enum, utf8), "red");
    addSame("SET", columnOf(FieldType::String, Values::ColumnFlag::Set, utf8), "a,b");
    addSame("BLOB with NULs", columnOf(FieldType::Blob), QByteArray("a\0b\xFF", 4));
    addSame("VARBINARY", columnOf(FieldType::VarString), QByteArray(16, '\1'));
    addSame("JSON", columnOf(FieldType::Json), R"({"a": [1, null]})");
    addSame("VECTOR", columnOf(FieldType::Vector), fromHex("00 00 80 3F 00 00 00 C0"));
    addSame("GEOMETRY", columnOf(FieldType::Geometry), fromHex("E6 10 00 00 01 01 00 00 00"));
    Values::ColumnInfo named = columnOf(FieldType::String);
    named.typeName = "uuid";
    addSame("UUID", named, "123e4567-e89b-12d3-a456-426614174000");
    named.typeName = "inet6";
    addSame("INET6", named, "2001:db8::1");
}

void tst_BinaryValues::textAndBinaryAreEqual()
{
    QFETCH(const Values::ColumnInfo, column);
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, binary);
    const Result ofText = ResultBuilder().column(column).row({text}).build();
    const Result ofBinary = ResultBuilder().column(column).binaryRow({binary}).build();
    const Row one = ofText.first();
    const Row other = ofBinary.first();

    QVERIFY(!other.isNull(0));
    QCOMPARE(other.text(0), one.text(0));
    QCOMPARE(other.value(0), one.value(0));
    QCOMPARE(other.value(0).metaType(), one.value(0).metaType());
    QVERIFY(
        (areSame<bool, qint8, quint8, qint16, quint16, int, uint, qint64, quint64, float, double>(
            one, other)));
    QVERIFY(
        (areSame<QString, QByteArray, std::string, QStringList, QUuid, QList<float>>(one, other)));
    QVERIFY((areSame<QDate, QTime, QDateTime, SysTime, std::chrono::microseconds,
                     std::chrono::year_month_day>(one, other)));
    QVERIFY((areSame<QJsonValue, QJsonObject, QJsonArray, QJsonDocument>(one, other)));
}

/// As the text of servers has them, whose numbers are others then.
void tst_BinaryValues::decimalsAreRounded()
{
    const auto textOf = [](FieldType type, quint8 decimals, const QByteArray &bytes) {
        Values::ColumnInfo column = columnOf(type);
        column.decimals = decimals;
        return ResultBuilder().column(column).binaryRow({bytes}).build().first().text(0);
    };
    QCOMPARE(textOf(FieldType::Double, 2, littleEndian(0.1 + 0.2)), u"0.30"_s);
    QCOMPARE(textOf(FieldType::Double, 2, littleEndian(1.005)), u"1.00"_s);
    QCOMPARE(textOf(FieldType::Float, 3, littleEndian(1234.5678f)), u"1234.568"_s);
}

void tst_BinaryValues::malformedValuesAreRefused_data()
{
    QTest::addColumn<FieldType>("type");
    QTest::addColumn<QByteArray>("bytes");
    const double infinity = std::numeric_limits<double>::infinity();
    QTest::newRow("DOUBLE, infinite") << FieldType::Double << littleEndian(infinity);
    QTest::newRow("DOUBLE, not a number") << FieldType::Double << littleEndian(std::nan(""));
    QTest::newRow("FLOAT, infinite") << FieldType::Float << littleEndian(float(-infinity));
    const auto add = [](const char *name, FieldType type, const QByteArray &bytes) {
        QTest::newRow(name) << type << prefixed(bytes);
    };
    const QByteArray day = date(2024, 2, 29);
    for (const int size : {1, 2, 3, 5, 6, 8, 9, 10, 12, 13}) {
        QTest::addRow("DATETIME of %d bytes", size)
            << FieldType::DateTime << prefixed(QByteArray(size, '\1'));
    }
    for (const int size : {1, 4, 7, 9, 10, 11, 13})
        QTest::addRow("TIME of %d bytes", size)
            << FieldType::Time << prefixed(QByteArray(size, '\0'));
    add("year 10000", FieldType::Date, date(10000, 1, 1));
    add("month 13", FieldType::Date, date(2024, 13, 1));
    add("day 32", FieldType::Date, date(2024, 1, 32));
    add("hour 24", FieldType::DateTime, dateTime(day, 24, 0, 0));
    add("minute 60", FieldType::DateTime, dateTime(day, 0, 60, 0));
    add("second 60", FieldType::DateTime, dateTime(day, 0, 0, 60));
    add("a million microseconds", FieldType::DateTime,
        dateTime(day, 0, 0, 0) + littleEndian(quint32(1'000'000)));
    add("sign 2", FieldType::Time, "\2" + time(false, 0, 0, 0, 0).sliced(1));
    add("839 hours", FieldType::Time, time(false, 34, 23, 0, 0));
    add("35 days", FieldType::Time, time(false, 35, 0, 0, 0));
    add("2^32 - 1 days", FieldType::Time, time(false, 0xFFFFFFFF, 0, 0, 0));
    add("hour 24 of a TIME", FieldType::Time, time(false, 0, 24, 0, 0));
    add("minute 60 of a TIME", FieldType::Time, time(false, 0, 0, 60, 0));
    add("second 60 of a TIME", FieldType::Time, time(false, 0, 0, 0, 60));
    add("a million microseconds of a TIME", FieldType::Time,
        time(false, 0, 0, 0, 0) + littleEndian(quint32(1'000'000)));
}

void tst_BinaryValues::malformedValuesAreRefused()
{
    QFETCH(const FieldType, type);
    QFETCH(const QByteArray, bytes);
    const Result result = ResultBuilder().column(columnOf(type)).binaryRow({bytes}).build();
    const Row row = result.first();
    const auto isRefused = [&](auto wanted) {
        Error error;
        const auto value = row.value<std::optional<decltype(wanted)>>(0, &error);
        return !value && error.code() == Error::ConversionFailed;
    };
    QVERIFY(isRefused(double()));
    QVERIFY(isRefused(float()));
    QVERIFY(isRefused(int()));
    QVERIFY(isRefused(QDate()));
    QVERIFY(isRefused(QDateTime()));
    QVERIFY(isRefused(SysTime()));
    QVERIFY(isRefused(std::chrono::microseconds()));
    Error error;
    QVERIFY(!row.value<QVariant>(0, &error).isValid());
    QCOMPARE(error.code(), Error::ConversionFailed);
    const QString text = row.text(0);
    QVERIFY2(text == u"inf"_s || text == u"-inf"_s || text == u"nan"_s || text.startsWith(u"0x"_s),
             qPrintable(text));
    QVERIFY(!row.isNull(0));
}

void tst_BinaryValues::floatsHaveTheirShortestDigits_data()
{
    QTest::addColumn<float>("number");
    QTest::addColumn<QString>("text");
    QTest::newRow("0.1") << 0.1f << u"0.1"_s;
    QTest::newRow("third") << 1.0f / 3 << u"0.33333334"_s;
    QTest::newRow("2^24") << 16777216.0f << u"16777216"_s;
    QTest::newRow("greatest") << std::numeric_limits<float>::max() << u"3.40282347e38"_s;
    QTest::newRow("smallest") << std::numeric_limits<float>::denorm_min() << u"1e-45"_s;
    QTest::newRow("negative") << -19.9f << u"-19.9"_s;
}

void tst_BinaryValues::floatsHaveTheirShortestDigits()
{
    QFETCH(const float, number);
    const Result result = ResultBuilder()
                              .column(columnOf(FieldType::Float))
                              .binaryRow({littleEndian(number)})
                              .build();
    QTEST(result.first().text(0), "text");
    QCOMPARE(result.first().value<float>(0), number);
    QCOMPARE(result.first().value(0), QVariant(number));
}

void tst_BinaryValues::numbersAreNoViews()
{
    const Result result = ResultBuilder()
                              .column("n", columnOf(FieldType::Int))
                              .binaryRow({littleEndian(42)})
                              .build();
    Error error;
    QVERIFY(result.first().value<QByteArrayView>(0, &error).isNull());
    QCOMPARE(error, Error(Error::ConversionFailed,
                          u"The value of column \"n\" (Int) cannot be read as QByteArrayView"_s));
    QCOMPARE(result.first().value<QByteArray>(0), "42");
    QVERIFY(result.first().value<std::string>(0) == "42");
}

void tst_BinaryValues::numbersLieLowestByteFirst()
{
    const Result result = ResultBuilder()
                              .column(columnOf(FieldType::SmallInt))
                              .binaryRow({fromHex("34 12")})
                              .build();
    QCOMPARE(result.first().bytes(0), fromHex("34 12"));
    QCOMPARE(result.first().value<int>(0), 0x1234);
}

void tst_BinaryValues::nullIsNotEmpty()
{
    const Result result = ResultBuilder()
                              .text("null")
                              .text("empty")
                              .column("number", columnOf(FieldType::BigInt, Unsigned))
                              .column("nothing", columnOf(FieldType::Null))
                              .binaryRow({{}, prefixed(""), {}, {}})
                              .build();
    const Row row = result.first();
    QVERIFY(row.isNull("null"));
    QVERIFY(!row.isNull("empty"));
    QVERIFY(row.isNull("number"));
    QVERIFY(row.isNull("nothing"));
    QCOMPARE(row.value<std::optional<QString>>("null"), std::nullopt);
    QCOMPARE(row.value<std::optional<QString>>("empty"), u""_s);
    QCOMPARE(row.value<std::optional<quint64>>("number"), std::nullopt);
    QCOMPARE(row.value("number"), QVariant(QMetaType::fromType<qulonglong>()));
    Error error;
    QCOMPARE(row.value<quint64>("number", &error), 0u);
    QCOMPARE(error.code(), Error::ConversionFailed);
}

void tst_BinaryValues::columnsAreReadInAnyOrder()
{
    ResultBuilder builder;
    QList<Tests::MaybeBytes> values;
    constexpr int columns = 20; // three bytes of bitmap
    for (int column = 0; column < columns; ++column) {
        builder.column(columnOf(column % 2 == 0 ? FieldType::Int : FieldType::VarString));
        if (column % 3 == 0)
            values.append(std::nullopt);
        else
            values.append(column % 2 == 0 ? littleEndian(column)
                                          : prefixed(QByteArray::number(column)));
    }
    const Result result = builder.binaryRow(values).build();
    const Row row = result.first();
    for (int first = 0; first < columns; ++first) {
        for (int second = 0; second < columns; ++second) {
            for (const int column : {first, second, second}) {
                QCOMPARE(row.isNull(column), column % 3 == 0);
                const std::optional<int> expected
                    = column % 3 == 0 ? std::nullopt : std::optional(column);
                QCOMPARE(row.value<std::optional<int>>(column), expected);
            }
        }
    }
}

void tst_BinaryValues::brokenRowsStayInBounds()
{
    const QByteArray whole = Tests::binaryRow(
        {littleEndian(-42), prefixed(QByteArray(260, 'x')), {}, prefixed(date(2024, 2, 29))});
    Tests::truncateAndMutate(whole, [](QByteArrayView payload) {
        const Result result = ResultBuilder()
                                  .column(columnOf(FieldType::Int))
                                  .text("b")
                                  .column(columnOf(FieldType::Double))
                                  .column(columnOf(FieldType::Date))
                                  .binary()
                                  .payload(payload)
                                  .build();
        const Row row = result.first();
        Error error;
        for (int column = 3; column >= 0; --column) {
            QVERIFY(row.text(column).size() <= qMax<qsizetype>(payload.size(), 40));
            row.value<int>(column, &error);
            row.value<QByteArrayView>(column, &error);
            row.value<SysTime>(column, &error);
        }
    });
}

QTEST_APPLESS_MAIN(tst_BinaryValues)
#include "tst_binaryvalues.moc"
