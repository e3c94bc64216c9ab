// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <QtCore/qeventloop.h>
#include <QtCore/qpointer.h>
#include <QtCore/qtimer.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_JobContract : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsSignalledFromInsideExecute();
    void nothingIsSignalledFromInsideCancel();
    void jobsFinishInTheOrderOfTheQueue();
    void failedJobDoesNotDisturbTheOthers();
    void invalidParametersFailTheJobOnly();
    void finishedJobDeletesItself();
    void jobStaysUntilControlIsBackInTheEventLoop();
    void jobOutlastsTheSlotsThatItQueued();
    void jobWithoutAutoDeleteStays();
    void resultOutlivesJobAndConnection();
    void executeInSlotOfFinished();
    void slotMayRunAnEventLoopOfItsOwn();
    void futureTakesTheResult();
    void deletedWaitingJobIsNeverSent();
    void deletedRunningJobLeavesLaterRepliesAlone();
    void jobCanBeDeletedInItsOwnSlots_data();
    void jobCanBeDeletedInItsOwnSlots();
    void connectionCanBeDeletedInSlotsOfJobs_data();
    void connectionCanBeDeletedInSlotsOfJobs();
    void connectionCanBeDeletedInItsOwnSlots_data();
    void connectionCanBeDeletedInItsOwnSlots();
    void destroyedConnectionEndsItsJobsOnce();
    void connectionCanBeDeletedWhileItIsBeingDestroyed();
    void jobThatSawItsConnectionDieStillFinishes_data();
    void jobThatSawItsConnectionDieStillFinishes();
    void jobsMadeByADyingConnectionEnd();
};

void tst_JobContract::nothingIsSignalledFromInsideExecute()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    // Fails before anything is sent, on a connection that is ready.
    Query *query = connection.execute(u"SELECT ?"_s, QVariantList({1, 2}));
    const OutcomePointer outcome = watch(query);
    QCOMPARE(query->state(), Job::State::Waiting);
    QVERIFY(!query->error().isError());
    VERIFY_FAILS(outcome, InvalidParameter, NotSent);
}

void tst_JobContract::nothingIsSignalledFromInsideCancel()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    Query *query = connection.execute(u"SELECT 1"_s);
    const OutcomePointer outcome = watch(query);
    query->cancel();
    QCOMPARE(outcome->finished, 0);
    QCOMPARE(outcome->errors, 0);
    VERIFY_FAILS(outcome, Cancelled, NotSent);
    QCOMPARE(server.connectionCount(), 0);
}

void tst_JobContract::jobsFinishInTheOrderOfTheQueue()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    QStringList order;
    QList<OutcomePointer> outcomes;
    QStringList expected;
    for (int i = 0; i < 40; ++i) {
        const QString name = QString::number(i);
        const QString sql = u"SELECT "_s + name;
        server.on(sql.toLatin1(),
                  [name](FakeConnection &c) { c.result({"a"}, {FakeRow{name.toLatin1()}}); });
        outcomes.append(watch(connection.execute(sql), &order, name));
        expected.append(name);
    }
    QTRY_COMPARE(order.size(), expected.size());
    QCOMPARE(order, expected);
    for (int i = 0; i < outcomes.size(); ++i) {
        VERIFY_SUCCEEDS(outcomes.at(i));
        QCOMPARE(outcomes.at(i)->rows(), QList<QStringList>({{QString::number(i)}}));
    }
}

void tst_JobContract::failedJobDoesNotDisturbTheOthers()
{
    FakeServer server;
    server.on("SELEC 1", [](FakeConnection &c) {
        c.error(1064, "42000", "You have an error in your SQL syntax");
    });
    Connection connection(optionsFor(server));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    const OutcomePointer failing = watch(connection.execute(u"SELEC 1"_s));
    const OutcomePointer next = watch(connection.execute(u"SELECT 2"_s));
    VERIFY_FAILS(failing, ServerError, Rejected);
    QCOMPARE(failing->error.serverErrorNumber(), 1064);
    QCOMPARE(failing->error.sqlState(), u"42000"_s);
    QCOMPARE(failing->error.statement(), u"SELEC 1"_s);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(errors.size(), 0);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_JobContract::invalidParametersFailTheJobOnly()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    const OutcomePointer missing = watch(connection.execute(u"INSERT ?, ?"_s, QVariantList{1}));
    const OutcomePointer tooMany = watch(connection.execute(u"INSERT 1"_s, QVariantList{1}));
    const OutcomePointer infinite
        = watch(connection.execute(u"INSERT ?"_s, {std::numeric_limits<double>::infinity()}));
    const OutcomePointer unknown
        = watch(connection.execute(u"INSERT :name"_s, QVariantMap({{u"other"_s, 1}})));
    const OutcomePointer good = watch(connection.execute(u"INSERT ?"_s, QVariantList{7}));
    VERIFY_FAILS(missing, InvalidParameter, NotSent);
    VERIFY_FAILS(tooMany, InvalidParameter, NotSent);
    VERIFY_FAILS(infinite, InvalidParameter, NotSent);
    VERIFY_FAILS(unknown, InvalidParameter, NotSent);
    VERIFY_SUCCEEDS(good);
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT 7"}));
}

