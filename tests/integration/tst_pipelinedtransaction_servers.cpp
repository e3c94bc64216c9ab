// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "servers.h"
#include "transactionfixture.h"

#include <AsyncMySql/Batch>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using Execution = Error::Execution;
using Fake::OutcomePointer;
using Fake::TransactionOutcome;

/// Changes of a transaction that are in flight together: what the servers do when one of them
/// fails.
class tst_PipelinedTransaction_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void committed_data();
    void committed();
    void deadlockWithManyBehind_data();
    void deadlockWithManyBehind();
    void lockTimeoutWithManyBehind_data();
    void lockTimeoutWithManyBehind();
    void deadlockInABatch_data();
    void deadlockInABatch();
    void duplicateAmongMany_data() { addRows(); }
    void duplicateAmongMany();
    void savepointsAmongMany_data() { addRows(); }
    void savepointsAmongMany();
    void schemaChangeBehindMany_data() { addRows(); }
    void schemaChangeBehindMany();
    void routineThatCommits_data() { addRows(); }
    void routineThatCommits();
    void autoCommitIsNotTheApplications_data() { addRows(); }
    void autoCommitIsNotTheApplications();
    void destroyedWithManyInFlight_data() { addRows(); }
    void destroyedWithManyInFlight();
    void killedWithManyInFlight_data() { addRows(); }
    void killedWithManyInFlight();
};

namespace {

constexpr int Many = 64;
constexpr int Deadlock = 1213;
constexpr int LockTimeout = 1205;

/// A database with the tables t (id, n) and u, and a connection that has asked who its peer is.
struct Tables
{
    explicit Tables(const Server &server)
        : database(server)
        , options(Servers::options(server, defaultChannel()))
    {
        options.setDatabase(database.name());
        Connection admin(options);
        for (const QString &sql : {
                 u"CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL) ENGINE=InnoDB"_s,
                 u"INSERT INTO t VALUES (1, 0), (2, 0), (3, 0), (4, 0)"_s,
             }) {
            const OutcomePointer outcome = finishedOf(admin.execute(sql));
            if (!outcome->succeeded())
                qFatal("No table for the test: %s", Fake::describe(outcome).constData());
        }
    }

    /// As another session sees it.
    QString value(const QString &sql) const
    {
        Connection other(options);
        return finishedOf(other.execute(sql))->rows().value(0).value(0);
    }
    /// How many rows there are that the test has inserted.
    int inserted() const { return value(u"SELECT COUNT(*) FROM t WHERE id >= 100"_s).toInt(); }

    Database database;
    ConnectionOptions options;
};

/// Who the peer is is asked before it matters, and not in a transaction.
void warmUp(Connection *connection)
{
    const OutcomePointer first = Fake::watch(connection->execute(u"SELECT 1"_s));
    const OutcomePointer second = Fake::watch(connection->execute(u"SELECT 2"_s));
    QTRY_VERIFY(first->finished == 1 && second->finished == 1);
}

/// The session is as it was, and what is done in it is committed at once.
void verifySession(Connection *connection, const Tables &tables)
{
    const int before = tables.inserted();
    VERIFY_DONE(
        connection->execute(u"INSERT INTO t SELECT GREATEST(MAX(id), 9000) + 1, 1 FROM t"_s));
    QCOMPARE(tables.inserted(), before + 1);
    const OutcomePointer autoCommit = finishedOf(connection->execute(u"SELECT @@autocommit"_s));
    QCOMPARE(autoCommit->rows().value(0).value(0), u"1"_s);
    QVERIFY(!connection->isInTransaction());
}

QList<OutcomePointer> insertMany(Transaction *transaction, bool isPrepared, int from = 100)
{
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < Many - 1; ++i) {
        outcomes.append(Fake::watch(
            isPrepared
                ? transaction->execute(u"INSERT INTO t VALUES (?, ?)"_s, {from + i, i})
                : transaction->execute(u"INSERT INTO t VALUES (%1, %2)"_s.arg(from + i).arg(i))));
    }
    return outcomes;
}

