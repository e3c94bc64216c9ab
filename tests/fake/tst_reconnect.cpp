// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"
#include "fakecertificates.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using State = Connection::State;

class tst_Reconnect : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusedConnectIsTriedAgainUntilItSucceeds();
    void unreachableServerIsTriedAgain_data();
    void unreachableServerIsTriedAgain();
    void delaysDoubleUpToTheMaximum();
    void transientErrorBeforeLoginIsTriedAgain_data();
    void transientErrorBeforeLoginIsTriedAgain();
    void transientErrorAfterLoginIsTriedAgain();
    void connectionCutDuringHandshakeIsTriedAgain_data();
    void connectionCutDuringHandshakeIsTriedAgain();
    void serverThatSaysNothingTimesOut_data();
    void serverThatSaysNothingTimesOut();
    void permanentErrorFailsAllJobsAtOnce_data();
    void permanentErrorFailsAllJobsAtOnce();
    void tlsRequiredButNotOfferedFailsAllJobs();
    void rejectedCertificateFailsAllJobs_data();
    void rejectedCertificateFailsAllJobs();
    void unknownPluginFailsAllJobs();
    void queueTimeoutEndsOnlyItsJob();
    void queueTimeoutOfTheOptionsHoldsForEveryJob();
    void queueTimeoutDoesNotHitRunningJob();
    void reconnectNowSkipsTheDelay();
    void nobodyWaitingEndsTheAttempts();
};

void tst_Reconnect::refusedConnectIsTriedAgainUntilItSucceeds()
{
    FakeServer server;
    server.stopListening();
    Connection connection(optionsFor(server));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    QSignalSpy attempts(&connection, &Connection::reconnectAttemptChanged);
    const auto states = watchStates(&connection);
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s));
    QTRY_VERIFY(connection.reconnectAttempt() >= 3);
    QCOMPARE(connection.lastError().code(), Error::ConnectionRefused);
    QVERIFY(states->contains(State::WaitingToReconnect));
    QCOMPARE(first->finished, 0);

    server.listenAgain();
    VERIFY_SUCCEEDS(first);
    VERIFY_SUCCEEDS(second);
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT 1", "INSERT 2"}));
    QVERIFY(errors.size() >= 1);
    QCOMPARE(connection.reconnectAttempt(), 0);
    QTRY_COMPARE(attempts.constLast().constFirst(), QVariant(0));
    QVERIFY(!connection.nextReconnect().isValid());
}

void tst_Reconnect::unreachableServerIsTriedAgain_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("localSocket");
    QTest::addColumn<Error::Code>("code");
    // RFC 6761: nobody will ever have a name under "invalid".
    QTest::newRow("host not found")
        << u"no-such-host.invalid"_s << QString() << Error::HostNotFound;
    QTest::newRow("no local socket at the path")
        << QString() << u"/no/such/directory/mysql.sock"_s << Error::HostUnreachable;
}

void tst_Reconnect::unreachableServerIsTriedAgain()
{
    QFETCH(const QString, host);
    QFETCH(const QString, localSocket);
    QFETCH(const Error::Code, code);
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    if (localSocket.isEmpty())
        options.setHost(host);
    else
        options.setLocalSocketName(localSocket);
    // Looking up a name takes some time on machines whose name server does not answer.
    options.setConnectTimeout(1min);
    Connection connection(options);
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s));
    QTRY_VERIFY_WITH_TIMEOUT(connection.reconnectAttempt() >= 2, 60'000);
    QCOMPARE(connection.lastError().code(), code);
    QCOMPARE(first->finished, 0);
    QCOMPARE(second->finished, 0);

    connection.setOptions(optionsFor(server));
    VERIFY_SUCCEEDS(first);
    VERIFY_SUCCEEDS(second);
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT 1", "INSERT 2"}));
}

