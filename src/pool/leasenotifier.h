// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>
#include <QtCore/qmap.h>
#include <QtCore/qpointer.h>
#include <QtCore/qstring.h>

QT_BEGIN_NAMESPACE
class QMetaMethod;
QT_END_NAMESPACE

namespace AsyncMySql {

class JobNotifier;
class Lease;
class SessionLease;

/// Emits the signals of a Lease about its session. They follow from the event loop, as the
/// session reports in the middle of its engine's work. Most leases have no receiver, and none.
class LeaseNotifier
{
public:
    LeaseNotifier(Lease *lease, SessionLease *sessionLease);
    Q_DISABLE_COPY_MOVE(LeaseNotifier)

    static bool isAbout(const QMetaMethod &signal);

private:
    void schedulePublishing();
    void publish();

    Lease *const m_lease;
    /// Null when the pool is gone.
    QPointer<JobNotifier> m_jobs;
    // As it was published last.
    QString m_database;
    QString m_gtid;
    QMap<QString, QString> m_variables;
    bool m_isInTransaction;
    QString m_lostState;
    bool m_isScheduled = false;
};

} // namespace AsyncMySql
