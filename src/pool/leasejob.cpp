// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/leasejob.h>

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

} // namespace AsyncMySql
