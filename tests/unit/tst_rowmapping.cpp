// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "resultbuilder.h"
#include "timespecs.h"

#include <QtCore/qurl.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using Tests::article;
using Tests::columnOf;
using Tests::MaybeBytes;
using Tests::ResultBuilder;
using Values::FieldType;

class Article
{
    Q_GADGET
    Q_PROPERTY(qint64 id MEMBER id)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(double price MEMBER price)
    Q_PROPERTY(QDateTime born MEMBER born)
    Q_PROPERTY(QString note MEMBER note)
    Q_PROPERTY(std::optional<QString> NOTE MEMBER optionalNote)
    Q_PROPERTY(QVariant Note MEMBER anyNote)
    Q_PROPERTY(int unknown MEMBER unknown)
    Q_PROPERTY(int flags READ flags CONSTANT)

public:
    int flags() const { return -1; }

    qint64 id = 1;
    QString name;
    double price = 0;
    QDateTime born;
    QString note = QStringLiteral("none");
    std::optional<QString> optionalNote = QStringLiteral("some");
    QVariant anyNote;
    int unknown = 7;
};

class Paint
{
    Q_GADGET
    Q_PROPERTY(Color color MEMBER color)
    Q_PROPERTY(Layers layers READ readLayers WRITE setLayers)
    Q_PROPERTY(quint8 amount MEMBER amount)
    Q_PROPERTY(QUrl page MEMBER page)
    Q_PROPERTY(std::optional<int> rest MEMBER rest)

public:
    enum class Color { Red = 1, Green = 2 };
    Q_ENUM(Color)
    enum Layer { Ground = 1, Cover = 4 };
    Q_DECLARE_FLAGS(Layers, Layer)
    Q_FLAG(Layers)

    Layers readLayers() const { return layers; }
    void setLayers(Layers value) { layers = value; }

    Color color = Color::Red;
    Layers layers;
    quint8 amount = 3;
    QUrl page;
    std::optional<int> rest;
};

namespace {

Result paints(const MaybeBytes &color, const MaybeBytes &layers, const MaybeBytes &amount,
              FieldType enumType = FieldType::String)
{
    const quint16 collation = Tests::Utf8Mb4;
    return ResultBuilder()
        .column("color", columnOf(enumType, 0, collation))
        .column("layers", columnOf(FieldType::String, Values::ColumnFlag::Set, collation))
        .column("amount", columnOf(FieldType::Int))
        .text("page")
        .column("rest", columnOf(FieldType::Int))
        .row({color, layers, amount, "https://example.org", "5"})
        .build();
}

} // namespace

class tst_RowMapping : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tuplesTakeTheFirstColumns();
    void tupleLongerThanTheRowIsAnError();
    void gadgetsTakeColumnsByName();
    void enumeratorsAreReadByNameAndValue();
    void whatDoesNotFitAPropertyIsReported_data();
    void whatDoesNotFitAPropertyIsReported();
    void wholeResultsAreMapped();
};

void tst_RowMapping::tuplesTakeTheFirstColumns()
{
    const Result result = article();
    const auto [id, name, price] = result.first().to<std::tuple<int, QString, double>>();
    QCOMPARE(id, -42);
    QCOMPARE(name, u"Mühle"_s);
    QCOMPARE(price, 19.9);
    const auto pair = result.first().to<std::pair<qint8, QByteArray>>();
    QCOMPARE(pair, (std::pair<qint8, QByteArray>(qint8(-42), "M\xC3\xBChle")));
    using All = std::tuple<int, QString, QString, QDate, std::optional<QString>, quint8>;
    QCOMPARE(result.first().to<All>(),
             All(-42, u"Mühle"_s, u"19.90"_s, QDate(2024, 2, 29), std::nullopt, quint8(200)));

    Error error;
    const auto [wrong, right] = result.first().to<std::tuple<quint8, QString>>(&error);
    QCOMPARE(error.code(), Error::ConversionFailed);
    QCOMPARE(wrong, quint8(0));
    QCOMPARE(right, u"Mühle"_s);
}

