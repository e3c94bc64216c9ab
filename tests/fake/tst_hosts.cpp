// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "fakecertificates.h"
#include "hostsfixture.h"
#include "passwordfixture.h"
#include "poolfixture.h"
#include "transactionfixture.h"

#include <AsyncMySql/Host>
#include <AsyncMySql/HostPolicy>
#include <AsyncMySql/Observer>

#include <QtCore/qelapsedtimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Selection = HostPolicy::Selection;

namespace {

struct Servers
{
    FakeServer db1;
    FakeServer db2;
    FakeServer db3;
};

ConnectionOptions optionsFor(const QList<Host> &hosts, const FakeServer &any)
{
    ConnectionOptions options = Fake::optionsFor(any);
    options.setHosts(hosts);
    return options;
}

ConnectionOptions optionsFor(const Servers &servers)
{
    return Fake::optionsFor({&servers.db1, &servers.db2, &servers.db3});
}

class AttemptObserver : public Observer
{
public:
    void connectEnded(const ConnectAttempt &attempt) override { attempts.append(attempt); }

    QList<ConnectAttempt> attempts;
};

} // namespace

class tst_Hosts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void usesTheFirstHost();
    void goesToTheNextHostAtOnce();
    void errorsNameTheHost();
    void waitsAfterAWholeRound();
    void avoidsWhatHasFailed();
    void frozenHostCostsItsShare();
    void frozenHostThatLostItsSessionCostsLess();
    void hostThatDoesNotReactIsAskedLast();
    void passwordIsChangedWhereItCanBe_data();
    void passwordIsChangedWhereItCanBe();
    void refusedPasswordIsNotSentAgain();
    void lostSessionIsReplacedElsewhere_data();
    void lostSessionIsReplacedElsewhere();
    void hostsThatBreakSessionsAreNotTriedInALoop_data();
    void hostsThatBreakSessionsAreNotTriedInALoop();
    void deniedAccessIsTriedOnceElsewhere();
    void refusingProviderIsNotAskedForEachHost_data();
    void refusingProviderIsNotAskedForEachHost();
    void rejectedCertificateOfOneHost();
    void killGoesToTheHostOfTheSession();
    void observersAreGivenTheHost();
    void optionsThatChangeWhileConnecting();
    void abortsWhileConnecting();
    void sessionsOfAPoolAreDistributed();
    void poolGoesToTheNextHost();
    void namesAreLookedUp();
};

void tst_Hosts::usesTheFirstHost()
{
    Servers servers;
    Connection connection(optionsFor(servers));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(servers.db1.userQueries(), QByteArrayList({"INSERT 1"}));
    QCOMPARE(servers.db2.connectionCount() + servers.db3.connectionCount(), 0);
}

void tst_Hosts::goesToTheNextHostAtOnce()
{
    Servers servers;
    servers.db1.stopListening();
    servers.db2.stopListening();
    ConnectionOptions options = optionsFor(servers);
    options.setRetryPolicy(lateRetries());
    Connection connection(options);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    const auto states = watchStates(&connection);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(servers.db3.userQueries(), QByteArrayList({"INSERT 1"}));
    QCOMPARE(errors.size(), 2);
    QVERIFY(!states->contains(Connection::State::WaitingToReconnect));
    QCOMPARE(connection.reconnectAttempt(), 0);
}

void tst_Hosts::errorsNameTheHost()
{
    Servers servers;
    servers.db1.stopListening();
    servers.db2.script().greet().error(1040, "08004", "Too many connections");
    Connection connection(optionsFor(servers));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(errors.size(), 2);
    const FakeServer *failed[] = {&servers.db1, &servers.db2};
    for (int i = 0; i < 2; ++i) {
        const auto error = errors[i].constFirst().value<Error>();
        QVERIFY2(error.message().contains(u"127.0.0.1:%1"_s.arg(failed[i]->port())),
                 qPrintable(error.message()));
    }
}

