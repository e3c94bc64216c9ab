// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/leasejob.h>

#include "job_p.h"
#include "lease_p.h"
#include "poolcommands.h"
#include "threadaffinity.h"

#include <utility>

namespace AsyncMySql {

/*!
    \class AsyncMySql::LeaseJob
    \inmodule AsyncMySql
    \brief The LeaseJob class is a job that acquires a Lease.

    Pool::acquire() creates it. It waits like every other job of the pool until a session is free.
    When it has finished without an error, takeLease() returns the lease. A lease that is not taken
    is returned when the job is destroyed.
*/

LeaseJob::LeaseJob(std::shared_ptr<AcquireCommand> command, QObject *parent)
    : Job(std::move(command), parent)
{
}

LeaseJob::~LeaseJob() = default;

/*!
    Returns the lease that was acquired. The caller owns it. Returns null if the job has not
    finished, has failed, or if the lease was taken before.
*/
std::unique_ptr<Lease> LeaseJob::takeLease()
{
    if (!checkOwnThread(this) || !isFinished())
        return nullptr;
    std::shared_ptr<SessionLease> lease = static_cast<AcquireCommand *>(command())->takeLease();
    if (!lease)
        return nullptr;
    return std::unique_ptr<Lease>(new Lease(std::make_unique<LeasePrivate>(std::move(lease))));
}

/*!
    Returns how long the job may wait for a session, counted from its creation or from the last call
    of setQueueTimeout(); the time that connecting takes is included. If it is 0, there is no limit.
    The default is Pool::queueTimeout. After this time the job ends with Error::QueueTimeout, and a
    message that says what the sessions of the pool are busy with.
*/
std::chrono::milliseconds LeaseJob::queueTimeout() const
{
    return JobPrivate::get(this)->queueTimeout();
}

/*!
    Sets how long the job may wait from now on to \a timeout. If it is 0, there is no limit. It does
    not affect a job that has ended, nor the lease.
*/
void LeaseJob::setQueueTimeout(std::chrono::milliseconds timeout)
{
    if (checkOwnThread(this))
        JobPrivate::get(this)->setQueueTimeout(timeout);
}

} // namespace AsyncMySql
