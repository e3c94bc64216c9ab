// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "shopfixture.h"
#include "timespecs.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qdatetime.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qjsonvalue.h>
#include <QtTest/qsignalspy.h>

#include <limits>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Policy = TableModel::SubmitPolicy;

/// What TableModel writes into columns of all types is what it was given, or it is refused; where
/// the server is not in strict mode, too, in which it would change it.
class tst_TableValues_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void valueIsStoredAsGiven_data();
    void valueIsStoredAsGiven();
    void valueIsRefused_data();
    void valueIsRefused();
    void nullIsRefusedWhereThereIsNone_data() { addRows(); }
    void nullIsRefusedWhereThereIsNone();
    void rowIsSetAsAWhole_data() { addRows(); }
    void rowIsSetAsAWhole();
    void documentsKeepTheirNumbers_data() { addRows(); }
    void documentsKeepTheirNumbers();

private:
    /// A table with a column \c v of this declaration, and a row with the number 1.
    bool makeTable(Shop *shop, const QString &declaration);
};

namespace {

void addColumns()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("declaration");
    QTest::addColumn<QVariant>("value");
}

void addRow(const Server &server, const char *declaration, const QVariant &value,
            const QString &stored = {})
{
    QString shown = value.toString();
    if (shown.size() > 20)
        shown = shown.first(20) + u'~';
    QTestData &row
        = QTest::addRow("%s, %s: %s", qPrintable(server.name), declaration, qPrintable(shown))
          << server << QString::fromUtf8(declaration) << value;
    if (!stored.isNull())
        row << stored;
}

} // namespace

void tst_TableValues_Servers::initTestCase()
{
    VERIFY_SERVERS();
    QLocale::setDefault(QLocale::c());
}

bool tst_TableValues_Servers::makeTable(Shop *shop, const QString &declaration)
{
    return shop->run(u"DROP TABLE IF EXISTS t"_s)->succeeded()
           && shop->run(u"CREATE TABLE t (id INT PRIMARY KEY, v %1 NULL)"_s.arg(declaration))
                  ->succeeded()
           && shop->run(u"INSERT INTO t (id) VALUES (1)"_s)->succeeded()
           && finishedOf(shop->connection.execute(u"SET SESSION sql_mode = ''"_s))->succeeded();
}

void tst_TableValues_Servers::valueIsStoredAsGiven_data()
{
    addColumns();
    QTest::addColumn<QString>("stored");
    for (const Server &server : all()) {
        addRow(server, "TINYINT", -128, u"-128"_s);
        addRow(server, "INT UNSIGNED", u"4294967295"_s, u"4294967295"_s);
        addRow(server, "BIGINT UNSIGNED", u"18446744073709551615"_s, u"18446744073709551615"_s);
        addRow(server, "BIGINT", std::numeric_limits<qlonglong>::min(), u"-9223372036854775808"_s);
        addRow(server, "DECIMAL(10,2)", u"12.5"_s, u"12.50"_s);
        addRow(server, "DECIMAL(10,2)", 0.1 + 0.2, u"0.30"_s);
        addRow(server, "DECIMAL(10,2)", u"12."_s, u"12.00"_s);
        addRow(server, "DECIMAL(10,2)", u""_s, u"NULL"_s);
        addRow(server, "INT", u""_s, u"NULL"_s);
        addRow(server, "DATE", u""_s, u"NULL"_s);
        addRow(server, "DOUBLE", u"-1.5e300"_s, u"-1.5e300"_s);
        addRow(server, "YEAR", 2155, u"2155"_s);
        addRow(server, "BIT(8)", 200, u"200"_s);
        addRow(server, "ENUM('Red','it''s')", u"red"_s, u"Red"_s);
        addRow(server, "ENUM('Red','it''s')", u"it's"_s, u"it's"_s);
        addRow(server, "SET('a','b','c')", QStringList{u"c"_s, u"a"_s}, u"a,c"_s);
        addRow(server, "DATE", u"2026-01-31"_s, u"2026-01-31"_s);
        addRow(server, "DATE", u"0000-00-00"_s, u"0000-00-00"_s);
        addRow(server, "DATETIME",
               QDateTime(QDate(2026, 1, 31), QTime(12, 30, 59, 678), Tests::Utc),
               u"2026-01-31 12:30:59"_s);
        addRow(server, "DATETIME(6)", u"2026-01-31 12:30:59.678901"_s,
               u"2026-01-31 12:30:59.678901"_s);
        addRow(server, "TIME", QTime(1, 2, 3, 999), u"01:02:03"_s);
        addRow(server, "TIME", u"-838:59:59"_s, u"-838:59:59"_s);
        addRow(server, "VARCHAR(30)",
               QDateTime(QDate(2026, 1, 31), QTime(12, 0, 0, 678), Tests::Utc),
               u"2026-01-31 12:00:00.678"_s);
        addRow(server, "CHAR(2)", u"é😀"_s, u"é😀"_s);
        addRow(server, "VARCHAR(5) CHARACTER SET latin1", u"é€ñ"_s, u"é€ñ"_s);
        addRow(server, "VARBINARY(3)", "abc"_ba, u"abc"_s);
        addRow(server, "JSON", u"{\"a\": 18446744073709551615}"_s,
               u"{\"a\": 18446744073709551615}"_s);
    }
}

