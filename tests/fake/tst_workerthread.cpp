// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtTest/qtest.h>

#include <QtCore/qthread.h>

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;

/// Runs functions in the thread it lives in. What passes from thread to thread passes under a mutex
/// of the test's own: the thread sanitizer does not see those inside of Qt, which is not
/// instrumented.
class Mailbox : public QObject
{
    Q_OBJECT

public:
    void post(std::function<void()> function)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_functions.push_back(std::move(function));
        }
        QMetaObject::invokeMethod(this, "deliver", Qt::QueuedConnection);
    }
    /// What the other thread has done before its last call of this is visible after the own call.
    void synchronize() { const std::lock_guard lock(m_mutex); }

    Q_INVOKABLE void deliver()
    {
        std::function<void()> function;
        {
            const std::lock_guard lock(m_mutex);
            function = std::move(m_functions.front());
            m_functions.pop_front();
        }
        function();
    }

private:
    std::mutex m_mutex;
    std::deque<std::function<void()>> m_functions;
};

/// A thread with an event loop, which goes on until stop().
class Worker
{
public:
    Worker()
    {
        m_mailbox.moveToThread(&m_thread);
        m_thread.start();
    }
    ~Worker() { stop(); }

    void post(std::function<void()> function) { m_mailbox.post(std::move(function)); }
    /// In the worker: \a connection goes with the thread.
    void adopt(Connection *connection)
    {
        QObject::connect(&m_thread, &QThread::finished, connection, &QObject::deleteLater);
        QObject::connect(connection, &QObject::destroyed, &m_mailbox,
                         [this] { m_mailbox.synchronize(); });
    }
    QThread *thread() { return &m_thread; }
    void stop()
    {
        m_thread.quit();
        m_thread.wait();
        m_mailbox.synchronize();
    }

private:
    QThread m_thread;
    Mailbox m_mailbox;
};

class tst_WorkerThread : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connectionLivesInItsOwnThread();
    void resultsCrossThreads();
    void connectionsInSeveralThreadsAtOnce();
    void threadEndsWithJobsUnderWay();
    void signalsAreConnectedFromAnotherThread();
    void openConnectionMovesToAnotherThread_data();
    void openConnectionMovesToAnotherThread();
};

void tst_WorkerThread::connectionLivesInItsOwnThread()
{
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) { c.result({"a"}, {FakeRow{"1"}}); });
    const ConnectionOptions options = optionsFor(server);
    std::atomic_bool isDone = false;
    bool isInWorker = false;
    QList<QStringList> rows;
    Worker worker;
    worker.post([&] {
        auto *connection = new Connection(options);
        worker.adopt(connection);
        Query *query = connection->execute(u"SELECT 1"_s);
        const OutcomePointer outcome = watch(query);
        QObject::connect(query, &Job::finished, connection, [&, outcome] {
            isInWorker = QThread::currentThread() == worker.thread();
            rows = outcome->rows();
            isDone = true;
        });
    });
    QTRY_VERIFY(isDone);
    worker.stop();
    QVERIFY(isInWorker);
    QCOMPARE(rows, QList<QStringList>({{u"1"_s}}));
}

// The rows stay in the bytes that the worker received, and are decoded here.
void tst_WorkerThread::resultsCrossThreads()
{
    FakeServer server;
    QList<FakeRow> rows;
    for (int i = 0; i < 500; ++i)
        rows.append(FakeRow{QByteArray::number(i), QByteArray(100, 'x')});
    server.on("SELECT 1", [&](FakeConnection &c) { c.result({"a", "b"}, rows); });
    const ConnectionOptions options = optionsFor(server);
    QList<Result> received;
    Worker worker;
    Mailbox mailbox;
    worker.post([&] {
        auto *connection = new Connection(options);
        worker.adopt(connection);
        for (int i = 0; i < 20; ++i) {
            Query *query = connection->execute(u"SELECT 1"_s);
            QObject::connect(query, &Job::finished, connection, [&, query] {
                mailbox.post([&received, result = query->result()] { received.append(result); });
            });
        }
    });
    QTRY_COMPARE(received.size(), 20);
    for (const Result &result : std::as_const(received)) {
        QCOMPARE(result.rowCount(), 500);
        for (qsizetype i = 0; i < result.rowCount(); i += 50)
            QCOMPARE(result.row(i).text(0), QString::number(i));
    }
    worker.stop();
}

