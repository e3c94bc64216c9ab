// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickpool.h"

#include "scriptvalues.h"

#include <AsyncMySql/batch.h>
#include <AsyncMySql/leasejob.h>
#include <AsyncMySql/query.h>

#include <chrono>

namespace AsyncMySql {

using std::chrono::milliseconds;

/*!
    \qmltype Pool
    \inqmlmodule AsyncMySql
    \brief Several connections to a MySQL or MariaDB server, for all jobs of an application.

    \qml
    Pool {
        id: shop
        url: "mysql://anna@db.example.org/shop"
        password: dialog.password
        maximumConnections: 4
        onErrorOccurred: error => console.warn(error.message)
    }
    \endqml

    Each job is executed in the first session that is free. Sessions are opened when jobs need them.
    What AsyncMySql::Pool says of jobs, of what is left in sessions, and of failures applies here,
    too.

    The properties \c maximumConnections (10), \c minimumConnections (0),
    \c maximumParallelConnects (2), \c jobsPerConnection (1), \c resetPolicy (\c Pool.WhenDirty,
    \c Pool.Always or \c Pool.Never), \c statistics, \c reconnectAttempt, \c nextReconnect and
    \c lastError, the slots abort(), clear() and reconnectNow(), and the signal errorOccurred() are
    those of AsyncMySql::Pool. \c url, \c host, \c port, \c hosts, \c hostSelection,
    \c requiresWritable, \c followsMembers, \c socket, \c user, \c password,
    \c passwordProvider, \c passwordLifetime, \c database, \c tlsMode, \c connectTimeout,
    \c firstConnectTimeout, \c idleTimeout, \c queueTimeout, \c queryTimeout,
    \c pipelineDepth and \c pipeliningMode are those of Connection.

    When the pool is destroyed, its jobs end with SqlError.ConnectionClosed; JavaScript is notified
    in the next turn of the event loop. A pool that JavaScript has created without a parent, as by
    \c{component.createObject(null)}, belongs to the garbage collector: jobs, leases, models and
    elements that use it do not keep it. Give it a parent, or keep a reference to it in a property.
*/

/*!
    \qmlproperty poolStatistics Pool::statistics

    This property holds what the pool is doing: the numbers of sessions that are \c open, \c idle,
    \c inUse and \c connecting, \c maximum, and of jobs that are \c waiting; and what it has done:
    see AsyncMySql::PoolStatistics. It changes at most every 50 milliseconds.
*/
/*!
    \qmlproperty int Pool::maximumLifetime

    This property holds the time after which a session is replaced when it is free, in milliseconds.
    The default is 30 minutes. If it is 0, there is no limit.
*/
/*!
    \qmlproperty int Pool::leaseWarning

    This property holds the age of a lease from which on the log warns of it, in milliseconds. The
    default is 0: there are no warnings.
*/

QuickPool::QuickPool(QObject *parent)
    : Pool(parent)
    , m_leases(this)
{
    connect(this, &Pool::optionsChanged, this, &QuickPool::optionsChanged);
    connect(this, &Pool::maximumLifetimeChanged, this, &QuickPool::maximumLifetimeChanged);
    connect(this, &Pool::leaseWarningChanged, this, &QuickPool::leaseWarningChanged);
    connect(this, &Pool::resetPolicyChanged, this, &QuickPool::resetPolicyChanged);
}

QuickPool::~QuickPool()
{
    // The destructor of the base class ends all jobs. JavaScript must not access this object then.
    *m_isEnding = true;
}

void QuickPool::setMaximumLifetime(int time)
{
    Pool::setMaximumLifetime(milliseconds(time));
}

void QuickPool::setLeaseWarning(int time)
{
    Pool::setLeaseWarning(milliseconds(time));
}

void QuickPool::setResetPolicy(ResetPolicy policy)
{
    if (checkEnumerator("resetPolicy", policy))
        Pool::setResetPolicy(policy);
}

/*!
    \qmlmethod Query Pool::execute(string sql, var parameters)

    Queues \a sql with the values of its \a parameters and returns its Query: see
    Connection::execute().
*/
QuickQuery *QuickPool::execute(const QString &sql, const QJSValue &parameters)
{
    return executeTask(sql, parameters);
}

/*!
    \qmlmethod Batch Pool::executeBatch(string sql, array rows)

    Queues \a sql to be executed once for each of \a rows: see Connection::executeBatch().
*/
QuickBatch *QuickPool::executeBatch(const QString &sql, const QJSValue &rows)
{
    return batchTask(sql, rows);
}

/*!
    \qmlmethod Transaction Pool::beginTransaction(object options)

    Queues a transaction with \a options, which has a session of its own until it ends, and returns
    it: see Connection::beginTransaction().
*/
QuickTransaction *QuickPool::beginTransaction(const QVariantMap &options)
{
    return transactionTask(options);
}

/*!
    \qmlmethod LeaseJob Pool::acquire()

    Acquires a session for exclusive use, and returns the job, which passes a Lease to then(). The
    job waits in the queue as all jobs do.

    \snippet Leases.qml temporary table
*/
QuickLeaseJob *QuickPool::acquire()
{
    return release(new QuickLeaseJob(Pool::acquire(), &m_leases));
}

/*!
    \qmlmethod PoolReader Pool::reader(enumeration consistency)

    Returns what executes jobs on replicas, or on any host if there are none: with
    \c Pool.ReadConsistency.Eventual, the default, a replica may lag behind; with
    \c Pool.ReadConsistency.ReadYourWrites, jobs see what jobs of the pool had written before they
    finished. Later calls with the same \a consistency return the same reader, which belongs to the
    pool.

    \qml
    QueryModel {
        connection: shop.reader(Pool.ReadConsistency.ReadYourWrites)
        sql: "SELECT name, price FROM articles"
    }
    \endqml

    \sa {AsyncMySql::Pool::reader()}
*/
QuickPoolReader *QuickPool::reader(ReadConsistency consistency)
{
    if (!checkEnumerator("consistency", consistency))
        return nullptr;
    QuickPoolReader *&reader = m_readers[consistency];
    if (!reader)
        reader = new QuickPoolReader(Pool::reader(consistency), m_isEnding, this);
    return reader;
}

/*!
    \qmlmethod Job Pool::warmUp(int connections)

    Opens sessions until there are so many \a connections, at most \c maximumConnections. The job
    ends then.
*/
QuickJob *QuickPool::warmUp(int connections)
{
    return jobTask(Pool::warmUp(connections));
}

/*!
    \qmlmethod Job Pool::drain(int timeout)

    Ends the work of the pool: executes the jobs that are queued, fails new ones, and closes all
    sessions. What has not ended after \a timeout milliseconds is aborted, and the returned job
    fails with SqlError.QueueTimeout.
*/
QuickJob *QuickPool::drain(int timeout)
{
    return jobTask(m_leases.awaited(Pool::drain(milliseconds(timeout))));
}

/*!
    \qmlmethod Job Pool::changePassword(string newPassword)

    Changes the password of the account to \a newPassword, also if it has expired
    (SqlError.PasswordExpired). If that succeeds, \c password is the new one, and sessions that are
    opened later use it. A binding of \c password remains, and sets it again when its value changes.
    It needs TLS or a local socket.

    \sa {AsyncMySql::Connection::changePassword()}
*/
QuickJob *QuickPool::changePassword(const QString &newPassword)
{
    Job *const job = Pool::changePassword(newPassword);
    keepPasswordOf(job, newPassword);
    return jobTask(job);
}

/*!
    \qmlmethod Job Pool::close()

    Closes the sessions, each when it is free. Jobs that are created later are executed in new ones.
*/
QuickJob *QuickPool::close()
{
    return jobTask(m_leases.awaited(Pool::close()));
}

Query *QuickPool::execute(const QString &sql, const QVariantList &parameters)
{
    return Pool::execute(sql, parameters);
}

Query *QuickPool::execute(const QString &sql, const QVariantMap &parameters)
{
    return Pool::execute(sql, parameters);
}

Batch *QuickPool::executeBatch(const QString &sql, const QList<QVariantList> &rows)
{
    return Pool::executeBatch(sql, rows);
}

Transaction *QuickPool::beginTransaction(const TransactionOptions &options)
{
    return Pool::beginTransaction(options);
}

QJSEngine *QuickPool::scriptEngine() const
{
    return Quick::engineOf(this);
}

} // namespace AsyncMySql
