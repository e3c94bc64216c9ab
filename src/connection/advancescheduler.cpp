// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "advancescheduler.h"

#include "enginestate.h"
#include "jobdelivery.h"

#include <QtCore/qcoreevent.h>
#include <QtCore/qmetaobject.h>

#include <utility>

namespace AsyncMySql {

AdvanceScheduler::AdvanceScheduler(EngineActions &engine, const JobNotifier &notifier,
                                   QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_notifier(notifier)
{
    connect(&notifier, &JobNotifier::delivered, this, &AdvanceScheduler::advance);
}

void AdvanceScheduler::schedule()
{
    if (m_isScheduled)
        return;
    m_isScheduled = true;
    // What slots ask for waits for their end, which is cheaper than an event. The timer is for a
    // slot that runs an event loop of its own.
    if (m_notifier.isDelivering())
        m_timer.start(0, this);
    else
        QMetaObject::invokeMethod(this, &AdvanceScheduler::advance, Qt::QueuedConnection);
}

void AdvanceScheduler::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_timer.timerId())
        advance();
    else
        QObject::timerEvent(event);
}

void AdvanceScheduler::advance()
{
    if (!std::exchange(m_isScheduled, false))
        return;
    m_timer.stop();
    m_engine.advance();
}

} // namespace AsyncMySql
