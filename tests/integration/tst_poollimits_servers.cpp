// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "ownserver.h"
#include "poolfixture.h"

#include <QtTest/qsignalspy.h>
#include <QtTest/qtest.h>

#include <memory>
#include <vector>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;
using Fake::takenLease;

/// Pools whose servers have few connections, and little patience.
class tst_PoolLimits_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { VERIFY_SERVERS(); }
    void fullServerIsUsedWithWhatThereIs_data() { addOwnRows(); }
    void fullServerIsUsedWithWhatThereIs();
    void fullServerIsWaitedFor_data() { addOwnRows(); }
    void fullServerIsWaitedFor();
    void idleSessionsAreClosedInTime_data() { addOwnRows(); }
    void idleSessionsAreClosedInTime();
    void silentLeaseIsLost_data() { addOwnRows(); }
    void silentLeaseIsLost();
    void cleanupTestCase() { m_server.reset(); }

private:
    static constexpr int MaximumConnections = 10;
    static constexpr int WaitTimeout = 2;

    static void addOwnRows();
    void startServer(const QString &name);
    ConnectionOptions plainOptions() const;
    qlonglong status(const QString &name) const;

    std::unique_ptr<OwnServer> m_server;
    QString m_name;
};

/// A server without certificates is not another server.
void tst_PoolLimits_Servers::addOwnRows()
{
    addRows([](const Server &server) { return !server.hasZeroConfigurationTls(); });
}

void tst_PoolLimits_Servers::startServer(const QString &name)
{
    if (m_server && m_name == name)
        return;
    m_server = std::make_unique<OwnServer>(name, u"limits"_s);
    m_name = name;
    QVERIFY2(m_server->start({u"--max-connections=%1"_s.arg(MaximumConnections),
                              u"--wait-timeout=%1"_s.arg(WaitTimeout)}),
             "The server does not start");
    Connection admin(Servers::options(m_server->server()));
    VERIFY_DONE(admin.execute(u"CREATE USER plain@'%' IDENTIFIED BY 'plain'"_s));
    VERIFY_DONE(admin.close());
}

/// Of a user for whom the server has no connection in reserve.
ConnectionOptions tst_PoolLimits_Servers::plainOptions() const
{
    ConnectionOptions options = Servers::options(m_server->server());
    options.setUser(u"plain"_s);
    options.setPassword(u"plain"_s);
    return options;
}

/// By a session that is closed again: one that is silent would be counted.
qlonglong tst_PoolLimits_Servers::status(const QString &name) const
{
    Connection admin(Servers::options(m_server->server()));
    const QList<QStringList> rows
        = rowsOf(admin.execute(u"SHOW GLOBAL STATUS LIKE '%1'"_s.arg(name)));
    finishedOf(admin.close());
    return rows.isEmpty() ? -1 : rows.constFirst().constLast().toLongLong();
}

#define START_SERVER() \
    QFETCH(Server, server); \
    startServer(server.name); \
    if (QTest::currentTestFailed()) \
    return

void tst_PoolLimits_Servers::fullServerIsUsedWithWhatThereIs()
{
    START_SERVER();
    Pool pool(plainOptions());
    pool.setMaximumConnections(2 * MaximumConnections);
    QSignalSpy errors(&pool, &Pool::errorOccurred);
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 200; ++i)
        outcomes.append(Fake::watch(pool.execute(u"SELECT %1 + SLEEP(0.01)"_s.arg(i))));
    QVERIFY(areFinished(outcomes));
    for (int i = 0; i < 200; ++i) {
        QVERIFY2(outcomes.at(i)->succeeded(), Fake::describe(outcomes.at(i)).constData());
        QCOMPARE(outcomes.at(i)->rows(), one(QString::number(i)));
    }
    const PoolStatistics statistics = pool.statistics();
    QVERIFY(statistics.created <= MaximumConnections);
    QVERIFY(statistics.connectFailures > 0);
    QVERIFY(status(u"Max_used_connections"_s) >= MaximumConnections);
    // With the sessions that there are nothing is amiss.
    QCOMPARE(errors.count(), 0);
    VERIFY_DONE(pool.close());
}

