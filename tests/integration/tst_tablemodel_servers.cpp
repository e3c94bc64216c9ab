// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "cuttingproxy.h"
#include "shopfixture.h"

#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qrandom.h>
#include <QtTest/qsignalspy.h>

#include <memory>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using CellState = TableModel::CellState;
using RowState = TableModel::RowState;
using Policy = TableModel::SubmitPolicy;

class tst_TableModel_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void tableIsRead_data() { addRows(); }
    void tableIsRead();
    void tablesWithOddNames_data() { addRows(); }
    void tablesWithOddNames();
    void tableWithoutAKeyIsReadOnly_data() { addRows(); }
    void tableWithoutAKeyIsReadOnly();
    void missingTableSaysSo_data() { addRows(); }
    void missingTableSaysSo();
    void changesWaitForSubmitAll_data() { addRows(); }
    void changesWaitForSubmitAll();
    void fieldsAreSubmittedAtOnce_data() { addRows(); }
    void fieldsAreSubmittedAtOnce();
    void rowsAreSubmittedWhenAnotherIsEdited_data() { addRows(); }
    void rowsAreSubmittedWhenAnotherIsEdited();
    void insertedRowShowsWhatTheServerMakesOfIt_data() { addRows(); }
    void insertedRowShowsWhatTheServerMakesOfIt();
    void changesSurviveRefreshAndSorting_data() { addRows(); }
    void changesSurviveRefreshAndSorting();
    void destructionIsSafeAtAnyTime_data() { addRows(); }
    void destructionIsSafeAtAnyTime();
    void randomEditsOverBreakingConnections_data() { addRows(); }
    void randomEditsOverBreakingConnections();
};

void tst_TableModel_Servers::initTestCase()
{
    VERIFY_SERVERS();
    QLocale::setDefault(QLocale::c());
}

void tst_TableModel_Servers::tableIsRead()
{
    OPEN_SHOP(Policy::Manual);
    QCOMPARE(shown(model, 5), u"1 apple 1.20 10 1.44, 2 pear 1.50 20 1.80, 3 plum 0.80 0.96"_s);
    QCOMPARE(model.columnNames(),
             QStringList({u"id"_s, u"name"_s, u"price"_s, u"stock"_s, u"gross"_s}));
    QCOMPARE(model.keyColumns(), QStringList(u"id"_s));
    QVERIFY(!model.isReadOnly());
    QVERIFY(model.flags(model.index(0, 1)) & Qt::ItemIsEditable);
    QVERIFY(!(model.flags(model.index(0, 4)) & Qt::ItemIsEditable));
    QVERIFY(!model.setData(model.index(0, 4), 7));
    QCOMPARE(model.index(2, 3).data(TableModel::NullRole), QVariant(true));
    QCOMPARE(model.index(0, 0).data(Qt::UserRole + 1), QVariant(u"apple"_s));

    model.setFilter(u"price > ? -- cheap"_s);
    model.setFilterParameters(1);
    QTRY_COMPARE_WITH_TIMEOUT(shown(model), u"1 apple 1.20 10, 2 pear 1.50 20"_s, 30000);
    model.sort(2, Qt::DescendingOrder);
    QTRY_COMPARE_WITH_TIMEOUT(shown(model), u"2 pear 1.50 20, 1 apple 1.20 10"_s, 30000);
    model.setLimit(1);
    QTRY_COMPARE_WITH_TIMEOUT(shown(model), u"2 pear 1.50 20"_s, 30000);
    QSignalSpy errors(&model, &TableModel::errorOccurred);
    model.setFilter(u"price > ?) OR (1 = 1"_s);
    QTRY_COMPARE_WITH_TIMEOUT(errors.count(), 1, 30000);
    QCOMPARE(model.error().code(), Error::InvalidParameter);
}

