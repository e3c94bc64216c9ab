// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <chrono>

/// Measures how long the thread stays away from its event loop, by a timer whose ticks it misses
/// meanwhile. Times are in milliseconds.
class EventLoopMeter : public QObject
{
public:
    /// Starts to measure. An interval of 0 ticks in every turn of the event loop.
    explicit EventLoopMeter(std::chrono::milliseconds interval = std::chrono::milliseconds(1));

    /// Forgets what was measured, and starts anew.
    void restart();
    /// Ends with the gap since the last tick, which counts as well: a loop that never ticked again
    /// was not quick.
    void stop();

    double longestGap() const { return m_longestGap; }
    /// How long the thread really ran in a gap, at most: on a busy machine the rest of the longest
    /// gap is due to others.
    double longestWork() const { return m_longestWork; }
    /// How many gaps were longer than a frame of an animation, which is 16 ms.
    int missedFrames() const { return m_missedFrames; }

    /// Counts something that happens.
    void count() { ++m_counted; }
    /// How much was counted between two ticks, at most. This does not depend on how busy the
    /// machine is.
    int mostCounted() const;

private:
    void tick();

    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_workAtTick = 0;
    double m_longestGap = 0;
    double m_longestWork = 0;
    int m_missedFrames = 0;
    int m_counted = 0;
    int m_mostCounted = 0;
};
