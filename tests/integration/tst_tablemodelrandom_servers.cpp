// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "articles.h"
#include "eventwait.h"
#include "rowbytes.h"

#include <AsyncMySql/TableModel>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Fake::OutcomePointer;
using Mode = TableModel::ReadMode;

namespace {

constexpr int Count = 20'000;

bool isCounted(const TableModel &model)
{
    return waitUntil([&] { return !model.isLoading() && (model.isComplete() || model.error()); })
           && !model.error();
}

/// As a view does it: asks, and waits until it is there.
QVariant shown(TableModel *model, int row, int column)
{
    const QModelIndex index = model->index(row, column);
    waitUntil([&] { return index.data(TableModel::LoadedRole).toBool() || model->error(); });
    return index.data(Qt::UserRole + column);
}

} // namespace

#define VERIFY_COUNTED(model) QVERIFY2(isCounted(model), qPrintable((model).error().message()))

class tst_TableModelRandom_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void rowsAreReadWhereTheyAreShown_data() { addRows(); }
    void rowsAreReadWhereTheyAreShown();
    void modelIsReadOnly_data() { addRows(); }
    void modelIsReadOnly();
    void whatCannotBeReadAtRandomIsAnError_data() { addRows(); }
    void whatCannotBeReadAtRandomIsAnError();
    void tableCanBeAltered_data() { addRows(); }
    void tableCanBeAltered();
};

