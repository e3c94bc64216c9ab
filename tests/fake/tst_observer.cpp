// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What an observer hears of connections and pools, and what it may do.

#include "pipelinefixture.h"
#include "poolfixture.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Observer>
#include <AsyncMySql/Transaction>

#include <QtCore/qthread.h>
#include <QtTest/qtest.h>

#include <atomic>
#include <functional>
#include <memory>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Keeps everything that it hears.
class Recorder : public Observer
{
public:
    bool wantsParameters() const override { return takesParameters; }
    void operationEnded(const Operation &operation) override
    {
        operations.append(operation);
        if (onOperation)
            onOperation();
    }
    void connectEnded(const ConnectAttempt &attempt) override { connects.append(attempt); }
    void poolWaitEnded(const PoolWait &wait) override { waits.append(wait); }
    void poolUseEnded(const PoolUse &use) override { uses.append(use); }

    QStringList statements() const
    {
        QStringList statements;
        for (const Operation &operation : operations)
            statements.append(operation.statement);
        return statements;
    }

    bool takesParameters = false;
    std::function<void()> onOperation;
    QList<Operation> operations;
    QList<ConnectAttempt> connects;
    QList<PoolWait> waits;
    QList<PoolUse> uses;
};

/// The statement of a job that has ended well.
#define VERIFY_EXECUTES(executor, sql) VERIFY_SUCCEEDS(watch((executor)->execute(sql)))

} // namespace

class tst_Observer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statementIsReported();
    void errorIsReported();
    void parametersAreReportedOnlyIfAskedFor();
    void batchIsReported();
    void transactionAndVerbsAreReported();
    void retriesAreOneOperation();
    void streamCountsItsRows();
    void lostStreamCountsWhatCame();
    void whatIsNotSentIsReported();
    void connectsAreReported();
    void poolReportsWaitsAndUses();
    void queueTimeoutOfThePoolIsReported();
    void leaseReportsToTheObserverOfThePool();
    void jobsBeforeAreNotReported();
    void oldObserverIsNotCalledAnyMore();
    void mayUseTheConnection();
    void mayRunAnEventLoop();
    void mayDestroyTheConnection_data();
    void mayDestroyTheConnection();
    void hearsOfWhatTheEndOfTheConnectionEnds();
    void isDestroyedWithItsLastOwner();
    void jobsThatItStartsAtTheEndEnd();
    void isCalledInTheThreadOfTheConnection();
    void unsentStatementKeepsItsValues();
};

void tst_Observer::statementIsReported()
{
    FakeServer server;
    server.on("SELECT name FROM articles WHERE id = 7", [](FakeConnection &c) {
        c.result({"name"}, {{"one"}, {"three"}});
    });
    ConnectionOptions options = optionsFor(server);
    options.setDatabase(u"shop"_s);
    Connection connection(options);
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    QCOMPARE(connection.observer(), recorder);
    VERIFY_EXECUTES(&connection, u"SELECT name FROM articles WHERE id = 7"_s);
    QTRY_COMPARE(recorder->operations.size(), 1);
    const Observer::Operation &operation = recorder->operations.first();
    QCOMPARE(operation.statement, u"SELECT name FROM articles WHERE id = 7"_s);
    QCOMPARE(operation.sanitizedStatement(), u"SELECT name FROM articles WHERE id = ?"_s);
    QCOMPARE(operation.name(), u"SELECT"_s);
    QCOMPARE(operation.summary(), u"SELECT articles"_s);
    QCOMPARE(operation.returnedRows, 2);
    // Two headers, two lengths, and eight characters.
    QCOMPARE(operation.returnedBytes, 18);
    QCOMPARE(operation.retries, 0);
    QVERIFY(!operation.error);
    QVERIFY(!operation.isPrepared);
    QCOMPARE(operation.endpoint.host, options.host());
    QCOMPARE(operation.endpoint.port, server.port());
    QCOMPARE(operation.endpoint.database, u"shop"_s);
    QCOMPARE(operation.endpoint.connectionId, quint64(1));
    QCOMPARE(operation.endpoint.isMariaDb, connection.sqlDialect().isMariaDb);
    QVERIFY(!operation.endpoint.serverVersion.isEmpty());
    QVERIFY(operation.timing.total() && operation.timing.executing());
    QCOMPARE(operation.timing.attempts(), 1);
}

