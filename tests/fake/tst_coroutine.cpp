// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Coroutine>
#include <AsyncMySql/Transaction>

#include <QtTest/qtest.h>

#include <coroutine>
#include <memory>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;

namespace {

/// What a coroutine of the tests has come to.
struct Trace
{
    int resumed = 0;
    Error error;
    Result result;
    QStringList rows;
    /// Expires when the frame of the coroutine is destroyed.
    std::weak_ptr<int> frame;

    bool isFrameGone() const { return frame.expired(); }
};

std::shared_ptr<int> mark(Trace *trace)
{
    auto marker = std::make_shared<int>(0);
    trace->frame = marker;
    return marker;
}

Task<> awaitQuery(Query *query, Trace *trace)
{
    const auto marker = mark(trace);
    const auto [result, error] = co_await query;
    ++trace->resumed;
    trace->result = result;
    trace->error = error;
}

Task<> awaitJob(Job *job, Trace *trace)
{
    const auto marker = mark(trace);
    const Error error = co_await job;
    ++trace->resumed;
    trace->error = error;
}

Task<> awaitTransaction(Transaction *transaction, Trace *trace)
{
    const auto marker = mark(trace);
    trace->error = co_await transaction;
    ++trace->resumed;
}

Task<> readRows(Query *query, Trace *trace)
{
    const auto marker = mark(trace);
    RowStream rows(query);
    while (const auto row = co_await rows.next())
        trace->rows.append(row->text(0));
    ++trace->resumed;
    trace->error = rows.error();
}

Task<QString> firstText(Query *query)
{
    const auto [result, error] = co_await query;
    co_return error ? error.message() : result.first().text(0);
}

Task<> awaitTemporaryTask(Query *query, Trace *trace)
{
    const auto marker = mark(trace);
    trace->rows.append(co_await firstText(query));
    ++trace->resumed;
}

Task<> awaitNamedTask(const Task<QString> *task, Trace *trace)
{
    const auto marker = mark(trace);
    trace->rows.append(co_await *task);
    ++trace->resumed;
}

/// What another library may have: a coroutine that knows nothing of ours.
struct ForeignTask
{
    struct promise_type
    {
        ForeignTask get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
};

ForeignTask awaitAsForeigner(Connection *connection, Trace *trace)
{
    const auto marker = mark(trace);
    const auto [result, error] = co_await *connection->execute(u"SELECT 1"_s);
    trace->rows.append(result.first().text(0));
    trace->error = co_await *connection->ping();
    trace->rows.append(co_await firstText(connection->execute(u"SELECT 1"_s)));
    RowStream rows(connection->execute(u"SELECT 1"_s));
    while (const auto row = co_await rows.next())
        trace->rows.append(row->text(0));
    ++trace->resumed;
}

/// Something to be awaited that is not ours.
struct ForeignAwaitable
{
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> coroutine) { *handle = coroutine; }
    int await_resume() const { return 42; }

    std::coroutine_handle<> *handle;
};

Task<int> awaitForeigner(std::coroutine_handle<> *handle)
{
    co_return co_await ForeignAwaitable{handle};
}

/// The start of a result: more is to follow.
void answerFirst(FakeConnection &connection)
{
    connection.columns({"a"});
    connection.row({"a"});
}

void answerOne(FakeConnection &connection)
{
    connection.result({"a"}, {{"one"}});
}

} // namespace

class tst_Coroutine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        server = std::make_unique<FakeServer>();
        server->on("SELECT 1", answerOne);
        server->on("SELECT slow", FakeServer::stall);
        connection = std::make_unique<Connection>(optionsFor(*server));
        trace = {};
    }
    void cleanup()
    {
        connection.reset();
        // Resumptions that nobody expects.
        QCoreApplication::processEvents();
        QVERIFY(trace.resumed <= 1);
        QVERIFY(trace.isFrameGone());
    }

    void queriesGiveTheirResult();
    void queriesGiveTheirError();
    void otherJobsGiveTheirError();
    void batchesAreJobs();
    void transactionsGiveTheirError();
    void whatHasFinishedIsNotWaitedFor();
    void severalMayAwaitOneJob();
    void jobIsThereWhenTheCoroutineGoesOn();
    void jobThatIsDeletedResumesWithAnError();
    void connectionThatIsDestroyedResumesFromTheEventLoop();
    void transactionThatIsDeletedResumesWithAnError();
    void coroutineMayDestroyTheConnection();
    void destroyedCoroutineIsNeverResumed_data();
    void destroyedCoroutineIsNeverResumed();

    void streamsGiveRows();
    void streamsWaitForRows();
    void streamsGiveTheRowsBeforeAnError();
    void streamsEndWithTheirConnection();
    void streamsEndWithTheirQuery();
    void destroyedStreamStopsItsQuery();

    void tasksGiveValues();
    void tasksGoOnAlone();
    void awaitedTemporaryEndsWithTheOneThatAwaits();
    void awaitedVariableGoesOn();
    void livesTogetherWithOtherLibraries();

