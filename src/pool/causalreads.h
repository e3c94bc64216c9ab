// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandsink.h"
#include "sessionpool.h"
#include "writeposition.h"

#include <QtCore/qpointer.h>

#include <chrono>
#include <memory>

namespace AsyncMySql {

/// Lets what is executed on replicas see what another pool has written: a statement that waits for
/// it goes ahead. What a replica does not reach in time is executed by that pool.
class CausalReads
{
public:
    /// \a position is what \a writer has written.
    void follow(std::shared_ptr<const WritePosition> position, CommandSink *writer,
                std::chrono::milliseconds timeout);

    bool isFollowing() const { return m_position != nullptr; }
    /// What has to be executed before \a command, which is given to \a session next; null if that
    /// is nothing.
    CommandPointer waitFor(PooledSession *session, const CommandPointer &command,
                           const CommandSink::Defaults &defaults);

    /// Gives \a command, which a session has handed back, to the writer if a node was late. Returns
    /// whether it has.
    bool takeLate(const CommandPointer &command) const;

private:
    QByteArray statement(const PooledSession &session) const;

    std::shared_ptr<const WritePosition> m_position;
    QPointer<CommandSink> m_writer;
    std::chrono::milliseconds m_timeout{0};
};

} // namespace AsyncMySql
