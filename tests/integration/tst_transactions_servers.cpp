// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"
#include "transactionfixture.h"

#include <AsyncMySql/Batch>

#include <QtCore/qpointer.h>
#include <QtCore/qtimer.h>

#include <array>
#include <chrono>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Execution = Error::Execution;
using Fake::OutcomePointer;
using Fake::TransactionOutcome;
using Level = TransactionOptions::IsolationLevel;

class tst_Transactions_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void commitIsSeenByOthers_data() { addChannelRows(); }
    void commitIsSeenByOthers();
    void rollbackLeavesNothing_data();
    void rollbackLeavesNothing();
    void isolationLevelIsInEffect_data();
    void isolationLevelIsInEffect();
    void snapshotIsOfTheBeginning_data() { addRows(); }
    void snapshotIsOfTheBeginning();
    void readOnlyRefusesWrites_data() { addRows(); }
    void readOnlyRefusesWrites();
    void savepointsUndoAPart_data() { addRows(); }
    void savepointsUndoAPart();
    void deadlockIsTriedAgain_data() { addRows(); }
    void deadlockIsTriedAgain();
    void deadlockEndsATransaction_data() { addRows(); }
    void deadlockEndsATransaction();
    void lockThatDoesNotComeLeavesItOpen_data() { addRows(); }
    void lockThatDoesNotComeLeavesItOpen();
    void lockThatDoesNotComeIsTriedAgain_data() { addRows(); }
    void lockThatDoesNotComeIsTriedAgain();
    void schemaChangeEndsATransaction_data() { addRows(); }
    void schemaChangeEndsATransaction();
    void killedSessionFailsATransaction_data() { addRows(); }
    void killedSessionFailsATransaction();
    void stoppedJobUndoesTheCommitAhead_data();
    void stoppedJobUndoesTheCommitAhead();
};

namespace {

/// A database with the table t (id, n), and options for connections that use it.
struct Table
{
    explicit Table(const Server &server, Channel channel = defaultChannel())
        : database(server)
        , options(Servers::options(server, channel))
    {
        options.setDatabase(database.name());
        Connection admin(options);
        for (const QString &sql : {
                 u"CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL) ENGINE=InnoDB"_s,
                 u"INSERT INTO t VALUES (1, 0), (2, 0)"_s,
             }) {
            const OutcomePointer outcome = finishedOf(admin.execute(sql));
            if (!outcome->succeeded())
                qFatal("No table for the test: %s", Fake::describe(outcome).constData());
        }
    }

    /// As another session sees it: "id:n" for each row.
    QStringList rows() const
    {
        Connection other(options);
        const OutcomePointer outcome
            = finishedOf(other.execute(u"SELECT id, n FROM t ORDER BY id"_s));
        QStringList texts;
        for (const QStringList &row : outcome->rows())
            texts.append(row.join(u':'));
        return texts;
    }

    Database database;
    ConnectionOptions options;
};

QString numberIn(Job *job)
{
    return finishedOf(job)->rows().value(0).value(0);
}

constexpr int Deadlock = 1213;
constexpr int LockTimeout = 1205;

} // namespace

void tst_Transactions_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Transactions_Servers::commitIsSeenByOthers()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    const Table table(server, channel);
    Connection connection(table.options);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    VERIFY_DONE(transaction->execute(u"INSERT INTO t VALUES (?, ?)"_s, {3, 7}));
    VERIFY_DONE(transaction->executeBatch(u"INSERT INTO t VALUES (?, ?)"_s, {{4, 8}, {5, 9}}));
    QCOMPARE(table.rows(), QStringList({u"1:0"_s, u"2:0"_s}));
    QCOMPARE(numberIn(transaction->execute(u"SELECT COUNT(*) FROM t"_s)), u"5"_s);
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    QCOMPARE(table.rows(), QStringList({u"1:0"_s, u"2:0"_s, u"3:7"_s, u"4:8"_s, u"5:9"_s}));
}

void tst_Transactions_Servers::rollbackLeavesNothing_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<bool>("isDestroyed");
    for (const Server &server : all()) {
        QTest::addRow("%s, rollback()", qPrintable(server.name)) << server << false;
        QTest::addRow("%s, destroyed", qPrintable(server.name)) << server << true;
    }
}

