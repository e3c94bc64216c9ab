// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pagelocator.h"
#include "plannedtable.h"

#include <QtTest/qtest.h>

#include <optional>

using namespace AsyncMySql;
using namespace AsyncMySql::Models;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype PageRows = 2;

/// Two rows with these keys.
PageCache::Page pageOf(int first, int second, bool isExact = true)
{
    ResultBuilder rows = columns();
    for (const int key : {first, second})
        rows.row({QByteArray::number(key), "8", "1.50", "2024-02-29 12:00:00", "s", {}});
    return {rows.build(), false, isExact, false};
}

} // namespace

class tst_PageLocator : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void neighboursComeFirst();
    void neighboursThatAreUncertainComeLater();
    void knownPositionsAreCountedFrom();
    void lastPagesAreCountedFromTheEnd();
    void earlierPositionsAreBetterThanEstimates();
    void othersAreInterpolated();
    void keysThatHaveNoDistancesAreCountedTo();

private:
    PagePlace place(qsizetype page) const
    {
        return PageLocator(m_plan, m_positions, m_earlier, m_cache).place(page, m_known);
    }

    const PagePlan m_plan = planOf(u"SELECT * FROM t"_s, KeyIsA);
    KeyPositions m_positions;
    EarlierPositions m_earlier;
    PageCache m_cache{1024 * 1024};
    PageLocator::Known m_known;

private Q_SLOTS:
    void init()
    {
        m_positions.clear();
        m_earlier = EarlierPositions();
        m_cache = PageCache(1024 * 1024);
        m_known = {PageRows, 10'000'000, false, {0}, {20'000'000}};
    }
};

void tst_PageLocator::neighboursComeFirst()
{
    m_positions.add(1'000'000, {5});
    m_cache.insert(500'000, pageOf(5, 7));
    QCOMPARE(place(500'001), (PagePlace{{{7}, false, false, 0, 2}, true}));
    QCOMPARE(place(499'999), (PagePlace{{{5}, false, true, 0, 2}, true}));
    m_cache.insert(1'500'000, pageOf(70, 80));
    QCOMPARE(place(1'499'999), (PagePlace{{{70}, false, true, 0, 2}, true}));
    // A page that lacks rows has no next one.
    PageCache::Page incomplete = pageOf(5, 7);
    incomplete.rows = columns().build();
    m_cache.insert(500'000, incomplete);
    QCOMPARE(place(500'001), (PagePlace{{{5}, true, false, 2, 2}, true}));
}

void tst_PageLocator::neighboursThatAreUncertainComeLater()
{
    m_positions.add(1'000'000, {5});
    m_cache.insert(500'000, pageOf(6, 7, false));
    QCOMPARE(place(500'001), (PagePlace{{{5}, true, false, 2, 2}, true}));
    m_cache.insert(3'000'000, pageOf(70, 80, false));
    QCOMPARE(place(3'000'001), (PagePlace{{{80}, false, false, 0, 2}, false}));
    QCOMPARE(place(2'999'999), (PagePlace{{{70}, false, true, 0, 2}, false}));
    m_cache.setOutdated(3'000'000);
    QVERIFY(place(3'000'001).range.from != PageKey{80});
}

void tst_PageLocator::knownPositionsAreCountedFrom()
{
    QCOMPARE(place(0), (PagePlace{{{}, false, false, 0, 2}, true}));
    QCOMPARE(place(50), (PagePlace{{{}, false, false, 100, 2}, true}));
    m_positions.add(1'000'000, {5});
    m_positions.add(2'000'000, {17});
    QCOMPARE(place(750'000), (PagePlace{{{5}, true, false, 500'000, 2}, true}));
    QCOMPARE(place(1'000'000), (PagePlace{{{17}, true, false, 0, 2}, true}));
    QCOMPARE(place(1'000'500), (PagePlace{{{17}, true, false, 1'000, 2}, true}));
    // When all were counted, there is nothing to estimate.
    m_known.isCountExact = true;
    QCOMPARE(place(4'000'000), (PagePlace{{{17}, true, false, 6'000'000, 2}, true}));
}

void tst_PageLocator::lastPagesAreCountedFromTheEnd()
{
    m_known.count = 9'999'999;
    QCOMPARE(place(4'999'999), (PagePlace{{{}, false, true, 0, 1}, false}));
    QCOMPARE(place(4'999'990), (PagePlace{{{}, false, true, 17, 2}, false}));
}

void tst_PageLocator::earlierPositionsAreBetterThanEstimates()
{
    m_positions.add(1'000'000, {5});
    m_earlier.positions.add(1'500'000, {11});
    m_earlier.positions.add(2'000'000, {17});
    m_earlier.rows = 9'999'999;
    QCOMPARE(place(500'500), (PagePlace{{{5}, true, false, 1'000, 2}, true}));
    QCOMPARE(place(1'000'500), (PagePlace{{{17}, true, false, 1'000, 2}, false}));
    // Rows may have come, or gone, before the end.
    QCOMPARE(place(4'999'998), (PagePlace{{{17}, true, false, 7'999'996, 2}, false}));
    m_known.count = 11'000'000;
    QCOMPARE(place(5'499'999), (PagePlace{{{}, false, true, 0, 2}, false}));
}

void tst_PageLocator::othersAreInterpolated()
{
    // Between the first and the last row.
    QCOMPARE(place(2'500'000), (PagePlace{{{10'000'001LL}, true, false, 0, 2}, false}));
    // Between a known position and the last row.
    m_positions.add(4'999'999, {4'999'999});
    QCOMPARE(place(3'750'000), (PagePlace{{{12'500'002LL}, true, false, 0, 2}, false}));
}

void tst_PageLocator::keysThatHaveNoDistancesAreCountedTo()
{
    m_known.lastKey.clear();
    QCOMPARE(place(2'000'000), (PagePlace{{{}, false, false, 4'000'000, 2}, true}));
    QCOMPARE(place(4'000'000), (PagePlace{{{}, false, true, 1'999'998, 2}, false}));
    m_positions.add(1'000'000, {5});
    QCOMPARE(place(2'000'000), (PagePlace{{{5}, true, false, 3'000'000, 2}, true}));
}

QTEST_APPLESS_MAIN(tst_PageLocator)
#include "tst_pagelocator.moc"
