// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "ownserver.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;
using Execution = Error::Execution;

/// A server of this test's own, which goes away and comes back.
class tst_Restart_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QVERIFY2(start(), "The server does not start"); }
    void jobsOutliveARestart();
    void tooManyConnectionsPass();
    void shutdownEndsARunningStatementOnly();
    void cleanup() { stop(); }
    void cleanupTestCase() { m_server.reset(); }

private:
    bool start() { return m_server->start(); }
    bool stop() { return m_server->stop(); }
    Server server() const { return m_server->server(); }

    std::unique_ptr<OwnServer> m_server;
};

void tst_Restart_Servers::initTestCase()
{
    VERIFY_SERVERS();
    // The smallest that is there: MariaDB starts in a second.
    QString name;
    for (const Server &server : all()) {
        if (name.isEmpty() || (server.isMariaDb() && !name.startsWith(u"mariadb"_s)))
            name = server.name;
    }
    m_server = std::make_unique<OwnServer>(name, u"restart"_s);
}

void tst_Restart_Servers::jobsOutliveARestart()
{
    const Server before = server();
    for (const Channel channel : {Channel::Clear, Channel::Socket}) {
        Connection connection(Servers::options(before, channel));
        VERIFY_DONE(connection.execute(u"CREATE DATABASE IF NOT EXISTS kept"_s));
        VERIFY_DONE(connection.selectDatabase(u"kept"_s));
        VERIFY_DONE(connection.execute(u"CREATE OR REPLACE TABLE t (n INT)"_s));
        QVERIFY2(stop(), "The server does not stop");
        QTRY_VERIFY_WITH_TIMEOUT(connection.state() != Connection::State::Connected, 30'000);

        QSignalSpy errors(&connection, &Connection::errorOccurred);
        QList<OutcomePointer> outcomes;
        for (int i = 0; i < 20; ++i)
            outcomes.append(Fake::watch(connection.execute(u"INSERT INTO t VALUES (?)"_s, {i})));
        QTRY_VERIFY_WITH_TIMEOUT(errors.size() >= 3, 30'000);
        QTRY_COMPARE(connection.state(), Connection::State::WaitingToReconnect);
        QCOMPARE(connection.pendingJobs(), 20);
        // A Unix socket goes with its server.
        QCOMPARE(errors.at(0).at(0).value<Error>().code(),
                 channel == Channel::Socket ? Error::HostUnreachable : Error::ConnectionRefused);
        QVERIFY2(start(), "The server does not start again");
        QCOMPARE(server().port, before.port);

        QVERIFY(areFinished(outcomes));
        for (const OutcomePointer &outcome : outcomes)
            QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
        const OutcomePointer sum
            = finishedOf(connection.execute(u"SELECT COUNT(*), SUM(n) FROM t"_s));
        QCOMPARE(sum->rows(), (QList<QStringList>{{u"20"_s, u"190"_s}}));
    }
}

void tst_Restart_Servers::tooManyConnectionsPass()
{
    const Server own = server();
    Connection admin(Servers::options(own));
    VERIFY_DONE(admin.execute(u"SET GLOBAL max_connections = 10"_s));
    VERIFY_DONE(admin.execute(u"CREATE OR REPLACE USER plain@'%' IDENTIFIED BY 'plain'"_s));
    ConnectionOptions options = Servers::options(own, Channel::Clear);
    options.setUser(u"plain"_s);
    options.setPassword(u"plain"_s);

    std::vector<std::unique_ptr<Connection>> holders;
    OutcomePointer outcome;
    std::unique_ptr<QSignalSpy> errors;
    // The limit is reached with one of these, and it waits.
    while (!errors || errors->isEmpty()) {
        QVERIFY2(holders.size() < 20, "The server takes more connections than it should");
        holders.push_back(std::make_unique<Connection>(options));
        errors = std::make_unique<QSignalSpy>(holders.back().get(), &Connection::errorOccurred);
        outcome = Fake::watch(holders.back()->execute(u"SELECT 'in'"_s));
        QTRY_VERIFY_WITH_TIMEOUT(outcome->finished > 0 || !errors->isEmpty(), 30'000);
    }
    const Error full = errors->at(0).at(0).value<Error>();
    QCOMPARE(full.serverErrorNumber(), 1040);
    QCOMPARE(full.code(), Error::ServerUnavailable);
    QTRY_VERIFY_WITH_TIMEOUT(errors->size() >= 3, 30'000);
    QCOMPARE(outcome->finished, 0);

    holders.front().reset();
    QVERIFY(areFinished({outcome}));
    QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    VERIFY_DONE(admin.execute(u"SET GLOBAL max_connections = 300"_s));
}

/// What ran when the server went is lost, and may have been executed; what waited is not.
void tst_Restart_Servers::shutdownEndsARunningStatementOnly()
{
    Connection connection(Servers::options(server()));
    Query *running = connection.execute(u"DO SLEEP(600)"_s);
    const OutcomePointer lost = Fake::watch(running);
    const OutcomePointer waiting = Fake::watch(connection.execute(u"SELECT 'after'"_s));
    QTRY_COMPARE_WITH_TIMEOUT(running->state(), Job::State::Running, 30'000);
    QVERIFY2(stop(), "The server does not stop");
    QVERIFY(areFinished({lost}));
    // MariaDB may still say why it ended the statement before it closes the connection.
    QVERIFY2(lost->error.isError(), Fake::describe(lost).constData());
    QVERIFY2(lost->error.execution() != Execution::NotSent, Fake::describe(lost).constData());
    QCOMPARE(waiting->finished, 0);
    QVERIFY2(start(), "The server does not start again");
    QVERIFY(areFinished({waiting}));
    QVERIFY2(waiting->succeeded(), Fake::describe(waiting).constData());
}

QTEST_GUILESS_MAIN(tst_Restart_Servers)

#include "tst_restart_servers.moc"
