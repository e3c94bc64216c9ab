// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "cluster.h"

#include <AsyncMySql/Pool>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qtimer.h>

#include <memory>
#include <vector>

/// When something succeeded, in milliseconds.
using Moments = QList<qint64>;

/// The longest time from \a begin to \a end in which nothing succeeded.
qint64 longestPause(const Moments &moments, qint64 begin, qint64 end);

/// What a database shows of what was written to it.
struct Audit
{
    int acknowledged = 0;
    int unknown = 0;
    int unknownApplied = 0; ///< of these
    int refused = 0;
    // What must not be.
    int lost = 0;           ///< acknowledged, and not there
    int twice = 0;          ///< applied more often than once
    int torn = 0;           ///< half of a transaction
    int refusedApplied = 0; ///< reported as not executed, and there
    int unknownUnsent = 0;  ///< reported as unknown, although nothing was sent

    bool isTrue() const
    {
        return lost == 0 && twice == 0 && torn == 0 && refusedApplied == 0 && unknownUnsent == 0;
    }
    QString toString() const;
};

/// Writes that an application has a pool do, 200 in a second: half of them are statements, the
/// others transactions of two. Each has a token of its own, on which the table has no unique index.
class ClusterLoad
{
public:
    ClusterLoad(AsyncMySql::Pool *pool, const QString &table, const QElapsedTimer &clock);

    void start() { m_timer.start(5); }
    void stop() { m_timer.stop(); }
    int pending() const { return m_pending; }
    /// When acknowledged writes ended.
    const Moments &successes() const { return m_successes; }
    /// \a rows: token, and how often each of the two rows of a transaction is there.
    Audit audit(const QList<QStringList> &rows) const;
    /// The errors that were reported, and how often.
    QString errors() const;

private:
    struct Write
    {
        bool isTransaction = false;
        bool wasSent = false;
        bool isOver = false;
        AsyncMySql::Error error;
    };
    void write();
    void end(int token, const AsyncMySql::Error &error);

    AsyncMySql::Pool *m_pool;
    QString m_insert;
    const QElapsedTimer &m_clock;
    QObject m_context;
    QTimer m_timer;
    std::vector<Write> m_writes;
    int m_pending = 0;
    Moments m_successes;
};

/// The cluster's own pauses: beside the load, a plain session to each node writes a row, waits for
/// the answer, and begins again 50 ms later. What any node takes counts.
class ClusterProbe
{
public:
    ClusterProbe(const Servers::Cluster &cluster, const QString &table, const QElapsedTimer &clock);

    const Moments &successes() const { return m_successes; }
    void stop() { m_isStopped = true; }

private:
    void write(int node);

    QString m_insert;
    const QElapsedTimer &m_clock;
    QObject m_context;
    std::vector<std::unique_ptr<AsyncMySql::Connection>> m_nodes;
    bool m_isStopped = false;
    Moments m_successes;
};
