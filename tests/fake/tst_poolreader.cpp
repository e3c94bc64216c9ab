// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "hostsfixture.h"
#include "poolfixture.h"

#include <AsyncMySql/Host>
#include <AsyncMySql/HostPolicy>
#include <AsyncMySql/Transaction>

#include <QtTest/qtest.h>

#include <array>

using namespace AsyncMySql;
using namespace Fake;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// The answer to a statement that writes.
void written(FakeConnection &c)
{
    Ok ok;
    ok.sessionState = sessionGtid("aaaa:7");
    c.ok(ok);
}

/// A primary and its two replicas.
struct Servers
{
    Servers()
    {
        setReadOnly(&primary, false);
        for (FakeServer *replica : replicas)
            setReadOnly(replica, true);
    }

    ConnectionOptions options(int weight1 = 1, int weight2 = 1) const
    {
        ConnectionOptions options = optionsFor(primary);
        options.setHosts({hostOf(primary),
                          Host(u"127.0.0.1"_s, replica1.port(), Host::Role::Any, weight1),
                          Host(u"127.0.0.1"_s, replica2.port(), Host::Role::Any, weight2)});
        return options;
    }

    /// The replicas are nodes of Galera.
    void becomeGalera() const
    {
        for (FakeServer *server : replicas) {
            setAnswer(server, FakeServer::RoleQuestion, {{"wsrep_on", "ON"}});
            setAnswer(server, FakeServer::GaleraQuestion,
                      {{"wsrep_ready", "ON"}, {"wsrep_local_state", "4"}});
        }
    }

    /// How often the replicas were sent \a sql.
    int countRead(const QByteArray &sql) const
    {
        return replica1.countQuery(sql) + replica2.countQuery(sql);
    }

    FakeServer primary;
    FakeServer replica1;
    FakeServer replica2;
    const std::array<FakeServer *, 2> replicas{&replica1, &replica2};
};

} // namespace

class tst_PoolReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsFromReplicas();
    void distributesByWeights();
    void readsFromThePrimaryWithoutReplicas();
    void readsElsewhereWhenAReplicaIsGone();
    void writesOfReadersFail();
    void readsOfASingleHost();
    void waitsForWhatWasWritten();
    void waitsInASessionOfItsOwn();
    void whatLagsIsReadFromThePrimary();
    void lostWaitIsReadFromThePrimary();
    void abortEndsWhatWaits();
    void galeraWaitsByItself();
    void nodeOfGaleraThatLagsIsLeft();
    void followsTheOptionsOfThePool();
};

void tst_PoolReader::readsFromReplicas()
{
    Servers servers;
    Pool pool(servers.options());
    Pool *reader = pool.reader();
    QCOMPARE(pool.reader(), reader);
    QCOMPARE(reader->reader(), reader);
    QVERIFY(pool.reader(Pool::ReadConsistency::ReadYourWrites) != reader);
    for (int i = 0; i < 10; ++i) {
        VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
        VERIFY_SUCCEEDS(watch(reader->execute(u"SELECT 1"_s)));
    }
    QCOMPARE(servers.primary.userQueries().size(), 10);
    QCOMPARE(servers.primary.countQuery("SELECT 1"), 0);
    QCOMPARE(servers.countRead("SELECT 1"), 10);
}

void tst_PoolReader::distributesByWeights()
{
    Servers servers;
    Pool pool(servers.options(1, 3));
    Pool *reader = pool.reader();
    VERIFY_SUCCEEDS(watch(reader->warmUp(3)));
    QVERIFY(servers.replica1.openConnections() > 0 && servers.replica2.openConnections() > 0);
    constexpr int jobs = 400;
    for (int i = 0; i < jobs; ++i)
        VERIFY_SUCCEEDS(watch(reader->execute(u"SELECT 1"_s)));
    const int second = servers.replica2.countQuery("SELECT 1");
    QCOMPARE(servers.replica1.countQuery("SELECT 1") + second, jobs);
    QVERIFY2(second >= 290 && second <= 310, qPrintable(QString::number(second)));
}

void tst_PoolReader::readsFromThePrimaryWithoutReplicas()
{
    Servers servers;
    servers.replica1.stopListening();
    servers.replica2.stopListening();
    Pool pool(servers.options());
    VERIFY_SUCCEEDS(watch(pool.reader()->execute(u"SELECT 1"_s)));
    QCOMPARE(servers.primary.countQuery("SELECT 1"), 1);
}

void tst_PoolReader::readsElsewhereWhenAReplicaIsGone()
{
    Servers servers;
    Pool pool(servers.options());
    Pool *reader = pool.reader();
    VERIFY_SUCCEEDS(watch(reader->warmUp(3)));
    servers.replica1.stopListening();
    servers.replica1.cutAll();
    for (int i = 0; i < 10; ++i)
        VERIFY_SUCCEEDS(watch(reader->execute(u"SELECT 1"_s)));
    QCOMPARE(servers.replica2.countQuery("SELECT 1"), 10);
}

