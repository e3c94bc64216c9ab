// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "lazytimer.h"

#include <utility>

namespace AsyncMySql {

LazyTimer::LazyTimer(QObject *owner, std::function<void()> expired, Qt::TimerType type)
    : m_owner(owner)
    , m_expired(std::move(expired))
    , m_type(type)
{
}

LazyTimer::~LazyTimer() = default;

void LazyTimer::start(std::chrono::milliseconds time)
{
    if (!m_timer) {
        // A child goes with its parent to another thread.
        m_timer = std::make_unique<QTimer>(m_owner);
        m_timer->setSingleShot(true);
        m_timer->setTimerType(m_type);
        QObject::connect(m_timer.get(), &QTimer::timeout, m_owner, [this] { m_expired(); });
    }
    m_timer->start(time);
}

void LazyTimer::stop()
{
    if (m_timer)
        m_timer->stop();
}

} // namespace AsyncMySql
