// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtCore/qurl.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;

class tst_SessionVerbs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pingIsAJob();
    void selectedDatabaseIsSelectedAgainAfterReconnect();
    void databaseThatWasRefusedIsForgotten();
    void sessionVariableIsSetAgainAfterReconnect();
    void laterValueOfAVariableCounts();
    void hostileVariableNameIsQuoted();
    void resetSessionSetsUpTheSessionAgain();
    void cancelledResetSparesTheSetup();
    void cancelledSelectionThatHappenedIsRemembered();
    void newOptionsForgetAVerbThatStillRuns();
    void verbsKeepTheirPlaceInTheQueue();
    void databaseIsKnownBeforeTheSession();

private:
    void loseSession(FakeServer *server, Connection *connection)
    {
        server->cutAll();
        QTRY_COMPARE(connection->state(), Connection::State::Unconnected);
    }
};

void tst_SessionVerbs::pingIsAJob()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.ping()));
    QCOMPARE(server.count(FakeServer::Ping), 1);
}

void tst_SessionVerbs::selectedDatabaseIsSelectedAgainAfterReconnect()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.selectDatabase(u"shop"_s)));
    QCOMPARE(server.count(FakeServer::InitDatabase), 1);
    QCOMPARE(server.commands().constLast().argument, "shop"_ba);
    QVERIFY(server.connection(1)->login().database.isEmpty());
    QVERIFY(!(server.connection(1)->login().capabilities & ConnectWithDatabase));

    loseSession(&server, &connection);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    QCOMPARE(server.connection(2)->login().database, "shop"_ba);
    QCOMPARE(connection.database(), u"shop"_s);
}

void tst_SessionVerbs::databaseThatWasRefusedIsForgotten()
{
    FakeServer server;
    server.onCommand(FakeServer::InitDatabase,
                     [](FakeConnection &c) { c.error(1049, "42000", "Unknown database 'shop'"); });
    Connection connection(optionsFor(server));
    VERIFY_FAILS(watch(connection.selectDatabase(u"shop"_s)), ServerError, Rejected);
    loseSession(&server, &connection);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    QVERIFY(server.connection(2)->login().database.isEmpty());
}

void tst_SessionVerbs::sessionVariableIsSetAgainAfterReconnect()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    const QString value = u"it's"_s;
    VERIFY_SUCCEEDS(watch(connection.setSessionVariable(u"sql_mode"_s, value)));
    const QByteArray statement = server.queries(1).constLast();
    QVERIFY2(statement.startsWith("SET ") && statement.contains("sql_mode"), statement);
    QVERIFY2(statement.contains("'it''s'") || statement.contains("'it\\'s'"), statement);

    loseSession(&server, &connection);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    const QByteArrayList queries = server.queries(2);
    QCOMPARE(queries.constLast(), "SELECT 1"_ba);
    const QByteArray setup = queries.mid(0, queries.size() - 1).join(';');
    QVERIFY2(setup.contains("sql_mode") && setup.contains(statement.mid(statement.indexOf('='))),
             setup);
}

void tst_SessionVerbs::laterValueOfAVariableCounts()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setSessionVariables({{u"lock_wait_timeout"_s, 11}});
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.setSessionVariable(u"lock_wait_timeout"_s, 22)));
    loseSession(&server, &connection);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    const QByteArray setup = server.queries(2).join(';');
    QVERIFY2(setup.contains("22") && !setup.contains("11"), setup);
}

void tst_SessionVerbs::hostileVariableNameIsQuoted()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.setSessionVariable(u"a` = 1, `b"_s, 1)));
    const QByteArray statement = server.queries(1).constLast();
    QVERIFY2(statement.contains("`a`` = 1, ``b`"), statement);
}

void tst_SessionVerbs::resetSessionSetsUpTheSessionAgain()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setInitStatements({u"CALL init()"_s});
    Connection connection(options);
    const OutcomePointer reset = watch(connection.resetSession());
    const OutcomePointer next = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_SUCCEEDS(reset);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.count(FakeServer::ResetConnection), 1);
    QCOMPARE(server.connectionCount(), 1);
    QCOMPARE(server.countQuery("CALL init()"), 2);
    // The same before and after the reset.
    QByteArrayList before;
    QByteArrayList after;
    bool isReset = false;
    const QList<RecordedCommand> commands = server.commands();
    for (const RecordedCommand &command : commands) {
        isReset = isReset || command.code == FakeServer::ResetConnection;
        if (command.isQuery())
            (isReset ? after : before).append(command.argument);
    }
    QCOMPARE(after.takeLast(), "SELECT 1"_ba);
    QCOMPARE(after, before);
}

