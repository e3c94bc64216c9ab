// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "bytes.h"
#include "resultbuilder.h"
#include "rowcursor.h"
#include "timespecs.h"

#include <QtCore/qjsonobject.h>
#include <QtCore/quuid.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Tests::article;
using Tests::columnOf;
using Tests::ResultBuilder;
using Values::FieldType;

class tst_Row : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultRowIsEmpty();
    void readsByIndexAndByName();
    void readsEveryType();
    void readsColumnsInAnyOrder();
    void nullIsNulloptOrAnError();
    void emptyIsNotNull();
    void failuresNameColumnAndType_data();
    void failuresNameColumnAndType();
    void failureWithoutErrorWarns();
    void successLeavesTheErrorAlone();
    void unknownNamesAreReported();
    void missingIndexesAreReported();
    void copiesAreIndependent();
    void viewsLiveAsLongAsACopy();
    void brokenRowsStayInBounds();
};

void tst_Row::defaultRowIsEmpty()
{
    const Row row;
    QVERIFY(!row.isValid());
    QCOMPARE(row.size(), 0);
    QCOMPARE(row.indexOf("id"), -1);
    Error error;
    QCOMPARE(row.value<int>("id", &error), 0);
    QCOMPARE(error.code(), Error::NoSuchColumn);
}

void tst_Row::readsByIndexAndByName()
{
    const Result result = article();
    const Row row = result.first();
    QVERIFY(row.isValid());
    QCOMPARE(row.size(), 6);
    QCOMPARE(row.columnCount(), 6);
    QCOMPARE(row.column(1).name(), u"name"_s);

    QCOMPARE(row.value(0), QVariant(-42));
    QCOMPARE(row["name"], QVariant(u"Mühle"_s));
    QCOMPARE(row[2], QVariant(u"19.90"_s));
    QCOMPARE(row.value<int>(0), -42);
    QCOMPARE(row.value<int>("id"), -42);
    QCOMPARE(row.value<int>("ID"), -42);
    QCOMPARE(row.value<int>(u"id"), -42);
    QCOMPARE(row.value<int>(u"id"_s), -42);
    QCOMPARE(row.value<int>("id"_L1), -42);
    QCOMPARE(row.value<int>("id"_ba), -42);
    QCOMPARE(row.bytes("price"), "19.90");
    QCOMPARE(row.text("born"), u"2024-02-29 12:00:00.000001"_s);
    QVERIFY(row.isNull("note"));
    QVERIFY(!row.isNull("name"));
}

void tst_Row::readsEveryType()
{
    using SysTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
    const Result result = article();
    const Row row = result.first();
    QCOMPARE(row.value<qint8>("id"), qint8(-42));
    QCOMPARE(row.value<short>("id"), short(-42));
    QCOMPARE(row.value<long>("id"), -42L);
    QCOMPARE(row.value<qint64>("id"), -42);
    QCOMPARE(row.value<quint8>("flags"), quint8(200));
    QCOMPARE(row.value<quint16>("flags"), quint16(200));
    QCOMPARE(row.value<unsigned long>("flags"), 200UL);
    QCOMPARE(row.value<quint64>("flags"), 200u);
    QCOMPARE(row.value<bool>("flags"), true);
    QCOMPARE(row.value<double>("price"), 19.9);
    QCOMPARE(row.value<float>("price"), 19.9f);
    QCOMPARE(row.value<QString>("name"), u"Mühle"_s);
    QCOMPARE(row.value<QByteArray>("name"), "M\xC3\xBChle"_ba);
    QCOMPARE(row.value<QByteArrayView>("name"), QByteArrayView("M\xC3\xBChle"));
    QCOMPARE(row.value<QUtf8StringView>("name").toString(), u"Mühle"_s);
    QVERIFY(row.value<std::string_view>("name") == "M\xC3\xBChle");
    QVERIFY(row.value<std::string>("name") == "M\xC3\xBChle");
    QCOMPARE(row.value<QDate>("born"), QDate(2024, 2, 29));
    QCOMPARE(row.value<QTime>("born"), QTime(12, 0));
    QCOMPARE(row.value<QDateTime>("born"), QDateTime(QDate(2024, 2, 29), QTime(12, 0), Tests::Utc));
    QCOMPARE(row.value<SysTime>("born"),
             SysTime(std::chrono::sys_days(2024y / 2 / 29)) + 12h + 1us);
    QVERIFY(row.value<std::chrono::year_month_day>("born") == 2024y / 2 / 29);
    QCOMPARE(row.value<QVariant>("id"), QVariant(-42));
    QCOMPARE(row.value<std::optional<int>>("id"), -42);

    const Result other
        = ResultBuilder()
              .column("time", columnOf(FieldType::Time))
              .column("set", columnOf(FieldType::String, Values::ColumnFlag::Set, Tests::Utf8Mb4))
              .column("json", columnOf(FieldType::Json))
              .column("uuid", columnOf(FieldType::String))
              .column("vector", columnOf(FieldType::Vector))
              .column("zero", columnOf(FieldType::Date))
              .row({"-100:00:00.5", "a,b", "{\"k\": 1}", QByteArray(16, '\1'), QByteArray(4, '\0'),
                    "0000-00-00"})
              .build();
    const Row second = other.first();
    QCOMPARE(second.value<std::chrono::microseconds>("time"), -(100h + 500ms));
    QCOMPARE(second.value<QStringList>("set"), (QStringList{u"a"_s, u"b"_s}));
    QCOMPARE(second.value<QJsonObject>("json"), (QJsonObject{{u"k"_s, 1}}));
    QCOMPARE(second.value<QUuid>("uuid"), QUuid::fromRfc4122(QByteArray(16, '\1')));
    QCOMPARE(second.value<QList<float>>("vector"), QList<float>{0});
    QVERIFY(second.value<std::chrono::year_month_day>("zero") == 0y / 0 / 0);
    const auto zero = second.value<std::optional<QDate>>("zero");
    QVERIFY(zero && !zero->isValid());
}

