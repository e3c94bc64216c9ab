// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/PreparedStatement>
#include <AsyncMySql/Transaction>

#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qregularexpression.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// A server that was never reached, and how long jobs wait for it.
class tst_FirstConnect : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobsFailWithTheLastError();
    void silentServerIsATimeout();
    void eachJobHasItsOwnTime();
    void queueTimeoutCanComeFirst();
    void everyKindOfJobEnds();
    void laterJobTriesAgain();
    void serverInTimeCostsNothing();
    void serverThatWasThereIsWaitedFor();
    void zeroWaitsWithoutALimit();
    void otherOptionsBeginAnew();

private:
    /// Enough for a first attempt on a machine that is busy.
    static constexpr auto Limit = 500ms;
    static ConnectionOptions limited(const FakeServer &server)
    {
        ConnectionOptions options = optionsFor(server);
        options.setFirstConnectTimeout(Limit);
        return options;
    }
};

/// There is no signal for what does not happen.
#define WAIT_PAST_THE_LIMIT() \
    do { \
        const QDeadlineTimer over(2 * Limit); \
        QTRY_VERIFY(over.hasExpired()); \
    } while (false)

void tst_FirstConnect::jobsFailWithTheLastError()
{
    FakeServer server;
    server.stopListening();
    Connection connection(limited(server));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(u"1 jobs failed: .*firstConnectTimeout"_s));
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    VERIFY_FAILS(outcome, ConnectionRefused, NotSent);
    const QString message = outcome->error.message();
    QVERIFY2(message.contains(u":%1"_s.arg(server.port())), qPrintable(message));
    QVERIFY2(message.contains(u"0.5 s (firstConnectTimeout)"_s), qPrintable(message));
    // The connection has said so before, at each attempt.
    QVERIFY(errors.size() >= 1);
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    QCOMPARE(connection.pendingJobs(), 0);
}

void tst_FirstConnect::silentServerIsATimeout()
{
    FakeServer server;
    server.script().hold();
    Connection connection(limited(server));
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    VERIFY_FAILS(outcome, ConnectTimeout, NotSent);
    QVERIFY(outcome->error.message().contains(u"127.0.0.1:%1"_s.arg(server.port())));
}

void tst_FirstConnect::eachJobHasItsOwnTime()
{
    FakeServer server;
    server.stopListening();
    Connection connection(limited(server));
    QElapsedTimer clock;
    clock.start();
    const OutcomePointer first = watch(connection.execute(u"INSERT 1"_s));
    OutcomePointer second;
    qint64 secondQueued = 0;
    QTRY_COMPARE(connection.state(), Connection::State::WaitingToReconnect);
    second = watch(connection.execute(u"INSERT 2"_s));
    secondQueued = clock.elapsed();
    VERIFY_FAILS(first, ConnectionRefused, NotSent);
    VERIFY_FAILS(second, ConnectionRefused, NotSent);
    QVERIFY(clock.elapsed() >= secondQueued + Limit.count());
}

void tst_FirstConnect::queueTimeoutCanComeFirst()
{
    FakeServer server;
    server.stopListening();
    ConnectionOptions options = limited(server);
    options.setFirstConnectTimeout(1min);
    options.setQueueTimeout(30ms);
    Connection connection(options);
    VERIFY_FAILS(watch(connection.execute(u"INSERT 1"_s)), QueueTimeout, NotSent);
}

void tst_FirstConnect::everyKindOfJobEnds()
{
    FakeServer server;
    server.stopListening();
    Connection connection(limited(server));
    const OutcomePointer query = watch(connection.execute(u"INSERT ?"_s, {1}));
    const OutcomePointer batch = watch(connection.executeBatch(u"INSERT ?"_s, {{1}}));
    const OutcomePointer ping = watch(connection.ping());
    PreparedStatement *statement = connection.prepare(u"SELECT ?"_s);
    QSignalSpy refused(statement, &PreparedStatement::errorOccurred);
    Transaction *transaction = connection.beginTransaction();
    transaction->setAutoDelete(false);
    const OutcomePointer inside = watch(transaction->execute(u"INSERT 2"_s));
    const OutcomePointer commit = watch(transaction->commit());
    const OutcomePointer behind = watch(connection.execute(u"INSERT 3"_s));
    const OutcomePointer close = watch(connection.close());
    VERIFY_FAILS(query, ConnectionRefused, NotSent);
    VERIFY_FAILS(batch, ConnectionRefused, NotSent);
    VERIFY_FAILS(ping, ConnectionRefused, NotSent);
    VERIFY_FAILS(behind, ConnectionRefused, NotSent);
    QTRY_COMPARE(inside->finished, 1);
    QTRY_COMPARE(commit->finished, 1);
    QCOMPARE(inside->error.execution(), Error::Execution::NotSent);
    QCOMPARE(commit->error.execution(), Error::Execution::NotSent);
    QTRY_COMPARE(transaction->state(), Transaction::State::Failed);
    QTRY_COMPARE(refused.size(), 1);
    // There is nothing to close.
    VERIFY_SUCCEEDS(close);
    QCOMPARE(connection.pendingJobs(), 0);
}

void tst_FirstConnect::laterJobTriesAgain()
{
    FakeServer server;
    server.stopListening();
    Connection connection(limited(server));
    VERIFY_FAILS(watch(connection.execute(u"INSERT 1"_s)), ConnectionRefused, NotSent);
    VERIFY_FAILS(watch(connection.execute(u"INSERT 2"_s)), ConnectionRefused, NotSent);
    server.listenAgain();
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
}

void tst_FirstConnect::serverInTimeCostsNothing()
{
    FakeServer server;
    server.stopListening();
    ConnectionOptions options = optionsFor(server);
    options.setFirstConnectTimeout(1min);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    QTRY_COMPARE(connection.state(), Connection::State::WaitingToReconnect);
    server.listenAgain();
    VERIFY_SUCCEEDS(outcome);
}

void tst_FirstConnect::serverThatWasThereIsWaitedFor()
{
    FakeServer server;
    Connection connection(limited(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    server.stopListening();
    server.cutAll();
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 2"_s));
    WAIT_PAST_THE_LIMIT();
    QCOMPARE(outcome->finished, 0);
    server.listenAgain();
    VERIFY_SUCCEEDS(outcome);
}

void tst_FirstConnect::zeroWaitsWithoutALimit()
{
    FakeServer server;
    server.stopListening();
    ConnectionOptions options = limited(server);
    options.setFirstConnectTimeout(0ms);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    WAIT_PAST_THE_LIMIT();
    QCOMPARE(outcome->finished, 0);
    server.listenAgain();
    VERIFY_SUCCEEDS(outcome);
}

void tst_FirstConnect::otherOptionsBeginAnew()
{
    FakeServer server;
    FakeServer other;
    other.stopListening();
    Connection connection(limited(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    connection.setOptions(limited(other));
    VERIFY_FAILS(watch(connection.execute(u"INSERT 2"_s)), ConnectionRefused, NotSent);
    connection.setOptions(limited(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 3"_s)));
}

QTEST_GUILESS_MAIN(tst_FirstConnect)

#include "tst_firstconnect.moc"
