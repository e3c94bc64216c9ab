// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "countdown.h"

#include "utc.h"

#include <algorithm>
#include <utility>

namespace AsyncMySql {

using std::chrono::milliseconds;

Countdown::Countdown(QObject *owner, std::function<void()> expired,
                     std::function<void()> endChanged)
    : m_timer(
        owner, [this] { check(); }, Qt::PreciseTimer)
    , m_expired(std::move(expired))
    , m_endChanged(std::move(endChanged))
{
}

void Countdown::start(milliseconds duration)
{
    m_deadline = QDeadlineTimer(duration, Qt::PreciseTimer);
    m_end = QDateTime::currentMSecsSinceEpoch() + duration.count();
    if (m_deadline < m_timerDeadline)
        watch();
    m_endChanged();
}

void Countdown::stop()
{
    if (!isActive())
        return;
    m_deadline = QDeadlineTimer(QDeadlineTimer::Forever);
    m_endChanged();
}

QDateTime Countdown::end() const
{
    return isActive() ? QDateTime::fromMSecsSinceEpoch(m_end, Values::Utc) : QDateTime();
}

void Countdown::watch()
{
    // A timer holds no more than 24 days.
    constexpr milliseconds longestWait = std::chrono::hours(24);
    m_timerDeadline = m_deadline;
    m_timer.start(std::min(std::chrono::ceil<milliseconds>(m_deadline.remainingTimeAsDuration()),
                           longestWait));
}

void Countdown::check()
{
    m_timerDeadline = QDeadlineTimer(QDeadlineTimer::Forever);
    if (!isActive())
        return;
    if (!m_deadline.hasExpired()) {
        watch();
        return;
    }
    stop();
    m_expired();
}

} // namespace AsyncMySql
