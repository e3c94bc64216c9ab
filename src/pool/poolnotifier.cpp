// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "poolnotifier.h"

#include "poolengine.h"

#include <AsyncMySql/pool.h>

#include <QtCore/qmetaobject.h>
#include <QtCore/qpointer.h>

#include <chrono>
#include <utility>

namespace AsyncMySql {

namespace {

/// What people look at need not change more often, and a busy pool changes with each of many
/// thousand jobs in a second.
constexpr std::chrono::milliseconds StatisticsInterval(50);

} // namespace

PoolNotifier::PoolNotifier(Pool *pool, PoolEngine *engine)
    : m_pool(pool)
    , m_engine(engine)
    , m_statisticsTimer(pool, [this] { publishStatistics(); })
{
    QObject::connect(
        m_engine, &PoolEngine::errorOccurred, m_pool,
        [this](const Error &error) { publishError(error); }, Qt::QueuedConnection);
    for (const auto changed : {&Reconnector::attemptChanged, &Reconnector::nextAttemptChanged})
        QObject::connect(
            &m_engine->reconnector(), changed, m_pool, [this] { publishReconnecting(); },
            Qt::QueuedConnection);
}

void PoolNotifier::recordReceiver(const QMetaMethod &signal)
{
    static const QMetaMethod statisticsChanged = QMetaMethod::fromSignal(&Pool::statisticsChanged);
    if (signal != statisticsChanged || std::exchange(m_followsStatistics, true))
        return;
    QObject::connect(&m_engine->queue(), &CommandQueue::sizeChanged, m_pool,
                     [this] { recordStatistics(); });
    QObject::connect(&m_engine->sessions(), &SessionPool::changed, m_pool,
                     [this] { recordStatistics(); });
}

void PoolNotifier::recordStatistics()
{
    m_haveStatisticsChanged = true;
    if (!m_statisticsTimer.isActive())
        m_statisticsTimer.start();
}

void PoolNotifier::publishStatistics()
{
    if (!std::exchange(m_haveStatisticsChanged, false))
        return;
    m_statisticsTimer.start(StatisticsInterval);
    Q_EMIT m_pool->statisticsChanged(Pool::QPrivateSignal());
}

void PoolNotifier::publishError(const Error &error)
{
    lastError = error;
    const QPointer<Pool> guard(m_pool);
    Q_EMIT m_pool->lastErrorChanged(error, Pool::QPrivateSignal());
    if (guard)
        Q_EMIT m_pool->errorOccurred(error, Pool::QPrivateSignal());
}

void PoolNotifier::publishReconnecting()
{
    const Reconnector &reconnector = m_engine->reconnector();
    const bool hasAttemptChanged
        = std::exchange(reconnectAttempt, reconnector.attempt()) != reconnectAttempt;
    const bool hasNextChanged
        = std::exchange(nextReconnect, reconnector.nextAttempt()) != nextReconnect;
    const QPointer<Pool> guard(m_pool);
    // Who shows both sees no pool that is connecting while it waits to do so.
    publishStatistics();
    if (guard && hasAttemptChanged)
        Q_EMIT m_pool->reconnectAttemptChanged(reconnectAttempt, Pool::QPrivateSignal());
    if (guard && hasNextChanged)
        Q_EMIT m_pool->nextReconnectChanged(nextReconnect, Pool::QPrivateSignal());
}

} // namespace AsyncMySql
