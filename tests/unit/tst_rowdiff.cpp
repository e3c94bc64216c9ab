// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowdiff.h"

#include <QtCore/qbytearray.h>
#include <QtCore/qrandom.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <vector>

using namespace AsyncMySql::Models;
using namespace Qt::StringLiterals;
using Kind = DiffStep::Kind;
using Steps = std::vector<DiffStep>;

Q_DECLARE_METATYPE(Steps)

class tst_RowDiff : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stepsAreFew_data();
    void stepsAreFew();
    void stepsLeadFromAnyListToAnyOther_data();
    void stepsLeadFromAnyListToAnyOther();
    void tooManyStepsAreNone_data();
    void tooManyStepsAreNone();
};

namespace {

/// Each letter is a key.
std::vector<QByteArray> keys(const QByteArray &letters)
{
    std::vector<QByteArray> result;
    for (const char letter : letters)
        result.emplace_back(1, letter);
    return result;
}

/// Equal keys are told apart by their order.
Diff keyedDiff(const QByteArray &before, const QByteArray &after, qsizetype maximumSteps = 1000)
{
    std::vector<bool> isTaken(static_cast<std::size_t>(before.size()));
    std::vector<qsizetype> origins;
    for (const char key : after) {
        qsizetype origin = before.indexOf(key);
        while (origin >= 0 && isTaken[static_cast<std::size_t>(origin)])
            origin = before.indexOf(key, origin + 1);
        if (origin >= 0)
            isTaken[static_cast<std::size_t>(origin)] = true;
        origins.push_back(origin);
    }
    return diffOf(before.size(), origins, maximumSteps);
}

/// What the steps make of \a list.
std::vector<QByteArray> applied(std::vector<QByteArray> list, const Diff &diff,
                                const std::vector<QByteArray> &after)
{
    for (const DiffStep &step : diff.steps) {
        const auto begin = list.begin() + step.first;
        switch (step.kind) {
        case Kind::Remove:
            list.erase(begin, begin + step.count);
            break;
        case Kind::Move: {
            const std::vector<QByteArray> moved(begin, begin + step.count);
            list.erase(begin, begin + step.count);
            list.insert(list.begin() + step.target, moved.begin(), moved.end());
            break;
        }
        case Kind::Insert:
            list.insert(begin, after.begin() + step.target,
                        after.begin() + step.target + step.count);
            break;
        }
    }
    return list;
}

} // namespace

void tst_RowDiff::stepsAreFew_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<Steps>("steps");

    QTest::newRow("nothing") << QByteArray() << QByteArray() << Steps();
    QTest::newRow("the same") << QByteArray("abc") << QByteArray("abc") << Steps();
    QTest::newRow("all new") << QByteArray() << QByteArray("abc") << Steps{{Kind::Insert, 0, 3, 0}};
    QTest::newRow("all gone") << QByteArray("abc") << QByteArray()
                              << Steps{{Kind::Remove, 0, 3, 0}};
    QTest::newRow("removed in two places, from the end")
        << QByteArray("abcdef") << QByteArray("bcf")
        << Steps{{Kind::Remove, 3, 2, 0}, {Kind::Remove, 0, 1, 0}};
    QTest::newRow("inserted in two places")
        << QByteArray("ab") << QByteArray("xaybz")
        << Steps{{Kind::Insert, 0, 1, 0}, {Kind::Insert, 2, 1, 2}, {Kind::Insert, 4, 1, 4}};
    QTest::newRow("one moves up") << QByteArray("abcd") << QByteArray("dabc")
                                  << Steps{{Kind::Move, 3, 1, 0}};
    QTest::newRow("one moves down")
        << QByteArray("abcd") << QByteArray("bcda") << Steps{{Kind::Move, 0, 1, 3}};
    QTest::newRow("two neighbours move up together")
        << QByteArray("abcdef") << QByteArray("aefbcd") << Steps{{Kind::Move, 4, 2, 1}};
    QTest::newRow("two neighbours move down together")
        << QByteArray("abcdef") << QByteArray("cdeabf") << Steps{{Kind::Move, 0, 2, 3}};
    QTest::newRow("of everything something") << QByteArray("abcde") << QByteArray("eaxc")
                                             << Steps{{Kind::Remove, 3, 1, 0},
                                                      {Kind::Remove, 1, 1, 0},
                                                      {Kind::Move, 2, 1, 0},
                                                      {Kind::Insert, 2, 1, 2}};
    QTest::newRow("a key that occurs twice, once")
        << QByteArray("aab") << QByteArray("ab") << Steps{{Kind::Remove, 1, 1, 0}};
    QTest::newRow("a key that occurs twice, now three times")
        << QByteArray("aba") << QByteArray("abaa") << Steps{{Kind::Insert, 3, 1, 3}};
}

