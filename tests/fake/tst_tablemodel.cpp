// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "countersfixture.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using Keys = Counters::Keys;
using Policy = TableModel::SubmitPolicy;
using RowState = TableModel::RowState;

/// Commits of which nobody knows what became of them.
class tst_TableModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void updateWhoseCommitNobodyHasSeenIsFoundToBeDone();
    void laterChangeFollowsAnUpdateThatNobodyHasSeen();
    void insertWhoseCommitNobodyHasSeenIsNotDoneTwice();
    void changeThatWasNeverCommittedIsWrittenAgain();
    void changesOfOthersStayConflictsAfterALostCommit();
    void revertedRowIsReadAgainAfterALostCommit();
    void insertIsFoundByTheNumberThatTheServerGaveIt();
    void laterChangeFollowsAnInsertThatNobodyHasSeen();
    void insertThatSomebodyHasChangedSinceIsAConflict();
    void insertOfUnknownKeyIsNotRepeatedByPolicies();
    void insertOfUnknownKeyInFlightIsNotSentAgain();
    void removalOfAnInsertThatNobodyHasSeenIsDone();
    void refreshFindsAnInsertThatNobodyHasSeen_data();
    void refreshFindsAnInsertThatNobodyHasSeen();
    void changeOfAnInsertThatARefreshHasFoundIsAnUpdate();
    void refreshTakesNoRowOfOthersForAnInsert();
    void refreshBeforeTheNextAttemptShowsTheInsertOnce();
    void refreshTakesWhatATriggerMadeOfAnInsert();
    void whatATriggerMadeOfAnInsertIsNotOverwritten();
    void whatATriggerMadeStaysWhereALaterChangeFails();
    void whatATriggerMadeOfAnUpdateIsNotWrittenAgain();
};

/// Sets n to 11; the answer to the COMMIT of that is lost.
#define LOSE_COMMIT_OF_UPDATE(counters) \
    do { \
        QTRY_VERIFY((counters).model.isComplete()); \
        (counters).answerUpdate("10", "11", 1); \
        (counters).answer(Counters::readBack("1"), {{"1", "11"}}); \
        (counters).server.once("COMMIT", [](FakeConnection &c) { c.cut(); }); \
        QVERIFY((counters).model.setData((counters).model.index(0, 1), 11)); \
        (counters).model.submitAll(); \
        QTRY_COMPARE((counters).errors.count(), 1); \
        QCOMPARE((counters).rowError(0).execution(), Error::Execution::Unknown); \
        QCOMPARE((counters).model.pendingChanges(), 1); \
    } while (false)

void tst_TableModel::updateWhoseCommitNobodyHasSeenIsFoundToBeDone()
{
    Counters counters;
    LOSE_COMMIT_OF_UPDATE(counters);
    counters.answerUpdate("10", "11", 0);
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QVERIFY(!counters.model.error());
    QCOMPARE(counters.model.index(0, 1).data(TableModel::OriginalValueRole), QVariant(11));
}

void tst_TableModel::laterChangeFollowsAnUpdateThatNobodyHasSeen()
{
    Counters counters;
    LOSE_COMMIT_OF_UPDATE(counters);
    QVERIFY(counters.model.setData(counters.model.index(0, 1), 12));
    counters.answerUpdate("10", "12", 0);
    const QByteArray again = "UPDATE `counters` SET `n` = 12 WHERE `id` = 1";
    counters.server.on(again, [&counters](FakeConnection &c) {
        counters.answer(Counters::readBack("1"), {{"1", "12"}});
        c.ok(Counters::written(1));
    });
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QVERIFY(!counters.model.error());
    QCOMPARE(counters.server.countQuery(again), 1);
    QCOMPARE(counters.model.index(0, 1).data(TableModel::OriginalValueRole), QVariant(12));
}