void tst_Reconnect::delaysDoubleUpToTheMaximum()
{
    FakeServer server;
    server.stopListening();
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setInitialDelay(50ms);
    policy.setMaximumDelay(200ms);
    options.setRetryPolicy(policy);
    Connection connection(options);

    QList<qint64> delays;
    QList<QDateTime> times;
    QList<int> attempts;
    connect(&connection, &Connection::nextReconnectChanged, this, [&](const QDateTime &next) {
        if (!next.isValid())
            return;
        delays.append(QDateTime::currentDateTime().msecsTo(next));
        times.append(next);
        attempts.append(connection.reconnectAttempt());
    });
    const OutcomePointer outcome = watch(connection.execute(u"SELECT 1"_s));
    QTRY_VERIFY(delays.size() >= 4);
    QCOMPARE(attempts.first(4), QList<int>({1, 2, 3, 4}));
    const QList<qint64> expected = {50, 100, 200, 200};
    for (qsizetype i = 0; i < expected.size(); ++i) {
        // On a busy machine the signal comes late, and so does the next attempt: less may be left
        // of a delay, and more lie between two. A coarse timer may be 5 % early.
        QVERIFY2(delays.at(i) <= expected.at(i) + 1, QByteArray::number(delays.at(i)));
        if (i > 0) {
            const qint64 between = times.at(i - 1).msecsTo(times.at(i));
            QVERIFY2(between >= expected.at(i) * 9 / 10, QByteArray::number(between));
        }
    }
    connection.abort();
    QTRY_COMPARE(outcome->finished, 1);
}

void tst_Reconnect::transientErrorBeforeLoginIsTriedAgain_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QByteArray>("sqlState");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("too many connections, without SQLSTATE") << 1040 << ""_ba
                                                            << "Too many connections"_ba;
    QTest::newRow("too many connections") << 1040 << "08004"_ba
                                          << "Too many connections"_ba;
    QTest::newRow("shutting down") << 1053 << "08S01"_ba
                                   << "Server shutdown in progress"_ba;
    QTest::newRow("cluster node not ready")
        << 1047 << "08S01"_ba
        << "WSREP has not yet prepared node for application use"_ba;
}

void tst_Reconnect::transientErrorBeforeLoginIsTriedAgain()
{
    QFETCH(const int, number);
    QFETCH(const QByteArray, sqlState);
    QFETCH(const QByteArray, message);
    FakeServer server;
    server.script().error(number, sqlState, message).cut();
    server.script().error(number, sqlState, message).cut();
    Connection connection(optionsFor(server));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(server.connectionCount(), 3);
    QCOMPARE(server.countQuery("INSERT 1"), 1);
    QCOMPARE(errors.size(), 2);
    QCOMPARE(errors.constFirst().constFirst().value<Error>().serverErrorNumber(), number);
}

void tst_Reconnect::transientErrorAfterLoginIsTriedAgain()
{
    FakeServer server;
    server.script().greet().expectLogin().error(1040, "08004", "Too many connections").cut();
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(server.connectionCount(), 2);
}

void tst_Reconnect::connectionCutDuringHandshakeIsTriedAgain_data()
{
    QTest::addColumn<qint64>("bytes");
    const qsizetype size = packet(greetingPayload(FakeGreeting()), 0).size();
    QTest::newRow("accepted and closed") << qint64(0);
    QTest::newRow("within the header") << qint64(2);
    QTest::newRow("within the greeting") << qint64(30);
    QTest::newRow("after the greeting") << qint64(size);
    QTest::newRow("within the OK") << qint64(size + 6);
}

void tst_Reconnect::connectionCutDuringHandshakeIsTriedAgain()
{
    QFETCH(const qint64, bytes);
    FakeServer server;
    server.script().act([bytes](FakeConnection &c) { c.cutAfter(bytes); }).login();
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(server.countQuery("INSERT 1"), 1);
}

void tst_Reconnect::serverThatSaysNothingTimesOut_data()
{
    QTest::addColumn<bool>("greets");
    QTest::newRow("no greeting") << false;
    QTest::newRow("no answer to the login") << true;
}

void tst_Reconnect::serverThatSaysNothingTimesOut()
{
    QFETCH(const bool, greets);
    FakeServer server;
    Script &script = server.script();
    if (greets)
        script.greet().expectLogin();
    script.hold();
    ConnectionOptions options = optionsFor(server);
    options.setConnectTimeout(100ms);
    Connection connection(options);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    QVERIFY(server.connectionCount() >= 2);
    QVERIFY(!errors.isEmpty());
    QCOMPARE(errors.constFirst().constFirst().value<Error>().code(), Error::ConnectTimeout);
}

