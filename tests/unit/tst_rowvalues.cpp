// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "resultbuilder.h"
#include "valueconversion.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/result.h>
#include <AsyncMySql/row.h>

#include <QtCore/qbytearray.h>
#include <QtCore/qdatetime.h>
#include <QtCore/qendian.h>
#include <QtCore/qlist.h>
#include <QtCore/qstring.h>
#include <QtCore/qvariant.h>
#include <QtTest/qtest.h>

#include <chrono>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

using namespace AsyncMySql;
using Tests::columnOf;
using Tests::MaybeBytes;
using Tests::ResultBuilder;
using Values::Conversion;
using Values::FieldType;
using Values::SysTime;
using Values::ColumnFlag::Unsigned;

/// Rows read most values where they lie. Whatever they read that way is what the conversions of
/// values, which do not know rows, make of it.
class tst_RowValues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textValues_data();
    void textValues();
    void binaryValues_data();
    void binaryValues();
    void nullIsAVariantOfItsType();
};

namespace {

Values::Value valueOf(const Values::ResultData &data, int column, QByteArrayView bytes)
{
    const Values::ValueTraits &traits = data.columns->traitsAt(column);
    Values::Value value;
    value.type = traits.type;
    value.isUnsigned = traits.isUnsigned;
    value.bytes = bytes;
    value.format = data.format;
    value.decimals = traits.decimals;
    value.minimumDigits = traits.minimumDigits;
    value.bits = traits.bits;
    value.isExpression = traits.isExpression;
    value.timeZone = traits.timeZone;
    return value;
}

template <typename T>
Conversion convert(const Values::Value &value, T *to)
{
    using Limits = std::numeric_limits<T>;
    if constexpr (!std::is_integral_v<T>) {
        return Values::convert(value, to);
    } else if constexpr (std::is_signed_v<T>) {
        qint64 number = 0;
        const Conversion done = Values::convertSigned(value, Limits::min(), Limits::max(), &number);
        *to = static_cast<T>(number);
        return done;
    } else {
        quint64 number = 0;
        const Conversion done = Values::convertUnsigned(value, Limits::max(), &number);
        *to = static_cast<T>(number);
        return done;
    }
}

template <typename T>
bool areSame(const T &left, const T &right)
{
    if constexpr (std::is_floating_point_v<T>)
        return std::memcmp(&left, &right, sizeof(T)) == 0; // a negative zero is not a zero
    else
        return left == right;
}

bool areSame(const QVariant &left, const QVariant &right)
{
    if (left.metaType() == QMetaType::fromType<double>())
        return areSame(left.toDouble(), right.toDouble());
    return left.metaType() == right.metaType() && left.isNull() == right.isNull() && left == right;
}

bool areSame(const QDateTime &left, const QDateTime &right)
{
    return left == right && left.isValid() == right.isValid() && left.isNull() == right.isNull()
           && left.timeSpec() == right.timeSpec();
}

template <typename T>
void compare(const Row &row, int column, const Values::Value &value)
{
    T expected{};
    const Conversion done = convert(value, &expected);
    Error error;
    const T actual = row.value<T>(column, &error);
    QVERIFY2(error.isError() == (done != Conversion::Done), QMetaType::fromType<T>().name());
    if (done == Conversion::Done)
        QVERIFY2(areSame(actual, expected), QMetaType::fromType<T>().name());
    // The same column once more, and the one behind it.
    QVERIFY(row.value<T>(column, &error) == actual);
    if (column + 1 < row.size())
        QCOMPARE(row.value<QString>(column + 1), QStringLiteral("12345678901234567890"));
}

/// Behind a column that was read, or in a row that nothing was read from.
template <typename T>
void compareIn(const Result &result, bool isBehind, const Values::Value &value)
{
    const Row row = result.first();
    if (isBehind)
        static_cast<void>(row.value(0));
    compare<T>(row, 1, value);
}

template <typename... Types>
void compareAs(const Result &result, bool isBehind, const Values::Value &value)
{
    (compareIn<Types>(result, isBehind, value), ...);
}

/// The second column of the only row.
void compareAsAllTypes(const Result &result, bool isBehind, const Values::Value &value)
{
    compareAs<QVariant, bool, qint8, quint8, qint16, quint16, int, uint, qint64, quint64, float,
              double, QString, QByteArray, QDate, QTime, QDateTime, SysTime>(result, isBehind,
                                                                             value);
}

struct Described
{
    const char *name;
    FieldType type;
    quint16 flags = 0;
    quint16 collation = Values::BinaryCollation;
};

const QList<Described> &types()
{
    static const QList<Described> all = {
        {"TINYINT", FieldType::TinyInt},
        {"TINYINT UNSIGNED", FieldType::TinyInt, Unsigned},
        {"SMALLINT", FieldType::SmallInt},
        {"SMALLINT UNSIGNED", FieldType::SmallInt, Unsigned},
        {"MEDIUMINT", FieldType::MediumInt},
        {"INT", FieldType::Int},
        {"INT UNSIGNED", FieldType::Int, Unsigned},
        {"BIGINT", FieldType::BigInt},
        {"BIGINT UNSIGNED", FieldType::BigInt, Unsigned},
        {"YEAR", FieldType::Year, Unsigned},
        {"FLOAT", FieldType::Float},
        {"DOUBLE", FieldType::Double},
        {"DECIMAL", FieldType::NewDecimal},
        {"BIT", FieldType::Bit, Unsigned},
        {"CHAR", FieldType::String, 0, Tests::Utf8Mb4},
        {"VARCHAR", FieldType::VarString, 0, Tests::Utf8Mb4},
        {"TEXT", FieldType::Blob, 0, Tests::Utf8Mb4},
        {"ENUM", FieldType::String, Values::ColumnFlag::Enum, Tests::Utf8Mb4},
        {"SET", FieldType::String, Values::ColumnFlag::Set, Tests::Utf8Mb4},
        {"VARBINARY", FieldType::VarString},
        {"BLOB", FieldType::Blob},
        {"DATE", FieldType::Date},
        {"DATETIME", FieldType::DateTime},
        {"TIMESTAMP", FieldType::Timestamp},
        {"TIME", FieldType::Time},
        {"JSON", FieldType::Json},
        {"GEOMETRY", FieldType::Geometry},
        {"NULL", FieldType::Null},
    };
    return all;
}

void addTypes()
{
    QTest::addColumn<int>("index");
    for (int index = 0; index < types().size(); ++index)
        QTest::newRow(types().at(index).name) << index;
}

Values::ColumnInfo column(int index)
{
    const Described &described = types().at(index);
    return columnOf(described.type, described.flags, described.collation);
}

} // namespace

