// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "batchscript.h"
#include "insertoutline.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql::Protocol;
using namespace AsyncMySql::Tests;
using namespace Qt::StringLiterals;
using Progress = Exchange::Progress;

namespace {

const QByteArray InnoDb = "CREATE TABLE `t` (\n `id` int NOT NULL AUTO_INCREMENT,\n `n` int, "
                          "\n PRIMARY KEY (`id`)\n) ENGINE=InnoDB AUTO_INCREMENT=7";
const QByteArray Definition = "CREATE TABLE `t` (\n `n` int) ENGINE=InnoDB";

QByteArray definition(const QByteArray &sql)
{
    return streamOf(resultPackets(Plain, {"Table", "Create Table"}, {{"t", sql}}, 2));
}

QByteArray session(const QByteArrayList &values = {"1", "1", "0", "1"})
{
    return streamOf(resultPackets(Plain, {"a", "b", "c", "d"}, {values}, 2));
}

QByteArray refusal(quint16 number, const QByteArray &state)
{
    return streamOf({'\xff' + littleEndian(number, 2) + '#' + state + "no"});
}

BatchExchange::Settings grouping(const QByteArray &sql = "INSERT INTO t (n) VALUES (?)")
{
    BatchExchange::Settings settings;
    settings.window = 4;
    settings.sendsAhead = true;
    settings.insert = InsertOutline::of(sql, {});
    return settings;
}

/// The rows of the group that was sent last, by their values; "?" for an execution by itself.
QByteArray sentOf(BatchScript *batch)
{
    QByteArrayList texts;
    for (const QByteArray &command : batch->reader.takeSent()) {
        if (command[1] == '\x17')
            texts.append("?");
        else
            texts.append(command.sliced(2 + qstrlen("INSERT INTO t (n) VALUES ")));
    }
    return texts.join(' ');
}

} // namespace

class tst_GroupedBatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksFirst_data();
    void asksFirst();
    void theAnswerDecides_data();
    void theAnswerDecides();
    void groupsWaitForEachOther();
    void generatedIdsAreThoseOfTheRows();
    void rowsWithoutALiteralGoAlone();
    void rowsThatCannotBeSentEndTheBatch();
    void aFailingRowIsFound_data();
    void aFailingRowIsFound();
    void rowsThatDoNotFailAgainAreGrouped();
    void conflictsAreNotOfManyRows_data();
    void conflictsAreNotOfManyRows();
    void otherErrorsEndTheBatch_data();
    void otherErrorsEndTheBatch();
    void stoppedWhileItAsks_data();
    void stoppedWhileItAsks();
    void stoppedGroupsAreNotDivided();
    void whatCannotBePreparedIsGrouped();
    void answersCutAnywhereTellTheSame();
};

void tst_GroupedBatch::asksFirst_data()
{
    QTest::addColumn<bool>("sendsAhead");
    QTest::newRow("ahead") << true;
    QTest::newRow("one by one") << false;
}

void tst_GroupedBatch::asksFirst()
{
    QFETCH(const bool, sendsAhead);
    BatchExchange::Settings settings = grouping("INSERT INTO `d`.`it's` VALUES (?)");
    settings.sendsAhead = sendsAhead;
    BatchScript batch(numberedRows(5), Plain, settings);
    QByteArrayList sent = batch.reader.takeSent();
    QCOMPARE(sent.size(), sendsAhead ? 2 : 1);
    QCOMPARE(sent[0], "C\3SHOW CREATE TABLE `d`.`it's`"_ba);
    QVERIFY(batch.exchange.isPreparing());
    QVERIFY(!batch.exchange.isWritten());
    QVERIFY(!batch.exchange.mayHaveExecuted());
    batch.reader.feed(definition(Definition));
    sent += batch.reader.takeSent();
    QCOMPARE(sent.size(), 2);
    QVERIFY(sent[1].startsWith("C\3SELECT "));
    QVERIFY2(sent[1].endsWith(" AS g, 'd' AS d, 'it''s' AS t) AS names"), sent[1]);
    QVERIFY(!batch.exchange.mayHaveExecuted());
    batch.reader.feed(session());
    QCOMPARE(batch.reader.takeSent(),
             (QByteArrayList{"C\3INSERT INTO `d`.`it's` VALUES (1),(2),(3),(4)"}));
    QVERIFY(batch.exchange.mayHaveExecuted());
    QVERIFY(!batch.exchange.isPreparing());
}