void tst_Hosts::waitsAfterAWholeRound()
{
    Servers servers;
    for (FakeServer *server : {&servers.db1, &servers.db2, &servers.db3})
        server->stopListening();
    Connection connection(optionsFor(servers));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    const auto observer = std::make_shared<AttemptObserver>();
    connection.setObserver(observer);
    const OutcomePointer job = watch(connection.execute(u"INSERT 1"_s));
    QTRY_VERIFY(connection.reconnectAttempt() >= 3);
    QVERIFY(observer->attempts.size() >= 6);
    QList<quint16> ports;
    for (int i = 0; i < 6; ++i)
        ports.append(observer->attempts[i].endpoint.port);
    const QList<quint16> round{servers.db1.port(), servers.db2.port(), servers.db3.port()};
    QCOMPARE(ports, round + round);
    QCOMPARE(job->finished, 0);
    servers.db2.listenAgain();
    VERIFY_SUCCEEDS(job);
    QCOMPARE(servers.db2.userQueries(), QByteArrayList({"INSERT 1"}));
}

void tst_Hosts::avoidsWhatHasFailed()
{
    Servers servers;
    servers.db1.stopListening();
    Connection connection(optionsFor(servers));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    servers.db1.listenAgain();
    VERIFY_SUCCEEDS(watch(connection.close()));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(servers.db2.userQueries(), QByteArrayList({"INSERT 1", "INSERT 2"}));

    ConnectionOptions options = optionsFor(servers);
    HostPolicy policy;
    policy.setAvoidanceTime(0ms);
    options.setHostPolicy(policy);
    servers.db1.stopListening();
    connection.setOptions(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
    servers.db1.listenAgain();
    VERIFY_SUCCEEDS(watch(connection.close()));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 4"_s)));
    QCOMPARE(servers.db1.userQueries(), QByteArrayList({"INSERT 4"}));
}

void tst_Hosts::frozenHostCostsItsShare()
{
    Servers servers;
    // Accepts, and says nothing.
    servers.db1.script().hold();
    ConnectionOptions options = optionsFor(servers);
    options.setConnectTimeout(300ms);
    Connection connection(options);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(servers.db2.userQueries(), QByteArrayList({"INSERT 1"}));
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors[0].constFirst().value<Error>().code(), Error::ConnectTimeout);
}

