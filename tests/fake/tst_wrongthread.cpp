// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"
#include "poolfixture.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/QueryModel>
#include <AsyncMySql/Transaction>

#include <QtCore/qeventloop.h>
#include <QtCore/qregularexpression.h>
#include <QtCore/qsemaphore.h>
#include <QtCore/qthread.h>
#include <QtTest/qtest.h>

#include <functional>
#include <memory>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Calls from a thread in which nothing of the connection lives: jobs fail there, and nothing else
/// happens.
class tst_WrongThread : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobsFailInTheCallersThread_data();
    void jobsFailInTheCallersThread();
    void transactionFailsInTheCallersThread();
    void preparedStatementFailsInTheCallersThread();
    void modelTellsTheError();
    void callsWithoutAJobDoNothing();
    void poolFailsInTheCallersThread();
};

namespace {

const QString Caller = u"caller"_s;

void ignoreWarnings(int count)
{
    for (int i = 0; i < count; ++i) {
        QTest::ignoreMessage(
            QtWarningMsg, QRegularExpression(u"lives in one thread .*and was used in another "
                                             "\\(\"caller\"\\)"_s));
    }
}

/// Runs \a function in a thread of its own, while the event loop of this one goes on.
void runElsewhere(const std::function<void()> &function)
{
    const std::unique_ptr<QThread> thread(QThread::create(function));
    thread->setObjectName(Caller);
    QEventLoop loop;
    QObject::connect(thread.get(), &QThread::finished, &loop, &QEventLoop::quit);
    thread->start();
    loop.exec();
    thread->wait();
}

/// In the thread that calls: waits for the end of \a job, which must live there.
OutcomePointer endOf(Job *job)
{
    const OutcomePointer outcome = watch(job);
    if (job->thread() != QThread::currentThread() || job->parent())
        return outcome;
    QEventLoop loop;
    QObject::connect(job, &QObject::destroyed, &loop, &QEventLoop::quit);
    loop.exec();
    return outcome;
}

#define VERIFY_REFUSED(outcome) \
    do { \
        QCOMPARE((outcome)->finished, 1); \
        QCOMPARE((outcome)->errors, 1); \
        QCOMPARE((outcome)->error.code(), Error::WrongThread); \
        QCOMPARE((outcome)->error.execution(), Error::Execution::NotSent); \
        QVERIFY2((outcome)->error.message().contains(u"\"caller\""_s), \
                 qPrintable((outcome)->error.message())); \
        QVERIFY2((outcome)->error.message().contains(u"main"_s), \
                 qPrintable((outcome)->error.message())); \
    } while (false)

} // namespace

void tst_WrongThread::jobsFailInTheCallersThread_data()
{
    using Call = std::function<Job *(Connection *, Transaction *, PreparedStatement *)>;
    QTest::addColumn<Call>("call");
    const auto add = [](const char *name, const Call &call) { QTest::newRow(name) << call; };
    add("execute", [](Connection *c, Transaction *, PreparedStatement *) {
        return c->execute(u"INSERT wrong"_s);
    });
    add("execute, parameters", [](Connection *c, Transaction *, PreparedStatement *) {
        return c->execute(u"INSERT wrong ?"_s, {1});
    });
    add("execute, names", [](Connection *c, Transaction *, PreparedStatement *) {
        return c->execute(u"INSERT wrong :n"_s, QVariantMap({{u"n"_s, 1}}));
    });
    add("executeBatch", [](Connection *c, Transaction *, PreparedStatement *) {
        return c->executeBatch(u"INSERT wrong ?"_s, {{1}});
    });
    add("ping", [](Connection *c, Transaction *, PreparedStatement *) { return c->ping(); });
    add("selectDatabase", [](Connection *c, Transaction *, PreparedStatement *) {
        return c->selectDatabase(u"shop"_s);
    });
    add("setSessionVariable", [](Connection *c, Transaction *, PreparedStatement *) {
        return c->setSessionVariable(u"a"_s, 1);
    });
    add("resetSession",
        [](Connection *c, Transaction *, PreparedStatement *) { return c->resetSession(); });
    add("close", [](Connection *c, Transaction *, PreparedStatement *) { return c->close(); });
    add("transaction, execute", [](Connection *, Transaction *t, PreparedStatement *) {
        return t->execute(u"INSERT wrong"_s);
    });
    add("transaction, executeBatch", [](Connection *, Transaction *t, PreparedStatement *) {
        return t->executeBatch(u"INSERT wrong ?"_s, {{1}});
    });
    add("savepoint",
        [](Connection *, Transaction *t, PreparedStatement *) { return t->savepoint(u"a"_s); });
    add("commit", [](Connection *, Transaction *t, PreparedStatement *) { return t->commit(); });
    add("rollback",
        [](Connection *, Transaction *t, PreparedStatement *) { return t->rollback(); });
    add("prepared, execute", [](Connection *, Transaction *, PreparedStatement *s) {
        return s->execute({1});
    });
    add("prepared, executeBatch", [](Connection *, Transaction *, PreparedStatement *s) {
        return s->executeBatch({{1}});
    });
}

