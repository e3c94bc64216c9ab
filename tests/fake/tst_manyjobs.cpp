// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// What is done to very many jobs costs each of them the same, and never holds up the event loop.

#include "eventloopmeter.h"
#include "processortime.h"
#include "transactionfixture.h"

#include <AsyncMySql/Connection>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Query>
#include <AsyncMySql/Transaction>

#include <QtCore/qbytearray.h>
#include <QtCore/qendian.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>
#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr quint8 Prepare = 0x16;
constexpr quint8 CloseStatement = 0x19;

double timeOf(const std::function<void()> &work)
{
    const double before = processorTime();
    work();
    return processorTime() - before;
}

/// A server that answers nothing but the login and \a sql.
class SilentServer : public TransactionServer
{
public:
    SilentServer()
    {
        on("SELECT slow", FakeServer::stall);
        onCommand(Prepare, FakeServer::stall);
    }
};

/// A server that prepares statements without parameters and columns.
class PreparingServer : public TransactionServer
{
public:
    PreparingServer()
    {
        onCommand(Prepare, [this](FakeConnection &c) {
            QByteArray answer(12, '\0');
            qToLittleEndian(++m_lastId, answer.data() + 1);
            c.send(answer);
            c.done();
        });
        onCommand(CloseStatement, [](FakeConnection &c) { c.done(); });
    }

private:
    quint32 m_lastId = 0;
};

/// A connection whose first job is being executed, and whose others wait.
class BusyConnection
{
public:
    explicit BusyConnection(int count, const ConnectionOptions &extra = {})
    {
        ConnectionOptions options = optionsFor(server);
        options.setPipelineDepth(1);
        options.setQueueTimeout(extra.queueTimeout());
        connection = std::make_unique<Connection>(options);
        connection->execute(u"SELECT slow"_s)->setQueueTimeout(0ms);
        if (!QTest::qWaitFor([this] { return server.countQuery("SELECT slow") == 1; }, 30'000))
            qFatal("The server was not reached");
        for (int i = 0; i < count; ++i) {
            Query *query = connection->execute(u"SELECT 1"_s);
            QObject::connect(query, &Job::finished, query, [this] { ++finished; });
            jobs.push_back(query);
        }
    }

    SilentServer server;
    int finished = 0;
    std::unique_ptr<Connection> connection;
    std::vector<QPointer<Query>> jobs;
};

constexpr int Portions = 16;
/// Of growth(), between 1 and Portions: caches lose what many jobs take, and a machine is never
/// still. On a busy one it was 2.5 where nothing is searched, and from 4.6 on where something was.
constexpr double Linear = 3.5;
constexpr int Many = 24'000;

/// What \a work costs for many over what it costs for as many in portions: 1 if it is linear, 16 if
/// it is quadratic. Both sides do as much in turn, so that what else happens on a machine meets
/// both; it can only add to them, and so the least of some tries is what they cost.
double growth(const std::function<double(int count)> &work, int many = Many)
{
    double least = 1e9;
    double leastInPortions = 1e9;
    for (int attempt = 0; attempt < 2 || (attempt < 6 && least >= Linear * leastInPortions);
         ++attempt) {
        double inPortions = 0;
        for (int portion = 0; portion < Portions; ++portion)
            inPortions += work(many / Portions);
        leastInPortions = std::min(leastInPortions, inPortions);
        least = std::min(least, work(many));
    }
    return least / std::max(leastInPortions, 0.1);
}

} // namespace

class tst_ManyJobs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void deletingTheConnection();
    void deletingTheTransaction();
    void deletingLastFirst();
    void cancellingLastFirst();
    void endingAndGoing();
    void expiringOneByOne();
    void deletingStatements_data();
    void deletingStatements();
    void abortingLeavesTheEventLoopItsTurns_data();
    void abortingLeavesTheEventLoopItsTurns();
    void jobsQueuedAfterAbortComeLater();
};