/// As one that is being shut down: it accepts connections until the last moment.
void tst_Hosts::frozenHostThatLostItsSessionCostsLess()
{
    Servers servers;
    ConnectionOptions options = optionsFor(servers);
    options.setConnectTimeout(60s);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    servers.db1.script().hold();
    servers.db1.connection()->reset();
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    QElapsedTimer time;
    time.start();
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(servers.db2.userQueries(), QByteArrayList({"INSERT 2"}));
    // Its share of the time is 20 s.
    QVERIFY2(time.elapsed() < 10'000, qPrintable(QString::number(time.elapsed())));
}

void tst_Hosts::hostThatDoesNotReactIsAskedLast()
{
    Servers servers;
    servers.db1.on("SELECT slow", FakeServer::stall);
    ConnectionOptions options = optionsFor(servers);
    options.setConnectTimeout(60s);
    options.setCancelGracePeriod(100ms);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    // That of what is to kill the statement.
    servers.db1.script().hold();
    Query *slow = connection.execute(u"SELECT slow"_s);
    slow->setTimeout(100ms);
    const OutcomePointer stopped = watch(slow);
    const OutcomePointer next = watch(connection.execute(u"INSERT 2"_s));
    VERIFY_FAILS(stopped, QueryTimeout, Unknown);
    VERIFY_SUCCEEDS(next);
    QCOMPARE(servers.db2.userQueries(), QByteArrayList({"INSERT 2"}));
    QCOMPARE(servers.db1.connectionCount(), 2);
}

/// The first host is down, and the second one a replica.
void tst_Hosts::passwordIsChangedWhereItCanBe_data()
{
    addExecutorRows();
}

void tst_Hosts::passwordIsChangedWhereItCanBe()
{
    QFETCH(const bool, pooled);
    FakeCertificates certificates;
    if (!certificates.isValid())
        QSKIP("There is no openssl tool");
    const QByteArray change = "ALTER USER USER() IDENTIFIED BY 'brand new'";
    Servers servers;
    FakeGreeting greeting;
    greeting.capabilities |= CanHandleExpiredPasswords;
    for (FakeServer *server : {&servers.db2, &servers.db3}) {
        server->setGreeting(greeting);
        server->setTls(certificates.server());
    }
    servers.db1.stopListening();
    servers.db2.on(change, [](FakeConnection &c) {
        c.error(1290, "HY000",
                "The MySQL server is running with the --read-only option so it cannot execute this "
                "statement");
    });
    ConnectionOptions options = optionsFor(servers);
    options.setTlsMode(ConnectionOptions::TlsMode::Required);
    options.setUnverifiedTlsAllowedForPasswords(true);
    const std::unique_ptr<Executor> executor = makeExecutor(pooled, options);
    Job *job = pooled ? static_cast<Pool &>(*executor).changePassword(u"brand new"_s)
                      : static_cast<Connection &>(*executor).changePassword(u"brand new"_s);
    VERIFY_SUCCEEDS(watch(job));
    QCOMPARE(servers.db2.countQuery(change), 1);
    QCOMPARE(servers.db3.countQuery(change), 1);
}

/// Accounts are locked for less.
void tst_Hosts::refusedPasswordIsNotSentAgain()
{
    Servers servers;
    servers.db1.script().greet().expectLogin().error(1045, "28000", "Access denied");
    servers.db2.stopListening();
    ConnectionOptions options = Fake::optionsFor({&servers.db1, &servers.db2});
    options.setRetryPolicy(quickRetries());
    Connection connection(options);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    const OutcomePointer job = watch(connection.execute(u"INSERT 1"_s));
    QTRY_VERIFY(errors.size() > 5);
    QCOMPARE(job->finished, 0);
    QCOMPARE(servers.db1.connectionCount(), 1);
    servers.db2.listenAgain();
    VERIFY_SUCCEEDS(job);
    QCOMPARE(servers.db1.connectionCount(), 1);
}

void tst_Hosts::lostSessionIsReplacedElsewhere_data()
{
    QTest::addColumn<bool>("isKilled");
    QTest::newRow("the server is gone") << true;
    QTest::newRow("it says so") << false;
}

void tst_Hosts::lostSessionIsReplacedElsewhere()
{
    QFETCH(const bool, isKilled);
    Servers servers;
    Connection connection(optionsFor(servers));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    // The answer does not come: whether it was executed is unknown. What waits goes elsewhere.
    servers.db1.on("INSERT 2", [&](FakeConnection &c) {
        servers.db1.stopListening();
        if (isKilled)
            c.reset();
        else
            c.error(1053, "08S01", "Server shutdown in progress");
    });
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s));
    const OutcomePointer third = watch(connection.execute(u"INSERT 3"_s));
    if (isKilled)
        VERIFY_FAILS(second, ConnectionLost, Unknown);
    else
        VERIFY_FAILS(second, ServerUnavailable, Unknown);
    VERIFY_SUCCEEDS(third);
    QCOMPARE(servers.db2.userQueries(), QByteArrayList({"INSERT 3"}));
}

void tst_Hosts::hostsThatBreakSessionsAreNotTriedInALoop_data()
{
    QTest::addColumn<bool>("pooled");
    QTest::newRow("connection") << false;
    QTest::newRow("pool") << true;
}

// They accept the login, and end the session before anything is answered in it.
void tst_Hosts::hostsThatBreakSessionsAreNotTriedInALoop()
{
    QFETCH(const bool, pooled);
    Servers servers;
    for (FakeServer *server : {&servers.db1, &servers.db2, &servers.db3})
        server->on("SELECT 1", [](FakeConnection &c) { c.reset(); });
    ConnectionOptions options = optionsFor(servers);
    RetryPolicy policy = lateRetries();
    policy.setMaximumAttempts(50);
    options.setRetryPolicy(policy);
    std::unique_ptr<Executor> executor;
    if (pooled)
        executor = std::make_unique<Pool>(options);
    else
        executor = std::make_unique<Connection>(options);
    const OutcomePointer job = watch(executor->execute(u"SELECT 1"_s));
    const auto attempt = [&] {
        return pooled ? static_cast<Pool &>(*executor).reconnectAttempt()
                      : static_cast<Connection &>(*executor).reconnectAttempt();
    };
    QTRY_VERIFY(attempt() > 0 || job->finished > 0);
    QCOMPARE(job->finished, 0);
    for (const FakeServer *server : {&servers.db1, &servers.db2, &servers.db3})
        QCOMPARE(server->connectionCount(), 1);
}