void tst_Row::readsColumnsInAnyOrder()
{
    const Result result = article();
    const Row row = result.first();
    const QByteArrayList expected
        = {"-42", "M\xC3\xBChle", "19.90", "2024-02-29 12:00:00.000001", {}, "200"};
    for (int first = 0; first < row.size(); ++first) {
        for (int second = 0; second < row.size(); ++second) {
            QCOMPARE(row.bytes(first), expected.at(first));
            QCOMPARE(row.bytes(second), expected.at(second));
            QCOMPARE(row.bytes(second).isNull(), second == 4);
        }
    }
}

void tst_Row::nullIsNulloptOrAnError()
{
    const Result result = article();
    const Row row = result.first();
    QVERIFY(row.isNull(4));
    QVERIFY(row.bytes(4).isNull());
    QVERIFY(row.text(4).isNull());
    QVERIFY(row.value(4).isNull());
    QCOMPARE(row.value(4).metaType(), QMetaType::fromType<QString>());

    Error error;
    QCOMPARE(row.value<std::optional<QString>>("note", &error), std::nullopt);
    QVERIFY(!error);
    QVERIFY(row.value<QVariant>("note", &error).isNull());
    QVERIFY(!error);
    QCOMPARE(row.value<QString>("note", &error), QString());
    QCOMPARE(error, Error(Error::ConversionFailed,
                          u"Column \"note\" is NULL: read it as std::optional"_s));
}

void tst_Row::emptyIsNotNull()
{
    const Result result = ResultBuilder().text("a").row({""}).build();
    const Row row = result.first();
    QVERIFY(!row.isNull(0));
    QVERIFY(!row.bytes(0).isNull());
    QCOMPARE(row.value<std::optional<QString>>(0), u""_s);
    QVERIFY(!row.value(0).isNull());
}

void tst_Row::failuresNameColumnAndType_data()
{
    QTest::addColumn<Error>("error");
    QTest::addColumn<QString>("message");
    const Result result = article();
    const Row row = result.first();
    const auto add = [&](const char *name, auto read, const QString &message) {
        Error error;
        read(row, &error);
        QTest::newRow(name) << error << message;
    };
    add(
        "range", [](const Row &r, Error *e) { QCOMPARE(r.value<qint8>("flags", e), 0); },
        u"The value of column \"flags\" (TinyInt) is out of the range of integers from -128 to "
        "127"_s);
    add(
        "sign", [](const Row &r, Error *e) { QCOMPARE(r.value<quint8>("id", e), 0); },
        u"The value of column \"id\" (Int) is out of the range of integers from 0 to 255"_s);
    add(
        "fraction", [](const Row &r, Error *e) { QCOMPARE(r.value<qint8>("price", e), 0); },
        u"The value of column \"price\" (Decimal) cannot be read as integers from -128 to 127"_s);
    add(
        "kind", [](const Row &r, Error *e) { QVERIFY(r.value<QDate>("name", e).isNull()); },
        u"The value of column \"name\" (Char) cannot be read as QDate"_s);
    add(
        "optional",
        [](const Row &r, Error *e) { QVERIFY(!r.value<std::optional<QUuid>>("id", e)); },
        u"The value of column \"id\" (Int) cannot be read as QUuid"_s);
    add(
        "chrono",
        [](const Row &r, Error *e) {
            QCOMPARE(r.value<std::chrono::microseconds>("born", e), 0us);
        },
        u"The value of column \"born\" (DateTime) cannot be read as std::chrono::microseconds"_s);
}

