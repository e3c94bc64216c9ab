// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "pooledsession.h"

#include <vector>

namespace AsyncMySql {

class CommandSink;

/// Resets sessions of a pool: each in one write with its set-up, and with the next command where
/// that only reads.
///
/// A server executes what is behind a reset whatever has become of that. Should the reset or the
/// set-up fail, the session is dropped, and the command is sent again in another one, as after any
/// loss of a session: its answer, which comes later, is read by nobody. So a command that writes is
/// not sent before the session is known to be clean.
class SessionResets
{
public:
    explicit SessionResets(const CommandSink &pool)
        : m_pool(pool)
    {
    }

    /// \a session, which is free, is reset, at the latest by send().
    void begin(PooledSession *session);
    /// The session that take() would return; or null.
    const PooledSession *next() const { return m_due.empty() ? nullptr : m_due.back(); }
    /// A session that is about to be reset, if \a command can be sent in the same write; or null.
    PooledSession *take(const Command &command);
    /// What follows the resets is known.
    void send();
    /// \a session is gone.
    void remove(PooledSession *session) { std::erase(m_due, session); }

    /// How many losses there were before a session that is opened now.
    quint64 losses() const { return m_losses; }
    /// \a session was lost with \a error: if it was being reset, that may be the reason.
    void recordLoss(const PooledSession &session, const Error &error);
    void recordSuccess(const Command &reset);
    /// Sessions are of another server, perhaps.
    void forget() { m_failures = 0; }

private:
    bool sendsAtOnce() const;

    const CommandSink &m_pool;
    std::vector<PooledSession *> m_due;
    /// In a row, of those that were sent at once.
    int m_failures = 0;
    /// Of all.
    quint64 m_losses = 0;
};

} // namespace AsyncMySql
