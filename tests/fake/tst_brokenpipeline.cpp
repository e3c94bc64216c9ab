// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "pipelinefixture.h"

#include <QtCore/qtimer.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What becomes of statements on their way when their connection is lost, or one of them fails.
class tst_BrokenPipeline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lostReadsAreSentAgainInOrder();
    void lostWritesAreUnknown();
    void lostStatementsFollowThePolicy_data();
    void lostStatementsFollowThePolicy();
    void lossByAnotherUsesUpNoAttempt();
    void wrongAnswerFailsItsJobOnly_data();
    void wrongAnswerFailsItsJobOnly();
    void temporaryErrorOfAReadKeepsTheOrder_data();
    void temporaryErrorOfAReadKeepsTheOrder();
    void abortEndsAll();
    void slotsMayDeleteTheConnection();
};

void tst_BrokenPipeline::lostReadsAreSentAgainInOrder()
{
    Jobs jobs;
    FakeServer server;
    const QStringList statements
        = {u"SELECT 1"_s, u"SELECT 2"_s, u"SELECT 3"_s, u"SELECT 4"_s, u"SELECT 5"_s};
    server.once("SELECT 3", FakeServer::stall);
    Connection connection(pipeliningOptions(server, 4));
    jobs.execute(&connection, statements);
    QTRY_COMPARE(jobs.order.size(), 2);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 5);
    server.connection()->reset();
    for (const OutcomePointer &outcome : jobs.outcomes)
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(jobs.order, statements);
    QCOMPARE(arrivedAt(server.connection(2)), QByteArrayList({"SELECT 3", "SELECT 4", "SELECT 5"}));
    QCOMPARE(jobs.outcomes[3]->states,
             (QList<Job::State>{Job::State::Running, Job::State::Waiting, Job::State::Running,
                                Job::State::Finished}));
}

void tst_BrokenPipeline::lostWritesAreUnknown()
{
    Jobs jobs;
    FakeServer server;
    server.once("INSERT 2", FakeServer::stall);
    Connection connection(pipeliningOptions(server, 3));
    const QStringList statements = {u"INSERT 1"_s, u"INSERT 2"_s, u"INSERT 3"_s,
                                    u"INSERT 4"_s, u"INSERT 5"_s, u"INSERT 6"_s};
    jobs.execute(&connection, statements);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 4);
    server.connection()->reset();
    VERIFY_SUCCEEDS(jobs.outcomes[0]);
    VERIFY_FAILS(jobs.outcomes[1], ConnectionLost, Unknown);
    VERIFY_FAILS(jobs.outcomes[2], ConnectionLost, Unknown);
    VERIFY_FAILS(jobs.outcomes[3], ConnectionLost, Unknown);
    VERIFY_SUCCEEDS(jobs.outcomes[4]);
    VERIFY_SUCCEEDS(jobs.outcomes[5]);
    QCOMPARE(jobs.order, statements);
    QCOMPARE(arrivedAt(server.connection(2)), QByteArrayList({"INSERT 5", "INSERT 6"}));
}

void tst_BrokenPipeline::lostStatementsFollowThePolicy_data()
{
    QTest::addColumn<RetryPolicy::Resend>("resend");
    QTest::addColumn<QString>("verb");
    QTest::addColumn<bool>("isIdempotent");
    QTest::addColumn<bool>("isRepeated");
    QTest::newRow("reads, never") << RetryPolicy::Never << u"SELECT"_s << false << false;
    QTest::newRow("writes, always") << RetryPolicy::Always << u"INSERT"_s << false << true;
    QTest::newRow("idempotent writes") << RetryPolicy::Idempotent << u"INSERT"_s << true << true;
}

void tst_BrokenPipeline::lostStatementsFollowThePolicy()
{
    QFETCH(const RetryPolicy::Resend, resend);
    QFETCH(const QString, verb);
    QFETCH(const bool, isIdempotent);
    QFETCH(const bool, isRepeated);
    Jobs jobs;
    FakeServer server;
    const QStringList statements = {verb + u" 1"_s, verb + u" 2"_s, verb + u" 3"_s};
    server.once(statements.first().toUtf8(), FakeServer::stall);
    ConnectionOptions options = pipeliningOptions(server);
    RetryPolicy policy = quickRetries();
    policy.setResend(resend);
    options.setRetryPolicy(policy);
    Connection connection(options);
    jobs.execute(&connection, statements);
    for (Query *query : jobs.queries)
        query->setIdempotent(isIdempotent);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 3);
    server.connection()->reset();
    for (const OutcomePointer &outcome : jobs.outcomes) {
        if (isRepeated)
            VERIFY_SUCCEEDS(outcome);
        else
            VERIFY_FAILS(outcome, ConnectionLost, Unknown);
    }
    QCOMPARE(jobs.order, statements);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(arrivedAt(server.connection()).size(), isRepeated ? 4 : 1);
}

