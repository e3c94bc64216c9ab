// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "servers.h"

namespace Servers {

/// One of the clusters of three nodes that ASYNCMYSQL_TEST_CLUSTERS names, and what can happen to
/// its nodes; see tests/servers/cluster and node. Nodes are counted from 0.
class Cluster
{
public:
    explicit Cluster(const QString &iniFile);

    QString name() const { return m_cluster.name; }
    bool isGalera() const { return m_cluster.isMariaDb(); }
    static constexpr int Size = 3;
    /// Tests are given its TCP port: Channel::Clear or Channel::Tls.
    const Server &node(int number) const { return m_nodes.at(number); }
    /// The node of Group Replication that takes writes, as \a witness says, or -1. With Galera all
    /// do, and it is \a witness.
    int primary(int witness = 0) const;

    /// False if the script fails.
    bool kill(int number) { return script(u"kill", number); }
    bool freeze(int number) { return script(u"freeze", number); }
    bool thaw(int number) { return script(u"thaw", number); }
    bool stop(int number) { return script(u"stop", number); }
    /// Returns when the node is a member that takes statements.
    bool start(int number) { return script(u"start", number); }
    /// The same for all, however they were left.
    bool heal();

private:
    bool script(QStringView verb, int number);

    Server m_cluster;
    QList<Server> m_nodes;
};

/// One row for each cluster that was started, with the column "cluster", which is its server.ini;
/// of those only the one that ASYNCMYSQL_TEST_CLUSTER names, if it is set: CTest starts a cluster
/// for the tests that need it. If there is none that \a filter takes, the test is skipped; with
/// CI=true it fails if no cluster was started at all.
void addClusterRows(Filter filter = any);

} // namespace Servers
