// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "ownedjobs.h"

#include "deferreddeletion.h"
#include "job_p.h"
#include "transaction_p.h"

#include <QtCore/qlist.h>
#include <QtCore/qpointer.h>

#include <algorithm>
#include <memory>

namespace AsyncMySql {

namespace {

using Jobs = QList<QPointer<Job>>;

/// In the order of their creation.
Jobs unreportedJobs(const QObject *owner)
{
    QList<Job *> jobs = owner->findChildren<Job *>();
    jobs.removeIf([](Job *job) {
        const JobPrivate *d = JobPrivate::get(job);
        return !d->command->isFinished() || d->delivery.hasEmittedFinished();
    });
    const auto isEarlier = [](Job *left, Job *right) {
        using Time = CommandTimes::Clock::time_point;
        // What nothing has taken was created last.
        const auto created = [](Job *job) {
            const Time time = JobPrivate::get(job)->command->times.created;
            return time == Time() ? Time::max() : time;
        };
        return created(left) < created(right);
    };
    // Most owners have them in this order.
    if (!std::is_sorted(jobs.cbegin(), jobs.cend(), isEarlier))
        std::stable_sort(jobs.begin(), jobs.end(), isEarlier);
    return {jobs.cbegin(), jobs.cend()};
}

QList<QPointer<Transaction>> transactionsOf(const QObject *owner)
{
    const QList<Transaction *> transactions = owner->findChildren<Transaction *>();
    return {transactions.cbegin(), transactions.cend()};
}

} // namespace

void reportEndsOf(const QObject *owner)
{
    // Slots may ask for more jobs, which end at once and report it in the next round. One that
    // always does must not go on for ever.
    constexpr int rounds = 8;
    Jobs jobs = unreportedJobs(owner);
    // Most leases are idle when they are destroyed.
    if (jobs.isEmpty() && transactionsOf(owner).isEmpty())
        return;
    // The owner deletes them, but for those that slots have given another one. Events of their own
    // would be searched for by each that is deleted.
    auto deletion = std::make_unique<DeferredDeletion>(static_cast<size_t>(jobs.size()));
    for (int round = 0; round < rounds; ++round) {
        for (const QPointer<Job> &job : std::as_const(jobs)) {
            if (job)
                JobPrivate::get(job)->delivery.deliverNow(deletion.get());
        }
        for (const QPointer<Transaction> &transaction : transactionsOf(owner)) {
            if (transaction)
                TransactionPrivate::get(transaction)->stopRetrying();
        }
        jobs = unreportedJobs(owner);
        if (jobs.isEmpty())
            break;
    }
    if (!deletion->isEmpty())
        deletion.release()->deleteJobsLater();
}

} // namespace AsyncMySql
