// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "countdown.h"

#include <utility>

namespace AsyncMySql {

Countdown::Countdown(QObject *owner, std::function<void()> expired,
                     std::function<void()> endChanged)
    : m_timer(
        owner,
        [this, expired = std::move(expired)] {
            stop();
            expired();
        },
        Qt::PreciseTimer)
    , m_endChanged(std::move(endChanged))
{
}

void Countdown::start(std::chrono::milliseconds duration)
{
    m_timer.start(duration);
    m_end = QDateTime::currentDateTimeUtc().addMSecs(duration.count());
    m_endChanged();
}

void Countdown::stop()
{
    if (!isActive())
        return;
    m_timer.stop();
    m_end = {};
    m_endChanged();
}

} // namespace AsyncMySql