void tst_Observer::errorIsReported()
{
    FakeServer server;
    server.on("INSERT 1", [](FakeConnection &c) { c.error(1062, "23000", "Duplicate"); });
    Connection connection(optionsFor(server));
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    VERIFY_FAILS(watch(connection.execute(u"INSERT 1"_s)), ServerError, Rejected);
    QTRY_COMPARE(recorder->operations.size(), 1);
    const Error &error = recorder->operations.first().error;
    QCOMPARE(error.serverErrorNumber(), 1062);
    QCOMPARE(error.sqlState(), u"23000"_s);
    QCOMPARE(error.execution(), Error::Execution::Rejected);
}

void tst_Observer::parametersAreReportedOnlyIfAskedFor()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setAutoPrepareEnabled(false);
    Connection connection(options);
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT ?"_s, {u"secret"_s})));
    recorder->takesParameters = true;
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT ?"_s, {7})));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT :a"_s, {{u"a"_s, 8}})));
    QTRY_COMPARE(recorder->operations.size(), 3);
    QCOMPARE(recorder->operations.at(0).statement, u"INSERT ?"_s);
    QVERIFY(recorder->operations.at(0).parameters.isEmpty());
    QCOMPARE(recorder->operations.at(1).parameters, QVariantList{7});
    QCOMPARE(recorder->operations.at(2).namedParameters, (QVariantMap{{u"a"_s, 8}}));
}

void tst_Observer::batchIsReported()
{
    FakeServer server;
    // Sent as text, row by row, since it cannot be prepared.
    server.onCommand(Prepare, [](FakeConnection &c) { c.error(1295, "HY000", "Not preparable"); });
    Connection connection(optionsFor(server));
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    const OutcomePointer outcome = watch(connection.executeBatch(u"INSERT ?"_s, {{1}, {2}, {3}}));
    QTRY_COMPARE(outcome->finished, 1);
    QTRY_COMPARE(recorder->operations.size(), 1);
    QCOMPARE(recorder->operations.first().batchSize, 3);
    QCOMPARE(recorder->operations.first().name(), u"INSERT"_s);
    QCOMPARE(bool(recorder->operations.first().error), !outcome->succeeded());
}

void tst_Observer::transactionAndVerbsAreReported()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    Transaction *transaction = connection.beginTransaction();
    transaction->execute(u"INSERT 1"_s);
    transaction->commit();
    VERIFY_SUCCEEDS(watch(connection.ping()));
    VERIFY_SUCCEEDS(watch(connection.selectDatabase(u"shop"_s)));
    QTRY_COMPARE(recorder->operations.size(), 5);
    QStringList names;
    for (const Observer::Operation &operation : std::as_const(recorder->operations))
        names.append(operation.name());
    QCOMPARE(names, (QStringList{u"START"_s, u"INSERT"_s, u"COMMIT"_s, u"PING"_s, u"USE"_s}));
    QVERIFY(recorder->operations.last().statement.isEmpty());
}

void tst_Observer::retriesAreOneOperation()
{
    FakeServer server;
    for (int i = 0; i < 2; ++i)
        server.once("SELECT 1", [](FakeConnection &c) { c.error(1213, "40001", "Deadlock"); });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setTransientErrorNumbers({1213});
    options.setRetryPolicy(policy);
    Connection connection(options);
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    VERIFY_EXECUTES(&connection, u"SELECT 1"_s);
    QTRY_COMPARE(recorder->operations.size(), 1);
    QCOMPARE(recorder->operations.first().retries, 2);
    QVERIFY(!recorder->operations.first().error);
}

void tst_Observer::streamCountsItsRows()
{
    FakeServer server;
    server.on("SELECT a", [](FakeConnection &c) { c.result({"a"}, {{"1"}, {"2"}, {"3"}}); });
    Connection connection(optionsFor(server));
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    Query *query = connection.execute(u"SELECT a"_s);
    query->setStreaming(true);
    VERIFY_SUCCEEDS(watch(query));
    QTRY_COMPARE(recorder->operations.size(), 1);
    QCOMPARE(recorder->operations.first().returnedRows, 3);
    QCOMPARE(recorder->operations.first().returnedBytes, 18);
}