void tst_PoolReader::writesOfReadersFail()
{
    Servers servers;
    for (FakeServer *server : servers.replicas) {
        server->on("INSERT 1", [](FakeConnection &c) {
            c.error(1290, "HY000", "running with the --read-only option");
        });
    }
    Pool pool(servers.options());
    VERIFY_FAILS(watch(pool.reader()->execute(u"INSERT 1"_s)), ServerError, Rejected);
    QCOMPARE(servers.countRead("INSERT 1"), 1);
}

void tst_PoolReader::readsOfASingleHost()
{
    FakeServer server;
    Pool pool(optionsFor(server));
    for (const auto consistency :
         {Pool::ReadConsistency::Eventual, Pool::ReadConsistency::ReadYourWrites})
        VERIFY_SUCCEEDS(watch(pool.reader(consistency)->execute(u"SELECT 1"_s)));
    QCOMPARE(server.userQueries(), QByteArrayList({"SELECT 1", "SELECT 1"}));
}

void tst_PoolReader::waitsForWhatWasWritten()
{
    Servers servers;
    servers.primary.on("INSERT 1", written);
    const QByteArray wait = "SELECT WAIT_FOR_EXECUTED_GTID_SET('aaaa:7', 3.000)";
    for (FakeServer *server : servers.replicas)
        server->on(wait, [](FakeConnection &c) { c.result({{"r"}}, {FakeRow{"0"}}); });
    Pool pool(servers.options());
    Pool *reader = pool.reader(Pool::ReadConsistency::ReadYourWrites);
    QVERIFY(pool.options().isGtidTrackingEnabled());
    VERIFY_SUCCEEDS(watch(reader->execute(u"SELECT 1"_s)));
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    for (int i = 0; i < 6; ++i)
        VERIFY_SUCCEEDS(watch(reader->execute(u"SELECT 2"_s)));
    // Once for each session, and ahead of the read.
    int waits = 0;
    for (const FakeServer *server : servers.replicas) {
        for (int number = 1; number <= server->connectionCount(); ++number) {
            const QByteArrayList queries = server->userQueries(number);
            waits += int(queries.count(wait));
            QVERIFY(queries.count(wait) <= 1);
            const qsizetype read = queries.indexOf("SELECT 2");
            QVERIFY(read < 0 || (read > 0 && queries[read - 1] == wait));
        }
    }
    QVERIFY(waits >= 2);
    QCOMPARE(servers.primary.countQuery("SELECT 2"), 0);
}

// What follows a reset, or shares a session, does so without a statement in front of it.
void tst_PoolReader::waitsInASessionOfItsOwn()
{
    Servers servers;
    servers.primary.on("INSERT 1", written);
    const QByteArray wait = "SELECT WAIT_FOR_EXECUTED_GTID_SET('aaaa:7', 3.000)";
    for (FakeServer *server : servers.replicas)
        server->on(wait, [](FakeConnection &c) { c.result({{"r"}}, {FakeRow{"0"}}); });
    Pool pool(servers.options());
    Pool *reader = pool.reader(Pool::ReadConsistency::ReadYourWrites);
    reader->setMaximumConnections(1);
    reader->setJobsPerConnection(8);
    VERIFY_SUCCEEDS(watch(reader->execute(u"SET @dirty = 1"_s)));
    for (FakeServer *server : servers.replicas)
        server->on("SET @dirty = 1", FakeServer::stall);
    const OutcomePointer dirty = watch(reader->execute(u"SET @dirty = 1"_s));
    QTRY_COMPARE(servers.countRead("SET @dirty = 1"), 2);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    const OutcomePointer first = watch(reader->execute(u"SELECT 1"_s));
    const OutcomePointer second = watch(reader->execute(u"SELECT 2"_s));
    FakeServer *const used
        = servers.replica1.openConnections() > 0 ? &servers.replica1 : &servers.replica2;
    used->connection(used->connectionCount())->ok();
    VERIFY_SUCCEEDS(dirty);
    VERIFY_SUCCEEDS(first);
    VERIFY_SUCCEEDS(second);
    const QByteArrayList queries = used->userQueries(used->connectionCount());
    QCOMPARE(queries.mid(queries.indexOf(wait)), QByteArrayList({wait, "SELECT 1", "SELECT 2"}));
}

void tst_PoolReader::whatLagsIsReadFromThePrimary()
{
    Servers servers;
    servers.primary.on("INSERT 1", written);
    ConnectionOptions options = servers.options();
    HostPolicy policy = options.hostPolicy();
    policy.setConsistencyTimeout(50ms);
    options.setHostPolicy(policy);
    const QByteArray wait = "SELECT WAIT_FOR_EXECUTED_GTID_SET('aaaa:7', 0.050)";
    for (FakeServer *server : servers.replicas)
        server->on(wait, [](FakeConnection &c) { c.result({{"r"}}, {FakeRow{"1"}}); });
    Pool pool(options);
    Pool *reader = pool.reader(Pool::ReadConsistency::ReadYourWrites);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    VERIFY_SUCCEEDS(watch(reader->execute(u"SELECT 2"_s)));
    QCOMPARE(servers.primary.countQuery("SELECT 2"), 1);
    QCOMPARE(servers.countRead("SELECT 2"), 0);
    // An error says no more, and a transaction goes there as a whole.
    for (FakeServer *server : servers.replicas)
        server->on(wait, [](FakeConnection &c) { c.error(1105, "HY000", "no GTIDs"); });
    Transaction *transaction = reader->beginTransaction();
    const OutcomePointer read = watch(transaction->execute(u"SELECT 3"_s));
    transaction->commit();
    VERIFY_SUCCEEDS(read);
    QCOMPARE(servers.primary.countQuery("SELECT 3"), 1);
}

