// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "articles.h"
#include "cuttingproxy.h"

#include <AsyncMySql/Transaction>

#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qrandom.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;
using Operator = QueryModel::FilterOperator;

class tst_QueryModel_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void largeTableOpensAtOnce_data() { addRows(); }
    void largeTableOpensAtOnce();
    void prefetchFreesTheConnection_data() { addRows(); }
    void prefetchFreesTheConnection();
    void serverSortsAllRows_data() { addRows(); }
    void serverSortsAllRows();
    void serverFilters_data();
    void serverFilters();
    void filtersAndSortingGoTogether_data() { addRows(); }
    void filtersAndSortingGoTogether();
    void columnsOfTheSameNameCanBeSorted_data() { addRows(); }
    void columnsOfTheSameNameCanBeSorted();
    void sortingBeforeTheFirstLoadKnowsTheColumns_data() { addRows(); }
    void sortingBeforeTheFirstLoadKnowsTheColumns();
    void transactionShowsItsOwnRows_data() { addRows(); }
    void transactionShowsItsOwnRows();
    void cancelStopsTheServer_data() { addRows(); }
    void cancelStopsTheServer();
    void typesAreShown_data() { addRows(); }
    void typesAreShown();
    void randomOperationsOverBreakingConnections_data() { addRows(); }
    void randomOperationsOverBreakingConnections();
};

void tst_QueryModel_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_QueryModel_Servers::largeTableOpensAtOnce()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 10'000));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    // A million rows.
    model.setSql(u"SELECT a.id, b.name, REPEAT('x', 100) AS text FROM articles a "
                 "JOIN articles b ON b.id <= 100"_s);
    VERIFY_LOADED(model);
    QCOMPARE(model.count(), 256);
    QVERIFY(!model.isComplete());
    QVERIFY(model.canFetchMore({}));
    for (int i = 2; i <= 40; ++i) {
        model.fetchMore({});
        QTRY_COMPARE_WITH_TIMEOUT(model.count(), i * 256, 30000);
    }
    // The rest is never read: the next statement takes its place.
    model.setSql(u"SELECT COUNT(*) FROM articles"_s);
    QTRY_COMPARE_WITH_TIMEOUT(model.count(), 1, 30000);
    QCOMPARE(column(model, 0), QStringList(u"10000"_s));
}

