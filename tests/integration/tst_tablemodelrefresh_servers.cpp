// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "eventloopmeter.h"
#include "shopfixture.h"

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qset.h>
#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>

#include <chrono>
#include <utility>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// A large table is read again while its model is edited.
class tst_TableModelRefresh_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void refreshLetsTheEventLoopRun_data();
    void refreshLetsTheEventLoopRun();
    void changesAreMadeWhileRowsAreCompared();
    void changesAreWrittenWhileRowsAreCompared();
};

namespace {

constexpr int RowCount = 200'000;

/// Numbered from 1 on.
struct LargeTable : Shop
{
    explicit LargeTable(const Server &server)
        : Shop(server)
    {
        run(u"CREATE TABLE numbers (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL, stock INT, "
            "place INT) ENGINE=InnoDB"_s);
        QStringList rows;
        for (int i = 1; i <= RowCount; ++i) {
            rows.append(u"(%1, 'article %2', %3, %1)"_s.arg(i).arg(i % 100).arg(
                i % 7 == 0 ? u"NULL"_s : QString::number((i * 37) % 1000)));
            if (rows.size() == 5000)
                run(u"INSERT INTO numbers VALUES "_s + std::exchange(rows, {}).join(u','));
        }
        model.setSubmitPolicy(TableModel::SubmitPolicy::Manual);
        model.setExecutor(&connection);
        model.setTable(u"numbers"_s);
        model.sort(3);
    }

    TableModel model;
};

} // namespace

void tst_TableModelRefresh_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_TableModelRefresh_Servers::refreshLetsTheEventLoopRun_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("change");
    QTest::addColumn<bool>("isEdited");
    QTest::addColumn<int>("count");
    const Server server = all().value(0);
    const auto row = [&](const char *name, const QString &change, bool isEdited, int count) {
        QTest::newRow(name) << server << change << isEdited << count;
    };
    row("none", u"DO 1"_s, false, RowCount);
    row("none, rows edited", u"DO 1"_s, true, RowCount + 1);
    row("three", u"UPDATE numbers SET stock = -1 WHERE id IN (1, 50000, 100000)"_s, false,
        RowCount);
    row("all values", u"UPDATE numbers SET stock = IFNULL(stock, 0) + 1"_s, false, RowCount);
    row("all values, rows edited", u"UPDATE numbers SET stock = IFNULL(stock, 0) + 1"_s, true,
        RowCount + 1);
    row("every second value", u"UPDATE numbers SET stock = IFNULL(stock, 0) + 1 WHERE id % 2 = 0"_s,
        false, RowCount);
    row("a block gone", u"DELETE FROM numbers WHERE id BETWEEN 1000 AND 1999"_s, false,
        RowCount - 1000);
    row("every second row gone", u"DELETE FROM numbers WHERE id % 2 = 0"_s, false, RowCount / 2);
    row("all keys", u"UPDATE numbers SET id = id + 400000"_s, false, RowCount);
    row("all places", u"UPDATE numbers SET place = -place"_s, false, RowCount);
}

void tst_TableModelRefresh_Servers::refreshLetsTheEventLoopRun()
{
    QFETCH(Server, server);
    QFETCH(QString, change);
    QFETCH(bool, isEdited);
    QFETCH(int, count);
    LargeTable table(server);
    TableModel &model = table.model;
    VERIFY_COMPLETE(model);
    QCOMPARE(model.count(), RowCount);
    if (isEdited) {
        QVERIFY(model.insertRows(RowCount / 2, 1));
        QVERIFY(model.setData(model.index(7, 1), u"mine"_s));
        QVERIFY(model.removeRows(9, 1));
    }
    table.run(change);
    int told = 0;
    const auto note = [&] { ++told; };
    connect(&model, &QAbstractItemModel::rowsInserted, this, note);
    connect(&model, &QAbstractItemModel::rowsRemoved, this, note);
    connect(&model, &QAbstractItemModel::layoutChanged, this, note);
    connect(&model, &QAbstractItemModel::dataChanged, this, note);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QElapsedTimer clock;
    clock.start();
    // In every turn of the event loop.
    EventLoopMeter meter(0ms);
    model.refresh();
    VERIFY_COMPLETE(model);
    qInfo("refreshed in %lld ms, %d changes told, longest gap %.1f ms (%.1f ms of work)",
          static_cast<long long>(clock.elapsed()), told, meter.longestGap(), meter.longestWork());
    QCOMPARE(model.count(), count);
    QCOMPARE(model.pendingChanges(), isEdited ? 3 : 0);
    QCOMPARE(resets.count(), 0);
    QVERIFY(told <= 150);
    // Of a build that is not optimized, and may be sanitized.
    QVERIFY2(meter.longestWork() < 100, "The event loop was held up");
}