void tst_RowMapping::tupleLongerThanTheRowIsAnError()
{
    const Result result = ResultBuilder().text("a").row({"1"}).build();
    Error error;
    const auto tuple = result.first().to<std::tuple<int, int>>(&error);
    QCOMPARE(tuple, std::tuple(0, 0));
    QCOMPARE(error, Error(Error::NoSuchColumn, u"There is no column 1"_s));
}

void tst_RowMapping::gadgetsTakeColumnsByName()
{
    const Result result = article();
    Error error;
    const auto read = result.first().to<Article>(&error);
    QVERIFY(!error);
    QCOMPARE(read.id, -42);
    QCOMPARE(read.name, u"Mühle"_s);
    QCOMPARE(read.price, 19.9);
    QCOMPARE(read.born, QDateTime(QDate(2024, 2, 29), QTime(12, 0), Tests::Utc));
    QCOMPARE(read.note, u"none"_s); // NULL
    QCOMPARE(read.optionalNote, std::nullopt);
    QVERIFY(read.anyNote.isNull());
    QCOMPARE(read.anyNote.metaType(), QMetaType::fromType<QString>());
    QCOMPARE(read.unknown, 7);
}

void tst_RowMapping::enumeratorsAreReadByNameAndValue()
{
    Error error;
    auto paint = paints("Green", "Ground,Cover", "255").first().to<Paint>(&error);
    QCOMPARE(paint.color, Paint::Color::Green);
    QCOMPARE(paint.layers, Paint::Layers(Paint::Ground | Paint::Cover));
    QCOMPARE(paint.amount, quint8(255));
    QCOMPARE(paint.page, QUrl(u"https://example.org"_s));
    QCOMPARE(paint.rest, 5);

    paint = paints("2", "", {}, FieldType::Int).first().to<Paint>(&error);
    QCOMPARE(paint.color, Paint::Color::Green);
    QCOMPARE(paint.layers, Paint::Layers());
    QCOMPARE(paint.amount, quint8(3));

    paint = paints({}, {}, "1").first().to<Paint>(&error);
    QCOMPARE(paint.color, Paint::Color::Red);
    QVERIFY(!error);
}

void tst_RowMapping::whatDoesNotFitAPropertyIsReported_data()
{
    QTest::addColumn<Result>("result");
    QTest::addColumn<QString>("message");
    QTest::newRow("no enumerator")
        << paints("Blue", "", "1")
        << u"The value of column \"color\" (Char) cannot be read as Paint::Color"_s;
    QTest::newRow("no value of an enumerator")
        << paints("3", "", "1", FieldType::Int)
        << u"The value of column \"color\" (Int) cannot be read as Paint::Color"_s;
    QTest::newRow("no flag") << paints(
        "Red", "Ground,Sky",
        "1") << u"The value of column \"layers\" (Set) cannot be read as QFlags<Paint::Layer>"_s;
    QTest::newRow("out of range")
        << paints("Red", "", "256")
        << u"The value of column \"amount\" (Int) is out of the range of integers from 0 to 255"_s;
}

void tst_RowMapping::whatDoesNotFitAPropertyIsReported()
{
    QFETCH(const Result, result);
    Error error;
    const auto paint = result.first().to<Paint>(&error);
    QCOMPARE(error.code(), Error::ConversionFailed);
    QTEST(error.message(), "message");
    QCOMPARE(paint.color, Paint::Color::Red);
    QCOMPARE(paint.rest, 5); // all else is there
}

void tst_RowMapping::wholeResultsAreMapped()
{
    const Result result = ResultBuilder()
                              .column("id", columnOf(FieldType::Int))
                              .text("name")
                              .row({"1", "a"})
                              .row({"2", {}})
                              .build();
    const QList<Article> articles = result.to<Article>();
    QCOMPARE(articles.size(), 2);
    QCOMPARE(articles.at(1).id, 2);
    QCOMPARE(articles.at(0).name, u"a"_s);
    QVERIFY(articles.at(1).name.isNull());
    using Pair = std::tuple<int, std::optional<QString>>;
    QCOMPARE(result.to<Pair>(), (QList<Pair>{{1, u"a"_s}, {2, std::nullopt}}));
    QVERIFY(Result().to<Article>().isEmpty());
}

QTEST_APPLESS_MAIN(tst_RowMapping)
#include "tst_rowmapping.moc"
