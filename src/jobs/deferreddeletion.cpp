// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "deferreddeletion.h"

#include "commandsink.h"
#include "jobdelivery.h"

#include <AsyncMySql/preparedstatement.h>
#include <AsyncMySql/transaction.h>

#include <utility>

namespace AsyncMySql {

namespace {

/// Of many children the first one leaves in no time, while any other costs a move of all behind it:
/// what stays longer than the jobs is put behind them.
void clearTheWay(const Job *job)
{
    constexpr qsizetype many = 256;
    constexpr int maximum = 128;
    QObject *owner = job->parent();
    if (!owner || owner->children().size() < many)
        return;
    for (int i = 0; i < maximum; ++i) {
        QObject *first = owner->children().constFirst();
        const auto *other = qobject_cast<const Job *>(first);
        const bool stays = other ? other != job && other->state() != Job::State::Waiting
                                 : qobject_cast<const CommandSink *>(first)
                                       || qobject_cast<const PreparedStatement *>(first)
                                       || qobject_cast<const Transaction *>(first);
        if (!stays)
            return;
        first->setParent(nullptr);
        first->setParent(owner);
    }
}

} // namespace

DeferredDeletion::~DeferredDeletion()
{
    // A job that is deleted can lead to others being deleted.
    for (size_t i = 0; i < m_jobs.size(); ++i) {
        if (JobDelivery *delivery = std::exchange(m_jobs[i], nullptr)) {
            delivery->m_deletion.clear();
            Job *job = delivery->m_job;
            clearTheWay(job);
            // As in Job::event().
            job->setParent(nullptr);
            delete job;
        }
    }
}

/// One event for all of them: the event queue is searched for the events of each object that is
/// deleted while it has some.
void DeferredDeletion::deleteJobsLater()
{
    m_isScheduled = true;
    deleteLater();
}

void DeferredDeletion::add(JobDelivery *job)
{
    job->m_deletion = this;
    job->m_placeInDeletion = m_jobs.size();
    m_jobs.push_back(job);
    ++m_count;
}

void DeferredDeletion::withdraw(JobDelivery *job)
{
    m_jobs[job->m_placeInDeletion] = nullptr;
    // Where the event loop does not run any more, nothing else would delete it.
    if (--m_count == 0 && m_isScheduled)
        delete this;
}

} // namespace AsyncMySql
