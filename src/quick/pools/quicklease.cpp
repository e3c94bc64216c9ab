// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quicklease.h"

#include "scriptvalues.h"

#include <AsyncMySql/lease.h>

#include <QtQml/qjsengine.h>

#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

/*!
    \qmltype Lease
    \inqmlmodule AsyncMySql
    \brief One session of a Pool, for exclusive use.

    Use a lease for statements that have to run in the same session: those that use temporary
    tables, user variables, locks or settings of the session. Pool::acquire() acquires it.

    \snippet Leases.qml acquire

    Models and Query elements can use it, too: \c{connection: lease}.

    Call release() on every path: the session returns to the pool when the tasks of the lease have
    ended. A lease that is not released belongs to the garbage collector. It is kept while
    JavaScript refers to it, a model or an element uses it, or one of its tasks has not ended; after
    that, its session returns when garbage is collected. This can take long, since the engine
    collects when it needs memory. The pool therefore has garbage collected when jobs wait for a
    session, when it is closed or drained, and when it has more sessions than
    \c maximumConnections: a forgotten lease delays this, but does not block it.

    A function that is connected to a signal of the lease and uses the lease keeps it until it is
    released or destroyed:

    \snippet Leases.qml lost

    Such a lease blocks jobs when it is forgotten. The property \c leaseWarning of Pool has the log
    warn of leases that are not returned.

    \c{lease.destroy()} returns the session without waiting: tasks that have not ended are stopped,
    and end with SqlError.ConnectionClosed.

    A lease does not reconnect. When its session is lost, errorOccurred() is emitted, and its tasks
    fail.
*/

/*!
    \qmlproperty bool Lease::valid

    This property holds whether the lease can be used: it was not released, and its session was not
    lost. It can be false already in the turn of the event loop before \c error is set and
    errorOccurred() is emitted.
*/
/*!
    \qmlproperty sqlError Lease::error

    This property holds the error by which the session was lost.
*/
/*!
    \qmlproperty double Lease::connectionId

    This property holds the id of the session, as in the process list of the server.
*/
/*!
    \qmlproperty string Lease::serverVersion

    This property holds the version of the server.
*/
/*!
    \qmlproperty bool Lease::inTransaction

    This property holds whether a transaction is open in the session, according to the last report
    of the server. It is false if the session was lost or returned.
*/
/*!
    \qmlproperty string Lease::database

    This property holds the default database of the session. It is empty when the session was
    returned.
*/
/*!
    \qmlproperty string Lease::lastGtid

    This property holds the GTID of the last write in the session: see Connection::lastGtid. It is
    empty when the session was returned.
*/
/*!
    \qmlproperty object Lease::trackedVariables

    This property holds the values of the system variables whose changes the server has reported in
    the session. It is empty when the session was returned.
*/
/*!
    \qmlsignal Lease::sessionStateLost(string held)

    Emitted before errorOccurred() when the session was lost together with state that statements had
    created in it; \a held describes it in plain words.
*/
/*!
    \qmlsignal Lease::errorOccurred(sqlError error)

    Emitted once, from the event loop, when the session was lost because of \a error, or the pool
    was closed by abort() or destroyed.
*/

QuickLease::QuickLease(std::unique_ptr<Lease> lease, LeaseCollector::Token token,
                       const EndOfConnection &endOfPool, QJSEngine *engine)
    : QuickExecutor(u"The lease was released"_s)
    , m_lease(std::move(lease))
    , m_token(std::move(token))
    , m_endOfPool(endOfPool)
    , m_engine(engine)
    , m_connectionId(static_cast<double>(m_lease->connectionId()))
    , m_serverVersion(m_lease->serverVersion())
{
    connect(m_lease.get(), &Lease::inTransactionChanged, this, &QuickLease::inTransactionChanged);
    connect(m_lease.get(), &Lease::databaseChanged, this, &QuickLease::databaseChanged);
    connect(m_lease.get(), &Lease::lastGtidChanged, this, &QuickLease::lastGtidChanged);
    connect(m_lease.get(), &Lease::trackedVariablesChanged, this,
            &QuickLease::trackedVariablesChanged);
    connect(m_lease.get(), &Lease::sessionStateLost, this, &QuickLease::sessionStateLost);
    if (m_lease->isValid()) {
        connect(m_lease.get(), &Lease::errorOccurred, this, &QuickLease::sessionLost);
    } else {
        // The lease can have emitted it before there was anybody to hear it.
        m_error = m_lease->error();
        QMetaObject::invokeMethod(
            this, [this] { sessionLost(m_error); }, Qt::QueuedConnection);
    }
    QJSEngine::setObjectOwnership(this, QJSEngine::JavaScriptOwnership);
}