void tst_TableModelRandom_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_TableModelRandom_Servers::rowsAreReadWhereTheyAreShown()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, Count));
    VERIFY_DONE(connection.execute(u"ALTER TABLE articles ADD KEY (name)"_s));
    TableModel model;
    model.setReadMode(Mode::RandomAccess);
    model.setExecutor(&connection);
    model.setTable(u"articles"_s);
    QVERIFY(waitUntil([&] { return model.count() > 0 || model.error(); }));
    QVERIFY(!model.isComplete());
    const int last = model.count() - 1;
    QVERIFY(!model.index(last, 0).data(TableModel::LoadedRole).toBool());
    QCOMPARE(model.index(last, 1).data(), QVariant());
    QCOMPARE(model.index(last, 1).data(TableModel::NullRole), QVariant(false));
    QVERIFY(model.index(last, 1).data(Qt::UserRole + 1).isNull());
    QCOMPARE(shown(&model, last, 0), QVariant(uint(Count)));
    VERIFY_COUNTED(model);
    QCOMPARE(model.count(), Count);
    QCOMPARE(model.progress(), 1.0);
    for (const int row : {0, 12'345, 6, Count - 1}) {
        QCOMPARE(shown(&model, row, 0), QVariant(uint(row + 1)));
        QCOMPARE(model.index(row, 2).data(TableModel::NullRole).toBool(), (row + 1) % 7 == 0);
        QCOMPARE(model.index(row, 1).data().toString(), u"article %1"_s.arg((row + 1) % 100));
    }

    // Sorted, and only some of them: the same as the server returns.
    const auto isAsExpected = [&](const QString &rest) {
        const OutcomePointer whole
            = finishedOf(connection.execute(u"SELECT * FROM articles "_s + rest));
        const Result &expected = whole->results.constFirst();
        if (!isCounted(model) || model.count() != expected.rowCount())
            return false;
        for (int row = 0; row < model.count(); row += 97) {
            if (shown(&model, row, 0).toUInt() != expected.row(row).value<uint>(0))
                return false;
        }
        return true;
    };
    model.sort(0, Qt::DescendingOrder);
    QVERIFY(isAsExpected(u"ORDER BY id DESC"_s));
    model.setFilter(u"stock > ?"_s);
    model.setFilterParameters(500);
    QVERIFY(isAsExpected(u"WHERE stock > 500 ORDER BY id DESC"_s));
    model.sort(1, Qt::AscendingOrder);
    QVERIFY(isAsExpected(u"WHERE stock > 500 ORDER BY name, id"_s));
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    VERIFY_DONE(connection.execute(u"DELETE FROM articles WHERE id < 5000"_s));
    model.refresh();
    QVERIFY(isAsExpected(u"WHERE stock > 500 ORDER BY name, id"_s));
    QCOMPARE(resets.count(), 0);

    model.setFilter({});
    model.setFilterParameters({});
    model.setReadMode(Mode::Whole);
    VERIFY_COUNTED(model);
    QCOMPARE(model.count(), Count - 4'999);
    QVERIFY(!model.isReadOnly());
}

void tst_TableModelRandom_Servers::modelIsReadOnly()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 1'000));
    TableModel model;
    const Tester tester(&model);
    QSignalSpy errors(&model, &TableModel::errorOccurred);
    model.setReadMode(Mode::RandomAccess);
    model.setExecutor(&connection);
    model.setTable(u"articles"_s);
    VERIFY_COUNTED(model);
    QVERIFY(model.isReadOnly());
    const QModelIndex index = model.index(700, 1);
    QCOMPARE(shown(&model, 700, 0), QVariant(701U));
    QVERIFY(!model.canWrite(index));
    QVERIFY(!(model.flags(index) & Qt::ItemIsEditable));
    QVERIFY(!model.setData(index, u"other"_s));
    QCOMPARE(errors.count(), 1);
    QCOMPARE(model.error().code(), Error::NotSupported);
    QVERIFY(!model.setRow(700, {{u"name"_s, u"other"_s}}));
    QVERIFY(!model.insertRows(0, 1));
    QVERIFY(!model.removeRows(3, 2));
    QCOMPARE(model.appendRow({{u"name"_s, u"other"_s}}), -1);
    model.revertRow(700);
    model.acceptServerValues(700);
    model.revertAll();
    model.submitAll();
    QCOMPARE(model.pendingChanges(), 0);
    QCOMPARE(model.count(), 1'000);
    QCOMPARE(model.headerData(700, Qt::Vertical).toInt(), 701);
    QCOMPARE(index.data(TableModel::RowStateRole),
             QVariant::fromValue(TableModel::RowState::Stored));
}

void tst_TableModelRandom_Servers::whatCannotBeReadAtRandomIsAnError()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 1'000));
    VERIFY_DONE(connection.execute(u"CREATE TABLE keyless AS SELECT id, stock FROM articles"_s));
    TableModel model;
    QSignalSpy errors(&model, &TableModel::errorOccurred);
    model.setReadMode(Mode::RandomAccess);
    model.setExecutor(&connection);
    model.setTable(u"keyless"_s);
    QVERIFY(waitUntil([&] { return !errors.isEmpty(); }));
    QCOMPARE(model.error().code(), Error::NotSupported);
    QVERIFY(!model.isLoading());
    model.setTable(u"articles"_s);
    VERIFY_COUNTED(model);
    // The rows stay.
    model.sort(2, Qt::AscendingOrder);
    QVERIFY(waitUntil([&] { return errors.count() == 2; }));
    QVERIFY2(model.error().message().contains(u"stock"_s), qPrintable(model.error().message()));
    QCOMPARE(model.count(), 1'000);
    model.sort(-1);
    VERIFY_COUNTED(model);
    model.setLimit(10);
    QVERIFY(waitUntil([&] { return errors.count() == 3; }));
    QVERIFY(model.error().message().contains(u"limit"_s));
    model.setLimit(-1);
    VERIFY_COUNTED(model);
    QCOMPARE(shown(&model, 900, 0), QVariant(901U));
}

void tst_TableModelRandom_Servers::tableCanBeAltered()
{
    QFETCH(Server, server);
    const Database database(server);
    Connection connection(Servers::options(server, database));
    QVERIFY(makeArticles(&connection, 5'000));
    TableModel model;
    model.setReadMode(Mode::RandomAccess);
    model.setExecutor(&connection);
    model.setTable(u"articles"_s);
    VERIFY_COUNTED(model);
    VERIFY_DONE(connection.execute(u"ALTER TABLE articles MODIFY name TEXT"_s));
    model.index(3'000, 0).data();
    QVERIFY(waitUntil([&] { return model.isLoading(); }));
    VERIFY_COUNTED(model);
    QCOMPARE(shown(&model, 3'000, 0), QVariant(3'001U));
    QCOMPARE(shown(&model, 3'000, 1), QVariant(u"article 1"_s));
}

QTEST_GUILESS_MAIN(tst_TableModelRandom_Servers)

#include "tst_tablemodelrandom_servers.moc"
