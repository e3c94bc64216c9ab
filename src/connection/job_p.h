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

    /// Tells that the job has ended. Once; a call from inside it tells the rest at once.
    void deliver();

    bool hasToldEverything() const { return m_delivery > Delivery::Finished; }

    Job *q;
    std::shared_ptr<Command> command;
    QPointer<ConnectionEngine> engine;
    bool delivered = false;
    bool autoDelete = true;

private:
    enum class Delivery { State, Outcome, Finished, Deletion, Done };

    void reportState();
    void deliver(Delivery stage);

    Job::State m_reportedState = Job::State::Waiting;
    Delivery m_delivery = Delivery::State;
};

} // namespace AsyncMySql
