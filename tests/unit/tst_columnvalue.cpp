// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "columnvalue.h"
#include "timespecs.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qjsonarray.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qjsonvalue.h>
#include <QtCore/quuid.h>
#include <QtTest/qtest.h>

#include <limits>

using namespace AsyncMySql::Models;
using namespace Qt::StringLiterals;

/// What TableModel makes of what is typed into a column.
class tst_ColumnValue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valuesBecomeThoseOfColumns_data();
    void valuesBecomeThoseOfColumns();
    void whatColumnsCannotHaveIsRefused_data();
    void whatColumnsCannotHaveIsRefused();
    void nullIsForNullableColumns();
    void declarationsAreRead();
};

namespace {

TableColumn columnOf(const QString &declaration, bool isNullable = true)
{
    return {u"c"_s, declaration, isNullable, false, false};
}

template <typename T>
QMetaType type()
{
    return QMetaType::fromType<T>();
}

} // namespace

void tst_ColumnValue::valuesBecomeThoseOfColumns_data()
{
    QTest::addColumn<QString>("declaration");
    QTest::addColumn<QMetaType>("type");
    QTest::addColumn<QVariant>("given");
    QTest::addColumn<QVariant>("value");
    const auto row = [](const char *name, const char *declaration, QMetaType ofColumn,
                        const QVariant &given, const QVariant &value) {
        QTest::addRow("%s: %s", declaration, name)
            << QString::fromUtf8(declaration) << ofColumn << given << value;
    };
    const QDateTime moment(QDate(2026, 1, 31), QTime(12, 30, 0, 678), AsyncMySql::Tests::Utc);

    row("digits", "int(11)", type<int>(), u"12"_s, 12);
    row("whole number of QML", "int", type<int>(), 12.0, 12);
    row("zeros behind the point", "int", type<int>(), u"12.00"_s, 12);
    row("truth", "tinyint(1)", type<int>(), true, 1);
    row("lowest", "tinyint(4)", type<int>(), -128, -128);
    row("highest", "tinyint(3) unsigned", type<uint>(), 255, 255U);
    row("highest", "mediumint", type<int>(), u"8388607"_s, 8388607);
    row("highest", "int(10) unsigned", type<uint>(), 4294967295.0, 4294967295U);
    row("lowest", "bigint", type<qlonglong>(), u"-9223372036854775808"_s,
        std::numeric_limits<qlonglong>::min());
    row("highest", "bigint(20) unsigned", type<qulonglong>(), u"18446744073709551615"_s,
        std::numeric_limits<qulonglong>::max());
    row("emptied", "int", type<int>(), u""_s, QVariant(type<int>()));

    row("as it is typed", "decimal(10,2)", type<QString>(), u"12.5"_s, u"12.5"_s);
    row("with its point", "decimal(10,2)", type<QString>(), u"12."_s, u"12."_s);
    row("zeros at the end", "decimal(10,2)", type<QString>(), u"1.5000"_s, u"1.5000"_s);
    row("binary fraction", "decimal(10,2)", type<QString>(), 0.1 + 0.2, u"0.3"_s);
    row("exponent", "decimal(10,2)", type<QString>(), u"-1.25e2"_s, u"-125"_s);
    row("integer", "decimal(3,0)", type<QString>(), 999, u"999"_s);
    row("emptied", "decimal(10,2)", type<QString>(), u""_s, QVariant(type<QString>()));

    row("digits", "float", type<float>(), u"0.1"_s, 0.1F);
    row("exponent", "double", type<double>(), u"-1e300"_s, -1e300);
    row("decimals", "double(7,2)", type<double>(), u"12345.67"_s, 12345.67);
    row("zero", "year(4)", type<int>(), 0, 0);
    row("last", "year(4)", type<int>(), u"2155"_s, 2155);
    row("number", "bit(3)", type<qulonglong>(), 7, 7ULL);
    row("all", "bit(64)", type<qulonglong>(), u"18446744073709551615"_s, ~0ULL);

    row("word", "enum('a','it''s','x,y')", type<QString>(), u"it's"_s, u"it's"_s);
    row("other case", "enum('Red','Green')", type<QString>(), u"red"_s, u"Red"_s);
    row("members", "set('a','b','c')", type<QString>(), u"c,A"_s, u"a,c"_s);
    row("list", "set('a','b','c')", type<QString>(), QVariant(QStringList{u"b"_s}), u"b"_s);
    row("none", "set('a','b','c')", type<QString>(), u""_s, u""_s);

    row("text", "date", type<QDate>(), u"2026-01-31"_s, QDate(2026, 1, 31));
    row("zeros", "date", type<QDate>(), u"0000-00-00"_s, u"0000-00-00"_s);
    row("partial", "date", type<QDate>(), u"2026-02-00"_s, u"2026-02-00"_s);
    row("midnight", "date", type<QDate>(),
        QDateTime(QDate(2026, 1, 31), QTime(0, 0), AsyncMySql::Tests::Utc), QDate(2026, 1, 31));
    row("emptied", "date", type<QDate>(), u""_s, QVariant(type<QDate>()));
    row("text", "datetime", type<QDateTime>(), u"2026-01-31 12:30:00"_s, moment.addMSecs(-678));
    row("text with a T", "timestamp", type<QDateTime>(), u"2026-01-31T12:30"_s,
        moment.addMSecs(-678));
    row("cut", "datetime", type<QDateTime>(), moment, moment.addMSecs(-678));
    row("cut", "datetime(1)", type<QDateTime>(), moment, moment.addMSecs(-78));
    row("milliseconds", "datetime(3)", type<QDateTime>(), moment, moment);
    row("of a zone", "datetime(3)", type<QDateTime>(), moment.toOffsetFromUtc(3600), moment);
    row("microseconds", "datetime(6)", type<QDateTime>(), u"2026-01-31 12:30:00.678901"_s,
        u"2026-01-31 12:30:00.678901"_s);
    row("text", "time", type<QTime>(), u"12:30"_s, QTime(12, 30));
    row("beyond a day", "time(3)", type<QTime>(), u"-100:00:01.5"_s, u"-100:00:01.500"_s);
    row("cut", "time", type<QTime>(), QTime(1, 2, 3, 999), QTime(1, 2, 3));

    row("as long as it gets", "varchar(3)", type<QString>(), u"a😀é"_s, u"a😀é"_s);
    row("number", "varchar(3)", type<QString>(), 120, u"120"_s);
    row("moment", "varchar(30)", type<QString>(), moment, u"2026-01-31 12:30:00.678"_s);
    row("list", "text", type<QString>(), QVariant(QVariantList{1, u"a"_s}), u"[1,\"a\"]"_s);
    row("empty", "varchar(3)", type<QString>(), u""_s, u""_s);
    row("filled", "binary(3)", type<QByteArray>(), "a"_ba, QByteArray("a\0\0", 3));
    row("text", "varbinary(3)", type<QByteArray>(), u"é"_s, "\xC3\xA9"_ba);

    row("text", "json", type<QJsonValue>(), u"{\"id\": 9007199254740993}"_s,
        u"{\"id\": 9007199254740993}"_s);
    row("list", "json", type<QJsonValue>(), QVariant(QVariantList{1, QVariantList{}}),
        QVariant(QJsonValue(QJsonArray{1, QJsonArray()})));
    row("map of MariaDB", "longtext", type<QJsonValue>(), QVariant(QVariantMap{{u"a"_s, 1}}),
        QVariant(QJsonValue(QJsonObject{{u"a"_s, 1}})));
    row("large number", "json", type<QJsonValue>(), 18446744073709551615ULL,
        u"18446744073709551615"_s);
    row("text", "uuid", type<QUuid>(), u"123E4567-e89b-12d3-a456-426614174000"_s,
        QUuid(u"123e4567-e89b-12d3-a456-426614174000"_s));
    row("text", "inet6", type<QString>(), u"::1"_s, u"::1"_s);
    row("list", "vector(2)", type<QList<float>>(), QVariant(QVariantList{1, 2.5}),
        QVariant::fromValue(QList<float>{1, 2.5F}));
}

