// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QRandomGenerator>

class Window;

/// Scrolls a window to random rows, and measures how long it waits for them.
class Jumps : public QObject
{
    Q_OBJECT

public:
    Jumps(Window *window, int count, QObject *parent = nullptr);

    /// "1,000 jumps: …"
    QString report() const;
    /// The most memory that the program has had; empty where the system does not say.
    static QString peakMemory();

signals:
    void finished();

private:
    void jump();
    void check();

    Window *const m_window;
    const int m_count;
    int m_done = 0;
    QRandomGenerator m_random{1};
    QElapsedTimer m_clock;
    bool m_isWaiting = false;
    double m_sum = 0;
    double m_longest = 0;
};
