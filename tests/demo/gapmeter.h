// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qtimer.h>

/// How long the thread does not come back to its event loop, in milliseconds, by a timer of 1 ms. Of
/// the longest gap, work tells how long the thread really ran: on a machine with other things to do
/// the rest is not the program's fault.
class GapMeter : public QObject
{
    Q_OBJECT

public:
    GapMeter();

    void reset();
    double longestGap() const { return m_longestGap; }
    /// 0 where the system does not tell the time of a thread.
    double longestWork() const { return m_longestWork; }
    int gapsBeyond16() const { return m_gapsBeyond16; }

private:
    void tick();

    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_workAtTick = 0;
    double m_longestGap = 0;
    double m_longestWork = 0;
    int m_gapsBeyond16 = 0;
};