void tst_Hosts::deniedAccessIsTriedOnceElsewhere()
{
    Servers servers;
    for (FakeServer *server : {&servers.db1, &servers.db2})
        server->script().greet().expectLogin().error(1045, "28000", "Access denied");
    Connection connection(optionsFor(servers));
    const OutcomePointer job = watch(connection.execute(u"INSERT 1"_s));
    VERIFY_FAILS(job, AccessDenied, NotSent);
    QCOMPARE(servers.db3.connectionCount(), 0);
    QCOMPARE(servers.db1.connectionCount() + servers.db2.connectionCount(), 2);

    servers.db1.script().greet().expectLogin().error(1045, "28000", "Access denied");
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(servers.db2.userQueries(), QByteArrayList({"INSERT 2"}));
}

void tst_Hosts::refusingProviderIsNotAskedForEachHost_data()
{
    QTest::addColumn<bool>("isQuestion");
    QTest::newRow("password, after a refusal") << false;
    QTest::newRow("question of the server") << true;
}

void tst_Hosts::refusingProviderIsNotAskedForEachHost()
{
    QFETCH(const bool, isQuestion);
    FakeCertificates certificates;
    if (!certificates.isValid())
        QSKIP("There is no openssl tool, or Qt has no TLS");
    Servers servers;
    for (FakeServer *server : {&servers.db1, &servers.db2, &servers.db3}) {
        server->setTls(certificates.server());
        Script &script = server->script();
        FakeGreeting greeting = FakeGreeting::mariaDb();
        greeting.capabilities |= Ssl;
        script.greet(greeting).expectLogin();
        if (isQuestion)
            script.send(authSwitchPayload("dialog", "\x02"
                                                    "Code: "));
        else
            script.error(1045, "28000", "Access denied");
    }
    const ScriptedProvider provider;
    ConnectionOptions options = optionsFor(servers);
    options.setTlsMode(ConnectionOptions::TlsMode::VerifyIdentity);
    QSslConfiguration configuration = options.sslConfiguration();
    configuration.setCaCertificates(certificates.authority());
    options.setSslConfiguration(configuration);
    options.setAllowedAuthenticationPlugins(options.allowedAuthenticationPlugins()
                                            + QStringList{u"dialog"_s});
    options.setPassword(u"secret"_s);
    options.setPasswordProvider(provider);
    Connection connection(options);
    const OutcomePointer job = watch(connection.execute(u"INSERT 1"_s));
    QTRY_COMPARE(provider.count(), 1);
    provider.cancel();
    QTRY_VERIFY(job->finished > 0 || provider.count() > 1);
    QCOMPARE(provider.count(), 1);
    VERIFY_FAILS(job, AuthenticationCancelled, NotSent);
    QCOMPARE(servers.db2.connectionCount() + servers.db3.connectionCount(), 0);
}

void tst_Hosts::rejectedCertificateOfOneHost()
{
    FakeCertificates certificates;
    if (!certificates.isValid())
        QSKIP("There is no openssl tool, or Qt has no TLS");
    Servers servers;
    // Each one is verified by its own name, of which the first has another.
    servers.db1.setTls(certificates.server(u"DNS:other.example.org"_s));
    servers.db2.setTls(certificates.server());
    ConnectionOptions options = optionsFor(servers);
    options.setTlsMode(ConnectionOptions::TlsMode::VerifyIdentity);
    QSslConfiguration configuration = options.sslConfiguration();
    configuration.setCaCertificates(certificates.authority());
    options.setSslConfiguration(configuration);
    Connection connection(options);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors[0].constFirst().value<Error>().code(), Error::CertificateRejected);
    QVERIFY(servers.db2.connection()->isEncrypted());
    QCOMPARE(servers.db2.userQueries(), QByteArrayList({"INSERT 1"}));
}

void tst_Hosts::killGoesToTheHostOfTheSession()
{
    Servers servers;
    servers.db1.stopListening();
    servers.db2.on("SELECT slow", FakeServer::stall);
    Connection connection(optionsFor(servers));
    const RunningQuery running = runningQuery(&connection, servers.db2);
    servers.db1.listenAgain();
    running.query->cancel();
    VERIFY_FAILS(running.outcome, Cancelled, Rejected);
    QCOMPARE(servers.db2.connectionCount(), 2);
    QCOMPARE(servers.db1.connectionCount() + servers.db3.connectionCount(), 0);
}

