// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "articles.h"
#include "eventwait.h"
#include "rowbytes.h"
#include "shareddatabases.h"

#include <AsyncMySql/Lease>
#include <AsyncMySql/LeaseJob>
#include <AsyncMySql/Pool>
#include <AsyncMySql/Transaction>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qrandom.h>
#include <QtCore/qset.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <functional>
#include <memory>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;
using Mode = QueryModel::ReadMode;

namespace {

/// The numbers from 0 to 9999 as a derived table "n" with the column i.
QString numbers()
{
    return u"(SELECT a.i + 10 * b.i + 100 * c.i + 1000 * e.i AS i "
           "FROM digits a, digits b, digits c, digits e) n"_s;
}

std::unique_ptr<QueryModel> modelOf(Executor *executor, const QString &sql)
{
    auto model = std::make_unique<QueryModel>();
    model->setReadMode(Mode::RandomAccess);
    model->setFetchSize(50);
    model->setExecutor(executor);
    model->setSql(sql);
    return model;
}

/// As a view does it: asks, and waits until it is there, or until there is no such row.
bool isShown(QueryModel *model, int row)
{
    const auto hasEnded
        = [=] { return model->row(row).isValid() || row >= model->count() || model->error(); };
    return waitUntil(hasEnded) && !model->error();
}

bool isCounted(const QueryModel &model)
{
    return waitUntil([&] { return (model.isComplete() && !model.isLoading()) || model.error(); })
           && !model.error();
}

QStringList textsOf(const Row &row)
{
    QStringList texts;
    for (int i = 0; i < row.columnCount(); ++i)
        texts.append(row.isNull(i) ? u"NULL"_s : row.text(i));
    return texts;
}

/// Returns the first row that is not as expected; -1 if all are.
int firstDifference(QueryModel *model, const QStringList &expected)
{
    for (int i = 0; i < expected.size(); ++i) {
        if (!isShown(model, i) || bytesOf(model->row(i)) != expected[i])
            return i;
    }
    return -1;
}

} // namespace

#define VERIFY_RUNS(executor, sql) VERIFY_DONE((executor).execute(sql))
#define VERIFY_SHOWN(model, row) \
    QVERIFY2(isShown(model, row), qPrintable((model)->error().message()))
#define VERIFY_COUNTED(model) QVERIFY2(isCounted(model), qPrintable((model).error().message()))

class tst_QueryModelRandom_Servers : public QObject
{
    Q_OBJECT

private:
    SharedDatabases m_ofKeys;
    SharedDatabases m_ofStatements;
    QSet<QString> m_haveTables;

private Q_SLOTS:
    void initTestCase();
    void everyRowIsAtItsPosition_data();
    void everyRowIsAtItsPosition();
    void statementsAreReadAtRandom_data();
    void statementsAreReadAtRandom();
    void rowsAreThereWhileTheyAreCounted_data() { addRows(); }
    void rowsAreThereWhileTheyAreCounted();
    void tablesOfFewRowsAreCountedAtOnce_data() { addRows(); }
    void tablesOfFewRowsAreCountedAtOnce();
    void refreshCountsAgain_data() { addRows(); }
    void refreshCountsAgain();
    void rowsMayBeDeletedMeanwhile_data() { addRows(); }
    void rowsMayBeDeletedMeanwhile();
    void everyExecutorReadsRows_data() { addRows(); }
    void everyExecutorReadsRows();
    void tableCanBeAltered_data() { addRows(); }
    void tableCanBeAltered();
    void largeRowsHaveSmallPages_data() { addRows(); }
    void largeRowsHaveSmallPages();
    void lostSessionsAreNotSeen_data() { addRows(); }
    void lostSessionsAreNotSeen();
};

void tst_QueryModelRandom_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

#define MAKE_DIGITS(connection) \
    VERIFY_RUNS(connection, u"CREATE TABLE digits (i INT PRIMARY KEY)"_s); \
    VERIFY_RUNS(connection, u"INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)"_s)