void tst_ManyJobs::deletingTheConnection()
{
    const double factor = growth([](int count) {
        BusyConnection busy(count);
        const double time = timeOf([&] { busy.connection.reset(); });
        if (busy.finished != count)
            qFatal("Jobs did not end");
        return time;
    });
    QVERIFY2(factor < Linear, QByteArray::number(factor));
}

void tst_ManyJobs::deletingTheTransaction()
{
    const double factor = growth([](int count) {
        BusyConnection busy(0);
        Transaction *transaction = busy.connection->beginTransaction();
        for (int i = 0; i < count; ++i)
            transaction->execute(u"SELECT 1"_s);
        transaction->commit();
        return timeOf([&] { delete transaction; });
    });
    QVERIFY2(factor < Linear, QByteArray::number(factor));
}

void tst_ManyJobs::deletingLastFirst()
{
    const double factor = growth([](int count) {
        BusyConnection busy(count);
        // QObject looks for a child from the first one on.
        for (const QPointer<Query> &job : busy.jobs)
            job->setParent(nullptr);
        return timeOf([&] {
            for (auto job = busy.jobs.rbegin(); job != busy.jobs.rend(); ++job)
                delete *job;
        });
    });
    QVERIFY2(factor < Linear, QByteArray::number(factor));
}

void tst_ManyJobs::cancellingLastFirst()
{
    const double factor = growth([](int count) {
        BusyConnection busy(count);
        // Those that end in another order than that of their birth QObject has to look for.
        return timeOf([&] {
            for (auto job = busy.jobs.rbegin(); job != busy.jobs.rend(); ++job)
                (*job)->cancel();
        });
    });
    QVERIFY2(factor < Linear, QByteArray::number(factor));
}