void addWays()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<bool>("isPrepared");
    QTest::addColumn<bool>("commitsAhead");
    for (const Server &server : all()) {
        for (const bool isPrepared : {false, true}) {
            for (const bool commitsAhead : {false, true}) {
                QTest::addRow("%s, %s, %s", qPrintable(server.name),
                              isPrepared ? "prepared" : "text",
                              commitsAhead ? "commit given ahead" : "commit later")
                    << server << isPrepared << commitsAhead;
            }
        }
    }
}

} // namespace

void tst_PipelinedTransaction_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_PipelinedTransaction_Servers::committed_data()
{
    addWays();
}

void tst_PipelinedTransaction_Servers::committed()
{
    QFETCH(const Server, server);
    QFETCH(const bool, isPrepared);
    QFETCH(const bool, commitsAhead);
    const Tables tables(server);
    Connection connection(tables.options);
    warmUp(&connection);
    for (int round = 0; round < 3; ++round) {
        Transaction *transaction = connection.beginTransaction();
        const TransactionOutcome outcome = Fake::watch(transaction);
        const QList<OutcomePointer> inserts
            = insertMany(transaction, isPrepared, 100 + round * Many);
        if (commitsAhead)
            transaction->commit();
        QVERIFY(areFinished(inserts));
        for (const OutcomePointer &insert : inserts)
            QVERIFY2(insert->succeeded(), Fake::describe(insert).constData());
        if (!commitsAhead) {
            QCOMPARE(tables.inserted(), round * (Many - 1));
            transaction->commit();
        }
        VERIFY_ENDS(outcome, Committed);
        QCOMPARE(tables.inserted(), (round + 1) * (Many - 1));
    }
    verifySession(&connection, tables);
}

void tst_PipelinedTransaction_Servers::deadlockWithManyBehind_data()
{
    addWays();
}

void tst_PipelinedTransaction_Servers::deadlockWithManyBehind()
{
    QFETCH(const Server, server);
    QFETCH(const bool, isPrepared);
    QFETCH(const bool, commitsAhead);
    const Tables tables(server);
    Connection winner(tables.options);
    Connection connection(tables.options);
    warmUp(&connection);
    // The victim is the one that has changed less.
    Transaction *other = winner.beginTransaction();
    const TransactionOutcome won = Fake::watch(other);
    for (int i = 2; i <= 4; ++i) {
        VERIFY_DONE(other->execute(u"UPDATE t SET n = n + 1 WHERE id = ?"_s, {i}));
        VERIFY_DONE(other->execute(u"INSERT INTO t VALUES (?, 0)"_s, {50 + i}));
    }
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    VERIFY_DONE(transaction->execute(u"UPDATE t SET n = 100 WHERE id = 1"_s));
    const OutcomePointer waiting
        = Fake::watch(other->execute(u"UPDATE t SET n = n + 1 WHERE id = 1"_s));
    const OutcomePointer victim
        = Fake::watch(transaction->execute(u"UPDATE t SET n = 100 WHERE id = 2"_s));
    const QList<OutcomePointer> behind = insertMany(transaction, isPrepared);
    if (commitsAhead)
        transaction->commit();
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.serverErrorNumber(), Deadlock);
    QCOMPARE(outcome->error.execution(), Execution::Rejected);
    QVERIFY2(victim->failed(Error::ServerError), Fake::describe(victim).constData());
    QVERIFY(areFinished(behind));
    for (const OutcomePointer &insert : behind)
        QVERIFY2(insert->failed(Error::TransactionEnded), Fake::describe(insert).constData());
    QTRY_COMPARE(waiting->finished, 1);
    other->commit();
    VERIFY_ENDS(won, Committed);
    QCOMPARE(tables.inserted(), 0);
    QCOMPARE(tables.value(u"SELECT n FROM t WHERE id = 1"_s), u"1"_s);
    verifySession(&connection, tables);
}

void tst_PipelinedTransaction_Servers::lockTimeoutWithManyBehind_data()
{
    addWays();
}

