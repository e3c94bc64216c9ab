// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>

/*!
    Counts the ticks of a 10 ms timer, and keeps the longest time between two of them: that is how
    long the event loop, and with it a user interface, was held up.
*/
class Heartbeat : public QObject
{
public:
    Heartbeat();

    void restart();
    int ticks() const { return m_ticks; }
    double longestGap() const; // in ms

private:
    void beat();

    QTimer m_timer;
    QElapsedTimer m_clock;
    int m_ticks = 0;
    qint64 m_longestGap = 0; // in ns
};
