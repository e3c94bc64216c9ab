// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qobjectdefs.h>
#include <QtCore/qshareddata.h>

#include <chrono>

namespace AsyncMySql {

class HostPolicyData;

/// Which one of several servers a session is opened with.
class ASYNCMYSQL_EXPORT HostPolicy
{
    Q_GADGET

public:
    enum class Selection { Sequential, RoundRobin, Random, LeastConnections };
    Q_ENUM(Selection)

    HostPolicy();
    HostPolicy(Selection selection);
    HostPolicy(const HostPolicy &other);
    HostPolicy &operator=(const HostPolicy &other);
    ~HostPolicy();

    Selection selection() const;
    void setSelection(Selection selection);
    bool requiresWritable() const;
    void setRequiresWritable(bool required);
    bool followsMembers() const;
    void setFollowsMembers(bool follow);
    std::chrono::milliseconds avoidanceTime() const;
    void setAvoidanceTime(std::chrono::milliseconds time);
    std::chrono::milliseconds maximumAvoidanceTime() const;
    void setMaximumAvoidanceTime(std::chrono::milliseconds time);
    std::chrono::milliseconds consistencyTimeout() const;
    void setConsistencyTimeout(std::chrono::milliseconds timeout);

    friend ASYNCMYSQL_EXPORT bool operator==(const HostPolicy &left, const HostPolicy &right);
    friend bool operator!=(const HostPolicy &left, const HostPolicy &right)
    {
        return !(left == right);
    }

private:
    QSharedDataPointer<HostPolicyData> d;
};

} // namespace AsyncMySql
