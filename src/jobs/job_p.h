// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "jobdelivery.h"

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

    /// See JobNotifier.
    static void postNews(Job *job);
    /// The same for a state that matters to nobody unless he listens.
    static void postState(Job *job);
    static void postEnd(Job *job);

    /// Tells what has changed.
    void tell();
    /// Tells that the job has ended. Once; a call from inside it tells the rest at once.
    void deliver();

    /// Its slots have asked to hear of the rest of what has come before they hear of the end.
    bool hasMoreToTell() const { return hasNews && command->isFinished() && !delivered; }
    bool hasToldEverything() const { return m_delivery > Delivery::Finished; }

    Job *q;
    std::shared_ptr<Command> command;
    QPointer<ConnectionEngine> engine;
    bool delivered = false;
    bool autoDelete = true;
    /// JobNotifier is to tell it something.
    bool hasNews = false;
    quint64 placeInNews = 0;
    QPointer<DeferredDeletion> grave;
    size_t placeInGrave = 0;

private:
    enum class Delivery { State, Outcome, Finished, Deletion, Done };

    void reportState();
    void deliver(Delivery stage);

    Job::State m_reportedState = Job::State::Waiting;
    Delivery m_delivery = Delivery::State;
};

} // namespace AsyncMySql
