// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "statementcache.h"

#include <QtCore/qstring.h>
#include <QtTest/qtest.h>

#include <variant>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

class tst_StatementCache : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTextsThatQtDoesNotOwn_data();
    void keepsTextsThatQtDoesNotOwn();
};

void tst_StatementCache::keepsTextsThatQtDoesNotOwn_data()
{
    QTest::addColumn<bool>("isPinned");
    QTest::newRow("not pinned") << false;
    QTest::newRow("pinned") << true;
}

void tst_StatementCache::keepsTextsThatQtDoesNotOwn()
{
    QFETCH(const bool, isPinned);
    const SessionState session;
    StatementCache cache;
    cache.setCapacity(2);
    const auto find = [&](const QString &sql) {
        return std::get<CachedStatementPointer>(cache.findOrMake(sql, session));
    };
    QString buffer = u"SELECT ? + 1"_s;
    const QString borrowed = QString::fromRawData(buffer.constData(), buffer.size());
    if (isPinned)
        cache.pin(borrowed);
    const CachedStatementPointer first = find(borrowed);
    buffer.data()[buffer.size() - 1] = u'2';
    QCOMPARE(find(u"SELECT ? + 1"_s), first);
    QVERIFY(find(u"SELECT ? + 2"_s) != first);
    if (!isPinned)
        return;
    // It stays, however many others come.
    for (int i = 3; i < 9; ++i)
        find(u"SELECT ? + %1"_s.arg(i));
    QCOMPARE(find(u"SELECT ? + 1"_s), first);
    cache.unpin(u"SELECT ? + 1"_s);
}

QTEST_GUILESS_MAIN(tst_StatementCache)

#include "tst_statementcache.moc"