void tst_TableModel::insertWhoseCommitNobodyHasSeenIsNotDoneTwice()
{
    Counters counters;
    QTRY_VERIFY(counters.model.isComplete());
    const QByteArray insert = "INSERT INTO `counters` (`id`, `n`) VALUES (2, 20)";
    const QByteArray look = "SELECT `id`, `n` FROM `counters` WHERE `id` = 2";
    counters.server.on(insert, [](FakeConnection &c) { c.ok(Counters::written(1)); });
    counters.answer(look, {{"2", "20"}});
    counters.server.once("COMMIT", [](FakeConnection &c) { c.cut(); });
    counters.model.appendRow({{u"id"_s, 2}, {u"n"_s, 20}});
    counters.model.submitAll();
    QTRY_COMPARE(counters.errors.count(), 1);
    QCOMPARE(counters.rowError(1).execution(), Error::Execution::Unknown);
    counters.answer(Counters::readBack("2"), {{"2", "20"}});
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QCOMPARE(counters.server.countQuery(insert), 1);
    QCOMPARE(counters.model.count(), 2);
}

void tst_TableModel::changeThatWasNeverCommittedIsWrittenAgain()
{
    Counters counters;
    QTRY_VERIFY(counters.model.isComplete());
    counters.answerUpdate("10", "11", 1);
    counters.server.once(Counters::readBack("1"), [](FakeConnection &c) { c.cut(); });
    counters.answer(Counters::readBack("1"), {{"1", "11"}});
    QVERIFY(counters.model.setData(counters.model.index(0, 1), 11));
    counters.model.submitAll();
    QTRY_COMPARE(counters.errors.count(), 1);
    QCOMPARE(counters.rowError(0).execution(), Error::Execution::Rejected);
    QCOMPARE(counters.server.countQuery("COMMIT"), 0);
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QCOMPARE(counters.server.countQuery(Counters::update("10", "11")), 2);
    QCOMPARE(counters.server.countQuery("COMMIT"), 1);
}

void tst_TableModel::changesOfOthersStayConflictsAfterALostCommit()
{
    Counters counters;
    LOSE_COMMIT_OF_UPDATE(counters);
    counters.answerUpdate("10", "11", 0);
    counters.answer(Counters::readBack("1"), {{"1", "99"}});
    counters.model.submitAll();
    QTRY_COMPARE(counters.errors.count(), 2);
    QCOMPARE(counters.rowError(0).code(), Error::RowChanged);
    QCOMPARE(counters.model.index(0, 1).data(TableModel::ServerValueRole), QVariant(99));
}

void tst_TableModel::revertedRowIsReadAgainAfterALostCommit()
{
    Counters counters;
    LOSE_COMMIT_OF_UPDATE(counters);
    counters.answer("SELECT `id`, `n` FROM `counters` ORDER BY `id`", {{"1", "11"}});
    counters.model.revertRow(0);
    QCOMPARE(counters.model.pendingChanges(), 0);
    QTRY_COMPARE(counters.model.index(0, 1).data(Qt::EditRole), QVariant(11));
}

namespace {

const QByteArray Insert = "INSERT INTO `counters` (`n`) VALUES (20)";

struct Numbered : Counters
{
    Numbered()
        : Counters(Keys::Numbered)
    {
    }

    quint64 number = 2;
};

struct Unknown : Counters
{
    Unknown()
        : Counters(Keys::Unknown)
    {
    }

    quint64 number = 0;
};

} // namespace

/// Inserts a row with n = 20, whose number is told to be 2; the answer to the COMMIT is lost.
#define LOSE_COMMIT_OF_INSERT(counters) \
    do { \
        QTRY_VERIFY((counters).model.isComplete()); \
        (counters).answerInsert(Insert, (counters).number); \
        (counters).answer(Counters::look("2"), {{"2", "20"}}); \
        (counters).server.once("COMMIT", [](FakeConnection &c) { c.cut(); }); \
        QCOMPARE((counters).model.appendRow({{u"n"_s, 20}}), 1); \
        (counters).model.submitAll(); \
        QTRY_COMPARE((counters).errors.count(), 1); \
        QCOMPARE((counters).rowError(1).execution(), Error::Execution::Unknown); \
        QCOMPARE((counters).server.countQuery(Insert), 1); \
    } while (false)

