// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

// The types of properties must be complete.
#include "leasecollector.h"
#include "quickjob.h"
#include "quicklease.h"

#include <QtCore/qpointer.h>

#include <memory>

namespace AsyncMySql {

class Lease;
class LeaseJob;

/// A LeaseJob for JavaScript.
class QuickLeaseJob : public AsyncMySql::QuickJob
{
    Q_OBJECT
    Q_PROPERTY(AsyncMySql::QuickLease *lease READ lease NOTIFY leaseChanged FINAL)
    Q_PROPERTY(
        int queueTimeout READ queueTimeout WRITE setQueueTimeout NOTIFY queueTimeoutChanged FINAL)
    QML_NAMED_ELEMENT(LeaseJob)
    QML_UNCREATABLE("Leases are acquired by Pool.acquire()")

public:
    QuickLeaseJob(LeaseJob *job, LeaseCollector *collector, QObject *parent = nullptr);
    ~QuickLeaseJob() override;

    QuickLease *lease() const;
    int queueTimeout() const { return m_queueTimeout; }
    void setQueueTimeout(int milliseconds);

Q_SIGNALS:
    void leaseChanged();
    void queueTimeoutChanged();

private:
    void keepResult() override;
    void emitResultSignals() override;
    QJSValue outcome(QJSEngine *engine) const override;

    const QPointer<LeaseCollector> m_collector;
    /// The job is deleted before this object.
    int m_queueTimeout;
    /// These two until JavaScript asks for the lease. From then on JavaScript has it, and this
    /// object knows it only.
    mutable LeaseCollector::Token m_token;
    mutable std::unique_ptr<Lease> m_acquired;
    mutable QPointer<QuickLease> m_lease;
};

} // namespace AsyncMySql
