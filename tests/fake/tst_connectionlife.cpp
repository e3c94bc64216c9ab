// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <QtCore/qtimer.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using State = Connection::State;

class tst_ConnectionLife : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connectTimeoutOfZeroIsNoLimit();
    void constructingOpensNothing();
    void firstJobConnects();
    void statesFollowEachOtherToIdle();
    void sessionSetupComesBeforeTheFirstJob();
    void sessionSetupIsRepeatedAfterReconnect();
    void failingSessionSetupFailsJobsWithoutLoop();
    void greetingTellsServer_data();
    void greetingTellsServer();
    void databasePropertyFollowsTheSession();
    void idleConnectionQuits();
    void runningQueryKeepsIdleConnectionOpen();
    void jobAfterIdleDisconnectReconnects();
    void closeComesAfterTheQueue();
    void closeWithoutSessionConnectsNothing();
    void jobAfterCloseReconnects();
    void abortEndsAllJobs();
    void pendingJobsCountsWaitingAndRunning();
    void changedOptionsHoldForTheNextSession();
};

void tst_ConnectionLife::constructingOpensNothing()
{
    FakeServer server;
    Connection lazy(optionsFor(server));
    QCOMPARE(lazy.state(), State::Unconnected);
    QCOMPARE(lazy.pendingJobs(), 0);

    Connection busy(optionsFor(server));
    const OutcomePointer outcome = watch(busy.execute(u"SELECT 1"_s));
    QCOMPARE(busy.state(), State::Unconnected);
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.connectionCount(), 1);
    QCOMPARE(lazy.state(), State::Unconnected);
}

void tst_ConnectionLife::firstJobConnects()
{
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) { c.result({"a"}, {FakeRow{"1"}}); });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(outcome->rows(), QList<QStringList>({{u"1"_s}}));
    QVERIFY(connection.isConnected());
    QVERIFY(!connection.isEncrypted());
    QCOMPARE(server.connection()->login().user, "anna"_ba);
    QCOMPARE(server.connection()->login().plugin, "mysql_native_password"_ba);
    QCOMPARE(server.connection()->login().authentication.size(), 20);
    QVERIFY(!(server.connection()->login().capabilities & LocalFiles));
    QCOMPARE(outcome->states, QList<Job::State>({Job::State::Running, Job::State::Finished}));
}

void tst_ConnectionLife::statesFollowEachOtherToIdle()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setIdleTimeout(20ms);
    Connection connection(options);
    const auto states = watchStates(&connection);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    QTRY_COMPARE(connection.state(), State::Unconnected);
    QCOMPARE(*states, QList<State>({State::Connecting, State::Authenticating, State::Connected,
                                    State::Closing, State::Unconnected}));
}

void tst_ConnectionLife::sessionSetupComesBeforeTheFirstJob()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setDatabase(u"shop"_s);
    options.setSessionVariables({{u"lock_wait_timeout"_s, 7}});
    options.setInitStatements({u"CALL init_one()"_s, u"CALL init_two()"_s});
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));

    const QByteArrayList queries = server.queries(1);
    QCOMPARE(queries.mid(queries.size() - 3),
             QByteArrayList({"CALL init_one()", "CALL init_two()", "SELECT 1"}));
    const QByteArray before = queries.mid(0, queries.size() - 3).join(';');
    QVERIFY2(before.contains("utf8mb4"), before);
    QVERIFY2(before.contains("time_zone") && before.contains("+00:00"), before);
    QVERIFY2(before.contains("lock_wait_timeout") && before.contains('7'), before);
    QCOMPARE(server.connection()->login().database, "shop"_ba);
}

void tst_ConnectionLife::sessionSetupIsRepeatedAfterReconnect()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setDatabase(u"shop"_s);
    options.setTimeZone(u"Europe/Berlin"_s);
    options.setSessionVariables({{u"lock_wait_timeout"_s, 7}});
    options.setInitStatements({u"CALL init()"_s});
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    server.cutAll();
    QTRY_COMPARE(connection.state(), State::Unconnected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));

    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(server.queries(2), server.queries(1));
    QVERIFY(server.queries(2).join(';').contains("Europe/Berlin"));
    QCOMPARE(server.connection(2)->login().database, "shop"_ba);
}

