// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "clusterload.h"

#include <AsyncMySql/Query>
#include <AsyncMySql/Transaction>

#include <QtCore/qhash.h>
#include <QtCore/qmap.h>

#include <chrono>

using namespace AsyncMySql;
using namespace Servers;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Execution = Error::Execution;

qint64 longestPause(const Moments &moments, qint64 begin, qint64 end)
{
    qint64 longest = 0;
    qint64 last = begin;
    for (const qint64 moment : moments) {
        if (moment < begin || moment > end)
            continue;
        longest = qMax(longest, moment - last);
        last = moment;
    }
    return qMax(longest, end - last);
}

QString Audit::toString() const
{
    return u"%1 acknowledged, %2 unknown (%3 applied), %4 not executed; lost %5, twice %6, torn "
           u"%7, "
           "applied though not executed %8, unknown though not sent %9"_s.arg(acknowledged)
               .arg(unknown)
               .arg(unknownApplied)
               .arg(refused)
               .arg(lost)
               .arg(twice)
               .arg(torn)
               .arg(refusedApplied)
               .arg(unknownUnsent);
}

ClusterLoad::ClusterLoad(Pool *pool, const QString &table, const QElapsedTimer &clock)
    : m_pool(pool)
    , m_insert(u"INSERT INTO %1 (token, part) VALUES (?, ?)"_s.arg(table))
    , m_clock(clock)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &m_context, [this] { write(); });
}

void ClusterLoad::write()
{
    const int token = static_cast<int>(m_writes.size());
    m_writes.push_back({token % 2 == 1, false, false, {}});
    ++m_pending;
    const auto markSent = [this, token](Job::State state) {
        if (state == Job::State::Running)
            m_writes[token].wasSent = true;
    };
    if (!m_writes[token].isTransaction) {
        Query *query = m_pool->execute(m_insert, {token, 0});
        QObject::connect(query, &Job::stateChanged, &m_context, markSent);
        QObject::connect(query, &Job::finished, &m_context,
                         [this, token, query] { end(token, query->error()); });
        return;
    }
    Transaction *transaction = m_pool->transact([this, token, markSent](Transaction *attempt) {
        for (int part = 0; part < 2; ++part) {
            Query *query = attempt->execute(m_insert, {token, part});
            QObject::connect(query, &Job::stateChanged, &m_context, markSent);
        }
        attempt->commit();
    });
    QObject::connect(transaction, &Transaction::finished, &m_context,
                     [this, token, transaction] { end(token, transaction->error()); });
}

void ClusterLoad::end(int token, const Error &error)
{
    Write &write = m_writes[token];
    write.isOver = true;
    write.error = error;
    --m_pending;
    if (!error.isError())
        m_successes.append(m_clock.elapsed());
}

Audit ClusterLoad::audit(const QList<QStringList> &rows) const
{
    struct Parts
    {
        int first = 0;
        int second = 0;
    };
    QHash<int, Parts> found;
    for (const QStringList &row : rows)
        found.insert(row.at(0).toInt(), {row.at(1).toInt(), row.at(2).toInt()});
    Audit audit;
    for (int token = 0; token < static_cast<int>(m_writes.size()); ++token) {
        const Write &write = m_writes[token];
        const Parts parts = found.value(token);
        const bool isThere = parts.first > 0 || parts.second > 0;
        audit.twice += parts.first > 1 || parts.second > 1;
        audit.torn += write.isTransaction && isThere && (parts.first == 0 || parts.second == 0);
        if (!write.error.isError()) {
            ++audit.acknowledged;
            audit.lost += !isThere;
        } else if (write.error.execution() == Execution::Unknown) {
            ++audit.unknown;
            audit.unknownApplied += isThere;
            audit.unknownUnsent += !write.wasSent;
        } else {
            ++audit.refused;
            audit.refusedApplied += isThere;
        }
    }
    return audit;
}

QString ClusterLoad::errors() const
{
    QMap<QString, int> counts;
    for (const Write &write : m_writes) {
        if (write.error.isError())
            ++counts[u"%1 (%2), execution %3"_s.arg(write.error.message())
                         .arg(write.error.serverErrorNumber())
                         .arg(static_cast<int>(write.error.execution()))];
    }
    QStringList lines;
    for (auto it = counts.cbegin(); it != counts.cend(); ++it)
        lines.append(u"%1 x %2"_s.arg(it.value()).arg(it.key()));
    return lines.join(u"\n"_s);
}

ClusterProbe::ClusterProbe(const Cluster &cluster, const QString &table, const QElapsedTimer &clock)
    : m_insert(u"INSERT INTO %1 (n) VALUES (1)"_s.arg(table))
    , m_clock(clock)
{
    for (int node = 0; node < Cluster::Size; ++node) {
        m_nodes.push_back(
            std::make_unique<Connection>(Servers::options(cluster.node(node), Channel::Clear)));
        write(node);
    }
}

void ClusterProbe::write(int node)
{
    Query *query = m_nodes[node]->execute(m_insert);
    QObject::connect(query, &Job::finished, &m_context, [this, node, query] {
        if (!query->error().isError())
            m_successes.append(m_clock.elapsed());
        if (!m_isStopped)
            QTimer::singleShot(50ms, &m_context, [this, node] { write(node); });
    });
}