// The kill that was meant for the reset must not meet the set-up that follows it.
void tst_SessionVerbs::cancelledResetSparesTheSetup()
{
    FakeServer server;
    FakeConnection *resetting = nullptr;
    server.onCommand(FakeServer::ResetConnection, [&](FakeConnection &c) { resetting = &c; });
    server.onKill([&](FakeConnection &killer, quint32) {
        resetting->ok();
        killer.ok();
    });
    Connection connection(optionsFor(server));
    Job *reset = connection.resetSession();
    const OutcomePointer outcome = watch(reset);
    QTRY_VERIFY(resetting);
    const OutcomePointer next = watch(connection.execute(u"SELECT 1"_s));
    reset->cancel();
    VERIFY_FAILS(outcome, Cancelled, Unknown);
    VERIFY_SUCCEEDS(next);
    // Session 1 has not been set up a second time: session 3 has run the job (2 was the kill's).
    QCOMPARE(server.userQueries(1), QByteArrayList());
    QCOMPARE(server.userQueries(3), QByteArrayList({"SELECT 1"}));
}

void tst_SessionVerbs::cancelledSelectionThatHappenedIsRemembered()
{
    FakeServer server;
    FakeConnection *selecting = nullptr;
    server.onCommand(FakeServer::InitDatabase, [&](FakeConnection &c) { selecting = &c; });
    server.onKill([&](FakeConnection &killer, quint32) {
        selecting->ok();
        killer.ok();
    });
    Connection connection(optionsFor(server));
    Job *selection = connection.selectDatabase(u"shop"_s);
    const OutcomePointer outcome = watch(selection);
    QTRY_VERIFY(selecting);
    selection->cancel();
    VERIFY_FAILS(outcome, Cancelled, Unknown);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    loseSession(&server, &connection);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    QCOMPARE(server.connection(3)->login().database, "shop"_ba);
}

void tst_SessionVerbs::newOptionsForgetAVerbThatStillRuns()
{
    FakeServer server;
    FakeConnection *selecting = nullptr;
    server.onCommand(FakeServer::InitDatabase, [&](FakeConnection &c) { selecting = &c; });
    Connection connection(optionsFor(server));
    const OutcomePointer selection = watch(connection.selectDatabase(u"shop"_s));
    QTRY_VERIFY(selecting);
    ConnectionOptions options = optionsFor(server);
    options.setDatabase(u"archive"_s);
    connection.setOptions(options);
    const OutcomePointer next = watch(connection.execute(u"SELECT 1"_s));
    selecting->ok();
    VERIFY_SUCCEEDS(selection);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(server.connection(2)->login().database, "archive"_ba);
}

void tst_SessionVerbs::verbsKeepTheirPlaceInTheQueue()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    QStringList order;
    const OutcomePointer a = watch(connection.execute(u"INSERT 1"_s), &order, u"insert"_s);
    const OutcomePointer b = watch(connection.selectDatabase(u"shop"_s), &order, u"select"_s);
    const OutcomePointer c = watch(connection.ping(), &order, u"ping"_s);
    const OutcomePointer d = watch(connection.setSessionVariable(u"x"_s, 1), &order, u"set"_s);
    VERIFY_SUCCEEDS(d);
    QCOMPARE(order, QStringList({u"insert"_s, u"select"_s, u"ping"_s, u"set"_s}));
    VERIFY_SUCCEEDS(a);
    VERIFY_SUCCEEDS(b);
    VERIFY_SUCCEEDS(c);
}

void tst_SessionVerbs::databaseIsKnownBeforeTheSession()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setDatabase(u"shop"_s);
    Connection connection(options);
    QCOMPARE(connection.database(), u"shop"_s);
    QSignalSpy changed(&connection, &Connection::databaseChanged);
    options.setDatabase(u"store"_s);
    connection.setOptions(options);
    QCOMPARE(connection.database(), u"store"_s);
    connection.setUrl(QUrl(u"mysql://anna@localhost/stock"_s));
    QCOMPARE(connection.database(), u"stock"_s);
    QCOMPARE(changed.count(), 2);
}

QTEST_GUILESS_MAIN(tst_SessionVerbs)

#include "tst_sessionverbs.moc"