/// Other programs have all connections.
void tst_PoolLimits_Servers::fullServerIsWaitedFor()
{
    START_SERVER();
    std::vector<std::unique_ptr<Connection>> others;
    bool isFull = false;
    while (!isFull) {
        QVERIFY2(others.size() <= MaximumConnections, "The server takes more than it should");
        others.push_back(std::make_unique<Connection>(plainOptions()));
        const auto refused
            = [&isFull](const Error &error) { isFull = error.serverErrorNumber() == 1040; };
        connect(others.back().get(), &Connection::errorOccurred, this, refused);
        const OutcomePointer outcome = Fake::watch(others.back()->execute(u"SELECT 1"_s));
        QTRY_VERIFY_WITH_TIMEOUT(isFull || outcome->finished > 0, 30'000);
        if (isFull)
            others.back()->disconnect(this);
    }
    others.pop_back();
    Pool pool(plainOptions());
    QSignalSpy errors(&pool, &Pool::errorOccurred);
    QList<OutcomePointer> outcomes;
    for (int i = 0; i < 5; ++i)
        outcomes.append(Fake::watch(pool.execute(u"SELECT %1"_s.arg(i))));
    QTRY_VERIFY_WITH_TIMEOUT(errors.count() >= 2, 30'000);
    QCOMPARE(errors.constFirst().constFirst().value<Error>().serverErrorNumber(), 1040);
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        QCOMPARE(outcome->finished, 0);
    others.pop_back();
    QVERIFY(areFinished(outcomes));
    for (const OutcomePointer &outcome : std::as_const(outcomes))
        QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
    VERIFY_DONE(pool.close());
    for (const auto &other : others)
        finishedOf(other->close());
}

/// Before the server does so, whose limit the pool was not told.
void tst_PoolLimits_Servers::idleSessionsAreClosedInTime()
{
    START_SERVER();
    const qlonglong abortedBefore = status(u"Aborted_clients"_s);
    Pool pool(plainOptions());
    pool.setMaximumConnections(4);
    QCOMPARE(pool.idleTimeout(), 2min);
    for (quint64 round = 1; round <= 2; ++round) {
        VERIFY_DONE(pool.warmUp(4));
        QList<OutcomePointer> outcomes;
        for (int i = 0; i < 20; ++i)
            outcomes.append(Fake::watch(pool.execute(u"SELECT %1"_s.arg(i))));
        QVERIFY(areFinished(outcomes));
        for (const OutcomePointer &outcome : std::as_const(outcomes))
            QVERIFY2(outcome->succeeded(), Fake::describe(outcome).constData());
        QTRY_COMPARE_WITH_TIMEOUT(pool.statistics().closedIdle, 4 * round, 30'000);
        QTRY_COMPARE(pool.statistics().open, 0);
    }
    QCOMPARE(pool.statistics().closedBroken, 0U);
    QCOMPARE(status(u"Aborted_clients"_s), abortedBefore);
}

/// The pool sends nothing in a session that it has lent.
void tst_PoolLimits_Servers::silentLeaseIsLost()
{
    START_SERVER();
    Pool pool(plainOptions());
    const std::unique_ptr<Lease> lease = takenLease(&pool);
    QVERIFY(lease);
    VERIFY_DONE(lease->execute(u"SET @a = 1"_s));
    QTRY_VERIFY_WITH_TIMEOUT(!lease->isValid(), 30'000);
    const OutcomePointer late = finishedOf(lease->execute(u"SELECT @a"_s));
    QVERIFY(late->failed(Error::ConnectionLost));
    QCOMPARE(late->error.execution(), Error::Execution::NotSent);
    QCOMPARE(rowsOf(pool.execute(u"SELECT @a IS NULL"_s)), one(u"1"_s));
    VERIFY_DONE(pool.close());
}

QTEST_GUILESS_MAIN(tst_PoolLimits_Servers)
#include "tst_poollimits_servers.moc"