void tst_RowValues::textValues_data()
{
    addTypes();
}

void tst_RowValues::textValues()
{
    QFETCH(const int, index);
    QList<QByteArray> texts = {"",
                               "0",
                               "-0",
                               "-",
                               "1",
                               "7",
                               "-7",
                               "127",
                               "128",
                               "-128",
                               "-129",
                               "255",
                               "256",
                               "00042",
                               "32768",
                               "65535",
                               "2147483647",
                               "2147483648",
                               "-2147483648",
                               "-2147483649",
                               "4294967295",
                               "4294967296",
                               "9999999999999999",
                               "-9999999999999999",
                               "9223372036854775807",
                               "9223372036854775808",
                               "-9223372036854775808",
                               "18446744073709551615",
                               "18446744073709551616",
                               "1.5",
                               "-1.5",
                               "12.00",
                               ".5",
                               "5.",
                               ".",
                               "0.1",
                               "1e3",
                               "3.4028235e38",
                               "1e39",
                               "142857.14285714287",
                               "0.14285714285714285",
                               "9007199254740993.5",
                               "12345678.12345678",
                               "1.7976931348623157e308",
                               "nan",
                               "inf",
                               "2024-02-29",
                               "2023-02-29",
                               "0000-00-00",
                               "0000-01-01",
                               "0001-01-01",
                               "2024-02-29 12:34:56",
                               "2024-02-29 12:34:56.5",
                               "2024-02-29 12:34:56.123456",
                               "1969-12-31 23:59:59.999999",
                               "0000-00-00 00:00:00",
                               "0000-01-01 00:00:00",
                               "0001-01-01 00:00:00.000001",
                               "9999-12-31 23:59:59.999999",
                               "2024-05-00 00:00:00",
                               "2024-02-30 00:00:00",
                               "2024-02-29 24:00:00",
                               "2024-02-29T12:34:56",
                               "2024-02-29 12:34:56.1234567",
                               "12:34:56",
                               "-12:34:56.789",
                               "838:59:59",
                               "a",
                               "text of one row",
                               "M\xC3\xBChle",
                               "\xFF\xFE",
                               QByteArray("\x01\x00\x02", 3),
                               "{\"a\": [1, 2.5, null]}",
                               "12345678901234567890123",
                               QByteArray(250, 'x'),
                               QByteArray(251, 'x'),
                               QByteArray(300, '1')};
    // Each of the digits that make a number, and each place of it, of every length.
    for (qsizetype size = 1; size <= 20; ++size) {
        texts.append(QByteArray("98765432109876543210").first(size));
        for (qsizetype place = 0; place < size; place += 7) {
            texts.append(texts.constLast());
            texts.last()[place] = ':';
            texts.append(QByteArray("98765432109876543210").first(size));
            texts.last()[place] = '.';
        }
    }
    for (const QByteArray &text : std::as_const(texts)) {
        for (const bool isLast : {true, false}) {
            ResultBuilder builder;
            builder.text("first").column(column(index));
            if (!isLast)
                builder.text("behind");
            if (isLast)
                builder.row({"1", text});
            else
                builder.row({"1", text, "12345678901234567890"});
            compareAsAllTypes(builder.build(), !isLast, valueOf(builder.data(), 1, text));
            if (QTest::currentTestFailed())
                QFAIL(text.left(40) + (isLast ? ", at the end" : ", not at the end"));
        }
    }
}

