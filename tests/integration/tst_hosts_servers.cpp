// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "ownserver.h"

#include <AsyncMySql/Host>
#include <AsyncMySql/HostPolicy>
#include <AsyncMySql/Pool>

#include <QtTest/qtest.h>

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

} // namespace

/// A primary and its replica, of this test's own.
class tst_Hosts_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { VERIFY_SERVERS(); }
    void primaryAndReplica_data() { addRows(); }
    void primaryAndReplica();

private:
    void prepare(const Server &server);
    void replicate(const Server &replica, const Server &primary);
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

void tst_Hosts_Servers::replicate(const Server &replica, const Server &primary)
{
    Connection connection(Servers::options(replica, Channel::Clear));
    const QString source
        = replica.isMySql
              ? u"CHANGE REPLICATION SOURCE TO SOURCE_HOST = '%1', SOURCE_PORT = %2, "
                "SOURCE_USER = 'several', SOURCE_PASSWORD = 'open-sesame-7', "
                "SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1"_s
              : u"CHANGE MASTER TO MASTER_HOST = '%1', MASTER_PORT = %2, MASTER_USER = 'several', "
                "MASTER_PASSWORD = 'open-sesame-7', MASTER_USE_GTID = slave_pos, MASTER_SSL = 0"_s;
    VERIFY_DONE(connection.execute(source.arg(primary.host).arg(primary.port)));
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
    const auto optionsOf = [&server](int id) {
        QStringList options{u"--log-bin=binlog"_s, u"--server-id=%1"_s.arg(id)};
        if (server.isMySql)
            options += {u"--gtid-mode=ON"_s, u"--enforce-gtid-consistency=ON"_s};
        return options;
    };
    QVERIFY(first.start(optionsOf(1)));
    QVERIFY(second.start(optionsOf(2)));
    const Server primary = first.server();
    const Server replica = second.server();
    prepare(primary);
    prepare(replica);
    replicate(replica, primary);

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

QTEST_GUILESS_MAIN(tst_Hosts_Servers)
#include "tst_hosts_servers.moc"
