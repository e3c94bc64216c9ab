// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "leasenotifier.h"

#include "sessionlease.h"

#include <AsyncMySql/lease.h>

#include <QtCore/qmetaobject.h>
#include <QtCore/qpointer.h>

#include <algorithm>
#include <array>
#include <utility>

namespace AsyncMySql {

bool LeaseNotifier::isAbout(const QMetaMethod &signal)
{
    static const std::array<QMetaMethod, 5> all = {
        QMetaMethod::fromSignal(&Lease::inTransactionChanged),
        QMetaMethod::fromSignal(&Lease::databaseChanged),
        QMetaMethod::fromSignal(&Lease::lastGtidChanged),
        QMetaMethod::fromSignal(&Lease::trackedVariablesChanged),
        QMetaMethod::fromSignal(&Lease::sessionStateLost),
    };
    return std::find(all.begin(), all.end(), signal) != all.end();
}

LeaseNotifier::LeaseNotifier(Lease *lease, SessionLease *sessionLease)
    : m_lease(lease)
    , m_jobs(sessionLease->notifier())
    , m_database(lease->database())
    , m_gtid(lease->lastGtid())
    , m_variables(lease->trackedVariables())
    , m_isInTransaction(lease->isInTransaction())
{
    const ConnectionEngine *engine = sessionLease->engine();
    if (!engine)
        return;
    for (const auto signal :
         {&ConnectionEngine::sessionStateChanged, &ConnectionEngine::inTransactionChanged})
        QObject::connect(engine, signal, m_lease, [this] { schedulePublishing(); });
    QObject::connect(engine, &ConnectionEngine::sessionStateLost, m_lease,
                     [this](const QString &held) {
                         m_lostState = held;
                         schedulePublishing();
                     });
    // The engine ends without a word when the pool is closed.
    QObject::connect(sessionLease, &SessionLease::invalidated, m_lease,
                     [this] { schedulePublishing(); });
}

void LeaseNotifier::schedulePublishing()
{
    if (m_jobs)
        m_jobs->postpone();
    if (std::exchange(m_isScheduled, true))
        return;
    QMetaObject::invokeMethod(
        m_lease, [this] { publish(); }, Qt::QueuedConnection);
}

void LeaseNotifier::publish()
{
    using PrivateSignal = Lease::QPrivateSignal;
    m_isScheduled = false;
    const QPointer<Lease> guard(m_lease);
    const bool isInTransaction = m_lease->isInTransaction();
    if (std::exchange(m_isInTransaction, isInTransaction) != isInTransaction)
        Q_EMIT m_lease->inTransactionChanged(isInTransaction, PrivateSignal());
    if (!guard)
        return;
    const QString database = m_lease->database();
    if (std::exchange(m_database, database) != database)
        Q_EMIT m_lease->databaseChanged(database, PrivateSignal());
    if (!guard)
        return;
    const QString gtid = m_lease->lastGtid();
    if (std::exchange(m_gtid, gtid) != gtid)
        Q_EMIT m_lease->lastGtidChanged(gtid, PrivateSignal());
    if (!guard)
        return;
    const QMap<QString, QString> variables = m_lease->trackedVariables();
    if (std::exchange(m_variables, variables) != variables)
        Q_EMIT m_lease->trackedVariablesChanged(PrivateSignal());
    if (guard && !m_lostState.isEmpty())
        Q_EMIT m_lease->sessionStateLost(std::exchange(m_lostState, {}), PrivateSignal());
}

} // namespace AsyncMySql
