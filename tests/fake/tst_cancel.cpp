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

class tst_Cancel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void waitingJobNeverReachesTheServer();
    void runningStatementIsKilledFromASideConnection();
    void sideConnectionGoesToTheSameServerAsTheSameUser();
    void laterJobWaitsForKillAndAbsorber();
    void lateKillHitsOnlyTheAbsorber();
    void statementThatEndsInspiteOfKillIsUnknown();
    void refusedKillConnectionEndsInDroppedSession();
    void killThatTheServerIgnoresEndsInDroppedSession();
    void killThatIsNeverAnsweredEndsInDroppedSession();
    void connectionIdIsTheServersOwn();
    void cancelTwiceKillsOnce();
    void cancelAfterTheEndDoesNothing();
    void queryTimeoutKills();
    void queryTimeoutOfTheOptionsHoldsForEveryQuery();
    void queryTimeoutDoesNotCountTheQueue();
    void abortWhileKillIsOnItsWay();
    void connectionLostWhileKillIsOnItsWay();
};

void tst_Cancel::waitingJobNeverReachesTheServer()
{
    SlowServer server;
    Connection connection(optionsFor(server));
    const OutcomePointer running = watch(connection.execute(u"SELECT slow"_s));
    Query *query = connection.execute(u"INSERT 1"_s);
    const OutcomePointer waiting = watch(query);
    const OutcomePointer behind = watch(connection.execute(u"INSERT 2"_s));
    QTRY_COMPARE(server.countQuery("SELECT slow"), 1);
    query->cancel();
    QCOMPARE(waiting->finished, 0);
    VERIFY_FAILS(waiting, Cancelled, NotSent);
    QCOMPARE(running->finished, 0);
    server.connection()->ok();
    VERIFY_SUCCEEDS(running);
    VERIFY_SUCCEEDS(behind);
    QCOMPARE(server.userQueries(), QByteArrayList({"SELECT slow", "INSERT 2"}));
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Cancel::runningStatementIsKilledFromASideConnection()
{
    SlowServer server;
    Connection connection(optionsFor(server));
    const auto [query, outcome] = runningQuery(&connection, server);
    const OutcomePointer next = watch(connection.execute(u"INSERT 2"_s));
    query->cancel();
    QCOMPARE(outcome->finished, 0);
    VERIFY_FAILS(outcome, Cancelled, Rejected);
    QCOMPARE(outcome->error.statement(), u"SELECT slow"_s);
    VERIFY_SUCCEEDS(next);
    QVERIFY(server.queries(2).contains("KILL QUERY 1"));
    QCOMPARE(server.userQueries(1), QByteArrayList({"SELECT slow", "INSERT 2"}));
    QCOMPARE(server.connectionCount(), 2);
    QTRY_VERIFY(!server.connection(2)->isOpen());
}

void tst_Cancel::sideConnectionGoesToTheSameServerAsTheSameUser()
{
    SlowServer server;
    ConnectionOptions options = optionsFor(server);
    // Not to be executed on the side connection.
    options.setInitStatements({u"CALL init()"_s});
    Connection connection(options);
    const auto [query, outcome] = runningQuery(&connection, server);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Rejected);
    QCOMPARE(server.connection(2)->login().user, "anna"_ba);
    QVERIFY(!server.connection(2)->login().authentication.isEmpty());
    QCOMPARE(server.queries(2).size(), 2);
    QVERIFY(FakeServer::isProof(server.queries(2).constFirst()));
    QCOMPARE(server.queries(2).constLast(), "KILL QUERY 1"_ba);
}

void tst_Cancel::laterJobWaitsForKillAndAbsorber()
{
    SlowServer server;
    int sentBeforeKillAnswer = -1;
    int sentBeforeAbsorberAnswer = -1;
    server.onKill([&](FakeConnection &killer, quint32 id) {
        server.interrupt(id);
        QTimer::singleShot(60ms, &killer, [&] {
            sentBeforeKillAnswer = server.countQuery("INSERT 2") + server.countQuery("DO SLEEP(0)");
            killer.ok();
        });
    });
    server.on("DO SLEEP(0)", [&](FakeConnection &c) {
        QTimer::singleShot(60ms, &c, [&] {
            sentBeforeAbsorberAnswer = server.countQuery("INSERT 2");
            c.ok();
        });
    });
    Connection connection(optionsFor(server));
    const auto [query, outcome] = runningQuery(&connection, server);
    const OutcomePointer next = watch(connection.execute(u"INSERT 2"_s));
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Rejected);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(sentBeforeKillAnswer, 0);
    QCOMPARE(sentBeforeAbsorberAnswer, 0);
    const QByteArrayList queries = server.queries(1);
    QCOMPARE(queries.mid(queries.size() - 3),
             QByteArrayList({"SELECT slow", "DO SLEEP(0)", "INSERT 2"}));
}

