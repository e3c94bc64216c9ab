// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbasictimer.h>
#include <QtCore/qobject.h>

namespace AsyncMySql {

class EngineActions;
class JobNotifier;

/// Lets the engine go on from the event loop, once however often that is asked for: the caller
/// that queues a job has the time to connect to it.
class AdvanceScheduler : public QObject
{
    Q_OBJECT

public:
    AdvanceScheduler(EngineActions &engine, const JobNotifier &notifier, QObject *parent);

    void schedule();

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void advance();

    EngineActions &m_engine;
    const JobNotifier &m_notifier;
    bool m_isScheduled = false;
    QBasicTimer m_timer;
};

} // namespace AsyncMySql
