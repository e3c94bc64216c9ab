// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// Statements that recover from an error before the job is executed once more.

#include "pipelinefixture.h"
#include "poolfixture.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Transaction>

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr char Repair[] = "REPAIR TABLE `shop`.`t`";

ConnectionOptions recoveringOptions(const FakeServer &server)
{
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setRecoveryEnabled(true);
    options.setRetryPolicy(policy);
    return options;
}

void fail(FakeConnection &c)
{
    c.error(145, "HY000", "Table './shop/t' is marked as crashed and should be repaired");
}

void report(FakeConnection &c, const QByteArray &kind, const QByteArray &text)
{
    c.result({"Table", "Op", "Msg_type", "Msg_text"}, {{"shop.t", "repair", kind, text}});
}

/// A server with one table, which is crashed until it is repaired.
class CrashedServer : public FakeServer
{
public:
    CrashedServer()
    {
        for (const char *sql : {"SELECT t", "SELECT t2", "INSERT t", "BEGIN"}) {
            on(sql, [this, sql](FakeConnection &c) {
                if (isCrashed && qstrcmp(sql, "BEGIN") != 0) {
                    fail(c);
                    return;
                }
                Ok ok;
                if (qstrcmp(sql, "BEGIN") == 0)
                    ok.status = AutoCommit | InTransaction;
                c.ok(ok);
            });
        }
        on(Repair, [this](FakeConnection &c) {
            isCrashed = false;
            report(c, "status", "OK");
        });
    }

    bool isCrashed = true;
};

} // namespace

class tst_Recovery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isOffByDefault();
    void tableIsRepairedBeforeTheJobIsExecutedAgain_data();
    void tableIsRepairedBeforeTheJobIsExecutedAgain();
    void preparedStatement();
    void batch();
    void onlyOnceForEachJob();
    void failureIsAddedToTheError_data();
    void failureIsAddedToTheError();
    void notInATransaction();
    void damageThatIsFoundInUse_data();
    void damageThatIsFoundInUse();
    void timeoutNamesTheRecovery_data();
    void timeoutNamesTheRecovery();
    void statementOfTheApplication();
    void noStatementNoRecovery();
    void otherNumbers();
    void jobsInFlightRepairOnce();
    void sessionsOfAPoolRepairOnce();
    void otherSessionWaitsForTheRepair();
    void cancelledWhileTheTableIsRepaired();
    void sessionLostWhileTheTableIsRepaired_data();
    void sessionLostWhileTheTableIsRepaired();
    void writeThatMayBePartlyExecutedIsNotRepeated();
    void otherCharacterSet();
    void everyTableMustBeRepaired();
    void endedJobWaitsForNothing();
    void failedRepairIsNotTriedForEachJob();
    void functionIsCalledOnlyForWhatIsExecuted();
};

void tst_Recovery::isOffByDefault()
{
    CrashedServer server;
    Connection connection(optionsFor(server));
    QVERIFY(!connection.options().retryPolicy().isRecoveryEnabled());
    VERIFY_FAILS(watch(connection.execute(u"SELECT t"_s)), ServerError, Rejected);
    QCOMPARE(server.userQueries(), QByteArrayList{"SELECT t"});
}

void tst_Recovery::tableIsRepairedBeforeTheJobIsExecutedAgain_data()
{
    QTest::addColumn<QString>("sql");
    QTest::newRow("read") << u"SELECT t"_s;
    QTest::newRow("write") << u"INSERT t"_s;
}

void tst_Recovery::tableIsRepairedBeforeTheJobIsExecutedAgain()
{
    QFETCH(const QString, sql);
    CrashedServer server;
    QStringList order;
    Connection connection(recoveringOptions(server));
    const OutcomePointer first = watch(connection.execute(sql), &order, u"first"_s);
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s), &order, u"next"_s);
    VERIFY_SUCCEEDS(first);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(order, (QStringList{u"first"_s, u"next"_s}));
    QCOMPARE(server.userQueries(),
             (QByteArrayList{sql.toUtf8(), Repair, sql.toUtf8(), "INSERT next"}));
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Recovery::preparedStatement()
{
    CrashedServer server;
    server.onCommand(Prepare, fail);
    Connection connection(recoveringOptions(server));
    Query *query = connection.execute(u"SELECT t"_s);
    query->setPrepared(true);
    const OutcomePointer outcome = watch(query);
    // The fake server knows no prepared statements: that it is tried again is what is tested.
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(server.countQuery(Repair), 1);
    QCOMPARE(server.count(Prepare), 2);
    QCOMPARE(outcome->error.serverErrorNumber(), 145);
}

