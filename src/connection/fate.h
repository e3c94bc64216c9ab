// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandtraits.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/retrypolicy.h>

#include <QtCore/qglobal.h>

namespace AsyncMySql {

/// How often a command is repeated in another way, at most: one that has to be prepared anew more
/// often never succeeds.
inline constexpr int MaximumRepetitions = 3;

/// How one attempt of a command that was sent has ended, with everything that its fate depends on.
struct Outcome
{
    enum class Kind : quint8 {
        Answered,    ///< and the session goes on
        SessionLost, ///< the server or the network ended the session
        Aborted,     ///< the application did
    };

    Kind kind = Kind::Answered;
    /// The server's error, if it answered with one; or why the session was lost.
    Error error;
    /// Of an answer.
    AnswerFacts facts;
    /// It was stopped before anything of it could be executed (FailureCode::Stopped).
    bool stoppedUnsent = false;
    /// Of the exchange.
    bool mayHaveExecuted = false;
    bool answerBegun = false;
    /// It was cancelled, or its time is over.
    bool wasStopped = false;
    /// Its job has ended while it was in flight.
    bool hasEnded = false;
    /// Nothing was in flight before it, or behind it.
    bool isFront = true;
    bool isLast = true;
    /// It was answered before, and waits to be sent again.
    bool awaitsRepeat = false;
    /// Commands before it wait to be sent again.
    bool hasRepeats = false;
    /// A kill that was meant for another command may have hit it.
    bool hitByStrayKill = false;
    /// Sent inside a transaction: a new session is not in it.
    bool inTransaction = false;
    /// The session held something that a new one does not.
    bool sessionHeld = false;
    /// A command was answered in this session.
    bool sessionProved = false;
    /// There is a statement to recover from the error, and there was none before.
    bool canRecover = false;
    /// The error says that another server may do, and that this one has executed nothing.
    bool leavesHost = false;
    /// The transaction that it belongs to has ended.
    bool leaseOver = false;
    /// The transaction that it begins was deleted or ended meanwhile.
    bool leaseAbandoned = false;
    int attempts = 1;
    int repetitions = 0;
    CommandStatus status;
    /// Of the attempts before this one.
    Error::Execution execution = Error::Execution::NotSent;
};

/// What is done with a command that was sent.
enum class Fate : quint8 {
    Ignore,              ///< its job has ended already
    Finish,              ///< with success, or with Outcome::error
    FinishStopped,       ///< with Cancelled or QueryTimeout
    FailTransactionOver, ///< it ran outside of its transaction
    FailLost,            ///< ConnectionLost, with the message of Outcome::error
    FailClosed,          ///< ConnectionClosed
    Repeat,              ///< in the same session, when all others are answered
    RepeatPreparedAnew,  ///< the same, prepared once more or as text: Command::willRepeat()
    RepeatAfterPause,    ///< the same, after a pause
    RepeatElsewhere,     ///< the same, in a session with another server
    RepeatAfterRecovery, ///< the same, after a statement that recovers from the error
    RetryAfterRecovery,  ///< back to the front of its queue, after such a statement
    RetryAfterPause,     ///< back to the front of its queue; after a pause, or in a new session
    Resend,              ///< back to its place in the queue, for a new session
};

/// A fate, and what is known of the command from then on.
struct Verdict
{
    Fate fate = Fate::Finish;
    Error::Execution execution = Error::Execution::NotSent;
    int attempts = 1;
};

/// Decides on one command. Before it is put back into its queue, the caller looks once more
/// whether its transaction has ended since: it fails then, as with FailTransactionOver.
[[nodiscard]] Verdict fateOf(const Outcome &outcome, const CommandTraits &traits,
                             const RetryPolicy &policy);

/// Whether an error of the server can lead to another attempt at all.
[[nodiscard]] bool hasTransientErrors(const RetryPolicy &policy);

} // namespace AsyncMySql
