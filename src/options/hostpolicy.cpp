// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include <AsyncMySql/hostpolicy.h>

namespace AsyncMySql {

using std::chrono::milliseconds;

class HostPolicyData : public QSharedData
{
public:
    HostPolicy::Selection selection = HostPolicy::Selection::Sequential;
    bool requiresWritable = false;
    bool followsMembers = false;
    milliseconds avoidanceTime = std::chrono::seconds(60);
    milliseconds maximumAvoidanceTime = std::chrono::minutes(5);
    milliseconds consistencyTimeout = std::chrono::seconds(3);
};

/*!
    \class AsyncMySql::HostPolicy
    \inmodule AsyncMySql
    \brief The HostPolicy class specifies which one of several hosts a session is opened with.

    It applies where ConnectionOptions::setHosts() or ConnectionOptions::setServiceName() gives
    several hosts. A host name with several addresses counts as several hosts.

    When a session cannot be opened with a host, the next one is tried immediately. Only when all
    have failed, the connection waits as RetryPolicy says. The host that has failed is avoided for
    avoidanceTime(): later sessions are opened with the others. If all hosts are avoided, they are
    tried in the order in which their times end.

    \section1 What hosts are used for

    A host is asked what it is when a session is opened: whether it is read-only, and whether it is
    a member of a Galera cluster or of a replication group, and in which state. None of that needs
    a privilege, but to see the members of a group, the account must be able to select from
    \c performance_schema.replication_group_members; otherwise the read-only state alone counts.

    A host that is not ready (a node that joins, a member that was expelled or has lost the
    majority) is left for another one. A host that can be written to, and is not busy with a state
    transfer, is preferred to others; see requiresWritable().

    When a statement is refused because the host is read-only after a failover, not ready or being
    shut down, it was not executed: it is sent again to another host, as often as
    RetryPolicy::maximumAttempts() allows, unless it belongs to a transaction, or the session holds
    something of the application. Executor::transact() runs its transaction again. From then on,
    sessions are opened with hosts that can be written to; if there is none for a minute, jobs fail,
    unless requiresWritable() is true.

    \section1 Sessions that are open

    Sessions that are open are not moved when a host is there again. Those of a Pool are replaced
    when their lifetime is over, those of a Connection when it was idle.

    Values of this class are implicitly shared and may be used in any thread.
*/

/*!
    \enum AsyncMySql::HostPolicy::Selection

    This enum specifies in which order hosts are tried.

    \value Sequential       In the order of the list: others than the first are used if that has
                            failed. This is the default, and right for clusters in which one node
                            at a time should be written to.
    \value RoundRobin       In turn, in proportion to their weights.
    \value Random           At random, in proportion to their weights.
    \value LeastConnections The one that has the fewest sessions of the Pool, in proportion to its
                            weight. For the only session of a Connection it is the same as
                            Sequential.
*/

/*! Constructs the default policy. */
HostPolicy::HostPolicy()
    : d(new HostPolicyData)
{
}

/*! Constructs the default policy with this \a selection. */
HostPolicy::HostPolicy(Selection selection)
    : HostPolicy()
{
    d->selection = selection;
}

/*! Constructs a copy of \a other. */
HostPolicy::HostPolicy(const HostPolicy &other) = default;

/*! Makes this policy a copy of \a other. */
HostPolicy &HostPolicy::operator=(const HostPolicy &other) = default;

/*! Destroys the policy. */
HostPolicy::~HostPolicy() = default;

/*! Returns in which order hosts are tried. The default is Selection::Sequential. */
HostPolicy::Selection HostPolicy::selection() const
{
    return d->selection;
}

/*! Sets the order in which hosts are tried to \a selection. */
void HostPolicy::setSelection(Selection selection)
{
    d->selection = selection;
}

/*!
    Returns whether sessions are opened with hosts alone that can be written to. The default is
    false: such hosts are preferred.
*/
bool HostPolicy::requiresWritable() const
{
    return d->requiresWritable;
}

/*!
    Sets whether sessions are opened with hosts alone that can be written to to \a required. While
    all hosts are read-only, jobs wait then, as they do when no host can be reached. This holds for
    the only host of a connection, too.
*/
void HostPolicy::setRequiresWritable(bool required)
{
    d->requiresWritable = required;
}

/*!
    Returns whether the members of a cluster that a host knows are used in addition to the hosts of
    the options. The default is false.
*/
bool HostPolicy::followsMembers() const
{
    return d->followsMembers;
}

/*!
    Sets whether the members of a cluster that a host knows are used in addition to the hosts of the
    options to \a follow. One host that can be reached is enough then; the others are learned from
    it: from \c wsrep_incoming_addresses in a Galera cluster, and from
    \c performance_schema.replication_group_members in a replication group. Whenever a session is
    opened, members that have joined are added, and those that have left are removed.

    The account and its password are sent to the addresses that the cluster reports, with the TLS
    mode of the options. Addresses that this program cannot reach, as behind a translation of
    addresses, are of no use: list the hosts instead.
*/
void HostPolicy::setFollowsMembers(bool follow)
{
    d->followsMembers = follow;
}

/*!
    Returns for how many milliseconds a host that has failed is avoided. The default is 60 seconds;
    0 disables that.
*/
milliseconds HostPolicy::avoidanceTime() const
{
    return d->avoidanceTime;
}

/*!
    Sets for how long a host that has failed is avoided to \a time. If it fails again after that,
    the time doubles, up to maximumAvoidanceTime().
*/
void HostPolicy::setAvoidanceTime(milliseconds time)
{
    d->avoidanceTime = time;
}

/*!
    Returns for how many milliseconds a host that fails again and again is avoided at most. The
    default is 5 minutes.
*/
milliseconds HostPolicy::maximumAvoidanceTime() const
{
    return d->maximumAvoidanceTime;
}

/*! Sets for how long a host that fails again and again is avoided at most to \a time. */
void HostPolicy::setMaximumAvoidanceTime(milliseconds time)
{
    d->maximumAvoidanceTime = time;
}

/*!
    Returns for how many milliseconds a replica is waited for that has not applied what the pool has
    written; see Pool::ReadConsistency::ReadYourWrites. The default is 3 seconds.
*/
milliseconds HostPolicy::consistencyTimeout() const
{
    return d->consistencyTimeout;
}

/*!
    Sets for how long a replica is waited for that has not applied what the pool has written to
    \a timeout. It should be shorter than ConnectionOptions::responseTimeout().
*/
void HostPolicy::setConsistencyTimeout(milliseconds timeout)
{
    d->consistencyTimeout = timeout;
}

/*!
    \fn bool AsyncMySql::HostPolicy::operator==(const HostPolicy &left, const HostPolicy &right)

    Returns whether \a left and \a right are equal.
*/
bool operator==(const HostPolicy &left, const HostPolicy &right)
{
    return left.d->selection == right.d->selection
           && left.d->requiresWritable == right.d->requiresWritable
           && left.d->followsMembers == right.d->followsMembers
           && left.d->avoidanceTime == right.d->avoidanceTime
           && left.d->maximumAvoidanceTime == right.d->maximumAvoidanceTime
           && left.d->consistencyTimeout == right.d->consistencyTimeout;
}

} // namespace AsyncMySql