/// The statement alone is undone: the transaction goes on, unless a commit had been given.
void tst_PipelinedTransaction_Servers::lockTimeoutWithManyBehind()
{
    QFETCH(const Server, server);
    QFETCH(const bool, isPrepared);
    QFETCH(const bool, commitsAhead);
    Tables tables(server);
    Connection holder(tables.options);
    Transaction *holding = holder.beginTransaction();
    VERIFY_DONE(holding->execute(u"UPDATE t SET n = 5 WHERE id = 1"_s));
    tables.options.setSessionVariables({{u"innodb_lock_wait_timeout"_s, 1}});
    Connection connection(tables.options);
    warmUp(&connection);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    VERIFY_DONE(transaction->execute(u"INSERT INTO t VALUES (99999, 0)"_s));
    const OutcomePointer blocked
        = Fake::watch(transaction->execute(u"UPDATE t SET n = 6 WHERE id = 1"_s));
    const QList<OutcomePointer> behind = insertMany(transaction, isPrepared);
    if (commitsAhead)
        transaction->commit();
    QVERIFY(areFinished(behind));
    QVERIFY2(blocked->failed(Error::ServerError), Fake::describe(blocked).constData());
    QCOMPARE(blocked->error.serverErrorNumber(), LockTimeout);
    if (commitsAhead) {
        VERIFY_ENDS(outcome, Failed);
        QCOMPARE(tables.inserted(), 0);
    } else {
        for (const OutcomePointer &insert : behind)
            QVERIFY2(insert->succeeded(), Fake::describe(insert).constData());
        QCOMPARE(tables.inserted(), 0);
        VERIFY_DONE(transaction->execute(u"INSERT INTO t VALUES (99998, 0)"_s));
        transaction->commit();
        VERIFY_ENDS(outcome, Committed);
        QCOMPARE(tables.inserted(), Many + 1);
    }
    verifySession(&connection, tables);
}

void tst_PipelinedTransaction_Servers::deadlockInABatch_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<bool>("commitsAhead");
    for (const Server &server : all()) {
        QTest::addRow("%s, commit given ahead", qPrintable(server.name)) << server << true;
        QTest::addRow("%s, commit later", qPrintable(server.name)) << server << false;
    }
}

void tst_PipelinedTransaction_Servers::deadlockInABatch()
{
    QFETCH(const Server, server);
    QFETCH(const bool, commitsAhead);
    const Tables tables(server);
    Connection winner(tables.options);
    Connection connection(tables.options);
    warmUp(&connection);
    Transaction *other = winner.beginTransaction();
    const TransactionOutcome won = Fake::watch(other);
    for (int i = 2; i <= 4; ++i) {
        VERIFY_DONE(other->execute(u"UPDATE t SET n = n + 1 WHERE id = ?"_s, {i}));
        VERIFY_DONE(other->execute(u"INSERT INTO t VALUES (?, 0)"_s, {50 + i}));
    }
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    VERIFY_DONE(transaction->execute(u"UPDATE t SET n = 100 WHERE id = 1"_s));
    const OutcomePointer waiting
        = Fake::watch(other->execute(u"UPDATE t SET n = n + 1 WHERE id = 1"_s));
    // The second row meets the lock of the other one.
    QList<QVariantList> rows = {{100, 0}, {2, 0}};
    for (int i = 0; i < Many; ++i)
        rows.append({200 + i, i});
    const OutcomePointer batch = Fake::watch(transaction->executeBatch(
        u"INSERT INTO t VALUES (?, ?) ON DUPLICATE KEY UPDATE n = VALUES(n)"_s, rows));
    if (commitsAhead)
        transaction->commit();
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.serverErrorNumber(), Deadlock);
    QTRY_COMPARE(batch->finished, 1);
    QCOMPARE(batch->error.serverErrorNumber(), Deadlock);
    QTRY_COMPARE(waiting->finished, 1);
    other->commit();
    VERIFY_ENDS(won, Committed);
    QCOMPARE(tables.inserted(), 0);
    verifySession(&connection, tables);
    // Without one, all of it.
    Transaction *again = connection.beginTransaction();
    const TransactionOutcome second = Fake::watch(again);
    again->executeBatch(u"INSERT INTO t VALUES (?, ?) ON DUPLICATE KEY UPDATE n = VALUES(n)"_s,
                        rows);
    again->commit();
    VERIFY_ENDS(second, Committed);
    QCOMPARE(tables.inserted(), Many + 2);
    verifySession(&connection, tables);
}

