// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "job_p.h"

#include "commandsink.h"
#include "threadaffinity.h"

#include <QtCore/qcoreevent.h>
#include <QtCore/qmetaobject.h>

#include <algorithm>

namespace AsyncMySql {

/*!
    \class AsyncMySql::Job
    \inmodule AsyncMySql
    \brief The Job class is the base class of all jobs of a connection.

    The functions of Connection create jobs. A job starts from the event loop, so that its signals
    can be connected after its creation. It ends exactly once: it emits errorOccurred() if it
    failed, and then finished(). Neither is emitted during the call that created or cancelled the
    job. Slots may do anything, including deleting the job or its connection.

    A job is owned by the object that created it, lives in its thread, and deletes itself after
    finished() unless autoDelete is false. Deleting a job that has not ended cancels it: a queued
    job is not sent, and the statement of a running job is stopped in the server. A job can get
    another parent or none and outlive its connection: it ends with Error::ConnectionClosed when the
    connection is destroyed.

    \sa Query, Connection
*/

/*!
    \enum AsyncMySql::Job::State

    This enum specifies the state of a job.

    \value Waiting The job is queued. A job that is resent after the connection was lost is queued
                   again.
    \value Running The job was sent and waits for its answer. While an earlier job is being executed
        (ConnectionOptions::pipelineDepth()), the limits of a queued job still apply.
    \value Finished The job has ended with a result or an error.
*/

/*!
    \fn void AsyncMySql::Job::finished()

    Emitted when the job has ended, with or without an error. It is emitted exactly once and is the
    last signal of the job. Then the job deletes itself, unless autoDelete is false.
*/

/*!
    \fn void AsyncMySql::Job::errorOccurred(const AsyncMySql::Error &error)

    Emitted when the job has failed with \a error. finished() follows.
*/

/*!
    \fn void AsyncMySql::Job::stateChanged(AsyncMySql::Job::State state)

    Emitted when the \a state of the job has changed.
*/

std::chrono::milliseconds JobPrivate::queueTimeout() const
{
    const QDeadlineTimer deadline = command->queueDeadline;
    if (deadline.isForever())
        return std::chrono::milliseconds(0);
    // 0 would mean that there is no limit.
    return std::max<std::chrono::milliseconds>(
        std::chrono::ceil<std::chrono::milliseconds>(deadline.remainingTimeAsDuration()),
        std::chrono::milliseconds(1));
}

void JobPrivate::setQueueTimeout(std::chrono::milliseconds timeout) const
{
    command->queueDeadline = timeout.count() > 0 ? QDeadlineTimer(timeout, Qt::PreciseTimer)
                                                 : QDeadlineTimer(QDeadlineTimer::Forever);
    if (CommandSink *holder = command->holder)
        holder->updateDeadline(*command);
}

Job::Job(std::shared_ptr<Command> command, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<JobPrivate>(this, std::move(command)))
{
    d->command->setListener(&d->delivery);
}

/*!
    Destroys the job. A job that has not ended is cancelled without a signal.
*/
Job::~Job()
{
    d->command->setListener(nullptr);
    if (CommandSink *holder = d->command->holder)
        holder->cancel(d->command.get(), Error::Cancelled);
}

/*!
    \property AsyncMySql::Job::state
    \brief the state of the job
*/
Job::State Job::state() const
{
    if (d->delivery.hasReportedEnd())
        return State::Finished;
    return d->command->isRunning() ? State::Running : State::Waiting;
}

/*!
    \property AsyncMySql::Job::error
    \brief the error of a failed job

    It is Error::NoError before the job has ended, and if it succeeded.
*/
Error Job::error() const
{
    return d->delivery.hasReportedEnd() ? d->command->error() : Error();
}

/*!
    \property AsyncMySql::Job::timing
    \brief when the job was created, sent, answered and ended

    It can be read at any time, and is complete when the job has ended. A job that was created in
    the wrong thread, or whose connection was destroyed before, has no times.
*/
JobTiming Job::timing() const
{
    return d->command->timing();
}

/*!
    \property AsyncMySql::Job::autoDelete
    \brief whether the job deletes itself (deleteLater()) after finished()

    The default is \c true.
*/
bool Job::autoDelete() const
{
    return d->autoDelete;
}

void Job::setAutoDelete(bool autoDelete)
{
    if (d->autoDelete == autoDelete)
        return;
    d->autoDelete = autoDelete;
    Q_EMIT autoDeleteChanged(autoDelete, QPrivateSignal());
}

/*!
    Cancels the job.

    A queued job leaves the queue and ends with Error::Cancelled; nothing of it was sent. A
    pipelined job (ConnectionOptions::pipelineDepth()) also ends immediately; its Error::execution()
    is Error::Execution::Unknown, since the server may still execute it. A running statement is
    stopped in the server (\c {KILL QUERY} from a side connection), and the job ends with
    Error::Cancelled when the server has reacted, or after ConnectionOptions::cancelGracePeriod().
    The rest of a Batch, a device or a file is not sent. A write is not stopped while other writes
    are in flight behind it (ConnectionOptions::pipelineDepth()), since the \c {KILL QUERY} could
    stop one of those: the job then ends with the statement. Error::execution() specifies whether
    the statement may have been executed. Does nothing if the job has ended.
*/
void Job::cancel()
{
    if (!checkOwnThread(this))
        return;
    if (CommandSink *holder = d->command->holder)
        holder->cancel(d->command.get(), Error::Cancelled);
}

void Job::resultReady() {}

/*! \reimp */
bool Job::event(QEvent *event)
{
    // The last reference to the parent can be in a functor that is connected to the job: it must
    // not delete the job again.
    if (event->type() == QEvent::DeferredDelete)
        setParent(nullptr);
    return QObject::event(event);
}

/*! \reimp */
void Job::connectNotify(const QMetaMethod &signal)
{
    static const QMetaMethod stateSignal = QMetaMethod::fromSignal(&Job::stateChanged);
    if (signal == stateSignal)
        d->delivery.setStateReported(isInOwnThread(this));
}

Command *Job::command() const
{
    return d->command.get();
}

void Job::reportProgress() {}

} // namespace AsyncMySql