void tst_JobContract::finishedJobDeletesItself()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    QPointer<Query> query = connection.execute(u"SELECT 1"_s);
    QVERIFY(query->autoDelete());
    QCOMPARE(query->parent(), &connection);
    VERIFY_SUCCEEDS(watch(query));
    QTRY_VERIFY(query.isNull());
}

/// As with deleteLater(): whoever waited in an event loop for the job may look at it afterwards,
/// however many event loops run meanwhile, deeper ones.
void tst_JobContract::jobStaysUntilControlIsBackInTheEventLoop()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    QPointer<Query> first;
    bool stayed = false;
    QEventLoop loop;
    const auto waitFor = [](Query *query) {
        QEventLoop inner;
        connect(query, &Job::finished, &inner, &QEventLoop::quit);
        inner.exec();
    };
    // In the event loop, so that the jobs end in one that is deeper.
    QMetaObject::invokeMethod(
        &loop,
        [&] {
            first = connection.execute(u"SELECT 1"_s);
            QEventLoop outer;
            connect(first, &Job::finished, &outer, [&] {
                for (int i = 0; i < 3; ++i)
                    waitFor(connection.execute(u"SELECT 2"_s));
                QVERIFY(!QTest::qWaitFor([&] { return first.isNull(); }, 50));
                outer.quit();
            });
            outer.exec();
            stayed = first;
            loop.quit();
        },
        Qt::QueuedConnection);
    loop.exec();
    QVERIFY(stayed);
    QTRY_VERIFY(first.isNull());
}

void tst_JobContract::jobOutlastsTheSlotsThatItQueued()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    // Their answers come together, and are told in deliveries that follow each other.
    options.setPipelineDepth(8);
    Connection connection(options);
    int alive = 0;
    int told = 0;
    QEventLoop all;
    constexpr int count = 20;
    for (int i = 0; i < count; ++i) {
        QPointer<Query> query = connection.execute(u"SELECT %1"_s.arg(i));
        connect(
            query, &Job::finished, this,
            [&, query] {
                // It stays even while its slot lets events be handled. (QTest::qWait() would not
                // do: it deletes what the events of its own level have left to deleteLater().)
                QEventLoop loop;
                QTimer::singleShot(1, &loop, &QEventLoop::quit);
                loop.exec();
                alive += query ? 1 : 0;
                if (++told == count)
                    all.quit();
            },
            Qt::QueuedConnection);
    }
    QSignalSpy pendingJobs(&connection, &Connection::pendingJobsChanged);
    connection.close();
    // In an event loop, as in an application: without one, Qt 6.8 deletes in those of the slots.
    QTimer::singleShot(30s, &all, &QEventLoop::quit);
    all.exec();
    QCOMPARE(alive, count);
    QTRY_COMPARE(pendingJobs.value(pendingJobs.size() - 1).value(0).toInt(), 0);
}

void tst_JobContract::jobWithoutAutoDeleteStays()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    QPointer<Query> query = connection.execute(u"SELECT 1"_s);
    QSignalSpy changed(query, &Job::autoDeleteChanged);
    query->setAutoDelete(false);
    QCOMPARE(changed.size(), 1);
    VERIFY_SUCCEEDS(watch(query));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
    QVERIFY(!query.isNull());
    QVERIFY(query->isFinished());
    delete query;
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 3"_s)));
}

