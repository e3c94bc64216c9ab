// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickjob.h"

namespace AsyncMySql {

using namespace Qt::StringLiterals;

/*!
    \qmltype Job
    \inherits Task
    \inqmlmodule AsyncMySql
    \brief A job in the queue of a connection.
*/

QuickJob::QuickJob(QObject *parent)
    : QuickTask(parent)
{
}

QuickJob::~QuickJob()
{
    if (m_job && !m_job->isFinished()) {
        m_job->disconnect(this);
        delete m_job;
    }
}

/*!
    \qmlproperty enumeration Job::state

    This property holds the state of the job: \c Job.Idle (a Query element that was not executed),
    \c Job.Waiting (queued), \c Job.Running (sent) or \c Job.Finished.
*/

/*!
    \qmlproperty jobTiming Job::timing

    This property holds when the job was created, sent, answered and ended: \c created is a date,
    \c sent, \c queued, \c executing, \c reading and \c total are numbers of milliseconds, or
    \c undefined if the job did not get there; \c attempts says how often it was sent. It
    is complete when the job has ended.

    \sa {AsyncMySql::JobTiming}
*/

void QuickJob::follow(Job *job)
{
    m_job = job;
    setState(State::Waiting);
    connect(job, &Job::stateChanged, this, [this](Job::State state) {
        if (state != Job::State::Finished)
            setState(state == Job::State::Running ? State::Running : State::Waiting);
    });
    connect(job, &Job::finished, this, &QuickJob::jobFinished);
    // The jobs of a deleted transaction are deleted without a signal.
    connect(job, &QObject::destroyed, this, [this] {
        if (m_state == State::Waiting || m_state == State::Running)
            end(Error(Error::ConnectionClosed,
                      u"The connection, transaction or lease was destroyed or released"_s));
    });
}

/*!
    \qmlmethod void Job::cancel()

    Cancels the job, which fails with SqlError.Cancelled. A running statement is stopped in the
    server.
*/
void QuickJob::cancel()
{
    if (m_job)
        m_job->cancel();
}

void QuickJob::leave()
{
    if (!m_job)
        return;
    m_job->disconnect(this);
    m_job->cancel();
    m_job.clear();
}

void QuickJob::keepResult() {}

void QuickJob::jobFinished()
{
    const Error error = m_job->error();
    m_timing = m_job->timing();
    keepResult();
    // Before signals are emitted: a slot may let this task follow another job.
    m_job->disconnect(this);
    end(error);
}

void QuickJob::aboutToFinish()
{
    setState(State::Finished);
}

void QuickJob::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged();
}

} // namespace AsyncMySql
