// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jobdelivery.h"

#include "commandsink.h"
#include "workbudget.h"

#include <AsyncMySql/preparedstatement.h>
#include <AsyncMySql/transaction.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>
#include <QtCore/qmetaobject.h>

#include <utility>

namespace AsyncMySql {

namespace {

QEvent::Type eventType()
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

/// On the stack of what emits signals: whether the job has outlived them. A QPointer would allocate
/// memory for every job.
class JobDelivery::Guard
{
public:
    // Not inlined: GCC 12 would warn of a dangling pointer.
    Q_NEVER_INLINE explicit Guard(JobDelivery *delivery)
        : m_delivery(delivery)
        , m_outer(std::exchange(delivery->m_guard, this))
    {
    }
    ~Guard()
    {
        if (m_delivery)
            m_delivery->m_guard = m_outer;
    }
    Q_DISABLE_COPY_MOVE(Guard)

    explicit operator bool() const { return m_delivery; }

private:
    friend class JobDelivery;

    JobDelivery *m_delivery;
    Guard *m_outer;
};

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

JobDelivery::~JobDelivery()
{
    for (Guard *guard = m_guard; guard; guard = guard->m_outer)
        guard->m_delivery = nullptr;
    if (m_notifier)
        m_notifier->remove(this);
    if (m_deletion)
        m_deletion->withdraw(this);
}

void JobDelivery::setStateReported(bool ownThread)
{
    if (!m_reportsState.exchange(true, std::memory_order_relaxed) && ownThread)
        m_emittedState = m_job->state();
}

void JobDelivery::commandStateChanged()
{
    // A turn for a signal that is not connected would cost more than the statement.
    if (m_reportsState.load(std::memory_order_relaxed) && m_notifier)
        m_notifier->post(this);
}

void JobDelivery::commandProgressed()
{
    if (m_notifier)
        m_notifier->post(this);
}

void JobDelivery::commandFinished()
{
    if (m_notifier)
        m_notifier->postEnd(this);
    else
        QMetaObject::invokeMethod(
            m_job, [this] { deliverEnd(); }, Qt::QueuedConnection);
}

void JobDelivery::deliver()
{
    const Guard guard(this);
    const Job::State jobState = m_job->state();
    if (!m_command->isFinished() && jobState != m_emittedState) {
        m_emittedState = jobState;
        Q_EMIT m_job->stateChanged(jobState, Job::QPrivateSignal());
    }
    if (guard && !hasReportedEnd())
        m_job->reportProgress();
    if (guard && m_command->isFinished() && !continuesBeforeEnd())
        deliverEnd();
}

void JobDelivery::deliverNow()
{
    const Guard guard(this);
    if (!hasReportedEnd()) {
        if (m_state == State::Pending)
            m_notifier->withdraw(this);
        deliver();
    }
    if (guard)
        deliverEnd();
}

void JobDelivery::deliverEnd()
{
    if (m_state == State::Pending)
        m_notifier->withdraw(this);
    if (m_state == State::Live)
        m_state = State::EndingState;
    const Guard guard(this);
    // A slot may delete the connection, which delivers the ends of all its jobs: also this one.
    while (guard && m_state != State::Done) {
        switch (std::exchange(m_state, static_cast<State>(static_cast<int>(m_state) + 1))) {
        case State::EndingState:
            if (m_reportsState.load(std::memory_order_relaxed))
                Q_EMIT m_job->stateChanged(Job::State::Finished, Job::QPrivateSignal());
            break;
        case State::EndingOutcome:
            if (m_command->error())
                Q_EMIT m_job->errorOccurred(m_command->error(), Job::QPrivateSignal());
            else
                m_job->resultReady();
            break;
        case State::EndingFinished:
            Q_EMIT m_job->finished(Job::QPrivateSignal());
            break;
        case State::EndingDeletion:
            if (m_job->autoDelete() && m_notifier)
                m_notifier->deleteLater(this);
            else if (m_job->autoDelete())
                m_job->deleteLater();
            break;
        case State::Live:
        case State::Pending:
        case State::Done:
            break;
        }
    }
}

JobNotifier::JobNotifier(QObject *parent)
    : QObject(parent)
{
}

JobNotifier::~JobNotifier()
{
    while (!m_turns.empty())
        finishTurn();
    // What deliverNow() has not come to any more.
    for (JobDelivery *job : std::exchange(m_waiting, {})) {
        if (!job)
            continue;
        job->m_state = JobDelivery::State::Live;
        job->m_notifier.clear();
        if (job->m_command->isFinished())
            job->commandFinished();
    }
}

void JobNotifier::post(JobDelivery *job)
{
    if (job->m_state != JobDelivery::State::Live)
        return;
    job->m_state = JobDelivery::State::Pending;
    job->m_placeInQueue = m_placeOfFront + m_waiting.size();
    m_waiting.push_back(job);
    requestEvent();
}

void JobNotifier::postEnd(JobDelivery *job)
{
    withdraw(job);
    post(job);
}

void JobNotifier::withdraw(JobDelivery *job)
{
    if (job->m_state != JobDelivery::State::Pending)
        return;
    job->m_state = JobDelivery::State::Live;
    m_waiting[static_cast<size_t>(job->m_placeInQueue - m_placeOfFront)] = nullptr;
}

void JobNotifier::remove(JobDelivery *job)
{
    withdraw(job);
    for (Turn &turn : m_turns) {
        if (turn.job == job)
            turn.job = nullptr;
        if (turn.deleted == job)
            turn.deleted = nullptr;
    }
}

void JobNotifier::deleteLater(JobDelivery *job)
{
    if (!isDelivering()) {
        job->m_job->deleteLater();
        return;
    }
    Turn &turn = m_turns.back();
    if (!turn.deletion) {
        // Where statements are sent one after the other, there is one in each turn.
        if (!turn.deleted) {
            turn.deleted = job;
            return;
        }
        constexpr size_t usually = 64;
        turn.deletion = std::make_unique<DeferredDeletion>(usually);
        turn.deletion->add(std::exchange(turn.deleted, nullptr));
    }
    turn.deletion->add(job);
}

void JobNotifier::requestEvent()
{
    if (std::exchange(m_eventRequested, true))
        return;
    QCoreApplication::postEvent(this, new QEvent(eventType()));
}

bool JobNotifier::event(QEvent *event)
{
    if (event->type() != eventType())
        return QObject::event(event);
    m_eventRequested = false;
    // First, so that the server has something to do while slots run.
    advance();
    if (!m_waiting.empty())
        deliver();
    return true;
}

void JobNotifier::requestAdvance()
{
    if (std::exchange(m_advanceRequested, true))
        return;
    // What slots ask for waits for their end, which is cheaper than an event. The timer is for a
    // slot that runs an event loop of its own.
    if (isDelivering())
        m_advanceTimer.start(0, this);
    else
        requestEvent();
}

void JobNotifier::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_advanceTimer.timerId())
        advance();
    else
        QObject::timerEvent(event);
}

