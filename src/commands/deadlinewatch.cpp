// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "deadlinewatch.h"

#include <algorithm>
#include <chrono>

namespace AsyncMySql {

namespace {
/// The signal comes too early then, which is allowed.
constexpr std::chrono::hours LongestWait(24);
} // namespace

DeadlineWatch::DeadlineWatch(QObject *parent)
    : QObject(parent)
    , m_timer(
          this,
          [this] {
              m_deadline = QDeadlineTimer(QDeadlineTimer::Forever);
              Q_EMIT expired();
          },
          Qt::PreciseTimer)
{
}

void DeadlineWatch::watch(QDeadlineTimer deadline)
{
    if (!(deadline < m_deadline))
        return;
    m_deadline = deadline;
    m_timer.start(std::min<std::chrono::milliseconds>(
        std::chrono::ceil<std::chrono::milliseconds>(deadline.remainingTimeAsDuration()),
        LongestWait));
}

void DeadlineWatch::stop()
{
    m_deadline = QDeadlineTimer(QDeadlineTimer::Forever);
    m_timer.stop();
}

} // namespace AsyncMySql