void tst_QueryModelRandom_Servers::everyRowIsAtItsPosition_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("columns");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("values");
    for (const Server &server : all()) {
        const auto row = [&](const char *name, const QString &columns, const QString &key,
                             const QString &values) {
            QTest::addRow("%s %s", qPrintable(server.name), name)
                << server << columns << key << values;
        };
        row("int", u"k INT NOT NULL"_s, u"k"_s, u"n.i * n.i - 20000000"_s);
        row("bigint unsigned", u"k BIGINT UNSIGNED NOT NULL"_s, u"k"_s,
            u"18446744073709551615 - n.i * 1000000007"_s);
        row("decimal", u"k DECIMAL(30,4) NOT NULL"_s, u"k"_s,
            u"(n.i - 5000) * 1234567890123.4567"_s);
        row("bit", u"k BIT(40) NOT NULL"_s, u"k"_s, u"n.i * 40000007"_s);
        row("date", u"k DATE NOT NULL"_s, u"k"_s, u"DATE'1990-01-01' + INTERVAL n.i DAY"_s);
        row("datetime", u"k DATETIME(6) NOT NULL"_s, u"k"_s,
            u"TIMESTAMP'1990-01-01 00:00:00' + INTERVAL n.i * 1234567 MICROSECOND"_s);
        row("time", u"k TIME(3) NOT NULL"_s, u"k"_s, u"SEC_TO_TIME((n.i - 5000) / 10)"_s);
        row("binary", u"k BINARY(16) NOT NULL"_s, u"k"_s, u"UNHEX(LEFT(SHA2(n.i, 256), 32))"_s);
        row("varbinary", u"k VARBINARY(20) NOT NULL"_s, u"k"_s, u"CAST(n.i AS CHAR)"_s);
        row("varchar", u"k VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL"_s, u"k"_s,
            u"CONCAT('\u00c4 ', LEFT(SHA2(n.i, 256), 16))"_s);
        row("char latin1", u"k CHAR(40) CHARACTER SET latin1 COLLATE latin1_swedish_ci NOT NULL"_s,
            u"k"_s, u"LEFT(SHA2(n.i, 256), 32)"_s);
        row("two columns", u"a INT NOT NULL, b BIGINT NOT NULL"_s, u"a, b"_s,
            u"n.i DIV 4000, n.i * n.i"_s);
        row("one value first", u"a INT NOT NULL, b DATETIME NOT NULL"_s, u"a, b"_s,
            u"7, TIMESTAMP'2001-01-01 00:00:00' + INTERVAL n.i HOUR"_s);
        row("text and number", u"a VARCHAR(10) NOT NULL, b INT NOT NULL"_s, u"a, b"_s,
            u"CHAR(97 + n.i % 20 USING utf8mb4), n.i"_s);
    }
}