private:
    FakeConnection *waitForQuery(const QByteArray &sql)
    {
        FakeConnection *running = nullptr;
        [&] { QTRY_VERIFY(running = runningConnection(sql)); }();
        return running;
    }
    FakeConnection *runningConnection(const QByteArray &sql)
    {
        FakeConnection *last = server->connection();
        return last && last->runningQuery() == sql ? last : nullptr;
    }

    std::unique_ptr<FakeServer> server;
    std::unique_ptr<Connection> connection;
    Trace trace;
};

void tst_Coroutine::queriesGiveTheirResult()
{
    const Task<> task = awaitQuery(connection->execute(u"SELECT 1"_s), &trace);
    QVERIFY(!task.isFinished());
    QTRY_COMPARE(trace.resumed, 1);
    QVERIFY(task.isFinished());
    QVERIFY(!trace.error);
    QCOMPARE(trace.result.first().text(0), u"one"_s);
}

void tst_Coroutine::queriesGiveTheirError()
{
    server->on("SELECT x", [](FakeConnection &c) { c.error(1054, "42S22", "Unknown column"); });
    awaitQuery(connection->execute(u"SELECT x"_s), &trace);
    QTRY_COMPARE(trace.resumed, 1);
    QCOMPARE(trace.error.serverErrorNumber(), 1054);
    QVERIFY(trace.result.isEmpty());
}

void tst_Coroutine::otherJobsGiveTheirError()
{
    server->onCommand(FakeServer::Ping, [](FakeConnection &c) { c.error(1053, "08S01", "no"); });
    awaitJob(connection->ping(), &trace);
    QTRY_COMPARE(trace.resumed, 1);
    QVERIFY(trace.error);
}

void tst_Coroutine::batchesAreJobs()
{
    Batch *batch = connection->executeBatch(u"INSERT INTO t VALUES (?)"_s, {});
    const auto await = [this](Batch *awaited) -> Task<> {
        trace.error = co_await awaited;
        ++trace.resumed;
    };
    await(batch);
    QTRY_COMPARE(trace.resumed, 1);
    QVERIFY2(!trace.error, qPrintable(trace.error.message()));
}

void tst_Coroutine::transactionsGiveTheirError()
{
    Transaction *committed = connection->beginTransaction();
    committed->commit();
    awaitTransaction(committed, &trace);
    QTRY_COMPARE(trace.resumed, 1);
    QVERIFY2(!trace.error, qPrintable(trace.error.message()));

    server->on("COMMIT", [](FakeConnection &c) { c.error(1180, "HY000", "disk full"); });
    Transaction *failing = connection->beginTransaction();
    failing->commit();
    trace = {};
    awaitTransaction(failing, &trace);
    QTRY_COMPARE(trace.resumed, 1);
    QVERIFY(trace.error);
}

void tst_Coroutine::whatHasFinishedIsNotWaitedFor()
{
    const std::unique_ptr<Query> query(connection->execute(u"SELECT 1"_s));
    query->setAutoDelete(false);
    VERIFY_SUCCEEDS(watch(query.get()));
    const Task<> task = awaitQuery(query.get(), &trace);
    QVERIFY(task.isFinished());
    QCOMPARE(trace.result.first().text(0), u"one"_s);
}

void tst_Coroutine::severalMayAwaitOneJob()
{
    Query *query = connection->execute(u"SELECT 1"_s);
    Trace other;
    awaitQuery(query, &trace);
    awaitJob(query, &other);
    QTRY_COMPARE(trace.resumed, 1);
    QTRY_COMPARE(other.resumed, 1);
}

