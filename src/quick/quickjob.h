// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "quicktask.h"

#include <AsyncMySql/job.h>

#include <QtCore/qpointer.h>

namespace AsyncMySql {

/// A Job for JavaScript.
class QuickJob : public AsyncMySql::QuickTask
{
    Q_OBJECT
    Q_PROPERTY(State state READ state NOTIFY stateChanged FINAL)
    Q_PROPERTY(AsyncMySql::JobTiming timing READ timing NOTIFY stateChanged FINAL)
    QML_NAMED_ELEMENT(Job)
    QML_UNCREATABLE("Jobs are made by the functions of a Connection")

public:
    enum class State {
        Idle,     ///< a Query element that was not executed yet
        Waiting,  ///< in the queue, nothing of it was sent
        Running,  ///< sent
        Finished, ///< ended, with a result or an error
    };
    Q_ENUM(State)

    explicit QuickJob(QObject *parent = nullptr);
    ~QuickJob() override;

    State state() const { return m_state; }
    JobTiming timing() const { return m_job ? m_job->timing() : m_timing; }
    /// The task ends when the job ends.
    void follow(Job *job);

    Q_INVOKABLE void cancel();

Q_SIGNALS:
    void stateChanged();

protected:
    Job *job() const { return m_job; }
    /// Cancels the job and stops following it.
    void leave();

private:
    /// Called when the job has ended and will be deleted. Emits no signals: see
    /// emitResultSignals().
    virtual void keepResult();
    void aboutToFinish() override;
    void jobFinished();
    void setState(State state);

    QPointer<Job> m_job;
    State m_state = State::Idle;
    /// Of the job that has ended.
    JobTiming m_timing;
};

} // namespace AsyncMySql
