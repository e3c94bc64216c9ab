// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "keyinterpolation.h"
#include "keypositions.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Models;
using namespace Qt::StringLiterals;
using Form = PagePlan::Part::Form;

class tst_KeyPositions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nearestPositionIsFound();
    void positionsAreThinnedOut();
    void keysAreInterpolated_data();
    void keysAreInterpolated();
    void otherKeysAreNot_data();
    void otherKeysAreNot();
};

void tst_KeyPositions::nearestPositionIsFound()
{
    KeyPositions positions;
    QCOMPARE(positions.knownRows(), 0);
    QVERIFY(!positions.last());
    QVERIFY(!positions.atOrBefore(5));
    positions.add(10, {u"ten"_s});
    positions.add(25, {u"more"_s});
    QVERIFY(!positions.atOrBefore(9));
    QCOMPARE(positions.atOrBefore(10)->position, 10);
    QCOMPARE(positions.atOrBefore(24)->key, PageKey{u"ten"_s});
    QCOMPARE(positions.atOrBefore(1000)->position, 25);
    QCOMPARE(positions.knownRows(), 26);
    positions.clear();
    QCOMPARE(positions.knownRows(), 0);
}

void tst_KeyPositions::positionsAreThinnedOut()
{
    KeyPositions positions(64);
    for (qsizetype i = 0; i < 100'000; ++i) {
        positions.add(i * 10, {i});
        QVERIFY(positions.size() <= 64);
        QCOMPARE(positions.knownRows(), i * 10 + 1);
        QCOMPARE(positions.last()->key, PageKey{i});
    }
    QVERIFY(positions.size() > 16);
    // None is far away.
    for (qsizetype wanted = 100'000; wanted < 1'000'000; wanted += 777) {
        const KeyPositions::Sample *sample = positions.atOrBefore(wanted);
        QVERIFY(sample && wanted - sample->position < 100'000);
        QCOMPARE(sample->key, PageKey{sample->position / 10});
    }
}

void tst_KeyPositions::keysAreInterpolated_data()
{
    QTest::addColumn<QList<Form>>("forms");
    QTest::addColumn<QVariantList>("low");
    QTest::addColumn<QVariantList>("high");
    QTest::addColumn<double>("fraction");
    QTest::addColumn<QVariantList>("between");
    const auto row = [](const char *name, const QList<Form> &forms, const QVariantList &low,
                        const QVariantList &high, double fraction, const QVariantList &between) {
        QTest::newRow(name) << forms << low << high << fraction << between;
    };
    constexpr auto Least = std::numeric_limits<qint64>::min();
    constexpr auto Most = std::numeric_limits<qint64>::max();
    row("int", {Form::Value}, {10}, {30}, 0.25, {15LL});
    row("descending", {Form::Value}, {30}, {-10}, 0.25, {20LL});
    row("largest", {Form::Value}, {Least}, {Most}, 1, {Most});
    row("widest", {Form::Value}, {Least}, {Most}, 0, {Least});
    row("unsigned", {Form::Value}, {0ULL}, {~0ULL}, 0.5, {1ULL << 63});
    row("unsigned descending", {Form::Value}, {~0ULL}, {0ULL}, 1, {0ULL});
    row("out of range", {Form::Value}, {1}, {5}, 7, {5LL});
    row("decimal", {Form::Decimal}, {u"-1.50"_s}, {u"2.50"_s}, 0.5, {u"0.50"_s});
    row("date", {Form::Moment}, {u"2024-01-01"_s}, {u"2024-01-11"_s}, 0.5, {u"2024-01-06"_s});
    row("datetime", {Form::Moment}, {u"2024-01-01 00:00:00.000001"_s},
        {u"2024-01-03 00:00:00.000001"_s}, 0.5, {u"2024-01-02 00:00:00"_s});
    row("bytes", {Form::Bytes}, {QByteArray("ab")}, {QByteArray("ad")}, 0.5,
        {QByteArray("ac\0\0\0\0\0", 7)});
    row("16 bytes", {Form::Bytes}, {QByteArray(16, '\0')}, {QByteArray(16, '\xff')}, 0.5,
        {QByteArray("\x7f\xff\xff\xff\xff\xff")});
    row("behind what is equal", {Form::Characters, Form::Value, Form::Value}, {u"x"_s, 1, 5},
        {u"x"_s, 11, 3}, 0.5, {u"x"_s, 6LL});
}

namespace {

QList<PagePlan::Part> partsOf(const QList<Form> &forms)
{
    QList<PagePlan::Part> parts;
    for (const Form form : forms)
        parts.append({0, {}, form, u"(10,2)"_s, {}, Qt::AscendingOrder});
    return parts;
}

} // namespace

void tst_KeyPositions::keysAreInterpolated()
{
    QFETCH(QList<Form>, forms);
    QFETCH(QVariantList, low);
    QFETCH(QVariantList, high);
    QFETCH(double, fraction);
    const auto between = keyBetween(partsOf(forms), low, high, fraction);
    QVERIFY(between);
    QTEST(*between, "between");
}

void tst_KeyPositions::otherKeysAreNot_data()
{
    QTest::addColumn<Form>("form");
    QTest::addColumn<QVariant>("low");
    QTest::addColumn<QVariant>("high");
    QTest::newRow("texts") << Form::Characters << QVariant(u"a"_s) << QVariant(u"c"_s);
    QTest::newRow("times") << Form::Text << QVariant(u"01:00:00"_s) << QVariant(u"02:00:00"_s);
    QTest::newRow("zero dates") << Form::Moment << QVariant(u"0000-00-00"_s)
                                << QVariant(u"2024-01-01"_s);
    QTest::newRow("equal keys") << Form::Value << QVariant(5) << QVariant(5);
}

void tst_KeyPositions::otherKeysAreNot()
{
    QFETCH(Form, form);
    QFETCH(QVariant, low);
    QFETCH(QVariant, high);
    QVERIFY(!keyBetween(partsOf({form}), {low}, {high}, 0.5));
}

QTEST_APPLESS_MAIN(tst_KeyPositions)
#include "tst_keypositions.moc"
