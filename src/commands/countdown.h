// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "lazytimer.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qglobal.h>
#include <QtCore/qobject.h>

#include <chrono>
#include <functional>

namespace AsyncMySql {

/// A timer whose end a user interface can show.
///
/// It can be started and stopped for every statement: that only notes the end. The timer behind it
/// runs on, and looks at the end when it is due.
class Countdown
{
public:
    /// Both are called in the thread of \a owner, whose member the countdown is.
    Countdown(QObject *owner, std::function<void()> expired, std::function<void()> endChanged);

    void start(std::chrono::milliseconds duration);
    void stop();
    bool isActive() const { return !m_deadline.isForever(); }
    /// In UTC; invalid if it is not running.
    QDateTime end() const;

private:
    void watch();
    void check();

    LazyTimer m_timer;
    /// When that is due, or later.
    QDeadlineTimer m_timerDeadline{QDeadlineTimer::Forever};
    std::function<void()> m_expired;
    std::function<void()> m_endChanged;
    /// Forever while it is not active.
    QDeadlineTimer m_deadline{QDeadlineTimer::Forever};
    /// The same by the clock of the system, in milliseconds since 1970.
    qint64 m_end = 0;
};

} // namespace AsyncMySql
