// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "columnset.h"

#include <QtCore/qbytearraylist.h>
#include <QtCore/qthread.h>
#include <QtTest/qtest.h>

#include <atomic>
#include <memory>
#include <vector>

using namespace AsyncMySql;
using namespace AsyncMySql::Values;
using namespace Qt::StringLiterals;
using Type = Column::Type;

namespace {

ColumnInfo named(QByteArrayView name)
{
    ColumnInfo column;
    column.name = name;
    return column;
}

const QByteArrayList NamesToFind = {"id",
                                    "price",
                                    "id",
                                    "ID",
                                    "gr\xC3\xB6\xC3\x9F"
                                    "e",
                                    ""};

} // namespace

class tst_ColumnSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesBackWhatItWasGiven();
    void keepsItsOwnCopies();
    void findsNames_data();
    void findsNames();
    void findsNamesAmongMany_data();
    void findsNamesAmongMany();
    void findsNamesInManyThreads();
    void repeatedTextsTakeNoSpace();
    void typeFollowsFromTheDefinition_data();
    void typeFollowsFromTheDefinition();
};

void tst_ColumnSet::givesBackWhatItWasGiven()
{
    ColumnInfo column;
    column.schema = "shop";
    column.table = "a";
    column.originalTable = "articles";
    column.name = "n";
    column.originalName = "name";
    column.typeName = "inet6";
    column.format = "f";
    column.collation = 45;
    column.length = 4'000'000'000;
    column.type = FieldType::String;
    column.flags = ColumnFlag::NotNull | ColumnFlag::PrimaryKey;
    column.decimals = 31;

    ColumnSet columns;
    columns.append(named("first"));
    columns.append(column);
    columns.append(named("last"));
    columns.squeeze();
    QCOMPARE(columns.size(), 3);
    const ColumnInfo stored = columns.at(1);
    QCOMPARE(stored.schema, column.schema);
    QCOMPARE(stored.table, column.table);
    QCOMPARE(stored.originalTable, column.originalTable);
    QCOMPARE(stored.name, column.name);
    QCOMPARE(stored.originalName, column.originalName);
    QCOMPARE(stored.typeName, column.typeName);
    QCOMPARE(stored.format, column.format);
    QCOMPARE(stored.collation, column.collation);
    QCOMPARE(stored.length, column.length);
    QCOMPARE(stored.type, column.type);
    QCOMPARE(stored.flags, column.flags);
    QCOMPARE(stored.decimals, column.decimals);
    QCOMPARE(columns.typeAt(1), Type::Inet6);
    QCOMPARE(columns.at(2).name, "last");
    QVERIFY(columns.at(2).schema.isEmpty());
}

void tst_ColumnSet::keepsItsOwnCopies()
{
    ColumnSet columns;
    QByteArray packet = "name";
    columns.append(named(packet));
    packet.fill('x');
    QCOMPARE(columns.at(0).name, "name");
}

void tst_ColumnSet::findsNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("index");
    QTest::newRow("exact") << u"price"_s << 1;
    QTest::newRow("other case") << u"PRICE"_s << 1;
    QTest::newRow("the first of two of one name") << u"id"_s << 0;
    QTest::newRow("exact before other case") << u"ID"_s << 3;
    QTest::newRow("not ASCII") << u"größe"_s << 4;
    QTest::newRow("not ASCII, other case") << u"GRÖSSE"_s << -1; // ß has no single capital
    QTest::newRow("not ASCII, other case of one letter") << u"GRÖßE"_s << 4;
    QTest::newRow("beginning") << u"pric"_s << -1;
    QTest::newRow("empty") << QString() << 5;
    QTest::newRow("none") << u"nothing"_s << -1;
}

void tst_ColumnSet::findsNames()
{
    QFETCH(const QString, name);
    QFETCH(const int, index);
    ColumnSet columns;
    for (const QByteArray &column : NamesToFind)
        columns.append(named(column));
    QCOMPARE(columns.indexOf(name), index);
    QCOMPARE(columns.indexOf(QUtf8StringView(name.toUtf8())), index);
}

void tst_ColumnSet::findsNamesAmongMany_data()
{
    findsNames_data();
}

/// The same columns in front of many others, and behind them.
void tst_ColumnSet::findsNamesAmongMany()
{
    QFETCH(const QString, name);
    QFETCH(const int, index);
    constexpr int others = 1000;
    for (const bool inFront : {true, false}) {
        ColumnSet columns;
        const auto addOthers = [&columns] {
            for (int i = 0; i < others; ++i)
                columns.append(named(QByteArray("column ") + QByteArray::number(i)));
        };
        if (!inFront)
            addOthers();
        const int offset = index >= 0 && !inFront ? others : 0;
        for (const QByteArray &column : NamesToFind)
            columns.append(named(column));
        // An index that was made before is of no use any more.
        columns.indexOf(u"column 1"_s);
        if (inFront)
            addOthers();
        QCOMPARE(columns.indexOf(name), index + offset);
        QCOMPARE(columns.indexOf(QUtf8StringView(name.toUtf8())), index + offset);
        const int firstOther = inFront ? static_cast<int>(NamesToFind.size()) : 0;
        for (const int other : {0, 1, 17, 999}) {
            QCOMPARE(columns.indexOf(u"column %1"_s.arg(other)), firstOther + other);
            QCOMPARE(columns.indexOf(u"COLUMN %1"_s.arg(other)), firstOther + other);
        }
        QCOMPARE(columns.indexOf(u"column 1000"_s), -1);
        QCOMPARE(columns.indexOf(u"columns 1"_s), -1);
    }
}

