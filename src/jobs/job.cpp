// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "job_p.h"

#include "commandsink.h"
#include "threadaffinity.h"

namespace AsyncMySql {

/*!
    \class AsyncMySql::Job
    \inmodule AsyncMySql
    \brief Something that was asked of a server, and how it ended.

    Verbs of Connection create jobs. A job starts from the event loop, so there is time to connect
    to its signals. It ends exactly once: with finished(), and, if it failed, with errorOccurred()
    just before. Neither comes from inside the call that created or cancelled the job. Slots may do
    anything, deleting the job or its connection included.

    A job belongs to the object that created it, lives in its thread, and deletes itself after
    finished() unless autoDelete is false. Deleting a job that has not ended cancels it: a waiting
    job is never sent, the statement of a running one is stopped in the server. A job can be given
    another parent, or none, and outlive its connection: it ends with Error::ConnectionClosed when
    that is destroyed.

    \sa Query, Connection
*/

/*!
    \enum AsyncMySql::Job::State

    \value Waiting The job is in the queue. It is here again after a connection was lost, if the job
        is sent once more.
    \value Running The job was sent, and its answer is awaited. While one before it is being executed
        (ConnectionOptions::pipelineDepth()), it has the limits of a waiting job all the same.
    \value Finished The job has ended, with a result or an error.
*/

/*!
    \fn void AsyncMySql::Job::finished()

    The job has ended, with or without an error. It comes exactly once, and is the job's last
    signal. After it the job deletes itself, unless autoDelete is false.
*/

/*!
    \fn void AsyncMySql::Job::errorOccurred(const AsyncMySql::Error &error)

    The job has failed with \a error. finished() follows.
*/

/*!
    \fn void AsyncMySql::Job::stateChanged(AsyncMySql::Job::State state)

    The job is now in \a state.
*/

Job::Job(std::shared_ptr<Command> command, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<JobPrivate>(this, std::move(command)))
{
    d->command->setListener(&d->delivery);
}

/*!
    Cancels the job if it has not ended, without a signal.
*/
Job::~Job()
{
    d->command->setListener(nullptr);
    if (CommandSink *holder = d->command->holder)
        holder->cancel(d->command.get(), Error::Cancelled);
}

/*!
    \property AsyncMySql::Job::state
    \brief where the job stands.
*/
Job::State Job::state() const
{
    if (d->delivery.hasReportedEnd())
        return State::Finished;
    return d->command->isRunning() ? State::Running : State::Waiting;
}

/*!
    \property AsyncMySql::Job::error
    \brief why the job failed; no error before it ended, or if it went well.
*/
Error Job::error() const
{
    return d->delivery.hasReportedEnd() ? d->command->error() : Error();
}

/*!
    \property AsyncMySql::Job::autoDelete
    \brief whether the job deletes itself (deleteLater()) after finished(). The default is true.
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
    Asks the job to end. A waiting job leaves the queue and ends with Error::Cancelled; nothing of
    it was sent. One that was sent ahead of its turn (ConnectionOptions::pipelineDepth()) ends at once
    as well, and Error::execution() is Error::Execution::Unknown, since the server may execute it when
    it comes to it. A running statement is stopped in the server (\c {KILL QUERY} over a side
    connection), and the job ends with Error::Cancelled when the server has reacted, or after
    ConnectionOptions::cancelGracePeriod(). Of a Batch, a device or a file, nothing more is sent from now on.
    A statement that writes is not stopped while others that write
    are on their way behind it (ConnectionOptions::pipelineDepth()), since the stop could hit one of
    those: the job then ends with the statement. Error::execution() tells whether the statement may have been
    executed all the same. A job that has ended is left alone.
*/
void Job::cancel()
{
    if (!checkOwnThread(this))
        return;
    if (CommandSink *holder = d->command->holder)
        holder->cancel(d->command.get(), Error::Cancelled);
}

void Job::resultReady() {}

Command *Job::command() const
{
    return d->command.get();
}

void Job::reportProgress() {}

} // namespace AsyncMySql
