// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>

namespace AsyncMySql {

/// What a pool is doing, and what it has done since it was created. Times are in milliseconds.
struct ASYNCMYSQL_EXPORT PoolStatistics
{
    Q_GADGET
    Q_PROPERTY(int open MEMBER open CONSTANT)
    Q_PROPERTY(int idle MEMBER idle CONSTANT)
    Q_PROPERTY(int inUse MEMBER inUse CONSTANT)
    Q_PROPERTY(int connecting MEMBER connecting CONSTANT)
    Q_PROPERTY(int waiting MEMBER waiting CONSTANT)
    Q_PROPERTY(int maximum MEMBER maximum CONSTANT)
    Q_PROPERTY(quint64 created MEMBER created CONSTANT)
    Q_PROPERTY(quint64 closedIdle MEMBER closedIdle CONSTANT)
    Q_PROPERTY(quint64 closedLifetime MEMBER closedLifetime CONSTANT)
    Q_PROPERTY(quint64 closedBroken MEMBER closedBroken CONSTANT)
    Q_PROPERTY(quint64 closedEvicted MEMBER closedEvicted CONSTANT)
    Q_PROPERTY(quint64 connectFailures MEMBER connectFailures CONSTANT)
    Q_PROPERTY(quint64 queueTimeouts MEMBER queueTimeouts CONSTANT)
    Q_PROPERTY(quint64 resets MEMBER resets CONSTANT)
    Q_PROPERTY(quint64 uses MEMBER uses CONSTANT)
    Q_PROPERTY(double waitTime MEMBER waitTime CONSTANT)
    Q_PROPERTY(double maximumWaitTime MEMBER maximumWaitTime CONSTANT)
    Q_PROPERTY(double useTime MEMBER useTime CONSTANT)
    Q_PROPERTY(double maximumUseTime MEMBER maximumUseTime CONSTANT)
    Q_PROPERTY(double connectTime MEMBER connectTime CONSTANT)
    Q_PROPERTY(double maximumConnectTime MEMBER maximumConnectTime CONSTANT)

public:
    /// Sessions that are open: idle, in use, being reset or being closed.
    int open = 0;
    int idle = 0;
    /// Sessions that run a job, are leased, or are being reset.
    int inUse = 0;
    int connecting = 0;
    /// Jobs that wait for a session.
    int waiting = 0;
    int maximum = 0;
    /// Sessions that were opened.
    quint64 created = 0;
    /// Sessions that were closed after the idle timeout.
    quint64 closedIdle = 0;
    /// Sessions that were closed at the end of their lifetime.
    quint64 closedLifetime = 0;
    /// Sessions that were lost, or could not be reset.
    quint64 closedBroken = 0;
    /// Sessions that were closed by clear(), close(), abort(), drain() or setOptions(), since there
    /// were more than the maximum, or since resetting does not undo what was done in them.
    quint64 closedEvicted = 0;
    quint64 connectFailures = 0;
    /// Jobs that waited for a session for too long.
    quint64 queueTimeouts = 0;
    quint64 resets = 0;
    /// How often a session was given to a job, a transaction or a lease.
    quint64 uses = 0;
    /// The sum of the times from the creation of a job until it was given a session.
    double waitTime = 0;
    double maximumWaitTime = 0;
    /// The sum of the times for which sessions were in use.
    double useTime = 0;
    double maximumUseTime = 0;
    /// The sum of the times that opening sessions took.
    double connectTime = 0;
    double maximumConnectTime = 0;
};

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::PoolStatistics)