void tst_Recovery::batch()
{
    CrashedServer server;
    server.onCommand(Prepare, fail);
    Connection connection(recoveringOptions(server));
    const OutcomePointer outcome = watch(connection.executeBatch(u"INSERT ?"_s, {{1}, {2}}));
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(server.countQuery(Repair), 1);
    QCOMPARE(server.count(Prepare), 2);
}

void tst_Recovery::onlyOnceForEachJob()
{
    CrashedServer server;
    server.on(Repair, [](FakeConnection &c) { report(c, "status", "OK"); });
    Connection connection(recoveringOptions(server));
    const OutcomePointer first = watch(connection.execute(u"INSERT t"_s));
    VERIFY_FAILS(first, ServerError, Rejected);
    QCOMPARE(first->error.serverErrorNumber(), 145);
    VERIFY_FAILS(watch(connection.execute(u"INSERT t"_s)), ServerError, Rejected);
    QCOMPARE(server.userQueries(),
             (QByteArrayList{"INSERT t", Repair, "INSERT t", "INSERT t", Repair, "INSERT t"}));
}

void tst_Recovery::failureIsAddedToTheError_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("row with an error") << QByteArray("Error") << QByteArray("Disk full");
    QTest::newRow("status") << QByteArray("status") << QByteArray("Operation failed");
    QTest::newRow("note") << QByteArray("note") << QByteArray("Engine doesn't support repair");
    QTest::newRow("error of the server") << QByteArray() << QByteArray("Access denied");
}

void tst_Recovery::failureIsAddedToTheError()
{
    QFETCH(const QByteArray, kind);
    QFETCH(const QByteArray, reason);
    CrashedServer server;
    server.on(Repair, [&](FakeConnection &c) {
        if (kind.isEmpty())
            c.error(1142, "42000", reason);
        else
            report(c, kind, reason);
    });
    Connection connection(recoveringOptions(server));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT t"_s));
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    VERIFY_FAILS(outcome, ServerError, Rejected);
    QCOMPARE(outcome->error.serverErrorNumber(), 145);
    QVERIFY(outcome->error.message().contains(QString::fromUtf8(reason)));
    QVERIFY(outcome->error.message().contains("REPAIR TABLE"_L1));
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(), (QByteArrayList{"SELECT t", Repair, "INSERT next"}));
}

void tst_Recovery::damageThatIsFoundInUse_data()
{
    using Execution = Error::Execution;
    QTest::addColumn<QString>("sql");
    QTest::addColumn<int>("number");
    QTest::addColumn<Execution>("execution");
    const QString write = u"INSERT INTO t VALUES (1), (2)"_s;
    for (const int number : {126, 127, 1034, 1194, 1195})
        QTest::addRow("write, %d", number) << write << number << Execution::Unknown;
    QTest::newRow("read") << u"SELECT t"_s << 1194 << Execution::Rejected;
    QTest::newRow("not opened") << write << 145 << Execution::Rejected;
    QTest::newRow("error of a row") << write << 1062 << Execution::Rejected;
    QTest::newRow("procedure") << u"CALL p()"_s << 145 << Execution::Unknown;
}

// Rows that were written before stay: the engine cannot undo them, and the job must not be executed
// once more.
void tst_Recovery::damageThatIsFoundInUse()
{
    QFETCH(const QString, sql);
    QFETCH(const int, number);
    QFETCH(const Error::Execution, execution);
    FakeServer server;
    const QByteArray statement = sql.toUtf8();
    server.on(statement, [number](FakeConnection &c) { c.error(number, "HY000", "Damaged"); });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setTransientErrorNumbers({number});
    options.setRetryPolicy(policy);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(sql));
    QTRY_COMPARE(outcome->finished, 1);
    QVERIFY2(outcome->failed(Error::ServerError), describe(outcome).constData());
    QCOMPARE(outcome->error.execution(), execution);
    const bool retries = execution == Error::Execution::Rejected;
    QCOMPARE(server.countQuery(statement), retries ? policy.maximumAttempts() : 1);
}