void tst_Observer::lostStreamCountsWhatCame()
{
    FakeServer server;
    server.on("SELECT a", [](FakeConnection &c) {
        c.columns({"a"});
        c.row({"1"});
        c.row({"2"});
    });
    Connection connection(optionsFor(server));
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    Query *query = connection.execute(u"SELECT a"_s);
    query->setStreaming(true);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(query->availableRows(), 2);
    query->takeRows(1);
    server.cutAll();
    VERIFY_FAILS(outcome, ConnectionLost, Unknown);
    QTRY_COMPARE(recorder->operations.size(), 1);
    QCOMPARE(recorder->operations.first().returnedRows, 2);
    QCOMPARE(recorder->operations.first().returnedBytes, 12);
}

void tst_Observer::whatIsNotSentIsReported()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setDatabase(u"shop"_s);
    Connection connection(options);
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    Query *query = connection.execute(u"SELECT 1"_s);
    const OutcomePointer outcome = watch(query);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, NotSent);
    QTRY_COMPARE(recorder->operations.size(), 1);
    const Observer::Operation &operation = recorder->operations.first();
    QCOMPARE(operation.error.code(), Error::Cancelled);
    QCOMPARE(operation.endpoint.port, server.port());
    QCOMPARE(operation.endpoint.database, u"shop"_s);
    QCOMPARE(operation.endpoint.connectionId, quint64(0));
    QVERIFY(!operation.timing.sent());
}

void tst_Observer::connectsAreReported()
{
    FakeServer server;
    server.script().greet().expectLogin().error(1040, "08004", "Too many connections");
    Connection connection(optionsFor(server));
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    VERIFY_EXECUTES(&connection, u"SELECT 1"_s);
    QTRY_COMPARE(recorder->connects.size(), 2);
    const Observer::ConnectAttempt &failed = recorder->connects.at(0);
    QCOMPARE(failed.error.serverErrorNumber(), 1040);
    QCOMPARE(failed.endpoint.port, server.port());
    QCOMPARE(failed.endpoint.connectionId, quint64(0));
    QVERIFY(failed.duration > 0ns && failed.begin.isValid());
    const Observer::ConnectAttempt &made = recorder->connects.at(1);
    QVERIFY(!made.error);
    QCOMPARE(made.endpoint.connectionId, quint64(2));
    QVERIFY(made.duration > 0ns);

    // Setting a session up again connects to nothing.
    VERIFY_SUCCEEDS(watch(connection.resetSession()));
    VERIFY_EXECUTES(&connection, u"SELECT 1"_s);
    QTRY_COMPARE(recorder->operations.size(), 3);
    QCOMPARE(recorder->connects.size(), 2);
}

void tst_Observer::poolReportsWaitsAndUses()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(2);
    const auto recorder = std::make_shared<Recorder>();
    pool.setObserver(recorder);
    QCOMPARE(pool.observer(), recorder);
    constexpr int jobs = 5;
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < jobs; ++i)
        outcomes.append(watch(pool.execute(u"INSERT %1"_s.arg(i))));
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        VERIFY_SUCCEEDS(outcome);
    QTRY_COMPARE(recorder->operations.size(), jobs);
    QCOMPARE(recorder->waits.size(), jobs);
    for (const Observer::PoolWait &wait : std::as_const(recorder->waits))
        QVERIFY(wait.duration >= 0ns && !wait.error);
    QTRY_COMPARE(recorder->uses.size(), jobs);
    for (const Observer::PoolUse &use : std::as_const(recorder->uses))
        QVERIFY(use.duration > 0ns && use.connectionId > 0);
    QCOMPARE(quint64(recorder->connects.size()), pool.statistics().created);
    // What the pool asks by itself is none of the application's.
    for (int i = 0; i < jobs; ++i)
        QVERIFY(recorder->statements().contains(u"INSERT %1"_s.arg(i)));
}