void tst_BrokenPipeline::lossByAnotherUsesUpNoAttempt()
{
    Jobs jobs;
    FakeServer server;
    server.on("SELECT poison 1", [](FakeConnection &c) { c.cut(); });
    server.on("SELECT poison 2", [](FakeConnection &c) { c.cut(); });
    ConnectionOptions options = pipeliningOptions(server);
    RetryPolicy policy = quickRetries();
    policy.setMaximumAttempts(3);
    options.setRetryPolicy(policy);
    Connection connection(options);
    const QStringList statements
        = {u"SELECT poison 1"_s, u"SELECT 1"_s, u"SELECT poison 2"_s, u"SELECT 2"_s};
    jobs.execute(&connection, statements);
    VERIFY_FAILS(jobs.outcomes[0], ConnectionLost, Unknown);
    VERIFY_SUCCEEDS(jobs.outcomes[1]);
    VERIFY_FAILS(jobs.outcomes[2], ConnectionLost, Unknown);
    VERIFY_SUCCEEDS(jobs.outcomes[3]);
    QCOMPARE(jobs.order, statements);
    QCOMPARE(server.countQuery("SELECT poison 1"), 3);
    QCOMPARE(server.countQuery("SELECT poison 2"), 3);
}

void tst_BrokenPipeline::wrongAnswerFailsItsJobOnly_data()
{
    QTest::addColumn<QString>("verb");
    QTest::addColumn<bool>("isRepeated");
    QTest::newRow("reads") << u"SELECT"_s << true;
    QTest::newRow("writes") << u"INSERT"_s << false;
}

void tst_BrokenPipeline::wrongAnswerFailsItsJobOnly()
{
    QFETCH(const QString, verb);
    QFETCH(const bool, isRepeated);
    Jobs jobs;
    FakeServer server;
    const QStringList statements = {verb + u" 1"_s, verb + u" 2"_s, verb + u" 3"_s, verb + u" 4"_s};
    server.once(statements[0].toUtf8(), [](FakeConnection &c) {
        // When all of them have arrived.
        QTimer::singleShot(20ms, &c, [&c] { c.ok(); });
    });
    server.once(statements[1].toUtf8(), [](FakeConnection &c) {
        c.setNextSequence(5);
        c.send(okPayload({}, c.capabilities()));
    });
    Connection connection(pipeliningOptions(server));
    jobs.execute(&connection, statements);
    VERIFY_SUCCEEDS(jobs.outcomes[0]);
    VERIFY_FAILS(jobs.outcomes[1], ProtocolError, Unknown);
    for (const OutcomePointer &outcome : {jobs.outcomes[2], jobs.outcomes[3]}) {
        if (isRepeated)
            VERIFY_SUCCEEDS(outcome);
        else
            VERIFY_FAILS(outcome, ConnectionLost, Unknown);
    }
    QCOMPARE(jobs.order, statements);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QVERIFY(!server.connection(1)->isOpen());
    QCOMPARE(server.countQuery(statements[1].toUtf8()), 1);
    QCOMPARE(arrivedAt(server.connection(2)).size(), isRepeated ? 3 : 1);
}

void tst_BrokenPipeline::temporaryErrorOfAReadKeepsTheOrder_data()
{
    QTest::addColumn<bool>("reconnects");
    QTest::newRow("same session") << false;
    QTest::newRow("new session") << true;
}

void tst_BrokenPipeline::temporaryErrorOfAReadKeepsTheOrder()
{
    QFETCH(const bool, reconnects);
    Jobs jobs;
    FakeServer server;
    server.once("SELECT 2", [](FakeConnection &c) { c.error(1290, "HY000", "read only"); });
    ConnectionOptions options = pipeliningOptions(server);
    RetryPolicy policy = quickRetries();
    policy.setTransientErrorNumbers({1290});
    policy.setReconnectOnTransientError(reconnects);
    options.setRetryPolicy(policy);
    Connection connection(options);
    const QStringList statements = {u"SELECT 1"_s, u"SELECT 2"_s, u"SELECT 3"_s};
    jobs.execute(&connection, statements);
    for (const OutcomePointer &outcome : jobs.outcomes)
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(jobs.order, statements);
    QCOMPARE(server.countQuery("SELECT 1"), 1);
    QCOMPARE(server.countQuery("SELECT 2"), 2);
    QCOMPARE(server.connectionCount(), reconnects ? 2 : 1);
}

void tst_BrokenPipeline::abortEndsAll()
{
    Jobs jobs;
    FakeServer server;
    server.on("SELECT 1", FakeServer::stall);
    Connection connection(pipeliningOptions(server, 2));
    const QStringList statements = {u"SELECT 1"_s, u"SELECT 2"_s, u"SELECT 3"_s};
    jobs.execute(&connection, statements);
    QTRY_COMPARE(arrivedAt(server.connection()).size(), 2);
    connection.abort();
    VERIFY_FAILS(jobs.outcomes[0], ConnectionClosed, Unknown);
    VERIFY_FAILS(jobs.outcomes[1], ConnectionClosed, Unknown);
    VERIFY_FAILS(jobs.outcomes[2], ConnectionClosed, NotSent);
    QCOMPARE(jobs.order, statements);
    QCOMPARE(connection.pendingJobs(), 0);
}

void tst_BrokenPipeline::slotsMayDeleteTheConnection()
{
    Jobs jobs;
    FakeServer server;
    server.on("SELECT 2", FakeServer::stall);
    auto *connection = new Connection(pipeliningOptions(server));
    jobs.execute(connection, {u"SELECT 1"_s, u"SELECT 2"_s, u"SELECT 3"_s});
    connect(jobs.queries[0], &Job::finished, this, [connection] { delete connection; });
    VERIFY_SUCCEEDS(jobs.outcomes[0]);
    VERIFY_FAILS(jobs.outcomes[1], ConnectionClosed, Unknown);
    VERIFY_FAILS(jobs.outcomes[2], ConnectionClosed, Unknown);
}

QTEST_GUILESS_MAIN(tst_BrokenPipeline)

#include "tst_brokenpipeline.moc"
