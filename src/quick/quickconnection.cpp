// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickconnection.h"

#include "scriptvalues.h"

#include <AsyncMySql/batch.h>
#include <AsyncMySql/query.h>

#include <QtCore/qmetaobject.h>
#include <QtQml/qjsengine.h>
#include <QtQml/qqmlengine.h>
#include <QtQml/qqmlinfo.h>

#include <chrono>
#include <limits>
#include <optional>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

/// Returns std::nullopt, and the reason in \a mistake, if \a values has an unknown option: it is
/// safer to fail than to start a transaction with other options than the caller intended.
std::optional<TransactionOptions> transactionOptions(const QVariantMap &values, QString *mistake)
{
    using Level = TransactionOptions::IsolationLevel;
    const QMetaEnum levels = QMetaEnum::fromType<Level>();
    TransactionOptions options;
    for (auto it = values.begin(); it != values.end(); ++it) {
        if (it.key() == "readOnly"_L1) {
            options.setReadOnly(it->toBool());
        } else if (it.key() == "consistentSnapshot"_L1) {
            options.setConsistentSnapshot(it->toBool());
        } else if (it.key() != "isolationLevel"_L1) {
            *mistake = u"Transactions have no option \"%1\""_s.arg(it.key());
            return {};
        } else if (it->isValid()) {
            const bool isName = it->typeId() == QMetaType::QString;
            bool isKnown = !isName && levels.valueToKey(it->toInt());
            const int level
                = isName ? levels.keyToValue(it->toString().toLatin1().constData(), &isKnown)
                         : it->toInt();
            if (!isKnown) {
                *mistake = u"Unknown isolation level %1"_s.arg(it->toString());
                return {};
            }
            options.setIsolationLevel(static_cast<Level>(level));
        }
    }
    return options;
}

} // namespace

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

    The first job opens the connection. The properties \c state, \c isConnected, \c pendingJobs,
    \c reconnectAttempt, \c nextReconnect, \c idleDisconnect, \c serverVersion, \c serverFlavour,
    \c connectionId, \c isEncrypted, \c lastGtid, \c trackedVariables, \c statistics, \c lastError,
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
    below override the URL.
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

void QuickConnection::setUrl(const QUrl &url)
{
    m_url = url;
    applyOptions();
}

void QuickConnection::setHost(const QString &host)
{
    change("host", [host](ConnectionOptions *options) { options->setHost(host); });
}

void QuickConnection::setPort(int port)
{
    if (port < 0 || port > std::numeric_limits<quint16>::max()) {
        qmlWarning(this) << "There is no port " << port;
        return;
    }
    change("port",
           [port](ConnectionOptions *options) { options->setPort(static_cast<quint16>(port)); });
}

void QuickConnection::setSocket(const QString &name)
{
    change("socket", [name](ConnectionOptions *options) { options->setLocalSocketName(name); });
}

void QuickConnection::setUser(const QString &user)
{
    change("user", [user](ConnectionOptions *options) { options->setUser(user); });
}

void QuickConnection::setPassword(const QString &password)
{
    change("password", [password](ConnectionOptions *options) { options->setPassword(password); });
}

void QuickConnection::setDatabase(const QString &database)
{
    change("database", [database](ConnectionOptions *options) { options->setDatabase(database); });
}

void QuickConnection::setTlsMode(ConnectionOptions::TlsMode mode)
{
    change("tlsMode", [mode](ConnectionOptions *options) { options->setTlsMode(mode); });
}

void QuickConnection::setConnectTimeout(int time)
{
    change("connectTimeout",
           [time](ConnectionOptions *options) { options->setConnectTimeout(milliseconds(time)); });
}

void QuickConnection::setFirstConnectTimeout(int time)
{
    change("firstConnectTimeout", [time](ConnectionOptions *options) {
        options->setFirstConnectTimeout(milliseconds(time));
    });
}

void QuickConnection::setIdleTimeout(int time)
{
    change("idleTimeout",
           [time](ConnectionOptions *options) { options->setIdleTimeout(milliseconds(time)); });
}

void QuickConnection::setQueueTimeout(int time)
{
    change("queueTimeout",
           [time](ConnectionOptions *options) { options->setQueueTimeout(milliseconds(time)); });
}

void QuickConnection::setQueryTimeout(int time)
{
    change("queryTimeout",
           [time](ConnectionOptions *options) { options->setQueryTimeout(milliseconds(time)); });
}

void QuickConnection::setPipelineDepth(int depth)
{
    change("pipelineDepth",
           [depth](ConnectionOptions *options) { options->setPipelineDepth(depth); });
}

void QuickConnection::setPipeliningMode(ConnectionOptions::PipeliningMode mode)
{
    change("pipeliningMode",
           [mode](ConnectionOptions *options) { options->setPipeliningMode(mode); });
}