void tst_Recovery::timeoutNamesTheRecovery_data()
{
    QTest::addColumn<bool>("inPool");
    QTest::newRow("connection") << false;
    QTest::newRow("pool") << true;
}

void tst_Recovery::timeoutNamesTheRecovery()
{
    QFETCH(const bool, inPool);
    CrashedServer server;
    server.on(Repair, FakeServer::stall);
    std::unique_ptr<Executor> executor;
    if (inPool) {
        auto pool = std::make_unique<Pool>(recoveringOptions(server));
        pool->setMaximumConnections(1);
        executor = std::move(pool);
    } else {
        executor = std::make_unique<Connection>(recoveringOptions(server));
    }
    const OutcomePointer first = watch(executor->execute(u"INSERT t"_s));
    QTRY_COMPARE(server.countQuery(Repair), 1);
    Query *query = executor->execute(u"INSERT 1"_s);
    query->setQueueTimeout(20ms);
    const OutcomePointer expired = watch(query);
    VERIFY_FAILS(expired, QueueTimeout, NotSent);
    QVERIFY2(expired->error.message().contains(u"A recovery statement has been running for "_s)
                 && expired->error.message().contains(QLatin1StringView(Repair)),
             qPrintable(expired->error.message()));
    server.isCrashed = false;
    report(*server.connection(1), "status", "OK");
    VERIFY_SUCCEEDS(first);
    // Nothing of it is left when it has ended.
    executor->execute(u"SELECT slow"_s);
    server.on("SELECT slow", FakeServer::stall);
    Query *next = executor->execute(u"INSERT 1"_s);
    next->setQueueTimeout(20ms);
    const OutcomePointer later = watch(next);
    VERIFY_FAILS(later, QueueTimeout, NotSent);
    QVERIFY(!later->error.message().contains(u"recovery"_s));
}

void tst_Recovery::notInATransaction()
{
    CrashedServer server;
    Connection connection(recoveringOptions(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"BEGIN"_s)));
    VERIFY_FAILS(watch(connection.execute(u"SELECT t"_s)), ServerError, Rejected);
    QCOMPARE(server.countQuery(Repair), 0);
}

void tst_Recovery::statementOfTheApplication()
{
    CrashedServer server;
    server.on("CALL mend", [&](FakeConnection &c) {
        server.isCrashed = false;
        c.ok();
    });
    ConnectionOptions options = recoveringOptions(server);
    RetryPolicy policy = options.retryPolicy();
    QList<Error> seen;
    policy.setRecoveryFunction([&seen](const Error &error) {
        seen.append(error);
        return u"CALL mend"_s;
    });
    options.setRetryPolicy(policy);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT t"_s)));
    QCOMPARE(server.userQueries(), (QByteArrayList{"INSERT t", "CALL mend", "INSERT t"}));
    QVERIFY(!seen.isEmpty());
    QCOMPARE(seen.first().serverErrorNumber(), 145);
    QCOMPARE(seen.first().statement(), u"INSERT t"_s);
}

void tst_Recovery::noStatementNoRecovery()
{
    CrashedServer server;
    ConnectionOptions options = recoveringOptions(server);
    RetryPolicy policy = options.retryPolicy();
    policy.setRecoveryFunction([](const Error &) { return QString(); });
    options.setRetryPolicy(policy);
    Connection connection(options);
    VERIFY_FAILS(watch(connection.execute(u"INSERT t"_s)), ServerError, Rejected);
    QCOMPARE(server.userQueries(), QByteArrayList{"INSERT t"});
}

void tst_Recovery::otherNumbers()
{
    CrashedServer server;
    ConnectionOptions options = recoveringOptions(server);
    RetryPolicy policy = options.retryPolicy();
    QCOMPARE(policy.recoveryErrorNumbers(), (QList<int>{145, 1194, 1195}));
    policy.setRecoveryErrorNumbers({1034});
    options.setRetryPolicy(policy);
    Connection connection(options);
    VERIFY_FAILS(watch(connection.execute(u"INSERT t"_s)), ServerError, Rejected);
    server.once("SELECT 1 FROM t", [](FakeConnection &c) {
        c.error(1034, "HY000", "Index for table 't' is corrupt; try to repair it");
    });
    server.on("REPAIR TABLE `t`", [](FakeConnection &c) { report(c, "status", "OK"); });
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1 FROM t"_s)));
    QCOMPARE(server.countQuery("REPAIR TABLE `t`"), 1);
}