void tst_ColumnValue::valuesBecomeThoseOfColumns()
{
    QFETCH(QString, declaration);
    QFETCH(QMetaType, type);
    QFETCH(QVariant, given);
    QFETCH(QVariant, value);
    const ColumnValue taken = columnValue(given, columnOf(declaration), type, RowAge::Stored);
    if (const Refusal *refusal = std::get_if<Refusal>(&taken))
        QFAIL(qPrintable(refusal->reason));
    const QVariant &held = std::get<QVariant>(taken);
    QCOMPARE(held.metaType().name(), value.metaType().name());
    QCOMPARE(held.isNull(), value.isNull());
    QCOMPARE(held, value);
    if (value.typeId() == QMetaType::QDateTime)
        QCOMPARE(held.toDateTime().timeSpec(), Qt::UTC);
}

void tst_ColumnValue::whatColumnsCannotHaveIsRefused_data()
{
    QTest::addColumn<QString>("declaration");
    QTest::addColumn<QMetaType>("type");
    QTest::addColumn<QVariant>("given");
    const auto row
        = [](const char *name, const char *declaration, QMetaType ofColumn, const QVariant &given) {
              QTest::addRow("%s: %s", declaration, name)
                  << QString::fromUtf8(declaration) << ofColumn << given;
          };
    const QDateTime moment(QDate(2026, 1, 31), QTime(12, 30), AsyncMySql::Tests::Utc);

    row("negative", "int(10) unsigned", type<uint>(), -1);
    row("negative text", "int(10) unsigned", type<uint>(), u"-1"_s);
    row("negative", "bigint unsigned", type<qulonglong>(), -1);
    row("negative", "tinyint(3) unsigned zerofill", type<uint>(), -1);
    row("too large", "tinyint(4)", type<int>(), 300);
    row("too large", "smallint", type<int>(), 32768);
    row("too large", "mediumint unsigned", type<uint>(), 16777216);
    row("too large", "int", type<int>(), 2147483648LL);
    row("too large", "bigint", type<qlonglong>(), 9223372036854775808ULL);
    row("too large", "bigint unsigned", type<qulonglong>(), u"18446744073709551616"_s);
    row("too large", "bigint", type<qlonglong>(), 1e19);
    row("fraction", "int", type<int>(), 2.5);
    row("no number", "int", type<int>(), u"12x"_s);
    row("list", "int", type<int>(), QVariant(QVariantList{1}));
    row("moment", "int", type<int>(), moment);
    row("no number", "decimal(10,2)", type<QString>(), u"12x"_s);
    row("comma", "decimal(10,2)", type<QString>(), u"12,5"_s);
    row("decimals", "decimal(10,2)", type<QString>(), u"12.345"_s);
    row("decimals", "decimal(10,2)", type<QString>(), 12.345);
    row("digits", "decimal(5,2)", type<QString>(), u"1000"_s);
    row("negative", "decimal(5,2) unsigned", type<QString>(), u"-0.01"_s);
    row("infinity", "decimal(5,2)", type<QString>(), std::numeric_limits<double>::infinity());
    row("no number", "float", type<float>(), u"1.5e"_s);
    row("too large", "float", type<float>(), 1e39);
    row("too large", "double", type<double>(), u"1e309"_s);
    row("negative", "double unsigned", type<double>(), -0.5);
    row("decimals", "float(7,2)", type<float>(), u"1.234"_s);
    row("NaN", "double", type<double>(), std::numeric_limits<double>::quiet_NaN());
    row("two digits", "year(4)", type<int>(), 70);
    row("late", "year(4)", type<int>(), 2156);
    row("too many bits", "bit(1)", type<qulonglong>(), 2);
    row("negative", "bit(8)", type<qulonglong>(), -1);

    row("unknown word", "enum('a','b')", type<QString>(), u"c"_s);
    row("empty", "enum('a','b')", type<QString>(), u""_s);
    row("number", "enum('a','b')", type<QString>(), 1);
    row("unknown member", "set('a','b')", type<QString>(), u"a,c"_s);

    row("other format", "date", type<QDate>(), u"31.01.2026"_s);
    row("American", "date", type<QDate>(), u"01/31/2026"_s);
    row("no such day", "date", type<QDate>(), u"2026-02-30"_s);
    row("two digits", "date", type<QDate>(), u"26-01-31"_s);
    row("with a time", "date", type<QDate>(), moment);
    row("number", "date", type<QDate>(), 20260131);
    row("invalid", "date", type<QDate>(), QDate(2026, 2, 30));
    row("other format", "datetime", type<QDateTime>(), u"31.01.2026 12:30"_s);
    row("no such time", "datetime", type<QDateTime>(), u"2026-01-31 24:00:00"_s);
    row("zone", "datetime", type<QDateTime>(), u"2026-01-31T12:30:00Z"_s);
    row("fraction", "datetime", type<QDateTime>(), u"2026-01-31 12:30:00.5"_s);
    row("fraction", "datetime(3)", type<QDateTime>(), u"2026-01-31 12:30:00.0001"_s);
    row("early", "timestamp", type<QDateTime>(),
        QDateTime(QDate(1960, 1, 1), QTime(), AsyncMySql::Tests::Utc));
    row("early", "timestamp", type<QDateTime>(), u"1960-01-01 00:00:00"_s);
    row("late", "timestamp", type<QDateTime>(), u"2200-01-01 00:00:00"_s);
    row("no time", "time", type<QTime>(), u"noon"_s);
    row("without colons", "time", type<QTime>(), u"1230"_s);
    row("too long", "time", type<QTime>(), u"839:00:00"_s);
    row("moment", "time", type<QTime>(), moment);

    row("too long", "char(2)", type<QString>(), u"abc"_s);
    row("too long", "varchar(2)", type<QString>(), u"äöü"_s);
    row("too long", "tinytext", type<QString>(), QString(256, u'x'));
    row("too long", "varbinary(2)", type<QByteArray>(), "abc"_ba);
    row("too long", "tinyblob", type<QByteArray>(), QByteArray(256, 'x'));
    row("no UTF-8", "varchar(9)", type<QString>(), "\xFF"_ba);

    row("no JSON", "json", type<QJsonValue>(), u"{\"a\": }"_s);
    row("two values", "json", type<QJsonValue>(), u"1, 2"_s);
    row("a word", "json", type<QJsonValue>(), u"abc"_s);
    row("no JSON, of MariaDB", "longtext", type<QJsonValue>(), u"abc"_s);
    row("infinity", "json", type<QJsonValue>(),
        QVariant(QVariantMap{{u"a"_s, std::numeric_limits<double>::infinity()}}));
    row("infinity, JSON", "json", type<QJsonValue>(),
        QVariant(QJsonObject{{u"a"_s, std::numeric_limits<double>::infinity()}}));
    row("large number", "json", type<QJsonValue>(),
        QVariant(QVariantList{18446744073709551615ULL}));
    row("no UUID", "uuid", type<QUuid>(), u"123"_s);
    row("no address", "inet6", type<QString>(), u"1.2.3.4.5"_s);
    row("other version", "inet4", type<QString>(), u"::1"_s);
    row("too long", "vector(1)", type<QList<float>>(), QVariant(QVariantList{1, 2}));
}