QVariantMap QuickConnection::variables() const
{
    QVariantMap values;
    const QMap<QString, QString> variables = trackedVariables();
    for (auto it = variables.begin(); it != variables.end(); ++it)
        values.insert(it.key(), it.value());
    return values;
}

/*!
    \qmlmethod Query Connection::execute(string sql, var parameters)

    Queues \a sql and returns its Query. \a parameters are an array for question marks, an object
    for names (\c{:name}), or a single value. Objects among the values are sent as JSON,
    ArrayBuffers as bytes, null and undefined as NULL. An array is not a value: pass the text that
    \c{JSON.stringify()} returns for it.

    \code
    shop.execute("SELECT name FROM articles WHERE price < ?", [20])
        .then(result => list.model = result.rows(), error => console.warn(error.message))
    \endcode
*/
QuickQuery *QuickConnection::execute(const QString &sql, const QJSValue &parameters)
{
    auto *query = new QuickQuery;
    query->stand(
        Quick::execute(this, sql, Quick::parameterValues(QVariant::fromValue(parameters))));
    return release(query);
}

/*!
    \qmlmethod Batch Connection::executeBatch(string sql, array rows)

    Queues \a sql to be executed once for each of \a rows, and returns its Batch. Each row is an
    array of parameters; otherwise an error is thrown.
*/
QuickBatch *QuickConnection::executeBatch(const QString &sql, const QJSValue &rows)
{
    const std::optional<QList<QVariantList>> list = Quick::batchRows(rows, qjsEngine(this));
    if (!list)
        return nullptr;
    return release(new QuickBatch(Connection::executeBatch(sql, *list)));
}

/*!
    \qmlmethod Transaction Connection::beginTransaction(object options)

    Queues a transaction and returns it. \a options can have \c isolationLevel (for example
    \c TransactionOptions.Serializable), \c readOnly and \c consistentSnapshot; other options throw
    an error.
*/
QuickTransaction *QuickConnection::beginTransaction(const QVariantMap &options)
{
    QString mistake;
    const std::optional<TransactionOptions> checked = transactionOptions(options, &mistake);
    if (!checked) {
        if (QJSEngine *engine = qjsEngine(this))
            engine->throwError(mistake);
        return nullptr;
    }
    return release(new QuickTransaction(Connection::beginTransaction(*checked)));
}

/*!
    \qmlmethod Job Connection::ping()

    Pings the server, connecting first if necessary.
*/
QuickJob *QuickConnection::ping()
{
    return jobFor(Connection::ping());
}

/*!
    \qmlmethod Job Connection::selectDatabase(string database)

    Selects \a database as the default database, now and after each reconnect.
*/
QuickJob *QuickConnection::selectDatabase(const QString &database)
{
    return jobFor(Connection::selectDatabase(database));
}

/*!
    \qmlmethod Job Connection::setSessionVariable(string name, var value)

    Sets the session variable \a name to \a value, now and after each reconnect.
*/
QuickJob *QuickConnection::setSessionVariable(const QString &name, const QJSValue &value)
{
    return jobFor(
        Connection::setSessionVariable(name, Quick::parameterValue(QVariant::fromValue(value))));
}

/*!
    \qmlmethod Job Connection::resetSession()

    Releases all state that the session holds, and sets it up again.
*/
QuickJob *QuickConnection::resetSession()
{
    return jobFor(Connection::resetSession());
}

/*!
    \qmlmethod Job Connection::close()

    Closes the connection when all jobs that are queued now have ended. Later jobs reconnect.
*/
QuickJob *QuickConnection::close()
{
    return jobFor(Connection::close());
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

void QuickConnection::classBegin()
{
    m_isComplete = false;
}

void QuickConnection::componentComplete()
{
    m_isComplete = true;
    applyOptions();
}

void QuickConnection::change(const char *option, const Change &change)
{
    m_changes.insert(option, change);
    if (!m_isComplete || m_hasBadUrl)
        return;
    // Options that C++ may have set in addition are kept.
    ConnectionOptions changed = options();
    change(&changed);
    setOptions(changed);
}

/// The result does not depend on the order in which QML sets the properties.
void QuickConnection::applyOptions()
{
    if (!m_isComplete)
        return;
    Error error;
    ConnectionOptions options = this->options();
    if (!m_url.isEmpty())
        options = ConnectionOptions::fromUrl(m_url, &error);
    m_hasBadUrl = error.isError();
    if (m_hasBadUrl) {
        Connection::setUrl(m_url); // jobs report the error
        return;
    }
    for (const Change &change : std::as_const(m_changes))
        change(&options);
    setOptions(options);
}

QuickJob *QuickConnection::jobFor(Job *job)
{
    auto *task = new QuickJob;
    task->follow(job);
    return release(task);
}

template <typename Task>
Task *QuickConnection::release(Task *task) const
{
    QJSEngine *engine = qmlEngine(this);
    task->setEndOfConnection(m_isEnding);
    task->setSelfOwned(engine ? engine : qjsEngine(this));
    return task;
}

} // namespace AsyncMySql
