// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"
#include "fakecertificates.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Transaction>

#include <QtCore/qdeadlinetimer.h>
#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Sessions that the server ended before it read what was sent, and what is known of that then.
class tst_Farewell : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void commandThatWasNotReadIsSentAgain_data();
    void commandThatWasNotReadIsSentAgain();
    void farewellInPlaceOfAnAnswerIsUnknown();
    void errorOfAProxyProvesNothing();
    void serverThatNeverReadsIsNotAskedForEver();
    void transactionThatWasNotReadIsNotSent();
    void commitThatWasNotReadIsNotSent();
    void idleSessionEndsSilently_data();
    void idleSessionEndsSilently();
    void unsolicitedPacketIsAProtocolError();
    void statementIsNotSentBeforeItIsPrepared_data();
    void statementIsNotSentBeforeItIsPrepared();
    void batchThatCannotBePreparedIsNotSent();
};

namespace {

const QByteArray Farewell = errorPayload({4031, "HY000", "disconnected because of inactivity"});

/// What MySQL's server says to a session that was idle for too long: it waits for a command, and so
/// has not begun to count.
void sayFarewell(FakeConnection &connection)
{
    connection.sendUnsolicited(Farewell);
    connection.cut();
}

/// One parameter, and no columns.
void prepareOne(FakeConnection &connection)
{
    connection.send('\0' + integer(1, 4) + integer(0, 2) + integer(1, 2) + '\0' + integer(0, 2));
    connection.send(columnPayload("?", connection.capabilities()));
    connection.done();
}

constexpr quint8 Prepare = 0x16;
constexpr quint8 Execute = 0x17;

} // namespace

void tst_Farewell::commandThatWasNotReadIsSentAgain_data()
{
    QTest::addColumn<QByteArray>("farewell");
    QTest::addColumn<bool>("isMariaDb");
    QTest::addColumn<int>("depth");
    QTest::addColumn<RetryPolicy::Resend>("resend");
    const QByteArray killed = errorPayload({1927, "70100", "Connection was killed"});
    const QByteArray other = errorPayload({1159, "08S01", "Got timeout reading"});
    QTest::newRow("4031") << Farewell << false << 1 << RetryPolicy::Idempotent;
    QTest::newRow("4031, never") << Farewell << false << 1 << RetryPolicy::Never;
    QTest::newRow("4031, pipelined") << Farewell << false << 8 << RetryPolicy::Never;
    QTest::newRow("1927") << killed << true << 1 << RetryPolicy::Never;
    QTest::newRow("1927, pipelined") << killed << true << 8 << RetryPolicy::Idempotent;
    QTest::newRow("1159") << other << true << 1 << RetryPolicy::Idempotent;
}

void tst_Farewell::commandThatWasNotReadIsSentAgain()
{
    QFETCH(const QByteArray, farewell);
    QFETCH(const bool, isMariaDb);
    QFETCH(const int, depth);
    QFETCH(const RetryPolicy::Resend, resend);
    FakeServer server;
    if (isMariaDb)
        server.setGreeting(FakeGreeting::mariaDb());
    server.once("INSERT 1", [&](FakeConnection &c) {
        c.sendUnsolicited(farewell);
        c.cut();
    });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setResend(resend);
    options.setRetryPolicy(policy);
    options.setPipelineDepth(depth);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 0"_s)));
    QStringList order;
    QList<OutcomePointer> outcomes;
    for (int i = 1; i <= 3; ++i) {
        const QString sql = u"INSERT %1"_s.arg(i);
        outcomes.append(watch(connection.execute(sql), &order, sql));
    }
    for (const OutcomePointer &outcome : outcomes)
        VERIFY_SUCCEEDS(outcome);
    QCOMPARE(order, QStringList({u"INSERT 1"_s, u"INSERT 2"_s, u"INSERT 3"_s}));
    QCOMPARE(server.connectionCount(), 2);
    // Each once in the session that went on.
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 1", "INSERT 2", "INSERT 3"}));
}

// With the number that the answer has to have: the server has read the command.
void tst_Farewell::farewellInPlaceOfAnAnswerIsUnknown()
{
    FakeServer server;
    server.once("INSERT 1", [](FakeConnection &c) {
        c.send(Farewell);
        c.cut();
    });
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 0"_s)));
    VERIFY_FAILS(watch(connection.execute(u"INSERT 1"_s)), ServerUnavailable, Unknown);
    QCOMPARE(server.countQuery("INSERT 1"), 1);
}

// "Lost connection to server during query" is said of the server behind it.
void tst_Farewell::errorOfAProxyProvesNothing()
{
    FakeServer server;
    server.once("INSERT 1", [](FakeConnection &c) {
        c.sendUnsolicited(errorPayload({2013, "HY000", "Lost connection"}));
        c.cut();
    });
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 0"_s)));
    VERIFY_FAILS(watch(connection.execute(u"INSERT 1"_s)), ServerError, Unknown);
    QCOMPARE(server.countQuery("INSERT 1"), 1);
}

void tst_Farewell::serverThatNeverReadsIsNotAskedForEver()
{
    FakeServer server;
    server.on("INSERT 1", sayFarewell);
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setMaximumAttempts(3);
    options.setRetryPolicy(policy);
    Connection connection(options);
    VERIFY_FAILS(watch(connection.execute(u"INSERT 1"_s)), ServerUnavailable, NotSent);
    QCOMPARE(server.countQuery("INSERT 1"), 3);
}

void tst_Farewell::transactionThatWasNotReadIsNotSent()
{
    FakeServer server;
    server.on("BEGIN", [](FakeConnection &c) {
        Ok ok;
        ok.status = AutoCommit | InTransaction;
        c.ok(ok);
    });
    server.once("INSERT 1", sayFarewell);
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"BEGIN"_s)));
    VERIFY_FAILS(watch(connection.execute(u"INSERT 1"_s)), ServerUnavailable, NotSent);
    QCOMPARE(server.countQuery("INSERT 1"), 1);
}

