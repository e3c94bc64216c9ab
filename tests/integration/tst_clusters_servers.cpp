// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "cluster.h"
#include "transactionfixture.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Result>
#include <AsyncMySql/Row>
#include <AsyncMySql/Transaction>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;
using Fake::TransactionOutcome;
using Execution = Error::Execution;

/// What servers are as nodes of a cluster, one host at a time: their errors, and what is lost with
/// them.
class tst_Clusters_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobsOfAllKindsArriveEverywhere_data() { addClusterRows(); }
    void jobsOfAllKindsArriveEverywhere();
    void conflictsRunATransactionAgain_data() { addClusterRows(); }
    void conflictsRunATransactionAgain();
    void aConflictAtCommitIsRejected_data() { addClusterRows(); }
    void aConflictAtCommitIsRejected();
    void nodeOutsideOfTheClusterTakesNoStatements_data() { addClusterRows(); }
    void nodeOutsideOfTheClusterTakesNoStatements();
    void writesAreTakenWhereTheyShouldBe_data() { addClusterRows(); }
    void writesAreTakenWhereTheyShouldBe();
    void jobsOutliveAKilledNode_data() { addClusterRows(); }
    void jobsOutliveAKilledNode();
    void frozenNodeHoldsNoJobForLongerThanAllowed_data() { addClusterRows(); }
    void frozenNodeHoldsNoJobForLongerThanAllowed();
};

namespace {

/// A cluster with a table of two rows on all nodes. Whatever a test has done, the next one has all
/// nodes.
class Table
{
public:
    explicit Table(const QString &name)
        : cluster(name)
        , primary(cluster.primary())
        , database(cluster.node(qMax(primary, 0)))
    {
        if (primary < 0)
            qFatal("%s has no primary", qPrintable(cluster.name()));
        writer = connect(primary);
        run(u"CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL)"_s);
        run(u"INSERT INTO t VALUES (1, 0), (2, 0)"_s);
    }
    ~Table()
    {
        writer.reset();
        if (!cluster.heal())
            qFatal("%s does not come together again", qPrintable(cluster.name()));
    }
    Q_DISABLE_COPY_MOVE(Table)

    int other(int number) const { return (number + 1) % Cluster::Size; }

    ConnectionOptions options(int number) const
    {
        ConnectionOptions options = Servers::options(cluster.node(number), Channel::Clear);
        options.setDatabase(database.name());
        // What others have committed is there before a statement reads.
        if (cluster.isGalera())
            options.setSessionVariables({{u"wsrep_sync_wait"_s, 7}});
        else
            options.setSessionVariables({{u"group_replication_consistency"_s, u"BEFORE"_s}});
        return options;
    }

    std::unique_ptr<Connection> connect(int number) const
    {
        return std::make_unique<Connection>(options(number));
    }

    void run(const QString &sql) const
    {
        const OutcomePointer outcome = finishedOf(writer->execute(sql));
        if (!outcome->succeeded())
            qFatal("%s: %s", qPrintable(sql), Fake::describe(outcome).constData());
    }

    QStringList rows(int number) const
    {
        const std::unique_ptr<Connection> reader = connect(number);
        QStringList rows;
        for (const QStringList &row :
             rowsOf(reader->execute(u"SELECT CONCAT(id, ':', n) FROM t ORDER BY id"_s)))
            rows.append(row);
        return rows;
    }

    Cluster cluster;
    int primary;
    Database database;
    std::unique_ptr<Connection> writer;
};

/// While it lives, all members of Group Replication take writes, as all nodes of Galera do.
class WritableEverywhere
{
public:
    explicit WritableEverywhere(const Table &table)
        : m_table(table)
    {
        if (!table.cluster.isGalera())
            table.run(u"DO group_replication_switch_to_multi_primary_mode()"_s);
    }
    ~WritableEverywhere()
    {
        if (!m_table.cluster.isGalera())
            m_table.run(u"DO group_replication_switch_to_single_primary_mode(@@server_uuid)"_s);
    }
    Q_DISABLE_COPY_MOVE(WritableEverywhere)

private:
    const Table &m_table;
};

/// While it lives, a node is cut off from the others.
class Outside
{
public:
    Outside(const Table &table, int number)
        : m_isGalera(table.cluster.isGalera())
        , m_admin(Servers::options(table.cluster.node(number), Channel::Clear))
    {
        run(m_isGalera ? u"SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'"_s
                       : u"STOP GROUP_REPLICATION"_s);
    }
    ~Outside()
    {
        run(m_isGalera ? u"SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'"_s
                       : u"START GROUP_REPLICATION"_s);
    }
    Q_DISABLE_COPY_MOVE(Outside)