void tst_Transactions_Servers::rollbackLeavesNothing()
{
    QFETCH(Server, server);
    QFETCH(bool, isDestroyed);
    const Table table(server);
    Connection connection(table.options);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    VERIFY_DONE(transaction->execute(u"INSERT INTO t VALUES (?, ?)"_s, {3, 7}));
    const OutcomePointer next = Fake::watch(connection.execute(u"INSERT INTO t VALUES (9, 9)"_s));
    if (isDestroyed) {
        delete transaction;
    } else {
        transaction->rollback();
        VERIFY_ENDS(outcome, RolledBack);
    }
    QVERIFY(areFinished({next}));
    QVERIFY2(next->succeeded(), Fake::describe(next).constData());
    QCOMPARE(table.rows(), QStringList({u"1:0"_s, u"2:0"_s, u"9:9"_s}));
}

void tst_Transactions_Servers::isolationLevelIsInEffect_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<Level>("level");
    QTest::addColumn<QString>("uncommitted");
    QTest::addColumn<QString>("committed");
    for (const Server &server : all()) {
        const auto add = [&server](const char *name, Level level, int uncommitted, int committed) {
            QTest::addRow("%s, %s", qPrintable(server.name), name)
                << server << level << QString::number(uncommitted) << QString::number(committed);
        };
        add("READ UNCOMMITTED", Level::ReadUncommitted, 3, 3);
        add("READ COMMITTED", Level::ReadCommitted, 2, 3);
        add("REPEATABLE READ", Level::RepeatableRead, 2, 2);
        add("session default", Level::SessionDefault, 2, 2);
    }
}

void tst_Transactions_Servers::isolationLevelIsInEffect()
{
    QFETCH(Server, server);
    QFETCH(Level, level);
    QFETCH(QString, uncommitted);
    QFETCH(QString, committed);
    const Table table(server);
    const QString count = u"SELECT COUNT(*) FROM t"_s;
    Connection reader(table.options);
    Connection writer(table.options);
    Transaction *reading = reader.beginTransaction(level);
    const TransactionOutcome read = Fake::watch(reading);
    QCOMPARE(numberIn(reading->execute(count)), u"2"_s);
    Transaction *writing = writer.beginTransaction();
    const TransactionOutcome written = Fake::watch(writing);
    VERIFY_DONE(writing->execute(u"INSERT INTO t VALUES (3, 3)"_s));
    QCOMPARE(numberIn(reading->execute(count)), uncommitted);
    writing->commit();
    VERIFY_ENDS(written, Committed);
    QCOMPARE(numberIn(reading->execute(count)), committed);
    reading->commit();
    VERIFY_ENDS(read, Committed);
    // It was for that one alone.
    Transaction *next = reader.beginTransaction();
    QCOMPARE(numberIn(next->execute(count)), u"3"_s);
    VERIFY_DONE(writer.execute(u"DELETE FROM t WHERE id = 3"_s));
    QCOMPARE(numberIn(next->execute(count)), u"3"_s);
}

