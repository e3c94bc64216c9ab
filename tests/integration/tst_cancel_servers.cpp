// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "cuttingproxy.h"
#include "servers.h"

#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qrandom.h>
#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;
using Execution = Error::Execution;

/// Slow machines take their time; a statement that nobody stopped would take longer than this.
constexpr qint64 LongestMilliseconds = 40'000;

class tst_Cancel_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cancelStopsSleep_data() { addChannelRows(); }
    void cancelStopsSleep();
    void queryTimeoutStopsSleep_data() { addRows(); }
    void queryTimeoutStopsSleep();
    void cancelStopsCrossJoin_data() { addRows(); }
    void cancelStopsCrossJoin();
    void cancelStopsUpdateThatWaitsForALock_data() { addRows(); }
    void cancelStopsUpdateThatWaitsForALock();
    void queryTimeoutStopsUpdateThatWaitsForALock_data() { addRows(); }
    void queryTimeoutStopsUpdateThatWaitsForALock();
    void cancelHitsOneJobOnly_data() { addRows(); }
    void cancelHitsOneJobOnly();
    void plainAccountKeepsItsSession_data() { addChannelRows(); }
    void plainAccountKeepsItsSession();
    void cancelThroughAProxy_data() { addRows(); }
    void cancelThroughAProxy();
    void cancelBehindABalancerHitsNoStranger();
    void limitsHoldBehindASlowQuery_data();
    void limitsHoldBehindASlowQuery();

private:
    void stopUpdateThatWaits(const Server &server, bool byTimeout);
};

namespace {

void cancelWhenRunning(Job *job)
{
    QObject::connect(job, &Job::stateChanged, job, [job](Job::State state) {
        if (state == Job::State::Running)
            QTimer::singleShot(50ms, job, &Job::cancel);
    });
}

} // namespace

void tst_Cancel_Servers::initTestCase()
{
    VERIFY_SERVERS();
}

void tst_Cancel_Servers::cancelStopsSleep()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    Connection connection(Servers::options(server, channel));
    QElapsedTimer clock;
    clock.start();
    Query *sleeper = connection.execute(u"SELECT SLEEP(300)"_s);
    cancelWhenRunning(sleeper);
    const OutcomePointer slept = Fake::watch(sleeper);
    const OutcomePointer next = finishedOf(connection.execute(u"SELECT CONNECTION_ID()"_s));
    QVERIFY2(next->succeeded(), Fake::describe(next).constData());
    QVERIFY2(slept->failed(Error::Cancelled), Fake::describe(slept).constData());
    QVERIFY(slept->error.execution() != Execution::NotSent);
    QVERIFY(clock.elapsed() < LongestMilliseconds);
    // The session lives on: nothing had to be dropped.
    QCOMPARE(next->rows().value(0).value(0).toULongLong(), connection.connectionId());
}

void tst_Cancel_Servers::queryTimeoutStopsSleep()
{
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    QElapsedTimer clock;
    clock.start();
    Query *sleeper = connection.execute(u"DO SLEEP(300)"_s);
    sleeper->setTimeout(100ms);
    const OutcomePointer slept = finishedOf(sleeper);
    QVERIFY2(slept->failed(Error::QueryTimeout), Fake::describe(slept).constData());
    QVERIFY(clock.elapsed() >= 100 && clock.elapsed() < LongestMilliseconds);
    VERIFY_DONE(connection.ping());
}

void tst_Cancel_Servers::cancelStopsCrossJoin()
{
    QFETCH(Server, server);
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    Connection connection(options);
    VERIFY_DONE(connection.execute(u"CREATE TABLE n (n INT)"_s));
    QStringList rows;
    for (int i = 0; i < 1000; ++i)
        rows.append(u"(%1)"_s.arg(i));
    VERIFY_DONE(connection.execute(u"INSERT INTO n VALUES "_s + rows.join(u',')));

    Query *join = connection.execute(
        u"SELECT SUM(a.n * b.n + c.n * d.n) FROM n a JOIN n b JOIN n c JOIN n d"_s);
    cancelWhenRunning(join);
    const OutcomePointer joined = finishedOf(join);
    QVERIFY2(joined->failed(Error::Cancelled), Fake::describe(joined).constData());
    QCOMPARE(joined->error.execution(), Execution::Rejected);
    VERIFY_DONE(connection.ping());
}

void tst_Cancel_Servers::stopUpdateThatWaits(const Server &server, bool byTimeout)
{
    const Database database(server);
    ConnectionOptions options = Servers::options(server, database);
    Connection holder(options);
    VERIFY_DONE(holder.execute(u"CREATE TABLE t (id INT PRIMARY KEY, n INT) ENGINE=InnoDB"_s));
    VERIFY_DONE(holder.execute(u"INSERT INTO t VALUES (1, 0)"_s));
    VERIFY_DONE(holder.execute(u"BEGIN"_s));
    VERIFY_DONE(holder.execute(u"UPDATE t SET n = 1 WHERE id = 1"_s));

    options.setSessionVariables({{u"innodb_lock_wait_timeout"_s, 300}});
    Connection connection(options);
    Query *update = connection.execute(u"UPDATE t SET n = 2 WHERE id = 1"_s);
    if (byTimeout)
        update->setTimeout(200ms);
    else
        cancelWhenRunning(update);
    const OutcomePointer updated = finishedOf(update);
    QVERIFY2(updated->failed(byTimeout ? Error::QueryTimeout : Error::Cancelled),
             Fake::describe(updated).constData());
    QCOMPARE(updated->error.execution(), Execution::Rejected);

    VERIFY_DONE(holder.execute(u"COMMIT"_s));
    const OutcomePointer found = finishedOf(connection.execute(u"SELECT n FROM t"_s));
    QCOMPARE(found->rows(), QList<QStringList>{{u"1"_s}});
}