void tst_TableModel_Servers::tablesWithOddNames()
{
    QFETCH(Server, server);
    Shop shop(server);
    shop.run(
        u"CREATE TABLE `odd.``'\"table` (`a\"'b` INT, `select` VARCHAR(9) COLLATE utf8mb4_bin, "
        "PRIMARY KEY (`select`, `a\"'b`))"_s);
    shop.run(u"INSERT INTO `odd.``'\"table` VALUES (1, 'x'), (2, 'x'), (1, 'X')"_s);
    TableModel model;
    const TableTester tester(&model);
    model.setSubmitPolicy(Policy::Manual);
    Connection elsewhere(Servers::options(server));
    model.setExecutor(&elsewhere);
    model.setTable(shop.database.name() + u".`odd.``'\"table`"_s);
    VERIFY_COMPLETE(model);
    QCOMPARE(shown(model, 2), u"1 X, 1 x, 2 x"_s);
    QCOMPARE(model.keyColumns(), QStringList({u"select"_s, u"a\"'b"_s}));
    QVERIFY(model.setData(model.index(1, 0), 7));
    model.submitAll();
    VERIFY_SUBMITTED(model);
    model.refresh();
    QTRY_COMPARE_WITH_TIMEOUT(shown(model, 2), u"1 X, 2 x, 7 x"_s, 30000);
}

void tst_TableModel_Servers::tableWithoutAKeyIsReadOnly()
{
    QFETCH(Server, server);
    Shop shop(server);
    shop.run(u"CREATE TABLE keyless (a INT, b INT NOT NULL, UNIQUE (a))"_s);
    shop.run(u"INSERT INTO keyless VALUES (1, 2), (NULL, 3)"_s);
    TableModel model;
    const TableTester tester(&model);
    model.setExecutor(&shop.connection);
    model.setTable(u"keyless"_s);
    VERIFY_COMPLETE(model);
    QCOMPARE(model.count(), 2);
    QVERIFY(model.isReadOnly());
    QVERIFY(!(model.flags(model.index(0, 1)) & Qt::ItemIsEditable));
    QVERIFY(!model.setData(model.index(0, 1), 7));
    QCOMPARE(model.error().code(), Error::NotSupported);
    QVERIFY2(model.error().message().contains("keyless"_L1), qPrintable(model.error().message()));
    QVERIFY(!model.removeRows(0, 1));
    QVERIFY(!model.insertRows(0, 1));
    QCOMPARE(model.pendingChanges(), 0);
    shop.run(u"INSERT INTO keyless VALUES (5, 6)"_s);
    model.refresh();
    QTRY_COMPARE_WITH_TIMEOUT(model.count(), 3, 30000);

    shop.run(u"ALTER TABLE keyless ADD UNIQUE (b)"_s);
    model.setTable({});
    QTRY_COMPARE_WITH_TIMEOUT(model.count(), 0, 30000);
    model.setTable(u"keyless"_s);
    VERIFY_COMPLETE(model);
    QCOMPARE(model.keyColumns(), QStringList(u"b"_s));
    QVERIFY(!model.isReadOnly());
}

void tst_TableModel_Servers::missingTableSaysSo()
{
    QFETCH(Server, server);
    Shop shop(server);
    TableModel model;
    const TableTester tester(&model);
    QSignalSpy errors(&model, &TableModel::errorOccurred);
    model.setExecutor(&shop.connection);
    model.setTable(u"no_such_table"_s);
    QTRY_COMPARE_WITH_TIMEOUT(errors.count(), 1, 30000);
    QCOMPARE(model.error().serverErrorNumber(), 1146);
    QVERIFY(!model.isLoading());
    QVERIFY(!model.insertRows(0, 1));
    QCOMPARE(model.appendRow({{u"a"_s, 1}}), -1);
    model.setTable(u"a.b.c"_s);
    QTRY_COMPARE_WITH_TIMEOUT(errors.count(), 2, 30000);
    QCOMPARE(model.error().code(), Error::InvalidParameter);
    model.setTable(u"articles"_s);
    VERIFY_COMPLETE(model);
    QCOMPARE(model.count(), 3);
}