void tst_PoolReader::lostWaitIsReadFromThePrimary()
{
    Servers servers;
    servers.primary.on("INSERT 1", written);
    for (FakeServer *server : servers.replicas) {
        server->on("SELECT WAIT_FOR_EXECUTED_GTID_SET('aaaa:7', 3.000)",
                   [](FakeConnection &c) { c.reset(); });
    }
    Pool pool(servers.options());
    Pool *reader = pool.reader(Pool::ReadConsistency::ReadYourWrites);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    VERIFY_SUCCEEDS(watch(reader->execute(u"SELECT 2"_s)));
    QCOMPARE(servers.primary.countQuery("SELECT 2"), 1);
}

void tst_PoolReader::abortEndsWhatWaits()
{
    Servers servers;
    servers.primary.on("INSERT 1", written);
    const QByteArray wait = "SELECT WAIT_FOR_EXECUTED_GTID_SET('aaaa:7', 3.000)";
    for (FakeServer *server : servers.replicas)
        server->on(wait, FakeServer::stall);
    Pool pool(servers.options());
    Pool *reader = pool.reader(Pool::ReadConsistency::ReadYourWrites);
    VERIFY_SUCCEEDS(watch(pool.execute(u"INSERT 1"_s)));
    const OutcomePointer read = watch(reader->execute(u"SELECT 2"_s));
    QTRY_VERIFY(servers.countRead(wait) == 1);
    reader->abort();
    VERIFY_FAILS(read, ConnectionClosed, NotSent);
    // What is cancelled while it waits is not executed anywhere.
    Query *query = reader->execute(u"SELECT 3"_s);
    const OutcomePointer cancelled = watch(query);
    QTRY_VERIFY(servers.countRead(wait) == 2);
    query->cancel();
    VERIFY_FAILS(cancelled, Cancelled, NotSent);
    VERIFY_SUCCEEDS(watch(pool.execute(u"SELECT 4"_s)));
    QCOMPARE(servers.primary.countQuery("SELECT 2") + servers.primary.countQuery("SELECT 3"), 0);
}

void tst_PoolReader::nodeOfGaleraThatLagsIsLeft()
{
    Servers servers;
    servers.becomeGalera();
    for (FakeServer *server : servers.replicas) {
        server->on("SELECT 1", [](FakeConnection &c) {
            c.error(1205, "HY000", "Lock wait timeout exceeded; try restarting transaction");
        });
    }
    Pool pool(servers.options());
    Pool *reader = pool.reader(Pool::ReadConsistency::ReadYourWrites);
    VERIFY_SUCCEEDS(watch(reader->execute(u"SELECT 1"_s)));
    QCOMPARE(servers.primary.countQuery("SELECT 1"), 1);
    // In the pool itself it is what it always is.
    servers.primary.on("SELECT 2", [](FakeConnection &c) {
        c.error(1205, "HY000", "Lock wait timeout exceeded; try restarting transaction");
    });
    VERIFY_FAILS(watch(pool.execute(u"SELECT 2"_s)), ServerError, Rejected);
}

void tst_PoolReader::galeraWaitsByItself()
{
    Servers servers;
    servers.becomeGalera();
    servers.primary.stopListening();
    Pool pool(servers.options());
    Pool *reader = pool.reader(Pool::ReadConsistency::ReadYourWrites);
    for (int i = 0; i < 4; ++i)
        VERIFY_SUCCEEDS(watch(reader->execute(u"SELECT 1"_s)));
    for (const FakeServer *server : servers.replicas) {
        for (int number = 1; number <= server->connectionCount(); ++number) {
            const QByteArrayList queries = server->queries(number);
            const qsizetype read = queries.indexOf("SELECT 1");
            QVERIFY(read < 0 || queries.first(read).count("SET SESSION wsrep_sync_wait = 1") == 1);
            QVERIFY(queries.count("SET SESSION wsrep_sync_wait = 1") <= 1);
        }
    }
}

void tst_PoolReader::followsTheOptionsOfThePool()
{
    Servers servers;
    FakeServer other;
    Pool pool(servers.options());
    Pool *reader = pool.reader();
    VERIFY_SUCCEEDS(watch(reader->execute(u"SELECT 1"_s)));
    pool.setOptions(optionsFor(other));
    VERIFY_SUCCEEDS(watch(reader->execute(u"SELECT 2"_s)));
    QCOMPARE(other.userQueries(), QByteArrayList({"SELECT 2"}));
}

QTEST_GUILESS_MAIN(tst_PoolReader)
#include "tst_poolreader.moc"