void tst_Recovery::jobsInFlightRepairOnce()
{
    CrashedServer server;
    ConnectionOptions options = recoveringOptions(server);
    options.setPipelineDepth(64);
    Connection connection(options);
    Jobs jobs;
    const QStringList statements{u"SELECT t"_s, u"SELECT 1"_s, u"SELECT t2"_s, u"SELECT t"_s};
    jobs.execute(&connection, statements);
    for (const OutcomePointer &outcome : std::as_const(jobs.outcomes))
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(jobs.order, statements);
    QCOMPARE(server.countQuery(Repair), 1);
}

void tst_Recovery::sessionsOfAPoolRepairOnce()
{
    CrashedServer server;
    Pool pool(recoveringOptions(server));
    pool.setMaximumConnections(4);
    VERIFY_SUCCEEDS(watch(pool.warmUp(4)));
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 8; ++i)
        outcomes.append(watch(pool.execute(i % 2 ? u"SELECT t"_s : u"INSERT t"_s)));
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.countQuery(Repair), 1);
}

void tst_Recovery::otherSessionWaitsForTheRepair()
{
    CrashedServer server;
    server.on(Repair, FakeServer::stall);
    Pool pool(recoveringOptions(server));
    pool.setMaximumConnections(2);
    VERIFY_SUCCEEDS(watch(pool.warmUp(2)));
    const OutcomePointer first = watch(pool.execute(u"INSERT t"_s));
    const OutcomePointer second = watch(pool.execute(u"SELECT t"_s));
    QTRY_COMPARE(server.countQuery("INSERT t"), 1);
    QTRY_COMPARE(server.countQuery("SELECT t"), 1);
    QTRY_COMPARE(server.countQuery(Repair), 1);
    FakeConnection *repairing = server.connection(1)->runningQuery() == Repair
                                    ? server.connection(1)
                                    : server.connection(2);
    QCOMPARE(repairing->runningQuery(), Repair);
    SERVE_ANOTHER(server);
    QCOMPARE(server.countQuery(Repair), 1);
    QCOMPARE(first->finished + second->finished, 0);
    report(*repairing, "error", "No space left");
    VERIFY_FAILS(first, ServerError, Rejected);
    VERIFY_FAILS(second, ServerError, Rejected);
    for (const OutcomePointer &outcome : {first, second})
        QVERIFY(outcome->error.message().contains("No space left"_L1));
    QCOMPARE(server.countQuery(Repair), 1);
}

void tst_Recovery::cancelledWhileTheTableIsRepaired()
{
    CrashedServer server;
    server.on(Repair, FakeServer::stall);
    Connection connection(recoveringOptions(server));
    Query *query = connection.execute(u"INSERT t"_s);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(server.countQuery(Repair), 1);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Rejected);
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    server.isCrashed = false;
    report(*server.connection(), "status", "OK");
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(), (QByteArrayList{"INSERT t", Repair, "INSERT next"}));
}

void tst_Recovery::sessionLostWhileTheTableIsRepaired_data()
{
    QTest::addColumn<bool>("isRepaired");
    QTest::newRow("repaired all the same") << true;
    QTest::newRow("not repaired") << false;
}

