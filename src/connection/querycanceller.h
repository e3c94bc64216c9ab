// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "lazytimer.h"
#include "querykiller.h"
#include "servererrors.h"

#include <QtCore/qglobal.h>
#include <QtCore/qobject.h>

#include <chrono>
#include <memory>
#include <optional>

namespace AsyncMySql {

/// Stops the command whose answer is awaited: from the first KILL QUERY over a side connection to
/// the moment at which the session may be used again.
///
/// A kill names a session, not a statement: it hits whatever the server executes when it arrives.
/// It can fall between two statements of one job, and has no effect then; MySQL, for one, goes on
/// with the next statement of a text when SELECT SLEEP() was stopped. So it is repeated until the
/// command has ended.
///
/// A kill that comes too late waits in the session for the next statement. So while isBusy()
/// nothing may be sent in that session, and when needsAbsorber() a statement has to follow that is
/// there to be hit: it makes no difference whether it is.
class QueryCanceller : public QObject
{
    Q_OBJECT

public:
    struct Target
    {
        SessionSettings samePeer;
        SessionTraits session;
        /// How long the kill may take.
        std::chrono::milliseconds timeout{0};
    };

    explicit QueryCanceller(QObject *parent = nullptr);

    /// Whether \a command is to be stopped, and can be now.
    bool canStop(const CommandPointer &command) const;
    /// \a command is the first in flight. It may take \a grace to end from now on. What \a endsSoon
    /// by itself is not killed before that: it would cost a side connection, and a batch the
    /// knowledge of how many of its rows were executed.
    void stop(const CommandPointer &command, Target target, std::chrono::milliseconds grace,
              bool endsSoon);
    /// Whether a kill was sent for \a command, in this session, or will be.
    bool isStopping(const CommandPointer &command) const;
    /// \a command has been answered.
    void commandEnded(const CommandPointer &command);
    /// A command was sent after all others were answered: no kill that is pending can hit another.
    void pipelineRestarted() { m_pendingKills = 0; }
    /// Whether a kill may have hit the command with this answer, which was first in flight. What a
    /// kill does is no error everywhere: SLEEP() returns 1, GET_LOCK() returns NULL.
    [[nodiscard]] bool mayHaveHit(Protocol::ServerErrorCode answer);
    /// The session is gone, and whatever was meant for it.
    void reset();

    bool isBusy() const { return m_isKilling || (m_target && !m_killer); }
    bool needsAbsorber() const { return m_needsAbsorber; }
    void absorberSent() { m_needsAbsorber = false; }

Q_SIGNALS:
    /// Not busy any more: the server has \a confirmed the kill, or it was not sent.
    void settled(bool confirmed);
    /// The session has to be dropped: the command did not end in time, or a kill may still arrive.
    void failed(const QString &reason);

private:
    virtual QueryKiller *createKiller(const Target &target);
    void kill();
    void endKiller();
    void statementEnded();
    void onKillFinished(QueryKiller::Outcome outcome);

    /// The command that is stopped, or was the last one, in this session.
    std::weak_ptr<Command> m_command;
    /// Until the command has ended, or the first kill was sent.
    std::optional<Target> m_target;
    /// Until the command has ended.
    QueryKiller *m_killer = nullptr;
    bool m_isKilling = false;
    LazyTimer m_grace;
    /// Until the next kill.
    LazyTimer m_pause;
    bool m_needsAbsorber = false;
    /// Kills of which it is not known what they hit: it can be any command in flight.
    int m_pendingKills = 0;
};

} // namespace AsyncMySql
