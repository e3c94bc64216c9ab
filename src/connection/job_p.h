// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"

#include <AsyncMySql/job.h>

#include <QtCore/qpointer.h>

#include <memory>

namespace AsyncMySql {

class ConnectionEngine;

class JobPrivate
{
public:
    JobPrivate(Job *job, std::shared_ptr<Command> jobCommand)
        : q(job)
        , command(std::move(jobCommand))
    {
    }

    static JobPrivate *get(Job *job) { return job->d.get(); }

    /// What a job tells, it tells from the event loop: so the engine is never entered again from a
    /// slot in the middle of its work, and a slot may delete whatever it likes.
    static void postFinished(Job *job);
    static void postStateChanged(Job *job);

    /// Tells that the job has ended. Once.
    void deliver();

    Job *q;
    std::shared_ptr<Command> command;
    QPointer<ConnectionEngine> engine;
    bool delivered = false;
    bool autoDelete = true;

private:
    void reportState();
    Job::State reportedState = Job::State::Waiting;
};

} // namespace AsyncMySql
