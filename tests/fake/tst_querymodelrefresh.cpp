// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "querymodelfixture.h"

#include <QtCore/qtimer.h>
#include <QtTest/qsignalspy.h>

#include <algorithm>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_QueryModelRefresh : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusedRefreshKeepsTheRows();
    void refreshTellsOnlyWhatIsDifferent();
    void refreshWithoutAKeyComparesPositions();
    void refreshWithOtherColumnsResets();
    void keyColumnsAreWhatTheUserSays();
    void connectionLostWhileLoadingKeepsTheRows();
    void manyChangesAreToldAtOnce_data();
    void manyChangesAreToldAtOnce();
    void rowsInBetweenAreToldToo();
    void rowsOfEditorsInBetweenAreLeftOut();
    void rowsThatWereFetchedMeanwhileAreShown();
    void newestRefreshCounts();
};

void tst_QueryModelRefresh::refusedRefreshKeepsTheRows()
{
    FakeServer server;
    server.once("SELECT 1", answer(numbered(3)));
    server.once("SELECT 1", [](FakeConnection &c) { c.error(1146, "42S02", "It is gone"); });
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    QSignalSpy errors(&model, &QueryModel::errorOccurred);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    model.refresh();
    QTRY_COMPARE(errors.count(), 1);
    QCOMPARE(model.count(), 3);
    QVERIFY(model.isComplete());
}

void tst_QueryModelRefresh::refreshTellsOnlyWhatIsDifferent()
{
    FakeServer server;
    server.once("SELECT 1", answer(rowsOf({"aone", "btwo", "cthree", "dfour", "efive"})));
    server.once("SELECT 1", answer(rowsOf({"xnew", "efive", "aone", "cTHREE", "dfour"})));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    const QPersistentModelIndex three = model.index(2, 1);
    Steps steps(&model);
    model.refresh();
    QVERIFY(model.isLoading());
    QTRY_VERIFY(!model.isLoading());
    QCOMPARE(shown(model),
             QStringList({u"xnew"_s, u"efive"_s, u"aone"_s, u"cTHREE"_s, u"dfour"_s}));
    QCOMPARE(steps.list,
             QStringList({u"remove 1-1"_s, u"move 3-3 to 0"_s, u"insert 0-0"_s, u"change 3-3"_s}));
    QCOMPARE(three.data().toString(), u"THREE"_s);
    QVERIFY(model.isComplete());
}

void tst_QueryModelRefresh::refreshWithoutAKeyComparesPositions()
{
    FakeServer server;
    const auto plain = [](const QByteArrayList &texts) {
        return [texts](FakeConnection &c) {
            QList<FakeRow> rows;
            for (const QByteArray &text : texts)
                rows.append(FakeRow{text});
            c.result({"text"}, rows);
        };
    };
    server.once("SELECT 1", plain({"a", "b", "c"}));
    server.once("SELECT 1", plain({"a", "x", "c", "d"}));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    Steps steps(&model);
    model.refresh();
    QTRY_VERIFY(!model.isLoading());
    QCOMPARE(steps.list, QStringList({u"insert 3-3"_s, u"change 1-1"_s}));
}

void tst_QueryModelRefresh::refreshWithOtherColumnsResets()
{
    FakeServer server;
    server.once("SELECT *", answer(numbered(3)));
    server.once("SELECT *", [](FakeConnection &c) { c.result({"other"}, {{"x"}}); });
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setExecutor(&connection);
    model.setSql(u"SELECT *"_s);
    VERIFY_LOADED(model);
    Steps steps(&model);
    model.refresh();
    QTRY_VERIFY(!model.isLoading());
    QCOMPARE(steps.list, QStringList(u"reset"_s));
    QCOMPARE(shown(model), QStringList(u"x"_s));
}

