// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "lazytimer.h"

#include <AsyncMySql/error.h>

#include <QtCore/qobject.h>
#include <QtCore/qstring.h>

#include <chrono>

namespace AsyncMySql {

class CommandSink;
class PooledSession;
class SessionPool;

/// Says what the sessions of a pool are busy with, and warns of leases that are held for long.
class LeaseWatch : public QObject
{
    Q_OBJECT

public:
    LeaseWatch(const SessionPool &sessions, CommandSink *pool);

    /// The age from which on the log warns of a lease, once of each; 0 for never.
    void setWarning(std::chrono::milliseconds age);
    void leaseBegun();
    /// For the message of a job that has waited for too long, with so many others \a waiting.
    /// \a lastError is why connecting has failed, or no error.
    QString occupancy(int waiting, const Error &lastError) const;

private:
    const PooledSession *oldestInUse() const;
    void warn();

    const SessionPool &m_sessions;
    const CommandSink &m_pool;
    std::chrono::milliseconds m_warning{0};
    LazyTimer m_timer;
};

} // namespace AsyncMySql
