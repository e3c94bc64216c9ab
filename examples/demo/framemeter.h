// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QList>
#include <QtCore/QTimer>
#include <QtQml/qqmlregistration.h>
#include <QtQuick/QQuickWindow>

/*!
    Tells how long the thread of the user interface was held up, by a timer of 5 ms: the time
    between two of its ticks is a gap, in which nothing could be painted and no key was read.
*/
class FrameMeter : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickWindow *window READ window WRITE setWindow NOTIFY windowChanged)
    /// Of the last second.
    Q_PROPERTY(int framesPerSecond READ framesPerSecond NOTIFY updated)
    /// In milliseconds, of those in history.
    Q_PROPERTY(double longestGap READ longestGap NOTIFY updated)
    /// The longest gap of each quarter of a second, in milliseconds, the oldest one first.
    Q_PROPERTY(QList<double> history READ history NOTIFY updated)

public:
    static constexpr int HistoryLength = 40;

    explicit FrameMeter(QObject *parent = nullptr);

    QQuickWindow *window() const { return m_window; }
    void setWindow(QQuickWindow *window);
    int framesPerSecond() const { return m_framesPerSecond; }
    double longestGap() const;
    QList<double> history() const { return m_history; }

Q_SIGNALS:
    void windowChanged();
    void updated();

private:
    void start();
    void tick();
    void update();

    QQuickWindow *m_window = nullptr;
    QTimer m_ticks;
    QTimer m_updates;
    QElapsedTimer m_clock;
    double m_longest = 0; // since the last update
    QList<double> m_history;
    QList<int> m_frames; // of the last four updates
    int m_framesPerSecond = 0;
};