void tst_QueryModelRefresh::keyColumnsAreWhatTheUserSays()
{
    FakeServer server;
    server.once("SELECT 1", answer(rowsOf({"1a", "2b"})));
    server.once("SELECT 1", answer(rowsOf({"1b", "2a"})));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setKeyColumns({u"name"_s});
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    Steps steps(&model);
    model.refresh();
    QTRY_VERIFY(!model.isLoading());
    QCOMPARE(steps.list.size(), 2);
    QVERIFY(steps.list.constFirst().startsWith("move"_L1));
    QCOMPARE(steps.list.constLast(), u"change 0-1"_s);
}

void tst_QueryModelRefresh::connectionLostWhileLoadingKeepsTheRows()
{
    FakeServer server;
    server.once("SELECT many", [](FakeConnection &c) {
        c.columns({keyColumn("id"), "name"});
        for (const FakeRow &row : numbered(30))
            c.row(row);
        QTimer::singleShot(20ms, &c, &FakeConnection::cut);
    });
    server.once("SELECT many", answer(numbered(40)));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    QSignalSpy errors(&model, &QueryModel::errorOccurred);
    model.setFetchSize(50);
    model.setExecutor(&connection);
    model.setSql(u"SELECT many"_s);
    QTRY_COMPARE(errors.count(), 1);
    QCOMPARE(model.error().code(), Error::ConnectionLost);
    QCOMPARE(model.count(), 30);
    QVERIFY(!model.isLoading());
    QVERIFY(!model.isComplete());
    QVERIFY(!model.canFetchMore({}));
    Steps steps(&model);
    model.refresh();
    QTRY_VERIFY(model.isComplete());
    QVERIFY(!model.error());
    QCOMPARE(steps.list, QStringList(u"insert 30-39"_s));
}

namespace {

QList<FakeRow> rowsOf(const QList<int> &keys, const QByteArray &text = "x")
{
    QList<FakeRow> rows;
    for (const int key : keys)
        rows.append({QByteArray::number(key), text});
    return rows;
}

QList<int> numbersFrom(int first, int count, int step = 1)
{
    QList<int> numbers;
    for (int i = 0; i < count; ++i)
        numbers.append(first + i * step);
    return numbers;
}

} // namespace

void tst_QueryModelRefresh::manyChangesAreToldAtOnce_data()
{
    QTest::addColumn<QList<int>>("before");
    QTest::addColumn<QList<int>>("after");
    QTest::addColumn<QStringList>("steps");

    const QList<int> all = numbersFrom(0, 1000);
    const QList<int> even = numbersFrom(0, 500, 2);
    QList<int> backwards = all;
    std::reverse(backwards.begin(), backwards.end());
    QTest::newRow("every second one goes")
        << all << even << QStringList({u"layout"_s, u"remove 500-999"_s});
    QTest::newRow("every second one comes")
        << even << all << QStringList({u"insert 500-999"_s, u"layout"_s});
    QTest::newRow("backwards") << all << backwards << QStringList(u"layout"_s);
    QTest::newRow("all at once") << numbersFrom(0, 500, 3) << backwards
                                 << QStringList({u"layout"_s, u"remove 334-499"_s,
                                                 u"insert 334-999"_s, u"layout"_s});
    QTest::newRow("few are told one by one")
        << all << QList<int>({-1}) + all.mid(0, 500) + QList<int>({-2}) + all.mid(501)
        << QStringList({u"remove 500-500"_s, u"insert 0-0"_s, u"insert 501-501"_s});
}

void tst_QueryModelRefresh::manyChangesAreToldAtOnce()
{
    QFETCH(QList<int>, before);
    QFETCH(QList<int>, after);
    QFETCH(QStringList, steps);
    FakeServer server;
    server.once("SELECT 1", answer(rowsOf(before)));
    server.once("SELECT 1", answer(rowsOf(after)));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setFetchSize(2000);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    QList<QPersistentModelIndex> places;
    for (int row = 0; row < model.count(); ++row)
        places.append(model.index(row, 1));
    Steps told(&model);
    model.refresh();
    QTRY_VERIFY(!model.isLoading());
    QCOMPARE(told.list, steps);
    QList<int> shownKeys;
    for (int row = 0; row < model.count(); ++row)
        shownKeys.append(model.index(row, 0).data().toInt());
    QCOMPARE(shownKeys, after);
    for (qsizetype row = 0; row < before.size(); ++row)
        QCOMPARE(places[row].row(), after.indexOf(before[row]));
}

