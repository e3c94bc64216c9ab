// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementkindcache.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

class tst_StatementKindCache : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatTheTextTells();
    void dependsOnTheDialect();
    void takesAnyNumberOfTexts();
};

void tst_StatementKindCache::tellsWhatTheTextTells()
{
    StatementKindCache cache;
    for (int i = 0; i < 2; ++i) {
        QVERIFY(cache.kindOf(u"SELECT 1"_s, {}).readsOnly);
        QVERIFY(!cache.kindOf(u"INSERT INTO a VALUES (1)"_s, {}).readsOnly);
        QVERIFY(cache.kindOf(u"CREATE TABLE a (b INT)"_s, {}).changesSchema);
        QVERIFY(cache.kindOf(u"SELECT "_s + QString(5000, u'1'), {}).readsOnly);
    }
}

void tst_StatementKindCache::dependsOnTheDialect()
{
    StatementKindCache cache;
    Protocol::SqlDialect withEscapes;
    Protocol::SqlDialect withoutEscapes;
    withoutEscapes.noBackslashEscapes = true;
    // Where the backslash is no escape, the string ends before the last quote.
    const QString sql = u"SELECT '\\'; DROP TABLE a; -- '"_s;
    for (int i = 0; i < 2; ++i) {
        QVERIFY(!cache.kindOf(sql, withEscapes).changesSchema);
        QVERIFY(cache.kindOf(sql, withoutEscapes).changesSchema);
    }
}

void tst_StatementKindCache::takesAnyNumberOfTexts()
{
    StatementKindCache cache;
    for (int i = 0; i < 1000; ++i) {
        QVERIFY(cache.kindOf(u"SELECT %1"_s.arg(i), {}).readsOnly);
        QVERIFY(!cache.kindOf(u"DELETE FROM a WHERE b = %1"_s.arg(i), {}).readsOnly);
    }
    QVERIFY(cache.kindOf(u"SELECT 0"_s, {}).readsOnly);
}

QTEST_GUILESS_MAIN(tst_StatementKindCache)

#include "tst_statementkindcache.moc"
