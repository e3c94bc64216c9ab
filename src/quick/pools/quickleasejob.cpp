// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickleasejob.h"

#include "ownproperties.h"

#include <AsyncMySql/lease.h>
#include <AsyncMySql/leasejob.h>

#include <QtQml/qjsengine.h>

#include <chrono>
#include <utility>

namespace AsyncMySql {

using namespace Qt::StringLiterals;

/*!
    \qmltype LeaseJob
    \inherits Job
    \inqmlmodule AsyncMySql
    \brief A job that acquires a Lease.

    Pool::acquire() returns it. It passes the lease to the functions of then(). The lease is kept as
    long as JavaScript refers to the job. A lease that nothing has asked for is returned to the pool
    when the job is garbage collected.
*/

QuickLeaseJob::QuickLeaseJob(LeaseJob *job, LeaseCollector *collector, QObject *parent)
    : QuickJob(parent)
    , m_collector(collector)
    , m_queueTimeout(static_cast<int>(job->queueTimeout().count()))
{
    follow(job);
}

QuickLeaseJob::~QuickLeaseJob() = default;

/*!
    \qmlproperty Lease LeaseJob::lease

    This property holds the lease when the job has succeeded. It is null before, and when the lease
    was destroyed.
*/
QuickLease *QuickLeaseJob::lease() const
{
    if (!m_acquired)
        return m_lease;
    QJSEngine *const script = engine();
    m_lease = new QuickLease(std::move(m_acquired), std::move(m_token), endOfConnection(), script);
    // Not before the event loop: garbage collection, too, destroys leases.
    connect(m_lease, &QObject::destroyed, this, &QuickLeaseJob::leaseChanged, Qt::QueuedConnection);
    // A QJSValue in this object would keep the lease from being collected together with the job.
    if (script)
        Quick::OwnProperties(script).attach(script->newQObject(const_cast<QuickLeaseJob *>(this)),
                                            u"acquiredLease"_s, m_lease->reference());
    return m_lease;
}

/*!
    \qmlproperty int LeaseJob::queueTimeout

    This property holds how long the job may wait for a session, in milliseconds, counted from its
    creation or from the last time that the property was set; the time that connecting takes is
    included. If it is 0, there is no limit. The default is Pool::queueTimeout. After this time the
    job fails with \c queueTimeout. Setting it does not affect a job that has ended, nor the lease.
*/
void QuickLeaseJob::setQueueTimeout(int milliseconds)
{
    // The time counts from now on, also if it is the same.
    if (auto *const waiting = static_cast<LeaseJob *>(job()))
        waiting->setQueueTimeout(std::chrono::milliseconds(milliseconds));
    if (std::exchange(m_queueTimeout, milliseconds) != milliseconds)
        Q_EMIT queueTimeoutChanged();
}

void QuickLeaseJob::keepResult()
{
    m_acquired = static_cast<LeaseJob *>(job())->takeLease();
    if (m_acquired && m_collector)
        m_token = m_collector->token();
}

void QuickLeaseJob::emitResultSignals()
{
    if (m_acquired)
        Q_EMIT leaseChanged();
}

QJSValue QuickLeaseJob::outcome(QJSEngine *script) const
{
    const QuickLease *own = lease();
    return own ? own->reference() : script->toScriptValue(nullptr);
}

} // namespace AsyncMySql