void tst_TableModel_Servers::changesWaitForSubmitAll()
{
    OPEN_SHOP(Policy::Manual);
    QSignalSpy submitted(&model, &TableModel::submitted);
    QVERIFY(model.setData(model.index(0, 1), u"Apfel"_s));
    QVERIFY(model.setData(model.index(1, 0), 5, Qt::UserRole + 3));
    QVERIFY(model.removeRows(2, 1));
    const int added = model.appendRow({{u"name"_s, u"cherry"_s}, {u"price"_s, 2.5}});
    QCOMPARE(added, 3);
    QCOMPARE(model.pendingChanges(), 4);
    QCOMPARE(cellState(model, 0, 1), CellState::Changed);
    QCOMPARE(cellState(model, 0, 2), CellState::Stored);
    QCOMPARE(rowState(model, 2), RowState::Removed);
    QCOMPARE(rowState(model, 3), RowState::Inserted);
    QCOMPARE(model.headerData(2, Qt::Vertical).toString(), u"!"_s);
    QCOMPARE(model.headerData(3, Qt::Vertical).toString(), u"*"_s);
    QCOMPARE(model.index(0, 1).data(TableModel::OriginalValueRole), QVariant(u"apple"_s));
    QVERIFY(model.submit());
    QVERIFY(!model.isSubmitting());
    QCOMPARE(shop.all(), u"1 apple 1.20 10, 2 pear 1.50 20, 3 plum 0.80"_s);

    model.submitAll();
    QVERIFY(model.isSubmitting());
    QCOMPARE(cellState(model, 0, 1), CellState::Submitting);
    VERIFY_SUBMITTED(model);
    QCOMPARE(submitted.count(), 1);
    QCOMPARE(shop.all(), u"1 Apfel 1.20 10, 2 pear 1.50 5, 4 cherry 2.50"_s);
    QCOMPARE(shown(model), shop.all());
    QCOMPARE(rowState(model, 2), RowState::Stored);

    QVERIFY(model.setData(model.index(0, 1), u"x"_s));
    QVERIFY(model.setData(model.index(0, 1), u"Apfel"_s));
    QCOMPARE(model.pendingChanges(), 0);
    QVERIFY(model.setData(model.index(0, 1), u"x"_s));
    QVERIFY(model.removeRows(1, 1));
    QVERIFY(model.insertRows(0, 2));
    model.revertAll();
    QCOMPARE(model.pendingChanges(), 0);
    QCOMPARE(shown(model), shop.all());
}

void tst_TableModel_Servers::fieldsAreSubmittedAtOnce()
{
    OPEN_SHOP(Policy::OnFieldChange);
    QVERIFY(model.setData(model.index(0, 1), u"a"_s));
    QVERIFY(model.isSubmitting());
    // While it is on its way.
    QVERIFY(model.setData(model.index(0, 1), u"b"_s));
    QVERIFY(model.setData(model.index(0, 3), u"11"_s));
    QVERIFY(model.setData(model.index(1, 3), QVariant()));
    VERIFY_SUBMITTED(model);
    QCOMPARE(shop.all(), u"1 b 1.20 11, 2 pear 1.50, 3 plum 0.80"_s);
    QVERIFY(model.removeRows(1, 1));
    VERIFY_SUBMITTED(model);
    QCOMPARE(shop.all(), u"1 b 1.20 11, 3 plum 0.80"_s);
    QCOMPARE(shown(model), shop.all());
    model.appendRow({{u"name"_s, u"new"_s}});
    VERIFY_SUBMITTED(model);
    QCOMPARE(shown(model), u"1 b 1.20 11, 3 plum 0.80, 4 new 9.90"_s);
    QCOMPARE(shown(model), shop.all());
}

void tst_TableModel_Servers::rowsAreSubmittedWhenAnotherIsEdited()
{
    OPEN_SHOP(Policy::OnRowChange);
    QVERIFY(model.setData(model.index(0, 1), u"a"_s));
    QVERIFY(model.setData(model.index(0, 2), 5));
    QVERIFY(!model.isSubmitting());
    QVERIFY(model.setData(model.index(1, 1), u"b"_s));
    QVERIFY(model.isSubmitting());
    QTRY_VERIFY_WITH_TIMEOUT(!model.isSubmitting(), 30000);
    QCOMPARE(shop.all(), u"1 a 5.00 10, 2 pear 1.50 20, 3 plum 0.80"_s);
    QCOMPARE(model.pendingChanges(), 1);
    model.revert();
    QCOMPARE(model.pendingChanges(), 0);
    QVERIFY(model.setData(model.index(1, 1), u"c"_s));
    QVERIFY(model.submit());
    VERIFY_SUBMITTED(model);
    QCOMPARE(shop.all(), u"1 a 5.00 10, 2 c 1.50 20, 3 plum 0.80"_s);
}

