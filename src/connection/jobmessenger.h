// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <deque>
#include <vector>

namespace AsyncMySql {

class Job;
class JobPrivate;

/// The jobs that are to be deleted together, which takes one event instead of one for each.
class JobGrave : public QObject
{
    Q_OBJECT

public:
    ~JobGrave() override;

    void add(Job *job);
    /// Leaves the jobs to those they belong to, or else to the event loop.
    void release();
    /// Somebody else has deleted it.
    void forget(Job *job);

private:
    std::vector<Job *> m_jobs;
};

/// Tells jobs from the event loop what has become of them: so the engine is never entered again
/// from a slot in the middle of its work, and a slot may delete whatever it likes.
///
/// An event costs more than a small statement does. So one event serves for all that has happened
/// since the last; the jobs are told in the order in which it happened to them.
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
    /// Deletes the job when control is back in the event loop.
    void bury(Job *job);

    bool event(QEvent *event) override;

private:
    void requestDelivery();
    void deliver();

    /// Null for a job that is not there any more.
    std::deque<JobPrivate *> m_waiting;
    /// How many have left the queue since it was made.
    quint64 m_told = 0;
    QPointer<JobGrave> m_grave;
    bool m_deliveryRequested = false;
    /// How many deliveries are under way: a slot can run an event loop of its own.
    int m_deliveries = 0;
};

} // namespace AsyncMySql
