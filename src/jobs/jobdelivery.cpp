// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jobdelivery.h"

#include "connectionengine.h"
#include "job_p.h"
#include "workbudget.h"

#include <AsyncMySql/preparedstatement.h>
#include <AsyncMySql/transaction.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>
#include <QtCore/qpointer.h>

#include <utility>

namespace AsyncMySql {

namespace {

QEvent::Type deliveryType()
{
    static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
    return type;
}

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
                                 : qobject_cast<const ConnectionEngine *>(first)
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
        if (Job *job = std::exchange(m_jobs[i], nullptr)) {
            JobPrivate::get(job)->grave.clear();
            clearTheWay(job);
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

void DeferredDeletion::add(Job *job)
{
    JobPrivate::get(job)->grave = this;
    JobPrivate::get(job)->placeInGrave = m_jobs.size();
    m_jobs.push_back(job);
    ++m_count;
}

void DeferredDeletion::forget(Job *job)
{
    m_jobs[JobPrivate::get(job)->placeInGrave] = nullptr;
    // Where the event loop does not run any more, nobody else would delete it.
    if (--m_count == 0 && m_isScheduled)
        delete this;
}

JobNotifier::JobNotifier(QObject *parent)
    : QObject(parent)
{
}

JobNotifier::~JobNotifier()
{
    for (Delivery &delivery : m_deliveries) {
        if (delivery.grave)
            delivery.grave.release()->deleteJobsLater();
    }
}

void JobNotifier::post(JobPrivate *job)
{
    if (job->hasNews)
        return;
    job->hasNews = true;
    job->placeInNews = m_told + m_waiting.size();
    m_waiting.push_back(job);
    requestDelivery();
}

void JobNotifier::postEnd(JobPrivate *job)
{
    if (job->hasNews)
        withdraw(job);
    post(job);
}

void JobNotifier::withdraw(JobPrivate *job)
{
    job->hasNews = false;
    m_waiting[static_cast<size_t>(job->placeInNews - m_told)] = nullptr;
}

void JobNotifier::forget(JobPrivate *job)
{
    if (job->hasNews)
        withdraw(job);
    for (Delivery &delivery : m_deliveries) {
        if (delivery.job == job)
            delivery.job = nullptr;
    }
}

void JobNotifier::bury(Job *job)
{
    if (!isDelivering()) {
        job->deleteLater();
        return;
    }
    std::unique_ptr<DeferredDeletion> &grave = m_deliveries.back().grave;
    if (!grave)
        grave = std::make_unique<DeferredDeletion>();
    grave->add(job);
}

void JobNotifier::requestDelivery()
{
    if (std::exchange(m_deliveryRequested, true))
        return;
    QCoreApplication::postEvent(this, new QEvent(deliveryType()));
}

bool JobNotifier::event(QEvent *event)
{
    if (event->type() != deliveryType())
        return QObject::event(event);
    deliver();
    return true;
}

void JobNotifier::deliver()
{
    m_deliveryRequested = false;
    // A slot may run an event loop of its own, in which the rest must be told.
    if (m_waiting.size() > 1)
        requestDelivery();
    const QPointer<JobNotifier> guard(this);
    const WorkBudget budget;
    m_deliveries.emplace_back();
    // What is posted from now on waits for its own turn: a slot that always asks for something new
    // shall not keep the event loop from all others.
    for (size_t rest = m_waiting.size(); rest > 0 && !m_waiting.empty(); --rest) {
        JobPrivate *job = m_waiting.front();
        m_waiting.pop_front();
        ++m_told;
        if (!job)
            continue;
        tell(job);
        if (!guard)
            return;
        if (budget.isSpent() && !m_waiting.empty()) {
            requestDelivery();
            break;
        }
    }
    finishDelivery();
    if (!isDelivering() && !budget.isSpent())
        Q_EMIT delivered();
}

void JobNotifier::deliverNow()
{
    m_deliveries.emplace_back();
    // A slot of theirs is what has led here.
    for (size_t i = 0; i + 1 < m_deliveries.size(); ++i) {
        if (JobPrivate *job = m_deliveries[i].job)
            job->deliver();
    }
    for (size_t rest = m_waiting.size(); rest > 0 && !m_waiting.empty(); --rest) {
        JobPrivate *job = m_waiting.front();
        m_waiting.pop_front();
        ++m_told;
        if (!job)
            continue;
        job->hasNews = false;
        m_deliveries.back().job = job;
        job->tell();
        if (std::exchange(m_deliveries.back().job, nullptr) && job->hasMoreToTell())
            job->deliver();
    }
    finishDelivery();
}

void JobNotifier::tell(JobPrivate *job)
{
    const QPointer<JobNotifier> guard(this);
    const size_t delivery = m_deliveries.size() - 1;
    m_deliveries[delivery].job = job;
    job->hasNews = false;
    job->tell();
    // Jobs end in their order: those behind it wait.
    if (guard && std::exchange(m_deliveries[delivery].job, nullptr) && job->hasMoreToTell()) {
        withdraw(job);
        job->hasNews = true;
        job->placeInNews = --m_told;
        m_waiting.push_front(job);
    }
}

/// The jobs outlast all slots that their signals have queued, and nothing is deleted before control
/// is back where it is now, whatever event loops run in between.
void JobNotifier::finishDelivery()
{
    if (DeferredDeletion *grave = m_deliveries.back().grave.release())
        grave->deleteJobsLater();
    m_deliveries.pop_back();
}

} // namespace AsyncMySql