void tst_Farewell::commitThatWasNotReadIsNotSent()
{
    FakeServer server;
    const auto inTransaction = [](FakeConnection &c) {
        Ok ok;
        ok.status = AutoCommit | InTransaction;
        c.ok(ok);
    };
    server.on("START TRANSACTION", inTransaction);
    server.on("INSERT 1", inTransaction);
    server.once("COMMIT", sayFarewell);
    Connection connection(optionsFor(server));
    Transaction *transaction = connection.beginTransaction();
    VERIFY_SUCCEEDS(watch(transaction->execute(u"INSERT 1"_s)));
    VERIFY_FAILS(watch(transaction->commit()), ServerUnavailable, NotSent);
    QCOMPARE(server.countQuery("COMMIT"), 1);
    QCOMPARE(server.countQuery("INSERT 1"), 1);
}

void tst_Farewell::idleSessionEndsSilently_data()
{
    QTest::addColumn<int>("channel");
    QTest::addColumn<bool>("saysWhy");
    QTest::addColumn<bool>("isSilent");
    const char *const channels[] = {"TCP", "local socket", "TLS"};
    for (int channel = 0; channel < 3; ++channel) {
        QTest::addRow("%s, farewell after a silence", channels[channel]) << channel << true << true;
        // Writing into a closed local socket fails, and what had arrived there is lost with it.
        if (channel != 1)
            QTest::addRow("%s, farewell at once", channels[channel]) << channel << true << false;
        // That nothing was read cannot be known where it is not looked for.
        QTest::addRow("%s, end after a silence", channels[channel]) << channel << false << true;
    }
}

// The event loop does not run between the end of the session and the next job.
void tst_Farewell::idleSessionEndsSilently()
{
    QFETCH(const int, channel);
    QFETCH(const bool, saysWhy);
    QFETCH(const bool, isSilent);
    FakeCertificates certificates;
    if (channel == 2 && !certificates.isValid())
        QSKIP("There is no openssl tool, or Qt has no TLS");
    FakeServer server(channel == 1 ? FakeServer::Kind::Local : FakeServer::Kind::Tcp);
    ConnectionOptions options = optionsFor(server);
    if (channel == 2) {
        server.setTls(certificates.selfSignedServer());
        options.setTlsMode(ConnectionOptions::TlsMode::Required);
    }
    Connection connection(options);
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    if (isSilent) {
        // Silence is what is tested here, so there is no signal to wait for.
        const QDeadlineTimer over(150ms);
        QTRY_VERIFY(over.hasExpired());
    }
    if (saysWhy)
        server.connection()->sendUnsolicited(Farewell);
    server.connection()->cutNow();
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 2"_s));
    VERIFY_SUCCEEDS(outcome);
    QCOMPARE(server.countQuery("INSERT 2"), 1);
    QCOMPARE(server.connectionCount(), 2);
    if (isSilent) {
        QCOMPARE(errors.size(), 0);
        QCOMPARE(connection.lastError().code(), Error::NoError);
    } else {
        // A command was on its way when the session ended.
        for (const QList<QVariant> &error : std::as_const(errors))
            QCOMPARE(error.first().value<Error>().code(), Error::ServerUnavailable);
    }
}

void tst_Farewell::unsolicitedPacketIsAProtocolError()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    const QDeadlineTimer over(150ms);
    QTRY_VERIFY(over.hasExpired());
    server.connection()->sendUnsolicited(okPayload({}, server.connection()->capabilities()));
    server.connection()->cutNow();
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(server.countQuery("INSERT 2"), 1);
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().first().value<Error>().code(), Error::ProtocolError);
}

void tst_Farewell::statementIsNotSentBeforeItIsPrepared_data()
{
    QTest::addColumn<bool>("isBatch");
    QTest::newRow("query") << false;
    QTest::newRow("batch") << true;
}

// Whatever becomes of the preparation, nothing was executed.
void tst_Farewell::statementIsNotSentBeforeItIsPrepared()
{
    QFETCH(const bool, isBatch);
    FakeServer server;
    int preparations = 0;
    server.onCommand(Prepare, [&](FakeConnection &c) {
        if (++preparations == 1)
            c.reset();
        else
            prepareOne(c);
    });
    ConnectionOptions options = optionsFor(server);
    options.setAutoPrepareEnabled(true);
    RetryPolicy policy = quickRetries();
    policy.setResend(RetryPolicy::Never);
    options.setRetryPolicy(policy);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 0"_s)));
    Job *job = isBatch ? static_cast<Job *>(connection.executeBatch(u"INSERT ?"_s, {{1}, {2}}))
                       : static_cast<Job *>(connection.execute(u"INSERT ?"_s, {1}));
    VERIFY_SUCCEEDS(watch(job));
    QCOMPARE(preparations, 2);
    QCOMPARE(server.count(Execute), isBatch ? 2 : 1);
}

void tst_Farewell::batchThatCannotBePreparedIsNotSent()
{
    FakeServer server;
    server.onCommand(Prepare, [](FakeConnection &c) { c.error(1146, "42S02", "No table"); });
    Connection connection(optionsFor(server));
    Batch *batch = connection.executeBatch(u"INSERT ?"_s, {{1}, {2}});
    batch->setAutoDelete(false);
    VERIFY_FAILS(watch(batch), ServerError, NotSent);
    QCOMPARE(batch->sentRows(), 0);
    QCOMPARE(batch->error().serverErrorNumber(), 1146);
}

QTEST_GUILESS_MAIN(tst_Farewell)

#include "tst_farewell.moc"
