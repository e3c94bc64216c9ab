// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "deferreddeletion.h"
#include "workbudget.h"

#include <AsyncMySql/job.h>

#include <QtCore/qbasictimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

namespace AsyncMySql {

class JobNotifier;

/// Emits the signals of one job: what has become of its command.
///
/// A command ends in the middle of the engine's work. The job's signals come later, from the event
/// loop, when the JobNotifier comes to the job.
///
/// | state          | event                      | action                        | next           |
/// |----------------|----------------------------|-------------------------------|----------------|
/// | Live           | state or progress of the   | takes a place in the          | Pending        |
/// |                | command                    | notifier's queue              |                |
/// | Pending        | the same                   | –                             | Pending        |
/// | Live, Pending  | the command has ended      | takes a new place, at the end | Pending        |
/// | Pending        | its turn                   | gives the place up            | Live           |
/// | Live           | in its turn, command alive | stateChanged() if it differs, | Live           |
/// |                |                            | then the progress             |                |
/// | Live           | in its turn, command ended | the progress, then the end    | EndingState    |
/// | Pending        | after it, command ended: a | takes the place at the front: | Pending        |
/// |                | slot asked for the rest of | the rest comes before the end |                |
/// |                | the progress, or ended it  |                               |                |
/// | EndingState    | at once                    | stateChanged(Finished)        | EndingOutcome  |
/// | EndingOutcome  | at once                    | errorOccurred(), or the       | EndingFinished |
/// |                |                            | signal of the result          |                |
/// | EndingFinished | at once                    | finished()                    | EndingDeletion |
/// | EndingDeletion | at once                    | deferred deletion if it has   | Done           |
/// |                |                            | autoDelete                    |                |
/// | all but Done   | deliverNow() in a slot of  | the steps of the end that are | Done           |
/// |                | the job                    | left                          |                |
///
/// Each step of the end enters the next state before it emits, so that no step is taken twice,
/// whatever the slots do. Job::isFinished() is true from the first of them on. A deleted job leaves
/// the queue, and emits nothing more. Without a notifier (there is no connection any more)
/// nothing but the end is delivered, by an event of the job.
class JobDelivery final : public CommandListener
{
public:
    JobDelivery(Job *job, const Command *command)
        : m_job(job)
        , m_command(command)
    {
    }
    ~JobDelivery() override;
    Q_DISABLE_COPY_MOVE(JobDelivery)

    void setNotifier(JobNotifier *notifier) { m_notifier = notifier; }
    /// Something is connected to Job::stateChanged(); it can read the state if it did so in the
    /// \a ownThread of the job. May be called in any thread.
    void setStateReported(bool ownThread);

    void commandStateChanged() override;
    void commandProgressed() override;
    void commandFinished() override;
    /// Whether Job::isFinished() is true.
    bool hasReportedEnd() const override { return m_state >= State::EndingState; }
    /// Whether finished() has been emitted, or is being emitted.
    bool hasEmittedFinished() const { return m_state > State::EndingFinished; }
    /// Delivers what is left: the job, whose command has ended, is about to be deleted; \a deletion
    /// does that if its owner does not.
    void deliverNow(DeferredDeletion *deletion);

private:
    friend class DeferredDeletion;
    friend class JobNotifier;
    class Guard;

    enum class State : quint8 {
        Live,
        Pending,
        EndingState,
        EndingOutcome,
        EndingFinished,
        EndingDeletion,
        Done,
    };

    /// Its turn has come. Without a \a deletion its own is the notifier's.
    void deliver(DeferredDeletion *deletion = nullptr);
    /// Takes the steps of the end that are left.
    void deliverEnd(DeferredDeletion *deletion = nullptr);
    /// Whether its slots have asked for the rest of the progress before the end.
    bool continuesBeforeEnd() const { return m_state == State::Pending && m_command->isFinished(); }

    Job *m_job;
    const Command *m_command;
    State m_state = State::Live;
    std::atomic<bool> m_reportsState = false;
    Job::State m_emittedState = Job::State::Waiting;
    QPointer<JobNotifier> m_notifier;
    quint64 m_placeInQueue = 0;
    QPointer<DeferredDeletion> m_deletion;
    size_t m_placeInDeletion = 0;
    /// The innermost of those on the stack.
    Guard *m_guard = nullptr;
};

/// Lets jobs emit their signals from the event loop: so the engine is never entered again from a
/// slot in the middle of its work, and a slot may delete whatever it likes. Lets the engine go on
/// from there, too: the caller that queues a job has the time to connect to it.
///
/// An event costs more than a small statement does. So one event serves for all that has happened
/// since the last; the jobs have their turns in the order in which it happened to them. No event at
/// all is needed for what happens while the event loop has called the session: see beginTurn().
class JobNotifier : public QObject
{
    Q_OBJECT

public:
    /// What has asked for an advance: the engine.
    class Listener
    {
    public:
        /// It can go on.
        virtual void advanceDue() = 0;

    protected:
        ~Listener() = default;
    };

    explicit JobNotifier(Listener *listener, QObject *parent = nullptr);
    ~JobNotifier() override;

    /// Something has come of the job: its state, or its progress.
    void post(JobDelivery *job);
    /// Its end has come, which is delivered behind what others were posted before.
    void postEnd(JobDelivery *job);
    /// There is nothing to deliver any more.
    void withdraw(JobDelivery *job);
    /// The job is being deleted.
    void remove(JobDelivery *job);
    /// Deletes the job when control is back in the event loop, as QObject::deleteLater() does.
    void deleteLater(JobDelivery *job);
    /// Whether a slot is being called.
    bool isDelivering() const { return !m_turns.empty(); }
    bool hasPending() const { return !m_waiting.empty(); }
    /// Delivers all that has been posted up to now, also to those whose slots are being called: the
    /// event loop will not come to it any more.
    void deliverNow();

    /// Lets Listener::advanceDue() be called, once however often that is asked for.
    void requestAdvance();

    /// What is asked for up to endTurn() is done in that: the event loop has called. At its end
    /// the caller has nothing more to do, and slots may run event loops, and delete everything.
    void beginTurn();
    void endTurn();
    /// An event is posted for something else: what follows in this turn has one, too, so that it
    /// comes behind that.
    void postpone();

    bool event(QEvent *event) override;

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    /// What is delivered for one event.
    struct Turn
    {
        /// Null if none of its jobs is to be deleted yet, or one alone.
        std::unique_ptr<DeferredDeletion> deletion;
        /// That one.
        JobDelivery *deleted = nullptr;
        /// Whose slots are being called.
        JobDelivery *job = nullptr;
    };

    JobDelivery *takeFirst();
    void requestEvent();
    void work(WorkBudget budget);
    bool deliver(WorkBudget *budget);
    void advance();
    void putInFront(JobDelivery *job);
    void finishTurn();

    Listener *const m_listener;
    /// Null for a job that has left its place.
    std::deque<JobDelivery *> m_waiting;
    quint64 m_placeOfFront = 0;
    bool m_eventRequested = false;
    bool m_advanceRequested = false;
    QBasicTimer m_advanceTimer;
    /// Several are under way where a slot runs an event loop of its own.
    std::vector<Turn> m_turns;
    /// Turns of the event loop that have begun, and not ended; and since when.
    int m_openTurns = 0;
    WorkBudget m_turnBudget;
    /// Something is to be done at the end of the turn; or that is left to the event.
    bool m_isDue = false;
    bool m_isPostponed = false;
    /// What comes of it is looked at by work().
    bool m_isAdvancing = false;
};

} // namespace AsyncMySql
