// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "sessionlease.h"

#include <chrono>
#include <memory>
#include <utility>

namespace AsyncMySql {

/// Keeps the session that it is sent in. It sends nothing itself: a session that was silent for
/// long is validated before.
class AcquireCommand : public Command
{
public:
    Attempt createExchange(const SessionContext &) override { return NothingToDo(); }
    CommandTraits traits(const Protocol::SqlDialect &) const override { return {}; }
    Place place() const override { return Place::Lease; }

    /// It was given to that session; null if it was taken back.
    void setSession(std::shared_ptr<SessionLease> session) { m_lease = std::move(session); }
    std::shared_ptr<SessionLease> takeLease() { return std::exchange(m_lease, {}); }

private:
    void ended(const Error &error) override
    {
        if (error)
            m_lease.reset();
    }

    std::shared_ptr<SessionLease> m_lease;
};

/// Is sent in no session: it waits for what becomes of those of a pool.
class PoolCommand : public Command
{
public:
    Attempt createExchange(const SessionContext &) override { return NothingToDo(); }
    CommandTraits traits(const Protocol::SqlDialect &) const override { return {}; }
};

/// So many sessions have to be open.
class WarmUpCommand : public PoolCommand
{
public:
    explicit WarmUpCommand(int sessions)
        : m_sessions(sessions)
    {
    }
    Place place() const override { return Place::WarmUp; }
    int sessions() const { return m_sessions; }

private:
    int m_sessions;
};

/// All sessions that were opened before have to be closed. What is queued before it is done before.
class CloseSessionsCommand : public PoolCommand
{
public:
    bool closesSession() const override { return true; }

    /// Of the first sessions that need not be closed, from its turn on.
    int generation = 0;
};

/// All jobs have to be done, and all sessions closed.
class DrainCommand : public PoolCommand
{
public:
    explicit DrainCommand(std::chrono::milliseconds limit)
        : deadline(limit)
    {
    }
    Place place() const override { return Place::Drain; }

    const QDeadlineTimer deadline;
};

} // namespace AsyncMySql
