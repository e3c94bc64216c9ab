// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "delayingrelay.h"
#include "ownserver.h"

#include <AsyncMySql/Batch>
#include <AsyncMySql/Host>
#include <AsyncMySql/HostPolicy>
#include <AsyncMySql/Pool>
#include <AsyncMySql/Query>
#include <AsyncMySql/Result>
#include <AsyncMySql/Row>

#include <QtCore/qelapsedtimer.h>
#include <QtTest/qtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Host hostOf(const Server &server)
{
    return Host(server.host, server.port);
}

/// One account for both servers.
ConnectionOptions optionsFor(const QList<Server> &servers)
{
    ConnectionOptions options = Servers::options(servers.constFirst(), Channel::Clear);
    QList<Host> hosts;
    for (const Server &server : servers)
        hosts.append(hostOf(server));
    options.setHosts(hosts);
    options.setUser(u"several"_s);
    options.setPassword(u"open-sesame-7"_s);
    options.setPublicKeyRetrievalAllowed(true);
    return options;
}

QStringList replicationOptions(const Server &server, int id)
{
    QStringList options{u"--log-bin=binlog"_s, u"--server-id=%1"_s.arg(id)};
    if (server.isMySql)
        options += {u"--gtid-mode=ON"_s, u"--enforce-gtid-consistency=ON"_s};
    return options;
}

/// Writes a row of its own, reads it as soon as that is done, and begins again.
class Pairs
{
public:
    Pairs(Pool *pool, Pool *reader, int id, int count)
        : m_pool(pool)
        , m_reader(reader)
        , m_id(id)
        , m_count(count)
    {
        write();
    }

    bool isDone() const { return m_done == m_count || m_failed > 0; }
    int failed() const { return m_failed; }
    int stale() const { return m_stale; }
    /// How many were read from the server with the server_id 2.
    int fromReplica() const { return m_fromReplica; }

private:
    void write()
    {
        if (isDone())
            return;
        Query *query = m_pool->execute(u"UPDATE shop.t SET n = n + 1 WHERE id = ?"_s, {m_id});
        QObject::connect(query, &Job::finished, &m_context, [this, query] {
            m_failed += query->error().isError();
            if (m_failed == 0)
                read();
        });
    }
    void read()
    {
        Query *query
            = m_reader->execute(u"SELECT n, @@server_id FROM shop.t WHERE id = ?"_s, {m_id});
        QObject::connect(query, &Job::finished, &m_context, [this, query] {
            m_failed += query->error().isError() || query->result().isEmpty();
            if (m_failed > 0)
                return;
            ++m_done;
            m_stale += query->result().first().value<int>(0) != m_done;
            m_fromReplica += query->result().first().value<int>(1) == 2;
            write();
        });
    }

    Pool *m_pool;
    Pool *m_reader;
    int m_id;
    int m_count;
    QObject m_context;
    int m_done = 0;
    int m_failed = 0;
    int m_stale = 0;
    int m_fromReplica = 0;
};

} // namespace

/// A primary and its replica, of this test's own.
class tst_Hosts_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { VERIFY_SERVERS(); }
    void primaryAndReplica_data() { addRows(); }
    void primaryAndReplica();
    void readsAreNeverStale_data() { addRows(); }
    void readsAreNeverStale();

private:
    void prepare(const Server &server);
    void replicate(const Server &replica, const QString &host, quint16 port);
    void setDelay(const Server &replica, int seconds);
    static void readsWhatWasWritten(Pool *pool, Pool *reader, int pairs);
};

/// Without an entry in the binary log: both begin with nothing.
void tst_Hosts_Servers::prepare(const Server &server)
{
    Connection connection(Servers::options(server, Channel::Clear));
    VERIFY_DONE(connection.execute(u"SET SESSION sql_log_bin = 0"_s));
    VERIFY_DONE(connection.execute(u"CREATE USER several@'%' IDENTIFIED BY 'open-sesame-7'"_s));
    // Not all privileges: those would let it write to a server that is read-only.
    VERIFY_DONE(connection.execute(
        u"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP ON *.* TO several@'%'"_s));
    VERIFY_DONE(connection.execute(u"GRANT REPLICATION SLAVE ON *.* TO several@'%'"_s));
    VERIFY_DONE(
        connection.execute(server.isMySql ? u"RESET BINARY LOGS AND GTIDS"_s : u"RESET MASTER"_s));
}

