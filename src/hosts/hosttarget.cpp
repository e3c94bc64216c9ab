// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "hosttarget.h"

#include <algorithm>

namespace AsyncMySql {

using std::chrono::milliseconds;

namespace {

/// A server that is full is not away.
constexpr milliseconds ShortAvoidance = std::chrono::seconds(5);
/// How long a host that did not answer in time is left alone while others live.
constexpr std::chrono::seconds SlowTime(10);
/// The same if it was given less time than usual.
constexpr std::chrono::seconds SuspectSlowTime(2);
constexpr milliseconds LeastSuspectTimeout(500);
/// Of what the last session took: the network may be busy.
constexpr int OpeningTimes = 4;

} // namespace

HostTargetPointer HostTarget::make(const Host &host, const QHostAddress &address, int tier)
{
    auto target = std::make_shared<HostTarget>();
    target->host = host;
    target->address = address;
    target->tier = tier;
    return target;
}

void HostTarget::avoidFor(milliseconds time, TimePoint now)
{
    avoidedUntil = std::max(avoidedUntil, now + time);
}

void HostTarget::avoid(HostVerdict::Avoidance avoidance, const HostPolicy &policy, TimePoint now)
{
    switch (avoidance) {
    case HostVerdict::Avoidance::No:
        return;
    case HostVerdict::Avoidance::Short:
        avoidFor(std::min(policy.avoidanceTime(), ShortAvoidance), now);
        return;
    case HostVerdict::Avoidance::Long:
        avoidFor(policy.maximumAvoidanceTime(), now);
        return;
    case HostVerdict::Avoidance::Usual:
        break;
    }
    // Otherwise it was tried for want of another.
    if (avoidedUntil > now)
        return;
    milliseconds time = policy.avoidanceTime();
    for (int i = 0; i < failures && time < policy.maximumAvoidanceTime(); ++i)
        time *= 2;
    ++failures;
    avoidFor(std::min(time, policy.maximumAvoidanceTime()), now);
}

void HostTarget::recordTimeout(TimePoint now)
{
    slowUntil = now + (isSuspect ? SuspectSlowTime : SlowTime);
}

milliseconds HostTarget::suspectTimeout() const
{
    return std::max(LeastSuspectTimeout, OpeningTimes * openingTime);
}

} // namespace AsyncMySql