void tst_Cancel::lateKillHitsOnlyTheAbsorber()
{
    SlowServer server;
    server.onKill([&](FakeConnection &killer, quint32 id) {
        // The statement ends by itself just before the kill arrives.
        server.connection(int(id))->ok();
        killer.ok();
    });
    server.on("DO SLEEP(0)",
              [](FakeConnection &c) { c.error(1317, "70100", "Query execution was interrupted"); });
    Connection connection(optionsFor(server));
    const auto [query, outcome] = runningQuery(&connection, server);
    const OutcomePointer next = watch(connection.execute(u"INSERT 2"_s));
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Unknown);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.countQuery("DO SLEEP(0)"), 1);
    QCOMPARE(server.userQueries(1), QByteArrayList({"SELECT slow", "INSERT 2"}));
}

void tst_Cancel::statementThatEndsInspiteOfKillIsUnknown()
{
    FakeServer server;
    // SELECT SLEEP(n) is known for this: it returns a row with 1 when it is killed.
    server.on("SELECT SLEEP(9)", FakeServer::stall);
    server.onKill([&](FakeConnection &killer, quint32 id) {
        server.connection(int(id))->result({"SLEEP(9)"}, {FakeRow{"1"}});
        killer.ok();
    });
    Connection connection(optionsFor(server));
    const auto [query, outcome] = runningQuery(&connection, server, u"SELECT SLEEP(9)"_s);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Unknown);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(server.userQueries(1), QByteArrayList({"SELECT SLEEP(9)", "INSERT 2"}));
}

void tst_Cancel::refusedKillConnectionEndsInDroppedSession()
{
    SlowServer server;
    ConnectionOptions options = optionsFor(server);
    options.setCancelGracePeriod(80ms);
    Connection connection(options);
    const auto [query, outcome] = runningQuery(&connection, server);
    const OutcomePointer next = watch(connection.execute(u"INSERT 2"_s));
    server.stopListening();
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Unknown);
    QTRY_VERIFY(!server.connection(1)->isOpen());
    server.listenAgain();
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 2"}));
}

void tst_Cancel::killThatTheServerIgnoresEndsInDroppedSession()
{
    SlowServer server;
    server.onKill([](FakeConnection &killer, quint32) { killer.ok(); });
    ConnectionOptions options = optionsFor(server);
    options.setCancelGracePeriod(80ms);
    Connection connection(options);
    const auto [query, outcome] = runningQuery(&connection, server);
    const OutcomePointer next = watch(connection.execute(u"INSERT 2"_s));
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Unknown);
    VERIFY_SUCCEEDS(next);
    QVERIFY(!server.connection(1)->isOpen());
    QCOMPARE(server.userQueries(1), QByteArrayList({"SELECT slow"}));
    QCOMPARE(server.userQueries(3), QByteArrayList({"INSERT 2"}));
}

void tst_Cancel::killThatIsNeverAnsweredEndsInDroppedSession()
{
    SlowServer server;
    // The statement stops, but the kill itself has no answer: it may still be on its way.
    server.onKill([&](FakeConnection &, quint32 id) { server.interrupt(id); });
    ConnectionOptions options = optionsFor(server);
    options.setConnectTimeout(150ms);
    Connection connection(options);
    const auto [query, outcome] = runningQuery(&connection, server);
    const OutcomePointer next = watch(connection.execute(u"INSERT 2"_s));
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Rejected);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.userQueries(1), QByteArrayList({"SELECT slow"}));
    QCOMPARE(server.countQuery("INSERT 2"), 1);
}