    /// Has it noticed?
    bool isComplete() const
    {
        return !m_isGalera
               || rowsOf(m_admin.execute(u"SHOW STATUS LIKE 'wsrep_ready'"_s))
                      == QList<QStringList>({{u"wsrep_ready"_s, u"OFF"_s}});
    }

private:
    void run(const QString &sql)
    {
        const OutcomePointer outcome = finishedOf(m_admin.execute(sql));
        if (!outcome->succeeded())
            qFatal("%s: %s", qPrintable(sql), Fake::describe(outcome).constData());
    }

    bool m_isGalera;
    mutable Connection m_admin;
};

} // namespace

void tst_Clusters_Servers::jobsOfAllKindsArriveEverywhere()
{
    QFETCH(QString, cluster);
    const Table table(cluster);
    Connection &writer = *table.writer;

    VERIFY_DONE(writer.execute(u"INSERT INTO t VALUES (3, 3)"_s));
    VERIFY_DONE(writer.execute(u"INSERT INTO t VALUES (?, ?)"_s, {4, 4}));
    VERIFY_DONE(writer.executeBatch(u"INSERT INTO t VALUES (?, ?)"_s, {{5, 5}, {6, 6}}));
    PreparedStatement *prepared = writer.prepare(u"UPDATE t SET n = ? WHERE id = ?"_s);
    VERIFY_DONE(prepared->execute({7, 1}));
    Transaction *transaction = writer.beginTransaction();
    const TransactionOutcome committed = Fake::watch(transaction);
    transaction->execute(u"INSERT INTO t VALUES (8, 8)"_s);
    transaction->execute(u"DELETE FROM t WHERE id = 2"_s);
    transaction->commit();
    VERIFY_ENDS(committed, Committed);
    Transaction *dropped = writer.beginTransaction();
    const TransactionOutcome rolledBack = Fake::watch(dropped);
    dropped->execute(u"DELETE FROM t"_s);
    dropped->rollback();
    VERIFY_ENDS(rolledBack, RolledBack);
    VERIFY_DONE(writer.ping());

    const QStringList expected{u"1:7"_s, u"3:3"_s, u"4:4"_s, u"5:5"_s, u"6:6"_s, u"8:8"_s};
    for (int number = 0; number < Cluster::Size; ++number)
        QCOMPARE(table.rows(number), expected);
}

/// Two nodes change the same row: only one of the transactions can be certified.
void tst_Clusters_Servers::conflictsRunATransactionAgain()
{
    QFETCH(QString, cluster);
    const Table table(cluster);
    const WritableEverywhere writable(table);
    const std::unique_ptr<Connection> other = table.connect(table.other(table.primary));

    OutcomePointer inBetween;
    const TransactionOutcome outcome = Fake::watch(other->transact([&](Transaction *transaction) {
        Query *update = transaction->execute(u"UPDATE t SET n = n + 10 WHERE id = 1"_s);
        if (transaction->attempt() > 1) {
            transaction->commit();
            return;
        }
        connect(update, &Job::finished, transaction, [&inBetween, transaction, &table] {
            Query *rival = table.writer->execute(u"UPDATE t SET n = n + 1 WHERE id = 1"_s);
            inBetween = Fake::watch(rival);
            connect(rival, &Job::finished, transaction, [transaction] { transaction->commit(); });
        });
    }));
    VERIFY_ENDS(outcome, Committed);
    QVERIFY2(inBetween->succeeded(), Fake::describe(inBetween).constData());
    QCOMPARE(outcome->started, 2);
    for (int number = 0; number < Cluster::Size; ++number)
        QCOMPARE(table.rows(number), QStringList({u"1:11"_s, u"2:0"_s}));
}

