// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "jobdelivery.h"

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

void JobDelivery::deliver(DeferredDeletion *deletion)
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
        deliverEnd(deletion);
}

void JobDelivery::deliverNow(DeferredDeletion *deletion)
{
    const Guard guard(this);
    if (!hasReportedEnd()) {
        if (m_state == State::Pending)
            m_notifier->withdraw(this);
        deliver(deletion);
    }
    if (guard)
        deliverEnd(deletion);
}

void JobDelivery::deliverEnd(DeferredDeletion *deletion)
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
            if (!m_job->autoDelete())
                break;
            if (deletion)
                deletion->add(this);
            else if (m_notifier)
                m_notifier->deleteLater(this);
            else
                m_job->deleteLater();
            break;
        case State::Live:
        case State::Pending:
        case State::Done:
            break;
        }
    }
}

JobNotifier::JobNotifier(Listener *listener, QObject *parent)
    : QObject(parent)
    , m_listener(listener)
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
    if ((m_openTurns > 0 || m_isAdvancing) && !m_isPostponed) {
        m_isDue = true;
        return;
    }
    if (std::exchange(m_eventRequested, true))
        return;
    QCoreApplication::postEvent(this, new QEvent(eventType()));
}

bool JobNotifier::event(QEvent *event)
{
    if (event->type() != eventType())
        return QObject::event(event);
    m_eventRequested = false;
    if (m_openTurns == 0)
        m_isPostponed = false;
    work(WorkBudget());
    return true;
}

void JobNotifier::work(WorkBudget budget)
{
    const QPointer<JobNotifier> guard(this);
    // First, so that the server has something to do while slots run.
    advance();
    // What waits has waited before.
    m_isPostponed = false;
    // What the slots ask for can be done at once, and what comes of it be delivered, as long as
    // there is time left in this turn of the event loop.
    while (!m_waiting.empty() && !m_isPostponed) {
        const bool hasTime = deliver(&budget);
        if (!guard)
            return;
        if (!hasTime || isDelivering())
            break;
        advance();
    }
    m_isDue = false;
    if (!m_waiting.empty() || m_advanceRequested)
        requestEvent();
}

void JobNotifier::beginTurn()
{
    if (m_openTurns++ == 0)
        m_turnBudget = WorkBudget();
}

void JobNotifier::postpone()
{
    if ((m_openTurns == 0 && !m_isAdvancing) || std::exchange(m_isPostponed, true))
        return;
    if (std::exchange(m_isDue, false))
        requestEvent();
}

void JobNotifier::endTurn()
{
    if (--m_openTurns > 0)
        return;
    // The event may not have come when another session has its turn.
    if (!m_eventRequested)
        m_isPostponed = false;
    if (!std::exchange(m_isDue, false))
        return;
    if (m_turnBudget.isSpent())
        requestEvent();
    else
        work(m_turnBudget);
}

void JobNotifier::requestAdvance()
{
    if (std::exchange(m_advanceRequested, true))
        return;
    // What slots ask for waits for their end, which is cheaper than an event. The timer is for a
    // slot that runs an event loop of its own.
    if (isDelivering() && m_openTurns == 0)
        m_advanceTimer.start(0, this);
    else
        requestEvent();
}

void JobNotifier::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_advanceTimer.timerId())
        work(WorkBudget());
    else
        QObject::timerEvent(event);
}

void JobNotifier::advance()
{
    if (!std::exchange(m_advanceRequested, false))
        return;
    m_advanceTimer.stop();
    m_isAdvancing = true;
    m_listener->advanceDue();
    m_isAdvancing = false;
}

/// Whether there is time for more.
bool JobNotifier::deliver(WorkBudget *budget)
{
    // A slot may run an event loop of its own, in which the rest must be delivered.
    if (m_waiting.size() > 1)
        requestEvent();
    const QPointer<JobNotifier> guard(this);
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
            return false;
        // Jobs end in their order: those behind it wait.
        if (std::exchange(m_turns[turn].job, nullptr) && job->continuesBeforeEnd())
            putInFront(job);
        if (budget->isSpent() && !m_waiting.empty()) {
            requestEvent();
            break;
        }
    }
    finishTurn();
    return !budget->isSpent();
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
