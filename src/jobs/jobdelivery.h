// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qobject.h>

#include <deque>
#include <memory>
#include <vector>

namespace AsyncMySql {

class Job;
class JobPrivate;

/// The jobs that are to be deleted together, which takes one event instead of one for each.
class DeferredDeletion : public QObject
{
    Q_OBJECT

public:
    ~DeferredDeletion() override;

    void add(Job *job);
    /// Deletes the jobs, and this object, from the event loop.
    void deleteJobsLater();
    /// The job is being deleted without it.
    void forget(Job *job);

private:
    std::vector<Job *> m_jobs;
    size_t m_count = 0;
    bool m_isScheduled = false;
};

/// Tells jobs from the event loop what has become of them: so the engine is never entered again
/// from a slot in the middle of its work, and a slot may delete whatever it likes.
///
/// An event costs more than a small statement does. So one event serves for all that has happened
/// since the last; the jobs are told in the order in which it happened to them.
class JobNotifier : public QObject
{
    Q_OBJECT

public:
    explicit JobNotifier(QObject *parent = nullptr);
    ~JobNotifier() override;

    /// The job has news: its state, its progress, or its end.
    void post(JobPrivate *job);
    /// The same for its end, which comes behind what others were told before.
    void postEnd(JobPrivate *job);
    /// The job is being deleted.
    void forget(JobPrivate *job);
    /// Deletes the job when control is back in the event loop, as deleteLater() does.
    void bury(Job *job);
    /// Whether a slot is being called.
    bool isDelivering() const { return !m_deliveries.empty(); }
    bool hasNews() const { return !m_waiting.empty(); }
    /// Tells all that has been posted up to now, also to those whose slots are being called: the
    /// event loop will not come to it any more.
    void deliverNow();

    bool event(QEvent *event) override;

Q_SIGNALS:
    /// The slots are through, and there is time left in this turn of the event loop: what they asked
    /// for can be done at once. The last thing in that turn.
    void delivered();

private:
    /// The jobs that are told in one turn.
    struct Delivery
    {
        /// Null if none of its jobs is to be deleted yet.
        std::unique_ptr<DeferredDeletion> grave;
        /// Whose slots are being called.
        JobPrivate *job = nullptr;
    };

    /// The job has no news any more.
    void withdraw(JobPrivate *job);
    void requestDelivery();
    void deliver();
    void tell(JobPrivate *job);
    void finishDelivery();

    /// Null for a job that is not there any more.
    std::deque<JobPrivate *> m_waiting;
    /// How many have left the queue since it was made.
    quint64 m_told = 0;
    bool m_deliveryRequested = false;
    /// Several are under way where a slot runs an event loop of its own.
    std::vector<Delivery> m_deliveries;
};

} // namespace AsyncMySql