void tst_TableValues_Servers::valueIsStoredAsGiven()
{
    QFETCH(Server, server);
    QFETCH(QString, declaration);
    QFETCH(QVariant, value);
    QFETCH(QString, stored);

    Shop shop(server);
    QVERIFY(makeTable(&shop, declaration));
    TableModel model;
    model.setSubmitPolicy(Policy::Manual);
    model.setExecutor(&shop.connection);
    model.setTable(u"t"_s);
    VERIFY_COMPLETE(model);
    QVERIFY2(model.setData(model.index(0, 0), value, Qt::UserRole + 1),
             qPrintable(model.error().message()));
    model.submitAll();
    VERIFY_SUBMITTED(model);
    QCOMPARE(shop.run(u"SELECT COALESCE(%1, 'NULL') FROM t"_s.arg(
                          declaration.startsWith(u"BIT"_s) ? u"v + 0"_s : u"v"_s))
                 ->rows()
                 .value(0)
                 .value(0),
             stored);
}

void tst_TableValues_Servers::valueIsRefused_data()
{
    addColumns();
    for (const Server &server : all()) {
        addRow(server, "INT UNSIGNED", -1);
        addRow(server, "BIGINT UNSIGNED", -1);
        addRow(server, "BIGINT", 9223372036854775808ULL);
        addRow(server, "TINYINT", 300);
        addRow(server, "MEDIUMINT UNSIGNED", u"16777216"_s);
        addRow(server, "INT", u"12x"_s);
        addRow(server, "INT", 2.5);
        addRow(server, "DECIMAL(10,2)", u"12x"_s);
        addRow(server, "DECIMAL(10,2)", u"12,5"_s);
        addRow(server, "DECIMAL(10,2)", u"12.345"_s);
        addRow(server, "DECIMAL(4,2)", 100);
        addRow(server, "DECIMAL(4,2) UNSIGNED", -1);
        addRow(server, "FLOAT", 1e39);
        addRow(server, "YEAR", 1800);
        addRow(server, "BIT(1)", 2);
        addRow(server, "ENUM('a','b')", u"c"_s);
        addRow(server, "SET('a','b')", u"a,c"_s);
        addRow(server, "DATE", u"31.01.2026"_s);
        addRow(server, "DATE", u"2026-02-30"_s);
        addRow(server, "DATETIME", u"31.01.2026 12:00"_s);
        addRow(server, "DATETIME", u"2026-01-31 12:00:00.5"_s);
        addRow(server, "TIMESTAMP", u"1960-01-01 00:00:00"_s);
        addRow(server, "TIME", u"840:00:00"_s);
        addRow(server, "CHAR(2)", u"abc"_s);
        addRow(server, "VARCHAR(5) CHARACTER SET latin1", u"a😀"_s);
        addRow(server, "VARCHAR(5) CHARACTER SET utf8mb3", u"a😀"_s);
        addRow(server, "VARCHAR(5) CHARACTER SET ascii", u"é"_s);
        addRow(server, "VARBINARY(2)", "abc"_ba);
        addRow(server, "TINYTEXT", QString(300, u'x'));
        addRow(server, "JSON", u"{"_s);
    }
}

void tst_TableValues_Servers::valueIsRefused()
{
    QFETCH(Server, server);
    QFETCH(QString, declaration);
    QFETCH(QVariant, value);

    Shop shop(server);
    QVERIFY(makeTable(&shop, declaration));
    TableModel model;
    model.setSubmitPolicy(Policy::OnFieldChange);
    model.setExecutor(&shop.connection);
    model.setTable(u"t"_s);
    VERIFY_COMPLETE(model);
    QSignalSpy errors(&model, &TableModel::errorOccurred);
    QVERIFY(!model.setData(model.index(0, 0), value, Qt::UserRole + 1));
    QVERIFY(!model.setData(model.index(0, 1), value));
    QCOMPARE(errors.count(), 2);
    QCOMPARE(model.error().code(), Error::InvalidParameter);
    QVERIFY2(model.error().message().contains(u"\"v\""_s), qPrintable(model.error().message()));
    QCOMPARE(model.pendingChanges(), 0);
    QCOMPARE(model.appendRow({{u"id"_s, 2}, {u"v"_s, value}}), -1);
    QVERIFY(!model.isSubmitting());
    QCOMPARE(shop.run(u"SELECT COUNT(*), SUM(v IS NULL) FROM t"_s)->rows().value(0),
             (QStringList{u"1"_s, u"1"_s}));
}