void tst_Recovery::sessionLostWhileTheTableIsRepaired()
{
    QFETCH(const bool, isRepaired);
    CrashedServer server;
    server.once(Repair, [&](FakeConnection &c) {
        server.isCrashed = !isRepaired;
        c.cut();
    });
    Connection connection(recoveringOptions(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT t"_s)));
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(server.countQuery(Repair), isRepaired ? 1 : 2);
}

/// Such an error can come in the middle of a statement, and the engine does not undo what was
/// written before.
void tst_Recovery::writeThatMayBePartlyExecutedIsNotRepeated()
{
    FakeServer server;
    for (const char *sql : {"INSERT x SELECT 1 FROM t", "SELECT 1 FROM t"}) {
        server.once(sql, [](FakeConnection &c) {
            c.error(1194, "HY000", "Table 't' is marked as crashed and should be repaired");
        });
    }
    server.on("REPAIR TABLE `t`", [](FakeConnection &c) { report(c, "status", "OK"); });
    Connection connection(recoveringOptions(server));
    const OutcomePointer write = watch(connection.execute(u"INSERT x SELECT 1 FROM t"_s));
    QTRY_COMPARE(write->finished, 1);
    QCOMPARE(write->error.serverErrorNumber(), 1194);
    QCOMPARE(server.countQuery("REPAIR TABLE `t`"), 0);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1 FROM t"_s)));
    QCOMPARE(server.countQuery("REPAIR TABLE `t`"), 1);
}

/// A part of a name could be read as code.
void tst_Recovery::otherCharacterSet()
{
    CrashedServer server;
    ConnectionOptions options = recoveringOptions(server);
    Connection connection(options);
    server.on("SET NAMES gbk", [](FakeConnection &c) {
        Ok ok;
        ok.sessionState = sessionVariable("character_set_client", "gbk");
        c.ok(ok);
    });
    VERIFY_SUCCEEDS(watch(connection.execute(u"SET NAMES gbk"_s)));
    VERIFY_FAILS(watch(connection.execute(u"INSERT t"_s)), ServerError, Rejected);
    QCOMPARE(server.countQuery(Repair), 0);
}

void tst_Recovery::everyTableMustBeRepaired()
{
    CrashedServer server;
    server.on(Repair, [](FakeConnection &c) {
        c.result({"Table", "Op", "Msg_type", "Msg_text"},
                 {{"a", "repair", "Error", "No such table"},
                  {"a", "repair", "status", "Operation failed"},
                  {"b", "repair", "status", "OK"}});
    });
    Connection connection(recoveringOptions(server));
    const OutcomePointer outcome = watch(connection.execute(u"INSERT t"_s));
    VERIFY_FAILS(outcome, ServerError, Rejected);
    QVERIFY(outcome->error.message().contains("No such table"_L1));
}

/// Its job lives on.
void tst_Recovery::endedJobWaitsForNothing()
{
    CrashedServer server;
    server.on(Repair, FakeServer::stall);
    Pool pool(recoveringOptions(server));
    pool.setMaximumConnections(2);
    VERIFY_SUCCEEDS(watch(pool.warmUp(2)));
    Query *first = pool.execute(u"INSERT t"_s);
    Query *second = pool.execute(u"SELECT t"_s);
    for (Query *query : {first, second})
        query->setAutoDelete(false);
    QTRY_COMPARE(server.countQuery(Repair), 1);
    QTRY_COMPARE(server.countQuery("SELECT t"), 1);
    QTRY_COMPARE(server.countQuery("INSERT t"), 1);
    SERVE_ANOTHER(server);
    first->cancel();
    second->cancel();
    QTRY_VERIFY(first->isFinished() && second->isFinished());
    // The session that does not repair the table is there for others.
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery(Repair), 1);
}

void tst_Recovery::failedRepairIsNotTriedForEachJob()
{
    CrashedServer server;
    server.on(Repair, [](FakeConnection &c) { report(c, "error", "Disk full"); });
    Connection connection(recoveringOptions(server));
    for (int i = 0; i < 3; ++i) {
        const OutcomePointer outcome = watch(connection.execute(u"INSERT t"_s));
        VERIFY_FAILS(outcome, ServerError, Rejected);
        QVERIFY(outcome->error.message().contains("Disk full"_L1));
    }
    QCOMPARE(server.countQuery(Repair), 1);
}

void tst_Recovery::functionIsCalledOnlyForWhatIsExecuted()
{
    CrashedServer server;
    ConnectionOptions options = recoveringOptions(server);
    RetryPolicy policy = options.retryPolicy();
    int calls = 0;
    policy.setRecoveryFunction([&calls](const Error &) {
        ++calls;
        return QString::fromLatin1(Repair);
    });
    options.setRetryPolicy(policy);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"BEGIN"_s)));
    VERIFY_FAILS(watch(connection.execute(u"INSERT t"_s)), ServerError, Rejected);
    QCOMPARE(calls, 0);
    VERIFY_SUCCEEDS(watch(connection.execute(u"ROLLBACK"_s)));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT t"_s)));
    QCOMPARE(calls, 1);
}

QTEST_GUILESS_MAIN(tst_Recovery)

#include "tst_recovery.moc"
