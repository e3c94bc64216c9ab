// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickquery.h"

#include "scriptvalues.h"

#include <AsyncMySql/executor.h>

#include <chrono>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

/*!
    \qmltype Query
    \inherits Job
    \inqmlmodule AsyncMySql
    \brief A statement and its result.

    An element executes its statement when it is complete, and again whenever sql, parameters or
    connection change, which cancels a running statement.

    \snippet Jobs.qml query

    Connection::execute() returns a Query, too.
*/

/*!
    \qmlproperty QtObject Query::connection

    This property holds the Connection, Pool, Transaction or Lease that executes the statement. The
    execution fails with SqlError.ConnectionClosed if the transaction has ended or the lease was
    released.
*/
/*!
    \qmlproperty string Query::sql

    This property holds the statement, with ? or :name for parameters.
*/
/*!
    \qmlproperty var Query::parameters

    This property holds the parameters: an array for question marks, an object for names, or a
    single value.
*/
/*!
    \qmlproperty bool Query::active

    This property holds whether the element executes its statement automatically. The default is
    true. Set it to false and call execute() for statements that the user triggers.
*/
/*!
    \qmlproperty bool Query::running

    This property holds whether the statement is queued or running.
*/
/*!
    \qmlproperty queryResult Query::result

    This property holds the (first) result of the last successful execution. It is empty for a
    stream.
*/
/*!
    \qmlproperty list<queryResult> Query::results

    This property holds all results. A stored procedure can return several.
*/
/*!
    \qmlproperty queryProgress Query::progress

    This property holds the number of \c rows and \c bytes that were received, and \c stage,
    \c stageCount, \c percent and \c text if the server reports the progress of a long statement.
*/
/*!
    \qmlproperty bool Query::streaming

    This property holds whether rows are streamed: takeRows() returns them after rowsReady(). Set it
    before the query is sent. The default is false.
*/
/*!
    \qmlproperty int Query::bufferLimit

    This property holds the maximum size of the rows that a stream buffers, in bytes. The default is
    1 MiB.
*/
/*!
    \qmlproperty int Query::availableRows

    This property holds the number of rows of a stream that can be taken.
*/
/*!
    \qmlproperty int Query::timeout

    This property holds how long the statement may run, in milliseconds. If it is 0, there is no
    limit. The default is the connection's query-timeout.
*/
/*!
    \qmlproperty int Query::queueTimeout

    This property holds how long the query may wait before it is sent, in milliseconds. If it is 0,
    there is no limit. The default is the connection's queue-timeout.
*/
/*!
    \qmlproperty bool Query::idempotent

    This property holds whether the statement is resent when the connection is lost before its
    answer arrives, which can execute it twice.
*/

QuickQuery::QuickQuery(QObject *parent)
    : QuickJob(parent)
{
}

void QuickQuery::setConnection(QObject *connection)
{
    QObject *const before = m_connection.object();
    if (before == connection)
        return;
    if (before)
        before->disconnect(this);
    m_connection.set(this, connection);
    if (connection)
        connect(connection, &QObject::destroyed, this, &QuickQuery::executorGone);
    Q_EMIT connectionChanged();
    schedule();
}

void QuickQuery::executorGone()
{
    m_connection.set(this, nullptr);
    Q_EMIT connectionChanged();
}

void QuickQuery::setSql(const QString &sql)
{
    if (m_sql == sql)
        return;
    m_sql = sql;
    Q_EMIT sqlChanged();
    schedule();
}

void QuickQuery::setParameters(const QVariant &parameters)
{
    const QVariant values = Quick::parameterValues(parameters);
    if (m_parameters == values && m_parameters.metaType() == values.metaType())
        return;
    m_parameters = values;
    Q_EMIT parametersChanged();
    schedule();
}

void QuickQuery::setActive(bool active)
{
    if (m_isActive == active)
        return;
    m_isActive = active;
    Q_EMIT activeChanged();
    schedule();
}

QuickResult QuickQuery::result() const
{
    return QuickResult(m_results.value(0), engine());
}

QVariantList QuickQuery::results() const
{
    QVariantList all;
    for (const Result &result : m_results)
        all.append(QVariant::fromValue(QuickResult(result, engine())));
    return all;
}

void QuickQuery::setStreaming(bool streaming)
{
    if (query())
        query()->setStreaming(streaming);
    if (m_isStreaming == streaming)
        return;
    m_isStreaming = streaming;
    Q_EMIT streamingChanged();
}

void QuickQuery::setBufferLimit(int bytes)
{
    if (query())
        query()->setBufferLimit(bytes);
    if (m_bufferLimit == bytes)
        return;
    m_bufferLimit = bytes;
    Q_EMIT bufferLimitChanged();
}

int QuickQuery::availableRows() const
{
    return query() ? static_cast<int>(query()->availableRows()) : 0;
}

int QuickQuery::timeout() const
{
    if (!m_timeout && query())
        return static_cast<int>(query()->timeout().count());
    return m_timeout.value_or(0);
}

void QuickQuery::setTimeout(int milliseconds)
{
    if (query())
        query()->setTimeout(std::chrono::milliseconds(milliseconds));
    if (m_timeout == milliseconds)
        return;
    m_timeout = milliseconds;
    Q_EMIT timeoutChanged();
}