void tst_TableModel::insertIsFoundByTheNumberThatTheServerGaveIt()
{
    Numbered counters;
    LOSE_COMMIT_OF_INSERT(counters);
    QCOMPARE(counters.rowState(1), RowState::Inserted);
    counters.answer(Counters::readBack("2"), {{"2", "20"}});
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QVERIFY(!counters.model.error());
    QCOMPARE(counters.server.countQuery(Insert), 1);
    QCOMPARE(counters.model.index(1, 0).data(TableModel::OriginalValueRole), QVariant(2));
}

void tst_TableModel::laterChangeFollowsAnInsertThatNobodyHasSeen()
{
    Numbered counters;
    LOSE_COMMIT_OF_INSERT(counters);
    counters.model.setSubmitPolicy(Policy::OnRowChange);
    QVERIFY(counters.model.setData(counters.model.index(1, 1), 21));
    counters.answer(Counters::readBack("2"), {{"2", "20"}});
    const QByteArray update = "UPDATE `counters` SET `n` = 21 WHERE `id` = 2";
    counters.server.on(update, [&counters](FakeConnection &c) {
        counters.answer(Counters::readBack("2"), {{"2", "21"}});
        c.ok(Counters::written(1));
    });
    QVERIFY(counters.model.submit());
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QCOMPARE(counters.server.countQuery(Insert), 1);
    QCOMPARE(counters.server.countQuery(update), 1);
    QCOMPARE(counters.model.index(1, 1).data(TableModel::OriginalValueRole), QVariant(21));
}

void tst_TableModel::insertThatSomebodyHasChangedSinceIsAConflict()
{
    Numbered counters;
    LOSE_COMMIT_OF_INSERT(counters);
    counters.answer(Counters::readBack("2"), {{"2", "99"}});
    counters.model.submitAll();
    QTRY_COMPARE(counters.errors.count(), 2);
    QCOMPARE(counters.rowError(1).code(), Error::RowChanged);
    const QModelIndex n = counters.model.index(1, 1);
    QCOMPARE(n.data(TableModel::ServerValueRole), QVariant(99));
    QCOMPARE(n.data(TableModel::CellStateRole).value<TableModel::CellState>(),
             TableModel::CellState::Conflicting);
    counters.model.revertRow(1);
    QCOMPARE(n.data(Qt::EditRole), QVariant(99));
    QCOMPARE(counters.model.pendingChanges(), 0);
    QCOMPARE(counters.server.countQuery(Insert), 1);
}

void tst_TableModel::insertOfUnknownKeyIsNotRepeatedByPolicies()
{
    Unknown counters;
    LOSE_COMMIT_OF_INSERT(counters);
    QCOMPARE(counters.rowState(1), RowState::Uncertain);
    QCOMPARE(counters.model.headerData(1, Qt::Vertical).toString(), u"?"_s);
    QVERIFY2(counters.rowError(1).message().contains("refresh"_L1),
             qPrintable(counters.rowError(1).message()));
    counters.model.setSubmitPolicy(Policy::OnRowChange);
    QVERIFY(counters.model.submit());
    QVERIFY(counters.model.setData(counters.model.index(1, 1), 21));
    QVERIFY(counters.rowError(1).isError());
    QVERIFY(counters.model.setData(counters.model.index(0, 1), 11));
    QVERIFY(counters.model.setData(counters.model.index(0, 1), 10));
    QVERIFY(counters.model.submit());
    QVERIFY(!counters.model.isSubmitting());
    // Whoever asks for it has looked.
    const QByteArray again = "INSERT INTO `counters` (`n`) VALUES (21)";
    counters.answerInsert(again);
    counters.answer(Counters::All, {{"1", "10"}, {"2", "21"}});
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QCOMPARE(counters.server.countQuery(Insert), 1);
    QCOMPARE(counters.server.countQuery(again), 1);
    QTRY_COMPARE(counters.model.count(), 2);
}

