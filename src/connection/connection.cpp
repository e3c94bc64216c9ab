// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connection_p.h"

#include "capabilitynegotiation.h"
#include "job_p.h"
#include "publicdialect.h"
#include "querycommand.h"
#include "sessioncommands.h"
#include "threadaffinity.h"

#include <QtCore/qpointer.h>

#include <algorithm>

namespace AsyncMySql {

/*!
    \class AsyncMySql::Connection
    \inmodule AsyncMySql
    \brief A session with a MySQL or MariaDB server, and the queue of jobs that wait for it.

    Constructing a connection opens nothing. The first job connects; the connection closes when it
    was idle for ConnectionOptions::idleTimeout(), and the next job opens it again. When a
    connection is lost or cannot be made, the jobs that were not sent stay in the queue, and run
    after the reconnect: attempts follow each other with growing pauses for as long as jobs wait.
    Failures that trying again does not mend (a wrong password, an unknown database, a certificate
    that does not satisfy the TLS mode) end all waiting jobs at once; the next job tries again.

    A session that holds something of the application's is kept: it is not closed when idle, and not
    replaced. That is an open transaction, autocommit that was turned off by statement, locks,
    temporary tables, variables and a database set by statement, prepared statements of PREPARE,
    handlers, and whatever a stored routine or a statement that is not recognised may have left. The
    end of the transaction, resetSession() or close() releases it. When such a session is lost,
    sessionStateLost() says so. If a transaction was open in it that was begun by statement, all
    statements up to and with the next COMMIT or ROLLBACK fail with Error::ConnectionLost and are not
    sent; the beginning of a new transaction ends this, too. autocommit = 0 holds in the sessions that
    follow as well.

    No function blocks. A connection and its jobs live in one thread, whose event loop must run;
    results may be passed to others. Called in another thread, the functions that return a job return
    one of that thread, without a parent, which fails with Error::WrongThread; the others do nothing.
    Both is told in the log.

    Destroying a connection ends its jobs with Error::ConnectionClosed before it goes.

    \sa ConnectionOptions, Query, Job
*/

/*!
    \enum AsyncMySql::Connection::State

    \value Unconnected         There is no session, and none is wanted.
    \value Connecting          The server is being reached.
    \value Authenticating      TLS, authentication and the set-up of the session are under way.
    \value Connected           Jobs run.
    \value Closing             The session is ending, since it was idle or close() asked for it.
    \value WaitingToReconnect  Jobs wait for the next attempt, which comes at nextReconnect.
*/

/*!
    \enum AsyncMySql::Connection::ServerFlavour

    \value Unknown  No server was reached yet.
    \value MySql    MySQL, or something that says it is.
    \value MariaDb  MariaDB.
*/

/*!
    Constructs a connection without options: its jobs fail until setOptions() or setUrl() was
    called.
*/
Connection::Connection(QObject *parent)
    : Connection(ConnectionOptions(), parent)
{
}

/*!
    Constructs a connection to the server of \a url; see ConnectionOptions::fromUrl() for its form.
    If it has errors, every job fails with what is wrong.
*/
Connection::Connection(const QUrl &url, QObject *parent)
    : Executor(parent)
    , d(std::make_unique<ConnectionPrivate>(this))
{
    setUrl(url);
}

/*!
    Constructs a connection with \a options.
*/
Connection::Connection(const ConnectionOptions &options, QObject *parent)
    : Executor(parent)
    , d(std::make_unique<ConnectionPrivate>(this))
{
    d->engine->setOptions(options);
    d->published.database = options.database();
}

/*!
    Ends all jobs with Error::ConnectionClosed (their signals are emitted from here), then closes
    the connection.
*/
Connection::~Connection()
{
    d->engine->shutDown();
    // Jobs report their end from the event loop, which will not reach them any more, whatever their
    // parent is now. Their slots may still start jobs: those end at once, and report it in the next
    // round. The number of rounds is limited.
    constexpr int rounds = 8;
    int round = 0;
    do
        d->engine->endDependents();
    while (++round < rounds && d->engine->hasDependents());
}

/*!
    How and where this connection connects.
*/
ConnectionOptions Connection::options() const
{
    return d->engine->options();
}

/*!
    Connects by \a options from now on. A running job goes on; when it has ended the session is
    closed, and the waiting jobs run in one with the new options. A session that holds something of
    the application's stays until that is released: by the end of its transaction, by resetSession()
    or close(). What selectDatabase() and
    setSessionVariable() set is forgotten.
*/
void Connection::setOptions(const ConnectionOptions &options)
{
    if (!checkOwnThread(this))
        return;
    if (options == d->engine->options())
        return;
    d->engine->setOptions(options);
    d->published.optionsChanged();
}

/*!
    \property AsyncMySql::Connection::url
    \brief the options as a URL, without the password.

    Setting it sets all options, as setOptions() does. If the URL has errors, jobs fail with them.
*/
QUrl Connection::url() const
{
    return d->engine->options().toUrl();
}

void Connection::setUrl(const QUrl &url)
{
    if (!checkOwnThread(this))
        return;
    Error error;
    const ConnectionOptions options = ConnectionOptions::fromUrl(url, &error);
    if (!error && options == d->engine->options())
        return;
    d->engine->setOptions(options, error);
    d->published.optionsChanged();
}

/*!
    \property AsyncMySql::Connection::state
    \brief what the connection is doing.
*/
Connection::State Connection::state() const
{
    return d->published.state;
}

/*!
    \property AsyncMySql::Connection::pendingJobs
    \brief how many jobs wait or run.
*/
int Connection::pendingJobs() const
{
    return d->engine->pendingCommands();
}

/*!
    \property AsyncMySql::Connection::reconnectAttempt
    \brief how many attempts to connect have failed since the last job that went well. It goes
    back to 0 with the first job that goes well after them.
*/
int Connection::reconnectAttempt() const
{
    return d->engine->reconnectAttempt();
}

/*!
    \property AsyncMySql::Connection::nextReconnect
    \brief when the next attempt to connect comes, in UTC; invalid if none is planned.

    \sa reconnectNow()
*/
QDateTime Connection::nextReconnect() const
{
    return d->engine->nextReconnect();
}

/*!
    \property AsyncMySql::Connection::idleDisconnect
    \brief when the idle connection will be closed, in UTC; invalid while it is in use or closed.
*/
QDateTime Connection::idleDisconnect() const
{
    return d->engine->idleDisconnect();
}

/*!
    \property AsyncMySql::Connection::serverVersion
    \brief the version of the server as it gives it, for example "10.11.6-MariaDB"; empty until a
    server was reached.
*/
QString Connection::serverVersion() const
{
    return d->published.session.serverVersion;
}

/*!
    \property AsyncMySql::Connection::serverFlavour
    \brief whether the server is a MySQL or a MariaDB; Unknown until a server was reached.

    A server that only calls itself MariaDB in its version, as a proxy in front of one may, counts as
    MariaDB here.
*/
Connection::ServerFlavour Connection::serverFlavour() const
{
    if (d->published.session.serverVersion.isEmpty())
        return ServerFlavour::Unknown;
    return d->published.session.flavour == Protocol::ServerFlavour::MySql ? ServerFlavour::MySql
                                                                          : ServerFlavour::MariaDb;
}

/*!
    \property AsyncMySql::Connection::connectionId
    \brief the server's number of the present or last session, as in its process list; 0 before the
    first.
*/
quint64 Connection::connectionId() const
{
    return d->published.session.connectionId;
}

/*!
    \property AsyncMySql::Connection::isEncrypted
    \brief whether the present or last session runs over TLS.
*/
bool Connection::isEncrypted() const
{
    return d->published.session.isEncrypted;
}

/*!
    \property AsyncMySql::Connection::compression
    \brief the compression of the present or last session. It is None where the server does not know
    the one that was asked for: MariaDB knows no Zstd.

    \sa ConnectionOptions::setCompression()
*/
ConnectionOptions::Compression Connection::compression() const
{
    switch (Protocol::agreedCompression(d->published.session.capabilities)) {
    case Wire::CompressionAlgorithm::None:
        return ConnectionOptions::Compression::None;
    case Wire::CompressionAlgorithm::Zlib:
        return ConnectionOptions::Compression::Zlib;
    case Wire::CompressionAlgorithm::Zstd:
        return ConnectionOptions::Compression::Zstd;
    }
    Q_UNREACHABLE();
}

/*!
    \property AsyncMySql::Connection::database
    \brief the default database of the session, or the one that the next session will begin with.
*/
QString Connection::database() const
{
    return d->published.database;
}

/*!
    \property AsyncMySql::Connection::lastError
    \brief why the last connection could not be made, or was lost.
*/
Error Connection::lastError() const
{
    return d->published.lastError;
}

/*!
    \property AsyncMySql::Connection::blockingStatement
    \brief the statement that holds up all jobs behind it: it streams its result, and nobody takes the
    rows (Query::takeRows(), QueryModel::fetchMore()).

    Where jobs wait behind such a stream for longer than 250 ms, up to 64 MiB of its rows are read into
    memory, which sets the connection free. Only a stream with more than that is named here, and in a
    warning of the category \c asyncmysql.connection; a job that then meets its queueTimeout names it
    in its error. The property is empty again when rows are taken, or the query was cancelled.
*/
QString Connection::blockingStatement() const
{
    return d->published.blockingStatement;
}

/*!
    \fn void AsyncMySql::Connection::errorOccurred(const AsyncMySql::Error &error)

    A connection could not be made, or was lost, because of \a error. It is no end of anything: jobs
    that were not sent go on waiting if connecting again may help. Jobs tell their own errors.
*/

/*!
    \fn void AsyncMySql::Connection::sessionStateLost(const QString &held)

    Emitted when a session was lost that held something of the application's. \a held names it, for
    people: "an open transaction, temporary tables". It does not come when the application itself
    ends the session by close(), abort() or resetSession(), nor for a Transaction, which has an error
    of its own.
*/

Query *Connection::execute(const QString &sql, const QVariantList &parameters)
{
    return d->factory->execute(sql, parameters);
}

Query *Connection::execute(const QString &sql, const QVariantMap &parameters)
{
    return d->factory->execute(sql, parameters);
}

/*!
    Asks the server for a sign of life (\c COM_PING). As every job it connects first where needed,
    so it also serves to try out options.
*/
Job *Connection::ping()
{
    return d->factory->submit(std::make_shared<PingCommand>());
}

/*!
    Makes \a database the default database, now and after every reconnect.
*/
Job *Connection::selectDatabase(const QString &database)
{
    return d->factory->submit(std::make_shared<SelectDatabaseCommand>(database));
}

/*!
    Queues \a sql to be executed once for each of \a rows, and returns the job for it. See Batch.
*/
Batch *Connection::executeBatch(const QString &sql, const QList<QVariantList> &rows)
{
    return d->factory->executeBatch(sql, rows);
}

/*!
    Lets the server prepare \a sql, and returns what executes it. The object belongs to the
    connection.
*/
PreparedStatement *Connection::prepare(const QString &sql)
{
    return d->factory->prepare(sql);
}

/*!
    Queues a transaction, which has the connection for itself from its turn until it ends: jobs of
    the connection that are created later wait for that. It is begun as \a options say.

    \code
    Transaction *transaction = connection->beginTransaction();
    transaction->execute("DELETE FROM carts WHERE customer = ?", {customer});
    transaction->commit();
    \endcode

    \sa Transaction
*/
Transaction *Connection::beginTransaction(const TransactionOptions &options)
{
    return d->factory->beginTransaction(options, {});
}

/*!
    Queues a transaction that is done again as a whole when it meets a deadlock or a lock that does
    not come (the server's errors 1213 and 1205), at most TransactionOptions::maximumAttempts()
    times. For each attempt \a body is called, from the event loop, when the transaction has begun;
    it executes what belongs into the transaction, and lets it end by Transaction::commit() or
    rollback(), then or later. Jobs of an attempt that failed end with errors; \a body must not count
    on anything of them.
*/
Transaction *Connection::transact(const std::function<void(Transaction *transaction)> &body,
                                  const TransactionOptions &options)
{
    Q_ASSERT(body);
    return d->factory->beginTransaction(options, body);
}

/*! Returns how the prepared statements of the connection are used. */
StatementCacheStatistics Connection::statementCacheStatistics() const
{
    return d->engine->statementStatistics();
}

/*!
    \property AsyncMySql::Connection::lastGtid
    \brief the global transaction identifier of what was written last; empty unless
    ConnectionOptions::isGtidTrackingEnabled() is set, and the server has told one.

    With it a read from a replica can wait for one's own write (\c MASTER_GTID_WAIT() in MariaDB,
    \c WAIT_FOR_EXECUTED_GTID_SET() in MySQL).
*/
QString Connection::lastGtid() const
{
    return d->published.session.gtid;
}

/*!
    Returns the values of the system variables of which the server told a change in the live session,
    by name: those of ConnectionOptions::trackedVariables(), and those that the server tracks by
    itself.
*/
QMap<QString, QString> Connection::trackedVariables() const
{
    return d->published.session.variables;
}

/*!
    Returns how the session reads SQL, as far as the server has reported it until now; the defaults
    of the servers before the first session. It is up to date in the slots of a job's finished()
    signal.

    Where \c sql_mode is one of ConnectionOptions::trackedVariables(), its value decides, from the
    first statement on that sets it. Otherwise it is the status in each answer, which has gaps: MySQL's
    does not tell about ANSI_QUOTES, and both servers' keep what a routine has set, though the
    session's mode is restored at the routine's end.

    \sa SqlScript, SqlTokenizer
*/
SqlDialect Connection::sqlDialect() const
{
    return Protocol::publicDialectOf(d->engine->sessionState().reportedDialect());
}

/*!
    Sets the session variable \a name, or the user variable if it begins with \c{@}, to \a value,
    now and after every reconnect. Variables that are set by execute() are lost with their session.
*/
Job *Connection::setSessionVariable(const QString &name, const QVariant &value)
{
    return d->factory->submit(std::make_shared<SetVariableCommand>(name, value));
}

/*!
    Gives back everything that the session holds (\c COM_RESET_CONNECTION): an open transaction is
    rolled back, temporary tables, locks and variables go. Then the session is set up anew, as after
    a reconnect.
*/
Job *Connection::resetSession()
{
    return d->factory->submit(std::make_shared<ResetSessionCommand>());
}

/*!
    Closes the connection when all jobs that wait now have ended; the returned job finishes then.
    Jobs that are created later open it again.

    \sa abort()
*/
Job *Connection::close()
{
    return d->factory->submit(std::make_shared<CloseCommand>());
}

/*!
    Drops the connection at once and ends all jobs with Error::ConnectionClosed. Jobs that are
    created later open it again.

    \sa close()
*/
void Connection::abort()
{
    if (!checkOwnThread(this))
        return;
    d->engine->abort();
}

/*!
    Tries to connect at once instead of at nextReconnect, if the connection is waiting for that.
*/
void Connection::reconnectNow()
{
    if (!checkOwnThread(this))
        return;
    d->engine->reconnectNow();
}

} // namespace AsyncMySql
