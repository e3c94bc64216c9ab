// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jobmessenger.h"

#include "job_p.h"
#include "workbudget.h"

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

} // namespace

JobGrave::~JobGrave()
{
    // A job that is deleted can lead to others being deleted.
    for (size_t i = 0; i < m_jobs.size(); ++i) {
        if (Job *job = std::exchange(m_jobs[i], nullptr)) {
            JobPrivate::get(job)->grave.clear();
            delete job;
        }
    }
}

void JobGrave::release()
{
    for (Job *job : std::exchange(m_jobs, {})) {
        if (!job)
            continue;
        JobPrivate::get(job)->grave.clear();
        job->deleteLater();
    }
}

void JobGrave::add(Job *job)
{
    JobPrivate::get(job)->grave = this;
    JobPrivate::get(job)->placeInGrave = m_jobs.size();
    m_jobs.push_back(job);
}

void JobGrave::forget(Job *job)
{
    m_jobs[JobPrivate::get(job)->placeInGrave] = nullptr;
}

JobMessenger::JobMessenger(QObject *parent)
    : QObject(parent)
{
}

JobMessenger::~JobMessenger()
{
    for (const std::unique_ptr<JobGrave> &grave : m_graves) {
        if (grave)
            grave->release();
    }
}

void JobMessenger::post(JobPrivate *job)
{
    if (job->hasNews)
        return;
    job->hasNews = true;
    job->placeInNews = m_told + m_waiting.size();
    m_waiting.push_back(job);
    requestDelivery();
}

void JobMessenger::postEnd(JobPrivate *job)
{
    if (job->hasNews)
        forget(job);
    post(job);
}

void JobMessenger::forget(JobPrivate *job)
{
    job->hasNews = false;
    m_waiting[static_cast<size_t>(job->placeInNews - m_told)] = nullptr;
}

void JobMessenger::bury(Job *job)
{
    if (!isDelivering()) {
        job->deleteLater();
        return;
    }
    std::unique_ptr<JobGrave> &grave = m_graves.back();
    if (!grave)
        grave = std::make_unique<JobGrave>();
    grave->add(job);
}

void JobMessenger::requestDelivery()
{
    if (std::exchange(m_deliveryRequested, true))
        return;
    QCoreApplication::postEvent(this, new QEvent(deliveryType()));
}

bool JobMessenger::event(QEvent *event)
{
    if (event->type() != deliveryType())
        return QObject::event(event);
    deliver();
    return true;
}

void JobMessenger::deliver()
{
    m_deliveryRequested = false;
    // A slot may run an event loop of its own, in which the rest must be told.
    if (m_waiting.size() > 1)
        requestDelivery();
    const QPointer<JobMessenger> guard(this);
    const WorkBudget budget;
    m_graves.emplace_back();
    // What is posted from now on waits for its own turn: a slot that always asks for something new
    // shall not keep the event loop from all others.
    for (size_t rest = m_waiting.size(); rest > 0 && !m_waiting.empty(); --rest) {
        JobPrivate *job = m_waiting.front();
        m_waiting.pop_front();
        ++m_told;
        if (!job)
            continue;
        job->hasNews = false;
        job->tell();
        if (!guard)
            return;
        if (budget.isSpent() && !m_waiting.empty()) {
            requestDelivery();
            break;
        }
    }
    // With deleteLater() the jobs outlast all slots that these signals have queued, and nothing is
    // deleted before control is back where it is now, whatever event loops run in between.
    if (JobGrave *grave = m_graves.back().release())
        grave->deleteLater();
    m_graves.pop_back();
    if (!isDelivering() && !budget.isSpent())
        Q_EMIT delivered();
}

} // namespace AsyncMySql