void tst_TableModel::insertOfUnknownKeyInFlightIsNotSentAgain()
{
    Unknown counters;
    QTRY_VERIFY(counters.model.isComplete());
    counters.answerInsert(Insert);
    counters.server.once("COMMIT", [](FakeConnection &c) { c.cut(); });
    counters.model.appendRow({{u"n"_s, 20}});
    counters.model.submitAll();
    counters.model.submitAll();
    QTRY_COMPARE(counters.errors.count(), 1);
    QVERIFY(!counters.model.isSubmitting());
    QCOMPARE(counters.rowState(1), RowState::Uncertain);
    QCOMPARE(counters.server.countQuery(Insert), 1);
}

void tst_TableModel::removalOfAnInsertThatNobodyHasSeenIsDone()
{
    Numbered counters;
    QTRY_VERIFY(counters.model.isComplete());
    counters.answerInsert(Insert, 2);
    counters.answer(Counters::look("2"), {{"2", "20"}});
    counters.server.once("COMMIT", [&counters](FakeConnection &c) {
        QVERIFY(counters.model.removeRows(1, 1));
        c.cut();
    });
    counters.model.appendRow({{u"n"_s, 20}});
    counters.model.submitAll();
    QTRY_COMPARE(counters.errors.count(), 1);
    QCOMPARE(counters.rowState(1), RowState::Removed);
    const QByteArray remove = "DELETE FROM `counters` WHERE `id` = 2 AND `n` <=> 20";
    counters.server.on(remove, [](FakeConnection &c) { c.ok(Counters::written(1)); });
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QCOMPARE(counters.model.count(), 1);
    QCOMPARE(counters.server.countQuery(remove), 1);
}

void tst_TableModel::refreshFindsAnInsertThatNobodyHasSeen_data()
{
    QTest::addColumn<bool>("isNumbered");
    QTest::newRow("key of the user") << false;
    QTest::newRow("number of the server") << true;
}

void tst_TableModel::refreshFindsAnInsertThatNobodyHasSeen()
{
    QFETCH(const bool, isNumbered);
    Counters counters(isNumbered ? Keys::Numbered : Keys::Given);
    QTRY_VERIFY(counters.model.isComplete());
    const QByteArray insert
        = isNumbered ? Insert : QByteArray("INSERT INTO `counters` (`id`, `n`) VALUES (2, 20)");
    counters.answerInsert(insert, isNumbered ? 2 : 0);
    counters.answer(Counters::look("2"), {{"2", "20"}});
    counters.server.once("COMMIT", [](FakeConnection &c) { c.cut(); });
    QVariantMap values{{u"n"_s, 20}};
    if (!isNumbered)
        values.insert(u"id"_s, 2);
    counters.model.appendRow(values);
    counters.model.submitAll();
    QTRY_COMPARE(counters.errors.count(), 1);
    QCOMPARE(counters.rowState(1), RowState::Inserted);
    // It is not there twice, wherever it is read.
    counters.answer(Counters::All, {{"0", "5"}, {"1", "10"}, {"2", "20"}, {"3", "30"}});
    const QPersistentModelIndex inserted = counters.model.index(1, 1);
    counters.model.refresh();
    QTRY_COMPARE(counters.model.count(), 4);
    QTRY_VERIFY(counters.model.isComplete());
    QCOMPARE(inserted.row(), 2);
    QCOMPARE(counters.model.pendingChanges(), 0);
    QCOMPARE(counters.rowState(2), RowState::Stored);
    QVERIFY(!counters.rowError(2));
    QCOMPARE(counters.model.index(2, 0).data(TableModel::OriginalValueRole), QVariant(2));
    counters.model.submitAll();
    QVERIFY(!counters.model.isSubmitting());
    // From now on it is a row as all others.
    counters.server.on("UPDATE `counters` SET `n` = 21 WHERE `id` = 2 AND `n` <=> 20",
                       [](FakeConnection &c) { c.ok(Counters::written(1)); });
    counters.answer(Counters::readBack("2"), {{"2", "21"}});
    QVERIFY(counters.model.setData(counters.model.index(2, 1), 21));
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QVERIFY(!counters.model.error());
    QCOMPARE(counters.server.countQuery(insert), 1);
}