void tst_ConnectionLife::failingSessionSetupFailsJobsWithoutLoop()
{
    FakeServer server;
    server.once("CALL init()",
                [](FakeConnection &c) { c.error(1305, "42000", "PROCEDURE init does not exist"); });
    ConnectionOptions options = optionsFor(server);
    options.setInitStatements({u"CALL init()"_s});
    Connection connection(options);
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s));
    VERIFY_FAILS(first, ServerError, NotSent);
    VERIFY_FAILS(second, ServerError, NotSent);
    QCOMPARE(first->error.serverErrorNumber(), 1305);
    QTRY_COMPARE(connection.state(), State::Unconnected);

    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(server.countQuery("INSERT 1") + server.countQuery("INSERT 2"), 0);
}

void tst_ConnectionLife::greetingTellsServer_data()
{
    QTest::addColumn<bool>("isMariaDb");
    QTest::addColumn<QString>("version");
    QTest::addColumn<Connection::ServerFlavour>("flavour");
    QTest::newRow("MySQL") << false << u"8.4.3-fake"_s << Connection::ServerFlavour::MySql;
    QTest::newRow("MariaDB") << true << u"10.11.6-MariaDB-fake"_s
                             << Connection::ServerFlavour::MariaDb;
}

void tst_ConnectionLife::greetingTellsServer()
{
    QFETCH(const bool, isMariaDb);
    FakeServer server;
    FakeGreeting greeting = isMariaDb ? FakeGreeting::mariaDb() : FakeGreeting();
    greeting.connectionId = 4711;
    server.setGreeting(greeting);
    Connection connection(optionsFor(server));
    QCOMPARE(connection.serverFlavour(), Connection::ServerFlavour::Unknown);
    QSignalSpy changed(&connection, &Connection::serverChanged);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    QTEST(connection.serverVersion(), "version");
    QTEST(connection.serverFlavour(), "flavour");
    QCOMPARE(connection.connectionId(), quint64(4711));
    QVERIFY(changed.size() >= 1);
}

void tst_ConnectionLife::databasePropertyFollowsTheSession()
{
    FakeServer server;
    server.on("USE other", [](FakeConnection &c) {
        Ok ok;
        ok.sessionState = sessionSchema("other");
        c.ok(ok);
    });
    ConnectionOptions options = optionsFor(server);
    options.setDatabase(u"shop"_s);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    QCOMPARE(connection.database(), u"shop"_s);
    QSignalSpy changed(&connection, &Connection::databaseChanged);
    VERIFY_SUCCEEDS(watch(connection.execute(u"USE other"_s)));
    QTRY_COMPARE(changed.size(), 1);
    QCOMPARE(connection.database(), u"other"_s);
}

void tst_ConnectionLife::idleConnectionQuits()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setIdleTimeout(30ms);
    Connection connection(options);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    QSignalSpy countdown(&connection, &Connection::idleDisconnectChanged);
    QVERIFY(!connection.idleDisconnect().isValid());
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    QTRY_VERIFY(!countdown.isEmpty());
    QVERIFY(countdown.constFirst().constFirst().toDateTime().isValid());
    QTRY_COMPARE(connection.state(), State::Unconnected);
    QVERIFY(!connection.idleDisconnect().isValid());
    QTRY_COMPARE(server.count(FakeServer::Quit), 1);
    QTRY_COMPARE(server.openConnections(), 0);
    QCOMPARE(errors.size(), 0);
    QVERIFY(!connection.lastError().isError());
}

void tst_ConnectionLife::runningQueryKeepsIdleConnectionOpen()
{
    FakeServer server;
    server.on("SELECT slow",
              [](FakeConnection &c) { QTimer::singleShot(100ms, &c, [&c] { c.ok(); }); });
    ConnectionOptions options = optionsFor(server);
    options.setIdleTimeout(20ms);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT slow"_s)));
    QCOMPARE(server.countQuery("SELECT slow"), 1);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_ConnectionLife::jobAfterIdleDisconnectReconnects()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setIdleTimeout(10ms);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QTRY_COMPARE(connection.state(), State::Unconnected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(server.userQueries(1), QByteArrayList({"INSERT 1"}));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 2"}));
}

void tst_ConnectionLife::closeComesAfterTheQueue()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    QStringList order;
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s), &order, u"first"_s);
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s), &order, u"second"_s);
    const OutcomePointer close = watch(connection.close(), &order, u"close"_s);
    VERIFY_SUCCEEDS(close);
    VERIFY_SUCCEEDS(first);
    VERIFY_SUCCEEDS(second);
    QCOMPARE(order, QStringList({u"first"_s, u"second"_s, u"close"_s}));
    QTRY_COMPARE(connection.state(), State::Unconnected);
    QTRY_COMPARE(server.count(FakeServer::Quit), 1);
    QCOMPARE(server.commands().constLast().code, quint8(FakeServer::Quit));
}