void tst_Row::failuresNameColumnAndType()
{
    QFETCH(const Error, error);
    QCOMPARE(error.code(), Error::ConversionFailed);
    QTEST(error.message(), "message");
}

void tst_Row::failureWithoutErrorWarns()
{
    const Result result = ResultBuilder().column("j", columnOf(FieldType::Json)).row({"{"}).build();
    const Row row = result.first();
    QTest::ignoreMessage(QtWarningMsg,
                         "The value of column \"j\" (Json) cannot be read as QJsonValue");
    QVERIFY(!row.value("j").isValid());
    QTest::ignoreMessage(QtWarningMsg, "The value of column \"j\" (Json) cannot be read as bool");
    QCOMPARE(row.value<bool>("j"), false);
    QTest::ignoreMessage(QtWarningMsg, "There is no column \"k\"");
    QVERIFY(row.isNull("k"));
    QCOMPARE(row.text("j"), u"{"_s);
}

void tst_Row::successLeavesTheErrorAlone()
{
    const Result result = article();
    const Row row = result.first();
    Error error;
    QVERIFY(row.value<QDate>("name", &error).isNull());
    QCOMPARE(row.value<int>("id", &error), -42);
    QCOMPARE(error.code(), Error::ConversionFailed);
}

void tst_Row::unknownNamesAreReported()
{
    const Result result = article();
    const Row row = result.first();
    const Error expected(Error::NoSuchColumn, u"There is no column \"größe\""_s);
    Error error;
    QCOMPARE(row.value<int>(u"größe", &error), 0);
    QCOMPARE(error, expected);
    error = {};
    QVERIFY(!row.value<std::optional<int>>(u"größe", &error));
    QCOMPARE(error, expected);
    error = {};
    QVERIFY(!row.value<QVariant>(u"größe", &error).isValid());
    QCOMPARE(error, expected);
}

void tst_Row::missingIndexesAreReported()
{
#if !defined(QT_NO_DEBUG) || defined(QT_FORCE_ASSERTS)
    QSKIP("A debug build stops at an assertion");
#else
    const Result result = article();
    const Row row = result.first();
    for (const int index : {-1, 6}) {
        Error error;
        QCOMPARE(row.value<int>(index, &error), 0);
        QCOMPARE(error.code(), Error::NoSuchColumn);
        error = {};
        QVERIFY(!row.value<std::optional<int>>(index, &error));
        QCOMPARE(error.code(), Error::NoSuchColumn);
        QVERIFY(row.isNull(index));
        QVERIFY(row.text(index).isNull());
        QVERIFY(!row.column(index).isValid());
    }
#endif
}

void tst_Row::copiesAreIndependent()
{
    const Result result = article();
    const Row row = result.first();
    QCOMPARE(row.value<int>("flags"), 200);
    const Row copy = row;
    QCOMPARE(copy.value<int>("id"), -42);
    QCOMPARE(row.value<int>("flags"), 200);
}

void tst_Row::viewsLiveAsLongAsACopy()
{
    Row kept;
    QByteArrayView view;
    {
        const Result result = article();
        kept = result.first();
        view = result.first().bytes("name");
    }
    QCOMPARE(view, "M\xC3\xBChle");
    QCOMPARE(kept.value<QString>("name"), u"Mühle"_s);
}

void tst_Row::brokenRowsStayInBounds()
{
    const QByteArray whole = Tests::textRow({"-42", "name", {}, QByteArray(260, 'x')});
    Tests::truncateAndMutate(whole, [](QByteArrayView payload) {
        if (payload.isEmpty())
            return;
        const Result result
            = ResultBuilder().text("a").text("b").text("c").text("d").payload(payload).build();
        const Row row = result.first();
        bool allThere = true;
        for (int column = 3; column >= 0; --column)
            allThere = allThere && row.text(column).size() <= 260;
        QVERIFY(allThere);
    });
}

QTEST_APPLESS_MAIN(tst_Row)
#include "tst_row.moc"