void tst_QueryModel_Servers::prefetchFreesTheConnection()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 10'000));
    QueryModel model;
    const Tester tester(&model);
    model.setPrefetch(true);
    model.setBufferLimit(10'000);
    model.setExecutor(&connection);
    model.setSql(u"SELECT id, name, REPEAT('x', 100) FROM articles ORDER BY id"_s);
    QTRY_VERIFY_WITH_TIMEOUT(model.isComplete(), 30000);
    QCOMPARE(model.count(), 10'000);
    VERIFY_DONE(connection.ping());
    QCOMPARE(model.index(9'999, 0).data().toString(), u"10000"_s);
}

void tst_QueryModel_Servers::serverSortsAllRows()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 2'000));
    QueryModel model;
    const Tester tester(&model);
    model.setFetchSize(5);
    model.setExecutor(&connection);
    model.setSql(u"SELECT id, name, stock FROM articles WHERE id <= ?; -- all"_s);
    model.setParameters(2'000);
    VERIFY_LOADED(model);
    QCOMPARE(column(model, 0), QStringList({u"1"_s, u"2"_s, u"3"_s, u"4"_s, u"5"_s}));
    QSignalSpy sorted(&model, &QueryModel::sortChanged);
    model.sort(0, Qt::DescendingOrder);
    QTRY_COMPARE_WITH_TIMEOUT(column(model, 0),
                              QStringList({u"2000"_s, u"1999"_s, u"1998"_s, u"1997"_s, u"1996"_s}),
                              30000);
    // Equal names in the order of the key.
    model.sort(1, Qt::AscendingOrder);
    QTRY_COMPARE_WITH_TIMEOUT(
        column(model, 0), QStringList({u"100"_s, u"200"_s, u"300"_s, u"400"_s, u"500"_s}), 30000);
    QCOMPARE(model.sortColumn(), 1);
    QCOMPARE(sorted.count(), 2);
    model.sort(-1);
    QTRY_COMPARE_WITH_TIMEOUT(column(model, 0),
                              QStringList({u"1"_s, u"2"_s, u"3"_s, u"4"_s, u"5"_s}), 30000);
    VERIFY_LOADED(model);
}

void tst_QueryModel_Servers::serverFilters_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("name");
    QTest::addColumn<Operator>("filterOperator");
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QString>("ids");
    for (const Server &server : all()) {
        const auto row = [&](const QString &column, Operator filterOperator, const QVariant &value,
                             const QString &ids) {
            QTest::addRow("%s, %s %d", qPrintable(server.name), qPrintable(column),
                          static_cast<int>(filterOperator))
                << server << column << filterOperator << value << ids;
        };
        row(u"id"_s, Operator::Equal, 2, u"2"_s);
        row(u"text"_s, Operator::Equal, QVariant(), u"5"_s);
        row(u"id"_s, Operator::NotEqual, 2, u"1 3 4 5"_s);
        row(u"id"_s, Operator::Less, 2, u"1"_s);
        row(u"id"_s, Operator::LessOrEqual, 2, u"1 2"_s);
        row(u"id"_s, Operator::Greater, 4, u"5"_s);
        row(u"id"_s, Operator::GreaterOrEqual, 4, u"4 5"_s);
        row(u"text"_s, Operator::Contains, u"%"_s, u"1"_s);
        row(u"text"_s, Operator::StartsWith, u"a_"_s, u"2"_s);
        row(u"text"_s, Operator::EndsWith, u"'\\"_s, u"4"_s);
        row(u"text"_s, Operator::Like, u"a_b%"_s, u"2 3"_s);
        row(u"text"_s, Operator::IsNull, {}, u"5"_s);
        row(u"text"_s, Operator::IsNotNull, {}, u"1 2 3 4"_s);
    }
}

void tst_QueryModel_Servers::serverFilters()
{
    QFETCH(Server, server);
    QFETCH(QString, name);
    QFETCH(Operator, filterOperator);
    QFETCH(QVariant, value);
    QFETCH(QString, ids);
    Connection connection(Servers::options(server));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(uR"(SELECT 1 AS id, '50%' AS text UNION SELECT 2, 'a_b' UNION SELECT 3, 'axb'
                     UNION SELECT 4, 'c''\\' UNION SELECT 5, NULL)"_s);
    model.setFilter(name, filterOperator, value);
    VERIFY_LOADED(model);
    QStringList found = column(model, 0);
    found.sort();
    QCOMPARE(found.join(u' '), ids);
    model.removeFilter(name);
    QTRY_COMPARE_WITH_TIMEOUT(model.count(), 5, 30000);
}

void tst_QueryModel_Servers::filtersAndSortingGoTogether()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 500));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(u"SELECT id, name, stock FROM articles WHERE id > :id ORDER BY id DESC"_s);
    model.setParameters(QVariantMap{{u"id"_s, 200}});
    model.setFilter(u"name"_s, Operator::EndsWith, u" 7"_s);
    VERIFY_LOADED(model);
    QCOMPARE(column(model, 0), QStringList({u"407"_s, u"307"_s, u"207"_s}));
    model.setFilter(u"stock"_s, Operator::IsNotNull);
    model.sort(0);
    QTRY_COMPARE_WITH_TIMEOUT(column(model, 0), QStringList({u"207"_s, u"307"_s, u"407"_s}), 30000);
    model.clearFilters();
    QTRY_COMPARE_WITH_TIMEOUT(model.count(), 256, 30000);
}

void tst_QueryModel_Servers::columnsOfTheSameNameCanBeSorted()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 10));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(
        u"SELECT a.id, b.id, b.name FROM articles a JOIN articles b ON b.id = 11 - a.id"_s);
    VERIFY_LOADED(model);
    model.sort(1);
    QTRY_COMPARE_WITH_TIMEOUT(model.index(0, 0).data().toString(), u"10"_s, 30000);
    VERIFY_LOADED(model);
    QCOMPARE(model.columnNames(), QStringList({u"id"_s, u"id"_s, u"name"_s}));
    model.setFilter(u"name"_s, Operator::EndsWith, u" 2"_s);
    QTRY_COMPARE_WITH_TIMEOUT(model.count(), 1, 30000);
    QCOMPARE(column(model, 1), QStringList(u"2"_s));
}