void tst_ConnectionLife::closeWithoutSessionConnectsNothing()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.close()));
    QCOMPARE(connection.state(), State::Unconnected);
    QCOMPARE(server.connectionCount(), 0);
}

void tst_ConnectionLife::jobAfterCloseReconnects()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    const OutcomePointer before = watch(connection.execute(u"INSERT 1"_s));
    connection.close();
    const OutcomePointer after = watch(connection.execute(u"INSERT 2"_s));
    VERIFY_SUCCEEDS(before);
    VERIFY_SUCCEEDS(after);
    QCOMPARE(server.userQueries(1), QByteArrayList({"INSERT 1"}));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 2"}));
    QCOMPARE(server.count(FakeServer::Quit), 1);
}

void tst_ConnectionLife::abortEndsAllJobs()
{
    FakeServer server;
    server.once("INSERT 1", FakeServer::stall);
    Connection connection(optionsFor(server));
    const OutcomePointer running = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer waiting = watch(connection.execute(u"INSERT 2"_s));
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    connection.abort();
    QCOMPARE(running->finished, 0);
    VERIFY_FAILS(running, ConnectionClosed, Unknown);
    VERIFY_FAILS(waiting, ConnectionClosed, NotSent);
    QTRY_COMPARE(connection.state(), State::Unconnected);
    QTRY_COMPARE(server.openConnections(), 0);

    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
    QCOMPARE(server.countQuery("INSERT 2"), 0);
}

void tst_ConnectionLife::pendingJobsCountsWaitingAndRunning()
{
    FakeServer server;
    server.on("SELECT 1", FakeServer::stall);
    Connection connection(optionsFor(server));
    QSignalSpy changed(&connection, &Connection::pendingJobsChanged);
    const OutcomePointer first = watch(connection.execute(u"SELECT 1"_s));
    const OutcomePointer second = watch(connection.execute(u"SELECT 2"_s));
    QCOMPARE(connection.pendingJobs(), 2);
    QTRY_COMPARE(server.countQuery("SELECT 1"), 1);
    QCOMPARE(connection.pendingJobs(), 2);
    server.connection()->ok();
    VERIFY_SUCCEEDS(first);
    VERIFY_SUCCEEDS(second);
    QTRY_COMPARE(connection.pendingJobs(), 0);
    QTRY_VERIFY(!changed.isEmpty() && changed.constLast().constFirst().toInt() == 0);
    for (qsizetype i = 1; i < changed.size(); ++i)
        QVERIFY(changed.at(i).constFirst() != changed.at(i - 1).constFirst());
}

void tst_ConnectionLife::changedOptionsHoldForTheNextSession()
{
    FakeServer before;
    FakeServer after;
    Connection connection(optionsFor(before));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    QSignalSpy changed(&connection, &Connection::optionsChanged);
    connection.setOptions(optionsFor(after));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(connection.options(), optionsFor(after));
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
    QTRY_COMPARE(before.openConnections(), 0);
    QCOMPARE(before.userQueries(), QByteArrayList({"SELECT 1"}));
    QCOMPARE(after.userQueries(), QByteArrayList({"SELECT 2"}));
}

void tst_ConnectionLife::connectTimeoutOfZeroIsNoLimit()
{
    FakeServer server;
    server.on("SELECT SLEEP(9)", FakeServer::stall);
    ConnectionOptions options = optionsFor(server);
    options.setConnectTimeout(0ms);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    VERIFY_SUCCEEDS(watch(connection.resetSession()));
    // The side connection of a kill has a limit of its own.
    Query *slow = connection.execute(u"SELECT SLEEP(9)"_s);
    const OutcomePointer outcome = watch(slow);
    QTRY_COMPARE(slow->state(), Job::State::Running);
    slow->cancel();
    VERIFY_FAILS(outcome, Cancelled, Rejected);
    VERIFY_SUCCEEDS(watch(connection.close()));
    QCOMPARE(server.connectionCount(), 2);
}

QTEST_GUILESS_MAIN(tst_ConnectionLife)

#include "tst_connectionlife.moc"