void tst_Reconnect::permanentErrorFailsAllJobsAtOnce_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QByteArray>("sqlState");
    QTest::addColumn<Error::Code>("code");
    QTest::newRow("access denied") << 1045 << "28000"_ba << Error::AccessDenied;
    QTest::newRow("access to the database denied") << 1044 << "42000"_ba << Error::AccessDenied;
    QTest::newRow("unknown database") << 1049 << "42000"_ba << Error::ServerError;
}

void tst_Reconnect::permanentErrorFailsAllJobsAtOnce()
{
    QFETCH(const int, number);
    QFETCH(const QByteArray, sqlState);
    QFETCH(const Error::Code, code);
    FakeServer server;
    server.script().greet().expectLogin().error(number, sqlState, "No").cut();
    ConnectionOptions options = optionsFor(server);
    options.setDatabase(u"shop"_s);
    Connection connection(options);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s));
    for (const OutcomePointer &outcome : {first, second}) {
        QTRY_COMPARE(outcome->finished, 1);
        QVERIFY2(outcome->failed(code), describe(outcome).constData());
        QCOMPARE(outcome->error.serverErrorNumber(), number);
        QCOMPARE(outcome->error.execution(), Error::Execution::NotSent);
    }
    QTRY_COMPARE(connection.state(), State::Unconnected);
    QCOMPARE(errors.size(), 1);

    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
    QCOMPARE(server.connectionCount(), 2);
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT 3"}));
}

void tst_Reconnect::tlsRequiredButNotOfferedFailsAllJobs()
{
    FakeServer server;
    ConnectionOptions options = optionsFor(server);
    options.setTlsMode(ConnectionOptions::TlsMode::Required);
    Connection connection(options);
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s));
    VERIFY_FAILS(first, TlsNotOffered, NotSent);
    VERIFY_FAILS(second, TlsNotOffered, NotSent);
    QTRY_COMPARE(connection.state(), State::Unconnected);
    VERIFY_FAILS(watch(connection.execute(u"INSERT 3"_s)), TlsNotOffered, NotSent);
    QCOMPARE(server.connectionCount(), 2);
    QVERIFY(server.received().isEmpty());
}

void tst_Reconnect::rejectedCertificateFailsAllJobs_data()
{
    QTest::addColumn<bool>("hasAuthority");
    QTest::addColumn<Error::Code>("code");
    QTest::newRow("not of the given authority") << true << Error::CertificateRejected;
    // Then the server may prove itself by the password instead, which this one does not.
    QTest::newRow("no authority given") << false << Error::ServerNotVerified;
}

void tst_Reconnect::rejectedCertificateFailsAllJobs()
{
    QFETCH(const bool, hasAuthority);
    QFETCH(const Error::Code, code);
    FakeCertificates certificates;
    FakeServer server;
    server.setTls(certificates.selfSignedServer());
    if (!certificates.isValid())
        QSKIP("There is no openssl tool, or Qt was built without TLS");
    ConnectionOptions options = optionsFor(server);
    options.setTlsMode(ConnectionOptions::TlsMode::VerifyIdentity);
    if (hasAuthority) {
        QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
        ssl.setCaCertificates(certificates.authority());
        options.setSslConfiguration(ssl);
    }
    Connection connection(options);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    const auto states = watchStates(&connection);
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s));
    const OutcomePointer third = watch(connection.ping());
    for (const OutcomePointer &outcome : {first, second, third}) {
        QTRY_COMPARE(outcome->finished, 1);
        QVERIFY2(outcome->failed(code), describe(outcome).constData());
        QCOMPARE(outcome->error.execution(), Error::Execution::NotSent);
    }
    QTRY_COMPARE(connection.state(), State::Unconnected);
    QCOMPARE(server.connectionCount(), 1);
    QCOMPARE(errors.size(), 1);
    QVERIFY(!states->contains(State::WaitingToReconnect));
    QVERIFY(!connection.nextReconnect().isValid());

    // The next job tries again, and once.
    const OutcomePointer next = watch(connection.execute(u"INSERT 3"_s));
    QTRY_COMPARE(next->finished, 1);
    QVERIFY2(next->failed(code), describe(next).constData());
    QCOMPARE(server.connectionCount(), 2);
    options.setTlsMode(ConnectionOptions::TlsMode::Required);
    connection.setOptions(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 4"_s)));
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT 4"}));
}

