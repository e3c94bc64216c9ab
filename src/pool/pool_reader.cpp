// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

// The pools that read from replicas.

#include "pool_p.h"

#include "threadaffinity.h"

#include <AsyncMySql/host.h>
#include <AsyncMySql/hostpolicy.h>

#include <algorithm>

namespace AsyncMySql {

/*!
    \enum AsyncMySql::Pool::ReadConsistency

    This enum specifies what the jobs of a reader() see.

    \value Eventual       What the replica has applied: it may lag behind. This is the default.
    \value ReadYourWrites Everything that jobs of the pool had written before they finished. Before
                          a job, the replica waits until it has applied that. If it does not within
                          HostPolicy::consistencyTimeout(), the job is executed by the pool itself.
*/

/*!
    Returns a pool that executes jobs on replicas, with this \a consistency. It is created by the
    first call, and belongs to this pool; later calls with the same consistency return the same one.
    Returns null if it is called from another thread.

    The reader has the options of this pool, also when they change, and sessions of its own. They
    are opened with hosts that are read-only, or with others if there are none. Jobs are distributed
    in proportion to the weights of the hosts. maximumConnections and all other properties can be
    set independently; minimumConnections is the number of hosts, so that each has its share. With a
    single host, the reader is another pool for the same server.

    Statements that write fail on replicas: they belong into the pool itself.

    For ReadConsistency::ReadYourWrites, the servers must have a binary log with global transaction
    identifiers. The reader enables ConnectionOptions::isGtidTrackingEnabled() in the options of
    this pool; its sessions are replaced then, and what was written before that is not waited for.
    In a Galera cluster, \c wsrep_sync_wait is set instead, and what a node does not show within its
    \c repl.causal_read_timeout is executed by the pool. The consistency does not hold for leases of
    the reader, nor for what other programs or other pools have written.

    \sa HostPolicy
*/
Pool *Pool::reader(ReadConsistency consistency)
{
    return checkOwnThread(this) ? d->reader(consistency) : nullptr;
}

Pool *PoolPrivate::reader(Pool::ReadConsistency consistency)
{
    if (isReader)
        return q;
    const bool seesWrites = consistency == Pool::ReadConsistency::ReadYourWrites;
    QPointer<Pool> &reader = readers[seesWrites ? 1 : 0];
    if (reader)
        return reader;
    if (seesWrites && !q->options().isGtidTrackingEnabled()) {
        ConnectionOptions options = q->options();
        options.setGtidTrackingEnabled(true);
        q->setOptions(options);
    }
    reader = new Pool(q);
    PoolPrivate *other = reader->d.get();
    other->isReader = true;
    other->engine->setUse(HostList::Use::Reading);
    const auto follow = [this, other, seesWrites] {
        const ConnectionOptions options = q->options();
        if (seesWrites)
            other->engine->followWrites(engine, options.hostPolicy().consistencyTimeout());
        other->q->setOptions(options);
        const auto hosts = static_cast<int>(options.hosts().size());
        other->q->setMinimumConnections(hosts > 1 ? hosts : 0);
    };
    follow();
    reader->setMaximumConnections(std::max(q->maximumConnections(), reader->minimumConnections()));
    reader->setObserver(q->observer());
    QObject::connect(q, &Pool::optionsChanged, reader, follow);
    return reader;
}

} // namespace AsyncMySql
