// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <AsyncMySql/TableModel>

#include <QtTest/qabstractitemmodeltester.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;

/// What no real server can be made to do at will.
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
};

namespace {

constexpr quint8 PrepareCommand = 0x16;

/// A server with the table counters (id INT PRIMARY KEY, n INT), of which there is one row.
struct Counters
{
    Counters()
        : connection(optionsFor(server))
    {
        // Everything comes as text.
        server.onCommand(PrepareCommand, [](FakeConnection &c) {
            c.error(1295, "HY000", "Not supported in the prepared statement protocol yet");
        });
        server.on("START TRANSACTION", [](FakeConnection &c) { c.ok(written(0)); });
        server.on("SHOW COLUMNS FROM `counters`", [](FakeConnection &c) {
            c.result({"Field", "Type", "Null", "Key", "Default", "Extra"},
                     {{"id", "int", "NO", "PRI", std::nullopt, ""},
                      {"n", "int", "NO", "", std::nullopt, ""}});
        });
        server.on("SHOW INDEX FROM `counters`", [](FakeConnection &c) {
            c.result({"Table", "Non_unique", "Key_name", "Seq_in_index", "Column_name"},
                     {{"counters", "0", "PRIMARY", "1", "id"}});
        });
        answer("SELECT `id`, `n` FROM `counters` ORDER BY `id`", {{"1", "10"}});
        model.setSubmitPolicy(TableModel::SubmitPolicy::Manual);
        model.setExecutor(&connection);
        model.setTable(u"counters"_s);
    }

    void answer(const QByteArray &sql, const QList<Fake::Row> &rows)
    {
        // With a lock, or for an insertion, it is in a transaction.
        const bool isPlain = sql.contains("ORDER BY");
        server.on(sql, [rows, isPlain](FakeConnection &c) {
            c.result({Fake::Column("id", 3), Fake::Column("n", 3)}, rows,
                     isPlain ? quint16(AutoCommit) : quint16(AutoCommit | InTransaction));
        });
    }

    void answerUpdate(const QByteArray &from, const QByteArray &to, int found)
    {
        server.on(update(from, to), [found](FakeConnection &c) { c.ok(written(found)); });
    }

    /// The answer in a transaction.
    static Ok written(int rows)
    {
        Ok ok;
        ok.affectedRows = static_cast<quint64>(rows);
        ok.status = AutoCommit | InTransaction;
        return ok;
    }

    static QByteArray update(const QByteArray &from, const QByteArray &to)
    {
        return "UPDATE `counters` SET `n` = " + to + " WHERE `id` = 1 AND `n` <=> " + from;
    }

    static QByteArray readBack(const QByteArray &id)
    {
        return "SELECT `id`, `n` FROM `counters` WHERE `id` = " + id + " FOR UPDATE";
    }

    FakeServer server;
    Connection connection;
    TableModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Fatal};
    QSignalSpy errors{&model, &TableModel::errorOccurred};
};

Error rowError(const TableModel &model, int row)
{
    return model.index(row, 0).data(TableModel::RowErrorRole).value<Error>();
}

} // namespace

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
        QCOMPARE(rowError((counters).model, 0).execution(), Error::Execution::Unknown); \
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
    QCOMPARE(counters.model.index(0, 1).data(TableModel::StoredValueRole), QVariant(11));
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
    QCOMPARE(counters.model.index(0, 1).data(TableModel::StoredValueRole), QVariant(12));
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
    QCOMPARE(rowError(counters.model, 1).execution(), Error::Execution::Unknown);
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
    QCOMPARE(rowError(counters.model, 0).execution(), Error::Execution::Rejected);
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
    QCOMPARE(rowError(counters.model, 0).code(), Error::RowChanged);
    QCOMPARE(counters.model.index(0, 1).data(TableModel::PresentValueRole), QVariant(99));
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

QTEST_GUILESS_MAIN(tst_TableModel)
#include "tst_tablemodel.moc"
