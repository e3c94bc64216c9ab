// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/lease.h>

#include "executor_p.h"
#include "lease_p.h"

namespace AsyncMySql {

using namespace Qt::StringLiterals;

/*!
    \class AsyncMySql::Lease
    \inmodule AsyncMySql
    \brief The Lease class is one session of a Pool, for exclusive use.

    Use a lease for statements that have to run in the same session: those that use temporary
    tables, user variables, locks (\c GET_LOCK(), \c {LOCK TABLES}), \c LAST_INSERT_ID() or
    settings of the session. Pool::acquire() creates it.

    \code
    LeaseJob *job = pool->acquire();
    connect(job, &LeaseJob::finished, this, [this, job] {
        m_lease = job->takeLease(); // null if acquiring the lease failed
        if (m_lease)
            m_lease->execute("CREATE TEMPORARY TABLE basket (article INT)");
    });
    \endcode

    Its jobs are executed in their order, and pipelined like those of a Connection. Destroying the
    lease returns the session to the pool, which rolls back an open transaction and resets the
    session if necessary. A lease that is destroyed while it has jobs also deletes those of which it
    is the parent; the others end with Error::ConnectionClosed. What the server executes for them is
    stopped (\c {KILL QUERY}).

    A lease does not reconnect. When its session is lost, everything that was created in it is lost,
    too: the jobs that were not sent, and all later ones, fail with Error::ConnectionLost, and
    isValid() becomes false. Destroy the lease and acquire another one.

    A lease can outlive its pool. Its jobs then fail with Error::ConnectionClosed. It lives in the
    thread of the pool.
*/

Lease::Lease(std::unique_ptr<LeasePrivate> leasePrivate)
    : d(std::move(leasePrivate))
{
    ExecutorPrivate::get(this)->setSink(d->lease.get(), d->lease->notifier());
}

/*!
    Destroys the lease and returns its session to the pool.
*/
Lease::~Lease()
{
    d->lease->end(Error(Error::ConnectionClosed, u"The lease was destroyed"_s));
}

/*!
    \fn bool AsyncMySql::Lease::isValid() const

    Returns whether the session of the lease can still be used.
*/

/*!
    Returns the error by which the session of the lease was lost, or Error::NoError.
*/
Error Lease::error() const
{
    return d->lease->error();
}

/*!
    Returns the id of the session, as in the process list of the server.
*/
quint64 Lease::connectionId() const
{
    return d->lease->connectionId();
}

} // namespace AsyncMySql
