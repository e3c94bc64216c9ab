// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "eventloopmeter.h"

#include "processortime.h"

#include <algorithm>
#include <utility>

EventLoopMeter::EventLoopMeter(std::chrono::milliseconds interval)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(interval);
    connect(&m_timer, &QTimer::timeout, this, &EventLoopMeter::tick);
    restart();
}

void EventLoopMeter::restart()
{
    m_longestGap = 0;
    m_longestWork = 0;
    m_missedFrames = 0;
    m_counted = 0;
    m_mostCounted = 0;
    m_clock.start();
    m_workAtTick = processorTime();
    m_timer.start();
}

void EventLoopMeter::stop()
{
    m_timer.stop();
    tick();
}

int EventLoopMeter::mostCounted() const
{
    return std::max(m_mostCounted, m_counted);
}

void EventLoopMeter::tick()
{
    const double gap = static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
    const double work = processorTime();
    m_longestGap = std::max(m_longestGap, gap);
    m_longestWork = std::max(m_longestWork, work - m_workAtTick);
    if (gap > 16)
        ++m_missedFrames;
    m_mostCounted = std::max(m_mostCounted, std::exchange(m_counted, 0));
    m_clock.start();
    m_workAtTick = work;
}