QuickLease::~QuickLease()
{
    if (m_lease)
        returnSession();
}

bool QuickLease::isValid() const
{
    return m_lease && !m_isReleased && m_lease->isValid();
}

bool QuickLease::isInTransaction() const
{
    return m_lease && m_lease->isInTransaction();
}

QString QuickLease::database() const
{
    return m_lease ? m_lease->database() : QString();
}

QString QuickLease::lastGtid() const
{
    return m_lease ? m_lease->lastGtid() : QString();
}

QVariantMap QuickLease::trackedVariables() const
{
    return m_lease ? Quick::scriptVariables(m_lease->trackedVariables()) : QVariantMap();
}

/*!
    \qmlmethod Query Lease::execute(string sql, var parameters)

    Executes \a sql with \a parameters in the session: see Connection::execute(). Throws an error if
    the lease was released.
*/
QuickQuery *QuickLease::execute(const QString &sql, const QJSValue &parameters)
{
    return executeTask(sql, parameters);
}

/*!
    \qmlmethod Batch Lease::executeBatch(string sql, array rows)

    Executes \a sql for \a rows in the session: see Connection::executeBatch().
*/
QuickBatch *QuickLease::executeBatch(const QString &sql, const QJSValue &rows)
{
    return batchTask(sql, rows);
}

/*!
    \qmlmethod Transaction Lease::beginTransaction(object options)

    Begins a transaction with \a options in the session: see Connection::beginTransaction().
*/
QuickTransaction *QuickLease::beginTransaction(const QVariantMap &options)
{
    return transactionTask(options);
}

/*!
    \qmlmethod void Lease::release()

    Returns the session to the pool when the tasks that the lease has made have ended; a transaction
    ends with \c commit() or \c rollback(). Models and Query elements that use the lease cannot use
    it any longer. Calling it again does nothing.
*/
void QuickLease::release()
{
    if (std::exchange(m_isReleased, true))
        return;
    if (m_unfinishedTasks == 0)
        returnSession();
    reportReturned();
}

Executor *QuickLease::executor()
{
    return m_isReleased ? nullptr : m_lease.get();
}

QJSValue QuickLease::reference() const
{
    return m_engine ? m_engine->newQObject(const_cast<QuickLease *>(this)) : QJSValue();
}

void QuickLease::taskMade(QuickTask *task)
{
    if (m_unfinishedTasks++ == 0)
        m_self = reference();
    connect(task, &QuickTask::finished, this, &QuickLease::taskEnded);
}

void QuickLease::taskEnded()
{
    if (--m_unfinishedTasks > 0)
        return;
    const bool returns = m_isReleased && m_lease;
    if (returns)
        returnSession();
    m_self = QJSValue();
    if (returns)
        reportReturned();
}

void QuickLease::sessionLost(const Error &error)
{
    m_token.reset();
    m_error = error;
    const QPointer<QuickLease> guard(this);
    Q_EMIT errorChanged();
    if (guard)
        Q_EMIT validChanged();
    if (guard)
        Q_EMIT errorOccurred(error);
}

/// Of the session nothing is known any more.
void QuickLease::reportReturned()
{
    const QPointer<QuickLease> guard(this);
    for (const auto signal : {&QuickLease::validChanged, &QuickLease::inTransactionChanged,
                              &QuickLease::databaseChanged, &QuickLease::lastGtidChanged,
                              &QuickLease::trackedVariablesChanged}) {
        if (guard)
            Q_EMIT(this->*signal)();
    }
}

/// From the event loop, as jobs that have not ended call functions of JavaScript when the lease
/// goes.
void QuickLease::returnSession()
{
    Lease *lease = m_lease.release();
    lease->disconnect(this);
    m_token.reset();
    if (m_engine) {
        lease->setParent(m_engine);
        lease->deleteLater();
    } else {
        delete lease;
    }
}

} // namespace AsyncMySql