// Jobs that end together are deleted together; each must wait for its coroutine.
void tst_Coroutine::jobIsThereWhenTheCoroutineGoesOn()
{
    ConnectionOptions options = optionsFor(*server);
    options.setPipelineDepth(8);
    connection->setOptions(options);
    QList<QPointer<Query>> queries;
    QList<qsizetype> results;
    const auto run = [&](Query *query) -> Task<> {
        const QPointer<Query> guard(query);
        co_await query;
        results.append(guard ? guard->results().size() : -1);
    };
    for (int i = 0; i < 5; ++i) {
        queries.append(connection->execute(u"SELECT 1"_s));
        run(queries.constLast());
    }
    QTRY_COMPARE(results, QList<qsizetype>({1, 1, 1, 1, 1}));
    // And no longer.
    for (const QPointer<Query> &query : std::as_const(queries))
        QTRY_VERIFY(!query);
}

void tst_Coroutine::jobThatIsDeletedResumesWithAnError()
{
    Query *query = connection->execute(u"SELECT slow"_s);
    awaitQuery(query, &trace);
    QVERIFY(waitForQuery("SELECT slow"));
    delete query;
    QCOMPARE(trace.resumed, 0);
    QTRY_COMPARE(trace.resumed, 1);
    QCOMPARE(trace.error.code(), Error::ConnectionClosed);
    QCOMPARE(trace.error.execution(), Error::Execution::Unknown);
}

void tst_Coroutine::connectionThatIsDestroyedResumesFromTheEventLoop()
{
    Trace waiting;
    awaitQuery(connection->execute(u"SELECT slow"_s), &trace);
    awaitJob(connection->ping(), &waiting);
    QVERIFY(waitForQuery("SELECT slow"));
    connection.reset();
    QCOMPARE(trace.resumed, 0);
    QTRY_COMPARE(trace.resumed, 1);
    QTRY_COMPARE(waiting.resumed, 1);
    QCOMPARE(trace.error.code(), Error::ConnectionClosed);
    QCOMPARE(waiting.error.code(), Error::ConnectionClosed);
    QCOMPARE(waiting.error.execution(), Error::Execution::NotSent);
}

void tst_Coroutine::transactionThatIsDeletedResumesWithAnError()
{
    Transaction *transaction = connection->beginTransaction();
    awaitTransaction(transaction, &trace);
    delete transaction;
    QTRY_COMPARE(trace.resumed, 1);
    QVERIFY(trace.error);
}

void tst_Coroutine::coroutineMayDestroyTheConnection()
{
    const auto run = [this]() -> Task<> {
        const auto [result, error] = co_await connection->execute(u"SELECT 1"_s);
        trace.result = result;
        connection.reset();
        ++trace.resumed;
    };
    run();
    QTRY_COMPARE(trace.resumed, 1);
    QCOMPARE(trace.result.first().text(0), u"one"_s);
}

void tst_Coroutine::destroyedCoroutineIsNeverResumed_data()
{
    QTest::addColumn<bool>("whenTheJobHasFinished");

    QTest::newRow("before the job ends") << false;
    QTest::newRow("between the job's end and the resumption") << true;
}

void tst_Coroutine::destroyedCoroutineIsNeverResumed()
{
    QFETCH(const bool, whenTheJobHasFinished);
    Query *query = connection->execute(u"SELECT 1"_s);
    const OutcomePointer outcome = watch(query);
    Task<> task = awaitQuery(query, &trace);
    if (whenTheJobHasFinished)
        connect(query, &Job::finished, this, [&] { task.cancel(); });
    else
        task.cancel();
    VERIFY_SUCCEEDS(outcome);
    QVERIFY(task.isFinished());
    QVERIFY(trace.isFrameGone());
    QCoreApplication::processEvents();
    QCOMPARE(trace.resumed, 0);
}

void tst_Coroutine::streamsGiveRows()
{
    QList<FakeRow> rows;
    QStringList texts;
    for (int i = 0; i < 1000; ++i) {
        rows.append({QByteArray::number(i)});
        texts.append(QString::number(i));
    }
    server->on("SELECT many", [rows](FakeConnection &c) { c.result({"a"}, rows); });
    readRows(connection->execute(u"SELECT many"_s), &trace);
    QTRY_COMPARE(trace.resumed, 1);
    QVERIFY(!trace.error);
    QCOMPARE(trace.rows, texts);
    VERIFY_SUCCEEDS(watch(connection->execute(u"SELECT 1"_s)));
}

