// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <chrono>
#include <functional>
#include <memory>

namespace AsyncMySql {

/// A single-shot timer that costs nothing before it is started for the first time: a connection has
/// a dozen of them, and most are never needed.
class LazyTimer
{
public:
    /// \a expired is called in the thread of \a owner, whose member the timer is. A coarse timer
    /// may come too early by a twentieth.
    LazyTimer(QObject *owner, std::function<void()> expired, Qt::TimerType type = Qt::CoarseTimer);
    ~LazyTimer();
    Q_DISABLE_COPY_MOVE(LazyTimer)

    void start(std::chrono::milliseconds time = {});
    void stop();
    bool isActive() const { return m_timer && m_timer->isActive(); }

private:
    QObject *m_owner;
    std::function<void()> m_expired;
    Qt::TimerType m_type;
    std::unique_ptr<QTimer> m_timer;
};

} // namespace AsyncMySql