void tst_Reconnect::unknownPluginFailsAllJobs()
{
    FakeServer server;
    server.script().greet().expectLogin().send(authSwitchPayload("no_such_plugin", "data"));
    Connection connection(optionsFor(server));
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(connection.execute(u"INSERT 2"_s));
    VERIFY_FAILS(first, AuthenticationPluginNotSupported, NotSent);
    VERIFY_FAILS(second, AuthenticationPluginNotSupported, NotSent);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
    QCOMPARE(server.connectionCount(), 2);
}

void tst_Reconnect::queueTimeoutEndsOnlyItsJob()
{
    FakeServer server;
    server.stopListening();
    Connection connection(optionsFor(server));
    const OutcomePointer patient = watch(connection.execute(u"INSERT 1"_s));
    Query *query = connection.execute(u"INSERT 2"_s);
    query->setQueueTimeout(30ms);
    QCOMPARE(query->queueTimeout(), 30ms);
    const OutcomePointer impatient = watch(query);
    VERIFY_FAILS(impatient, QueueTimeout, NotSent);
    QCOMPARE(patient->finished, 0);

    server.listenAgain();
    VERIFY_SUCCEEDS(patient);
    QCOMPARE(server.userQueries(), QByteArrayList({"INSERT 1"}));
}

void tst_Reconnect::queueTimeoutOfTheOptionsHoldsForEveryJob()
{
    FakeServer server;
    server.stopListening();
    ConnectionOptions options = optionsFor(server);
    options.setQueueTimeout(30ms);
    Connection connection(options);
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer second = watch(connection.ping());
    VERIFY_FAILS(first, QueueTimeout, NotSent);
    VERIFY_FAILS(second, QueueTimeout, NotSent);
    QTRY_COMPARE(connection.state(), State::Unconnected);
}

void tst_Reconnect::queueTimeoutDoesNotHitRunningJob()
{
    FakeServer server;
    server.on("INSERT 1", FakeServer::stall);
    Connection connection(optionsFor(server));
    Query *query = connection.execute(u"INSERT 1"_s);
    query->setQueueTimeout(2s);
    const OutcomePointer running = watch(query);
    QTRY_COMPARE(server.countQuery("INSERT 1"), 1);
    Query *behind = connection.execute(u"INSERT 2"_s);
    behind->setQueueTimeout(20ms);
    VERIFY_FAILS(watch(behind), QueueTimeout, NotSent);
    QCOMPARE(running->finished, 0);
    server.connection()->ok();
    VERIFY_SUCCEEDS(running);
}

void tst_Reconnect::reconnectNowSkipsTheDelay()
{
    FakeServer server;
    server.stopListening();
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setInitialDelay(10min);
    policy.setMaximumDelay(10min);
    options.setRetryPolicy(policy);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    QTRY_COMPARE(connection.state(), State::WaitingToReconnect);
    QVERIFY(connection.nextReconnect().isValid());
    server.listenAgain();
    connection.reconnectNow();
    VERIFY_SUCCEEDS(outcome);
}

void tst_Reconnect::nobodyWaitingEndsTheAttempts()
{
    FakeServer server;
    server.stopListening();
    Connection connection(optionsFor(server));
    Query *query = connection.execute(u"INSERT 1"_s);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(connection.state(), State::WaitingToReconnect);
    query->cancel();
    VERIFY_FAILS(outcome, Cancelled, NotSent);
    QTRY_COMPARE(connection.state(), State::Unconnected);
    QVERIFY(!connection.nextReconnect().isValid());
}

QTEST_GUILESS_MAIN(tst_Reconnect)

#include "tst_reconnect.moc"
