// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

void sendReply(FakeConnection &connection)
{
    connection.result({"a"}, {FakeRow{"one"}, FakeRow{"two"}});
}

} // namespace

class tst_ConnectionLost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobNotYetSentRunsAfterReconnect();
    void sentStatementIsResentOnlyWherePolicyAllows_data();
    void sentStatementIsResentOnlyWherePolicyAllows();
    void attemptsAreLimited();
    void writeLostAmongItsRowsIsNotResent();
    void replyCutAnywhereIsNeverMisread_data();
    void replyCutAnywhereIsNeverMisread();
    void nothingIsResentInsideTransaction();
    void answerThatHadBegunIsNotAskedForAgain();
    void lostIdleSessionIsSilent();
    void lostSessionIsNotHammered();
    void lossIsReportedByTheConnection();
};

void tst_ConnectionLost::jobNotYetSentRunsAfterReconnect()
{
    FakeServer server;
    server.once("INSERT 1", [](FakeConnection &c) { c.reset(); });
    Connection connection(optionsFor(server));
    const OutcomePointer lost = watch(connection.execute(u"INSERT 1"_s));
    const OutcomePointer waiting = watch(connection.execute(u"INSERT 2"_s));
    VERIFY_FAILS(lost, ConnectionLost, Unknown);
    VERIFY_SUCCEEDS(waiting);
    QCOMPARE(server.userQueries(1), QByteArrayList({"INSERT 1"}));
    QCOMPARE(server.userQueries(2), QByteArrayList({"INSERT 2"}));
}

void tst_ConnectionLost::sentStatementIsResentOnlyWherePolicyAllows_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<bool>("isIdempotent");
    QTest::addColumn<RetryPolicy::Resend>("resend");
    QTest::addColumn<bool>("isRepeated");
    const auto idempotent = RetryPolicy::Idempotent;
    QTest::newRow("SELECT") << u"SELECT 1"_s << false << idempotent << true;
    QTest::newRow("SHOW") << u"SHOW TABLES"_s << false << idempotent << true;
    QTest::newRow("SELECT that locks") << u"SELECT 1 FOR UPDATE"_s << false << idempotent << false;
    QTest::newRow("SELECT into file")
        << u"SELECT 1 INTO OUTFILE '/x'"_s << false << idempotent << false;
    QTest::newRow("two statements") << u"SELECT 1; DELETE FROM t"_s << false << idempotent << false;
    QTest::newRow("CALL") << u"CALL p()"_s << false << idempotent << false;
    QTest::newRow("INSERT") << u"INSERT 1"_s << false << idempotent << false;
    QTest::newRow("INSERT flagged idempotent") << u"INSERT 1"_s << true << idempotent << true;
    QTest::newRow("INSERT, always") << u"INSERT 1"_s << false << RetryPolicy::Always << true;
    QTest::newRow("SELECT, never") << u"SELECT 1"_s << false << RetryPolicy::Never << false;
    QTest::newRow("idempotent, never") << u"INSERT 1"_s << true << RetryPolicy::Never << false;
}

void tst_ConnectionLost::sentStatementIsResentOnlyWherePolicyAllows()
{
    QFETCH(const QString, sql);
    QFETCH(const bool, isIdempotent);
    QFETCH(const RetryPolicy::Resend, resend);
    QFETCH(const bool, isRepeated);
    FakeServer server;
    server.once(sql.toUtf8(), [](FakeConnection &c) { c.reset(); });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setResend(resend);
    options.setRetryPolicy(policy);
    Connection connection(options);
    Query *query = connection.execute(sql);
    query->setIdempotent(isIdempotent);
    const OutcomePointer outcome = watch(query);
    const OutcomePointer next = watch(connection.execute(u"INSERT next"_s));
    VERIFY_SUCCEEDS(next);
    if (isRepeated)
        VERIFY_SUCCEEDS(outcome);
    else
        VERIFY_FAILS(outcome, ConnectionLost, Unknown);
    QCOMPARE(server.countQuery(sql.toUtf8()), isRepeated ? 2 : 1);
    QCOMPARE(server.countQuery("INSERT next"), 1);
}

void tst_ConnectionLost::attemptsAreLimited()
{
    FakeServer server;
    server.on("SELECT 1", [](FakeConnection &c) { c.reset(); });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setMaximumAttempts(4);
    options.setRetryPolicy(policy);
    Connection connection(options);
    VERIFY_FAILS(watch(connection.execute(u"SELECT 1"_s)), ConnectionLost, Unknown);
    QCOMPARE(server.countQuery("SELECT 1"), 4);
}

void tst_ConnectionLost::writeLostAmongItsRowsIsNotResent()
{
    FakeServer server;
    const QByteArray sql = "INSERT INTO t VALUES (1) RETURNING id";
    server.on(sql, [](FakeConnection &c) {
        c.columns({"id"});
        c.row(FakeRow{"1"});
        c.cut();
    });
    Connection connection(optionsFor(server));
    const OutcomePointer outcome = watch(connection.execute(QString::fromLatin1(sql)));
    VERIFY_FAILS(outcome, ConnectionLost, Unknown);
    QVERIFY(outcome->results.isEmpty());
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT next"_s)));
    QCOMPARE(server.countQuery(sql), 1);
}

void tst_ConnectionLost::replyCutAnywhereIsNeverMisread_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<bool>("isWhole");
    constexpr qint64 Plenty = 1'000'000;
    FakeServer server;
    qint64 size = 0;
    server.on("DELETE returning", [&size](FakeConnection &c) {
        c.cutAfter(Plenty);
        sendReply(c);
        size = Plenty - c.bytesUntilCut();
    });
    Connection connection(optionsFor(server));
    VERIFY_SUCCEEDS(watch(connection.execute(u"DELETE returning"_s)));
    for (qint64 bytes = 0; bytes < size; ++bytes)
        QTest::addRow("%lld bytes", static_cast<long long>(bytes)) << bytes << false;
    QTest::newRow("behind the last byte") << size << true;
}