void tst_Clusters_Servers::aConflictAtCommitIsRejected()
{
    QFETCH(QString, cluster);
    const Table table(cluster);
    const WritableEverywhere writable(table);
    const std::unique_ptr<Connection> other = table.connect(table.other(table.primary));

    Transaction *transaction = other->beginTransaction();
    const TransactionOutcome outcome = Fake::watch(transaction);
    VERIFY_DONE(transaction->execute(u"UPDATE t SET n = n + 10 WHERE id = 1"_s));
    VERIFY_DONE(table.writer->execute(u"UPDATE t SET n = n + 1 WHERE id = 1"_s));
    transaction->commit();
    VERIFY_ENDS(outcome, Failed);
    const Error error = outcome->error;
    QCOMPARE(error.execution(), Execution::Rejected);
    const int number = error.serverErrorNumber();
    if (table.cluster.isGalera()) {
        QCOMPARE(number, 1213);
    } else {
        // The group has refused it, or what it let in before was applied here first: error 149, a
        // deadlock.
        QVERIFY2(number == 3101 || (number == 1180 && error.message().contains(u" 149 "_s)),
                 qPrintable(error.message()));
    }
    for (int node = 0; node < Cluster::Size; ++node)
        QCOMPARE(table.rows(node), QStringList({u"1:1"_s, u"2:0"_s}));
    // The session is as good as before.
    VERIFY_DONE(other->execute(u"UPDATE t SET n = n + 100 WHERE id = 1"_s));
}

