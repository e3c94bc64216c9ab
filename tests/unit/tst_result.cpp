// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "resultbuilder.h"

#include <QtCore/qmetaobject.h>
#include <QtCore/qthread.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using Tests::columnOf;
using Tests::ResultBuilder;
using Values::FieldType;

namespace {

Result numbers(int count)
{
    ResultBuilder builder;
    builder.column("n", columnOf(FieldType::Int));
    for (int i = 0; i < count; ++i)
        builder.row({QByteArray::number(i)});
    return builder.build();
}

} // namespace

class tst_Result : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultResultIsEmpty();
    void describesItsColumns();
    void invalidColumnIsEmpty();
    void tellsWhatTheServerSaid();
    void resultWithoutRowsHasColumns();
    void iteratesOverRows();
    void iteratorsAreOfRandomAccess();
    void algorithmsWork();
    void iteratorsKeepTheRows();
    void copiesShareRows();
    void threadsReadTheSameResult();
    void missingRowsAreInvalid();
    void propertiesAreReadable();
};

void tst_Result::defaultResultIsEmpty()
{
    const Result result;
    QVERIFY(!result.hasRows());
    QVERIFY(result.isEmpty());
    QCOMPARE(result.columnCount(), 0);
    QVERIFY(result.columns().isEmpty());
    QVERIFY(result.columnNames().isEmpty());
    QCOMPARE(result.indexOf("a"), -1);
    QCOMPARE(result.rowCount(), 0);
    QVERIFY(result.begin() == result.end());
    QCOMPARE(result.affectedRows(), 0u);
    QCOMPARE(result.sizeInBytes(), 0);
    QVERIFY(result.info().isNull());
}

void tst_Result::describesItsColumns()
{
    using namespace Values::ColumnFlag;
    Values::ColumnInfo id
        = columnOf(FieldType::BigInt, NotNull | PrimaryKey | AutoIncrement | Unsigned);
    id.schema = "shop";
    id.table = "a";
    id.originalTable = "articles";
    id.originalName = "key";
    id.length = 20;
    const Values::ColumnInfo price = [] {
        Values::ColumnInfo column = columnOf(FieldType::NewDecimal, UniqueKey);
        column.decimals = 2;
        return column;
    }();
    const Result result = ResultBuilder().column("id", id).column("price", price).build();

    QCOMPARE(result.columnNames(), (QStringList{u"id"_s, u"price"_s}));
    QCOMPARE(result.indexOf("price"), 1);
    QCOMPARE(result.indexOf(u"PRICE"), 1);
    QCOMPARE(result.columns().size(), 2);
    const Column first = result.column(0);
    QVERIFY(first.isValid());
    QCOMPARE(first.name(), u"id"_s);
    QCOMPARE(first.originalName(), u"key"_s);
    QCOMPARE(first.table(), u"a"_s);
    QCOMPARE(first.originalTable(), u"articles"_s);
    QCOMPARE(first.database(), u"shop"_s);
    QCOMPARE(first.type(), Column::Type::BigInt);
    QCOMPARE(first.metaType(), QMetaType::fromType<qulonglong>());
    QVERIFY(first.isUnsigned());
    QVERIFY(!first.isNullable());
    QVERIFY(first.isPrimaryKey());
    QVERIFY(!first.isUniqueKey());
    QVERIFY(first.isAutoIncrement());
    QCOMPARE(first.length(), 20u);
    QCOMPARE(first.collationId(), 63);
    QCOMPARE(first.protocolType(), int(FieldType::BigInt));
    QCOMPARE(first.protocolFlags(), int(NotNull | PrimaryKey | AutoIncrement | Unsigned));
    QCOMPARE(Column().protocolType(), -1);
    QCOMPARE(Column().protocolFlags(), 0);
    const Column second = result.column(1);
    QVERIFY(second.isNullable());
    QVERIFY(second.isUniqueKey());
    QVERIFY(!second.isPrimaryKey());
    QCOMPARE(second.decimals(), 2);
    QCOMPARE(second.metaType(), QMetaType::fromType<QString>());
}

void tst_Result::invalidColumnIsEmpty()
{
    const Column column;
    QVERIFY(!column.isValid());
    QVERIFY(column.name().isNull());
    QCOMPARE(column.type(), Column::Type::Unknown);
    QVERIFY(!column.metaType().isValid());
    QVERIFY(!column.isNullable());
    QCOMPARE(column.length(), 0u);
}

void tst_Result::tellsWhatTheServerSaid()
{
    ResultBuilder builder;
    builder.data().affectedRows = 3;
    builder.data().lastInsertId = ~quint64(0);
    builder.data().warningCount = 65535;
    builder.data().info = "Records: 3";
    const Result result = builder.build();
    QVERIFY(!result.hasRows());
    QCOMPARE(result.affectedRows(), 3u);
    QCOMPARE(result.lastInsertId(), ~quint64(0));
    QCOMPARE(result.warningCount(), 65535);
    QCOMPARE(result.info(), u"Records: 3"_s);
}