void tst_Cancel::connectionIdIsTheServersOwn()
{
    FakeServer server;
    FakeGreeting greeting;
    greeting.connectionId = 4000000001u;
    server.setGreeting(greeting);
    server.on("SELECT slow", FakeServer::stall);
    quint32 killed = 0;
    server.onKill([&](FakeConnection &killer, quint32 id) {
        killed = id;
        server.interrupt(1);
        killer.ok();
    });
    Connection connection(optionsFor(server));
    const auto [query, outcome] = runningQuery(&connection, server);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Rejected);
    QCOMPARE(killed, 4000000001u);
}

void tst_Cancel::cancelTwiceKillsOnce()
{
    SlowServer server;
    Connection connection(optionsFor(server));
    const auto [query, outcome] = runningQuery(&connection, server);
    query->cancel();
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Rejected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(server.countQuery("KILL QUERY 1"), 1);
}

void tst_Cancel::cancelAfterTheEndDoesNothing()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    Query *query = connection.execute(u"SELECT 1"_s);
    query->setAutoDelete(false);
    const OutcomePointer outcome = watch(query);
    VERIFY_SUCCEEDS(outcome);
    query->cancel();
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 2"_s)));
    QVERIFY(outcome->succeeded());
    QCOMPARE(server.connectionCount(), 1);
}

void tst_Cancel::queryTimeoutKills()
{
    SlowServer server;
    Connection connection(optionsFor(server));
    Query *query = connection.execute(u"SELECT slow"_s);
    query->setTimeout(50ms);
    QCOMPARE(query->timeout(), 50ms);
    const OutcomePointer outcome = watch(query);
    VERIFY_FAILS(outcome, QueryTimeout, Rejected);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(server.countQuery("KILL QUERY 1"), 1);
    QCOMPARE(server.userQueries(1), QByteArrayList({"SELECT slow", "INSERT 2"}));
}

void tst_Cancel::queryTimeoutOfTheOptionsHoldsForEveryQuery()
{
    SlowServer server;
    server.onKill([](FakeConnection &killer, quint32) { killer.ok(); });
    ConnectionOptions options = optionsFor(server);
    options.setQueryTimeout(50ms);
    options.setCancelGracePeriod(50ms);
    Connection connection(options);
    VERIFY_FAILS(watch(connection.execute(u"SELECT slow"_s)), QueryTimeout, Unknown);
    Query *next = connection.execute(u"INSERT 2"_s);
    QCOMPARE(next->timeout(), 50ms);
    // It is to succeed on a busy machine, too.
    next->setTimeout(1min);
    VERIFY_SUCCEEDS(watch(next));
}

void tst_Cancel::queryTimeoutDoesNotCountTheQueue()
{
    FakeServer server;
    server.on("SELECT slow",
              [](FakeConnection &c) { QTimer::singleShot(1200ms, &c, [&c] { c.ok(); }); });
    Connection connection(optionsFor(server));
    const OutcomePointer slow = watch(connection.execute(u"SELECT slow"_s));
    Query *query = connection.execute(u"INSERT 2"_s);
    query->setTimeout(1s);
    const OutcomePointer outcome = watch(query);
    VERIFY_SUCCEEDS(slow);
    VERIFY_SUCCEEDS(outcome);
}

void tst_Cancel::abortWhileKillIsOnItsWay()
{
    SlowServer server;
    server.onKill([](FakeConnection &, quint32) {});
    Connection connection(optionsFor(server));
    const auto [query, outcome] = runningQuery(&connection, server);
    query->cancel();
    QTRY_COMPARE(server.countQuery("KILL QUERY 1"), 1);
    connection.abort();
    QTRY_COMPARE(outcome->finished, 1);
    QCOMPARE(outcome->errors, 1);
    QTRY_COMPARE(server.openConnections(), 0);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
}

void tst_Cancel::connectionLostWhileKillIsOnItsWay()
{
    SlowServer server;
    server.onKill([&](FakeConnection &killer, quint32 id) {
        server.connection(int(id))->reset();
        killer.ok();
    });
    Connection connection(optionsFor(server));
    const auto [query, outcome] = runningQuery(&connection, server);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, Unknown);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(server.countQuery("SELECT slow"), 1);
}

QTEST_GUILESS_MAIN(tst_Cancel)

#include "tst_cancel.moc"