void tst_TableValues_Servers::nullIsRefusedWhereThereIsNone()
{
    OPEN_SHOP(Policy::Manual);
    QVERIFY(!model.setData(model.index(0, 1), QVariant()));
    QVERIFY(!model.setData(model.index(0, 2), u""_s));
    QCOMPARE(model.error().code(), Error::InvalidParameter);
    QVERIFY(model.setData(model.index(0, 3), QVariant()));
    QCOMPARE(model.pendingChanges(), 1);
    QVERIFY(model.appendRow({{u"id"_s, QVariant()}, {u"name"_s, u"new"_s}}) >= 0);
    model.submitAll();
    VERIFY_SUBMITTED(model);
    QCOMPARE(shop.all(), u"1 apple 1.20, 2 pear 1.50 20, 3 plum 0.80, 4 new 9.90"_s);
}

void tst_TableValues_Servers::rowIsSetAsAWhole()
{
    OPEN_SHOP(Policy::OnFieldChange);
    QVERIFY(!model.setRow(0, {{u"name"_s, u"Apfel"_s}, {u"stock"_s, u"many"_s}}));
    QVERIFY(!model.setRow(0, {{u"name"_s, u"Apfel"_s}, {u"gross"_s, 1}}));
    QVERIFY(!model.setRow(0, {{u"name"_s, u"Apfel"_s}, {u"nothing"_s, 1}}));
    QVERIFY(!model.setRow(7, {{u"name"_s, u"Apfel"_s}}));
    QCOMPARE(model.pendingChanges(), 0);
    QVERIFY(model.setRow(0, {{u"name"_s, u"Apfel"_s}, {u"stock"_s, u"11"_s}}));
    VERIFY_SUBMITTED(model);
    QCOMPARE(shop.all(), u"1 Apfel 1.20 11, 2 pear 1.50 20, 3 plum 0.80"_s);
}

/// An edit of one member must not change another one.
void tst_TableValues_Servers::documentsKeepTheirNumbers()
{
    QFETCH(Server, server);
    Shop shop(server);
    QVERIFY(makeTable(&shop, u"JSON"_s));
    const QString held = u"{\"id\": 9007199254740993}"_s;
    const QString other = u"{\"x\": 1, \"id\": 18446744073709551615}"_s;
    shop.run(u"DELETE FROM t"_s);
    shop.run(u"INSERT INTO t VALUES (1, ?), (2, ?)"_s, {held, other});
    TableModel model;
    model.setSubmitPolicy(Policy::Manual);
    model.setExecutor(&shop.connection);
    model.setTable(u"t"_s);
    VERIFY_COMPLETE(model);

    const QVariant first = model.index(0, 0).data(Qt::UserRole + 1);
    QCOMPARE(first.metaType(), QMetaType::fromType<QJsonValue>());
    QJsonObject object = first.toJsonValue().toObject();
    QCOMPARE(object.value(u"id"_s).toInteger(), 9007199254740993LL);
    object.insert(u"y"_s, 2);
    QVERIFY(model.setData(model.index(0, 0), object, Qt::UserRole + 1));

    // It cannot be held, and is its text.
    const QVariant second = model.index(1, 0).data(Qt::UserRole + 1);
    QCOMPARE(second, QVariant(other));
    QVERIFY(model.setData(model.index(1, 0), second.toString().replace(u": 1,"_s, u": 2,"_s),
                          Qt::UserRole + 1));
    model.submitAll();
    VERIFY_SUBMITTED(model);
    const QString members = u"SELECT JSON_EXTRACT(v, '$.id') FROM t ORDER BY id"_s;
    QCOMPARE(shop.run(members)->rows(),
             (QList<QStringList>{{u"9007199254740993"_s}, {u"18446744073709551615"_s}}));

    const Fake::OutcomePointer read = shop.run(u"SELECT v FROM t ORDER BY id"_s);
    const Row row = read->results.value(0).row(1);
    QCOMPARE(row.value(0).metaType(), QMetaType::fromType<QString>());
    Error error;
    QVERIFY(row.value<QJsonValue>(0, &error).isNull());
    QCOMPARE(error.code(), Error::ConversionFailed);
}

QTEST_GUILESS_MAIN(tst_TableValues_Servers)
#include "tst_tablevalues_servers.moc"
