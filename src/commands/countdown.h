// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "lazytimer.h"

#include <QtCore/qdatetime.h>
#include <QtCore/qobject.h>

#include <chrono>
#include <functional>

namespace AsyncMySql {

/// A timer whose end a user interface can show.
class Countdown
{
public:
    /// Both are called in the thread of \a owner, whose member the countdown is.
    Countdown(QObject *owner, std::function<void()> expired, std::function<void()> endChanged);

    void start(std::chrono::milliseconds duration);
    void stop();
    bool isActive() const { return m_end.isValid(); }
    /// In UTC; invalid if it is not running.
    QDateTime end() const { return m_end; }

private:
    LazyTimer m_timer;
    std::function<void()> m_endChanged;
    QDateTime m_end;
};

} // namespace AsyncMySql