void tst_JobContract::resultOutlivesJobAndConnection()
{
    OutcomePointer outcome;
    {
        FakeServer server;
        server.on("SELECT 1", [](FakeConnection &c) {
            c.result({"a", "b"}, {FakeRow{"x", std::nullopt}, FakeRow{QByteArray(300, 'y'), ""}});
        });
        Connection connection(optionsFor(server));
        outcome = watch(connection.execute(u"SELECT 1"_s));
        VERIFY_SUCCEEDS(outcome);
    }
    const Result result = outcome->results.constLast();
    QCOMPARE(result.columnNames(), QStringList({u"a"_s, u"b"_s}));
    QCOMPARE(outcome->rows(),
             QList<QStringList>({{u"x"_s, QString()}, {QString(300, u'y'), u""_s}}));
}

void tst_JobContract::executeInSlotOfFinished()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    OutcomePointer second;
    Query *first = connection.execute(u"SELECT 1"_s);
    connect(first, &Job::finished, this,
            [&] { second = watch(connection.execute(u"SELECT 2"_s)); });
    QTRY_VERIFY(second);
    VERIFY_SUCCEEDS(second);
    QCOMPARE(server.userQueries(), QByteArrayList({"SELECT 1", "SELECT 2"}));
}

void tst_JobContract::slotMayRunAnEventLoopOfItsOwn()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    OutcomePointer inner;
    bool ranBothInside = false;
    Query *first = connection.execute(u"SELECT 1"_s);
    const OutcomePointer waiting = watch(connection.execute(u"SELECT 2"_s));
    connect(first, &Job::finished, this, [&] {
        QEventLoop loop;
        Query *query = connection.execute(u"SELECT 3"_s);
        inner = watch(query);
        connect(query, &Job::finished, &loop, &QEventLoop::quit);
        loop.exec();
        ranBothInside = inner->succeeded() && waiting->succeeded();
    });
    QTRY_VERIFY(ranBothInside);
    QCOMPARE(server.userQueries(), QByteArrayList({"SELECT 1", "SELECT 2", "SELECT 3"}));
}

void tst_JobContract::futureTakesTheResult()
{
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) { c.result({"a"}, {FakeRow{"1"}}); });
    Connection connection(optionsFor(server));
    const QFuture<Result> future = connection.execute(u"SELECT 1"_s)->future();
    QVERIFY(!future.isFinished());
    QTRY_VERIFY(future.isFinished());
    QCOMPARE(future.resultCount(), 1);
    QCOMPARE(future.resultAt(0).rowCount(), 1);
}

void tst_JobContract::deletedWaitingJobIsNeverSent()
{
    SlowServer server;
    server.on("SELECT 3", [](FakeConnection &c) { c.result({"a"}, {FakeRow{"3"}}); });
    Connection connection(optionsFor(server));
    const OutcomePointer running = watch(connection.execute(u"SELECT slow"_s));
    Query *waiting = connection.execute(u"INSERT 2"_s);
    const OutcomePointer last = watch(connection.execute(u"SELECT 3"_s));
    QTRY_COMPARE(server.countQuery("SELECT slow"), 1);
    delete waiting;
    QCOMPARE(connection.pendingJobs(), 2);
    server.connection()->ok();
    VERIFY_SUCCEEDS(running);
    VERIFY_SUCCEEDS(last);
    QCOMPARE(last->rows(), QList<QStringList>({{u"3"_s}}));
    QCOMPARE(server.countQuery("INSERT 2"), 0);
}

void tst_JobContract::deletedRunningJobLeavesLaterRepliesAlone()
{
    SlowServer server;
    server.on("SELECT 2", [](FakeConnection &c) { c.result({"b"}, {FakeRow{"two"}}); });
    server.onKill([&](FakeConnection &killer, quint32 id) {
        // It was too late: the whole result comes, and nobody is there to take it.
        server.connection(int(id))->result({"a"}, {FakeRow{"one"}, FakeRow{"more"}});
        killer.ok();
    });
    Connection connection(optionsFor(server));
    Query *running = connection.execute(u"SELECT slow"_s);
    const OutcomePointer next = watch(connection.execute(u"SELECT 2"_s));
    QTRY_COMPARE(server.countQuery("SELECT slow"), 1);
    delete running;
    VERIFY_SUCCEEDS(next);
    QCOMPARE(next->rows(), QList<QStringList>({{u"two"_s}}));
    QCOMPARE(server.countQuery("KILL QUERY 1"), 1);
    QTRY_COMPARE(connection.pendingJobs(), 0);
}