void tst_Observer::queueTimeoutOfThePoolIsReported()
{
    SlowServer server;
    Pool pool(optionsFor(server));
    pool.setMaximumConnections(1);
    const auto recorder = std::make_shared<Recorder>();
    pool.setObserver(recorder);
    const RunningQuery running = runningQuery(&pool, server);
    Query *waiting = pool.execute(u"SELECT 2"_s);
    waiting->setQueueTimeout(1ms);
    VERIFY_FAILS(watch(waiting), QueueTimeout, NotSent);
    QTRY_COMPARE(recorder->waits.size(), 2);
    QCOMPARE(recorder->waits.at(1).error.code(), Error::QueueTimeout);
    QVERIFY(recorder->waits.at(1).duration >= 1ms);
    server.connection(1)->ok();
    VERIFY_SUCCEEDS(running.outcome);
}

void tst_Observer::leaseReportsToTheObserverOfThePool()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    const auto recorder = std::make_shared<Recorder>();
    pool.setObserver(recorder);
    VERIFY_EXECUTES(lease.get(), u"INSERT 1"_s);
    QTRY_COMPARE(recorder->statements(), QStringList{u"INSERT 1"_s});
    QCOMPARE(recorder->operations.first().endpoint.connectionId, quint64(1));
    lease.reset();
    QTRY_COMPARE(recorder->uses.size(), 1);
}

void tst_Observer::jobsBeforeAreNotReported()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    const OutcomePointer before = watch(connection.execute(u"INSERT before"_s));
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    VERIFY_EXECUTES(&connection, u"INSERT after"_s);
    VERIFY_SUCCEEDS(before);
    QTRY_COMPARE(recorder->statements(), QStringList{u"INSERT after"_s});
}

void tst_Observer::oldObserverIsNotCalledAnyMore()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    const auto first = std::make_shared<Recorder>();
    connection.setObserver(first);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    const auto second = std::make_shared<Recorder>();
    connection.setObserver(second);
    VERIFY_SUCCEEDS(outcome);
    VERIFY_EXECUTES(&connection, u"INSERT 2"_s);
    // Nor is a job reported to one that was set after its creation.
    QTRY_COMPARE(second->statements(), QStringList{u"INSERT 2"_s});
    connection.setObserver(nullptr);
    VERIFY_EXECUTES(&connection, u"INSERT 3"_s);
    QCOMPARE(second->operations.size(), 1);
    QVERIFY(first->operations.isEmpty());
    QCOMPARE(first.use_count(), 1);
}

void tst_Observer::mayUseTheConnection()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    OutcomePointer logged;
    recorder->onOperation = [&] {
        if (!logged)
            logged = watch(connection.execute(u"INSERT log"_s));
    };
    VERIFY_EXECUTES(&connection, u"INSERT 1"_s);
    QTRY_VERIFY(logged);
    VERIFY_SUCCEEDS(logged);
    QTRY_COMPARE(recorder->statements(), (QStringList{u"INSERT 1"_s, u"INSERT log"_s}));
}

void tst_Observer::mayRunAnEventLoop()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    bool hasRun = false;
    recorder->onOperation = [&] {
        if (std::exchange(hasRun, true))
            return;
        VERIFY_EXECUTES(&connection, u"INSERT inner"_s);
        QTRY_COMPARE(recorder->operations.size(), 2);
    };
    VERIFY_EXECUTES(&connection, u"INSERT outer"_s);
    QTRY_COMPARE(recorder->statements(), (QStringList{u"INSERT outer"_s, u"INSERT inner"_s}));
}

void tst_Observer::mayDestroyTheConnection_data()
{
    QTest::addColumn<bool>("isPool");
    QTest::newRow("connection") << false;
    QTest::newRow("pool") << true;
}