void tst_Hosts::observersAreGivenTheHost()
{
    Servers servers;
    servers.db1.stopListening();
    const auto observer = std::make_shared<AttemptObserver>();
    Connection connection(optionsFor(servers));
    connection.setObserver(observer);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QTRY_COMPARE(observer->attempts.size(), 2);
    QCOMPARE(observer->attempts[0].endpoint.port, servers.db1.port());
    QCOMPARE(observer->attempts[0].error.code(), Error::ConnectionRefused);
    QCOMPARE(observer->attempts[1].endpoint.port, servers.db2.port());
    QVERIFY(!observer->attempts[1].error);
}

void tst_Hosts::optionsThatChangeWhileConnecting()
{
    Servers servers;
    servers.db1.script().hold();
    Connection connection(optionsFor(servers));
    const OutcomePointer job = watch(connection.execute(u"INSERT 1"_s));
    QTRY_COMPARE(servers.db1.connectionCount(), 1);
    connection.setOptions(Fake::optionsFor({&servers.db3, &servers.db2}));
    VERIFY_SUCCEEDS(job);
    QCOMPARE(servers.db3.userQueries(), QByteArrayList({"INSERT 1"}));
    connection.setOptions(Fake::optionsFor(servers.db2));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(servers.db2.userQueries(), QByteArrayList({"INSERT 2"}));
}

void tst_Hosts::abortsWhileConnecting()
{
    Servers servers;
    servers.db1.script().hold();
    Connection connection(
        optionsFor({Host(u"localhost"_s, servers.db1.port()), hostOf(servers.db2)}, servers.db1));
    // While the name is looked up, and while the greeting is awaited.
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s));
    connection.abort();
    VERIFY_FAILS(first, ConnectionClosed, NotSent);
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s));
    QTRY_VERIFY(servers.db1.connectionCount() >= 1);
    connection.abort();
    VERIFY_FAILS(second, ConnectionClosed, NotSent);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
}

void tst_Hosts::sessionsOfAPoolAreDistributed()
{
    Servers servers;
    for (FakeServer *server : {&servers.db1, &servers.db2, &servers.db3})
        server->on("SELECT slow", FakeServer::stall);
    ConnectionOptions options = optionsFor(servers);
    options.setHostPolicy(Selection::LeastConnections);
    Pool pool(options);
    pool.setMaximumConnections(6);
    for (int i = 0; i < 6; ++i)
        watch(pool.execute(u"SELECT slow"_s));
    QTRY_COMPARE(pool.statistics().inUse, 6);
    for (FakeServer *server : {&servers.db1, &servers.db2, &servers.db3})
        QTRY_COMPARE(server->countQuery("SELECT slow"), 2);
    pool.abort();
}

void tst_Hosts::poolGoesToTheNextHost()
{
    Servers servers;
    ConnectionOptions options = optionsFor(servers);
    options.setRetryPolicy(lateRetries());
    Pool pool(options);
    pool.setMaximumConnections(3);
    VERIFY_SUCCEEDS(watch(pool.warmUp(3)));
    QCOMPARE(servers.db1.connectionCount(), 3);
    servers.db1.stopListening();
    servers.db1.cutAll();
    QTRY_COMPARE(pool.statistics().open, 0);
    QList<OutcomePointer> jobs;
    for (int i = 0; i < 20; ++i)
        jobs.append(watch(pool.execute(u"INSERT %1"_s.arg(i))));
    for (const OutcomePointer &job : jobs)
        VERIFY_SUCCEEDS(job);
    QCOMPARE(servers.db2.userQueries().size(), 20);
    QCOMPARE(servers.db3.connectionCount(), 0);
}

void tst_Hosts::namesAreLookedUp()
{
    Servers servers;
    servers.db1.stopListening();
    Connection connection(
        optionsFor({Host(u"no-such-host.invalid"_s), Host(u"localhost"_s, servers.db1.port()),
                    Host(u"localhost"_s, servers.db2.port())},
                   servers.db1));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    const OutcomePointer job = watch(connection.execute(u"INSERT 1"_s));
    // Looking up a name takes some time on machines whose name server does not answer.
    QTRY_COMPARE_WITH_TIMEOUT(job->finished, 1, 60'000);
    VERIFY_SUCCEEDS(job);
    QCOMPARE(servers.db2.userQueries(), QByteArrayList({"INSERT 1"}));
    QVERIFY(errors.size() >= 2);
    const auto first = errors[0].constFirst().value<Error>();
    QVERIFY2(first.message().contains(u"no-such-host.invalid"_s), qPrintable(first.message()));
}

QTEST_GUILESS_MAIN(tst_Hosts)
#include "tst_hosts.moc"