void tst_WrongThread::jobsFailInTheCallersThread()
{
    using Call = std::function<Job *(Connection *, Transaction *, PreparedStatement *)>;
    QFETCH(const Call, call);
    FakeServer server;
    server.onCommand(0x16, [](FakeConnection &c) { c.error(1064, "42000", "No SQL"); });
    Connection connection(optionsFor(server));
    connection.setObjectName(u"shop"_s);
    PreparedStatement *statement = connection.prepare(u"SELECT ?"_s);
    Transaction *transaction = connection.beginTransaction();
    ignoreWarnings(1);
    OutcomePointer outcome;
    runElsewhere([&] { outcome = endOf(call(&connection, transaction, statement)); });
    VERIFY_REFUSED(outcome);
    // Nothing has happened to those that live here.
    QVERIFY(!transaction->isFinished());
    VERIFY_SUCCEEDS(watch(transaction->commit()));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT here"_s)));
    for (const QByteArray &sql : server.userQueries())
        QVERIFY2(!sql.contains("wrong"), sql);
}

void tst_WrongThread::transactionFailsInTheCallersThread()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    ignoreWarnings(2);
    QList<Error> errors;
    int bodies = 0;
    int finished = 0;
    OutcomePointer inside;
    OutcomePointer commit;
    runElsewhere([&] {
        for (const bool withBody : {false, true}) {
            Transaction *transaction
                = withBody ? connection.transact([&](Transaction *) { ++bodies; })
                           : connection.beginTransaction();
            QEventLoop loop;
            QObject::connect(transaction, &Transaction::errorOccurred, &loop,
                             [&](const Error &error) { errors.append(error); });
            QObject::connect(transaction, &Transaction::finished, &loop, [&] { ++finished; });
            QObject::connect(transaction, &QObject::destroyed, &loop, &QEventLoop::quit);
            inside = watch(transaction->execute(u"INSERT wrong"_s));
            commit = watch(transaction->commit());
            loop.exec();
        }
    });
    QCOMPARE(finished, 2);
    QCOMPARE(bodies, 0);
    QCOMPARE(errors.size(), 2);
    for (const Error &error : std::as_const(errors))
        QCOMPARE(error.code(), Error::WrongThread);
    QCOMPARE(inside->finished, 1);
    QVERIFY(inside->error.isError());
    QCOMPARE(inside->error.execution(), Error::Execution::NotSent);
    QCOMPARE(commit->finished, 1);
    QVERIFY(commit->error.isError());
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT here"_s)));
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT here"}));
}

void tst_WrongThread::preparedStatementFailsInTheCallersThread()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    ignoreWarnings(1);
    Error refused;
    OutcomePointer query;
    runElsewhere([&] {
        PreparedStatement *statement = connection.prepare(u"SELECT ?"_s);
        QEventLoop loop;
        QObject::connect(statement, &PreparedStatement::errorOccurred, &loop,
                         [&](const Error &error) {
                             refused = error;
                             loop.quit();
                         });
        loop.exec();
        query = endOf(statement->execute({1}));
        delete statement;
    });
    QCOMPARE(refused.code(), Error::WrongThread);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT here"_s)));
    QCOMPARE(server.count(0x16), 0);
}

void tst_WrongThread::modelTellsTheError()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    ignoreWarnings(1);
    Error told;
    runElsewhere([&] {
        QueryModel model;
        QEventLoop loop;
        QObject::connect(&model, &QueryModel::errorOccurred, &loop, [&](const Error &error) {
            told = error;
            loop.quit();
        });
        model.setExecutor(&connection);
        model.setSql(u"SELECT 1"_s);
        loop.exec();
    });
    QCOMPARE(told.code(), Error::WrongThread);
    QCOMPARE(server.connectionCount(), 0);
}

void tst_WrongThread::callsWithoutAJobDoNothing()
{
    FakeServer server;
    server.on("INSERT slow", FakeServer::stall);
    Connection connection(optionsFor(server));
    Query *query = connection.execute(u"INSERT slow"_s);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(server.countQuery("INSERT slow"), 1);
    ignoreWarnings(8);
    bool isCanceled = false;
    runElsewhere([&] {
        query->cancel();
        query->setQueueTimeout(std::chrono::milliseconds(1));
        query->setBufferLimit(1);
        (void)query->takeRows();
        isCanceled = query->future().isCanceled();
        connection.abort();
        connection.reconnectNow();
        connection.setOptions(ConnectionOptions());
    });
    QVERIFY(isCanceled);
    QCOMPARE(outcome->finished, 0);
    server.connection()->ok();
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(connection.options(), optionsFor(server));
}

void tst_WrongThread::poolFailsInTheCallersThread()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    QList<OutcomePointer> outcomes;
    ignoreWarnings(9);
    runElsewhere([&] {
        outcomes.append(endOf(pool.execute(u"INSERT wrong"_s)));
        outcomes.append(endOf(pool.acquire()));
        outcomes.append(endOf(pool.warmUp(2)));
        outcomes.append(endOf(pool.drain(1s)));
        outcomes.append(endOf(pool.close()));
        outcomes.append(endOf(lease->execute(u"INSERT wrong"_s)));
        pool.abort();
        pool.clear();
        pool.setMaximumConnections(1);
    });
    QCOMPARE(outcomes.size(), 6);
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        VERIFY_REFUSED(outcome);
    QCOMPARE(pool.maximumConnections(), 10);
    QVERIFY(lease->isValid());
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(server.countQuery("INSERT wrong"), 0);
}

QTEST_GUILESS_MAIN(tst_WrongThread)

#include "tst_wrongthread.moc"