void tst_JobContract::jobCanBeDeletedInItsOwnSlots_data()
{
    QTest::addColumn<QString>("slot");
    QTest::newRow("stateChanged to Running") << u"running"_s;
    QTest::newRow("stateChanged to Finished") << u"ended"_s;
    QTest::newRow("errorOccurred") << u"error"_s;
    QTest::newRow("finished") << u"finished"_s;
}

void tst_JobContract::jobCanBeDeletedInItsOwnSlots()
{
    QFETCH(const QString, slot);
    FakeServer server;
    server.on("SELEC 1", [](FakeConnection &c) { c.error(1064, "42000", "No"); });
    Connection connection(optionsFor(server));
    QPointer<Query> query = connection.execute(u"SELEC 1"_s);
    Query *job = query;
    if (slot == u"error")
        connect(job, &Job::errorOccurred, this, [job] { delete job; });
    else if (slot == u"finished")
        connect(job, &Job::finished, this, [job] { delete job; });
    else
        connect(job, &Job::stateChanged, this, [job, slot](Job::State state) {
            if ((state == Job::State::Running) == (slot == u"running"))
                delete job;
        });
    const OutcomePointer next = watch(connection.execute(u"SELECT 2"_s));
    VERIFY_SUCCEEDS(next);
    QVERIFY(query.isNull());
    QTRY_COMPARE(connection.pendingJobs(), 0);
}

void tst_JobContract::connectionCanBeDeletedInSlotsOfJobs_data()
{
    jobCanBeDeletedInItsOwnSlots_data();
}

void tst_JobContract::connectionCanBeDeletedInSlotsOfJobs()
{
    QFETCH(const QString, slot);
    FakeServer server;
    server.on("SELEC 1", [](FakeConnection &c) { c.error(1064, "42000", "No"); });
    QPointer<Connection> connection = new Connection(optionsFor(server));
    Query *job = connection->execute(u"SELEC 1"_s);
    const auto destroy = [connection] { delete connection; };
    if (slot == u"error")
        connect(job, &Job::errorOccurred, this, destroy);
    else if (slot == u"finished")
        connect(job, &Job::finished, this, destroy);
    else
        connect(job, &Job::stateChanged, this, [destroy, slot](Job::State state) {
            if ((state == Job::State::Running) == (slot == u"running"))
                destroy();
        });
    const OutcomePointer second = watch(connection->execute(u"INSERT 2"_s));
    const OutcomePointer third = watch(connection->execute(u"INSERT 3"_s));
    QTRY_VERIFY(connection.isNull());
    for (const OutcomePointer &outcome : {second, third}) {
        QCOMPARE(outcome->finished, 1);
        QVERIFY2(outcome->failed(Error::ConnectionClosed) || outcome->succeeded(),
                 describe(outcome).constData());
    }
    QTRY_COMPARE(server.openConnections(), 0);
}

void tst_JobContract::connectionCanBeDeletedInItsOwnSlots_data()
{
    QTest::addColumn<QString>("slot");
    for (const char *state : {"Connecting", "Authenticating", "Connected", "Closing", "Unconnected",
                              "WaitingToReconnect"})
        QTest::addRow("stateChanged to %s", state) << QString::fromLatin1(state);
    for (const char *slot : {"errorOccurred", "pendingJobsChanged", "nextReconnectChanged",
                             "idleDisconnectChanged", "serverChanged", "lastErrorChanged"})
        QTest::newRow(slot) << QString::fromLatin1(slot);
}