void tst_TableModel_Servers::insertedRowShowsWhatTheServerMakesOfIt()
{
    QFETCH(Server, server);
    Shop shop(server);
    shop.run(u"CREATE TABLE notes (id VARCHAR(36) PRIMARY KEY DEFAULT (UUID()), text VARCHAR(20), "
             "created DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3))"_s);
    TableModel model;
    const TableTester tester(&model);
    model.setSubmitPolicy(Policy::Manual);
    model.setExecutor(&shop.connection);
    model.setTable(u"notes"_s);
    VERIFY_COMPLETE(model);
    model.appendRow({{u"text"_s, u"no key known"_s}});
    model.appendRow({{u"text"_s, u"own key"_s}, {u"id"_s, u"k"_s}});
    QVERIFY(model.insertRows(0, 1));
    model.submitAll();
    VERIFY_SUBMITTED(model);
    QTRY_VERIFY_WITH_TIMEOUT(model.isComplete(), 30000);
    QCOMPARE(model.count(), 3);
    QStringList texts;
    for (int row = 0; row < 3; ++row) {
        texts.append(model.index(row, 1).data().toString());
        QVERIFY(!model.index(row, 0).data().toString().isEmpty());
        QVERIFY(!model.index(row, 2).data().toString().isEmpty());
    }
    texts.sort();
    QCOMPARE(texts, QStringList({u""_s, u"no key known"_s, u"own key"_s}));
}

void tst_TableModel_Servers::changesSurviveRefreshAndSorting()
{
    OPEN_SHOP(Policy::Manual);
    QVERIFY(model.setData(model.index(0, 1), u"mine"_s));
    QVERIFY(model.insertRows(1, 1));
    QVERIFY(model.setData(model.index(1, 1), u"new"_s));
    QVERIFY(model.removeRows(2, 1));
    shop.run(u"UPDATE articles SET name = 'other' WHERE id = 3"_s);
    shop.run(u"DELETE FROM articles WHERE id = 1"_s);
    shop.run(u"INSERT INTO articles (id, name, price) VALUES (9, 'nine', 9)"_s);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    model.refresh();
    QTRY_COMPARE_WITH_TIMEOUT(model.count(), 5, 30000);
    VERIFY_COMPLETE(model);
    QCOMPARE(shown(model), u"1 mine 1.20 10, new, 2 pear 1.50 20, 3 other 0.80, 9 nine 9.00"_s);
    QCOMPARE(model.pendingChanges(), 3);
    QCOMPARE(rowState(model, 2), RowState::Removed);
    model.sort(0, Qt::DescendingOrder);
    QTRY_COMPARE_WITH_TIMEOUT(model.index(2, 1).data().toString(), u"nine"_s, 30000);
    VERIFY_COMPLETE(model);
    QCOMPARE(shown(model), u"1 mine 1.20 10, new, 9 nine 9.00, 3 other 0.80, 2 pear 1.50 20"_s);
    QCOMPARE(model.pendingChanges(), 3);
    QCOMPARE(resets.count(), 0);
    model.revertRow(0);
    QCOMPARE(model.index(0, 1).data().toString(), u"apple"_s);
    model.submitAll();
    VERIFY_SUBMITTED(model);
    model.refresh();
    QTRY_COMPARE_WITH_TIMEOUT(model.count(), 3, 30000);
}

void tst_TableModel_Servers::destructionIsSafeAtAnyTime()
{
    QFETCH(Server, server);
    Shop shop(server);
    const QString before = shop.all();
    QRandomGenerator random(3);
    for (int round = 0; round < 40; ++round) {
        auto connection = std::make_unique<Connection>(Servers::options(server, shop.database));
        auto model = std::make_unique<TableModel>();
        auto tester = std::make_unique<TableTester>(model.get());
        model->setSubmitPolicy(Policy::Manual);
        model->setExecutor(connection.get());
        model->setTable(u"articles"_s);
        if (round % 4 != 0) {
            VERIFY_COMPLETE(*model);
            QVERIFY(model->setData(model->index(0, 1), u"round %1"_s.arg(round)));
            QVERIFY(model->insertRows(1, 1));
            model->submitAll();
        }
        for (int i = random.bounded(30); i > 0; --i)
            QTest::qWait(0);
        if (round % 2 == 0) {
            connection.reset();
            QTRY_VERIFY_WITH_TIMEOUT(!model->isSubmitting() && !model->isLoading(), 30000);
            QVERIFY(!model->executor());
            if (round % 4 != 0 && model->pendingChanges() > 0) {
                // Still there, to be written by another.
                model->revertAll();
                model->setExecutor(&shop.connection);
                VERIFY_COMPLETE(*model);
            }
        }
        tester.reset();
        model.reset();
    }
    // The row that lacks its name is refused, and what was in front of it is undone.
    QCOMPARE(shop.all(), before);
}