void tst_RowDiff::stepsAreFew()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(Steps, steps);
    const Diff diff = keyedDiff(before, after);
    QVERIFY(!diff.isWholesale);
    QVERIFY(diff.steps == steps);
    QVERIFY(applied(keys(before), diff, keys(after)) == keys(after));
}

void tst_RowDiff::stepsLeadFromAnyListToAnyOther_data()
{
    QTest::addColumn<int>("letters");
    for (const int letters : {2, 5, 12, 26})
        QTest::addRow("%d letters", letters) << letters;
}

void tst_RowDiff::stepsLeadFromAnyListToAnyOther()
{
    QFETCH(int, letters);
    QRandomGenerator random(static_cast<quint32>(letters));
    const auto word = [&] {
        QByteArray text;
        for (int i = random.bounded(2 * letters); i > 0; --i)
            text.append(static_cast<char>('a' + random.bounded(letters)));
        return text;
    };
    for (int round = 0; round < 2000; ++round) {
        const QByteArray before = word();
        const QByteArray after = word();
        const Diff diff = keyedDiff(before, after);
        QVERIFY2(applied(keys(before), diff, keys(after)) == keys(after),
                 (before + " to " + after).constData());
        for (std::size_t i = 0; i < diff.origins.size(); ++i) {
            if (diff.origins[i] >= 0)
                QCOMPARE(before.at(diff.origins[i]), after.at(static_cast<qsizetype>(i)));
        }
    }
}

void tst_RowDiff::tooManyStepsAreNone_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<int>("steps");
    QTest::newRow("as many removals as may be") << "abcdefg"_ba
                                                << "bdfg"_ba << 3;
    QTest::newRow("more removals") << "abcdefghi"_ba
                                   << "bdfh"_ba << -1;
    QTest::newRow("as many insertions as may be") << "bdfg"_ba
                                                  << "abcdefg"_ba << 3;
    QTest::newRow("more insertions") << "bdfh"_ba
                                     << "abcdefghi"_ba << -1;
    QTest::newRow("moves") << "abcdefgh"_ba
                           << "bcadefhg"_ba << 2;
    QTest::newRow("backwards, and one that goes and one that comes")
        << "xabcdefghijklmnopq"_ba
        << "qponmlkjihgfedcbay"_ba << -1;
    QTest::newRow("backwards") << "abcdefgh"_ba
                               << "hgfedcba"_ba << -1;
    QTest::newRow("more of all kinds") << "abcd"_ba
                                       << "xdby"_ba << -1;
}

void tst_RowDiff::tooManyStepsAreNone()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(int, steps);
    std::vector<qsizetype> origins;
    for (const char key : after)
        origins.push_back(before.indexOf(key));
    const Diff diff = diffOf(before.size(), origins, 3);
    QCOMPARE(diff.isWholesale, steps < 0);
    QCOMPARE(diff.origins, origins);
    QCOMPARE(static_cast<int>(diff.steps.size()), std::max(steps, 0));
    if (!diff.isWholesale)
        QVERIFY(applied(keys(before), diff, keys(after)) == keys(after));
}

QTEST_APPLESS_MAIN(tst_RowDiff)
#include "tst_rowdiff.moc"
