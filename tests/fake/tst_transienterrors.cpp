// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connectionfixture.h"

#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_TransientErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listedErrorIsRetried_data();
    void listedErrorIsRetried();
    void retriesEndAtTheLimit();
    void reconnectsBetweenAttemptsIfAsked();
    void nothingIsRetriedInsideTransaction();
    void laterJobsWaitForTheRetry();
    void cancelEndsTheRetries();

private:
    static RetryPolicy retrying()
    {
        RetryPolicy policy = quickRetries();
        policy.setTransientErrorNumbers({1213});
        policy.setMaximumAttempts(3);
        return policy;
    }
    static ConnectionOptions options(const FakeServer &server, const RetryPolicy &policy)
    {
        ConnectionOptions result = optionsFor(server);
        result.setRetryPolicy(policy);
        return result;
    }
    static void deadlock(FakeConnection &c)
    {
        c.error(1213, "40001", "Deadlock found; try restarting transaction");
    }
};

void tst_TransientErrors::listedErrorIsRetried_data()
{
    QTest::addColumn<QList<int>>("numbers");
    QTest::addColumn<QStringList>("sqlStates");
    QTest::addColumn<QStringList>("texts");
    QTest::addColumn<bool>("isRetried");
    QTest::newRow("by number") << QList<int>({1213}) << QStringList() << QStringList() << true;
    QTest::newRow("by SQLSTATE") << QList<int>() << QStringList(u"40001"_s) << QStringList()
                                 << true;
    QTest::newRow("by text") << QList<int>() << QStringList() << QStringList(u"Deadlock found"_s)
                             << true;
    QTest::newRow("nothing listed") << QList<int>() << QStringList() << QStringList() << false;
    QTest::newRow("others listed")
        << QList<int>({1205}) << QStringList(u"HY000"_s) << QStringList(u"deadlocks"_s) << false;
}

void tst_TransientErrors::listedErrorIsRetried()
{
    QFETCH(const QList<int>, numbers);
    QFETCH(const QStringList, sqlStates);
    QFETCH(const QStringList, texts);
    QFETCH(const bool, isRetried);
    FakeServer server;
    server.once("UPDATE t", deadlock);
    server.once("UPDATE t", deadlock);
    RetryPolicy policy = quickRetries();
    policy.setMaximumAttempts(3);
    policy.setTransientErrorNumbers(numbers);
    policy.setTransientSqlStates(sqlStates);
    policy.setTransientErrorTexts(texts);
    Connection connection(options(server, policy));
    const OutcomePointer outcome = watch(connection.execute(u"UPDATE t"_s));
    if (isRetried)
        VERIFY_SUCCEEDS(outcome);
    else
        VERIFY_FAILS(outcome, ServerError, Rejected);
    QCOMPARE(server.countQuery("UPDATE t"), isRetried ? 3 : 1);
    QCOMPARE(server.connectionCount(), 1);
}

void tst_TransientErrors::retriesEndAtTheLimit()
{
    FakeServer server;
    server.on("UPDATE t", deadlock);
    Connection connection(options(server, retrying()));
    const OutcomePointer outcome = watch(connection.execute(u"UPDATE t"_s));
    VERIFY_FAILS(outcome, ServerError, Rejected);
    QCOMPARE(outcome->error.serverErrorNumber(), 1213);
    QCOMPARE(outcome->error.sqlState(), u"40001"_s);
    QCOMPARE(outcome->error.statement(), u"UPDATE t"_s);
    QCOMPARE(server.countQuery("UPDATE t"), 3);
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
}

void tst_TransientErrors::reconnectsBetweenAttemptsIfAsked()
{
    FakeServer server;
    server.once("UPDATE t", deadlock);
    RetryPolicy policy = retrying();
    policy.setReconnectOnTransientError(true);
    Connection connection(options(server, policy));
    VERIFY_SUCCEEDS(watch(connection.execute(u"UPDATE t"_s)));
    QCOMPARE(server.userQueries(1), QByteArrayList({"UPDATE t"}));
    QCOMPARE(server.userQueries(2), QByteArrayList({"UPDATE t"}));
    QTRY_VERIFY(!server.connection(1)->isOpen());
}

void tst_TransientErrors::nothingIsRetriedInsideTransaction()
{
    FakeServer server;
    server.on("BEGIN", [](FakeConnection &c) {
        Ok ok;
        ok.status = AutoCommit | InTransaction;
        c.ok(ok);
    });
    server.on("UPDATE t", deadlock);
    Connection connection(options(server, retrying()));
    VERIFY_SUCCEEDS(watch(connection.execute(u"BEGIN"_s)));
    VERIFY_FAILS(watch(connection.execute(u"UPDATE t"_s)), ServerError, Rejected);
    QCOMPARE(server.countQuery("UPDATE t"), 1);
}

void tst_TransientErrors::laterJobsWaitForTheRetry()
{
    FakeServer server;
    server.once("UPDATE t", deadlock);
    Connection connection(options(server, retrying()));
    QStringList order;
    const OutcomePointer first = watch(connection.execute(u"UPDATE t"_s), &order, u"first"_s);
    const OutcomePointer second = watch(connection.execute(u"SELECT 2"_s), &order, u"second"_s);
    VERIFY_SUCCEEDS(second);
    VERIFY_SUCCEEDS(first);
    QCOMPARE(order, QStringList({u"first"_s, u"second"_s}));
    QCOMPARE(server.userQueries(), QByteArrayList({"UPDATE t", "UPDATE t", "SELECT 2"}));
}

void tst_TransientErrors::cancelEndsTheRetries()
{
    FakeServer server;
    server.on("UPDATE t", deadlock);
    RetryPolicy policy = retrying();
    policy.setInitialDelay(10min);
    policy.setMaximumDelay(10min);
    Connection connection(options(server, policy));
    Query *query = connection.execute(u"UPDATE t"_s);
    const OutcomePointer outcome = watch(query);
    QTRY_COMPARE(outcome->states, QList<Job::State>({Job::State::Running, Job::State::Waiting}));
    query->cancel();
    QTRY_COMPARE(outcome->finished, 1);
    QVERIFY2(outcome->failed(Error::Cancelled), describe(outcome).constData());
    VERIFY_SUCCEEDS(watch(connection.execute(u"SELECT 1"_s)));
    QCOMPARE(server.countQuery("UPDATE t"), 1);
}

QTEST_GUILESS_MAIN(tst_TransientErrors)

#include "tst_transienterrors.moc"
