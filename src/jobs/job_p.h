// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "jobdelivery.h"
#include "recyclingallocator.h"

#include <AsyncMySql/job.h>

#include <chrono>
#include <memory>
#include <utility>

namespace AsyncMySql {

class JobPrivate : public Wire::Recycled<JobPrivate>
{
public:
    JobPrivate(Job *job, std::shared_ptr<Command> jobCommand)
        : command(std::move(jobCommand))
        , delivery(job, command.get())
    {
    }

    static JobPrivate *get(Job *job) { return job->d.get(); }
    static const JobPrivate *get(const Job *job) { return job->d.get(); }

    /// How much longer the job may wait; 0 for no limit.
    std::chrono::milliseconds queueTimeout() const;
    void setQueueTimeout(std::chrono::milliseconds timeout) const;

    std::shared_ptr<Command> command;
    JobDelivery delivery;
    bool autoDelete = true;
};

} // namespace AsyncMySql
