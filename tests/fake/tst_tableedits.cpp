// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "countersfixture.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Transaction>

#include <QtCore/qpointer.h>
#include <QtTest/qtest.h>

#include <functional>
#include <utility>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using Keys = Counters::Keys;
using Policy = TableModel::SubmitPolicy;
using RowState = TableModel::RowState;

/// Edits at moments that no real server can be made to wait for.
class tst_TableEdits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowIsLookedForByItsOldKey();
    void editorsOfUnchangedRowsOutliveARefresh();
    void removalForgetsTheEditsBefore();
    void zeroIsWrittenWhileNullIsOnItsWay();
    void editsOfARowThatIsBeingInsertedFollowIt();
    void editsOfARowThatIsInsertedUnderAnUnknownKeyAreKept();
    void editorsDoNotChangeWhatTheyGiveBack();
    void policiesLeaveBlankRowsAlone();
    void nothingIsEditedWhileTheTableChanges();
    void executorMayGoWhileTheTableIsRead();
    void slotsMayEndTheModel_data();
    void slotsMayEndTheModel();
    void slotsMayRemoveRowsThatWereWritten();
    void slotsMayAskForOtherRows();
    void slotsMayRunAnEventLoop_data();
    void slotsMayRunAnEventLoop();
    void cancelStopsReading();
    void cancelRollsBackWhatIsOnItsWay();
    void submissionsOfATransactionFollowEachOther();
    void otherExecutorsCannotWrite();
};

#define VERIFY_COMPLETE(counters) QTRY_VERIFY((counters).model.isComplete())

void tst_TableEdits::rowIsLookedForByItsOldKey()
{
    Counters counters;
    VERIFY_COMPLETE(counters);
    counters.server.on("UPDATE `counters` SET `id` = 5 WHERE `id` = 1 AND `id` <=> 1",
                       [](FakeConnection &c) { c.ok(Counters::written(0)); });
    counters.answer(Counters::readBack("1"), {});
    // Somebody else's.
    counters.answer(Counters::readBack("5"), {{"5", "50"}});
    QVERIFY(counters.model.setData(counters.model.index(0, 0), 5));
    counters.model.submitAll();
    QTRY_COMPARE(counters.errors.count(), 1);
    QCOMPARE(counters.rowError(0).code(), Error::RowChanged);
    QVERIFY(!counters.model.index(0, 1).data(TableModel::ServerValueRole).isValid());
}

/// Also where so many rows around them have changed that those are announced together.
void tst_TableEdits::editorsOfUnchangedRowsOutliveARefresh()
{
    constexpr int Count = 1000;
    const auto rowsWith = [](const QByteArray &evenValue) {
        QList<FakeRow> rows;
        for (int id = 0; id < Count; ++id)
            rows.append({QByteArray::number(id), id % 2 == 0 ? evenValue : QByteArray("10")});
        return rows;
    };
    Counters counters;
    counters.answer(Counters::All, rowsWith("10"));
    VERIFY_COMPLETE(counters);
    QCOMPARE(counters.model.count(), Count);
    const QPersistentModelIndex editor = counters.model.index(501, 1);
    QSignalSpy changes(&counters.model, &TableModel::dataChanged);
    counters.answer(Counters::All, rowsWith("11"));
    counters.model.refresh();
    QTRY_VERIFY(!changes.isEmpty());
    VERIFY_COMPLETE(counters);
    QVERIFY(changes.count() <= 101);
    QList<bool> isAnnounced(Count);
    for (const QVariantList &change : std::as_const(changes)) {
        for (int row = change[0].toModelIndex().row(); row <= change[1].toModelIndex().row(); ++row)
            isAnnounced[row] = true;
    }
    QVERIFY(!isAnnounced[editor.row()]);
    for (int row = 0; row < Count; row += 2)
        QVERIFY(isAnnounced[row]);
}

