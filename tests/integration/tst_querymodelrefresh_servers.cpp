// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "articles.h"
#include "eventloopmeter.h"

#include <QtCore/qelapsedtimer.h>
#include <QtTest/qsignalspy.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;

class tst_QueryModelRefresh_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void refreshRecognisesPrimaryKeys_data() { addRows(); }
    void refreshRecognisesPrimaryKeys();
    void refreshLetsTheEventLoopRun_data();
    void refreshLetsTheEventLoopRun();
};

void tst_QueryModelRefresh_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_QueryModelRefresh_Servers::refreshRecognisesPrimaryKeys()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 100));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(u"SELECT name, id FROM articles ORDER BY id"_s);
    VERIFY_LOADED(model);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    for (const bool isSorted : {false, true}) {
        if (isSorted) {
            model.sort(1);
            QTRY_COMPARE_WITH_TIMEOUT(resets.count(), 1, 30'000);
            VERIFY_LOADED(model);
        }
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        const int offset = isSorted ? 10 : 0;
        const QPersistentModelIndex kept = model.index(50, 0);
        VERIFY_DONE(connection.execute(u"DELETE FROM articles WHERE id = ?"_s, {20 + offset}));
        VERIFY_DONE(
            connection.execute(u"UPDATE articles SET name = 'new' WHERE id = ?"_s, {60 + offset}));
        VERIFY_DONE(
            connection.execute(u"INSERT INTO articles VALUES (?, 'last', 1)"_s, {1000 + offset}));
        model.refresh();
        QTRY_COMPARE_WITH_TIMEOUT(changed.count(), 1, 30'000);
        QCOMPARE(inserted.count(), 1);
        QCOMPARE(removed.count(), 1);
        QCOMPARE(model.count(), 100);
        QCOMPARE(kept.row(), 49);
        QCOMPARE(model.index(99, 0).data().toString(), u"last"_s);
    }
    QCOMPARE(resets.count(), 1);
}

void tst_QueryModelRefresh_Servers::refreshLetsTheEventLoopRun_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("change");
    QTest::addColumn<int>("count");
    constexpr int Count = 100'000;
    const Server server = all().value(0);
    const auto row = [&](const char *name, const QString &change, int count) {
        QTest::newRow(name) << server << change << count;
    };
    row("none", u"DO 1"_s, Count);
    row("three", u"UPDATE articles SET stock = -1 WHERE id IN (1, 50000, 100000)"_s, Count);
    row("all values", u"UPDATE articles SET stock = IFNULL(stock, 0) + 1"_s, Count);
    row("every second value",
        u"UPDATE articles SET stock = IFNULL(stock, 0) + 1 WHERE id % 2 = 0"_s, Count);
    row("every second row gone", u"DELETE FROM articles WHERE id % 2 = 0"_s, Count / 2);
    row("all keys", u"UPDATE articles SET id = id + 200000"_s, Count);
    row("all places", u"UPDATE articles SET place = -place"_s, Count);
}

void tst_QueryModelRefresh_Servers::refreshLetsTheEventLoopRun()
{
    QFETCH(Server, server);
    QFETCH(QString, change);
    QFETCH(int, count);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 100'000));
    VERIFY_DONE(connection.execute(u"ALTER TABLE articles ADD COLUMN place INT"_s));
    VERIFY_DONE(connection.execute(u"UPDATE articles SET place = id"_s));
    QueryModel model;
    model.setPrefetch(true);
    model.setExecutor(&connection);
    model.setSql(u"SELECT * FROM articles ORDER BY place"_s);
    VERIFY_LOADED(model);
    QCOMPARE(model.count(), 100'000);
    VERIFY_DONE(connection.execute(change));
    int told = 0;
    const auto note = [&] { ++told; };
    connect(&model, &QAbstractItemModel::rowsInserted, this, note);
    connect(&model, &QAbstractItemModel::rowsRemoved, this, note);
    connect(&model, &QAbstractItemModel::layoutChanged, this, note);
    connect(&model, &QAbstractItemModel::dataChanged, this, note);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QElapsedTimer clock;
    clock.start();
    EventLoopMeter meter;
    model.refresh();
    VERIFY_LOADED(model);
    qInfo("refreshed in %lld ms, %d changes told, longest gap %.1f ms (%.1f ms of work)",
          static_cast<long long>(clock.elapsed()), told, meter.longestGap(), meter.longestWork());
    QCOMPARE(model.count(), count);
    QCOMPARE(resets.count(), 0);
    QVERIFY(told <= 150);
    // Of a build that is not optimized, and may be sanitized.
    QVERIFY2(meter.longestWork() < 100, "The event loop was held up");
}

QTEST_GUILESS_MAIN(tst_QueryModelRefresh_Servers)
#include "tst_querymodelrefresh_servers.moc"
