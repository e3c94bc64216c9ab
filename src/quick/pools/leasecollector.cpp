// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "leasecollector.h"

#include "scriptvalues.h"

#include <AsyncMySql/job.h>
#include <AsyncMySql/pool.h>

#include <QtQml/qjsengine.h>

#include <algorithm>

namespace AsyncMySql {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds ShortestPause(100);
constexpr milliseconds LongestPause(5000);
/// Of the duration of a collection: they cost two percent of the time at most.
constexpr int PauseFactor = 50;

} // namespace

LeaseCollector::LeaseCollector(Pool *pool)
    : m_pool(pool)
    , m_pause(ShortestPause)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &LeaseCollector::collect);
}

LeaseCollector::Token LeaseCollector::token()
{
    connect(m_pool, &Pool::statisticsChanged, this, &LeaseCollector::check, Qt::UniqueConnection);
    connect(m_pool, &Pool::maximumConnectionsChanged, this, &LeaseCollector::check,
            Qt::UniqueConnection);
    // Jobs can be waiting already, and nothing may change before the lease is forgotten.
    QMetaObject::invokeMethod(this, &LeaseCollector::check, Qt::QueuedConnection);
    return m_token;
}

Job *LeaseCollector::awaited(Job *job)
{
    ++m_awaited;
    connect(job, &QObject::destroyed, this, [this] { --m_awaited; });
    check();
    return job;
}

/// Whether sessions are needed that leases may have.
bool LeaseCollector::isShort() const
{
    if (leases() == 0)
        return false;
    const PoolStatistics statistics = m_pool->statistics();
    if (statistics.inUse == 0)
        return false;
    const bool jobsWait
        = statistics.waiting > 0 && statistics.idle == 0 && statistics.connecting == 0;
    return jobsWait || m_awaited > 0 || statistics.open > statistics.maximum;
}

void LeaseCollector::check()
{
    if (!isShort()) {
        m_timer.stop();
    } else if (!m_timer.isActive()) {
        const milliseconds passed(m_sinceCollection.isValid() ? m_sinceCollection.elapsed() : 0);
        m_timer.start(std::max(ShortestPause, m_pause - passed));
    }
}

void LeaseCollector::collect()
{
    if (!isShort())
        return;
    QJSEngine *const engine = Quick::engineOf(m_pool);
    if (!engine)
        return;
    QElapsedTimer timer;
    timer.start();
    const long before = leases();
    engine->collectGarbage();
    const milliseconds duration(timer.elapsed());
    m_pause = std::max(std::min(m_pause * 2, LongestPause), duration * PauseFactor);
    m_sinceCollection.start();
    // Objects that are collected are deleted from the event loop.
    QMetaObject::invokeMethod(
        this,
        [this, before, duration] {
            if (leases() < before)
                m_pause = std::max(ShortestPause, duration * PauseFactor);
            check();
        },
        Qt::QueuedConnection);
}

} // namespace AsyncMySql