void tst_Cancel_Servers::cancelStopsUpdateThatWaitsForALock()
{
    QFETCH(Server, server);
    stopUpdateThatWaits(server, false);
}

void tst_Cancel_Servers::queryTimeoutStopsUpdateThatWaitsForALock()
{
    QFETCH(Server, server);
    stopUpdateThatWaits(server, true);
}

/// A kill that comes late would hit the job behind (MySQL bug 45679). So the one behind is a
/// statement that runs as long as the kill needs, and shows whether it was interrupted.
void tst_Cancel_Servers::cancelHitsOneJobOnly()
{
    constexpr int rounds = 200;
    QFETCH(Server, server);
    Connection connection(Servers::options(server));
    VERIFY_DONE(connection.ping());
    const quint64 session = connection.connectionId();

    QRandomGenerator random(45679);
    int cancelled = 0;
    int completed = 0;
    for (int round = 0; round < rounds; ++round) {
        Query *victim = connection.execute(u"SELECT SLEEP(0.004), ?"_s, {round});
        const OutcomePointer stopped = Fake::watch(victim);
        Query *sleeper = connection.execute(u"SELECT SLEEP(0.002), ?"_s, {round + 1'000'000});
        const OutcomePointer slept = Fake::watch(sleeper);
        Query *next = connection.execute(u"SELECT ?"_s, {round + 2'000'000});
        QTimer::singleShot(std::chrono::milliseconds(random.bounded(12)), victim, &Job::cancel);
        const OutcomePointer answered = finishedOf(next);

        QCOMPARE(stopped->finished, 1);
        if (stopped->succeeded()) {
            ++completed;
            // A sleep that was interrupted gives 1, and such a job was cancelled.
            QCOMPARE(stopped->rows(), (QList<QStringList>{{u"0"_s, QString::number(round)}}));
        } else {
            ++cancelled;
            QVERIFY2(stopped->failed(Error::Cancelled), Fake::describe(stopped).constData());
        }
        QVERIFY2(slept->succeeded(), Fake::describe(slept).constData());
        QCOMPARE(slept->rows(), (QList<QStringList>{{u"0"_s, QString::number(round + 1'000'000)}}));
        QVERIFY2(answered->succeeded(), Fake::describe(answered).constData());
        QCOMPARE(answered->rows(), (QList<QStringList>{{QString::number(round + 2'000'000)}}));
    }
    qInfo("%d were cancelled, %d had ended before", cancelled, completed);
    QVERIFY(cancelled > rounds / 10);
    // No session was given up for it.
    QCOMPARE(connection.connectionId(), session);
}

/// Nobody needs a privilege to be shown his own sessions.
void tst_Cancel_Servers::plainAccountKeepsItsSession()
{
    QFETCH(Server, server);
    QFETCH(Channel, channel);
    Connection admin(Servers::options(server));
    const QString user = uniqueName(u"plain"_s);
    VERIFY_DONE(admin.execute(u"CREATE USER '%1'@'%' IDENTIFIED BY 'open-sesame'"_s.arg(user)));
    {
        ConnectionOptions options = Servers::options(server, channel);
        options.setUser(user);
        options.setPassword(u"open-sesame"_s);
        options.setPublicKeyRetrievalAllowed(true);
        Connection connection(options);
        VERIFY_DONE(connection.ping());
        const quint64 session = connection.connectionId();
        for (int round = 0; round < 3; ++round) {
            Query *sleeper = connection.execute(u"SELECT SLEEP(300)"_s);
            sleeper->setTimeout(50ms);
            const OutcomePointer slept = finishedOf(sleeper);
            QVERIFY2(slept->failed(Error::QueryTimeout), Fake::describe(slept).constData());
        }
        VERIFY_DONE(connection.ping());
        QCOMPARE(connection.connectionId(), session);
    }
    VERIFY_DONE(admin.execute(u"DROP USER '%1'@'%'"_s.arg(user)));
}

