// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "connection_p.h"

#include "capabilitynegotiation.h"
#include "job_p.h"
#include "publicdialect.h"
#include "querycommand.h"
#include "sessioncommands.h"
#include "threadaffinity.h"

#include <QtCore/qmetaobject.h>
#include <QtCore/qpointer.h>

#include <algorithm>

namespace AsyncMySql {

/*!
    \class AsyncMySql::Connection
    \inmodule AsyncMySql
    \brief The Connection class is a connection to a MySQL or MariaDB server, with a queue of jobs.

    Constructing a connection opens nothing. The first job connects. The connection closes after
    ConnectionOptions::idleTimeout() without a job, and the next job reconnects. When the connection
    is lost or cannot be established, the jobs that were not sent stay in the queue and are executed
    after the reconnect: the connection retries with increasing delays as long as jobs are pending.
    Permanent failures (a wrong password, an unknown database, a certificate that does not satisfy
    the TLS mode) end all pending jobs immediately; the next job tries again.

    A session that holds state of the application is kept: it is not closed when idle, and not
    replaced. Such state is an open transaction, autocommit disabled by statement, locks, temporary
    tables, variables and a database set by statement, prepared statements of PREPARE, handlers, and
    what a stored routine or a statement that is not recognised may have left. The end of the
    transaction, resetSession() or close() releases it. When such a session is lost,
    sessionStateLost() is emitted. If a transaction was open that a statement had started, all
    statements up to and including the next COMMIT or ROLLBACK fail with Error::ConnectionLost and
    are not sent; starting a new transaction ends this, too. autocommit = 0 also applies to later
    sessions.

    No function blocks. A connection and its jobs live in one thread, whose event loop must run;
    results may be passed to other threads. If they are called in another thread, functions that
    return a job return a job of that thread, without a parent, which fails with Error::WrongThread;
    other functions do nothing. Both print a warning to the log. A connection without pending jobs
    and transactions can be moved to another thread by QObject::moveToThread(), also with an open
    session, but not from slots that are connected to it or to its jobs.

    Destroying a connection first ends its jobs with Error::ConnectionClosed.

    \sa ConnectionOptions, Query, Job
*/

/*!
    \enum AsyncMySql::Connection::State

    This enum specifies the state of a connection.

    \value Unconnected         There is no session, and none is needed.
    \value Connecting          The server is being contacted.
    \value Authenticating      TLS, authentication and the setup of the session are in progress.
    \value Connected           The session is ready, and jobs are executed.
    \value Closing             The session is ending, because it was idle or close() was called.
    \value WaitingToReconnect  Jobs wait for the next attempt to connect, at nextReconnect.
*/

/*!
    \enum AsyncMySql::Connection::ServerFlavour

    This enum specifies the kind of server.

    \value Unknown  No server has been reached yet.
    \value MySql    MySQL, or a server that identifies itself as MySQL.
    \value MariaDb  MariaDB.
*/

ConnectionPrivate::ConnectionPrivate(Connection *connection)
    : engine(new ConnectionEngine(connection))
    , executor(ExecutorPrivate::get(connection))
    , passwords(
          connection, engine,
          [this] {
              return PasswordChanger::Account{engine->options(), engine->optionsError(),
                                              engine->credentials(), engine->hosts()};
          },
          [this](const QString &password) {
              engine->setPassword(password);
              published.optionsChanged();
          })
    , published(connection, engine)
{
    executor->setSink(engine, &engine->notifier());
}

/*!
    Constructs a connection without options, with the given \a parent. Its jobs fail until
    setOptions() or setUrl() is called.
*/
Connection::Connection(QObject *parent)
    : Connection(ConnectionOptions(), parent)
{
}

/*!
    Constructs a connection with the options in \a url and the given \a parent; see
    ConnectionOptions::fromUrl() for the format. If the URL is not valid, all jobs fail with its
    error.
*/
Connection::Connection(const QUrl &url, QObject *parent)
    : Executor(parent)
    , d(std::make_unique<ConnectionPrivate>(this))
{
    setUrl(url);
}

/*!
    Constructs a connection with \a options and the given \a parent.
*/
Connection::Connection(const ConnectionOptions &options, QObject *parent)
    : Executor(parent)
    , d(std::make_unique<ConnectionPrivate>(this))
{
    d->engine->setOptions(options);
    d->published.database = options.database();
}

/*!
    Destroys the connection. Ends all jobs with Error::ConnectionClosed, emitting their signals, and
    closes the connection.
*/
Connection::~Connection()
{
    d->passwords.shutDown();
    d->engine->shutDown();
    // Jobs report their end from the event loop, which will not reach them any more, whatever their
    // parent is now.
    d->engine->endDependents();
    d->engine->observers()->deliverNow();
    // Those that an observer has started.
    d->engine->endDependents();
}

/*! \reimp */
void Connection::connectNotify(const QMetaMethod &signal)
{
    // It is called in the thread of the caller, which can be any.
    if (isInOwnThread(this))
        d->published.recordReceiver(signal);
    else
        QMetaObject::invokeMethod(
            this, [this, signal] { d->published.recordReceiver(signal); }, Qt::QueuedConnection);
}

/*!
    Returns the options of the connection.
*/
ConnectionOptions Connection::options() const
{
    return d->engine->options();
}

/*!
    Sets the options of the connection to \a options. A running job continues; when it has ended,
    the session is closed, and the pending jobs are executed in a session with the new options. A
    session that holds state of the application is kept until that is released: by the end of its
    transaction, by resetSession() or close(). The settings of selectDatabase() and
    setSessionVariable() are discarded.
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
    Returns the observer of the connection, or null if none is set, which is the default.
*/
std::shared_ptr<Observer> Connection::observer() const
{
    return d->engine->observers()->observer();
}

/*!
    Sets the observer of the connection to \a observer, which hears of the jobs that are created
    from then on, and of attempts to connect. The previous observer is not called any more. Null
    removes it: nothing is recorded then.

    \sa Observer
*/
void Connection::setObserver(std::shared_ptr<Observer> observer)
{
    if (checkOwnThread(this))
        d->engine->observers()->setObserver(std::move(observer));
}

/*!
    \property AsyncMySql::Connection::url
    \brief the options as a URL, without the password

    Setting it sets all options, as setOptions() does. If the URL is not valid, jobs fail with its
    error.
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
    \brief the state of the connection
*/
Connection::State Connection::state() const
{
    return d->published.state;
}

/*!
    \property AsyncMySql::Connection::pendingJobs
    \brief the number of jobs that are queued or running
*/
int Connection::pendingJobs() const
{
    return d->engine->pendingCommands();
}

/*!
    \property AsyncMySql::Connection::reconnectAttempt
    \brief the number of failed attempts to connect since the last successful job

    It is reset to 0 by the next successful job.
*/
int Connection::reconnectAttempt() const
{
    return d->engine->reconnectAttempt();
}

/*!
    \property AsyncMySql::Connection::nextReconnect
    \brief the time of the next attempt to connect, in UTC

    It is invalid if no attempt is scheduled.

    \sa reconnectNow()
*/
QDateTime Connection::nextReconnect() const
{
    return d->engine->nextReconnect();
}

/*!
    \property AsyncMySql::Connection::idleDisconnect
    \brief the time at which the idle connection will close, in UTC

    It is invalid while the connection is in use or closed.
*/
QDateTime Connection::idleDisconnect() const
{
    return d->engine->idleDisconnect();
}

/*!
    \property AsyncMySql::Connection::serverVersion
    \brief the version that the server reports, for example "10.11.6-MariaDB"

    It is empty until a server was reached.
*/
QString Connection::serverVersion() const
{
    return d->published.session.serverVersion;
}

/*!
    \property AsyncMySql::Connection::serverFlavour
    \brief whether the server is MySQL or MariaDB

    It is Unknown until a server was reached. A server whose version contains MariaDB, for example a
    proxy in front of MariaDB, counts as MariaDB.
*/
Connection::ServerFlavour Connection::serverFlavour() const
{
    return publicFlavourOf(d->published.session);
}

/*!
    \property AsyncMySql::Connection::connectionId
    \brief the id of the current or last session, as in the process list of the server

    It is 0 before the first session.
*/
quint64 Connection::connectionId() const
{
    return d->published.session.connectionId;
}

/*!
    \property AsyncMySql::Connection::encrypted
    \brief whether the current or last session uses TLS
*/
bool Connection::isEncrypted() const
{
    return d->published.session.isEncrypted;
}

/*!
    \property AsyncMySql::Connection::compression
    \brief the compression of the current or last session

    It is None if the server does not support the algorithm in the options: MariaDB does not support
    Zstd.

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
    \brief the default database of the session, or of the next one
*/
QString Connection::database() const
{
    return d->published.database;
}

/*!
    \property AsyncMySql::Connection::lastError
    \brief the error by which connecting failed last, or the connection was lost
*/
Error Connection::lastError() const
{
    return d->published.lastError;
}

/*!
    \property AsyncMySql::Connection::blockingStatement
    \brief the statement that blocks all later jobs, because it streams its result and its rows are
    not taken (Query::takeRows(), QueryModel::fetchMore())

    If jobs wait behind such a stream for longer than 250 ms, up to 64 MiB of its rows are read into
    memory, which frees the connection. Only the statement of a larger stream is stored in this
    property and printed in a warning of the category \c asyncmysql.connection. If a job reaches its
    queueTimeout in the meantime, its error contains the statement. The property is empty again when
    rows are taken or the query was cancelled.
*/
QString Connection::blockingStatement() const
{
    return d->published.blockingStatement;
}

/*!
    \fn void AsyncMySql::Connection::errorOccurred(const AsyncMySql::Error &error)

    Emitted when connecting failed, or the connection was lost, because of \a error. It does not end
    any job: jobs that were not sent stay in the queue if the failure is transient. Each job reports
    its own error.
*/

/*!
    \fn void AsyncMySql::Connection::sessionStateLost(const QString &held)

    Emitted when a session that held state of the application was lost. \a held describes the state
    in plain words: "an open transaction, temporary tables". The signal is not emitted when the
    application itself ends the session by close(), abort() or resetSession(), nor for a
    Transaction, which reports its own error.
*/

/*!
    Pings the server (\c COM_PING), connecting first if necessary. Returns the job, which can also
    be used to test options.
*/
Job *Connection::ping()
{
    return d->executor->submit(std::make_shared<PingCommand>());
}

/*!
    Selects \a database as the default database, now and after each reconnect. Returns the job.
*/
Job *Connection::selectDatabase(const QString &database)
{
    return d->executor->submit(std::make_shared<SelectDatabaseCommand>(database));
}

/*! Returns statistics of the connection's prepared statements. */
StatementCacheStatistics Connection::statementCacheStatistics() const
{
    return d->engine->statementStatistics();
}

/*!
    \property AsyncMySql::Connection::lastGtid
    \brief the global transaction identifier (GTID) of the last write

    It is empty unless ConnectionOptions::isGtidTrackingEnabled() is true and the server has
    reported one. With the GTID, a read from a replica can wait for an earlier write
    (\c MASTER_GTID_WAIT() in MariaDB, \c WAIT_FOR_EXECUTED_GTID_SET() in MySQL).
*/
QString Connection::lastGtid() const
{
    return d->published.session.gtid;
}

/*!
    Returns the values of the system variables whose changes the server has reported in the current
    session, by name: those of ConnectionOptions::trackedVariables(), and those that the server
    tracks by default.
*/
QMap<QString, QString> Connection::trackedVariables() const
{
    return d->published.session.variables;
}

/*!
    Returns the SQL dialect of the session that the server reported last, and the defaults of the
    servers before the first session. It is up to date in slots connected to the finished() signal
    of a job.

    If \c sql_mode is one of ConnectionOptions::trackedVariables(), its value determines the
    dialect, starting with the first statement that sets it. Otherwise the status in each answer
    determines it, which is incomplete: MySQL does not report ANSI_QUOTES, and both servers report
    the mode that a routine has set even after the mode of the session was restored at the end of
    the routine.

    \sa SqlScript, SqlTokenizer
*/
SqlDialect Connection::sqlDialect() const
{
    return Protocol::publicDialectOf(d->engine->sessionState().reportedDialect());
}

/*!
    Sets the session variable \a name, or the user variable if it starts with \c{@}, to \a value,
    now and after each reconnect. Returns the job. Variables that are set by execute() are lost with
    their session.
*/
Job *Connection::setSessionVariable(const QString &name, const QVariant &value)
{
    return d->executor->submit(std::make_shared<SetVariableCommand>(name, value));
}

/*!
    Releases all state that the session holds (\c COM_RESET_CONNECTION): an open transaction is
    rolled back, and temporary tables, locks and variables are released. Then the session is set up
    again, as after a reconnect. A role that was selected by \c {SET ROLE} stays. Returns the job.
*/
Job *Connection::resetSession()
{
    return d->executor->submit(std::make_shared<ResetSessionCommand>());
}

/*!
    Changes the password of the account of options() to \a newPassword, also if it has expired, and
    returns the job. If it succeeds, the options contain the new password: optionsChanged() is
    emitted, and sessions that are opened later use it. The open session is kept, and its jobs
    continue. Jobs that wait are executed.

    The job has a session of its own. It neither waits for other jobs nor delays them, and is not
    counted in pendingJobs. Several changes are made one after the other. A password that has
    expired (Error::PasswordExpired) is accepted in this session, and nothing but the change is
    executed in it.

    The new password is sent as clear text. So the job fails with Error::ChannelNotSecure, and
    nothing is sent, unless the connection is a local socket, or TLS whose peer is verified.
    ConnectionOptions::setUnverifiedTlsAllowedForPasswords() decides whether other TLS is enough.

    The job fails with Error::AccessDenied if the old password is wrong, and with
    Error::ServerError, with the message of the server, if the server refuses the new one: 1819 for
    one that does not satisfy its policy. A session that cannot be established is not retried. With
    several hosts, the password is changed on one of them, from which the others have to learn it by
    replication: on the host of the open session, or else the first one that can be reached and is
    not read-only.
    Error::InvalidParameter means that the password cannot be sent: it contains the character
    U+0000, or, with MySQL, has expired while the new one contains a backslash and the server's
    \c sql_mode has \c NO_BACKSLASH_ESCAPES. The limit for establishing the session, and for each
    answer, is ConnectionOptions::connectTimeout(), or 10 seconds if that is 0.

    If the answer of the server is lost, the job fails with Error::execution() Unknown, and the
    options keep the old password: either of the two can be valid. Job::cancel() has no effect when
    the new password was sent. The password is in no error, no log, and nothing that an Observer
    receives.

    The statement is \c {ALTER USER USER() IDENTIFIED BY} in MySQL, with the old password if the
    account requires it, and \c {SET PASSWORD} in MariaDB. Accounts whose passwords are not in the
    server (PAM, LDAP) cannot change them by this.
*/
Job *Connection::changePassword(const QString &newPassword)
{
    return d->passwords.change(newPassword);
}

/*!
    Closes the connection when all jobs that are queued now have ended, and returns a job that
    finishes then. Jobs that are created later reconnect.

    \sa abort()
*/
Job *Connection::close()
{
    return d->executor->submit(std::make_shared<CloseCommand>());
}

/*!
    Drops the connection immediately and ends all jobs with Error::ConnectionClosed. Jobs that are
    created later reconnect.

    \sa close()
*/
void Connection::abort()
{
    if (!checkOwnThread(this))
        return;
    d->engine->abort();
    // It may report a change that was made.
    d->passwords.abort();
}

/*!
    Tries to connect immediately if the connection is waiting for nextReconnect.
*/
void Connection::reconnectNow()
{
    if (!checkOwnThread(this))
        return;
    d->engine->reconnectNow();
}

} // namespace AsyncMySql