void tst_PipelinedTransaction_Servers::duplicateAmongMany()
{
    QFETCH(const Server, server);
    const Tables tables(server);
    Connection connection(tables.options);
    warmUp(&connection);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    const QList<OutcomePointer> before = insertMany(transaction, false);
    const OutcomePointer duplicate
        = Fake::watch(transaction->execute(u"INSERT INTO t VALUES (1, 1)"_s));
    const QList<OutcomePointer> behind = insertMany(transaction, false, 1000);
    QVERIFY(areFinished(before + behind));
    QVERIFY2(duplicate->failed(Error::ServerError), Fake::describe(duplicate).constData());
    for (const OutcomePointer &insert : before + behind)
        QVERIFY2(insert->succeeded(), Fake::describe(insert).constData());
    // Sent ahead once more, behind the check.
    const QList<OutcomePointer> later = insertMany(transaction, true, 2000);
    QVERIFY(areFinished(later));
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    QCOMPARE(tables.inserted(), 3 * (Many - 1));
    verifySession(&connection, tables);
}

void tst_PipelinedTransaction_Servers::savepointsAmongMany()
{
    QFETCH(const Server, server);
    const Tables tables(server);
    Connection connection(tables.options);
    warmUp(&connection);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    insertMany(transaction, false);
    transaction->savepoint(u"half"_s);
    insertMany(transaction, false, 1000);
    transaction->execute(u"INSERT INTO t VALUES (1, 1)"_s);
    const OutcomePointer back = Fake::watch(transaction->rollbackTo(u"half"_s));
    insertMany(transaction, false, 2000);
    const OutcomePointer release = Fake::watch(transaction->releaseSavepoint(u"half"_s));
    const OutcomePointer last
        = Fake::watch(transaction->execute(u"INSERT INTO t VALUES (3000, 1)"_s));
    QTRY_COMPARE(last->finished, 1);
    QVERIFY2(back->succeeded(), Fake::describe(back).constData());
    QVERIFY2(release->succeeded(), Fake::describe(release).constData());
    QVERIFY2(last->succeeded(), Fake::describe(last).constData());
    transaction->commit();
    VERIFY_ENDS(outcome, Committed);
    QCOMPARE(tables.inserted(), 2 * (Many - 1) + 1);
    verifySession(&connection, tables);
}

void tst_PipelinedTransaction_Servers::schemaChangeBehindMany()
{
    QFETCH(const Server, server);
    const Tables tables(server);
    Connection connection(tables.options);
    warmUp(&connection);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    insertMany(transaction, false);
    const OutcomePointer create = Fake::watch(transaction->execute(u"CREATE TABLE v (n INT)"_s));
    const QList<OutcomePointer> behind = insertMany(transaction, false, 1000);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::TransactionEnded);
    QVERIFY2(create->succeeded(), Fake::describe(create).constData());
    QVERIFY(areFinished(behind));
    for (const OutcomePointer &insert : behind)
        QVERIFY2(insert->failed(Error::TransactionEnded), Fake::describe(insert).constData());
    QCOMPARE(tables.inserted(), Many - 1);
    verifySession(&connection, tables);
}