void tst_QueryModel_Servers::sortingBeforeTheFirstLoadKnowsTheColumns()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 300));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setFetchSize(4);
    // Columns of the same name; equal names, that only the key brings into an order.
    model.setSql(u"SELECT a.id, a.name, b.id FROM articles a JOIN articles b ON b.id = a.id "
                 "WHERE a.id > ? ORDER BY a.id DESC"_s);
    model.setParameters(50);
    model.sort(1, Qt::DescendingOrder);
    VERIFY_LOADED(model);
    QCOMPARE(column(model, 0), QStringList({u"299"_s, u"199"_s, u"99"_s, u"298"_s}));
    QCOMPARE(model.columnNames(), QStringList({u"id"_s, u"name"_s, u"id"_s}));
    QSignalSpy moved(&model, &QAbstractItemModel::rowsMoved);
    VERIFY_DONE(connection.execute(u"UPDATE articles SET name = 'z' WHERE id = 298"_s));
    model.refresh();
    QTRY_COMPARE_WITH_TIMEOUT(moved.count(), 1, 30000);
    QCOMPARE(column(model, 0).first(4), QStringList({u"298"_s, u"299"_s, u"199"_s, u"99"_s}));
    // What the server refuses is told once.
    QSignalSpy errors(&model, &QueryModel::errorOccurred);
    model.setParameters({});
    model.setSql(u"SELECT no_such_column FROM articles"_s);
    model.sort(0);
    QTRY_COMPARE_WITH_TIMEOUT(errors.count(), 1, 30000);
    QCOMPARE(model.error().serverErrorNumber(), 1054);
    QVERIFY(!model.isLoading());
}

void tst_QueryModel_Servers::transactionShowsItsOwnRows()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 3));
    Transaction *transaction = connection.beginTransaction();
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(transaction);
    transaction->execute(u"DELETE FROM articles WHERE id = 2"_s);
    model.setSql(u"SELECT id FROM articles ORDER BY id"_s);
    VERIFY_LOADED(model);
    QCOMPARE(column(model, 0), QStringList({u"1"_s, u"3"_s}));
    transaction->rollback();
    QTRY_VERIFY_WITH_TIMEOUT(!model.executor(), 30000);
    QCOMPARE(model.count(), 2);
    model.setExecutor(&connection);
    QTRY_COMPARE_WITH_TIMEOUT(model.count(), 3, 30000);
}

void tst_QueryModel_Servers::cancelStopsTheServer()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    VERIFY_DONE(connection.ping());
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(u"SELECT SLEEP(100)"_s);
    QTRY_COMPARE_WITH_TIMEOUT(connection.pendingJobs(), 1, 30000);
    QElapsedTimer clock;
    clock.start();
    model.cancel();
    QCOMPARE(model.error().code(), Error::Cancelled);
    VERIFY_DONE(connection.ping());
    QVERIFY(clock.elapsed() < 50'000);
}

void tst_QueryModel_Servers::typesAreShown()
{
    QFETCH(Server, server);
    QLocale::setDefault(QLocale(QLocale::German));
    Connection connection(Servers::options(server));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(u"SELECT CAST(1.50 AS DECIMAL(5, 2)) AS decimal_value, 2.5e0 AS double_value, "
                 "CAST('2026-01-31' AS DATE) AS date_value, "
                 "CAST('2026-01-31 12:30:45.5' AS DATETIME(1)) AS datetime_value, "
                 "X'00FF' AS bytes_value, NULL AS null_value"_s);
    VERIFY_LOADED(model);
    QLocale::setDefault(QLocale(QLocale::German));
    QStringList texts;
    for (int i = 0; i < model.columnCount(); ++i)
        texts.append(model.index(0, i).data().toString());
    QLocale::setDefault(QLocale::system());
    QCOMPARE(texts, QStringList({u"1,50"_s, u"2,5"_s, u"31.01.2026"_s, u"31.01.2026 12:30:45.5"_s,
                                 u"00FF"_s, u""_s}));
    QCOMPARE(model.index(0, 0).data(Qt::EditRole), QVariant(u"1.50"_s));
    QCOMPARE(model.index(0, 2).data(Qt::EditRole), QVariant(QDate(2026, 1, 31)));
}