/// Results are shared between threads.
void tst_ColumnSet::findsNamesInManyThreads()
{
    ColumnSet columns;
    for (int i = 0; i < 1000; ++i)
        columns.append(named(QByteArray::number(i)));
    std::atomic<int> wrong = 0;
    std::vector<std::unique_ptr<QThread>> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back(QThread::create([&] {
            for (int i = 0; i < 1000; ++i)
                wrong += columns.indexOf(QString::number(i)) != i;
        }));
        threads.back()->start();
    }
    for (const auto &thread : threads)
        thread->wait();
    QCOMPARE(wrong.load(), 0);
}

void tst_ColumnSet::repeatedTextsTakeNoSpace()
{
    ColumnInfo column = named("c");
    column.originalName = "c";
    const QByteArray table(500, 't');
    column.table = column.originalTable = table;
    ColumnSet columns;
    for (int i = 0; i < 1000; ++i)
        columns.append(column);
    columns.squeeze();
    QVERIFY(columns.memorySize() < 100 * 1000); // not 1000 KB
    QCOMPARE(columns.at(999).table, table);
}

void tst_ColumnSet::typeFollowsFromTheDefinition_data()
{
    QTest::addColumn<FieldType>("fieldType");
    QTest::addColumn<int>("flags");
    QTest::addColumn<int>("collation");
    QTest::addColumn<QByteArray>("typeName");
    QTest::addColumn<QByteArray>("format");
    QTest::addColumn<Type>("type");

    const int bytes = BinaryCollation;
    const int text = 45;
    const auto add = [](const char *name, FieldType fieldType, int flags, int collation, Type type,
                        const char *typeName = "", const char *format = "") {
        QTest::newRow(name) << fieldType << flags << collation << QByteArray(typeName)
                            << QByteArray(format) << type;
    };
    add("TINYINT", FieldType::TinyInt, 0, bytes, Type::TinyInt);
    add("MEDIUMINT", FieldType::MediumInt, 0, bytes, Type::MediumInt);
    add("BIGINT", FieldType::BigInt, 0, bytes, Type::BigInt);
    add("YEAR", FieldType::Year, ColumnFlag::Unsigned, bytes, Type::Year);
    add("old DECIMAL", FieldType::Decimal, 0, bytes, Type::Decimal);
    add("DECIMAL", FieldType::NewDecimal, 0, bytes, Type::Decimal);
    add("VARCHAR", FieldType::VarString, 0, text, Type::Char);
    add("VARCHAR, _bin", FieldType::VarString, ColumnFlag::Binary, 46, Type::Char);
    add("VARBINARY", FieldType::VarString, ColumnFlag::Binary, bytes, Type::Binary);
    add("CHAR", FieldType::String, 0, text, Type::Char);
    add("BINARY", FieldType::String, ColumnFlag::Binary, bytes, Type::Binary);
    add("TEXT", FieldType::Blob, 0, text, Type::Text);
    add("BLOB", FieldType::Blob, ColumnFlag::Binary, bytes, Type::Blob);
    add("LONGTEXT", FieldType::LongBlob, 0, text, Type::Text);
    add("ENUM", FieldType::String, ColumnFlag::Enum, text, Type::Enum);
    add("ENUM of bytes", FieldType::String, ColumnFlag::Enum, bytes, Type::Enum);
    add("SET", FieldType::String, ColumnFlag::Set, text, Type::Set);
    add("MySQL JSON", FieldType::Json, ColumnFlag::Binary, bytes, Type::Json);
    add("MariaDB JSON", FieldType::Blob, 0, text, Type::Json, "", "json");
    add("UUID", FieldType::String, 0, text, Type::Uuid, "uuid");
    add("INET4", FieldType::String, 0, text, Type::Inet4, "inet4");
    add("INET6", FieldType::String, 0, text, Type::Inet6, "inet6");
    add("POINT", FieldType::Geometry, 0, bytes, Type::Geometry, "point");
    add("MySQL VECTOR", FieldType::Vector, 0, bytes, Type::Vector);
    add("MariaDB VECTOR", FieldType::VarString, ColumnFlag::Binary, bytes, Type::Binary);
    add("named VECTOR", FieldType::VarString, ColumnFlag::Binary, bytes, Type::Vector, "vector");
    add("BIT", FieldType::Bit, ColumnFlag::Unsigned, bytes, Type::Bit);
    add("TIMESTAMP", FieldType::Timestamp, 0, bytes, Type::Timestamp);
    add("NULL", FieldType::Null, 0, bytes, Type::Null);
    add("unknown", static_cast<FieldType>(200), 0, bytes, Type::Unknown);
}

void tst_ColumnSet::typeFollowsFromTheDefinition()
{
    QFETCH(const FieldType, fieldType);
    QFETCH(const int, flags);
    QFETCH(const int, collation);
    QFETCH(const QByteArray, typeName);
    QFETCH(const QByteArray, format);
    ColumnInfo column;
    column.type = fieldType;
    column.flags = static_cast<quint16>(flags);
    column.collation = static_cast<quint16>(collation);
    column.typeName = typeName;
    column.format = format;
    ColumnSet columns;
    columns.append(column);
    QTEST(columns.typeAt(0), "type");
    QCOMPARE(columns.isUnsignedAt(0), (flags & ColumnFlag::Unsigned) != 0);
}

QTEST_APPLESS_MAIN(tst_ColumnSet)
#include "tst_columnset.moc"