void tst_Transactions_Servers::snapshotIsOfTheBeginning()
{
    QFETCH(Server, server);
    const Table table(server);
    Connection reader(table.options);
    Connection writer(table.options);
    TransactionOptions options(Level::RepeatableRead);
    options.setConsistentSnapshot(true);
    Transaction *transaction = reader.beginTransaction(options);
    const TransactionOutcome outcome = Fake::watch(transaction);
    QTRY_COMPARE_WITH_TIMEOUT(outcome->started, 1, 30'000);
    VERIFY_DONE(writer.execute(u"INSERT INTO t VALUES (3, 3)"_s));
    QCOMPARE(numberIn(transaction->execute(u"SELECT COUNT(*) FROM t"_s)), u"2"_s);
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    QCOMPARE(numberIn(reader.execute(u"SELECT COUNT(*) FROM t"_s)), u"3"_s);
}

void tst_Transactions_Servers::readOnlyRefusesWrites()
{
    constexpr int readOnlyTransaction = 1792;
    QFETCH(Server, server);
    const Table table(server);
    Connection connection(table.options);
    TransactionOptions options;
    options.setReadOnly(true);
    Transaction *transaction = connection.beginTransaction(options);
    const TransactionOutcome outcome = Fake::watch(transaction);
    const OutcomePointer refused
        = finishedOf(transaction->execute(u"INSERT INTO t VALUES (?, 3)"_s, {3}));
    QVERIFY2(refused->failed(Error::ServerError), Fake::describe(refused).constData());
    QCOMPARE(refused->error.serverErrorNumber(), readOnlyTransaction);
    QCOMPARE(refused->error.execution(), Execution::Rejected);
    QCOMPARE(numberIn(transaction->execute(u"SELECT COUNT(*) FROM t"_s)), u"2"_s);
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    VERIFY_DONE(connection.execute(u"INSERT INTO t VALUES (3, 3)"_s));
}

void tst_Transactions_Servers::savepointsUndoAPart()
{
    QFETCH(Server, server);
    const Table table(server);
    Connection connection(table.options);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    const QString odd = u"it`s 'an' \"odd\" \\ näme ?"_s;
    QList<OutcomePointer> outcomes;
    const auto then = [&outcomes](Job *job) { outcomes.append(Fake::watch(job)); };
    then(transaction->execute(u"INSERT INTO t VALUES (3, 3)"_s));
    then(transaction->savepoint(u"first"_s));
    then(transaction->execute(u"INSERT INTO t VALUES (4, 4)"_s));
    then(transaction->savepoint(odd));
    then(transaction->execute(u"INSERT INTO t VALUES (5, 5)"_s));
    then(transaction->rollbackTo(odd));
    then(transaction->execute(u"INSERT INTO t VALUES (6, 6)"_s));
    then(transaction->releaseSavepoint(u"first"_s));
    QVERIFY(areFinished(outcomes));
    for (const OutcomePointer &each : outcomes)
        QVERIFY2(each->succeeded(), Fake::describe(each).constData());
    // Released with the one before it.
    const OutcomePointer unknown = finishedOf(transaction->rollbackTo(odd));
    QVERIFY2(unknown->failed(Error::ServerError), Fake::describe(unknown).constData());
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    QCOMPARE(table.rows(), QStringList({u"1:0"_s, u"2:0"_s, u"3:3"_s, u"4:4"_s, u"6:6"_s}));
}

/// Each of two transactions has one row, and wants the other's.
void tst_Transactions_Servers::deadlockIsTriedAgain()
{
    QFETCH(Server, server);
    const Table table(server);
    std::array<std::unique_ptr<Connection>, 2> connections;
    std::array<QPointer<Transaction>, 2> transactions;
    std::array<TransactionOutcome, 2> outcomes;
    int calls = 0;
    int waiting = 0;
    const auto change = [](Transaction *transaction, int id) {
        return transaction->execute(u"UPDATE t SET n = n + 1 WHERE id = ?"_s, {id});
    };
    for (int i = 0; i < 2; ++i) {
        connections[i] = std::make_unique<Connection>(table.options);
        transactions[i] = connections[i]->transact([&, i](Transaction *transaction) {
            ++calls;
            Query *first = change(transaction, i + 1);
            if (transaction->attempt() > 1) {
                change(transaction, 2 - i);
                transaction->commit();
                return;
            }
            connect(first, &Job::finished, transaction, [&] {
                if (++waiting < 2)
                    return;
                for (int other = 0; other < 2; ++other) {
                    change(transactions[other], 2 - other);
                    transactions[other]->commit();
                }
            });
        });
        outcomes[i] = Fake::watch(transactions[i]);
    }
    VERIFY_ENDS(outcomes[0], Committed);
    VERIFY_ENDS(outcomes[1], Committed);
    QCOMPARE(calls, 3);
    QCOMPARE(table.rows(), QStringList({u"1:2"_s, u"2:2"_s}));
}

void tst_Transactions_Servers::deadlockEndsATransaction()
{
    QFETCH(Server, server);
    const Table table(server);
    Connection first(table.options);
    Connection second(table.options);
    std::array<Transaction *, 2> transactions
        = {first.beginTransaction(), second.beginTransaction()};
    std::array<TransactionOutcome, 2> outcomes;
    std::array<OutcomePointer, 2> updates;
    std::array<OutcomePointer, 2> behind;
    for (int i = 0; i < 2; ++i) {
        outcomes[i] = Fake::watch(transactions[i]);
        VERIFY_DONE(transactions[i]->execute(u"UPDATE t SET n = 5 WHERE id = ?"_s, {i + 1}));
    }
    for (int i = 0; i < 2; ++i) {
        updates[i]
            = Fake::watch(transactions[i]->execute(u"UPDATE t SET n = 5 WHERE id = ?"_s, {2 - i}));
        behind[i]
            = Fake::watch(transactions[i]->execute(u"INSERT INTO t VALUES (?, 1)"_s, {i + 10}));
        transactions[i]->commit();
    }
    QTRY_COMPARE_WITH_TIMEOUT(outcomes[0]->finished + outcomes[1]->finished, 2, 30'000);
    const int victim = outcomes[0]->errors == 1 ? 0 : 1;
    VERIFY_ENDS(outcomes[victim], Failed);
    VERIFY_ENDS(outcomes[1 - victim], Committed);
    QCOMPARE(outcomes[victim]->error.serverErrorNumber(), Deadlock);
    QCOMPARE(outcomes[victim]->error.execution(), Execution::Rejected);
    QVERIFY2(updates[victim]->failed(Error::ServerError),
             Fake::describe(updates[victim]).constData());
    QVERIFY2(behind[victim]->failed(Error::TransactionEnded),
             Fake::describe(behind[victim]).constData());
    QCOMPARE(behind[victim]->error.execution(), Execution::NotSent);
    QCOMPARE(table.rows(), QStringList({u"1:5"_s, u"2:5"_s, u"%1:1"_s.arg(11 - victim)}));
}

void tst_Transactions_Servers::lockThatDoesNotComeLeavesItOpen()
{
    QFETCH(Server, server);
    Table table(server);
    Connection holder(table.options);
    Transaction *holding = holder.beginTransaction();
    VERIFY_DONE(holding->execute(u"UPDATE t SET n = 1 WHERE id = 1"_s));
    table.options.setSessionVariables({{u"innodb_lock_wait_timeout"_s, 1}});
    Connection connection(table.options);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    transaction->execute(u"INSERT INTO t VALUES (3, 3)"_s);
    const OutcomePointer blocked
        = Fake::watch(transaction->execute(u"UPDATE t SET n = 2 WHERE id = 1"_s));
    // A commit that waited already would be undone.
    VERIFY_DONE(transaction->execute(u"INSERT INTO t VALUES (4, 4)"_s));
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    QVERIFY2(blocked->failed(Error::ServerError), Fake::describe(blocked).constData());
    QCOMPARE(blocked->error.serverErrorNumber(), LockTimeout);
    QCOMPARE(table.rows(), QStringList({u"1:0"_s, u"2:0"_s, u"3:3"_s, u"4:4"_s}));
}

void tst_Transactions_Servers::lockThatDoesNotComeIsTriedAgain()
{
    QFETCH(Server, server);
    Table table(server);
    Connection holder(table.options);
    Transaction *holding = holder.beginTransaction();
    VERIFY_DONE(holding->execute(u"UPDATE t SET n = 1 WHERE id = 1"_s));
    table.options.setSessionVariables({{u"innodb_lock_wait_timeout"_s, 1}});
    Connection connection(table.options);
    Transaction *transaction = connection.transact([holding](Transaction *attempt) {
        attempt->execute(u"INSERT INTO t VALUES (3, ?)"_s, {attempt->attempt()});
        Query *update = attempt->execute(u"UPDATE t SET n = n + 10 WHERE id = 1"_s);
        if (attempt->attempt() == 1)
            connect(update, &Job::errorOccurred, holding, [holding] { holding->commit(); });
        attempt->commit();
    });
    const TransactionOutcome outcome = Fake::watch(transaction);
    VERIFY_ENDS(outcome, Committed);
    QVERIFY(outcome->started > 1);
    QCOMPARE(table.rows(), QStringList({u"1:11"_s, u"2:0"_s, u"3:%1"_s.arg(outcome->started)}));
}

void tst_Transactions_Servers::schemaChangeEndsATransaction()
{
    QFETCH(Server, server);
    const Table table(server);
    Connection connection(table.options);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    transaction->execute(u"INSERT INTO t VALUES (3, 3)"_s);
    const OutcomePointer create = Fake::watch(transaction->execute(u"CREATE TABLE u (n INT)"_s));
    const OutcomePointer behind
        = Fake::watch(transaction->execute(u"INSERT INTO t VALUES (4, 4)"_s));
    transaction->rollback();
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::TransactionEnded);
    QCOMPARE(outcome->error.execution(), Execution::Unknown);
    QVERIFY2(create->succeeded(), Fake::describe(create).constData());
    QVERIFY2(behind->failed(Error::TransactionEnded), Fake::describe(behind).constData());
    QCOMPARE(behind->error.execution(), Execution::NotSent);
    QCOMPARE(table.rows(), QStringList({u"1:0"_s, u"2:0"_s, u"3:3"_s}));
}

void tst_Transactions_Servers::killedSessionFailsATransaction()
{
    QFETCH(Server, server);
    const Table table(server);
    Connection admin(Servers::options(server));
    Connection connection(table.options);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    VERIFY_DONE(transaction->execute(u"INSERT INTO t VALUES (3, 3)"_s));
    const quint64 session = connection.connectionId();
    const OutcomePointer slow = Fake::watch(transaction->execute(u"SELECT SLEEP(300)"_s));
    const OutcomePointer waiting
        = Fake::watch(transaction->execute(u"INSERT INTO t VALUES (4, 4)"_s));
    const OutcomePointer next = Fake::watch(connection.execute(u"INSERT INTO t VALUES (5, 5)"_s));
    QTRY_COMPARE_WITH_TIMEOUT(slow->states.value(0), Job::State::Running, 30'000);
    VERIFY_DONE(admin.execute(u"KILL %1"_s.arg(session)));
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.category(), Error::Category::Connection);
    QCOMPARE(outcome->error.execution(), Execution::Rejected);
    QVERIFY(areFinished({slow, waiting, next}));
    QVERIFY(slow->error.isError());
    QVERIFY2(waiting->failed(Error::TransactionEnded), Fake::describe(waiting).constData());
    QVERIFY2(next->succeeded(), Fake::describe(next).constData());
    QVERIFY(connection.connectionId() != session);
    QCOMPARE(table.rows(), QStringList({u"1:0"_s, u"2:0"_s, u"5:5"_s}));
}

void tst_Transactions_Servers::stoppedJobUndoesTheCommitAhead_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<QString>("how");
    for (const Server &server : all()) {
        for (const QString &how : {u"query timeout"_s, u"batch timeout"_s, u"cancel"_s})
            QTest::addRow("%s, %s", qPrintable(server.name), qPrintable(how)) << server << how;
    }
}