void tst_TableEdits::removalForgetsTheEditsBefore()
{
    Counters counters;
    VERIFY_COMPLETE(counters);
    counters.server.on("DELETE FROM `counters` WHERE `id` = 1 AND `n` <=> 10",
                       [](FakeConnection &c) { c.ok(Counters::written(0)); });
    counters.answer(Counters::readBack("1"), {});
    counters.answer(Counters::readBack("5"), {{"5", "50"}});
    QVERIFY(counters.model.setData(counters.model.index(0, 0), 5));
    QVERIFY(counters.model.removeRows(0, 1));
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.count(), 0);
    QVERIFY(!counters.model.error());
}

void tst_TableEdits::zeroIsWrittenWhileNullIsOnItsWay()
{
    Counters counters;
    VERIFY_COMPLETE(counters);
    counters.model.setSubmitPolicy(Policy::OnFieldChange);
    counters.server.on(Counters::update("10", "NULL"), [&counters](FakeConnection &c) {
        QVERIFY(counters.model.setData(counters.model.index(0, 1), 0));
        counters.answer(Counters::readBack("1"), {{"1", std::nullopt}});
        c.ok(Counters::written(1));
    });
    const QByteArray zero = "UPDATE `counters` SET `n` = 0 WHERE `id` = 1 AND `n` IS NULL";
    counters.server.on(zero, [&counters](FakeConnection &c) {
        counters.answer(Counters::readBack("1"), {{"1", "0"}});
        c.ok(Counters::written(1));
    });
    QVERIFY(counters.model.setData(counters.model.index(0, 1), QVariant()));
    QTRY_COMPARE(counters.server.countQuery(zero), 1);
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QCOMPARE(counters.model.index(0, 1).data(TableModel::NullRole), QVariant(false));
}

void tst_TableEdits::editsOfARowThatIsBeingInsertedFollowIt()
{
    Counters counters(Keys::Numbered);
    VERIFY_COMPLETE(counters);
    counters.model.setSubmitPolicy(Policy::OnRowChange);
    counters.server.on("INSERT INTO `counters` (`n`) VALUES (20)", [&counters](FakeConnection &c) {
        QVERIFY(counters.model.setData(counters.model.index(1, 1), 21));
        c.ok(Counters::written(1, 2));
    });
    counters.answer(Counters::look("2"), {{"2", "20"}});
    const QByteArray update = "UPDATE `counters` SET `n` = 21 WHERE `id` = 2 AND `n` <=> 20";
    counters.server.on(update, [](FakeConnection &c) { c.ok(Counters::written(1)); });
    counters.answer(Counters::readBack("2"), {{"2", "21"}});
    counters.model.appendRow({{u"n"_s, 20}});
    QTRY_COMPARE(counters.server.countQuery(update), 1);
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QCOMPARE(counters.model.index(1, 1).data(TableModel::OriginalValueRole), QVariant(21));
}

void tst_TableEdits::editsOfARowThatIsInsertedUnderAnUnknownKeyAreKept()
{
    Counters counters(Keys::Unknown);
    VERIFY_COMPLETE(counters);
    const QByteArray insert = "INSERT INTO `counters` (`n`) VALUES (20)";
    counters.server.on(insert, [&counters](FakeConnection &c) {
        QVERIFY(counters.model.setData(counters.model.index(1, 1), 21));
        counters.answer(Counters::All, {{"1", "10"}, {"2", "20"}});
        c.ok(Counters::written(1));
    });
    counters.model.appendRow({{u"n"_s, 20}});
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.count(), 3);
    VERIFY_COMPLETE(counters);
    // The row of the table, and what could not be written into it.
    QCOMPARE(counters.model.pendingChanges(), 1);
    const int kept = counters.rowState(1) == RowState::Uncertain ? 1 : 2;
    QCOMPARE(counters.rowState(kept), RowState::Uncertain);
    QVERIFY(counters.rowError(kept).isError());
    QCOMPARE(counters.model.index(kept, 1).data(Qt::EditRole), QVariant(21));
    counters.model.submitAll();
    QVERIFY(!counters.model.isSubmitting());
    QCOMPARE(counters.server.countQuery(insert), 1);
    counters.model.revertRow(kept);
    QCOMPARE(counters.model.count(), 2);
}

