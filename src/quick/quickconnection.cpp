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

/// Nothing, and the reason in \a mistake, if \a values has what there is not: a transaction that is
/// begun with other options than those that were meant would be worse than none.
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
            *mistake = u"There is no option %1 for transactions"_s.arg(it.key());
            return {};
        } else if (it->isValid()) {
            const bool isName = it->typeId() == QMetaType::QString;
            bool isKnown = !isName && levels.valueToKey(it->toInt());
            const int level
                = isName ? levels.keyToValue(it->toString().toLatin1().constData(), &isKnown)
                         : it->toInt();
            if (!isKnown) {
                *mistake = u"There is no isolation level %1"_s.arg(it->toString());
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
    \c connectionId, \c isEncrypted, \c lastGtid, \c trackedVariables, \c statistics,
    \c lastError, \c pipelining, \c isInTransaction and \c blockingStatement,
    the slots abort() and reconnectNow() and the signal errorOccurred() are those of
    AsyncMySql::Connection.

    \c isInTransaction is what the server last reported, which it does with every answer but errors.
    After an error that ended the transaction in the server, such as a deadlock (1213), it stays true
    until something succeeds: ping() is enough.

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

    In milliseconds, as \c firstConnectTimeout, \c idleTimeout, \c queueTimeout and \c queryTimeout.
*/
/*!
    \qmlproperty int Connection::firstConnectTimeout

    How long jobs wait for a server that was never reached; 10000 by default, 0 is without a limit.
    They then fail with the error of the last attempt to connect.
*/
/*!
    \qmlproperty int Connection::pipelineDepth

    How many statements are on their way at a time.
*/
/*!
    \qmlproperty enumeration Connection::pipeliningMode

    When statements are sent ahead of the answers to earlier ones:
    \c ConnectionOptions.PipeliningMode.Automatic (the default) if the peer is the server itself,
    \c ConnectionOptions.PipeliningMode.Always whatever the peer is, or
    \c ConnectionOptions.PipeliningMode.Never. The property \c pipelining says what came of it:
    \c Connection.Undetermined before the first session, then \c Connection.Active,
    \c Connection.Disabled, \c Connection.ProxyDetected or \c Connection.PeerUnknown.

    \sa AsyncMySql::ConnectionOptions::pipeliningMode()
*/
/*!
    \qmlsignal Connection::sessionStateLost(string held)

    Emitted when a session was lost that held something of the application's, which \a held names, for
    people: "an open transaction, temporary tables".
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

    Queues \a sql and returns the Query for it. \a parameters are an array for question marks, an object
    for names (\c{:name}), or a single value. Objects in it are sent as JSON, ArrayBuffers as bytes,
    null and undefined as NULL. An array in it is no parameter: pass \c{JSON.stringify()} of it.

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

    Queues \a sql to be executed once for each of \a rows, which are arrays of parameters. Throws an
    error if they are not.
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

    Queues a transaction. \a options can have \c isolationLevel (\c TransactionOptions.Serializable, say),
    \c readOnly and \c consistentSnapshot; others throw an error.
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
    // What C++ may have set besides stays.
    ConnectionOptions changed = options();
    change(&changed);
    setOptions(changed);
}

/// In whatever order QML sets them.
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
