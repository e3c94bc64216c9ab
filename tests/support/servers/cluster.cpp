// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "cluster.h"

#include "serverscripts.h"

#include <QtCore/qdir.h>
#include <QtCore/qfileinfo.h>
#include <QtTest/qtest.h>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;

namespace Servers {

Cluster::Cluster(const QString &iniFile)
    : m_cluster(read(iniFile))
{
    for (int number = 1; number <= Size; ++number) {
        Server node = read(u"%1/node%2/server.ini"_s.arg(m_cluster.folder).arg(number));
        node.name = u"%1, node %2"_s.arg(m_cluster.name).arg(number);
        m_nodes.append(node);
    }
}

int Cluster::primary(int witness) const
{
    if (isGalera())
        return witness;
    Connection connection(options(node(witness), Channel::Clear));
    const QList<QStringList> rows = rowsOf(
        connection.execute(u"SELECT member_port FROM performance_schema.replication_group_members"
                           " WHERE member_role = 'PRIMARY' AND member_state = 'ONLINE'"_s));
    for (int number = 0; number < Size; ++number) {
        if (rows == one(QString::number(node(number).port)))
            return number;
    }
    return -1;
}

bool Cluster::heal()
{
    for (int number = 0; number < Size; ++number)
        script(u"thaw", number); // Fails for those that do not run.
    for (int number = 0; number < Size; ++number) {
        if (!start(number))
            return false;
    }
    return true;
}

bool Cluster::script(QStringView verb, int number)
{
    return runScript(u"node"_s, {verb.toString(), node(number).folder},
                     m_cluster.folder + "/scripts.log"_L1);
}

void addClusterRows(Filter filter)
{
    QTest::addColumn<QString>("cluster");
    const QString wanted = qEnvironmentVariable("ASYNCMYSQL_TEST_CLUSTER");
    const QStringList files
        = qEnvironmentVariable("ASYNCMYSQL_TEST_CLUSTERS").split(u':', Qt::SkipEmptyParts);
    int found = 0;
    int taken = 0;
    for (const QString &file : files) {
        const QString name = QFileInfo(file).dir().dirName();
        if (!wanted.isEmpty() && name != wanted)
            continue;
        if (!QFileInfo::exists(file))
            qFatal("%s does not tell of a cluster", qPrintable(file));
        const Server cluster = read(file);
        ++found;
        if (filter(cluster)) {
            QTest::newRow(qPrintable(cluster.name)) << file;
            ++taken;
        }
    }
    if (found == 0)
        skipWithoutServer();
    else if (taken == 0)
        QSKIP("This is for another kind of cluster");
}

} // namespace Servers