void tst_Result::resultWithoutRowsHasColumns()
{
    const Result result = numbers(0);
    QVERIFY(result.hasRows());
    QVERIFY(result.isEmpty());
    QVERIFY(result.begin() == result.end());
    QVERIFY(result.sizeInBytes() > 0);
}

void tst_Result::iteratesOverRows()
{
    const Result result = numbers(1000);
    QCOMPARE(result.size(), 1000);
    int expected = 0;
    for (const Row &row : result)
        QCOMPARE(row.value<int>(0), expected++);
    QCOMPARE(expected, 1000);
    QCOMPARE(result[999].value<int>("n"), 999);
    QCOMPARE(result.first().value<int>("n"), 0);
}

void tst_Result::iteratorsAreOfRandomAccess()
{
    const Result result = numbers(10);
    Result::const_iterator it = result.cbegin();
    QCOMPARE(result.cend() - it, 10);
    QCOMPARE((*it++).value<int>(0), 0);
    QCOMPARE((*++it).value<int>(0), 2);
    QCOMPARE((*it--).value<int>(0), 2);
    QCOMPARE((*--it).value<int>(0), 0);
    it += 7;
    QCOMPARE(it->value<int>(0), 7);
    it -= 2;
    QCOMPARE(it[3].value<int>(0), 8);
    QCOMPARE((*(it + 1)).value<int>(0), 6);
    QCOMPARE((*(1 + it)).value<int>(0), 6);
    QCOMPARE((*(it - 1)).value<int>(0), 4);
    QVERIFY(it < result.end() && it <= it && it > result.begin() && it >= it && it != result.end());
}

void tst_Result::algorithmsWork()
{
    const Result result = numbers(100);
    const auto found = std::find_if(result.begin(), result.end(),
                                    [](const Row &row) { return row.value<int>(0) == 64; });
    QCOMPARE(found - result.begin(), 64);
    const auto bound
        = std::lower_bound(result.begin(), result.end(), 50,
                           [](const Row &row, int n) { return row.value<int>(0) < n; });
    QCOMPARE(bound - result.begin(), 50);
}

void tst_Result::iteratorsKeepTheRows()
{
    Result::const_iterator it;
    {
        const Result result = numbers(3);
        it = result.begin();
    }
    QCOMPARE(it[2].value<int>(0), 2);
}

void tst_Result::copiesShareRows()
{
    Result result = numbers(3);
    const Result copy = result;
    QVERIFY(copy.row(1).bytes(0).data() == result.row(1).bytes(0).data());
    const Result moved = std::move(result);
    QVERIFY(moved.row(1).bytes(0).data() == copy.row(1).bytes(0).data());
    result = Result();
    QCOMPARE(copy.row(2).value<int>(0), 2);
}

void tst_Result::threadsReadTheSameResult()
{
    constexpr int count = 2000;
    const Result result = numbers(count);
    const Row shared = result.row(5);
    const auto sum = [result, shared] {
        int total = 0;
        for (const Row &row : result)
            total += row.value<int>("n");
        return total + Row(shared).value<int>(0);
    };
    std::array<int, 4> totals{};
    std::vector<std::unique_ptr<QThread>> threads;
    for (int &total : totals) {
        threads.emplace_back(QThread::create([&total, sum] { total = sum(); }));
        threads.back()->start();
    }
    for (const auto &thread : threads)
        QVERIFY(thread->wait());
    for (const int total : totals)
        QCOMPARE(total, count * (count - 1) / 2 + 5);
}

void tst_Result::missingRowsAreInvalid()
{
#if !defined(QT_NO_DEBUG) || defined(QT_FORCE_ASSERTS)
    QSKIP("A debug build stops at an assertion");
#else
    const Result result = numbers(2);
    QVERIFY(!result.row(-1).isValid());
    QVERIFY(!result.row(2).isValid());
    QVERIFY(!(*result.end()).isValid());
    QVERIFY(!result.column(1).isValid());
    QVERIFY(!Result().first().isValid());
#endif
}

void tst_Result::propertiesAreReadable()
{
    const Result result = numbers(3);
    const QMetaObject &meta = Result::staticMetaObject;
    const auto read = [&](const char *name) {
        return meta.property(meta.indexOfProperty(name)).readOnGadget(&result);
    };
    QCOMPARE(read("rowCount").toInt(), 3);
    QCOMPARE(read("columnNames").toStringList(), QStringList{u"n"_s});
}

QTEST_APPLESS_MAIN(tst_Result)
#include "tst_result.moc"
