// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "heartbeat.h"

#include <algorithm>
#include <chrono>

Heartbeat::Heartbeat()
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(std::chrono::milliseconds(10));
    connect(&m_timer, &QTimer::timeout, this, &Heartbeat::beat);
    restart();
}

void Heartbeat::restart()
{
    m_ticks = 0;
    m_longestGap = 0;
    m_clock.start();
    m_timer.start();
}

double Heartbeat::longestGap() const
{
    return double(std::max(m_longestGap, m_clock.nsecsElapsed())) / 1e6;
}

void Heartbeat::beat()
{
    m_longestGap = std::max(m_longestGap, m_clock.nsecsElapsed());
    m_clock.start();
    ++m_ticks;
}
