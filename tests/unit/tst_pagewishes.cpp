// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pagewishes.h"

#include <QtTest/qtest.h>

using AsyncMySql::Models::PageWishes;

class tst_PageWishes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLastOneComesFirst();
    void thoseThatWerePassedAreDropped();
};

void tst_PageWishes::theLastOneComesFirst()
{
    PageWishes wishes;
    for (const int page : {3, 5, 7, 3})
        wishes.add(page);
    QVERIFY(wishes.addLast(9));
    QVERIFY(wishes.addLast(5));
    QCOMPARE(wishes.pages(), QList<qsizetype>({3, 7, 5, 9}));
    QCOMPARE(wishes.take(), 3);
    QCOMPARE(wishes.take(), 7);
    wishes.clear();
    QVERIFY(wishes.isEmpty());
}

void tst_PageWishes::thoseThatWerePassedAreDropped()
{
    PageWishes wishes;
    wishes.setLimit(3);
    for (int page = 0; page < 1000; ++page)
        wishes.add(page);
    QVERIFY(!wishes.addLast(5));
    QCOMPARE(wishes.pages(), QList<qsizetype>({999, 998, 997}));
    wishes.setLimit(1);
    QCOMPARE(wishes.pages(), QList<qsizetype>({999}));
}

QTEST_APPLESS_MAIN(tst_PageWishes)
#include "tst_pagewishes.moc"