void tst_TableModel::changeOfAnInsertThatARefreshHasFoundIsAnUpdate()
{
    Numbered counters;
    LOSE_COMMIT_OF_INSERT(counters);
    QVERIFY(counters.model.setData(counters.model.index(1, 1), 21));
    counters.answer(Counters::All, {{"1", "10"}, {"2", "20"}});
    counters.model.refresh();
    QTRY_VERIFY(counters.model.isComplete());
    QCOMPARE(counters.model.count(), 2);
    QCOMPARE(counters.model.pendingChanges(), 1);
    QCOMPARE(counters.rowState(1), RowState::Changed);
    QCOMPARE(counters.model.index(1, 1).data(Qt::EditRole), QVariant(21));
    const QByteArray update = "UPDATE `counters` SET `n` = 21 WHERE `id` = 2 AND `n` <=> 20";
    counters.server.on(update, [](FakeConnection &c) { c.ok(Counters::written(1)); });
    counters.answer(Counters::readBack("2"), {{"2", "21"}});
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QVERIFY(!counters.model.error());
    QCOMPARE(counters.server.countQuery(update), 1);
    QCOMPARE(counters.server.countQuery(Insert), 1);
}

void tst_TableModel::refreshTakesNoRowOfOthersForAnInsert()
{
    Numbered counters;
    LOSE_COMMIT_OF_INSERT(counters);
    counters.answer(Counters::All, {{"1", "10"}, {"2", "99"}});
    counters.model.refresh();
    QTRY_COMPARE(counters.model.count(), 3);
    QTRY_VERIFY(counters.model.isComplete());
    QCOMPARE(counters.model.pendingChanges(), 1);
    counters.answer(Counters::readBack("2"), {{"2", "99"}});
    counters.model.submitAll();
    QTRY_COMPARE(counters.errors.count(), 2);
    QCOMPARE(counters.model.error().code(), Error::RowChanged);
    QCOMPARE(counters.server.countQuery(Insert), 1);
}

void tst_TableModel::refreshBeforeTheNextAttemptShowsTheInsertOnce()
{
    Numbered counters;
    LOSE_COMMIT_OF_INSERT(counters);
    counters.answer(Counters::All, {{"1", "10"}, {"2", "20"}});
    counters.answer(Counters::readBack("2"), {{"2", "20"}});
    // What is read comes while the row is being written again.
    counters.server.once(Counters::All, [&counters](FakeConnection &c) {
        counters.model.submitAll();
        QVERIFY(counters.model.isSubmitting());
        c.result({FakeColumn("id", 3), FakeColumn("n", 3)}, {{"1", "10"}, {"2", "20"}});
    });
    QSignalSpy inserted(&counters.model, &TableModel::rowsInserted);
    counters.model.refresh();
    QTRY_COMPARE(counters.server.countQuery(Counters::All), 2);
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QTRY_VERIFY(counters.model.isComplete());
    QVERIFY(!counters.model.error());
    QCOMPARE(counters.model.count(), 2);
    QCOMPARE(inserted.count(), 0);
    QCOMPARE(counters.server.countQuery(Insert), 1);
    QCOMPARE(counters.rowState(1), RowState::Stored);
}

/// The same, where a trigger adds 100 to n of a new row; \a inserted are the values given.
#define LOSE_COMMIT_OF_TRANSFORMED_INSERT(counters, insert, inserted) \
    do { \
        QTRY_VERIFY((counters).model.isComplete()); \
        (counters).answerInsert(insert, 2); \
        (counters).answer(Counters::look("2"), {{"2", "120"}}); \
        (counters).server.once("COMMIT", [](FakeConnection &c) { c.cut(); }); \
        QCOMPARE((counters).model.appendRow(inserted), 1); \
        (counters).model.submitAll(); \
        QTRY_COMPARE((counters).errors.count(), 1); \
        QCOMPARE((counters).rowError(1).execution(), Error::Execution::Unknown); \
        (counters).answer(Counters::readBack("2"), {{"2", "120"}}); \
    } while (false)

