// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "ownedjobs.h"

#include "job_p.h"
#include "transaction_p.h"

#include <QtCore/qlist.h>
#include <QtCore/qpointer.h>

#include <algorithm>

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
    std::stable_sort(jobs.begin(), jobs.end(), [](Job *left, Job *right) {
        using Time = CommandTimes::Clock::time_point;
        // What nothing has taken was created last.
        const auto created = [](Job *job) {
            const Time time = JobPrivate::get(job)->command->times.created;
            return time == Time() ? Time::max() : time;
        };
        return created(left) < created(right);
    });
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
    for (int round = 0; round < rounds; ++round) {
        for (const QPointer<Job> &job : std::as_const(jobs)) {
            if (job)
                JobPrivate::get(job)->delivery.deliverNow();
        }
        for (const QPointer<Transaction> &transaction : transactionsOf(owner)) {
            if (transaction)
                TransactionPrivate::get(transaction)->stopRetrying();
        }
        jobs = unreportedJobs(owner);
        if (jobs.isEmpty())
            return;
    }
}

} // namespace AsyncMySql