/// The ports say nothing there; MySQL's connection attributes do.
void tst_Cancel_Servers::cancelThroughAProxy()
{
    QFETCH(Server, server);
    Fake::CuttingProxy proxy(QHostAddress(server.host), server.port);
    ConnectionOptions options = Servers::options(server, Channel::Clear);
    options.setPort(proxy.port());
    options.setPublicKeyRetrievalAllowed(true);
    Connection connection(options);
    VERIFY_DONE(connection.ping());
    const quint64 session = connection.connectionId();
    QElapsedTimer clock;
    clock.start();
    Query *sleeper = connection.execute(u"SELECT SLEEP(300)"_s);
    cancelWhenRunning(sleeper);
    const OutcomePointer slept = finishedOf(sleeper);
    QVERIFY2(slept->failed(Error::Cancelled), Fake::describe(slept).constData());
    QVERIFY(clock.elapsed() < LongestMilliseconds);
    VERIFY_DONE(connection.ping());
    QCOMPARE(connection.connectionId() == session, server.isMySql);
}

void tst_Cancel_Servers::cancelBehindABalancerHitsNoStranger()
{
    const QList<Server> servers = serversFor(isMariaDb);
    if (servers.size() < 2)
        QSKIP("It needs two servers that know the same account");
    const Server &home = servers[0];
    const Server &other = servers[1];
    const QString user = uniqueName(u"balanced"_s);
    const QString create = u"CREATE USER '%1'@'%' IDENTIFIED BY 'open-sesame'"_s.arg(user);
    Connection homeAdmin(Servers::options(home));
    Connection otherAdmin(Servers::options(other));
    VERIFY_DONE(homeAdmin.execute(create));
    VERIFY_DONE(otherAdmin.execute(create));

    Fake::CuttingProxy balancer(QHostAddress(home.host), home.port);
    ConnectionOptions options = Servers::options(home, Channel::Clear);
    options.setUser(user);
    options.setPassword(u"open-sesame"_s);
    options.setPort(balancer.port());
    Connection connection(options);
    options.setPort(other.port);
    Connection stranger(options);
    VERIFY_DONE(connection.ping());
    VERIFY_DONE(stranger.ping());
    // Each server counts its sessions on its own.
    while (connection.connectionId() != stranger.connectionId()) {
        Connection &behind
            = connection.connectionId() < stranger.connectionId() ? connection : stranger;
        VERIFY_DONE(behind.close());
        VERIFY_DONE(behind.ping());
    }

    balancer.setTargetPort(other.port);
    const OutcomePointer undisturbed = Fake::watch(stranger.execute(u"SELECT SLEEP(2)"_s));
    Query *sleeper = connection.execute(u"SELECT SLEEP(300)"_s);
    cancelWhenRunning(sleeper);
    const OutcomePointer slept = finishedOf(sleeper);
    QVERIFY2(slept->failed(Error::Cancelled), Fake::describe(slept).constData());
    QCOMPARE(slept->error.execution(), Execution::Unknown);
    QVERIFY(areFinished({undisturbed}));
    QCOMPARE(undisturbed->rows(), one(u"0"_s));
    VERIFY_DONE(connection.ping());
    for (Connection *admin : {&homeAdmin, &otherAdmin})
        VERIFY_DONE(admin->execute(u"DROP USER '%1'@'%'"_s.arg(user)));
}

void tst_Cancel_Servers::limitsHoldBehindASlowQuery_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<int>("depth");
    for (const Server &server : all()) {
        for (const int depth : {1, 64})
            QTest::addRow("%s, depth %d", qPrintable(server.name), depth) << server << depth;
    }
}

void tst_Cancel_Servers::limitsHoldBehindASlowQuery()
{
    QFETCH(Server, server);
    QFETCH(const int, depth);
    ConnectionOptions options = Servers::options(server);
    options.setPipelineDepth(depth);
    Connection connection(options);
    VERIFY_DONE(connection.ping());
    const quint64 session = connection.connectionId();
    const OutcomePointer slow = Fake::watch(connection.execute(u"SELECT SLEEP(4)"_s));
    Query *waiting = connection.execute(u"SELECT 42"_s);
    waiting->setTimeout(1s);
    waiting->setQueueTimeout(500ms);
    const OutcomePointer expired = Fake::watch(waiting);
    Query *unwanted = connection.execute(u"SELECT SLEEP(300)"_s);
    const OutcomePointer cancelled = Fake::watch(unwanted);
    QTimer::singleShot(500ms, unwanted, &Job::cancel);
    // Its time begins with its turn.
    Query *patient = connection.execute(u"SELECT SLEEP(0.2)"_s);
    patient->setTimeout(3s);
    const OutcomePointer last = Fake::watch(patient);
    QVERIFY(areFinished({expired, cancelled}));
    QVERIFY2(expired->failed(Error::QueueTimeout), Fake::describe(expired).constData());
    QVERIFY2(cancelled->failed(Error::Cancelled), Fake::describe(cancelled).constData());
    QCOMPARE(slow->finished, 0);
    QVERIFY(areFinished({slow, last}));
    QVERIFY2(slow->succeeded(), Fake::describe(slow).constData());
    QCOMPARE(slow->rows(), one(u"0"_s));
    QVERIFY2(last->succeeded(), Fake::describe(last).constData());
    QCOMPARE(last->rows(), one(u"0"_s));
    QCOMPARE(connection.connectionId(), session);
}

QTEST_GUILESS_MAIN(tst_Cancel_Servers)

#include "tst_cancel_servers.moc"