void tst_TableEdits::editorsDoNotChangeWhatTheyGiveBack()
{
    Counters counters;
    counters.answer(Counters::All, {{"1", std::nullopt}});
    VERIFY_COMPLETE(counters);
    const QModelIndex n = counters.model.index(0, 1);
    QVERIFY(!n.data(Qt::EditRole).isValid());
    QVERIFY(counters.model.setData(n, u""_s));
    QCOMPARE(counters.model.pendingChanges(), 0);
    QVERIFY(counters.model.setData(n, u"7"_s));
    QCOMPARE(n.data(Qt::EditRole), QVariant(7));
    QVERIFY(counters.model.setData(n, u""_s));
    QCOMPARE(counters.model.pendingChanges(), 0);
    QVERIFY(counters.model.insertRows(1, 1));
    QVERIFY(counters.model.setData(counters.model.index(1, 0), u""_s));
    counters.answerInsert("INSERT INTO `counters` () VALUES ()");
    counters.model.submitAll();
    QTRY_COMPARE(counters.server.countQuery("INSERT INTO `counters` () VALUES ()"), 1);
}

void tst_TableEdits::policiesLeaveBlankRowsAlone()
{
    Counters counters(Keys::Numbered);
    VERIFY_COMPLETE(counters);
    counters.model.setSubmitPolicy(Policy::OnRowChange);
    const QByteArray insert = "INSERT INTO `counters` () VALUES ()";
    counters.answerInsert(insert, 2);
    counters.answer(Counters::look("2"), {{"2", std::nullopt}});
    QVERIFY(counters.model.insertRows(1, 1));
    QVERIFY(counters.model.submit());
    QVERIFY(!counters.model.isSubmitting());
    QCOMPARE(counters.model.appendRow({}), 2);
    QVERIFY(!counters.model.isSubmitting());
    QVERIFY(counters.model.removeRows(2, 1));
    QCOMPARE(counters.model.pendingChanges(), 1);
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QCOMPARE(counters.server.countQuery(insert), 1);
}

void tst_TableEdits::nothingIsEditedWhileTheTableChanges()
{
    Counters counters;
    VERIFY_COMPLETE(counters);
    QVERIFY(counters.model.setData(counters.model.index(0, 1), 11));
    counters.model.setTable(u"others"_s);
    QVERIFY(!counters.model.setData(counters.model.index(0, 1), 12));
    QVERIFY(!counters.model.insertRows(0, 1));
    QVERIFY(!counters.model.removeRows(0, 1));
    QCOMPARE(counters.model.appendRow({{u"n"_s, 1}}), -1);
    counters.model.submitAll();
    QVERIFY(!counters.model.isSubmitting());
    QTRY_COMPARE(counters.model.count(), 0);
}

void tst_TableEdits::executorMayGoWhileTheTableIsRead()
{
    Counters counters;
    QSignalSpy resets(&counters.model, &QAbstractItemModel::modelReset);
    // The second one is when the columns are known.
    connect(&counters.model, &QAbstractItemModel::modelReset, &counters.model, [&] {
        if (resets.count() == 2)
            counters.model.setExecutor(nullptr);
    });
    QTRY_COMPARE(resets.count(), 3);
    QVERIFY(!counters.model.isLoading());
    QCOMPARE(counters.server.countQuery(Counters::All), 0);
}

namespace {

using Connect = std::function<void(TableModel *, const std::function<void()> &)>;

template <typename Signal>
Connect on(Signal signal)
{
    return [signal](TableModel *model, const std::function<void()> &slot) {
        QObject::connect(model, signal, model, slot);
    };
}

} // namespace

Q_DECLARE_METATYPE(Connect)