void tst_GroupedBatch::theAnswerDecides_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QByteArray>("answers");
    QTest::addColumn<bool>("ignoresDoubts");
    QTest::addColumn<bool>("isGrouped");

    const QByteArray insert = "INSERT INTO t (n) VALUES (?)";
    const QByteArray known = definition(Definition);
    const QByteArray failed = refusal(1142, "42000");
    const auto row = [](const char *name, const QByteArray &sql, const QByteArray &answers,
                        bool isGrouped, bool ignoresDoubts = false) {
        QTest::newRow(name) << sql << answers << ignoresDoubts << isGrouped;
    };
    row("all known", insert, known + session(), true);
    row("generated ids", insert, definition(InnoDb) + session(), true);
    row("generated ids, ignored rows", "INSERT IGNORE INTO t (n) VALUES (?)",
        definition(InnoDb) + session(), false);
    row("generated ids, no columns", "INSERT INTO t VALUES (?, 1)", definition(InnoDb) + session(),
        false);
    row("generated ids, given", "INSERT INTO t (ID) VALUES (?)", definition(InnoDb) + session(),
        false);
    row("another engine", insert,
        definition("CREATE TABLE `t` (`ENGINE=InnoDB` int COMMENT 'ENGINE=InnoDB') ENGINE=MyISAM")
            + session(),
        false);
    row("no engine", insert, definition("CREATE TABLE `t` (`n` int)") + session(), false);
    row("a view", insert,
        streamOf(resultPackets(Plain, {"View", "Create View", "a", "b"},
                               {{"t", Definition, "utf8mb4", "utf8mb4"}}, 2))
            + session(),
        false);
    row("no row", insert, streamOf(resultPackets(Plain, {"a", "b"}, {}, 2)) + session(), false);
    row("no result", insert, streamOf({okWith(0, 0)}) + session(), false);
    row("not strict", insert, known + session({"0", "1", "0", "1"}), false);
    row("a trigger", insert, known + session({"1", "1", "1", "1"}), false);
    row("a trigger that is ignored", insert, known + session({"1", "1", "1", "1"}), true, true);
    row("no privilege", insert, known + session({"2", "1", "0", "0"}), false);
    row("no privilege, ignored", insert, known + session({"2", "1", "0", "0"}), true, true);
    row("an increment of 0", insert, known + session({"1", "0", "0", "1"}), false);
    for (const char *column :
         {"`d` datetime(6) DEFAULT CURRENT_TIMESTAMP(6)", "`d` char(36) DEFAULT (uuid())"}) {
        const QByteArray table
            = definition("CREATE TABLE `t` (`n` int, " + QByteArray(column) + ") ENGINE=InnoDB");
        row(column, insert, table + session(), false);
        row((QByteArray(column) + ", always").constData(), insert, table + session(), true, true);
    }
    row("times in seconds", insert,
        definition("CREATE TABLE `t` (`n` int, `d` datetime DEFAULT CURRENT_TIMESTAMP) "
                   "ENGINE=InnoDB")
            + session(),
        true);
    row("generated ids, names in other quotes", "INSERT INTO t (id) VALUES (?)",
        definition("CREATE TABLE \"t\" (\"id\" int AUTO_INCREMENT) ENGINE=InnoDB") + session(),
        false);
    row("backslashes", insert,
        definition("CREATE TABLE `t` (`n` int COMMENT '\\'', `id` int AUTO_INCREMENT') "
                   "ENGINE=InnoDB")
            + session(),
        false);
    row("no definition", insert, failed + session(), false);
    row("no session", insert, known + failed, false, true);
}

void tst_GroupedBatch::theAnswerDecides()
{
    QFETCH(const QByteArray, sql);
    QFETCH(const QByteArray, answers);
    QFETCH(const bool, ignoresDoubts);
    QFETCH(const bool, isGrouped);
    BatchExchange::Settings settings = grouping(sql);
    settings.ignoresDoubts = ignoresDoubts;
    BatchScript batch(numberedRows(6), Plain, settings);
    batch.reader.takeSent();
    batch.reader.feed(answers);
    QCOMPARE(batch.reader.takeSent().size(), isGrouped ? 1 : 4);
    QCOMPARE(batch.exchange.sentRows(), isGrouped ? 5 : 4);
    QVERIFY(!batch.exchange.failure());
}