int QuickQuery::queueTimeout() const
{
    if (!m_queueTimeout && query())
        return static_cast<int>(query()->queueTimeout().count());
    return m_queueTimeout.value_or(0);
}

void QuickQuery::setQueueTimeout(int milliseconds)
{
    if (query())
        query()->setQueueTimeout(std::chrono::milliseconds(milliseconds));
    if (m_queueTimeout == milliseconds)
        return;
    m_queueTimeout = milliseconds;
    Q_EMIT queueTimeoutChanged();
}

void QuickQuery::setIdempotent(bool idempotent)
{
    if (query())
        query()->setIdempotent(idempotent);
    if (m_isIdempotent == idempotent)
        return;
    m_isIdempotent = idempotent;
    Q_EMIT idempotentChanged();
}

/*!
    \qmlmethod array Query::takeRows(int maximum)

    Takes the next rows of a stream and returns them: at most \a maximum, or all that are available.
    Rows that are left when finished() is emitted can be taken then, but not later.
*/
QJSValue QuickQuery::takeRows(int maximum)
{
    const Result rows = query() ? query()->takeRows(maximum) : Result();
    const QJSValue list = QuickResult(rows, engine()).rows();
    if (!rows.isEmpty())
        Q_EMIT availableRowsChanged();
    return list;
}

/*!
    \qmlmethod Query Query::execute()

    Executes the statement of the element immediately, whether or not it is active. A running
    statement is cancelled, and functions that wait for it are called with the error. Without a
    connection or a statement the execution fails with SqlError.InvalidOptions. Returns the element,
    so that then() can follow.
*/
QuickQuery *QuickQuery::execute()
{
    QJSEngine::setObjectOwnership(this, QJSEngine::objectOwnership(this));
    if (m_isElement)
        start(Reason::Asked);
    return this;
}

void QuickQuery::stand(Query *query)
{
    m_isElement = false;
    m_sql = query->sql();
    followQuery(query);
}

void QuickQuery::classBegin()
{
    m_isComplete = false;
}

void QuickQuery::componentComplete()
{
    m_isComplete = true;
    schedule();
}

/// Several changes in one turn of the event loop lead to one execution.
void QuickQuery::schedule()
{
    if (!m_isElement || !m_isComplete || !m_isActive || m_isScheduled)
        return;
    m_isScheduled = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (std::exchange(m_isScheduled, false) && m_isActive)
                start(Reason::Changed);
        },
        Qt::QueuedConnection);
}

void QuickQuery::start(Reason reason)
{
    m_isScheduled = false;
    const bool wasRunning = isRunning();
    leave();
    Executor *executor = m_connection.executor();
    const Error error = mistake(executor);
    if (error.code() == Error::InvalidOptions && reason == Reason::Changed) {
        if (wasRunning)
            end(Error(Error::Cancelled, error.message()));
        return;
    }
    const QPointer<QuickQuery> guard(this);
    restart();
    if (!guard)
        return;
    if (error) {
        endLater(error);
        return;
    }
    if (const EndOfConnection end = m_connection.endOfConnection())
        setEndOfConnection(end);
    m_progress = {};
    m_hasNewResults = false;
    Query *query = Quick::execute(executor, m_sql, m_parameters);
    query->setStreaming(m_isStreaming);
    query->setBufferLimit(m_bufferLimit);
    if (m_timeout)
        query->setTimeout(std::chrono::milliseconds(*m_timeout));
    if (m_queueTimeout)
        query->setQueueTimeout(std::chrono::milliseconds(*m_queueTimeout));
    if (m_isIdempotent)
        query->setIdempotent(true);
    followQuery(query);
    if (guard)
        Q_EMIT progressChanged();
    if (guard)
        Q_EMIT availableRowsChanged();
}

/// Returns why nothing can be executed.
Error QuickQuery::mistake(const Executor *executor) const
{
    const Error ended = m_connection.errorOfEnd();
    if (!executor && !ended)
        return Error(Error::InvalidOptions, u"The query has no connection"_s);
    if (m_sql.trimmed().isEmpty())
        return Error(Error::InvalidOptions, u"The query has no statement"_s);
    return ended;
}

void QuickQuery::followQuery(Query *query)
{
    connect(query, &Query::progressChanged, this, [this](const QueryProgress &progress) {
        m_progress = progress;
        Q_EMIT progressChanged();
    });
    connect(query, &Query::rowsReady, this, [this] {
        const QPointer<QuickQuery> guard(this);
        Q_EMIT availableRowsChanged();
        if (guard)
            Q_EMIT rowsReady();
    });
    follow(query);
}

void QuickQuery::keepResult()
{
    m_progress = query()->progress();
    m_hasNewResults = !query()->error();
    if (m_hasNewResults)
        m_results = query()->results();
}

void QuickQuery::emitResultSignals()
{
    const QPointer<QuickQuery> guard(this);
    if (std::exchange(m_hasNewResults, false))
        Q_EMIT resultChanged();
    if (guard)
        Q_EMIT progressChanged();
    if (guard)
        Q_EMIT availableRowsChanged();
}

QJSValue QuickQuery::outcome(QJSEngine *script) const
{
    return script->toScriptValue(QuickResult(m_results.value(0), script));
}

qsizetype QuickQuery::weight() const
{
    qsizetype bytes = 0;
    for (const Result &result : m_results)
        bytes += result.sizeInBytes();
    return bytes;
}

} // namespace AsyncMySql
