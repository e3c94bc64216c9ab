// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "framemeter.h"

#include <algorithm>
#include <chrono>
#include <numeric>

using namespace std::chrono_literals;

FrameMeter::FrameMeter(QObject *parent)
    : QObject(parent)
    , m_history(HistoryLength, 0)
    , m_frames(4, 0)
{
    m_ticks.setTimerType(Qt::PreciseTimer);
    m_ticks.setInterval(5ms);
    connect(&m_ticks, &QTimer::timeout, this, &FrameMeter::tick);
    m_updates.setInterval(250ms);
    connect(&m_updates, &QTimer::timeout, this, &FrameMeter::update);
}

/// Ignores the time before the window is shown.
void FrameMeter::start()
{
    m_clock.start();
    m_ticks.start();
    m_updates.start();
}

void FrameMeter::setWindow(QQuickWindow *window)
{
    if (m_window == window)
        return;
    if (m_window)
        m_window->disconnect(this);
    m_window = window;
    // With a render thread, the signal is emitted there.
    if (m_window) {
        connect(m_window, &QQuickWindow::frameSwapped, this, [this] {
            if (!m_ticks.isActive())
                start();
            ++m_frames.last();
        });
    }
    Q_EMIT windowChanged();
}

double FrameMeter::longestGap() const
{
    return *std::max_element(m_history.begin(), m_history.end());
}

void FrameMeter::tick()
{
    const double gap = double(m_clock.nsecsElapsed()) / 1e6;
    m_clock.start();
    m_longest = std::max(m_longest, gap);
}

void FrameMeter::update()
{
    m_history.removeFirst();
    m_history.append(std::exchange(m_longest, 0));
    m_framesPerSecond = std::accumulate(m_frames.begin(), m_frames.end(), 0);
    m_frames.removeFirst();
    m_frames.append(0);
    Q_EMIT updated();
}
