// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "clusterload.h"

#include <AsyncMySql/Host>
#include <AsyncMySql/HostPolicy>

#include <QtCore/qloggingcategory.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Fake::OutcomePointer;

/// What becomes of 200 writes in a second while the nodes of a cluster fail, one after the other.
/// With ASYNCMYSQL_TEST_ALL_NODES each node does, otherwise the one that the writes go to; and the
/// pauses are compared with those of the cluster, which on a machine that is busy with other tests
/// would depend on these.
class tst_ClusterLoad_Servers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // There are thousands of attempts to connect.
    void initTestCase() { QLoggingCategory::setFilterRules(u"asyncmysql.*=false"_s); }
    void writesSurviveNodes_data();
    void writesSurviveNodes();
};

namespace {

constexpr std::chrono::milliseconds QueryTimeout = 1s;
constexpr std::chrono::milliseconds CancelGracePeriod = 200ms;

enum class Fault { Kill, Freeze, Restart };

void wait(std::chrono::milliseconds time)
{
    QEventLoop loop;
    QTimer::singleShot(time, &loop, &QEventLoop::quit);
    loop.exec();
}

ConnectionOptions clusterOptions(const Cluster &cluster, const QString &database)
{
    ConnectionOptions options = Servers::options(cluster.node(0), Channel::Clear);
    options.setDatabase(database);
    QList<Host> hosts;
    for (int number = 0; number < Cluster::Size; ++number)
        hosts.append(Host(cluster.node(number).host, cluster.node(number).port));
    options.setHosts(hosts);
    HostPolicy policy(HostPolicy::Selection::Sequential);
    policy.setRequiresWritable(true);
    options.setHostPolicy(policy);
    // A node that stands still is left after that time.
    options.setConnectTimeout(1s);
    options.setQueryTimeout(QueryTimeout);
    options.setCancelGracePeriod(CancelGracePeriod);
    return options;
}

} // namespace

void tst_ClusterLoad_Servers::writesSurviveNodes_data()
{
    addClusterRows();
}

void tst_ClusterLoad_Servers::writesSurviveNodes()
{
    QFETCH(QString, cluster);
    Cluster nodes(cluster);
    QVERIFY(nodes.heal());
    const int first = nodes.primary();
    QVERIFY(first >= 0);

    const QString database = uniqueName(u"load"_s);
    Connection admin(Servers::options(nodes.node(first), Channel::Clear));
    VERIFY_DONE(admin.execute(u"CREATE DATABASE "_s + database));
    VERIFY_DONE(admin.selectDatabase(database));
    VERIFY_DONE(admin.execute(u"CREATE TABLE writes (id BIGINT AUTO_INCREMENT PRIMARY KEY, "
                              "token INT NOT NULL, part INT NOT NULL, KEY (token))"_s));
    VERIFY_DONE(
        admin.execute(u"CREATE TABLE probes (id BIGINT AUTO_INCREMENT PRIMARY KEY, n INT)"_s));
    admin.close();

    QElapsedTimer clock;
    clock.start();
    Pool pool(clusterOptions(nodes, database));
    pool.setMaximumConnections(8);
    ClusterLoad load(&pool, database + ".writes"_L1, clock);
    ClusterProbe probe(nodes, database + ".probes"_L1, clock);
    load.start();
    wait(1s);

    const bool isForAll = qEnvironmentVariableIsSet("ASYNCMYSQL_TEST_ALL_NODES");
    qint64 worst = 0;
    for (const Fault fault : {Fault::Kill, Fault::Freeze, Fault::Restart}) {
        for (int turn = 0; turn < (isForAll ? Cluster::Size : 1); ++turn) {
            int victim = turn;
            if (!isForAll) {
                const QList<QStringList> port = rowsOf(pool.execute(u"SELECT @@port"_s));
                while (victim < Cluster::Size - 1
                       && port != one(QString::number(nodes.node(victim).port)))
                    ++victim;
            }
            const qint64 begin = clock.elapsed();
            const char *name = "";
            switch (fault) {
            case Fault::Kill:
                name = "killed";
                QVERIFY(nodes.kill(victim));
                wait(8s);
                break;
            case Fault::Freeze:
                name = "frozen for 10 s";
                QVERIFY(nodes.freeze(victim));
                wait(10s);
                QVERIFY(nodes.thaw(victim));
                break;
            case Fault::Restart:
                name = "stopped";
                QVERIFY(nodes.stop(victim));
                wait(3s);
                break;
            }
            const qint64 end = clock.elapsed();
            const qint64 theirs = longestPause(probe.successes(), begin, end);
            const qint64 ours = longestPause(load.successes(), begin, end);
            worst = qMax(worst, ours - theirs);
            qInfo("%s, node %d %s: the cluster took no write for %lld ms, the pool for %lld ms",
                  qPrintable(nodes.name()), victim + 1, name, static_cast<long long>(theirs),
                  static_cast<long long>(ours));
            QVERIFY2(nodes.start(victim), "The node does not come back");
            wait(2s);
        }
    }
    load.stop();
    probe.stop();
    QTRY_COMPARE_WITH_TIMEOUT(load.pending(), 0, 60'000);

    for (int number = 0; number < Cluster::Size; ++number) {
        ConnectionOptions options = Servers::options(nodes.node(number), Channel::Clear);
        options.setDatabase(database);
        if (nodes.isGalera())
            options.setSessionVariables({{u"wsrep_sync_wait"_s, 7}});
        else
            options.setSessionVariables({{u"group_replication_consistency"_s, u"BEFORE"_s}});
        Connection reader(options);
        const OutcomePointer rows = finishedOf(reader.execute(
            u"SELECT token, SUM(part = 0), SUM(part = 1) FROM writes GROUP BY token"_s));
        QVERIFY2(rows->succeeded(), Fake::describe(rows).constData());
        const Audit audit = load.audit(rows->rows());
        qInfo("%s: %s", qPrintable(nodes.node(number).name), qPrintable(audit.toString()));
        QVERIFY2(audit.isTrue(), qPrintable(load.errors()));
    }
    qInfo("%s", qPrintable(load.errors()));
    // A statement that is in flight to a node that does not answer takes its session for as long as
    // the options allow; then another node has to be found, on a machine that is busy.
    const std::chrono::milliseconds allowed = QueryTimeout + CancelGracePeriod + 2s;
    QVERIFY2(!isForAll || worst <= allowed.count(),
             "Writes did not go on when the cluster took them again");
    Connection cleaner(clusterOptions(nodes, database));
    VERIFY_DONE(cleaner.execute(u"DROP DATABASE "_s + database));
}

QTEST_GUILESS_MAIN(tst_ClusterLoad_Servers)
#include "tst_clusterload_servers.moc"
