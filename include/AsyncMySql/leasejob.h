// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>
#include <AsyncMySql/job.h>
#include <AsyncMySql/lease.h>

#include <chrono>
#include <memory>

namespace AsyncMySql {

class AcquireCommand;

class ASYNCMYSQL_EXPORT LeaseJob : public Job
{
    Q_OBJECT

public:
    ~LeaseJob() override;

    std::unique_ptr<Lease> takeLease();

    std::chrono::milliseconds queueTimeout() const;
    void setQueueTimeout(std::chrono::milliseconds timeout);

private:
    friend class ExecutorPrivate;
    LeaseJob(std::shared_ptr<AcquireCommand> command, QObject *parent);
};

} // namespace AsyncMySql