void tst_TableEdits::slotsMayEndTheModel_data()
{
    QTest::addColumn<Connect>("connectTo");
    QTest::newRow("rows come") << on(&QAbstractItemModel::rowsInserted);
    QTest::newRow("rows go") << on(&QAbstractItemModel::rowsRemoved);
    QTest::newRow("reset") << on(&QAbstractItemModel::modelReset);
    QTest::newRow("data change") << on(&QAbstractItemModel::dataChanged);
    QTest::newRow("changes are counted") << on(&TableModel::pendingChangesChanged);
    QTest::newRow("submitting") << on(&TableModel::submittingChanged);
    QTest::newRow("submitted") << on(&TableModel::submitted);
    QTest::newRow("loading") << on(&TableModel::loadingChanged);
}

void tst_TableEdits::slotsMayEndTheModel()
{
    QFETCH(Connect, connectTo);
    // The first time, or at a later one.
    for (int before = 0; before < 6; ++before) {
        Counters counters;
        counters.answer(Counters::All, {{"1", "10"}, {"2", "20"}, {"3", "30"}});
        counters.answerUpdate("10", "11", 1);
        counters.answer(Counters::readBack("1"), {{"1", "11"}});
        const QByteArray remove = "DELETE FROM `counters` WHERE `id` = 2 AND `n` <=> 20";
        counters.server.on(remove, [](FakeConnection &c) { c.ok(Counters::written(1)); });
        QPointer<TableModel> model(new TableModel);
        int left = before;
        connectTo(model, [&] {
            if (left-- == 0)
                delete model;
        });
        const auto isThere = [&] { return !model.isNull(); };
        const auto wait = [&](auto isOver) { QTRY_VERIFY(!isThere() || isOver()); };
        model->setSubmitPolicy(Policy::Manual);
        model->setExecutor(&counters.connection);
        if (isThere())
            model->setTable(u"counters"_s);
        wait([&] { return model->isComplete(); });
        if (isThere())
            model->setData(model->index(0, 1), 11);
        if (isThere())
            model->removeRows(1, 1);
        if (isThere())
            model->submitAll();
        wait([&] { return !model->isSubmitting() && model->pendingChanges() == 0; });
        counters.answer(Counters::All, {{"3", "31"}, {"4", "40"}});
        if (isThere())
            model->refresh();
        wait([&] { return model->isComplete(); });
        delete model;
    }
}

void tst_TableEdits::slotsMayRemoveRowsThatWereWritten()
{
    Counters counters;
    counters.answer(Counters::All, {{"1", "10"}, {"2", "20"}, {"3", "30"}});
    VERIFY_COMPLETE(counters);
    counters.answerUpdate("10", "11", 1);
    counters.answer(Counters::readBack("1"), {{"1", "11"}});
    counters.server.on("UPDATE `counters` SET `n` = 31 WHERE `id` = 3 AND `n` <=> 30",
                       [](FakeConnection &c) { c.ok(Counters::written(1)); });
    counters.answer(Counters::readBack("3"), {{"3", "31"}});
    QVERIFY(counters.model.setData(counters.model.index(0, 1), 11));
    QVERIFY(counters.model.setData(counters.model.index(2, 1), 31));
    counters.model.submitAll();
    // This one is not on its way, and goes when the first row is told of.
    QVERIFY(counters.model.insertRows(1, 1));
    bool isDone = false;
    connect(&counters.model, &QAbstractItemModel::dataChanged, &counters.model, [&] {
        if (!std::exchange(isDone, true))
            QVERIFY(counters.model.removeRows(1, 1));
    });
    QTRY_VERIFY(!counters.model.isSubmitting());
    QVERIFY(isDone);
    QCOMPARE(counters.model.count(), 3);
    QCOMPARE(counters.model.pendingChanges(), 0);
    QCOMPARE(counters.model.index(0, 1).data(TableModel::OriginalValueRole), QVariant(11));
    QCOMPARE(counters.model.index(2, 1).data(TableModel::OriginalValueRole), QVariant(31));
}

void tst_TableEdits::slotsMayAskForOtherRows()
{
    Counters counters;
    connect(&counters.model, &QAbstractItemModel::rowsInserted, &counters.model,
            [&] { counters.model.setTable(u"others"_s); });
    QTRY_COMPARE(counters.model.table(), u"others"_s);
    QTRY_COMPARE(counters.model.count(), 0);
    QTRY_VERIFY(!counters.model.isLoading());
}