/// The transaction ends in the routine, and what that does afterwards is in effect at once, as
/// without the guard.
void tst_PipelinedTransaction_Servers::routineThatCommits()
{
    QFETCH(const Server, server);
    const Tables tables(server);
    Connection connection(tables.options);
    warmUp(&connection);
    VERIFY_DONE(connection.execute(u"CREATE PROCEDURE p() BEGIN COMMIT; INSERT INTO t VALUES "
                                   "(5000, 1); END"_s));
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    insertMany(transaction, false);
    const OutcomePointer call = Fake::watch(transaction->execute(u"CALL p()"_s));
    const QList<OutcomePointer> behind = insertMany(transaction, false, 1000);
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.code(), Error::TransactionEnded);
    QVERIFY2(call->succeeded(), Fake::describe(call).constData());
    QVERIFY(areFinished(behind));
    for (const OutcomePointer &insert : behind)
        QVERIFY2(insert->failed(Error::TransactionEnded), Fake::describe(insert).constData());
    VERIFY_DONE(connection.execute(u"SELECT 1"_s));
    QCOMPARE(tables.inserted(), Many);
    verifySession(&connection, tables);
}

/// The application does not hear of it.
void tst_PipelinedTransaction_Servers::autoCommitIsNotTheApplications()
{
    QFETCH(const Server, server);
    Tables tables(server);
    tables.options.setTrackedVariables({u"autocommit"_s});
    Connection connection(tables.options);
    warmUp(&connection);
    QStringList lost;
    connect(&connection, &Connection::sessionStateLost, this,
            [&lost](const QString &held) { lost.append(held); });
    QStringList reported;
    connect(&connection, &Connection::trackedVariablesChanged, this,
            [&] { reported.append(connection.trackedVariables().value(u"autocommit"_s)); });
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    insertMany(transaction, false);
    transaction->commit();
    QTRY_COMPARE(outcome->finished, 1);
    QVERIFY2(!outcome->error, qPrintable(outcome->error.message()));
    QCOMPARE(tables.inserted(), Many - 1);
    verifySession(&connection, tables);
    QVERIFY2(!reported.contains(u"OFF"_s), qPrintable(reported.join(u' ')));
    QCOMPARE(lost, QStringList());
}

void tst_PipelinedTransaction_Servers::destroyedWithManyInFlight()
{
    QFETCH(const Server, server);
    const Tables tables(server);
    Connection connection(tables.options);
    warmUp(&connection);
    Transaction *transaction = connection.beginTransaction();
    Query *first = transaction->execute(u"INSERT INTO t VALUES (200, 0)"_s);
    insertMany(transaction, true, 1000);
    transaction->commit();
    bool isDeleted = false;
    connect(first, &Job::finished, this, [&] {
        delete transaction;
        isDeleted = true;
    });
    QTRY_VERIFY(isDeleted);
    verifySession(&connection, tables);
    QCOMPARE(tables.inserted(), 1);
}

void tst_PipelinedTransaction_Servers::killedWithManyInFlight()
{
    QFETCH(const Server, server);
    const Tables tables(server);
    Connection admin(tables.options);
    Connection connection(tables.options);
    warmUp(&connection);
    const QString id
        = finishedOf(connection.execute(u"SELECT CONNECTION_ID()"_s))->rows().value(0).value(0);
    Transaction *transaction = connection.beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    insertMany(transaction, false);
    transaction->execute(u"UPDATE t SET n = SLEEP(300) WHERE id = 1"_s);
    const QList<OutcomePointer> behind = insertMany(transaction, false, 1000);
    transaction->commit();
    const auto runs = [&] {
        return tables.value(u"SELECT COUNT(*) FROM information_schema.processlist WHERE id = %1 "
                            "AND info LIKE 'UPDATE t%'"_s.arg(id))
               == u"1"_s;
    };
    QTRY_VERIFY_WITH_TIMEOUT(runs(), 30'000);
    VERIFY_DONE(admin.execute(u"KILL %1"_s.arg(id)));
    VERIFY_ENDS(outcome, Failed);
    QCOMPARE(outcome->error.execution(), Execution::Rejected);
    QVERIFY(areFinished(behind));
    QTRY_COMPARE(tables.inserted(), 0);
    verifySession(&connection, tables);
}

QTEST_GUILESS_MAIN(tst_PipelinedTransaction_Servers)
#include "tst_pipelinedtransaction_servers.moc"
