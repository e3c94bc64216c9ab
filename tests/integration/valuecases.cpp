// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "valuecases.h"

#include "timespecs.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/quuid.h>

#include <limits>

using namespace Qt::StringLiterals;
using Type = AsyncMySql::Column::Type;

namespace Servers {

namespace {

bool hasVectorType(const Server &server)
{
    return server.isMySql;
}

QByteArray allBytes()
{
    QByteArray bytes;
    for (int i = 0; i < 256; ++i)
        bytes.append(static_cast<char>(i));
    return bytes;
}

template <typename T>
QVariant smallest()
{
    return QVariant::fromValue(std::numeric_limits<T>::lowest());
}

template <typename T>
QVariant greatest()
{
    return QVariant::fromValue(std::numeric_limits<T>::max());
}

} // namespace

QVariant utc(const char *isoText)
{
    QDateTime dateTime = QDateTime::fromString(QString::fromLatin1(isoText), Qt::ISODateWithMs);
    dateTime = QDateTime(dateTime.date(), dateTime.time(), AsyncMySql::Tests::Utc);
    return dateTime;
}

QList<ValueCase> valueCases()
{
    const QString umlauts = u"Grüße, Привет, 日本語, 😀"_s;
    return {
        {"tinyint, smallest", "TINYINT", -128, u"-128"_s, Type::TinyInt},
        {"tinyint, greatest", "TINYINT", 127, u"127"_s, Type::TinyInt},
        {"tinyint unsigned", "TINYINT UNSIGNED", 255U, u"255"_s, Type::TinyInt},
        {"smallint, smallest", "SMALLINT", -32768, {}, Type::SmallInt},
        {"smallint unsigned", "SMALLINT UNSIGNED", 65535U, {}, Type::SmallInt},
        {"mediumint, smallest", "MEDIUMINT", -8388608, {}, Type::MediumInt},
        {"mediumint unsigned", "MEDIUMINT UNSIGNED", 16777215U, {}, Type::MediumInt},
        {"int, smallest", "INT", smallest<int>(), {}, Type::Int},
        {"int, greatest", "INT", greatest<int>(), {}, Type::Int},
        {"int unsigned", "INT UNSIGNED", greatest<uint>(), {}, Type::Int},
        {"bigint, smallest", "BIGINT", smallest<qlonglong>(), {}, Type::BigInt},
        {"bigint, greatest", "BIGINT", greatest<qlonglong>(), {}, Type::BigInt},
        {"bigint unsigned", "BIGINT UNSIGNED", greatest<qulonglong>(), u"18446744073709551615"_s,
         Type::BigInt},
        {"year, first", "YEAR", 1901, u"1901"_s, Type::Year},
        {"year, last", "YEAR", 2155, u"2155"_s, Type::Year},
        {"year, zero", "YEAR", 0, u"0000"_s, Type::Year},
        {"float", "FLOAT", -0.25F, u"-0.25"_s, Type::Float},
        {"float, zero", "FLOAT", 0.0F, u"0"_s, Type::Float},
        {"double, greatest", "DOUBLE", greatest<double>(), {}, Type::Double},
        {"double, smallest normal", "DOUBLE", std::numeric_limits<double>::min(), {}, Type::Double},
        {"double, 0.1", "DOUBLE", 0.1, u"0.1"_s, Type::Double},
        {"double, 17 digits", "DOUBLE", 0.30000000000000004, {}, Type::Double},
        {"decimal, greatest",
         "DECIMAL(65,30)",
         u"99999999999999999999999999999999999.999999999999999999999999999999"_s,
         {},
         Type::Decimal},
        {"decimal, smallest",
         "DECIMAL(65,30)",
         u"-99999999999999999999999999999999999.999999999999999999999999999999"_s,
         {},
         Type::Decimal},
        {"decimal, trailing zeros", "DECIMAL(10,4)", u"1.5000"_s, u"1.5000"_s, Type::Decimal},
        {"decimal, zero", "DECIMAL(10,2)", u"0.00"_s, u"0.00"_s, Type::Decimal},
        {"decimal, without fraction",
         "DECIMAL(65,0)",
         u"-1"_s + QString(64, u'0'),
         {},
         Type::Decimal},
        {"bit(1)", "BIT(1)", 1ULL, {}, Type::Bit},
        {"bit(8), zero", "BIT(8)", 0ULL, {}, Type::Bit},
        {"bit(9)", "BIT(9)", 0x1A5ULL, {}, Type::Bit},
        {"bit(64)", "BIT(64)", greatest<qulonglong>(), {}, Type::Bit},
        {"char", "CHAR(10)", u"abc"_s, {}, Type::Char},
        {"varchar, empty", "VARCHAR(10)", u""_s, {}, Type::Char},
        {"varchar, four bytes", "VARCHAR(100)", umlauts, umlauts, Type::Char},
        {"varchar, zero character", "VARCHAR(100)", QString::fromUtf16(u"a\0b", 3), {}, Type::Char},
        {"text", "TEXT", u"it's \"a\" `b` \\ % _ \n\r\t\x1a;"_s, {}, Type::Text},
        {"longtext", "LONGTEXT", umlauts.repeated(1000), {}, Type::Text},
        {"enum", "ENUM('small','größer')", u"größer"_s, {}, Type::Enum},
        {"set", "SET('a','b','c')", u"a,c"_s, {}, Type::Set},
        {"set, empty", "SET('a','b','c')", u""_s, {}, Type::Set},
        {"binary", "BINARY(4)", QByteArray("\0\1\0\2", 4), {}, Type::Binary},
        {"varbinary, all bytes", "VARBINARY(256)", allBytes(), {}, Type::Binary},
        {"varbinary, empty", "VARBINARY(10)", QByteArray(""), {}, Type::Binary},
        {"blob, all bytes", "BLOB", allBytes().repeated(20), {}, Type::Blob},
        {"date, first", "DATE", QDate(1000, 1, 1), u"1000-01-01"_s, Type::Date},
        {"date, last", "DATE", QDate(9999, 12, 31), u"9999-12-31"_s, Type::Date},
        {"date, leap day", "DATE", QDate(2024, 2, 29), {}, Type::Date},
        {"datetime", "DATETIME", utc("2026-03-29T02:30:00"), u"2026-03-29 02:30:00"_s,
         Type::DateTime},
        {"datetime(3)", "DATETIME(3)", utc("9999-12-31T23:59:59.999"), u"9999-12-31 23:59:59.999"_s,
         Type::DateTime},
        {"timestamp, last", "TIMESTAMP", utc("2038-01-19T03:14:07"), u"2038-01-19 03:14:07"_s,
         Type::Timestamp},
        {"timestamp(3)", "TIMESTAMP(3)", utc("1970-01-01T00:00:01.001"), {}, Type::Timestamp},
        {"time", "TIME", QTime(23, 59, 59), u"23:59:59"_s, Type::Time},
        {"time(3)", "TIME(3)", QTime(0, 0, 0, 1), u"00:00:00.001"_s, Type::Time},
        {"time, beyond a day", "TIME", u"-838:59:59"_s, u"-838:59:59"_s, Type::Time},
        {"json, object",
         "JSON",
         QVariant::fromValue(QJsonValue(QJsonObject{{u"ключ"_s, QJsonArray{1, u"\\\"'"_s, true}}})),
         {},
         Type::Json},
        {"json, empty list", "JSON", QVariant::fromValue(QJsonValue(QJsonArray())), {}, Type::Json},
        {"json, string", "JSON", QVariant::fromValue(QJsonValue(u"it's 😀"_s)), {}, Type::Json},
        {"vector",
         "VECTOR(3)",
         QVariant::fromValue(QList<float>{1.5F, -2.25F, 1e10F}),
         {},
         Type::Vector,
         hasVectorType},
        {"uuid",
         "UUID",
         QVariant::fromValue(QUuid(u"{123e4567-e89b-12d3-a456-426655440000}"_s)),
         {},
         Type::Uuid,
         isMariaDb},
        {"inet6", "INET6", u"2001:db8::ff00:42:8329"_s, {}, Type::Inet6, isMariaDb},
        {"inet4", "INET4", u"192.0.2.146"_s, {}, Type::Inet4, isMariaDb},
    };
}

} // namespace Servers