/// Nothing of them is lost, whenever they come.
void tst_TableModelRefresh_Servers::changesAreMadeWhileRowsAreCompared()
{
    const Server server = all().value(0);
    LargeTable table(server);
    TableModel &model = table.model;
    VERIFY_COMPLETE(model);
    table.run(u"DELETE FROM numbers WHERE id <= 500"_s);
    // Rows that the server does not have any more are changed, and new ones inserted, all the time.
    int changed = 0;
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] {
        if (changed < 100 && model.isLoading()) {
            QVERIFY(model.setData(model.index(changed, 1), u"mine"_s));
            QVERIFY(model.insertRows(model.count(), 1));
            ++changed;
        }
    });
    timer.start(2);
    model.refresh();
    VERIFY_COMPLETE(model);
    QVERIFY(changed > 0);
    QCOMPARE(model.pendingChanges(), 2 * changed);
    QCOMPARE(model.count(), RowCount - 500 + 2 * changed);
    for (int row = 0; row < changed; ++row)
        QCOMPARE(model.index(row, 1).data().toString(), u"mine"_s);
    QCOMPARE(rowState(model, model.count() - 1), TableModel::RowState::Inserted);
}

/// What was read before they were written does not undo them.
void tst_TableModelRefresh_Servers::changesAreWrittenWhileRowsAreCompared()
{
    const Server server = all().value(0);
    LargeTable table(server);
    TableModel &model = table.model;
    VERIFY_COMPLETE(model);
    model.setSubmitPolicy(TableModel::SubmitPolicy::OnFieldChange);
    QSignalSpy submitted(&model, &TableModel::submitted);
    QSet<int> changed;
    QSet<int> removed;
    int steps = 0;
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] {
        if (steps >= 200 || !model.isLoading())
            return;
        const int row = RowCount / 2 + 10 * steps;
        changed.insert(model.index(row, 0).data(Qt::EditRole).toInt());
        QVERIFY(model.setData(model.index(row, 1), u"mine"_s));
        removed.insert(model.index(steps, 0).data(Qt::EditRole).toInt());
        QVERIFY(model.removeRows(steps, 1));
        ++steps;
        QVERIFY(model.appendRow({{u"id"_s, RowCount + steps}, {u"name"_s, u"new"_s}}) > 0);
    });
    timer.start(5);
    model.refresh();
    VERIFY_COMPLETE(model);
    timer.stop();
    QVERIFY(steps > 0);
    QTRY_VERIFY_WITH_TIMEOUT(!model.isSubmitting(), 30000);
    QCOMPARE(model.pendingChanges(), 0);
    qInfo("%d submissions of %d changes", int(submitted.count()), 3 * steps);
    QCOMPARE(model.count(), RowCount + steps - removed.size());
    int found = 0;
    for (int row = 0; row < model.count(); ++row) {
        const int id = model.index(row, 0).data(Qt::EditRole).toInt();
        QVERIFY(!removed.contains(id));
        found += id > RowCount;
        if (changed.contains(id))
            QCOMPARE(model.index(row, 1).data().toString(), u"mine"_s);
    }
    QCOMPARE(found, steps);
}

QTEST_GUILESS_MAIN(tst_TableModelRefresh_Servers)
#include "tst_tablemodelrefresh_servers.moc"