void tst_Hosts_Servers::replicate(const Server &replica, const QString &host, quint16 port)
{
    Connection connection(Servers::options(replica, Channel::Clear));
    const QString source
        = replica.isMySql
              ? u"CHANGE REPLICATION SOURCE TO SOURCE_HOST = '%1', SOURCE_PORT = %2, "
                "SOURCE_USER = 'several', SOURCE_PASSWORD = 'open-sesame-7', "
                "SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1"_s
              : u"CHANGE MASTER TO MASTER_HOST = '%1', MASTER_PORT = %2, MASTER_USER = 'several', "
                "MASTER_PASSWORD = 'open-sesame-7', MASTER_USE_GTID = slave_pos, MASTER_SSL = 0"_s;
    VERIFY_DONE(connection.execute(source.arg(host).arg(port)));
    VERIFY_DONE(connection.execute(replica.isMySql ? u"START REPLICA"_s : u"START SLAVE"_s));
    VERIFY_DONE(connection.execute(u"SET GLOBAL read_only = 1"_s));
}

void tst_Hosts_Servers::setDelay(const Server &replica, int seconds)
{
    Connection connection(Servers::options(replica, Channel::Clear));
    VERIFY_DONE(connection.execute(replica.isMySql ? u"STOP REPLICA"_s : u"STOP SLAVE"_s));
    const QString delay = replica.isMySql ? u"CHANGE REPLICATION SOURCE TO SOURCE_DELAY = %1"_s
                                          : u"CHANGE MASTER TO MASTER_DELAY = %1"_s;
    VERIFY_DONE(connection.execute(delay.arg(seconds)));
    VERIFY_DONE(connection.execute(replica.isMySql ? u"START REPLICA"_s : u"START SLAVE"_s));
}

void tst_Hosts_Servers::readsWhatWasWritten(Pool *pool, Pool *reader, int pairs)
{
    for (int i = 0; i < pairs; ++i) {
        VERIFY_DONE(pool->execute(u"UPDATE shop.t SET n = n + 1"_s));
        const auto written = rowsOf(pool->execute(u"SELECT n FROM shop.t"_s));
        QCOMPARE(rowsOf(reader->execute(u"SELECT n FROM shop.t"_s)), written);
    }
}

void tst_Hosts_Servers::primaryAndReplica()
{
    QFETCH(const Server, server);
    OwnServer first(server.name, u"hosts1"_s);
    OwnServer second(server.name, u"hosts2"_s);
    QVERIFY(first.start(replicationOptions(server, 1)));
    QVERIFY(second.start(replicationOptions(server, 2)));
    const Server primary = first.server();
    const Server replica = second.server();
    prepare(primary);
    prepare(replica);
    replicate(replica, primary.host, primary.port);

    // The replica stands first, and is found to be one.
    Pool pool(optionsFor({replica, primary}));
    VERIFY_DONE(pool.execute(u"CREATE DATABASE shop"_s));
    VERIFY_DONE(pool.execute(u"CREATE TABLE shop.t (n INT)"_s));
    VERIFY_DONE(pool.execute(u"INSERT INTO shop.t VALUES (0)"_s));
    QCOMPARE(rowsOf(pool.execute(u"SELECT @@server_id"_s)), QList<QStringList>{{u"1"_s}});

    Pool *reader = pool.reader(Pool::ReadConsistency::ReadYourWrites);
    VERIFY_DONE(pool.execute(u"UPDATE shop.t SET n = n + 1"_s));
    QCOMPARE(rowsOf(reader->execute(u"SELECT @@server_id"_s)), QList<QStringList>{{u"2"_s}});
    readsWhatWasWritten(&pool, reader, 200);
    // It lags: each read waits, and most are still those of the replica.
    setDelay(replica, 1);
    readsWhatWasWritten(&pool, reader, 2);
    QCOMPARE(rowsOf(reader->execute(u"SELECT @@server_id"_s)), QList<QStringList>{{u"2"_s}});
    // It lags for longer than is waited for.
    ConnectionOptions options = pool.options();
    HostPolicy policy = options.hostPolicy();
    policy.setConsistencyTimeout(100ms);
    options.setHostPolicy(policy);
    pool.setOptions(options);
    readsWhatWasWritten(&pool, reader, 3);
    setDelay(replica, 0);

    // A failover: the primary becomes a replica, and the other one takes over.
    {
        Connection admin(Servers::options(primary, Channel::Clear));
        VERIFY_DONE(admin.execute(u"SET GLOBAL read_only = 1"_s));
        Connection other(Servers::options(replica, Channel::Clear));
        VERIFY_DONE(other.execute(server.isMySql ? u"STOP REPLICA"_s : u"STOP SLAVE"_s));
        VERIFY_DONE(other.execute(u"SET GLOBAL read_only = 0"_s));
    }
    // It is refused, was not executed, and goes to the other one.
    VERIFY_DONE(pool.execute(u"INSERT INTO shop.t VALUES (100)"_s));
    QCOMPARE(rowsOf(pool.execute(u"SELECT @@server_id"_s)), QList<QStringList>{{u"2"_s}});
    QCOMPARE(rowsOf(pool.execute(u"SELECT COUNT(*) FROM shop.t WHERE n = 100"_s)),
             QList<QStringList>{{u"1"_s}});

    // The new primary goes away, and the old one takes over again.
    {
        Connection admin(Servers::options(primary, Channel::Clear));
        VERIFY_DONE(admin.execute(u"SET GLOBAL read_only = 0"_s));
    }
    QVERIFY(second.stop());
    VERIFY_DONE(pool.execute(u"INSERT INTO shop.t VALUES (200)"_s));
    QCOMPARE(rowsOf(pool.execute(u"SELECT @@server_id"_s)), QList<QStringList>{{u"1"_s}});
}

