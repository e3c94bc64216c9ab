// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

namespace AsyncMySql {

class Command;
class PooledSession;
class SessionPool;

/// The session in use with the fewest jobs behind which \a command can be sent, where the pool is
/// full and its settings allow that; or null. All of them only read, and depend on nothing in the
/// session.
PooledSession *sessionToShare(const SessionPool &sessions, const Command &command);

} // namespace AsyncMySql
