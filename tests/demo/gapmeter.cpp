// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "gapmeter.h"

#include <algorithm>
#include <chrono>
#include <ctime>

using namespace std::chrono_literals;

namespace {

double threadTime()
{
#ifdef CLOCK_THREAD_CPUTIME_ID
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
#else
    return 0;
#endif
}

} // namespace

GapMeter::GapMeter()
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(1ms);
    connect(&m_timer, &QTimer::timeout, this, &GapMeter::tick);
    m_timer.start();
    reset();
}

void GapMeter::reset()
{
    m_clock.start();
    m_workAtTick = threadTime();
    m_longestGap = 0;
    m_longestWork = 0;
    m_gapsBeyond16 = 0;
}

void GapMeter::tick()
{
    const double gap = static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
    const double work = threadTime();
    m_longestGap = std::max(m_longestGap, gap);
    m_longestWork = std::max(m_longestWork, work - m_workAtTick);
    if (gap > 16)
        ++m_gapsBeyond16;
    m_clock.start();
    m_workAtTick = work;
}
