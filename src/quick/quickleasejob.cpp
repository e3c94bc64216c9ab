// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "quickleasejob.h"

#include <AsyncMySql/lease.h>
#include <AsyncMySql/leasejob.h>

#include <QtQml/qjsengine.h>

#include <utility>

namespace AsyncMySql {

/*!
    \qmltype LeaseJob
    \inherits Job
    \inqmlmodule AsyncMySql
    \brief A job that acquires a Lease.

    Pool::acquire() returns it. It passes the lease to the functions of then(). A lease that nothing
    has asked for is returned to the pool when the job is garbage collected.
*/

QuickLeaseJob::QuickLeaseJob(LeaseJob *job, LeaseCollector::Token token, QObject *parent)
    : QuickJob(parent)
    , m_token(std::move(token))
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
    if (m_acquired)
        m_lease = new QuickLease(std::move(m_acquired), m_token, endOfConnection(), engine());
    return m_lease;
}

void QuickLeaseJob::keepResult()
{
    m_acquired = static_cast<LeaseJob *>(job())->takeLease();
}

QJSValue QuickLeaseJob::outcome(QJSEngine *script) const
{
    const QuickLease *own = lease();
    return own ? own->reference() : script->toScriptValue(nullptr);
}

} // namespace AsyncMySql