void tst_JobContract::connectionCanBeDeletedInItsOwnSlots()
{
    QFETCH(const QString, slot);
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setIdleTimeout(10ms);
    const bool needsFailure = slot == u"WaitingToReconnect" || slot == u"errorOccurred"
                              || slot == u"nextReconnectChanged" || slot == u"lastErrorChanged";
    if (needsFailure)
        server.script().error(1040, {}, "Too many connections").cut();
    QPointer<Connection> connection = new Connection(options);
    const auto destroy = [connection] { delete connection; };
    if (slot == u"errorOccurred")
        connect(connection, &Connection::errorOccurred, this, destroy);
    else if (slot == u"pendingJobsChanged")
        connect(connection, &Connection::pendingJobsChanged, this, [destroy](int pending) {
            if (pending == 0)
                destroy();
        });
    else if (slot == u"nextReconnectChanged")
        connect(connection, &Connection::nextReconnectChanged, this, destroy);
    else if (slot == u"idleDisconnectChanged")
        connect(connection, &Connection::idleDisconnectChanged, this, destroy);
    else if (slot == u"serverChanged")
        connect(connection, &Connection::serverChanged, this, destroy);
    else if (slot == u"lastErrorChanged")
        connect(connection, &Connection::lastErrorChanged, this, destroy);
    else
        connect(connection, &Connection::stateChanged, this,
                [destroy, slot](Connection::State state) {
                    if (QVariant::fromValue(state).toString() == slot)
                        destroy();
                });
    const OutcomePointer first = watch(connection->execute(u"SELECT 1"_s));
    const OutcomePointer second = watch(connection->execute(u"SELECT 2"_s));
    QTRY_VERIFY(connection.isNull());
    for (const OutcomePointer &outcome : {first, second}) {
        QCOMPARE(outcome->finished, 1);
        QVERIFY2(outcome->failed(Error::ConnectionClosed) || outcome->succeeded(),
                 describe(outcome).constData());
    }
    QTRY_COMPARE(server.openConnections(), 0);
}

void tst_JobContract::destroyedConnectionEndsItsJobsOnce()
{
    FakeServer server;
    server.on("INSERT 1", FakeServer::stall);
    auto connection = std::make_unique<Connection>(optionsFor(server));
    const OutcomePointer running = watch(connection->execute(u"INSERT 1"_s));
    const OutcomePointer waiting = watch(connection->execute(u"INSERT 2"_s));
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    connection.reset();
    VERIFY_FAILS(running, ConnectionClosed, Unknown);
    VERIFY_FAILS(waiting, ConnectionClosed, NotSent);
    QTRY_COMPARE(server.openConnections(), 0);
    QCOMPARE(running->finished, 1);
    QCOMPARE(server.countQuery("INSERT 2"), 0);
}

// The slot of a job that ends because its connection goes may not touch the connection's other jobs
// by accident: deleting one of them there is allowed.
void tst_JobContract::connectionCanBeDeletedWhileItIsBeingDestroyed()
{
    FakeServer server;
    auto connection = std::make_unique<Connection>(optionsFor(server));
    Query *first = connection->execute(u"INSERT 1"_s);
    QPointer<Query> second = connection->execute(u"INSERT 2"_s);
    const OutcomePointer third = watch(connection->execute(u"INSERT 3"_s));
    connect(first, &Job::finished, this, [second] { delete second; });
    connection.reset();
    QVERIFY(second.isNull());
    QCOMPARE(third->finished, 1);
    QVERIFY(third->failed(Error::ConnectionClosed));
}

void tst_JobContract::jobThatSawItsConnectionDieStillFinishes_data()
{
    QTest::addColumn<bool>("dieOnError");
    QTest::newRow("in stateChanged") << false;
    QTest::newRow("in errorOccurred") << true;
}

void tst_JobContract::jobThatSawItsConnectionDieStillFinishes()
{
    QFETCH(const bool, dieOnError);
    FakeServer server;
    server.on("SELEC 1", [](FakeConnection &c) { c.error(1064, "42000", "No"); });
    QPointer<Connection> connection = new Connection(optionsFor(server));
    Query *job = connection->execute(u"SELEC 1"_s);
    const OutcomePointer outcome = watch(job);
    if (dieOnError) {
        connect(job, &Job::errorOccurred, this, [connection] { delete connection; });
    } else {
        connect(job, &Job::stateChanged, this, [connection](Job::State state) {
            if (state == Job::State::Finished)
                delete connection;
        });
    }
    QTRY_VERIFY(!connection);
    QVERIFY2(outcome->failed(Error::ServerError), describe(outcome).constData());
}

void tst_JobContract::jobsMadeByADyingConnectionEnd()
{
    FakeServer server;
    auto connection = std::make_unique<Connection>(optionsFor(server));
    OutcomePointer second;
    Query *first = connection->execute(u"SELECT 1"_s);
    connect(first, &Job::finished, this,
            [&second, dying = connection.get()] { second = watch(dying->execute(u"SELECT 2"_s)); });
    connection.reset();
    QVERIFY(second);
    QVERIFY2(second->failed(Error::ConnectionClosed), describe(second).constData());
    QCOMPARE(server.connectionCount(), 0);
}

QTEST_GUILESS_MAIN(tst_JobContract)

#include "tst_jobcontract.moc"
