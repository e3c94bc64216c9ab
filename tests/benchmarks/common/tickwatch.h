// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

/// Ticks every 10 ms, as an animation does, and remembers how long the event loop kept a tick away,
/// and how much this process computed meanwhile: on a machine that is shared with others the first
/// also tells of them. Beside it counts the CPU seconds of this process.
class TickWatch : public QObject
{
    Q_OBJECT

public:
    explicit TickWatch(QObject *parent = nullptr);

    void start();
    /// Counts a gap that is still open, too: a loop that never ticked again has not been quick.
    void stop();

    double longestGapMs() const { return static_cast<double>(m_longestGap) / 1e6; }
    double longestWorkMs() const { return m_longestWork * 1e3; }
    int ticks() const { return m_ticks; }
    double seconds() const { return m_seconds; }
    double cpuSeconds() const { return m_cpuSeconds; }

private:
    void tick();
    void measure();

    QTimer m_timer;
    QElapsedTimer m_sinceTick;
    QElapsedTimer m_sinceStart;
    qint64 m_longestGap = 0;
    double m_longestWork = 0;
    double m_cpuAtTick = 0;
    int m_ticks = 0;
    double m_seconds = 0;
    double m_cpuSeconds = 0;
};
