// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickconnection.h"

#include "scriptvalues.h"

#include <AsyncMySql/batch.h>
#include <AsyncMySql/query.h>

namespace AsyncMySql {

/*!
    \qmltype Connection
    \inqmlmodule AsyncMySql
    \brief A connection to a MySQL or MariaDB server, with a queue of jobs.

    \qml
    Connection {
        id: shop
        url: "mysql://anna@db.example.org/shop"
        password: dialog.password
        onErrorOccurred: error => console.warn(error.message)
    }
    \endqml

    The first job opens the connection. The properties \c state, \c connected, \c pendingJobs,
    \c reconnectAttempt, \c nextReconnect, \c idleDisconnect, \c serverVersion, \c serverFlavour,
    \c connectionId, \c encrypted, \c lastGtid, \c trackedVariables, \c statistics, \c lastError,
    \c pipelining, \c isInTransaction and \c blockingStatement, the slots abort() and
    reconnectNow(), and the signal errorOccurred() are those of AsyncMySql::Connection.

    \c isInTransaction holds the value that the server reported last. The server reports it with
    every answer except errors. After an error that ended the transaction in the server, such as a
    deadlock (1213), it stays true until a job succeeds, for example a ping().

    When the connection is destroyed, its jobs end with SqlError.ConnectionClosed; JavaScript is
    notified in the next turn of the event loop.
*/

/*!
    \qmlproperty url Connection::url

    This property holds the address of the server and all options, as in
    ConnectionOptions::fromUrl(). Reading it returns the URL without the password. The properties
    below override the URL. When it becomes empty, only these properties and the defaults count.
*/
/*!
    \qmlproperty string Connection::host
*/
/*!
    \qmlproperty int Connection::port
*/
/*!
    \qmlproperty string Connection::socket

    This property holds the name of a local socket, which is used instead of host and port.
*/
/*!
    \qmlproperty string Connection::user
*/
/*!
    \qmlproperty string Connection::password
*/
/*!
    \qmlproperty function Connection::passwordProvider

    This property holds a function that is called with an AuthenticationChallenge when a password is
    needed: if \c password is empty, or was refused, or the server asks something itself. It returns
    a string, or answers the challenge later. It is called from the event loop, before the library
    connects; a Pool asks once for all its sessions. If it returns \c null, throws, or lets the
    challenge go without an answer, the jobs fail with SqlError.AuthenticationCancelled.

    \sa AsyncMySql::ConnectionOptions::setPasswordProvider(), AuthenticationChallenge
*/
/*!
    \qmlproperty int Connection::passwordLifetime

    This property holds how long a password of the \c passwordProvider is used for further sessions,
    in milliseconds. The default is 0: until it is refused.
*/
/*!
    \qmlproperty string Connection::database

    This property holds the database that is selected on connect. Reading it returns the current
    database of the session, which selectDatabase() changes.
*/
/*!
    \qmlproperty enumeration Connection::tlsMode

    This property holds the TLS mode: \c ConnectionOptions.Disabled, \c ConnectionOptions.Preferred
    (the default), \c ConnectionOptions.Required, \c ConnectionOptions.VerifyCa or
    \c ConnectionOptions.VerifyIdentity.
*/
/*!
    \qmlproperty int Connection::connectTimeout

    This property holds the timeout for connecting, in milliseconds. \c firstConnectTimeout,
    \c idleTimeout, \c queueTimeout and \c queryTimeout are in milliseconds, too.
*/
/*!
    \qmlproperty int Connection::firstConnectTimeout

    This property holds how long jobs wait for a server that has never been reached, in
    milliseconds. They then fail with the error of the last attempt to connect. The default is
    10000. If it is 0, there is no limit.
*/
/*!
    \qmlproperty list<string> Connection::hosts

    This property holds the hosts that sessions can be opened with, as in \c{["db1", "db2:3307",
    "db3;role=replica;weight=2"]}. It replaces \c host and \c port.

    \sa AsyncMySql::Host::fromString()
*/
/*!
    \qmlproperty enumeration Connection::hostSelection

    This property holds which one of the hosts a session is opened with:
    \c HostPolicy.Selection.Sequential (the default), \c HostPolicy.Selection.RoundRobin,
    \c HostPolicy.Selection.Random or \c HostPolicy.Selection.LeastConnections.

    \sa AsyncMySql::HostPolicy::Selection
*/
/*!
    \qmlproperty bool Connection::requiresWritable

    This property holds whether sessions are opened with hosts alone that can be written to: while
    all are read-only, jobs wait. The default is false: such hosts are preferred.

    \sa AsyncMySql::HostPolicy::setRequiresWritable()
*/
/*!
    \qmlproperty bool Connection::followsMembers

    This property holds whether the members of a cluster that a host knows are used in addition to
    \c hosts. The default is false.

    \sa AsyncMySql::HostPolicy::setFollowsMembers()
*/
/*!
    \qmlproperty int Connection::pipelineDepth

    This property holds the maximum number of statements in flight.
*/
/*!
    \qmlproperty enumeration Connection::pipeliningMode

    This property holds when statements are sent before earlier ones are answered:
    \c ConnectionOptions.PipeliningMode.Automatic (the default) if the peer is the server itself,
    \c ConnectionOptions.PipeliningMode.Always whatever the peer is, or
    \c ConnectionOptions.PipeliningMode.Never. The property \c pipelining holds the result:
    \c Connection.Undetermined before it matters for the first time, then \c Connection.Active,
    \c Connection.Disabled, \c Connection.ProxyDetected or \c Connection.PeerUnknown.

    \sa AsyncMySql::ConnectionOptions::pipeliningMode()
*/
/*!
    \qmlsignal Connection::sessionStateLost(string held)

    Emitted when a session that held state of the application was lost. \a held describes the state
    in plain words: "an open transaction, temporary tables".
*/

QuickConnection::QuickConnection(QObject *parent)
    : Connection(parent)
{
    connect(this, &Connection::optionsChanged, this, &QuickConnection::optionsChanged);
    connect(this, &Connection::databaseChanged, this, &QuickConnection::databaseChanged);
    connect(this, &Connection::serverChanged, this, &QuickConnection::connectionIdChanged);
    connect(this, &Connection::pendingJobsChanged, this, &QuickConnection::statisticsChanged);
    connect(this, &Connection::trackedVariablesChanged, this,
            &QuickConnection::trackedVariablesChanged);
}

QuickConnection::~QuickConnection()
{
    // The destructor of the base class ends all jobs. JavaScript must not access this object then.
    *m_isEnding = true;
}

QVariantMap QuickConnection::variables() const
{
    return Quick::scriptVariables(trackedVariables());
}

/*!
    \qmlmethod Query Connection::execute(string sql, var parameters)

    Queues \a sql and returns its Query. \a parameters are an array for question marks, an object
    for names (\c{:name}), or a single value. Objects among the values are sent as JSON,
    ArrayBuffers as bytes, null and undefined as NULL. An array is not a value: pass the text that
    \c{JSON.stringify()} returns for it.

    \snippet Jobs.qml execute
*/
QuickQuery *QuickConnection::execute(const QString &sql, const QJSValue &parameters)
{
    return executeTask(sql, parameters);
}

/*!
    \qmlmethod Batch Connection::executeBatch(string sql, array rows)

    Queues \a sql to be executed once for each of \a rows, and returns its Batch. Each row is an
    array of parameters; otherwise an error is thrown.
*/
QuickBatch *QuickConnection::executeBatch(const QString &sql, const QJSValue &rows)
{
    return batchTask(sql, rows);
}

/*!
    \qmlmethod Transaction Connection::beginTransaction(object options)

    Queues a transaction and returns it. \a options can have \c isolationLevel (for example
    \c TransactionOptions.Serializable), \c readOnly and \c consistentSnapshot; other options throw
    an error.
*/
QuickTransaction *QuickConnection::beginTransaction(const QVariantMap &options)
{
    return transactionTask(options);
}

/*!
    \qmlmethod Job Connection::ping()

    Pings the server, connecting first if necessary.
*/
QuickJob *QuickConnection::ping()
{
    return jobTask(Connection::ping());
}

/*!
    \qmlmethod Job Connection::selectDatabase(string database)

    Selects \a database as the default database, now and after each reconnect.
*/
QuickJob *QuickConnection::selectDatabase(const QString &database)
{
    return jobTask(Connection::selectDatabase(database));
}

/*!
    \qmlmethod Job Connection::setSessionVariable(string name, var value)

    Sets the session variable \a name to \a value, now and after each reconnect.
*/
QuickJob *QuickConnection::setSessionVariable(const QString &name, const QJSValue &value)
{
    return jobTask(
        Connection::setSessionVariable(name, Quick::parameterValue(QVariant::fromValue(value))));
}

/*!
    \qmlmethod Job Connection::resetSession()

    Releases all state that the session holds, and sets it up again.
*/
QuickJob *QuickConnection::resetSession()
{
    return jobTask(Connection::resetSession());
}

/*!
    \qmlmethod Job Connection::changePassword(string newPassword)

    Changes the password of the account to \a newPassword, also if it has expired
    (SqlError.PasswordExpired). If that succeeds, \c password is the new one, and sessions that are
    opened later use it. A binding of \c password remains, and sets it again when its value changes.
    It needs TLS or a local socket.

    \sa {AsyncMySql::Connection::changePassword()}
*/
QuickJob *QuickConnection::changePassword(const QString &newPassword)
{
    Job *const job = Connection::changePassword(newPassword);
    keepPasswordOf(job, newPassword);
    return jobTask(job);
}

/*!
    \qmlmethod Job Connection::close()

    Closes the connection when all jobs that are queued now have ended. Later jobs reconnect.
*/
QuickJob *QuickConnection::close()
{
    return jobTask(Connection::close());
}

QJSEngine *QuickConnection::scriptEngine() const
{
    return Quick::engineOf(this);
}

Query *QuickConnection::execute(const QString &sql, const QVariantList &parameters)
{
    return Connection::execute(sql, parameters);
}

Query *QuickConnection::execute(const QString &sql, const QVariantMap &parameters)
{
    return Connection::execute(sql, parameters);
}

Batch *QuickConnection::executeBatch(const QString &sql, const QList<QVariantList> &rows)
{
    return Connection::executeBatch(sql, rows);
}

Transaction *QuickConnection::beginTransaction(const TransactionOptions &options)
{
    return Connection::beginTransaction(options);
}

} // namespace AsyncMySql