void tst_Clusters_Servers::nodeOutsideOfTheClusterTakesNoStatements()
{
    QFETCH(QString, cluster);
    const Table table(cluster);
    const int number = table.other(table.primary);
    const std::unique_ptr<Connection> node = table.connect(number);
    VERIFY_DONE(node->execute(u"SELECT * FROM t"_s));
    const std::unique_ptr<Connection> waiting = table.connect(number);
    VERIFY_DONE(waiting->execute(u"SELECT * FROM t"_s));
    if (table.cluster.isGalera())
        VERIFY_DONE(node->execute(u"SET SESSION wsrep_sync_wait = 0"_s));
    const Outside outside(table, number);
    QTRY_VERIFY_WITH_TIMEOUT(outside.isComplete(), 60'000);

    const QString statements[]
        = {u"SELECT * FROM t"_s, u"INSERT INTO t VALUES (3, 3)"_s, u"SAVEPOINT s"_s, u"DO 1"_s};
    for (const QString &sql : statements) {
        if (!table.cluster.isGalera() && !sql.startsWith(u"INSERT"))
            continue;
        for (const bool isPrepared : {false, true}) {
            Query *query = node->execute(sql);
            query->setPrepared(isPrepared);
            const OutcomePointer outcome = finishedOf(query);
            QCOMPARE(outcome->error.serverErrorNumber(), table.cluster.isGalera() ? 1047 : 1290);
            QCOMPARE(outcome->error.sqlState(), table.cluster.isGalera() ? u"08S01"_s : u"HY000"_s);
            QCOMPARE(outcome->error.execution(), Execution::Rejected);
        }
    }
    // One that waits for what was committed elsewhere may have begun to wait.
    if (table.cluster.isGalera()) {
        const OutcomePointer outcome = finishedOf(waiting->execute(u"SELECT * FROM t"_s));
        const int error = outcome->error.serverErrorNumber();
        QVERIFY2(error == 1047 || error == 1205, Fake::describe(outcome).constData());
    }
    // What reads no table is answered all the same: a session can be opened, and checked.
    VERIFY_DONE(node->ping());
    Connection another(Servers::options(table.cluster.node(number), Channel::Clear));
    QCOMPARE(rowsOf(another.execute(u"SELECT 1"_s)), one(u"1"_s));
}

void tst_Clusters_Servers::writesAreTakenWhereTheyShouldBe()
{
    QFETCH(QString, cluster);
    const Table table(cluster);
    for (int number = 0; number < Cluster::Size; ++number) {
        const std::unique_ptr<Connection> node = table.connect(number);
        const OutcomePointer write
            = finishedOf(node->execute(u"INSERT INTO t VALUES (?, 0)"_s, {10 + number}));
        if (table.cluster.isGalera() || number == table.primary) {
            QVERIFY2(write->succeeded(), Fake::describe(write).constData());
        } else {
            QCOMPARE(write->error.serverErrorNumber(), 1290);
            QVERIFY(write->error.message().contains(u"--super-read-only"_s));
            QCOMPARE(write->error.execution(), Execution::Rejected);
        }
    }
}

void tst_Clusters_Servers::jobsOutliveAKilledNode()
{
    QFETCH(QString, cluster);
    Table table(cluster);
    const int number = table.other(table.primary);
    const std::unique_ptr<Connection> node = table.connect(number);
    VERIFY_DONE(node->execute(u"SELECT * FROM t"_s));

    const OutcomePointer running = Fake::watch(node->execute(u"DO SLEEP(100)"_s));
    QTRY_COMPARE(rowsOf(table.connect(number)->execute(
                     u"SELECT COUNT(*) FROM information_schema.processlist "
                     "WHERE info LIKE 'DO SLEEP%'"_s)),
                 one(u"1"_s));
    QList<OutcomePointer> waiting;
    for (int i = 0; i < 10; ++i)
        waiting.append(Fake::watch(node->execute(u"SELECT ?"_s, {i})));
    QVERIFY(table.cluster.kill(number));
    VERIFY_FAILS(running, ConnectionLost, Unknown);
    QTRY_COMPARE(node->state(), Connection::State::WaitingToReconnect);

    // The others go on. A group of three that has lost one takes writes when it has noticed.
    VERIFY_DONE(table.writer->execute(u"INSERT INTO t VALUES (3, 3)"_s));
    QCOMPARE(node->pendingJobs(), 10);
    QVERIFY(table.cluster.start(number));
    QVERIFY(areFinished(waiting));
    for (const OutcomePointer &outcome : std::as_const(waiting))
        QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    QCOMPARE(table.rows(number), QStringList({u"1:0"_s, u"2:0"_s, u"3:3"_s}));
}

/// Its sockets are open, and take what is sent to it.
void tst_Clusters_Servers::frozenNodeHoldsNoJobForLongerThanAllowed()
{
    QFETCH(QString, cluster);
    Table table(cluster);
    const int number = table.other(table.primary);
    ConnectionOptions options = table.options(number);
    options.setQueryTimeout(500ms);
    options.setCancelGracePeriod(500ms);
    options.setConnectTimeout(500ms);
    Connection node(options);
    VERIFY_DONE(node.execute(u"SELECT * FROM t"_s));

    QVERIFY(table.cluster.freeze(number));
    QSignalSpy errors(&node, &Connection::errorOccurred);
    Query *count = node.execute(u"SELECT COUNT(*) FROM t"_s);
    const OutcomePointer running = Fake::watch(count);
    QTRY_COMPARE(count->state(), Job::State::Running);
    // A member that was frozen learns first what its group did meanwhile: it may answer late.
    Query *patient = node.execute(u"SELECT id FROM t"_s);
    patient->setTimeout(30s);
    const OutcomePointer waiting = Fake::watch(patient);
    QTRY_COMPARE_WITH_TIMEOUT(running->finished, 1, 10'000);
    QCOMPARE(running->error.code(), Error::QueryTimeout);
    QTRY_VERIFY(errors.size() >= 2);
    QCOMPARE(errors.at(0).at(0).value<Error>().code(), Error::ConnectionLost);
    QCOMPARE(errors.at(1).at(0).value<Error>().code(), Error::ConnectTimeout);
    QCOMPARE(waiting->finished, 0);
    QVERIFY(table.cluster.thaw(number));
    QVERIFY(areFinished({waiting}));
    QVERIFY2(waiting->succeeded(), Fake::describe(waiting).constData());
}

QTEST_GUILESS_MAIN(tst_Clusters_Servers)
#include "tst_clusters_servers.moc"
