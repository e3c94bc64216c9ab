// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickconnection.h"

#include "scriptvalues.h"

#include <AsyncMySql/batch.h>
#include <AsyncMySql/query.h>

#include <QtCore/qmetaobject.h>
#include <QtQml/qjsengine.h>
#include <QtQml/qqmlengine.h>

#include <chrono>

namespace AsyncMySql {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

TransactionOptions transactionOptions(const QVariantMap &values)
{
    using Level = TransactionOptions::IsolationLevel;
    TransactionOptions options;
    const QVariant level = values.value(u"isolationLevel"_s);
    if (level.typeId() == QMetaType::QString) {
        bool isKnown = false;
        const int value
            = QMetaEnum::fromType<Level>().keyToValue(level.toString().toLatin1(), &isKnown);
        if (isKnown)
            options.setIsolationLevel(static_cast<Level>(value));
    } else if (level.isValid()) {
        options.setIsolationLevel(static_cast<Level>(level.toInt()));
    }
    options.setReadOnly(values.value(u"readOnly"_s).toBool());
    options.setConsistentSnapshot(values.value(u"consistentSnapshot"_s).toBool());
    return options;
}

} // namespace

/*!
    \qmltype Connection
    \inqmlmodule AsyncMySql
    \brief A session with a MySQL or MariaDB server, and the queue of jobs that wait for it.

    \qml
    Connection {
        id: shop
        url: "mysql://anna@db.example.org/shop"
        password: dialog.password
        onErrorOccurred: error => console.warn(error.message)
    }
    \endqml

    Nothing is opened before there is a job. The properties \c state, \c isConnected, \c pendingJobs,
    \c reconnectAttempt, \c nextReconnect, \c idleDisconnect, \c serverVersion, \c serverFlavour,
    \c connectionId, \c isEncrypted, \c lastGtid, \c trackedVariables, \c statistics and \c lastError,
    the slots abort() and reconnectNow() and the signal errorOccurred() are those of
    AsyncMySql::Connection.

    When the connection is destroyed its jobs end with SqlError.ConnectionClosed; JavaScript hears of it
    in the next turn of the event loop.
*/

/*!
    \qmlproperty url Connection::url

    Where the server is, and all options, as in ConnectionOptions::fromUrl(). It is read without the
    password. The properties below go on top of it.
*/
/*!
    \qmlproperty string Connection::host
*/
/*!
    \qmlproperty int Connection::port
*/
/*!
    \qmlproperty string Connection::socket

    A local socket, instead of host and port.
*/
/*!
    \qmlproperty string Connection::user
*/
/*!
    \qmlproperty string Connection::password
*/
/*!
    \qmlproperty string Connection::database

    Read, it is the default database of the session, which selectDatabase() changes.
*/
/*!
    \qmlproperty enumeration Connection::tlsMode

    \c ConnectionOptions.Disabled, \c ConnectionOptions.Preferred (the default),
    \c ConnectionOptions.Required, \c ConnectionOptions.VerifyCa or \c ConnectionOptions.VerifyIdentity.
*/
/*!
    \qmlproperty int Connection::connectTimeout

    In milliseconds, as \c idleTimeout, \c queueTimeout and \c queryTimeout.
*/
/*!
    \qmlproperty int Connection::pipelineDepth

    How many statements are on their way at a time.
*/

QuickConnection::QuickConnection(QObject *parent)
    : Connection(parent)
{
    connect(this, &Connection::optionsChanged, this, &QuickConnection::optionsChanged);
    connect(this, &Connection::databaseChanged, this, &QuickConnection::databaseChanged);
    connect(this, &Connection::pendingJobsChanged, this, &QuickConnection::statisticsChanged);
    connect(this, &Connection::trackedVariablesChanged, this,
            &QuickConnection::trackedVariablesChanged);
}

QuickConnection::~QuickConnection()
{
    // The base ends all jobs. JavaScript must not see what is left of this object then.
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

    Queues \a sql and returns the Query for it. \a parameters are an array for question marks, an object
    for names (\c{:name}), or a single value. Objects and arrays in it are sent as JSON, ArrayBuffers
    as bytes, null and undefined as NULL.

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

    Queues \a sql to be executed once for each of \a rows, which are arrays of parameters.
*/
QuickBatch *QuickConnection::executeBatch(const QString &sql, const QJSValue &rows)
{
    return release(new QuickBatch(Connection::executeBatch(sql, Quick::batchRows(rows))));
}

/*!
    \qmlmethod Transaction Connection::beginTransaction(object options)

    Queues a transaction. \a options can have \c isolationLevel (\c TransactionOptions.Serializable, say),
    \c readOnly and \c consistentSnapshot.
*/
QuickTransaction *QuickConnection::beginTransaction(const QVariantMap &options)
{
    return release(new QuickTransaction(Connection::beginTransaction(transactionOptions(options))));
}

/*!
    \qmlmethod Job Connection::ping()

    Asks the server for a sign of life; it connects first where needed.
*/
QuickJob *QuickConnection::ping()
{
    return jobFor(Connection::ping());
}

/*!
    \qmlmethod Job Connection::selectDatabase(string database)

    Makes \a database the default database, now and after every reconnect.
*/
QuickJob *QuickConnection::selectDatabase(const QString &database)
{
    return jobFor(Connection::selectDatabase(database));
}

/*!
    \qmlmethod Job Connection::setSessionVariable(string name, var value)

    Sets the variable \a name of the session to \a value, now and after every reconnect.
*/
QuickJob *QuickConnection::setSessionVariable(const QString &name, const QJSValue &value)
{
    return jobFor(
        Connection::setSessionVariable(name, Quick::parameterValue(QVariant::fromValue(value))));
}

/*!
    \qmlmethod Job Connection::resetSession()

    Gives back everything that the session holds, and sets it up anew.
*/
QuickJob *QuickConnection::resetSession()
{
    return jobFor(Connection::resetSession());
}

/*!
    \qmlmethod Job Connection::close()

    Closes the connection when all jobs that wait now have ended. Later jobs open it again.
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
    applyOptions();
}

/// In whatever order QML sets them.
void QuickConnection::applyOptions()
{
    if (!m_isComplete)
        return;
    Error error;
    ConnectionOptions options;
    if (!m_url.isEmpty())
        options = ConnectionOptions::fromUrl(m_url, &error);
    if (error) {
        Connection::setUrl(m_url); // jobs tell what is wrong with it
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
    task->belongToItself(engine ? engine : qjsEngine(this));
    return task;
}

} // namespace AsyncMySql
