// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "hostverdict.h"

#include <AsyncMySql/host.h>
#include <AsyncMySql/hostpolicy.h>

#include <QtNetwork/qhostaddress.h>

#include <chrono>
#include <memory>

namespace AsyncMySql {

/// One address of a host, and what is known of it.
struct HostTarget
{
    using TimePoint = std::chrono::steady_clock::time_point;

    Host host;
    /// Null if it is not known: the transport looks it up then.
    QHostAddress address;
    /// Those with the lowest are used first.
    int tier = 0;
    /// In a row.
    int failures = 0;
    TimePoint avoidedUntil;
    /// It did not answer in time, which trying again costs again.
    TimePoint slowUntil;
    bool failedInRound = false;
    /// It has accepted a login and ended the session before it answered anything, and no server has
    /// answered since: that it accepts the next one proves nothing.
    bool breaksSessions = false;
    /// A session that had answered was lost, and none was opened since.
    bool isSuspect = false;
    /// It has refused what sessions log in with. Sending that again and again locks accounts.
    bool refusesAccess = false;
    /// Of the last session; 0 if there was none.
    std::chrono::milliseconds openingTime{0};
    int sessions = 0;
    /// How often it was found that sessions with it are of no use any more.
    int generation = 0;
    /// What it is ahead of the others, when they are used in turn.
    double credit = 0;
    /// The same for the use of sessions.
    double readCredit = 0;

    static std::shared_ptr<HostTarget> make(const Host &host, const QHostAddress &address,
                                            int tier);

    void avoid(HostVerdict::Avoidance avoidance, const HostPolicy &policy, TimePoint now);
    void avoidFor(std::chrono::milliseconds time, TimePoint now);
    void recordTimeout(TimePoint now);
    /// How long opening a session may take while it is suspect, and others may answer: a server
    /// that shuts down or stands still can accept connections.
    std::chrono::milliseconds suspectTimeout() const;
};
using HostTargetPointer = std::shared_ptr<HostTarget>;

} // namespace AsyncMySql