void tst_QueryModel_Servers::randomOperationsOverBreakingConnections()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection admin(Servers::options(server, database));
    QVERIFY(makeArticles(&admin, 1'000));
    const Account account(server,
                          server.isMySql ? u"caching_sha2_password"_s : u"mysql_native_password"_s,
                          u"modelled"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    Fake::CuttingProxy proxy(QHostAddress(server.host), server.port, 42);
    proxy.cutAfterRandomBytes(1'000, 8'000);
    ConnectionOptions options = account.options(Channel::Clear);
    options.setPort(proxy.port());
    options.setPipeliningMode(ConnectionOptions::PipeliningMode::Always);
    options.setDatabase(database.name());
    options.setCancelGracePeriod(2s);
    auto connection = std::make_unique<Connection>(options);

    QueryModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setExecutor(connection.get());
    model.setBufferLimit(2'000);
    model.setFetchSize(20);
    const QStringList statements = {
        u"SELECT id, name, stock FROM articles WHERE name LIKE ?"_s,
        u"SELECT name, id FROM articles WHERE name LIKE ? ORDER BY stock"_s,
        u"SELECT a.id, b.id FROM articles a JOIN articles b ON a.id = b.id + 1"
        " WHERE a.name LIKE ?"_s,
        u"SELECT no_such_column FROM articles WHERE name LIKE ?"_s,
    };
    QRandomGenerator random(7);
    int loaded = 0;
    connect(&model, &QueryModel::countChanged, &model, [&] { loaded += model.count() > 0; });
    model.setSql(statements.constFirst());
    model.setParameters(u"%"_s);
    const QDeadlineTimer limit(60s);
    const auto isEnough = [&] { return limit.hasExpired() || (proxy.cuts() > 2 && loaded > 2); };
    for (int step = 0; step < 400 || !isEnough(); ++step) {
        switch (random.bounded(12)) {
        case 0:
            model.setSql(statements[random.bounded(int(statements.size()))]);
            break;
        case 1:
        case 2:
            model.setParameters(u"article "_s + QString::number(random.bounded(10)) + u'%');
            break;
        case 3:
            model.sort(random.bounded(-1, 2), static_cast<Qt::SortOrder>(random.bounded(2)));
            break;
        case 4:
            model.setFilter(u"id"_s, Operator::Less, random.bounded(1'000));
            break;
        case 5:
            model.clearFilters();
            break;
        case 6:
            model.cancel();
            break;
        case 7:
            admin.execute(u"UPDATE articles SET stock = ?, name = CONCAT('article ', stock % 10) "
                          "WHERE id = ?"_s,
                          {random.bounded(1'000), random.bounded(1'000)});
            admin.execute(u"REPLACE INTO articles VALUES (?, 'article 1', 5)"_s,
                          {random.bounded(1'200)});
            admin.execute(u"DELETE FROM articles WHERE id = ?"_s, {random.bounded(1'200)});
            break;
        case 8:
            model.setPrefetch(random.bounded(4) == 0);
            if (random.bounded(10) == 0) {
                connection = std::make_unique<Connection>(options);
                model.setExecutor(connection.get());
            }
            break;
        case 9:
            model.fetchMore({});
            break;
        default:
            model.refresh();
            break;
        }
        QTest::qWait(random.bounded(15));
    }
    QVERIFY(proxy.cuts() > 2);
    QVERIFY(loaded > 2);
    // What was written is there before it is counted, and read for the last time.
    VERIFY_DONE(admin.ping());
    proxy.cutAfterRandomBytes(0, 0);
    proxy.cutAll();
    model.setPrefetch(true);
    model.clearFilters();
    model.setSql(statements.constFirst());
    model.setParameters(u"%"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!model.isLoading(), 30000);
    model.reload();
    QTRY_VERIFY_WITH_TIMEOUT(model.isComplete() && !model.isLoading(), 30000);
    const OutcomePointer counted = finishedOf(admin.execute(u"SELECT COUNT(*) FROM articles"_s));
    QCOMPARE(QString::number(model.count()), counted->rows().value(0).value(0));
    qInfo("%d cuts, rows came %d times", proxy.cuts(), loaded);
}

QTEST_GUILESS_MAIN(tst_QueryModel_Servers)
#include "tst_querymodel_servers.moc"