/// The replica is 200 ms behind. ASYNCMYSQL_TEST_PAIRS says how many pairs of a write and a read
/// there are.
void tst_Hosts_Servers::readsAreNeverStale()
{
    QFETCH(Server, server);
    constexpr int sideBySide = 50;
    const int pairs = qEnvironmentVariable("ASYNCMYSQL_TEST_PAIRS", u"500"_s).toInt() / sideBySide;
    OwnServer first(server.name, u"hosts1"_s);
    OwnServer second(server.name, u"hosts2"_s);
    QVERIFY(first.start(replicationOptions(server, 1)));
    QVERIFY(second.start(replicationOptions(server, 2)));
    const Server primary = first.server();
    const Server replica = second.server();
    prepare(primary);
    prepare(replica);
    constexpr std::chrono::milliseconds lag = 200ms;
    DelayingRelay relay(primary.host, primary.port, lag);
    replicate(replica, u"127.0.0.1"_s, relay.port());

    ConnectionOptions options = optionsFor({primary, replica});
    HostPolicy policy = options.hostPolicy();
    policy.setConsistencyTimeout(30s);
    options.setHostPolicy(policy);
    Pool pool(options);
    VERIFY_DONE(pool.execute(u"CREATE DATABASE shop"_s));
    VERIFY_DONE(pool.execute(u"CREATE TABLE shop.t (id INT PRIMARY KEY, n INT)"_s));
    QList<QVariantList> rows;
    for (int id = 0; id < sideBySide; ++id)
        rows.append({id, 0});
    VERIFY_DONE(pool.executeBatch(u"INSERT INTO shop.t VALUES (?, ?)"_s, rows));
    Pool *reader = pool.reader(Pool::ReadConsistency::ReadYourWrites);
    reader->setMaximumConnections(sideBySide);

    // What does not wait for it sees it that late.
    Pool *unsteady = pool.reader();
    QTRY_COMPARE_WITH_TIMEOUT(
        rowsOf(unsteady->execute(u"SELECT MIN(n), @@server_id FROM shop.t"_s)),
        (QList<QStringList>{{u"0"_s, u"2"_s}}), 30'000);
    QElapsedTimer time;
    time.start();
    VERIFY_DONE(pool.execute(u"INSERT INTO shop.t VALUES (-1, -1)"_s));
    QTRY_COMPARE_WITH_TIMEOUT(rowsOf(unsteady->execute(u"SELECT MIN(n) FROM shop.t"_s)),
                              QList<QStringList>{{u"-1"_s}}, 30'000);
    QVERIFY2(time.elapsed() >= lag.count(), qPrintable(QString::number(time.elapsed())));

    time.restart();
    std::vector<std::unique_ptr<Pairs>> all;
    for (int id = 0; id < sideBySide; ++id)
        all.push_back(std::make_unique<Pairs>(&pool, reader, id, pairs));
    const auto sum = [&all](int (Pairs::*count)() const) {
        return std::accumulate(all.begin(), all.end(), 0, [count](int before, const auto &each) {
            return before + (each.get()->*count)();
        });
    };
    QTRY_VERIFY_WITH_TIMEOUT(
        std::all_of(all.begin(), all.end(), [](const auto &each) { return each->isDone(); }),
        280'000);
    QCOMPARE(sum(&Pairs::failed), 0);
    QCOMPARE(sum(&Pairs::stale), 0);
    QVERIFY(sum(&Pairs::fromReplica) > pairs * sideBySide * 9 / 10);
    qInfo("%s: of %d reads behind writes, from a replica that is 200 ms behind, %d were stale; %d "
          "were the replica's; %.1f s",
          qPrintable(server.name), pairs * sideBySide, sum(&Pairs::stale), sum(&Pairs::fromReplica),
          static_cast<double>(time.elapsed()) / 1000);
}

QTEST_GUILESS_MAIN(tst_Hosts_Servers)
#include "tst_hosts_servers.moc"
