// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "jobdelivery.h"
#include "recyclingallocator.h"

#include <AsyncMySql/job.h>

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

    std::shared_ptr<Command> command;
    JobDelivery delivery;
    bool autoDelete = true;
};

} // namespace AsyncMySql
