// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qobject.h>

#include <vector>

namespace AsyncMySql {

class JobDelivery;

/// Deletes jobs together, which takes one event instead of one for each.
class DeferredDeletion : public QObject
{
    Q_OBJECT

public:
    /// For \a capacity jobs, without further memory.
    explicit DeferredDeletion(size_t capacity) { m_jobs.reserve(capacity); }
    ~DeferredDeletion() override;

    void add(JobDelivery *job);
    bool isEmpty() const { return m_count == 0; }
    /// Deletes the jobs, and this object, from the event loop.
    void deleteJobsLater();
    /// The job is being deleted without it.
    void withdraw(JobDelivery *job);

private:
    std::vector<JobDelivery *> m_jobs;
    size_t m_count = 0;
    bool m_isScheduled = false;
};

} // namespace AsyncMySql