void tst_RowValues::binaryValues_data()
{
    addTypes();
}

void tst_RowValues::binaryValues()
{
    QFETCH(const int, index);
    const Values::ColumnInfo info = column(index);
    const quint8 width = Values::valueTraits(info).binaryWidth;
    const bool hasLength = width == Values::ValueTraits::LengthEncoded;
    QList<QByteArray> values;
    if (hasLength) {
        values = {"", "1", "19.90", "142857.14285714287", "text", "M\xC3\xBChle", "\xFF",
                  QByteArray(250, 'x'), QByteArray(251, 'x'),
                  // dates, and what is none
                  QByteArray("\xE8\x07\x02\x1D", 4), QByteArray("\xE7\x07\x02\x1D", 4),
                  QByteArray("\x00\x00\x01\x01", 4), QByteArray("\x01\x00\x01\x01", 4),
                  QByteArray("\x00\x00\x00\x00", 4), QByteArray("\xE8\x07\x02\x1D\x0C\x22\x38", 7),
                  QByteArray("\xE8\x07\x02\x1D\x18\x22\x38", 7),
                  QByteArray("\xE8\x07\x02\x1D\x0C\x22\x38\x3F\x42\x0F\x00", 11),
                  QByteArray("\xE8\x07\x02\x1D\x0C\x22\x38\x40\x42\x0F\x00", 11),
                  QByteArray("\x00\x01\x00\x00\x00\x0C\x22\x38", 8),
                  QByteArray("\x01\x22\x00\x00\x00\x16\x3B\x3B\x3F\x42\x0F\x00", 12)};
    } else {
        for (const quint64 bits :
             {quint64(0), quint64(1), quint64(0x7F), quint64(0x80), quint64(0xFF), quint64(0x7FFF),
              quint64(0x8000), quint64(0x7FFFFFFF), quint64(0x80000000), quint64(0xFFFFFFFF),
              quint64(0x3F800000), quint64(0x7F800000), quint64(0x7FC00000),
              quint64(0x7FFFFFFFFFFFFFFF), quint64(0x8000000000000000), ~quint64(0),
              quint64(0x3FF8000000000000), quint64(0x7FF0000000000000),
              quint64(0x7FF8000000000000)}) {
            const quint64 bytes = qToLittleEndian(bits);
            values.append(QByteArray(reinterpret_cast<const char *>(&bytes), width));
        }
    }
    for (const QByteArray &value : std::as_const(values)) {
        for (const bool isLast : {true, false}) {
            const QByteArray onTheWire = hasLength ? Tests::prefixed(value) : value;
            ResultBuilder builder;
            builder.text("first").column(info);
            QList<MaybeBytes> row = {Tests::prefixed("1"), onTheWire};
            if (!isLast) {
                builder.text("behind");
                row.append(Tests::prefixed("12345678901234567890"));
            }
            builder.binaryRow(row);
            compareAsAllTypes(builder.build(), !isLast, valueOf(builder.data(), 1, value));
            if (QTest::currentTestFailed())
                QFAIL(value.toHex(' ').left(40) + (isLast ? ", at the end" : ", not at the end"));
        }
    }
}

void tst_RowValues::nullIsAVariantOfItsType()
{
    for (int index = 0; index < types().size(); ++index) {
        ResultBuilder text;
        text.column(column(index)).text("behind").row({{}, "1"});
        ResultBuilder binary;
        binary.column(column(index)).text("behind").binaryRow({{}, Tests::prefixed("1")});
        for (const Result &result : {text.build(), binary.build()}) {
            const Row row = result.first();
            Error error;
            const QVariant value = row.value<QVariant>(0, &error);
            QVERIFY(!error.isError());
            QVERIFY(value.isNull());
            QCOMPARE(value.metaType(), row.column(0).metaType());
            QCOMPARE(row.value<QString>(1), QStringLiteral("1"));
            QVERIFY(row.isNull(0));
        }
    }
}

QTEST_APPLESS_MAIN(tst_RowValues)

#include "tst_rowvalues.moc"