void tst_WorkerThread::connectionsInSeveralThreadsAtOnce()
{
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) { c.result({"a"}, {FakeRow{"1"}}); });
    const ConnectionOptions options = optionsFor(server);
    constexpr int threads = 4;
    constexpr int jobs = 50;
    std::atomic_int good = 0;
    std::vector<std::unique_ptr<Worker>> workers;
    for (int i = 0; i < threads; ++i) {
        workers.push_back(std::make_unique<Worker>());
        Worker *worker = workers.back().get();
        worker->post([&good, &options, worker] {
            auto *connection = new Connection(options);
            worker->adopt(connection);
            for (int job = 0; job < jobs; ++job) {
                const OutcomePointer outcome = watch(connection->execute(u"SELECT 1"_s));
                Query *last = connection->execute(u"DO 1"_s);
                QObject::connect(last, &Job::finished, connection, [&good, outcome] {
                    if (outcome->succeeded() && outcome->rows() == QList<QStringList>({{u"1"_s}}))
                        ++good;
                });
            }
        });
    }
    QTRY_COMPARE_WITH_TIMEOUT(good.load(), threads * jobs, 30'000);
    workers.clear();
    QTRY_COMPARE(server.openConnections(), 0);
    QCOMPARE(server.connectionCount(), threads);
}

void tst_WorkerThread::threadEndsWithJobsUnderWay()
{
    SlowServer server;
    const ConnectionOptions options = optionsFor(server);
    OutcomePointer running;
    OutcomePointer waiting;
    Worker worker;
    worker.post([&] {
        auto *connection = new Connection(options);
        worker.adopt(connection);
        running = watch(connection->execute(u"SELECT slow"_s));
        waiting = watch(connection->execute(u"SELECT 2"_s));
    });
    QTRY_COMPARE(server.countQuery("SELECT slow"), 1);
    worker.stop();
    QCOMPARE(running->finished, 1);
    QVERIFY(running->failed(Error::ConnectionClosed));
    QCOMPARE(waiting->finished, 1);
    QVERIFY(waiting->failed(Error::ConnectionClosed));
    QTRY_COMPARE(server.openConnections(), 0);
}

void tst_WorkerThread::signalsAreConnectedFromAnotherThread()
{
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) { c.result({"a"}, {FakeRow{"1"}}); });
    const ConnectionOptions options = optionsFor(server);
    Worker worker;
    std::atomic<Connection *> made = nullptr;
    std::atomic<int> finished = 0;
    constexpr int jobs = 200;
    worker.post([&] {
        auto *connection = new Connection(options);
        worker.adopt(connection);
        for (int i = 0; i < jobs; ++i) {
            Query *query = connection->execute(u"SELECT 1"_s);
            QObject::connect(query, &Query::finished, query, [&finished] { ++finished; });
        }
        made = connection;
    });
    QTRY_VERIFY(made.load());
    int changes = 0;
    int left = -1;
    for (int i = 0; i < 20; ++i) {
        connect(made.load(), &Connection::pendingJobsChanged, this, [&](int pendingJobs) {
            ++changes;
            left = pendingJobs;
        });
        QCoreApplication::processEvents();
    }
    QTRY_COMPARE(finished.load(), jobs);
    worker.post([&] {
        Query *query = made.load()->execute(u"SELECT 1"_s);
        QObject::connect(query, &Query::finished, query, [&finished] { ++finished; });
    });
    QTRY_COMPARE(finished.load(), jobs + 1);
    QTRY_COMPARE(left, 0);
    QVERIFY(changes > 0);
    worker.stop();
}

void tst_WorkerThread::openConnectionMovesToAnotherThread_data()
{
    QTest::addColumn<ConnectionOptions::TlsMode>("tlsMode");
    QTest::newRow("plain socket") << ConnectionOptions::TlsMode::Disabled;
    QTest::newRow("socket that can start TLS") << ConnectionOptions::TlsMode::Preferred;
}

// All of the session goes with it: it reports in the other thread what has arrived.
void tst_WorkerThread::openConnectionMovesToAnotherThread()
{
    QFETCH(const ConnectionOptions::TlsMode, tlsMode);
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) { c.result({"a"}, {FakeRow{"1"}}); });
    ConnectionOptions options = optionsFor(server);
    options.setTlsMode(tlsMode);
    auto *connection = new Connection(options);
    VERIFY_SUCCEEDS(watch(connection->execute(u"SELECT 1"_s)));
    QTRY_COMPARE(connection->pendingJobs(), 0);

    Worker worker;
    connection->moveToThread(worker.thread());
    std::atomic_bool isDone = false;
    std::atomic_bool isClosed = false;
    bool isInWorker = false;
    OutcomePointer outcome;
    worker.post([&] {
        worker.adopt(connection);
        Query *query = connection->execute(u"SELECT 1"_s);
        outcome = watch(query);
        QObject::connect(query, &Job::finished, connection, [&] {
            isInWorker = QThread::currentThread() == worker.thread();
            isDone = true;
        });
        QObject::connect(connection, &Connection::stateChanged, connection,
                         [&](Connection::State state) {
                             if (state == Connection::State::Unconnected)
                                 isClosed = true;
                         });
    });
    QTRY_VERIFY(isDone);
    QCOMPARE(server.connectionCount(), 1);
    server.connection(1)->cut();
    QTRY_VERIFY(isClosed);
    worker.stop();
    QVERIFY(isInWorker);
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(outcome->rows(), QList<QStringList>({{u"1"_s}}));
}

QTEST_GUILESS_MAIN(tst_WorkerThread)

#include "tst_workerthread.moc"