/// Each has up to 256 KiB, and the last row goes alone.
void tst_GroupedBatch::groupsWaitForEachOther()
{
    const QString value(100 * 1024, u'x');
    BatchScript batch({{value}, {value}, {value}, {value}, {value}}, Plain, grouping());
    batch.reader.takeSent();
    batch.reader.feed(definition(Definition) + session());
    for (const int sent : {2, 4, 5}) {
        const QByteArrayList commands = batch.reader.takeSent();
        QCOMPARE(commands.size(), 1);
        QVERIFY(commands.first().size() <= 256 * 1024);
        QCOMPARE(batch.exchange.sentRows(), sent);
        QCOMPARE(batch.exchange.isWritten(), sent == 5);
        batch.reader.feed(streamOf({okWith(sent == 5 ? 1 : 2, 0, 3)}));
        QCOMPARE(batch.exchange.confirmedRows(), sent);
    }
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.affectedRows(), quint64(5));
    QCOMPARE(batch.exchange.warningCount(), 9);
    QCOMPARE(batch.exchange.insertIds(), QList<quint64>(5, 0));
}

void tst_GroupedBatch::generatedIdsAreThoseOfTheRows()
{
    BatchScript batch(numberedRows(5), Plain, grouping());
    batch.reader.feed(definition(InnoDb) + session({"1", "3", "0", "1"}));
    batch.reader.feed(streamOf({okWith(4, 20)}));
    batch.reader.feed(streamOf({okWith(1, 35)}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.insertIds(), (QList<quint64>{20, 23, 26, 29, 35}));
}

void tst_GroupedBatch::rowsWithoutALiteralGoAlone()
{
    BatchScript batch({{1}, {2}, {0.5F}, {0.25F}, {5}, {6}, {7}}, Plain, grouping());
    batch.reader.takeSent();
    batch.reader.feed(definition(Definition) + session());
    QCOMPARE(sentOf(&batch), "(1),(2)"_ba);
    batch.reader.feed(streamOf({okWith(2, 0)}));
    QCOMPARE(sentOf(&batch), "? ?"_ba);
    batch.reader.feed(streamOf({okWith(1, 0)}));
    QCOMPARE(sentOf(&batch), ""_ba);
    batch.reader.feed(streamOf({okWith(1, 0)}));
    QCOMPARE(sentOf(&batch), "(5),(6)"_ba);
    batch.reader.feed(streamOf({okWith(2, 0)}));
    QCOMPARE(sentOf(&batch), "?"_ba);
    batch.reader.feed(streamOf({okWith(1, 0)}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(!batch.exchange.failure());
    QCOMPARE(batch.exchange.confirmedRows(), 7);
}

void tst_GroupedBatch::rowsThatCannotBeSentEndTheBatch()
{
    BatchScript batch({{1}, {2}, {3}, {defaultValue()}, {5}, {6}}, Plain, grouping());
    batch.reader.takeSent();
    batch.reader.feed(definition(Definition) + session());
    QCOMPARE(sentOf(&batch), "(1),(2),(3)"_ba);
    batch.reader.feed(streamOf({okWith(3, 0)}));
    // It ends without an answer, as where the first row cannot be sent.
    QVERIFY(batch.reader.takeSent().isEmpty());
    QVERIFY(batch.exchange.isWritten());
    QCOMPARE(batch.exchange.failure().code, FailureCode::NotSupported);
    QVERIFY(batch.exchange.failure().message.startsWith(u"row 4, "));
    QCOMPARE(batch.exchange.confirmedRows(), 3);
    QCOMPARE(batch.exchange.sentRows(), 3);
}

void tst_GroupedBatch::aFailingRowIsFound_data()
{
    QTest::addColumn<int>("failing");
    QTest::addColumn<QByteArray>("state");
    for (int failing = 1; failing <= 40; ++failing) {
        QTest::addRow("row %d", failing) << failing << "23000"_ba;
        // As of a function in a generated column.
        QTest::addRow("row %d, unknown", failing) << failing << "HY000"_ba;
    }
}

/// As a server does it: nothing of a statement that fails is in effect.
void tst_GroupedBatch::aFailingRowIsFound()
{
    QFETCH(const int, failing);
    QFETCH(const QByteArray, state);
    BatchScript batch(numberedRows(40), Plain, grouping());
    batch.reader.takeSent();
    batch.reader.feed(definition(Definition) + session());
    int inserted = 0;
    int statements = 0;
    while (batch.reader.progress() == Progress::NeedPacket) {
        const QByteArrayList commands = batch.reader.takeSent();
        QCOMPARE(commands.size(), 1);
        ++statements;
        const auto rows = static_cast<int>(batch.exchange.sentRows()) - inserted;
        QVERIFY(rows > 0);
        const bool fails = failing > inserted && failing <= inserted + rows;
        // The row itself goes alone, like any single one.
        QCOMPARE(commands[0][1] == '\x17', rows == 1);
        QCOMPARE(batch.exchange.confirmedRows(), inserted);
        if (fails) {
            batch.reader.feed(refusal(1062, state));
        } else {
            inserted += rows;
            batch.reader.feed(streamOf({okWith(static_cast<quint8>(rows), 0)}));
        }
    }
    QCOMPARE(inserted, failing - 1);
    QCOMPARE(batch.exchange.failure().serverErrorNumber, quint16(1062));
    QCOMPARE(batch.exchange.confirmedRows(), failing - 1);
    QCOMPARE(batch.exchange.affectedRows(), quint64(failing - 1));
    QCOMPARE(batch.exchange.confirmedRowsAfterError(), 0);
    QCOMPARE(batch.exchange.sentRows(), failing);
    QVERIFY2(statements <= 14, QByteArray::number(statements));
}

/// Another session has deleted what was in the way.
void tst_GroupedBatch::rowsThatDoNotFailAgainAreGrouped()
{
    BatchScript batch(numberedRows(9), Plain, grouping());
    batch.reader.takeSent();
    batch.reader.feed(definition(Definition) + session());
    QCOMPARE(sentOf(&batch), "(1),(2),(3),(4),(5),(6),(7),(8)"_ba);
    batch.reader.feed(refusal(1062, "23000"));
    QCOMPARE(sentOf(&batch), "(1),(2),(3),(4)"_ba);
    batch.reader.feed(streamOf({okWith(4, 0)}));
    QCOMPARE(sentOf(&batch), "(5),(6)"_ba);
    batch.reader.feed(streamOf({okWith(2, 0)}));
    for (int row = 7; row <= 9; ++row) {
        QCOMPARE(sentOf(&batch), "?"_ba);
        batch.reader.feed(streamOf({okWith(1, 0)}));
    }
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(!batch.exchange.failure());
    QCOMPARE(batch.exchange.confirmedRows(), 9);
}

void tst_GroupedBatch::conflictsAreNotOfManyRows_data()
{
    QTest::addColumn<quint16>("number");
    QTest::newRow("deadlock") << quint16(1213);
    QTest::newRow("lock wait timeout") << quint16(1205);
}

/// Outside of a transaction: a single row locks nothing but itself.
void tst_GroupedBatch::conflictsAreNotOfManyRows()
{
    QFETCH(const quint16, number);
    BatchScript batch(numberedRows(9), Plain, grouping());
    batch.reader.takeSent();
    batch.reader.feed(definition(Definition) + session());
    batch.reader.takeSent();
    batch.reader.feed(refusal(number, "HY000"));
    QCOMPARE(sentOf(&batch), "? ? ? ?"_ba);
    for (int row = 1; row <= 9; ++row) {
        QCOMPARE(batch.reader.progress(), Progress::NeedPacket);
        batch.reader.feed(streamOf({okWith(1, 0)}));
    }
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(!batch.exchange.failure());
    QCOMPARE(batch.exchange.confirmedRows(), 9);
}

void tst_GroupedBatch::otherErrorsEndTheBatch_data()
{
    QTest::addColumn<quint16>("number");
    QTest::addColumn<QByteArray>("state");
    QTest::newRow("interrupted") << quint16(1317) << "70100"_ba;
    QTest::newRow("read-only") << quint16(1290) << "HY000"_ba;
    QTest::newRow("lock table full") << quint16(1206) << "HY000"_ba;
    QTest::newRow("query timeout") << quint16(3024) << "HY000"_ba;
    QTest::newRow("rollback") << quint16(64999) << "40000"_ba;
}

/// They would be met again, or are none of a row.
void tst_GroupedBatch::otherErrorsEndTheBatch()
{
    QFETCH(const quint16, number);
    QFETCH(const QByteArray, state);
    BatchScript batch(numberedRows(9), Plain, grouping());
    batch.exchange.setServerFlavour(ServerFlavour::MySql);
    batch.reader.takeSent();
    batch.reader.feed(definition(Definition) + session());
    batch.reader.takeSent();
    batch.reader.feed(refusal(number, state));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(batch.reader.takeSent().isEmpty());
    QCOMPARE(batch.exchange.failure().serverErrorNumber, number);
    QCOMPARE(batch.exchange.confirmedRows(), 0);
    QCOMPARE(batch.exchange.sentRows(), 8);
}

void tst_GroupedBatch::stoppedWhileItAsks_data()
{
    QTest::addColumn<bool>("sendsAhead");
    QTest::newRow("ahead") << true;
    QTest::newRow("one by one") << false;
}

void tst_GroupedBatch::stoppedWhileItAsks()
{
    QFETCH(const bool, sendsAhead);
    BatchExchange::Settings settings = grouping();
    settings.sendsAhead = sendsAhead;
    BatchScript batch(numberedRows(9), Plain, settings);
    batch.reader.takeSent();
    QVERIFY(batch.exchange.stop());
    batch.reader.feed(definition(Definition));
    QVERIFY(batch.reader.takeSent().isEmpty());
    QCOMPARE(batch.reader.progress(), sendsAhead ? Progress::NeedPacket : Progress::Finished);
    if (sendsAhead)
        batch.reader.feed(session());
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(batch.reader.takeSent().isEmpty());
    QCOMPARE(batch.exchange.failure().code, FailureCode::Stopped);
    QVERIFY(!batch.exchange.mayHaveExecuted());
    QCOMPARE(batch.exchange.sentRows(), 0);
}

void tst_GroupedBatch::stoppedGroupsAreNotDivided()
{
    BatchScript batch(numberedRows(9), Plain, grouping());
    batch.reader.feed(definition(Definition) + session());
    batch.reader.takeSent();
    // The server has to be asked to stop it.
    QVERIFY(!batch.exchange.stop());
    batch.reader.feed(refusal(1062, "23000"));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(batch.reader.takeSent().isEmpty());
    QCOMPARE(batch.exchange.sentRows(), 8);
    QCOMPARE(batch.exchange.confirmedRows(), 0);
}

void tst_GroupedBatch::whatCannotBePreparedIsGrouped()
{
    auto handle = std::make_shared<StatementHandle>();
    handle->sql = "INSERT INTO t (n) VALUES (?)";
    BatchScript batch(handle, numberedRows(4), Plain, grouping());
    batch.reader.takeSent();
    batch.reader.feed(refusal(1461, "42000"));
    batch.reader.feed(definition(Definition) + session());
    batch.reader.takeSent();
    batch.reader.feed(streamOf({okWith(3, 0)}));
    QCOMPARE(batch.reader.takeSent(), (QByteArrayList{"C\3INSERT INTO t (n) VALUES (4)"}));
    batch.reader.feed(streamOf({okWith(1, 0)}));
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QVERIFY(!batch.exchange.failure());
    QCOMPARE(batch.exchange.confirmedRows(), 4);
}

void tst_GroupedBatch::answersCutAnywhereTellTheSame()
{
    BatchScript batch(numberedRows(5), Plain, grouping());
    batch.reader.feed(definition(InnoDb) + session(), 1);
    batch.reader.feed(refusal(1062, "23000"), 1);
    batch.reader.feed(streamOf({okWith(2, 9)}), 1);
    batch.reader.feed(streamOf({okWith(1, 12)}), 1);
    batch.reader.feed(refusal(1062, "23000"), 1);
    QCOMPARE(batch.reader.progress(), Progress::Finished);
    QCOMPARE(batch.exchange.insertIds(), (QList<quint64>{9, 10, 12}));
    QCOMPARE(batch.exchange.confirmedRows(), 3);
    QCOMPARE(batch.exchange.sentRows(), 4);
}

QTEST_APPLESS_MAIN(tst_GroupedBatch)

#include "tst_groupedbatch.moc"