/// MySQL answers a SLEEP() that is stopped without an error.
void tst_Transactions_Servers::stoppedJobUndoesTheCommitAhead()
{
    QFETCH(Server, server);
    QFETCH(const QString, how);
    const Table table(server);
    Connection connection(table.options);
    VERIFY_DONE(connection.ping());
    const quint64 session = connection.connectionId();
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    VERIFY_DONE(transaction->execute(u"INSERT INTO t VALUES (3, 3)"_s));
    if (how == u"batch timeout") {
        Batch *batch
            = transaction->executeBatch(u"UPDATE t SET n = ? + SLEEP(3)"_s, {{1}, {2}, {3}});
        batch->setTimeout(std::chrono::milliseconds(300));
    } else {
        Query *slow = transaction->execute(u"SELECT SLEEP(3)"_s);
        if (how == u"cancel")
            QTimer::singleShot(300, slow, &Job::cancel);
        else
            slow->setTimeout(std::chrono::milliseconds(300));
    }
    transaction->execute(u"INSERT INTO t VALUES (4, 4)"_s);
    const OutcomePointer commit = Fake::watch(transaction->commit());
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), how == u"cancel" ? Error::Cancelled : Error::QueryTimeout);
    QCOMPARE(outcome->error.execution(), Execution::Rejected);
    QVERIFY2(commit->failed(Error::TransactionEnded), Fake::describe(commit).constData());
    VERIFY_DONE(connection.ping());
    QCOMPARE(table.rows(), QStringList({u"1:0"_s, u"2:0"_s}));
    QCOMPARE(connection.connectionId(), session);
}

QTEST_GUILESS_MAIN(tst_Transactions_Servers)

#include "tst_transactions_servers.moc"
