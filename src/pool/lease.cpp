// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/lease.h>

#include "connection_p.h"
#include "executor_p.h"
#include "lease_p.h"
#include "ownedjobs.h"
#include "publicdialect.h"
#include "threadaffinity.h"

#include <QtCore/qmetaobject.h>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

/*!
    \class AsyncMySql::Lease
    \inmodule AsyncMySql
    \brief The Lease class is one session of a Pool, for exclusive use.

    Use a lease for statements that have to run in the same session: those that use temporary
    tables, user variables, locks (\c GET_LOCK(), \c {LOCK TABLES}), \c LAST_INSERT_ID() or
    settings of the session. Pool::acquire() creates it.

    \snippet pools.cpp lease

    Its jobs are executed in their order, and pipelined like those of a Connection. Destroying the
    lease returns the session to the pool, which rolls back an open transaction and resets the
    session if necessary. Jobs of a lease that is destroyed end with Error::ConnectionClosed. What
    the server executes for them is stopped (\c {KILL QUERY}).

    A lease does not reconnect. When its session is lost, everything that was created in it is lost,
    too: the jobs that were not sent, and all later ones, fail with Error::ConnectionLost, and
    errorOccurred() is emitted. If the session held state of the application, sessionStateLost()
    says before that what it was. Destroy the lease, also in a slot of that signal, and acquire
    another one.

    The lease reports on its session what a Connection does: isInTransaction(), database(),
    lastGtid(), trackedVariables(), and sqlDialect(). Their values are always those of the last
    answer; the signals follow from the event loop. After the session was lost, they keep their last
    values, except that isInTransaction() is false. A lease starts with a session that was set up
    with the options of the pool.

    The caller of LeaseJob::takeLease() owns the lease. It can outlive its pool: its jobs then fail
    with Error::ConnectionClosed. It lives in the thread of the pool.
*/

Lease::Lease(std::unique_ptr<LeasePrivate> leasePrivate)
    : d(std::move(leasePrivate))
{
    ExecutorPrivate::get(this)->setSink(d->lease.get(), d->lease->notifier());
    // In the next turn but one of the event loop: the jobs that the loss has ended are reported in
    // the next.
    const auto report = [this] {
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT errorOccurred(error(), QPrivateSignal()); },
            Qt::QueuedConnection);
    };
    d->lease->setOnInvalidated(
        [this, report] { QMetaObject::invokeMethod(this, report, Qt::QueuedConnection); });
    // It can be lost before it is taken.
    if (!isValid())
        report();
}

/*!
    Destroys the lease and returns its session to the pool. Jobs and transactions that have not
    ended do so first, with Error::ConnectionClosed, and emit their signals. Slots that are called
    then must not destroy the lease again.
*/
Lease::~Lease()
{
    d->lease->setOnInvalidated({});
    d->lease->end(Error(Error::ConnectionClosed, u"The lease was destroyed"_s));
    reportEndsOf(this);
}

/*!
    \property AsyncMySql::Lease::valid
    \brief whether the session of the lease can still be used

    Once it is false, it stays so. It can be so before errorOccurred() is emitted.
*/

/*!
    \property AsyncMySql::Lease::error
    \brief the error by which the session of the lease was lost, or Error::NoError

    It is Error::ConnectionClosed if the pool was destroyed, or closed by Pool::abort(), and
    Error::ConnectionLost otherwise.
*/
Error Lease::error() const
{
    return d->lease->error();
}

/*!
    \property AsyncMySql::Lease::connectionId
    \brief the id of the session, as in the process list of the server
*/
quint64 Lease::connectionId() const
{
    return d->lease->connectionId();
}

/*!
    \property AsyncMySql::Lease::serverVersion
    \brief the version that the server reports, for example "10.11.6-MariaDB"
*/
QString Lease::serverVersion() const
{
    return d->lease->sessionState().serverVersion;
}

/*!
    \property AsyncMySql::Lease::serverFlavour
    \brief whether the server is MySQL or MariaDB

    \sa Connection::serverFlavour
*/
Connection::ServerFlavour Lease::serverFlavour() const
{
    return publicFlavourOf(d->lease->sessionState());
}

/*!
    \property AsyncMySql::Lease::encrypted
    \brief whether the session uses TLS
*/
bool Lease::isEncrypted() const
{
    return d->lease->sessionState().isEncrypted;
}

/*!
    \property AsyncMySql::Lease::inTransaction
    \brief whether a transaction is open in the session, according to the last report of the server

    It is false if the session was lost.

    \sa Connection::inTransaction
*/
bool Lease::isInTransaction() const
{
    const ConnectionEngine *engine = d->lease->engine();
    return engine && engine->isInTransaction();
}

/*!
    \property AsyncMySql::Lease::database
    \brief the default database of the session

    Statements (\c USE) change it for this lease only.
*/
QString Lease::database() const
{
    return d->lease->sessionState().database;
}

/*!
    \property AsyncMySql::Lease::lastGtid
    \brief the global transaction identifier (GTID) of the last write in the session

    This can be a write of a job before the lease. It is empty unless
    ConnectionOptions::isGtidTrackingEnabled() is true and the server has reported one.

    \sa Connection::lastGtid
*/
QString Lease::lastGtid() const
{
    return d->lease->sessionState().gtid;
}

/*!
    Returns the values of the system variables whose changes the server has reported in the session,
    by name.

    \sa Connection::trackedVariables()
*/
QMap<QString, QString> Lease::trackedVariables() const
{
    return d->lease->sessionState().variables;
}

/*!
    Returns the SQL dialect of the session, as the server reported it last.

    \sa Connection::sqlDialect()
*/
SqlDialect Lease::sqlDialect() const
{
    return Protocol::publicDialectOf(d->lease->sessionState().reportedDialect());
}

/*! \reimp */
void Lease::connectNotify(const QMetaMethod &signal)
{
    if (!LeaseNotifier::isAbout(signal))
        return;
    const auto notify = [this] {
        if (!d->notifier)
            d->notifier = std::make_unique<LeaseNotifier>(this, d->lease.get());
    };
    // It is called in the thread of the caller, which can be any.
    if (isInOwnThread(this))
        notify();
    else
        QMetaObject::invokeMethod(this, notify, Qt::QueuedConnection);
}

/*!
    \fn void AsyncMySql::Lease::sessionStateLost(const QString &held)

    Emitted before errorOccurred() when the session was lost together with state that statements had
    created in it. \a held describes the state in plain words: "an open transaction, temporary
    tables". The signal is not emitted when the pool was closed by the application, nor for a
    Transaction, which reports its own error.
*/

/*!
    \fn void AsyncMySql::Lease::errorOccurred(const AsyncMySql::Error &error)

    Emitted once, from the event loop, when the session of the lease was lost because of \a error,
    or its pool was destroyed or aborted. If the session was lost before LeaseJob::takeLease() was
    called, it is emitted after that.

    Jobs report their own errors, in general before this signal.
*/

} // namespace AsyncMySql
