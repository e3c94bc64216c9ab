// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "writeposition.h"

#include <QtCore/qstringlist.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

/// What a pool has written, put together from what its sessions report.
class tst_WritePosition : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsTogether_data();
    void putsTogether();
    void knowsWhenItHasGrown_data();
    void knowsWhenItHasGrown();
    void isBounded();
};

void tst_WritePosition::putsTogether_data()
{
    QTest::addColumn<QStringList>("reports");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << QStringList() << QString();
    QTest::newRow("nothing to report") << QStringList{QString()} << QString();
    QTest::newRow("MySQL") << QStringList{u"aaaa:5"_s} << u"aaaa:5"_s;
    QTest::newRow("in a row") << QStringList{u"aaaa:5"_s, u"aaaa:6"_s, u"aaaa:7"_s}
                              << u"aaaa:5-7"_s;
    QTest::newRow("a gap, and what fills it")
        << QStringList{u"aaaa:5"_s, u"aaaa:7"_s, u"aaaa:6"_s} << u"aaaa:5-7"_s;
    QTest::newRow("two gaps") << QStringList{u"aaaa:9"_s, u"aaaa:1"_s, u"aaaa:5"_s}
                              << u"aaaa:1:5:9"_s;
    QTest::newRow("intervals") << QStringList{u"aaaa:1-3:7-8"_s, u"aaaa:2-5"_s}
                               << u"aaaa:1-5:7-8"_s;
    QTest::newRow("two servers") << QStringList{u"aaaa:5,\nbbbb:6"_s, u"bbbb:7"_s}
                                 << u"aaaa:5,bbbb:6-7"_s;
    QTest::newRow("tags") << QStringList{u"aaaa:5:red:1-2"_s, u"aaaa:red:3"_s}
                          << u"aaaa:5,aaaa:red:1-3"_s;
    QTest::newRow("MariaDB") << QStringList{u"0-1-100"_s, u"0-1-101"_s} << u"0-1-101"_s;
    QTest::newRow("an earlier one comes late")
        << QStringList{u"0-1-101"_s, u"0-1-100"_s} << u"0-1-101"_s;
    QTest::newRow("after a failover") << QStringList{u"0-1-101"_s, u"0-2-102"_s} << u"0-2-102"_s;
    QTest::newRow("two domains") << QStringList{u"0-1-101,7-1-5"_s, u"7-1-6"_s}
                                 << u"0-1-101,7-1-6"_s;
    QTest::newRow("what is none") << QStringList{u"x"_s,     u"1-2"_s,      u"a-b-c"_s,     u":"_s,
                                                 u"aaaa:"_s, u"aaaa:9-1"_s, u"aaaa:1-2-3"_s}
                                  << QString();
    // It becomes a part of a statement, and that is for another server.
    QTest::newRow("what is no identifier")
        << QStringList{u"a') OR SLEEP('9:5"_s, u"0-1') OR SLEEP('9-5"_s,
                       u"aaaa:b'c:5"_s,        u"aaaa:b\\:5"_s,
                       u"aaaa: :5"_s,          u":5"_s}
        << QString();
}

void tst_WritePosition::putsTogether()
{
    QFETCH(const QStringList, reports);
    WritePosition position;
    for (const QString &report : reports)
        position.add(report);
    QTEST(position.text(), "text");
}

void tst_WritePosition::knowsWhenItHasGrown_data()
{
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("known");
    QTest::addColumn<QString>("next");
    QTest::newRow("MariaDB") << u"0-1-100"_s << u"0-1-100"_s << u"0-1-101"_s;
    QTest::newRow("MySQL") << u"aaaa:5"_s << u"aaaa:5"_s << u"aaaa:6"_s;
    QTest::newRow("a part of an interval") << u"aaaa:1-3:7-9"_s << u"aaaa:7-8"_s << u"aaaa:3-4"_s;
    QTest::newRow("another server") << u"aaaa:5"_s << u"aaaa:5"_s << u"bbbb:5"_s;
}

void tst_WritePosition::knowsWhenItHasGrown()
{
    QFETCH(const QString, first);
    QFETCH(const QString, known);
    QFETCH(const QString, next);
    WritePosition position;
    position.add(first);
    const quint64 before = position.version();
    position.add(known);
    QCOMPARE(position.version(), before);
    position.add(next);
    QVERIFY(position.version() > before);
}

void tst_WritePosition::isBounded()
{
    WritePosition position;
    for (int i = 0; i < 10'000; ++i)
        position.add(u"aaaa:%1"_s.arg(2 * i));
    QVERIFY(position.text().size() < 1'000);
    QVERIFY(position.text().endsWith(u":19998"_s));
    // Those of the servers that have written last.
    for (int i = 1; i <= 1'000; ++i) {
        position.add(u"aaaa:20000"_s);
        position.add(u"b%1:1,%1-7-%1"_s.arg(i));
    }
    QVERIFY(position.text().size() < 2'000);
    QVERIFY(position.text().contains(u"b1000:1,"_s));
    QVERIFY(!position.text().contains(u"b500:1,"_s));
    QVERIFY(position.text().endsWith(u",1000-7-1000"_s));
}

QTEST_APPLESS_MAIN(tst_WritePosition)
#include "tst_writeposition.moc"
