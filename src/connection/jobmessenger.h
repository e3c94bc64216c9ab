// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbasictimer.h>
#include <QtCore/qobject.h>

#include <deque>
#include <memory>
#include <vector>

namespace AsyncMySql {

class Job;
class JobPrivate;

/// Jobs that are to be deleted together.
class JobGrave : public QObject
{
    Q_OBJECT

public:
    explicit JobGrave(int loopLevel)
        : m_loopLevel(loopLevel)
    {
    }
    ~JobGrave() override;

    /// The nesting of event loops in which the jobs ended: until control is back there, somebody may
    /// still look at them.
    int loopLevel() const { return m_loopLevel; }
    void add(Job *job);
    /// Leaves the jobs to those they belong to, or else to the event loop.
    void release();
    /// Somebody else has deleted it.
    void forget(Job *job);

private:
    std::vector<Job *> m_jobs;
    int m_loopLevel;
};

/// Tells jobs from the event loop what has become of them: so the engine is never entered again
/// from a slot in the middle of its work, and a slot may delete whatever it likes.
///
/// An event costs more than a small statement does. So one event serves for all that has happened
/// since the last; the jobs are told in the order in which it happened to them. And those that
/// are to be deleted go with the next delivery, or a few milliseconds later, without one of theirs.
class JobMessenger : public QObject
{
    Q_OBJECT

public:
    explicit JobMessenger(QObject *parent = nullptr);
    ~JobMessenger() override;

    /// The job has news: its state, its progress, or its end.
    void post(JobPrivate *job);
    /// The same for its end, which comes behind what others were told before.
    void postEnd(JobPrivate *job);
    void forget(JobPrivate *job);
    /// Deletes the job when control is back in the event loop, as deleteLater() does, if not at once.
    void bury(Job *job);
    /// Whether a slot is being called.
    bool isDelivering() const { return m_deliveries > 0; }

    bool event(QEvent *event) override;

Q_SIGNALS:
    /// The slots are through; what they asked for can be done without another turn of the event
    /// loop. The last thing in that turn.
    void delivered();

private:
    void requestDelivery();
    void deliver();
    void emptyGraves();

    /// Null for a job that is not there any more.
    std::deque<JobPrivate *> m_waiting;
    /// How many have left the queue since it was made.
    quint64 m_told = 0;
    /// One for each nesting of event loops, the deepest last.
    std::vector<std::unique_ptr<JobGrave>> m_graves;
    QBasicTimer m_burialTimer;
    bool m_deliveryRequested = false;
    /// How many deliveries are under way: a slot can run an event loop of its own.
    int m_deliveries = 0;
};

} // namespace AsyncMySql
