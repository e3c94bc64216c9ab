// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "lazytimer.h"

#include <AsyncMySql/error.h>

#include <QtCore/qdatetime.h>
#include <QtCore/qglobal.h>

QT_BEGIN_NAMESPACE
class QMetaMethod;
QT_END_NAMESPACE

namespace AsyncMySql {

class Pool;
class PoolEngine;

/// What a Pool shows of its engine. The engine emits in the middle of its work; the pool's signals
/// follow from the event loop, when slots may do anything.
class PoolNotifier
{
public:
    PoolNotifier(Pool *pool, PoolEngine *engine);
    Q_DISABLE_COPY_MOVE(PoolNotifier)

    /// A receiver was connected to \a signal of the pool. What changes with every job is not even
    /// looked at before that.
    void recordReceiver(const QMetaMethod &signal);

    Error lastError;
    int reconnectAttempt = 0;
    QDateTime nextReconnect;

private:
    void recordStatistics();
    void publishStatistics();
    void publishError(const Error &error);
    void publishReconnecting();

    Pool *const m_pool;
    PoolEngine *const m_engine;
    /// Active until the change is published, and for a while after that.
    LazyTimer m_statisticsTimer;
    bool m_haveStatisticsChanged = false;
    bool m_followsStatistics = false;
};

} // namespace AsyncMySql