void tst_ConnectionLost::replyCutAnywhereIsNeverMisread()
{
    QFETCH(const qint64, bytes);
    QFETCH(const bool, isWhole);
    FakeServer server;
    server.once("DELETE returning", [bytes](FakeConnection &c) {
        c.cutAfter(bytes);
        sendReply(c);
    });
    server.on("SELECT next", [](FakeConnection &c) { c.result({"b"}, {FakeRow{"next"}}); });
    Connection connection(optionsFor(server));
    const OutcomePointer cut = watch(connection.execute(u"DELETE returning"_s));
    const OutcomePointer next = watch(connection.execute(u"SELECT next"_s));
    if (isWhole) {
        VERIFY_SUCCEEDS(cut);
        QCOMPARE(cut->rows(), QList<QStringList>({{u"one"_s}, {u"two"_s}}));
    } else {
        VERIFY_FAILS(cut, ConnectionLost, Unknown);
        QVERIFY(cut->results.isEmpty());
    }
    VERIFY_SUCCEEDS(next);
    QCOMPARE(next->rows(), QList<QStringList>({{u"next"_s}}));
    QCOMPARE(server.countQuery("DELETE returning"), 1);
}

void tst_ConnectionLost::nothingIsResentInsideTransaction()
{
    FakeServer server;
    server.on("BEGIN", [](FakeConnection &c) {
        Ok ok;
        ok.status = AutoCommit | InTransaction;
        c.ok(ok);
    });
    server.once("SELECT 1", [](FakeConnection &c) { c.reset(); });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setResend(RetryPolicy::Always);
    options.setRetryPolicy(policy);
    Connection connection(options);
    VERIFY_SUCCEEDS(watch(connection.execute(u"BEGIN"_s)));
    const OutcomePointer inside = watch(connection.execute(u"SELECT 1"_s));
    VERIFY_FAILS(inside, ConnectionLost, Unknown);
    VERIFY_FAILS(watch(connection.execute(u"SELECT 2"_s)), ConnectionLost, NotSent);
    VERIFY_FAILS(watch(connection.execute(u"COMMIT"_s)), ConnectionLost, NotSent);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 3"_s)));
    QCOMPARE(server.countQuery("SELECT 1"), 1);
    QCOMPARE(server.userQueries(2), QByteArrayList({"SELECT 3"}));
}

// A row of INSERT … RETURNING proves that it was executed: not even RetryPolicy::Always repeats it.
void tst_ConnectionLost::answerThatHadBegunIsNotAskedForAgain()
{
    FakeServer server;
    const QByteArray sql = "INSERT 1 RETURNING id";
    server.once(sql, [](FakeConnection &c) {
        c.columns({"id"});
        c.row(FakeRow{"7"});
        c.cut();
    });
    ConnectionOptions options = optionsFor(server);
    RetryPolicy policy = quickRetries();
    policy.setResend(RetryPolicy::Always);
    options.setRetryPolicy(policy);
    Connection connection(options);
    VERIFY_FAILS(watch(connection.execute(QString::fromLatin1(sql))), ConnectionLost, Unknown);
    QCOMPARE(server.countQuery(sql), 1);
}

void tst_ConnectionLost::lostIdleSessionIsSilent()
{
    FakeServer server;
    Connection connection(optionsFor(server));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 1"_s)));
    server.connection()->cut();
    QTRY_COMPARE(connection.state(), Connection::State::Unconnected);
    QCOMPARE(errors.size(), 0);
    VERIFY_SUCCEEDS(watch(connection.execute(u"INSERT 2"_s)));
    QCOMPARE(server.connectionCount(), 2);
}

// A server (or what stands before it) that breaks every session as soon as it is set up must not be
// asked again without a pause.
void tst_ConnectionLost::lostSessionIsNotHammered()
{
    FakeServer server;
    server.on("INSERT 1", FakeServer::stall);
    // The last statement of the setup is answered, and then the session dies.
    server.on("CALL init()", [](FakeConnection &c) {
        c.ok();
        c.sendUnsolicited(okPayload({}, c.capabilities()), 1);
        c.cut();
    });
    ConnectionOptions options = optionsFor(server);
    options.setInitStatements({u"CALL init()"_s});
    RetryPolicy policy = quickRetries();
    policy.setInitialDelay(10min);
    policy.setMaximumDelay(10min);
    options.setRetryPolicy(policy);
    Connection connection(options);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    QTRY_COMPARE(connection.state(), Connection::State::WaitingToReconnect);
    QVERIFY(server.connectionCount() <= 2);
    QCOMPARE(outcome->finished, 0);
    QCOMPARE(server.countQuery("INSERT 1"), 0);
}

void tst_ConnectionLost::lossIsReportedByTheConnection()
{
    FakeServer server;
    server.once("INSERT 1", [](FakeConnection &c) { c.reset(); });
    Connection connection(optionsFor(server));
    QSignalSpy errors(&connection, &Connection::errorOccurred);
    const OutcomePointer outcome = watch(connection.execute(u"INSERT 1"_s));
    VERIFY_FAILS(outcome, ConnectionLost, Unknown);
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(connection.lastError().code(), Error::ConnectionLost);
    QCOMPARE(connection.state(), Connection::State::Unconnected);
}

QTEST_GUILESS_MAIN(tst_ConnectionLost)

#include "tst_connectionlost.moc"