void tst_QueryModelRandom_Servers::everyRowIsAtItsPosition()
{
    QFETCH(Server, server);
    QFETCH(QString, columns);
    QFETCH(QString, key);
    QFETCH(QString, values);
    Connection connection(Servers::options(server, m_ofKeys.of(server)));
    VERIFY_RUNS(connection, u"DROP TABLE IF EXISTS t, digits"_s);
    MAKE_DIGITS(connection);
    VERIFY_RUNS(connection, u"CREATE TABLE t ("_s + columns + u", v INT, PRIMARY KEY ("_s + key
                                + u")) ENGINE=InnoDB"_s);
    VERIFY_RUNS(connection, u"INSERT INTO t SELECT "_s + values + u", n.i FROM "_s + numbers());
    const QStringList names = key.split(u", "_s);
    for (const bool descends : {false, true}) {
        const QString sql = u"SELECT * FROM t ORDER BY "_s
                            + (descends ? names.join(u" DESC, "_s) + u" DESC"_s : key);
        const OutcomePointer whole = finishedOf(connection.execute(sql));
        QVERIFY(whole->succeeded());
        const QStringList expected = rowsOf(whole->results.constFirst());
        QCOMPARE(expected.size(), 10'000);
        const auto model = modelOf(&connection, sql);
        // At once: their positions can be estimates. Without a tester, which goes through all rows
        // at each change: the other tests have one.
        QTRY_VERIFY_WITH_TIMEOUT(model->count() > 0 || model->error(), 30000);
        QRandomGenerator random(42);
        QList<int> visited{0, model->count() - 1};
        for (int i = 0; i < 20; ++i)
            visited.append(static_cast<int>(random.bounded(model->count())));
        for (const int row : std::as_const(visited)) {
            VERIFY_SHOWN(model.get(), row);
            QVERIFY(row >= model->count() || expected.contains(bytesOf(model->row(row))));
        }
        VERIFY_COUNTED(*model);
        QCOMPARE(model->count(), 10'000);
        QCOMPARE(model->progress(), 1.0);
        // What was shown has been corrected.
        for (const int row : std::as_const(visited)) {
            if (row >= model->count())
                continue;
            VERIFY_SHOWN(model.get(), row);
            QCOMPARE(bytesOf(model->row(row)), expected[row]);
        }
        for (int i = 0; i < 100; ++i) {
            const int row = static_cast<int>(random.bounded(10'000));
            VERIFY_SHOWN(model.get(), row);
            QCOMPARE(bytesOf(model->row(row)), expected[row]);
        }
        // All of one order; the other one would take as long again.
        QCOMPARE(firstDifference(model.get(), descends ? expected.first(2'000) : expected), -1);
    }
}

void tst_QueryModelRandom_Servers::statementsAreReadAtRandom_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QVariant>("parameters");
    QTest::addColumn<QString>("reason");
    for (const Server &server : all()) {
        const auto row
            = [&](const QString &sql, const QVariant &parameters = {}, const QString &reason = {}) {
                  QTest::addRow("%s %s", qPrintable(server.name), qPrintable(sql))
                      << server << sql << parameters << reason;
              };
        row(u"SELECT * FROM t"_s);
        row(u"SELECT s, id FROM t AS x WHERE x.n % 2 = 0 # a comment\n ; /* another */"_s);
        row(u"SELECT id FROM t WHERE id < 0"_s);
        row(u"SELECT id FROM t WHERE 1 = 0"_s);
        row(u"SELECT id FROM t WHERE id = 77"_s);
        row(u"SELECT * FROM t WHERE n = 3"_s);
        row(u"SELECT * FROM t ORDER BY n, id"_s);
        row(u"SELECT * FROM t ORDER BY n DESC, id DESC"_s);
        row(u"SELECT * FROM t ORDER BY s DESC, id DESC"_s);
        // Rows of equal values, some of which are texts of other letters.
        for (const QString &column : {u"d"_s, u"m"_s, u"b"_s, u"c"_s}) {
            row(u"SELECT id, %1 FROM t ORDER BY %1, id"_s.arg(column));
            row(u"SELECT * FROM t WHERE n <> 2 ORDER BY %1 DESC, id DESC"_s.arg(column));
        }
        row(u"SELECT id, c FROM t WHERE c = ? ORDER BY c, id"_s, QVariantList{u"NAME 7"_s});
        row(u"SELECT id, ? AS a, CONCAT(s, ?) FROM t WHERE n > ? AND s <> ?"_s,
            QVariantList{u"one"_s, u"two"_s, 3, u"name 5"_s});
        row(u"SELECT id, :a AS a FROM t WHERE n > :b OR :b = 7 ORDER BY id"_s,
            QVariantMap{{u"a"_s, u"one"_s}, {u":b"_s, 3}});
        row(u"SELECT id, n FROM t WHERE n = ?"_s, 3);
        row(u"SELECT n FROM t"_s, {}, u"its result does not contain the key of the table"_s);
        row(u"SELECT * FROM t ORDER BY v, id"_s, {}, u"order by the column v"_s);
        row(u"SELECT * FROM t ORDER BY w, id"_s, {}, u"no index of the table has its order"_s);
        row(u"SELECT a.id FROM t a JOIN t b ON a.id = b.n"_s, {}, u"JOIN"_s);
        row(u"SELECT n, COUNT(*) FROM t GROUP BY n"_s, {}, u"COUNT"_s);
    }
}

void tst_QueryModelRandom_Servers::statementsAreReadAtRandom()
{
    QFETCH(Server, server);
    QFETCH(QString, sql);
    QFETCH(QVariant, parameters);
    QFETCH(QString, reason);
    Connection connection(Servers::options(server, m_ofStatements.of(server)));
    if (!m_haveTables.contains(server.name)) {
        MAKE_DIGITS(connection);
        VERIFY_RUNS(connection,
                    u"CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL, s VARCHAR(20) NOT NULL, "
                    "v INT, w INT NOT NULL, d DECIMAL(10,2) NOT NULL, m DATETIME(3) NOT NULL, "
                    "b BINARY(4) NOT NULL, c VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL, "
                    "KEY (n), KEY (s), KEY (d), KEY (m), KEY (b), KEY (c)) ENGINE=InnoDB"_s);
        VERIFY_RUNS(connection,
                    u"INSERT INTO t SELECT i, i % 7, CONCAT('name ', i % 13), NULL, i % 5, "
                    "(i % 11 - 5) * 1.25, TIMESTAMP'2026-01-01 00:00:00' + INTERVAL i % 17 * "
                    "1500000 MICROSECOND, "
                    "UNHEX(LEFT(SHA2(i % 19, 256), 4)), "
                    "CONCAT(IF(i % 2 = 0, 'name ', 'NAME '), i % 10) FROM "_s
                        + numbers() + u" WHERE i % 3 = 0"_s);
        m_haveTables.insert(server.name);
    }
    // Without a tester, which goes through all rows with each page.
    const auto model = modelOf(&connection, sql);
    model->setParameters(parameters);
    if (!reason.isEmpty()) {
        QTRY_VERIFY(model->error());
        QCOMPARE(model->error().code(), Error::NotSupported);
        QVERIFY2(model->error().message().contains(reason), qPrintable(model->error().message()));
        return;
    }
    OutcomePointer whole;
    if (parameters.metaType() == QMetaType::fromType<QVariantMap>())
        whole = finishedOf(connection.execute(sql, parameters.toMap()));
    else if (parameters.isValid() && parameters.toList().isEmpty())
        whole = finishedOf(connection.execute(sql, QVariantList{parameters}));
    else
        whole = finishedOf(connection.execute(sql, parameters.toList()));
    QVERIFY2(whole->succeeded(), Fake::describe(whole).constData());
    const QStringList expected = rowsOf(whole->results.constFirst());
    VERIFY_COUNTED(*model);
    QCOMPARE(model->count(), expected.size());
    QCOMPARE(firstDifference(model.get(), expected), -1);

    if (!model->columnNames().contains(u"n"_s))
        return;
    model->setFilter(u"n"_s, QueryModel::FilterOperator::LessOrEqual, 4);
    model->sort(static_cast<int>(model->columnNames().indexOf(u"id"_s)), Qt::DescendingOrder);
    QList<Row> filtered;
    const Result &result = whole->results.constFirst();
    QList<Row> rows(result.begin(), result.end());
    std::sort(rows.begin(), rows.end(), [](const Row &left, const Row &right) {
        return left.value<int>("id") > right.value<int>("id");
    });
    for (const Row &row : std::as_const(rows)) {
        if (row.value<int>("n") <= 4)
            filtered.append(row);
    }
    QVERIFY(model->isLoading());
    VERIFY_COUNTED(*model);
    QCOMPARE(model->count(), filtered.size());
    // With a value, statements are prepared: numbers arrive in another form.
    for (qsizetype i = 0; i < filtered.size(); ++i) {
        VERIFY_SHOWN(model.get(), static_cast<int>(i));
        QCOMPARE(textsOf(model->row(static_cast<int>(i))), textsOf(filtered[i]));
    }
}

void tst_QueryModelRandom_Servers::rowsAreThereWhileTheyAreCounted()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    MAKE_DIGITS(connection);
    VERIFY_RUNS(connection, u"CREATE TABLE t (id INT PRIMARY KEY, s CHAR(20) NOT NULL)"_s);
    // 300,000 rows, the numbers of which have gaps.
    for (int i = 0; i < 30; ++i) {
        VERIFY_RUNS(connection, u"INSERT INTO t SELECT (%1 + i) * 7, 'text' FROM "_s.arg(i * 10'000)
                                    + numbers());
    }
    VERIFY_RUNS(connection, u"ANALYZE TABLE t"_s);
    // Without a tester, which goes through all rows.
    const auto model = modelOf(&connection, u"SELECT * FROM t"_s);
    QTRY_VERIFY(model->count() > 0);
    // The estimate of the server.
    QVERIFY2(model->count() > 100'000 && model->count() < 900'000,
             qPrintable(QString::number(model->count())));
    QVERIFY(!model->isComplete());
    QVERIFY(model->progress() < 0.5);
    const int middle = model->count() / 2;
    VERIFY_SHOWN(model.get(), middle);
    const int last = model->count() - 1;
    VERIFY_SHOWN(model.get(), last);
    QCOMPARE(model->row(last).value<int>(0), 299'999 * 7);
    VERIFY_SHOWN(model.get(), last - 200);
    VERIFY_COUNTED(*model);
    QCOMPARE(model->count(), 300'000);
    // What was shown then.
    for (const int row : {middle, 299'999, 299'000, 123'456, 0, 1, 200'000}) {
        VERIFY_SHOWN(model.get(), row);
        QCOMPARE(model->row(row).value<int>(0), row * 7);
    }
}

void tst_QueryModelRandom_Servers::tablesOfFewRowsAreCountedAtOnce()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    VERIFY_RUNS(connection, u"CREATE TABLE t (id INT PRIMARY KEY)"_s);
    for (const int count : {0, 1, 49, 50, 51, 100}) {
        VERIFY_RUNS(connection, u"DELETE FROM t"_s);
        for (int i = 0; i < count; ++i)
            VERIFY_RUNS(connection, u"INSERT INTO t VALUES (%1)"_s.arg(i));
        const auto model = modelOf(&connection, u"SELECT * FROM t"_s);
        const Tester tester(model.get());
        QTRY_COMPARE(model->columnCount(), 1);
        VERIFY_COUNTED(*model);
        QCOMPARE(model->count(), count);
        for (int i = 0; i < count; ++i) {
            VERIFY_SHOWN(model.get(), i);
            QCOMPARE(model->row(i).value<int>(0), i);
        }
        QVERIFY(!model->row(count).isValid());
    }
}

void tst_QueryModelRandom_Servers::refreshCountsAgain()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    MAKE_DIGITS(connection);
    VERIFY_RUNS(connection, u"CREATE TABLE t (id INT PRIMARY KEY, v INT)"_s);
    const auto model = modelOf(&connection, u"SELECT * FROM t"_s);
    const Tester tester(model.get());
    QSignalSpy resets(model.get(), &QAbstractItemModel::modelReset);
    const auto renew = [&](int count) {
        model->refresh();
        return isCounted(*model) && model->count() == count;
    };
    QTRY_COMPARE(model->columnCount(), 2);
    VERIFY_COUNTED(*model);
    QCOMPARE(model->count(), 0);
    QCOMPARE(resets.size(), 1);
    VERIFY_RUNS(connection, u"INSERT INTO t SELECT i * 2, 0 FROM "_s + numbers());
    QVERIFY(renew(10'000));
    for (const int row : {0, 9'999, 5'000}) {
        VERIFY_SHOWN(model.get(), row);
        QCOMPARE(model->row(row).value<int>(0), row * 2);
    }
    VERIFY_RUNS(connection, u"INSERT INTO t SELECT i * 2 + 1, 0 FROM "_s + numbers());
    VERIFY_RUNS(connection, u"UPDATE t SET v = id"_s);
    QSignalSpy changes(model.get(), &QAbstractItemModel::dataChanged);
    QVERIFY(renew(20'000));
    // Without being asked for: views do not ask again.
    const auto hasChanged = [&](int row) {
        return std::any_of(changes.begin(), changes.end(), [row](const QVariantList &change) {
            return change[0].toModelIndex().row() <= row && change[1].toModelIndex().row() >= row;
        });
    };
    for (const int row : {0, 5'000}) {
        QVERIFY(hasChanged(row));
        QCOMPARE(model->row(row).value<int>(0), row);
        QCOMPARE(model->row(row).value<int>(1), row);
    }
    VERIFY_RUNS(connection, u"DELETE FROM t WHERE id >= 120"_s);
    QVERIFY(renew(120));
    for (int row = 0; row < 120; ++row) {
        VERIFY_SHOWN(model.get(), row);
        QCOMPARE(model->row(row).value<int>(0), row);
    }
    VERIFY_RUNS(connection, u"DELETE FROM t"_s);
    QVERIFY(renew(0));
    VERIFY_RUNS(connection, u"INSERT INTO t VALUES (1, 2)"_s);
    QVERIFY(renew(1));
    VERIFY_SHOWN(model.get(), 0);
    QCOMPARE(resets.size(), 1);
}

void tst_QueryModelRandom_Servers::rowsMayBeDeletedMeanwhile()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    MAKE_DIGITS(connection);
    VERIFY_RUNS(connection, u"CREATE TABLE t (id INT PRIMARY KEY)"_s);
    VERIFY_RUNS(connection, u"INSERT INTO t SELECT i FROM "_s + numbers());
    const auto model = modelOf(&connection, u"SELECT * FROM t"_s);
    const Tester tester(model.get());
    QTRY_VERIFY(model->count() > 0);
    VERIFY_COUNTED(*model);
    QCOMPARE(model->count(), 10'000);
    // In the middle: the rows behind them have other positions than is known.
    VERIFY_RUNS(connection, u"DELETE FROM t WHERE id BETWEEN 3000 AND 3999"_s);
    VERIFY_SHOWN(model.get(), 7'000);
    QVERIFY(model->row(7'000).value<int>(0) >= 7'000);
    // At the end.
    VERIFY_RUNS(connection, u"DELETE FROM t WHERE id >= 9000"_s);
    // The last page itself may be there: views ask for it when rows are inserted.
    model->row(9'400);
    QTRY_VERIFY(model->count() <= 9'400);
    VERIFY_COUNTED(*model);
    QCOMPARE(model->count(), 8'000);
    VERIFY_SHOWN(model.get(), 7'000);
    QCOMPARE(model->row(7'000).value<int>(0), 8'000);
    VERIFY_SHOWN(model.get(), 7'999);
    QCOMPARE(model->row(7'999).value<int>(0), 8'999);
    // All.
    VERIFY_RUNS(connection, u"DELETE FROM t"_s);
    QVERIFY(!model->row(6'000).isValid());
    QTRY_VERIFY(model->count() <= 6'000);
    VERIFY_COUNTED(*model);
    QTRY_COMPARE(model->count(), 0);
    QVERIFY(!model->error());
}

void tst_QueryModelRandom_Servers::everyExecutorReadsRows()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    MAKE_DIGITS(connection);
    VERIFY_RUNS(connection, u"CREATE TABLE t (id INT PRIMARY KEY)"_s);
    VERIFY_RUNS(connection, u"INSERT INTO t SELECT i FROM "_s + numbers());
    Pool pool(Servers::options(server, database));
    const std::unique_ptr<Transaction> transaction(connection.beginTransaction());
    LeaseJob *job = pool.acquire();
    std::unique_ptr<Lease> lease;
    connect(job, &LeaseJob::finished, this, [&] { lease = job->takeLease(); });
    QTRY_VERIFY(lease);
    for (Executor *executor :
         {static_cast<Executor *>(&pool), static_cast<Executor *>(transaction.get()),
          static_cast<Executor *>(lease.get())}) {
        const auto model = modelOf(executor, u"SELECT * FROM t"_s);
        const Tester tester(model.get());
        QTRY_VERIFY(model->count() > 0);
        VERIFY_SHOWN(model.get(), 5'000);
        VERIFY_COUNTED(*model);
        QCOMPARE(model->count(), 10'000);
        VERIFY_SHOWN(model.get(), 9'000);
        QCOMPARE(model->row(9'000).value<int>(0), 9'000);
    }
    // Nothing of the models is left in the pool.
    QTRY_COMPARE(pool.statistics().inUse, 1);
}

void tst_QueryModelRandom_Servers::tableCanBeAltered()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    Connection other(Servers::options(server, database));
    MAKE_DIGITS(connection);
    VERIFY_RUNS(connection, u"CREATE TABLE t (id INT PRIMARY KEY)"_s);
    VERIFY_RUNS(connection, u"INSERT INTO t SELECT i FROM "_s + numbers());
    const auto model = modelOf(&connection, u"SELECT * FROM t"_s);
    const Tester tester(model.get());
    QTRY_VERIFY(model->count() > 0);
    VERIFY_RUNS(other, u"ALTER TABLE t ADD COLUMN v INT"_s);
    model->row(5'000);
    QTRY_COMPARE(model->columnCount(), 2);
    VERIFY_COUNTED(*model);
    VERIFY_SHOWN(model.get(), 6'000);
    QCOMPARE(model->row(6'000).value<int>(0), 6'000);
}

void tst_QueryModelRandom_Servers::largeRowsHaveSmallPages()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    MAKE_DIGITS(connection);
    VERIFY_RUNS(connection, u"CREATE TABLE t (id INT PRIMARY KEY, v MEDIUMTEXT)"_s);
    VERIFY_RUNS(connection, u"INSERT INTO t SELECT i, REPEAT('x', 100000) FROM "_s + numbers()
                                + u" WHERE i < 200"_s);
    const auto model = modelOf(&connection, u"SELECT * FROM t"_s);
    model->setCacheSize(1024 * 1024);
    QTRY_VERIFY(model->count() > 0);
    VERIFY_COUNTED(*model);
    QCOMPARE(model->count(), 200);
    for (const int row : {0, 199, 7, 100, 0}) {
        VERIFY_SHOWN(model.get(), row);
        QCOMPARE(model->row(row).value<int>(0), row);
    }
    // More than the cache can have is there while it is used.
    const auto areThere = [&] {
        bool all = true;
        for (int row = 20; row < 60; ++row)
            all = model->row(row).isValid() && all;
        return all;
    };
    QTRY_VERIFY(areThere());
    QTRY_VERIFY(!model->isLoading());
    QVERIFY(areThere());
    QCoreApplication::processEvents();
    QVERIFY(!model->isLoading());
}

void tst_QueryModelRandom_Servers::lostSessionsAreNotSeen()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    Connection other(Servers::options(server, database));
    MAKE_DIGITS(connection);
    VERIFY_RUNS(connection, u"CREATE TABLE t (id INT PRIMARY KEY)"_s);
    VERIFY_RUNS(connection, u"INSERT INTO t SELECT i FROM "_s + numbers());
    const auto model = modelOf(&connection, u"SELECT * FROM t"_s);
    const Tester tester(model.get());
    QTRY_VERIFY(model->count() > 0);
    for (int i = 0; i < 5; ++i) {
        const OutcomePointer id = finishedOf(connection.execute(u"SELECT CONNECTION_ID()"_s));
        model->row(1'000 * i + 500);
        VERIFY_RUNS(other, u"KILL "_s + id->results.constFirst().first().text(0));
        VERIFY_SHOWN(model.get(), 1'000 * i + 500);
    }
    VERIFY_COUNTED(*model);
    VERIFY_SHOWN(model.get(), 9'876);
    QCOMPARE(model->row(9'876).value<int>(0), 9'876);
}

QTEST_GUILESS_MAIN(tst_QueryModelRandom_Servers)

#include "tst_querymodelrandom_servers.moc"