void tst_Coroutine::streamsWaitForRows()
{
    server->on("SELECT two", answerFirst);
    readRows(connection->execute(u"SELECT two"_s), &trace);
    QTRY_COMPARE(trace.rows, QStringList({u"a"_s}));
    QCOMPARE(trace.resumed, 0);
    server->connection()->row({"b"});
    QTRY_COMPARE(trace.rows, QStringList({u"a"_s, u"b"_s}));
    server->connection()->endOfRows();
    server->connection()->done();
    QTRY_COMPARE(trace.resumed, 1);
    QVERIFY2(!trace.error, qPrintable(trace.error.message()));
}

void tst_Coroutine::streamsGiveTheRowsBeforeAnError()
{
    server->on("SELECT half", [](FakeConnection &c) {
        answerFirst(c);
        c.error(1317, "70100", "Query execution was interrupted");
    });
    readRows(connection->execute(u"SELECT half"_s), &trace);
    QTRY_COMPARE(trace.resumed, 1);
    QCOMPARE(trace.rows, QStringList({u"a"_s}));
    QCOMPARE(trace.error.serverErrorNumber(), 1317);
}

void tst_Coroutine::streamsEndWithTheirConnection()
{
    server->on("SELECT half", answerFirst);
    readRows(connection->execute(u"SELECT half"_s), &trace);
    QTRY_COMPARE(trace.rows.size(), 1);
    connection.reset();
    QCOMPARE(trace.resumed, 0);
    QTRY_COMPARE(trace.resumed, 1);
    QCOMPARE(trace.error.code(), Error::ConnectionClosed);
}

void tst_Coroutine::streamsEndWithTheirQuery()
{
    Query *query = connection->execute(u"SELECT slow"_s);
    readRows(query, &trace);
    QVERIFY(waitForQuery("SELECT slow"));
    delete query;
    QTRY_COMPARE(trace.resumed, 1);
    QCOMPARE(trace.error.code(), Error::ConnectionClosed);
}

void tst_Coroutine::destroyedStreamStopsItsQuery()
{
    server->on("SELECT half", answerFirst);
    Task<> task = readRows(connection->execute(u"SELECT half"_s), &trace);
    QTRY_COMPARE(trace.rows.size(), 1);
    task.cancel();
    QVERIFY(trace.isFrameGone());
    VERIFY_SUCCEEDS(watch(connection->execute(u"SELECT 1"_s)));
    QCOMPARE(server->countQuery("KILL QUERY 1"), 1);
}

void tst_Coroutine::tasksGiveValues()
{
    awaitTemporaryTask(connection->execute(u"SELECT 1"_s), &trace);
    QTRY_COMPARE(trace.resumed, 1);
    QCOMPARE(trace.rows, QStringList({u"one"_s}));
}

void tst_Coroutine::tasksGoOnAlone()
{
    {
        Task<> task = awaitQuery(connection->execute(u"SELECT 1"_s), &trace);
        const Task<> moved = std::move(task);
        QVERIFY(!moved.isFinished());
        QVERIFY(Task<>().isFinished());
    }
    QVERIFY(!trace.isFrameGone());
    QTRY_COMPARE(trace.resumed, 1);
    QVERIFY(trace.isFrameGone());
}

void tst_Coroutine::awaitedTemporaryEndsWithTheOneThatAwaits()
{
    Query *query = connection->execute(u"SELECT 1"_s);
    const OutcomePointer outcome = watch(query);
    Task<> task = awaitTemporaryTask(query, &trace);
    task.cancel();
    QVERIFY(trace.isFrameGone());
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(trace.resumed, 0);
}

void tst_Coroutine::awaitedVariableGoesOn()
{
    const Task<QString> inner = firstText(connection->execute(u"SELECT 1"_s));
    Task<> cancelled = awaitNamedTask(&inner, &trace);
    cancelled.cancel();
    QVERIFY(!inner.isFinished());
    QTRY_VERIFY(inner.isFinished());
    QCOMPARE(trace.resumed, 0);
    awaitNamedTask(&inner, &trace);
    QCOMPARE(trace.rows, QStringList({u"one"_s}));
}

void tst_Coroutine::livesTogetherWithOtherLibraries()
{
    awaitAsForeigner(connection.get(), &trace);
    QTRY_COMPARE(trace.resumed, 1);
    QCOMPARE(trace.rows, QStringList({u"one"_s, u"one"_s, u"one"_s}));
    QVERIFY(!trace.error);

    std::coroutine_handle<> handle;
    const Task<int> task = awaitForeigner(&handle);
    QVERIFY(!task.isFinished());
    handle.resume();
    QVERIFY(task.isFinished());
}

QTEST_GUILESS_MAIN(tst_Coroutine)

#include "tst_coroutine.moc"