void tst_ManyJobs::endingAndGoing()
{
    const double factor = growth([](int count) {
        BusyConnection busy(count);
        const QPointer<Query> last = busy.jobs.back();
        return timeOf([&] {
            busy.connection->abort();
            if (!QTest::qWaitFor([&] { return busy.finished == count && last.isNull(); }, 60'000))
                qFatal("Jobs did not end");
        });
    });
    QVERIFY2(factor < Linear, QByteArray::number(factor));
}

void tst_ManyJobs::expiringOneByOne()
{
    const double factor = growth([](int count) {
        BusyConnection busy(count);
        // Each has a deadline of its own.
        int position = 0;
        for (const QPointer<Query> &job : busy.jobs)
            job->setQueueTimeout(std::chrono::milliseconds(1 + position++ / 40));
        return timeOf([&] {
            if (!QTest::qWaitFor([&] { return busy.finished == count; }, 60'000))
                qFatal("Jobs did not end");
        });
    });
    QVERIFY2(factor < Linear, QByteArray::number(factor));
}

void tst_ManyJobs::deletingStatements_data()
{
    QTest::addColumn<QString>("order");
    QTest::addColumn<bool>("prepared");
    for (const char *order : {"first to last", "last to first", "with the connection"})
        QTest::addRow("%s", order) << QString::fromLatin1(order) << false;
    for (const char *order : {"first to last", "last to first"})
        QTest::addRow("%s, prepared", order) << QString::fromLatin1(order) << true;
}

/// Statements of the application are not given up for others, however many there are.
void tst_ManyJobs::deletingStatements()
{
    QFETCH(const QString, order);
    QFETCH(const bool, prepared);
    const double factor = growth(
        [&](int count) {
            PreparingServer server;
            if (!prepared)
                server.onCommand(Prepare, FakeServer::stall);
            auto connection = std::make_unique<Connection>(optionsFor(server));
            std::vector<PreparedStatement *> statements;
            QEventLoop loop;
            int answered = 0;
            for (int i = 0; i < count; ++i) {
                auto *statement = connection->prepare(u"SELECT %1"_s.arg(i));
                connect(statement, &PreparedStatement::prepared, this, [&] {
                    if (++answered == count)
                        loop.quit();
                });
                // QObject looks for a child from the first one on.
                if (order != u"with the connection")
                    statement->setParent(nullptr);
                statements.push_back(statement);
            }
            if (prepared) {
                QTimer::singleShot(60s, &loop, &QEventLoop::quit);
                loop.exec();
                if (answered < count)
                    qFatal("Statements were not prepared");
            }
            if (order == u"last to first")
                std::reverse(statements.begin(), statements.end());
            const double time = timeOf([&] {
                if (order == u"with the connection") {
                    connection.reset();
                    return;
                }
                for (PreparedStatement *statement : statements)
                    delete statement;
            });
            if (!connection || !prepared)
                return time;
            // What was given up is closed in front of the next command.
            const OutcomePointer next = watch(connection->execute(u"SELECT 1"_s));
            if (!QTest::qWaitFor([&] { return next->finished == 1; }, 60'000))
                qFatal("The next statement did not end");
            if (server.count(CloseStatement) == 0)
                qFatal("No statement was closed");
            return time;
        },
        10'000);
    QVERIFY2(factor < Linear, QByteArray::number(factor));
}

void tst_ManyJobs::abortingLeavesTheEventLoopItsTurns_data()
{
    QTest::addColumn<QString>("end");
    for (const char *end : {"abort", "permanent failure", "time-out", "transaction"})
        QTest::newRow(end) << QString::fromLatin1(end);
}

void tst_ManyJobs::abortingLeavesTheEventLoopItsTurns()
{
    QFETCH(const QString, end);
    constexpr int count = 60'000;
    ConnectionOptions options;
    int finished = 0;
    SilentServer server;
    std::unique_ptr<Connection> connection;
    if (end == u"permanent failure")
        server.script().error(1045, "28000", "Access denied");
    options = optionsFor(server);
    options.setPipelineDepth(1);
    connection = std::make_unique<Connection>(options);
    Executor *executor = connection.get();
    Transaction *transaction = nullptr;
    if (end != u"permanent failure") {
        connection->execute(u"SELECT slow"_s);
        QTRY_COMPARE(server.countQuery("SELECT slow"), 1);
    }
    if (end == u"transaction")
        executor = transaction = connection->beginTransaction();
    EventLoopMeter ends(0ms);
    EventLoopMeter deletions(0ms);
    int deleted = 0;
    for (int i = 0; i < count; ++i) {
        Query *query = executor->execute(u"INSERT 1"_s);
        connect(query, &Job::finished, &ends, [&] {
            ++finished;
            ends.count();
        });
        connect(query, &QObject::destroyed, &deletions, [&] {
            ++deleted;
            deletions.count();
        });
        if (end == u"time-out")
            query->setQueueTimeout(1s);
    }
    if (end == u"abort" || end == u"transaction")
        connection->abort();
    QTRY_COMPARE_WITH_TIMEOUT(finished, count, 120'000);
    QTRY_COMPARE_WITH_TIMEOUT(deleted, count, 120'000);
    // All at once was count; it is as many as can be ended in some milliseconds.
    QVERIFY2(ends.mostCounted() < count / 4, QByteArray::number(ends.mostCounted()));
    QVERIFY2(deletions.mostCounted() < count / 4, QByteArray::number(deletions.mostCounted()));
    QCOMPARE(connection->pendingJobs(), end == u"time-out" ? 1 : 0);
}

void tst_ManyJobs::jobsQueuedAfterAbortComeLater()
{
    BusyConnection busy(60'000);
    busy.connection->abort();
    QVERIFY(busy.finished < 60'000);
    int before = 0;
    Query *query = busy.connection->execute(u"INSERT next"_s);
    connect(query, &Job::finished, this, [&] { before = busy.finished; });
    const OutcomePointer outcome = watch(query);
    // One that is about to end can still be cancelled, which changes nothing, or deleted.
    busy.jobs[59'998]->cancel();
    delete busy.jobs[59'999];
    QTRY_COMPARE_WITH_TIMEOUT(outcome->finished, 1, 60'000);
    QVERIFY(outcome->succeeded());
    QCOMPARE(before, 59'999);
    QCOMPARE(busy.connection->pendingJobs(), 0);
}

QTEST_GUILESS_MAIN(tst_ManyJobs)

#include "tst_manyjobs.moc"