void tst_QueryModelRefresh::rowsInBetweenAreToldToo()
{
    constexpr int Count = 1000;
    QList<FakeRow> after = rowsOf(numbersFrom(0, Count));
    // Every second one of the first half, and one more.
    for (int row = 0; row < Count / 2; row += 2)
        after[row] = {QByteArray::number(row), "y"};
    after[900] = {"900", "y"};
    FakeServer server;
    server.once("SELECT 1", answer(rowsOf(numbersFrom(0, Count))));
    server.once("SELECT 1", answer(after));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setFetchSize(Count);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    Steps told(&model);
    model.refresh();
    QTRY_VERIFY(!model.isLoading());
    QCOMPARE(told.list, QStringList({u"change 0-498"_s, u"change 900-900"_s}));
}

/// An editor is reset where its row is said to have changed.
void tst_QueryModelRefresh::rowsOfEditorsInBetweenAreLeftOut()
{
    constexpr int Count = 1000;
    QList<FakeRow> after = rowsOf(numbersFrom(0, Count));
    for (int row = 0; row < Count; row += 2)
        after[row] = {QByteArray::number(row), "y"};
    FakeServer server;
    server.once("SELECT 1", answer(rowsOf(numbersFrom(0, Count))));
    server.once("SELECT 1", answer(after));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setFetchSize(Count);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    const QPersistentModelIndex unchanged = model.index(901, 1);
    const QPersistentModelIndex changed = model.index(904, 1);
    Steps told(&model);
    model.refresh();
    QTRY_VERIFY(!model.isLoading());
    QVERIFY(told.list.size() <= 101);
    QVERIFY(told.list.contains(u"change 902-998"_s));
    QVERIFY(told.list[told.list.size() - 2].endsWith(u"-900"_s));
}

void tst_QueryModelRefresh::rowsThatWereFetchedMeanwhileAreShown()
{
    constexpr int Count = 20'000;
    const QList<FakeRow> rows = numbered(Count);
    FakeServer server;
    server.on("SELECT 1", answer(rows));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setBufferLimit(100 * Count);
    model.setFetchSize(Count - 1000);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    QCOMPARE(model.count(), Count - 1000);
    Steps told(&model);
    model.refresh();
    QVERIFY(waitForComparing(model, server, connection, "SELECT 1"));
    QVERIFY(model.canFetchMore({}));
    model.fetchMore({});
    QTRY_COMPARE(model.count(), Count);
    QTRY_VERIFY(model.isComplete());
    QCOMPARE(told.list, QStringList(u"insert 19000-19999"_s));
}

void tst_QueryModelRefresh::newestRefreshCounts()
{
    constexpr int Count = 20'000;
    FakeServer server;
    server.once("SELECT 1", answer(rowsOf(numbersFrom(0, Count), "a")));
    server.once("SELECT 1", answer(rowsOf(numbersFrom(0, Count), "b")));
    server.once("SELECT 1", answer(rowsOf(numbersFrom(0, Count), "c")));
    Connection connection(optionsFor(server));
    QueryModel model;
    const Tester tester(&model);
    model.setFetchSize(Count);
    model.setExecutor(&connection);
    model.setSql(u"SELECT 1"_s);
    VERIFY_LOADED(model);
    Steps told(&model);
    model.refresh();
    QVERIFY(waitForComparing(model, server, connection, "SELECT 1"));
    model.refresh();
    QTRY_VERIFY(!model.isLoading());
    QCOMPARE(told.list, QStringList(u"change 0-19999"_s));
    QCOMPARE(model.index(Count - 1, 1).data().toString(), u"c"_s);
}

QTEST_GUILESS_MAIN(tst_QueryModelRefresh)
#include "tst_querymodelrefresh.moc"