void tst_TableEdits::slotsMayRunAnEventLoop_data()
{
    using Signal = void (*)(TableModel *, const std::function<void()> &);
    QTest::addColumn<Signal>("connectTo");
    const auto row = [](const char *name, Signal signal) { QTest::newRow(name) << signal; };
    row("rowsAboutToBeRemoved", [](TableModel *model, const std::function<void()> &slot) {
        QObject::connect(model, &TableModel::rowsAboutToBeRemoved, model, slot);
    });
    row("rowsRemoved", [](TableModel *model, const std::function<void()> &slot) {
        QObject::connect(model, &TableModel::rowsRemoved, model, slot);
    });
    row("rowsAboutToBeInserted", [](TableModel *model, const std::function<void()> &slot) {
        QObject::connect(model, &TableModel::rowsAboutToBeInserted, model, slot);
    });
    row("rowsInserted", [](TableModel *model, const std::function<void()> &slot) {
        QObject::connect(model, &TableModel::rowsInserted, model, slot);
    });
}

/// A dialog, say: what comes from the server meanwhile waits until the rows are in order.
void tst_TableEdits::slotsMayRunAnEventLoop()
{
    using Signal = void (*)(TableModel *, const std::function<void()> &);
    QFETCH(Signal, connectTo);
    Counters counters;
    counters.answer(Counters::All, {{"1", "10"}, {"2", "20"}, {"3", "30"}});
    VERIFY_COMPLETE(counters);
    TableModel &model = counters.model;
    counters.answerUpdate("10", "11", 1);
    counters.answer(Counters::readBack("1"), {{"1", "11"}});
    int loops = 0;
    connectTo(&model, [&] {
        if (++loops > 3)
            return;
        counters.answer(Counters::All, loops % 2 == 0
                                           ? QList<FakeRow>{{"1", "11"}, {"3", "31"}, {"5", "50"}}
                                           : QList<FakeRow>{{"2", "22"}, {"5", "51"}, {"6", "60"}});
        model.refresh();
        static_cast<void>(QTest::qWaitFor([&] { return !model.isLoading(); }, 100));
    });
    QVERIFY(model.setData(model.index(0, 1), 11));
    counters.answer(Counters::All, {{"1", "10"}, {"3", "31"}, {"4", "40"}});
    model.refresh();
    model.submitAll();
    QTRY_VERIFY(loops > 0 && !model.isSubmitting() && !model.isLoading());
    counters.answer(Counters::All, {{"1", "11"}, {"7", "70"}});
    loops = 3;
    model.refresh();
    VERIFY_COMPLETE(counters);
    QCOMPARE(model.count(), 2);
    QCOMPARE(model.index(0, 1).data(Qt::UserRole + 1), QVariant(11));
    QCOMPARE(model.index(1, 1).data(Qt::UserRole + 1), QVariant(70));
    QCOMPARE(model.pendingChanges(), 0);
}

void tst_TableEdits::cancelStopsReading()
{
    Counters counters;
    counters.server.on(Counters::All, FakeServer::stall);
    QTRY_COMPARE(counters.server.countQuery(Counters::All), 1);
    counters.model.cancel();
    QVERIFY(!counters.model.isLoading());
    QCOMPARE(counters.model.error().code(), Error::Cancelled);
    QCOMPARE(counters.errors.count(), 1);
    counters.model.cancel();
    QCOMPARE(counters.errors.count(), 1);
    counters.answer(Counters::All, {{"1", "10"}});
    counters.model.refresh();
    VERIFY_COMPLETE(counters);
    QCOMPARE(counters.model.count(), 1);
}

