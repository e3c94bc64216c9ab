// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pagecache.h"
#include "resultbuilder.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace AsyncMySql::Models;
using namespace AsyncMySql::Tests;

namespace {

/// With one row of so many bytes.
PageCache::Page pageOf(int bytes, char c = 'x')
{
    return {ResultBuilder().text("s").row({QByteArray(bytes, c)}).build(), false, true, false};
}

constexpr int Large = 10'000;

} // namespace

class tst_PageCache : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pagesAreThereUntilTheyAreRemoved();
    void replacedPagesAreFoundByTheirRows();
    void leastRecentlyUsedPagesAreForgotten();
    void whatIsUsedInOneTurnStays();
    void replacedPageKeepsItsPlace();
    void rowsOfReversedPagesAreInOrder();
};

void tst_PageCache::pagesAreThereUntilTheyAreRemoved()
{
    PageCache cache(100 * Large);
    QVERIFY(!cache.find(7));
    QVERIFY(!cache.use(7));
    cache.insert(7, pageOf(Large));
    cache.insert(8, pageOf(Large));
    QVERIFY(cache.find(7)->isExact);
    QVERIFY(cache.sizeInBytes() >= 2 * Large && cache.sizeInBytes() < 3 * Large);
    cache.setOutdated(7);
    cache.setOutdated(99);
    QVERIFY(cache.find(7)->isOutdated);
    cache.remove(7);
    cache.remove(99);
    QVERIFY(!cache.find(7));
    QVERIFY(cache.find(8));
}

void tst_PageCache::replacedPagesAreFoundByTheirRows()
{
    PageCache cache(100 * Large);
    QVERIFY(!cache.replacedRow(0));
    cache.insert(7, pageOf(Large));
    cache.insert(8, pageOf(Large));
    const qsizetype rows = cache.find(7)->rowCount();
    cache.replace(rows);
    QVERIFY(!cache.find(7));
    QCOMPARE(cache.sizeInBytes(), 0);
    QVERIFY(cache.numbers().isEmpty());
    QVERIFY(!cache.replacedRow(7 * rows - 1));
    QVERIFY(cache.replacedRow(7 * rows));
    QVERIFY(cache.replacedRow(9 * rows - 1));
    QVERIFY(!cache.replacedRow(9 * rows));
    cache.forgetReplaced();
    QVERIFY(!cache.replacedRow(7 * rows));
}

void tst_PageCache::leastRecentlyUsedPagesAreForgotten()
{
    PageCache cache(5 * Large);
    for (int page = 0; page < 1000; ++page) {
        cache.insert(page, pageOf(Large));
        cache.use(page);
        // A view shows it all the time.
        cache.use(0);
        cache.endTurn();
        QVERIFY(cache.sizeInBytes() <= 5 * Large + Large);
    }
    QVERIFY(cache.find(0));
    QVERIFY(cache.find(999));
    QVERIFY(!cache.find(500));
    QCOMPARE(cache.numbers().constFirst(), 0);
    QVERIFY(cache.hasRoomForNeighbours());
    cache.setLimit(Large);
    QVERIFY(!cache.hasRoomForNeighbours());
    for (int turn = 0; turn < 3; ++turn) {
        cache.use(0);
        cache.endTurn();
    }
    QCOMPARE(cache.numbers(), QList<qsizetype>({0}));
}

void tst_PageCache::whatIsUsedInOneTurnStays()
{
    PageCache cache(Large);
    const auto useAll = [&] {
        bool areThere = true;
        for (int page = 0; page < 20; ++page)
            areThere = cache.use(page) && areThere;
        cache.endTurn();
        return areThere;
    };
    for (int page = 0; page < 20; ++page)
        cache.insert(page, pageOf(Large));
    for (int turn = 0; turn < 5; ++turn) {
        QVERIFY(useAll());
        // Turns without a use do not count.
        for (int idle = 0; idle < 5; ++idle)
            cache.endTurn();
    }
    for (int turn = 0; turn < 2; ++turn) {
        cache.use(3);
        cache.endTurn();
    }
    QCOMPARE(cache.numbers(), QList<qsizetype>({3}));
}

void tst_PageCache::replacedPageKeepsItsPlace()
{
    PageCache cache(100 * Large);
    for (int page = 0; page < 3; ++page)
        cache.insert(page, pageOf(Large));
    cache.insert(1, pageOf(5, 'y'));
    QCOMPARE(cache.numbers(), QList<qsizetype>({2, 1, 0}));
    QCOMPARE(cache.find(1)->row(0).text(0), QStringLiteral("yyyyy"));
    QVERIFY(cache.sizeInBytes() < 3 * Large);
}

void tst_PageCache::rowsOfReversedPagesAreInOrder()
{
    ResultBuilder rows;
    rows.text("s").row({"c"}).row({"b"}).row({"a"});
    PageCache::Page page{rows.build(), true, true, false};
    QCOMPARE(page.rowCount(), 3);
    QCOMPARE(page.row(0).text(0), QStringLiteral("a"));
    QCOMPARE(page.row(2).text(0), QStringLiteral("c"));
    page.isReversed = false;
    QCOMPARE(page.row(0).text(0), QStringLiteral("c"));
}

QTEST_APPLESS_MAIN(tst_PageCache)
#include "tst_pagecache.moc"