void tst_Observer::mayDestroyTheConnection()
{
    QFETCH(const bool, isPool);
    FakeServer server;
    const auto recorder = std::make_shared<Recorder>();
    std::unique_ptr<Executor> executor;
    if (isPool) {
        auto pool = std::make_unique<Pool>(optionsFor(server));
        pool->setObserver(recorder);
        executor = std::move(pool);
    } else {
        auto connection = std::make_unique<Connection>(optionsFor(server));
        connection->setObserver(recorder);
        executor = std::move(connection);
    }
    recorder->onOperation = [&] { std::exchange(executor, nullptr).reset(); };
    const OutcomePointer first = watch(executor->execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(executor->execute(u"SELECT 2"_s));
    QTRY_VERIFY(!executor);
    QCOMPARE(first->finished, 1);
    QCOMPARE(second->finished, 1);
    QCOMPARE(recorder->operations.size(), 2);
    QTRY_COMPARE(recorder.use_count(), 1);
}

void tst_Observer::hearsOfWhatTheEndOfTheConnectionEnds()
{
    const auto recorder = std::make_shared<Recorder>();
    FakeServer server;
    {
        Connection connection(optionsFor(server));
        connection.setObserver(recorder);
        connection.execute(u"INSERT 1"_s);
        connection.execute(u"INSERT 2"_s);
    }
    QCOMPARE(recorder->statements(), (QStringList{u"INSERT 1"_s, u"INSERT 2"_s}));
    for (const Observer::Operation &operation : std::as_const(recorder->operations))
        QCOMPARE(operation.error.code(), Error::ConnectionClosed);
    QCOMPARE(recorder.use_count(), 1);
}

void tst_Observer::isDestroyedWithItsLastOwner()
{
    FakeServer server;
    std::weak_ptr<Recorder> gone;
    Pool pool(optionsFor(server));
    {
        Connection connection(optionsFor(server));
        const auto recorder = std::make_shared<Recorder>();
        gone = recorder;
        connection.setObserver(recorder);
        pool.setObserver(recorder);
        VERIFY_EXECUTES(&connection, u"INSERT 1"_s);
    }
    QVERIFY(!gone.expired());
    VERIFY_EXECUTES(&pool, u"INSERT 2"_s);
    pool.setObserver(nullptr);
    QVERIFY(gone.expired());
    VERIFY_EXECUTES(&pool, u"INSERT 3"_s);
}

void tst_Observer::jobsThatItStartsAtTheEndEnd()
{
    FakeServer server;
    const auto recorder = std::make_shared<Recorder>();
    OutcomePointer logged;
    {
        Connection connection(optionsFor(server));
        connection.setObserver(recorder);
        recorder->onOperation = [&] {
            if (!logged)
                logged = watch(connection.execute(u"INSERT log"_s));
        };
        connection.execute(u"INSERT 1"_s);
    }
    QVERIFY(logged);
    QCOMPARE(logged->finished, 1);
    QVERIFY(logged->failed(Error::ConnectionClosed));
}

void tst_Observer::isCalledInTheThreadOfTheConnection()
{
    FakeServer server;
    const auto recorder = std::make_shared<Recorder>();
    QThread worker;
    std::atomic<QThread *> caller = nullptr;
    recorder->onOperation = [&] { caller = QThread::currentThread(); };
    auto *connection = new Connection(optionsFor(server));
    connection->setObserver(recorder);
    connection->moveToThread(&worker);
    worker.start();
    QMetaObject::invokeMethod(connection, [connection] { connection->execute(u"INSERT 1"_s); });
    QTRY_COMPARE(caller.load(), &worker);
    connect(&worker, &QThread::finished, connection, &QObject::deleteLater);
    worker.quit();
    QVERIFY(worker.wait());
}

/// Whether a backslash ends a string depends on the session, which there is none of.
void tst_Observer::unsentStatementKeepsItsValues()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    const auto recorder = std::make_shared<Recorder>();
    connection.setObserver(recorder);
    connection.execute(u"INSERT INTO t VALUES ('C:\\', 'secret')"_s)->cancel();
    connection.execute(u"INSERT INTO t VALUES ('plain')"_s)->cancel();
    QTRY_COMPARE(recorder->operations.size(), 2);
    QCOMPARE(recorder->operations.at(0).sanitizedStatement(), u"INSERT"_s);
    QCOMPARE(recorder->operations.at(1).sanitizedStatement(), u"INSERT INTO t VALUES (?)"_s);
}

QTEST_GUILESS_MAIN(tst_Observer)

#include "tst_observer.moc"