void tst_TableModel_Servers::randomEditsOverBreakingConnections()
{
    QFETCH(Server, server);
    Shop shop(server);
    QStringList values;
    for (int i = 1; i <= 60; ++i)
        values.append(u"(%1, 'article', 0)"_s.arg(i));
    shop.run(u"CREATE TABLE counters (id INT PRIMARY KEY, name VARCHAR(20), n INT NOT NULL)"_s);
    shop.run(u"INSERT INTO counters VALUES "_s + values.join(u','));
    const Account account(server,
                          server.isMySql ? u"caching_sha2_password"_s : u"mysql_native_password"_s,
                          u"edited"_s);
    QVERIFY2(!account.error(), qPrintable(account.error().message()));
    Fake::CuttingProxy proxy(QHostAddress(server.host), server.port, 99);
    ConnectionOptions options = account.options(Channel::Clear);
    options.setPort(proxy.port());
    options.setPipeliningMode(ConnectionOptions::PipeliningMode::Always);
    options.setDatabase(shop.database.name());
    options.setCancelGracePeriod(2s);
    Connection connection(options);

    TableModel model;
    const TableTester tester(&model);
    model.setExecutor(&connection);
    model.setTable(u"counters"_s);
    VERIFY_COMPLETE(model);
    QCOMPARE(model.count(), 60);
    proxy.cutAfterRandomBytes(1'000, 8'000);
    proxy.cutAll();
    QRandomGenerator random(5);
    // What the user has made of each counter: nobody else writes these.
    QHash<int, int> expected;
    int inserted = 100;
    QSet<int> removed;
    QSet<int> present;
    for (int i = 1; i <= 60; ++i)
        present.insert(i);
    QSignalSpy submitted(&model, &TableModel::submitted);
    const QDeadlineTimer limit(60s);
    const auto isEnough
        = [&] { return limit.hasExpired() || (proxy.cuts() > 2 && submitted.count() > 2); };
    for (int step = 0; step < 300 || !isEnough(); ++step) {
        const int count = model.count();
        const int row = count > 0 ? random.bounded(count) : 0;
        switch (random.bounded(10)) {
        case 0:
            model.refresh();
            break;
        case 1:
            model.sort(random.bounded(-1, 3), static_cast<Qt::SortOrder>(random.bounded(2)));
            break;
        case 2:
            if (model.appendRow({{u"id"_s, inserted}, {u"name"_s, u"new"_s}, {u"n"_s, 1}}) >= 0) {
                present.insert(inserted);
                expected[inserted++] = 1;
            }
            break;
        case 3:
            if (count > 20 && rowState(model, row) != RowState::Inserted) {
                const int id = model.index(row, 0).data(Qt::EditRole).toInt();
                if (model.removeRows(row, 1)) {
                    present.remove(id);
                    removed.insert(id);
                }
            }
            break;
        case 4:
            model.setSubmitPolicy(static_cast<Policy>(random.bounded(3)));
            break;
        case 5:
            model.submitAll();
            break;
        default:
            if (count > 0) {
                const int id = model.index(row, 0).data(Qt::EditRole).toInt();
                const int n = random.bounded(1, 1000);
                if (model.setData(model.index(row, 2), n))
                    expected[id] = n;
            }
            break;
        }
        QTest::qWait(random.bounded(12));
    }
    QVERIFY(proxy.cuts() > 2);
    QVERIFY(submitted.count() > 2);
    proxy.cutAfterRandomBytes(0, 0);
    proxy.cutAll();
    for (int attempt = 0; attempt < 30 && (model.pendingChanges() > 0 || model.isSubmitting());
         ++attempt) {
        model.submitAll();
        QTRY_VERIFY_WITH_TIMEOUT(!model.isSubmitting(), 30000);
    }
    QVERIFY2(model.pendingChanges() == 0, qPrintable(model.error().message()));
    // No edit is lost, none is there twice.
    QHash<int, int> found;
    for (const QStringList &row : shop.run(u"SELECT id, n FROM counters"_s)->rows())
        found.insert(row[0].toInt(), row[1].toInt());
    QCOMPARE(found.size(), present.size());
    for (const int id : std::as_const(present))
        QCOMPARE(found.value(id, -1), expected.value(id, 0));
    model.refresh();
    VERIFY_COMPLETE(model);
    QCOMPARE(model.count(), present.size());
    qInfo("%d cuts, %d submissions, %d removals", proxy.cuts(), int(submitted.count()),
          int(removed.size()));
}

QTEST_GUILESS_MAIN(tst_TableModel_Servers)
#include "tst_tablemodel_servers.moc"
