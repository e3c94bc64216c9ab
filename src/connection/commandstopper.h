// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "deadlinewatch.h"
#include "enginestate.h"
#include "lazytimer.h"

#include <AsyncMySql/error.h>

#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qobject.h>

namespace AsyncMySql {

/// Ends commands before their answers: those that are cancelled, and those whose time is over. What
/// waits ends at once. So does what was sent and has not begun, but it cannot be taken back: its
/// answer is dropped when it comes. What the server executes is stopped, which can take a while.
///
/// A kill hits whatever the server executes when it arrives. So it is sent when the command that it
/// is meant for is the first in flight, and nothing is behind that which must not be hit
/// (Pipeline::canPipelineBehind() makes that rare). What only reads can be hit: it is sent again.
class CommandStopper : public QObject
{
    Q_OBJECT

public:
    CommandStopper(EngineState &state, EngineActions &engine, QObject *parent);

    /// Ends \a command with \a reason, which is Cancelled or QueryTimeout.
    void cancel(Command *command, Error::Code reason);
    /// \a command, which waited in its queue, was taken out because its time is over.
    void endTimedOut(const CommandPointer &command);
    /// Ends the commands in flight of a transaction that has failed as a whole: nothing of them
    /// stays. One that waits for a lock must not hold up the rollback.
    void endUndone();
    /// Ends all commands with \a error, also those that the server executes, which are stopped
    /// there: their session is free when it has reacted. A transaction is rolled back.
    void endAll(const Error &error);
    /// Ends the commands in front that close the session: there is none.
    void finishClosesInFront();
    /// Watches the \a deadline of a command that is in flight, or waits to be sent again.
    void watchDeadline(QDeadlineTimer deadline);

    /// Another command is the first in flight, or none: the server begins it when those before it
    /// are answered, and its time runs from then on.
    void restartFrontTimer();
    /// The first has come further.
    void updateFrontTimer();
    /// Stops the first if it is to be stopped, and can be now.
    void stopFront();
    /// The session is gone.
    void reset();

private:
    static bool usesResponseTimeout(const InFlight &inFlight);
    void onFirstConnectTimeout();
    void onFrontOverdue();
    void onKillSettled(bool confirmed);
    void onDeadlineExpired();
    void stop(InFlight &inFlight, Error::Code reason);
    void endEarly(InFlight &inFlight, const Error &error);
    bool endSent(Command *command, const Error &error);
    void endRetryPause(const Command &command);

    EngineState &m_state;
    EngineActions &m_engine;
    DeadlineWatch m_deadlines;
    /// Of the first in flight.
    LazyTimer m_frontTimer;
    /// Whether its time is ConnectionOptions::responseTimeout().
    bool m_frontUsesResponseTimeout = false;
};

} // namespace AsyncMySql
