// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jobmessenger.h"

#include "job_p.h"
#include "workbudget.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>
#include <QtCore/qpointer.h>
#include <QtCore/qthread.h>

#include <utility>

namespace AsyncMySql {

namespace {

QEvent::Type deliveryType()
{
    static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
    return type;
}

/// In milliseconds. Longer than most round trips, so that jobs that follow each other take no event
/// for their deletion; shorter than what a large result needs to come, so that there are not two.
constexpr int LongestBurial = 5;

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
    for (const std::unique_ptr<JobGrave> &grave : m_graves)
        grave->release();
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
    const int loopLevel = QThread::currentThread()->loopLevel();
    if (m_graves.empty() || m_graves.back()->loopLevel() < loopLevel)
        m_graves.push_back(std::make_unique<JobGrave>(loopLevel));
    m_graves.back()->add(job);
    if (!m_burialTimer.isActive())
        m_burialTimer.start(LongestBurial, this);
}

/// The rule of deleteLater(): nothing is deleted before control is back where it was, whatever event
/// loops run in between.
void JobMessenger::emptyGraves()
{
    if (m_deliveries > 0)
        return;
    const QPointer<JobMessenger> guard(this);
    const int loopLevel = QThread::currentThread()->loopLevel();
    while (guard && !m_graves.empty() && m_graves.back()->loopLevel() >= loopLevel) {
        const std::unique_ptr<JobGrave> grave = std::move(m_graves.back());
        m_graves.pop_back();
    }
}

void JobMessenger::requestDelivery()
{
    if (std::exchange(m_deliveryRequested, true))
        return;
    QCoreApplication::postEvent(this, new QEvent(deliveryType()));
}

bool JobMessenger::event(QEvent *event)
{
    if (event->type() == deliveryType()) {
        deliver();
        return true;
    }
    if (event->type() == QEvent::Timer
        && static_cast<QTimerEvent *>(event)->timerId() == m_burialTimer.timerId()) {
        if (m_graves.empty())
            m_burialTimer.stop();
        else
            emptyGraves();
        return true;
    }
    return QObject::event(event);
}

void JobMessenger::deliver()
{
    m_deliveryRequested = false;
    // A slot may run an event loop of its own, in which the rest must be told.
    if (m_waiting.size() > 1)
        requestDelivery();
    const QPointer<JobMessenger> guard(this);
    emptyGraves();
    if (!guard)
        return;
    const WorkBudget budget;
    ++m_deliveries;
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
    if (--m_deliveries == 0)
        Q_EMIT delivered();
}

} // namespace AsyncMySql