void tst_TableEdits::cancelRollsBackWhatIsOnItsWay()
{
    Counters counters;
    VERIFY_COMPLETE(counters);
    counters.server.on(Counters::update("10", "11"), FakeServer::stall);
    QVERIFY(counters.model.setData(counters.model.index(0, 1), 11));
    counters.model.submitAll();
    QTRY_COMPARE(counters.server.countQuery(Counters::update("10", "11")), 1);
    counters.model.cancel();
    QTRY_VERIFY(!counters.model.isSubmitting());
    QCOMPARE(counters.model.error().code(), Error::Cancelled);
    QCOMPARE(counters.model.pendingChanges(), 1);
    QVERIFY(!counters.rowError(0).isError());
    QCOMPARE(counters.server.countQuery("COMMIT"), 0);
    counters.answerUpdate("10", "11", 1);
    counters.answer(Counters::readBack("1"), {{"1", "11"}});
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QVERIFY(!counters.model.error());
}

void tst_TableEdits::submissionsOfATransactionFollowEachOther()
{
    Counters counters;
    VERIFY_COMPLETE(counters);
    const auto inTransaction = [](FakeConnection &c) { c.ok(Counters::written(0)); };
    for (const QByteArray &name : {"1"_ba, "2"_ba}) {
        counters.server.on("SAVEPOINT `asyncmysql_model_" + name + '`', inTransaction);
        counters.server.on("RELEASE SAVEPOINT `asyncmysql_model_" + name + '`', inTransaction);
    }
    counters.answerUpdate("10", "11", 1);
    counters.answerUpdate("10", "12", 1);
    counters.answer(Counters::readBack("1"), {{"1", "11"}});
    Transaction *transaction = counters.connection.beginTransaction();
    TableModel second;
    counters.plainStatus = AutoCommit | InTransaction;
    for (TableModel *model : {&counters.model, &second}) {
        model->setSubmitPolicy(Policy::Manual);
        model->setExecutor(transaction);
        model->setTable(u"counters"_s);
    }
    QTRY_VERIFY(counters.model.isComplete() && second.isComplete());
    QVERIFY(counters.model.setData(counters.model.index(0, 1), 11));
    QVERIFY(second.setData(second.index(0, 1), 12));
    counters.model.submitAll();
    second.submitAll();
    QTRY_VERIFY(!counters.model.isSubmitting() && !second.isSubmitting());
    QByteArrayList savepoints = counters.server.userQueries();
    savepoints.removeIf([](const QByteArray &sql) { return !sql.contains("SAVEPOINT"); });
    QCOMPARE(savepoints,
             QByteArrayList(
                 {"SAVEPOINT `asyncmysql_model_1`", "RELEASE SAVEPOINT `asyncmysql_model_1`",
                  "SAVEPOINT `asyncmysql_model_2`", "RELEASE SAVEPOINT `asyncmysql_model_2`"}));
}

namespace {

/// Neither a connection nor a transaction.
class Detour : public Executor
{
public:
    explicit Detour(Connection *connection)
        : m_connection(connection)
    {
    }

    using Executor::execute;
    AsyncMySql::Query *execute(const QString &sql, const QVariantList &parameters) override
    {
        return m_connection->execute(sql, parameters);
    }
    AsyncMySql::Query *execute(const QString &sql, const QVariantMap &parameters) override
    {
        return m_connection->execute(sql, parameters);
    }
    Batch *executeBatch(const QString &sql, const QList<QVariantList> &rows) override
    {
        return m_connection->executeBatch(sql, rows);
    }
    PreparedStatement *prepare(const QString &sql) override { return m_connection->prepare(sql); }

private:
    Connection *m_connection;
};

} // namespace

void tst_TableEdits::otherExecutorsCannotWrite()
{
    Counters counters;
    Detour detour(&counters.connection);
    counters.model.setExecutor(&detour);
    VERIFY_COMPLETE(counters);
    QVERIFY(counters.model.setData(counters.model.index(0, 1), 11));
    counters.model.submitAll();
    QVERIFY(counters.model.isSubmitting());
    QTRY_COMPARE(counters.errors.count(), 1);
    QCOMPARE(counters.model.error().code(), Error::NotSupported);
    QCOMPARE(counters.model.pendingChanges(), 1);
    QCOMPARE(counters.server.countQuery(Counters::update("10", "11")), 0);
}

QTEST_GUILESS_MAIN(tst_TableEdits)
#include "tst_tableedits.moc"