void tst_ColumnValue::whatColumnsCannotHaveIsRefused()
{
    QFETCH(QString, declaration);
    QFETCH(QMetaType, type);
    QFETCH(QVariant, given);
    const ColumnValue taken = columnValue(given, columnOf(declaration), type, RowAge::Stored);
    const Refusal *refusal = std::get_if<Refusal>(&taken);
    QVERIFY2(refusal, qPrintable(std::holds_alternative<QVariant>(taken)
                                     ? std::get<QVariant>(taken).toString()
                                     : QString()));
    QVERIFY(!refusal->reason.isEmpty());
}

void tst_ColumnValue::nullIsForNullableColumns()
{
    const auto isTaken = [](const QVariant &value, const TableColumn &column, RowAge age) {
        const ColumnValue taken = columnValue(value, column, QMetaType::fromType<int>(), age);
        const QVariant *held = std::get_if<QVariant>(&taken);
        return held && held->isNull();
    };
    TableColumn number = columnOf(u"int"_s, false);
    QVERIFY(!isTaken({}, number, RowAge::Stored));
    QVERIFY(!isTaken(u""_s, number, RowAge::Stored));
    QVERIFY(!isTaken(QVariant::fromValue(nullptr), number, RowAge::New));
    QVERIFY(isTaken({}, columnOf(u"int"_s), RowAge::Stored));
    QVERIFY(isTaken(QVariant::fromValue(nullptr), columnOf(u"int"_s), RowAge::New));
    number.isAutoIncrement = true;
    QVERIFY(isTaken({}, number, RowAge::New));
    QVERIFY(!isTaken({}, number, RowAge::Stored));
}

void tst_ColumnValue::declarationsAreRead()
{
    QCOMPARE(columnOf(u"decimal(10,2) unsigned"_s).typeName(), u"decimal"_s);
    QCOMPARE(columnOf(u"decimal(10,2) unsigned"_s).arguments(), (QList<int>{10, 2}));
    QVERIFY(columnOf(u"decimal(10,2) unsigned zerofill"_s).isUnsigned());
    QVERIFY(columnOf(u"int unsigned"_s).isUnsigned());
    QVERIFY(!columnOf(u"enum('unsigned')"_s).isUnsigned());
    QVERIFY(columnOf(u"enum('1','2')"_s).arguments().isEmpty());
    QCOMPARE(columnOf(u"enum('A','b)','it''s','')"_s).words(),
             (QStringList{u"A"_s, u"b)"_s, u"it's"_s, u""_s}));
    QVERIFY(columnOf(u"text"_s).words().isEmpty());
}

QTEST_APPLESS_MAIN(tst_ColumnValue)
#include "tst_columnvalue.moc"