void JobNotifier::advance()
{
    if (!std::exchange(m_advanceRequested, false))
        return;
    m_advanceTimer.stop();
    Q_EMIT advanceDue();
}

void JobNotifier::deliver()
{
    // A slot may run an event loop of its own, in which the rest must be delivered.
    if (m_waiting.size() > 1)
        requestEvent();
    const QPointer<JobNotifier> guard(this);
    WorkBudget budget;
    const size_t turn = m_turns.size();
    m_turns.emplace_back();
    // What is posted from now on waits for its own turn: a slot that always asks for something new
    // must not starve all others.
    for (size_t rest = m_waiting.size(); rest > 0 && !m_waiting.empty(); --rest) {
        JobDelivery *job = takeFirst();
        if (!job)
            continue;
        m_turns[turn].job = job;
        job->deliver();
        if (!guard)
            return;
        // Jobs end in their order: those behind it wait.
        if (std::exchange(m_turns[turn].job, nullptr) && job->continuesBeforeEnd())
            putInFront(job);
        if (budget.isSpent() && !m_waiting.empty()) {
            requestEvent();
            break;
        }
    }
    finishTurn();
    // What the slots asked for can be done at once if there is time left in this turn of the event
    // loop.
    if (!isDelivering() && !budget.isSpent())
        advance();
}

void JobNotifier::putInFront(JobDelivery *job)
{
    withdraw(job);
    job->m_state = JobDelivery::State::Pending;
    job->m_placeInQueue = --m_placeOfFront;
    m_waiting.push_front(job);
}

void JobNotifier::deliverNow()
{
    m_turns.emplace_back();
    // A slot of theirs is what has led here.
    for (size_t i = 0; i + 1 < m_turns.size(); ++i) {
        if (JobDelivery *job = m_turns[i].job)
            job->deliverEnd();
    }
    for (size_t rest = m_waiting.size(); rest > 0 && !m_waiting.empty(); --rest) {
        JobDelivery *job = takeFirst();
        if (!job)
            continue;
        m_turns.back().job = job;
        job->deliver();
        if (std::exchange(m_turns.back().job, nullptr) && job->continuesBeforeEnd())
            job->deliverEnd();
    }
    finishTurn();
}

/// Null where a job has left its place.
JobDelivery *JobNotifier::takeFirst()
{
    JobDelivery *job = m_waiting.front();
    m_waiting.pop_front();
    ++m_placeOfFront;
    if (job)
        job->m_state = JobDelivery::State::Live;
    return job;
}

/// The jobs outlast all slots that their signals have queued, and nothing is deleted before control
/// is back where it is now, whatever event loops run in between.
void JobNotifier::finishTurn()
{
    Turn &turn = m_turns.back();
    if (DeferredDeletion *deletion = turn.deletion.release())
        deletion->deleteJobsLater();
    if (turn.deleted)
        turn.deleted->m_job->deleteLater();
    m_turns.pop_back();
}

} // namespace AsyncMySql
