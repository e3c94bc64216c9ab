// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "countdown.h"

namespace AsyncMySql {

Countdown::Countdown(QObject *parent)
    : QObject(parent)
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    // A coarse timer may come too early by a twentieth.
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        stop();
        Q_EMIT timeout();
    });
}

void Countdown::start(std::chrono::milliseconds duration)
{
    m_timer.start(duration);
    m_end = QDateTime::currentDateTimeUtc().addMSecs(duration.count());
    Q_EMIT endChanged();
}

void Countdown::stop()
{
    if (!isActive())
        return;
    m_timer.stop();
    m_end = {};
    Q_EMIT endChanged();
}

} // namespace AsyncMySql