void tst_TableModel::refreshTakesWhatATriggerMadeOfAnInsert()
{
    Numbered counters;
    const QVariantMap values{{u"n"_s, 20}};
    LOSE_COMMIT_OF_TRANSFORMED_INSERT(counters, Insert, values);
    counters.answer(Counters::All, {{"1", "10"}, {"2", "120"}});
    counters.model.refresh();
    QTRY_VERIFY(counters.model.isComplete());
    QCOMPARE(counters.model.count(), 2);
    QCOMPARE(counters.model.index(1, 1).data(Qt::EditRole), QVariant(120));
    QCOMPARE(counters.rowState(1), RowState::Stored);
    QCOMPARE(counters.model.pendingChanges(), 0);
    counters.model.submitAll();
    QVERIFY(!counters.model.isSubmitting());
}

void tst_TableModel::whatATriggerMadeOfAnInsertIsNotOverwritten()
{
    Numbered counters;
    const QVariantMap values{{u"n"_s, 20}};
    LOSE_COMMIT_OF_TRANSFORMED_INSERT(counters, Insert, values);
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QVERIFY(!counters.model.error());
    QCOMPARE(counters.model.index(1, 1).data(TableModel::OriginalValueRole), QVariant(120));
    QCOMPARE(counters.server.countQuery(Insert), 1);
    QCOMPARE(counters.server.countQuery("UPDATE `counters` SET `n` = 20 WHERE `id` = 2"), 0);
}

void tst_TableModel::whatATriggerMadeStaysWhereALaterChangeFails()
{
    Counters counters;
    const QVariantMap values{{u"id"_s, 2}, {u"n"_s, 20}};
    LOSE_COMMIT_OF_TRANSFORMED_INSERT(counters, "INSERT INTO `counters` (`id`, `n`) VALUES (2, 20)",
                                      values);
    QVERIFY(counters.model.setData(counters.model.index(1, 0), 3));
    const QByteArray update = "UPDATE `counters` SET `id` = 3 WHERE `id` = 2";
    counters.server.on(update, [](FakeConnection &c) { c.error(1062, "23000", "Duplicate"); });
    counters.model.submitAll();
    QTRY_COMPARE(counters.errors.count(), 2);
    QCOMPARE(counters.server.countQuery(update), 1);
    QCOMPARE(counters.rowState(1), RowState::Changed);
    QCOMPARE(counters.model.index(1, 0).data(Qt::EditRole), QVariant(3));
    QCOMPARE(counters.model.index(1, 1).data(Qt::EditRole), QVariant(120));
    const QByteArray again = update + " AND `id` <=> 2";
    counters.server.on(again, [](FakeConnection &c) { c.ok(Counters::written(1)); });
    counters.answer(Counters::readBack("3"), {{"3", "120"}});
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QCOMPARE(counters.server.countQuery(again), 1);
    QCOMPARE(counters.model.index(1, 1).data(TableModel::OriginalValueRole), QVariant(120));
}

void tst_TableModel::whatATriggerMadeOfAnUpdateIsNotWrittenAgain()
{
    Counters counters;
    QTRY_VERIFY(counters.model.isComplete());
    counters.answerUpdate("10", "11", 1);
    counters.answer(Counters::readBack("1"), {{"1", "111"}});
    counters.server.once("COMMIT", [](FakeConnection &c) { c.cut(); });
    QVERIFY(counters.model.setData(counters.model.index(0, 1), 11));
    counters.model.submitAll();
    QTRY_COMPARE(counters.errors.count(), 1);
    counters.answerUpdate("10", "11", 0);
    counters.model.submitAll();
    QTRY_COMPARE(counters.model.pendingChanges(), 0);
    QVERIFY(!counters.model.error());
    QCOMPARE(counters.model.index(0, 1).data(TableModel::OriginalValueRole), QVariant(111));
    QCOMPARE(counters.server.countQuery("UPDATE `counters` SET `n` = 11 WHERE `id` = 1"), 0);
}

QTEST_GUILESS_MAIN(tst_TableModel)
#include "tst_tablemodel.moc"
