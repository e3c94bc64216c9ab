// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "placeholders.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;

Q_DECLARE_METATYPE(AsyncMySql::Protocol::Placeholders::Kind)

class tst_Placeholders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsPlaceholders_data();
    void findsPlaceholders();
    void showsWhereTheyAre();
    void tellsWhichLieInExecutableComments();
    void tellsThatTheEndIsMissing_data();
    void tellsThatTheEndIsMissing();
};

void tst_Placeholders::findsPlaceholders_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<Placeholders::Kind>("kind");
    QTest::addColumn<QByteArrayList>("names");

    using Kind = Placeholders::Kind;
    QTest::newRow("none") << QByteArray("SELECT 1") << Kind::None << QByteArrayList();
    QTest::newRow("positional") << QByteArray("SELECT ?,?") << Kind::Positional
                                << QByteArrayList{"", ""};
    QTest::newRow("named") << QByteArray("SELECT :a, :b, :a") << Kind::Named
                           << QByteArrayList{"a", "b", "a"};
    QTest::newRow("mixed") << QByteArray("SELECT :a, ?") << Kind::Mixed << QByteArrayList{"a", ""};
    QTest::newRow("mixed, not undone")
        << QByteArray("SELECT ?, :a, ?") << Kind::Mixed << QByteArrayList{"", "a", ""};
    QTest::newRow("in strings") << QByteArray("SELECT '?:a', \"?:a\", `?:a`") << Kind::None
                                << QByteArrayList();
    QTest::newRow("in comments") << QByteArray("SELECT /* ? :a */ 1 -- ?\n # :a") << Kind::None
                                 << QByteArrayList();
    QTest::newRow("in executable comments")
        << QByteArray("SELECT /*! ? */") << Kind::Positional << QByteArrayList{""};
    QTest::newRow("assignment") << QByteArray("SET @a:=b, @c := ?") << Kind::Positional
                                << QByteArrayList{""};
    QTest::newRow("letters beyond ASCII")
        << QByteArray("SELECT :\xC3\xA4h") << Kind::Named << QByteArrayList{"\xC3\xA4h"};
}

void tst_Placeholders::findsPlaceholders()
{
    QFETCH(const QByteArray, sql);
    const Placeholders placeholders = Placeholders::find(sql, {});
    QTEST(placeholders.kind, "kind");
    QByteArrayList names;
    for (const Placeholder &placeholder : placeholders.list)
        names += placeholder.name.toByteArray();
    QTEST(names, "names");
    QVERIFY(!placeholders.unterminated);
}

void tst_Placeholders::showsWhereTheyAre()
{
    const QByteArray sql("SELECT :name, ':name'");
    const Placeholders placeholders = Placeholders::find(sql, {});
    QCOMPARE(placeholders.list.size(), size_t(1));
    QCOMPARE(placeholders.list[0].offset, qsizetype(7));
    QCOMPARE(placeholders.list[0].size, qsizetype(5));
}

void tst_Placeholders::tellsWhichLieInExecutableComments()
{
    const Placeholders placeholders = Placeholders::find("? /*M! ? */ ?", {});
    QCOMPARE(placeholders.list.size(), size_t(3));
    QVERIFY(!placeholders.list[0].inExecutableComment);
    QVERIFY(placeholders.list[1].inExecutableComment);
    QVERIFY(!placeholders.list[2].inExecutableComment);
}

void tst_Placeholders::tellsThatTheEndIsMissing_data()
{
    QTest::addColumn<QByteArray>("sql");
    for (const char *sql : {"SELECT ?, 'a", "SELECT ?, \"a", "SELECT ?, `a", "SELECT ? /* a",
                            "SELECT ? /*! a", "SELECT ?, @'a"}) {
        QTest::newRow(sql) << QByteArray(sql);
    }
}

void tst_Placeholders::tellsThatTheEndIsMissing()
{
    QFETCH(const QByteArray, sql);
    QVERIFY(Placeholders::find(sql, {}).unterminated);
}

QTEST_APPLESS_MAIN(tst_Placeholders)

#include "tst_placeholders.moc"
