// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "leasecollector.h"

#include <AsyncMySql/pool.h>

#include <QtQml/qjsengine.h>
#include <QtQml/qqmlengine.h>

#include <algorithm>

namespace AsyncMySql {

namespace {

constexpr std::chrono::milliseconds ShortestPause(100);
constexpr std::chrono::milliseconds LongestPause(5000);

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
    return m_token;
}

/// Whether jobs wait for sessions that leases may have.
bool LeaseCollector::isShort() const
{
    if (m_token.use_count() == 1)
        return false;
    const PoolStatistics statistics = m_pool->statistics();
    return statistics.waiting > 0 && statistics.idle == 0 && statistics.connecting == 0;
}

void LeaseCollector::check()
{
    if (!isShort()) {
        m_timer.stop();
        m_pause = ShortestPause;
    } else if (!m_timer.isActive()) {
        m_timer.start(m_pause);
    }
}

void LeaseCollector::collect()
{
    if (!isShort())
        return;
    m_pause = std::min(m_pause * 2, LongestPause);
    m_timer.start(m_pause);
    QJSEngine *const engine = qmlEngine(m_pool);
    if (QJSEngine *const any = engine ? engine : qjsEngine(m_pool))
        any->collectGarbage();
}

} // namespace AsyncMySql
