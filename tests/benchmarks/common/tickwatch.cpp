// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "tickwatch.h"

#include <algorithm>
#include <ctime>

namespace {

double processCpuSeconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

} // namespace

TickWatch::TickWatch(QObject *parent)
    : QObject(parent)
    , m_timer(this)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(10);
    connect(&m_timer, &QTimer::timeout, this, &TickWatch::tick);
}

void TickWatch::start()
{
    m_longestGap = 0;
    m_ticks = 0;
    m_longestWork = 0;
    m_cpuSeconds = processCpuSeconds();
    m_cpuAtTick = m_cpuSeconds;
    m_sinceStart.start();
    m_sinceTick.start();
    m_timer.start();
}

void TickWatch::stop()
{
    m_timer.stop();
    measure();
    m_seconds = static_cast<double>(m_sinceStart.nsecsElapsed()) / 1e9;
    m_cpuSeconds = processCpuSeconds() - m_cpuSeconds;
}

void TickWatch::tick()
{
    ++m_ticks;
    measure();
}

void TickWatch::measure()
{
    m_longestGap = std::max(m_longestGap, m_sinceTick.nsecsElapsed());
    m_sinceTick.restart();
    const double now = processCpuSeconds();
    m_longestWork = std::max(m_longestWork, now - m_cpuAtTick);
    m_cpuAtTick = now;
}
