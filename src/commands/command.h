// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandtraits.h"
#include "exchange.h"
#include "observerchannel.h"
#include "recoveries.h"
#include "sessionstate.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/jobtiming.h>

#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qpointer.h>
#include <QtCore/qstring.h>

#include <chrono>
#include <memory>
#include <variant>

namespace AsyncMySql {

namespace Protocol {
class ColumnSetCache;
}

class CommandQueue;
class CommandSink;
class SessionSetup;
class StatementCache;
class TransactionLease;

/// The live session as commands see it when they are sent.
struct SessionContext
{
    const SessionState &state;
    const Protocol::SqlDialect &dialect;
    StatementCache &statements;
    /// How many commands may be in flight; with 1 nothing at all is sent ahead of an answer.
    int pipelineDepth = 1;
    /// Those of the session; or null.
    std::shared_ptr<Protocol::ColumnSetCache> columnSets = {};
    /// Who the peer is was not asked yet: Command::AskPeer makes sense.
    bool canAskPeer = false;
    /// The answer can lead to a larger pipelineDepth.
    bool peerDecidesDepth = false;
    /// All that is sent ahead in the transaction is undone if a part of it fails.
    bool isAllOrNothing = false;
    /// A statement of the library's own changes nothing: see SessionHoldings::allowsQuestions().
    bool allowsQuestions = false;
    /// Another server can execute what this one refuses.
    bool hasOtherHosts = false;
    /// What it was set up with; or null.
    const SessionSetup *setup = nullptr;
};

/// When a command has come how far, in its last attempt. What has not happened is at the epoch of
/// the clock.
struct CommandTimes
{
    using Clock = std::chrono::steady_clock;

    Clock::time_point created;
    Clock::time_point sent;
    /// From when on the server can have executed it: those before it were answered.
    Clock::time_point begun;
    /// The first bytes of the answer were there.
    Clock::time_point answered;
    /// The last ones were, or it ended without.
    Clock::time_point ended;
};

/// What waits for the end of a command: its job. It is called in the middle of the engine's work,
/// and must not call back.
class CommandListener
{
public:
    virtual ~CommandListener();

    /// The command was sent, or waits again.
    virtual void commandStateChanged() = 0;
    virtual void commandProgressed() = 0;
    virtual void commandFinished() = 0;
    /// Whether the application can know how the command has ended.
    virtual bool hasReportedEnd() const = 0;
};

/// What stands in the queue of a connection: the engine's side of a Job.
///
/// The engine and the job share it. The job can be deleted at any time; the command then keeps its
/// place until its answer has come, and nothing is reported.
class Command
{
public:
    virtual ~Command();

    /// The command cannot be sent before those that are in flight are answered.
    struct NotYet
    {
    };
    /// There is nothing to send: the command has succeeded.
    struct NothingToDo
    {
    };
    /// What the peer answers when it is asked who it is, and how much it accepts, makes a
    /// difference to what is sent.
    struct AskPeer
    {
    };
    /// One attempt in the live session.
    struct Started
    {
        std::shared_ptr<Protocol::Exchange> exchange;
        CommandTraits traits;
    };
    /// With an error the command fails without anything being sent.
    using Attempt = std::variant<Started, Error, NotYet, NothingToDo, AskPeer>;
    virtual Attempt createExchange(const SessionContext &session) = 0;
    /// What is known of it before there is an exchange, in a session with \a dialect.
    virtual CommandTraits traits(const Protocol::SqlDialect &dialect) const = 0;
    /// What can change while it is in flight.
    virtual CommandStatus status() const { return {}; }

    // What is known of a command from the start, without a session.

    enum class Place : quint8 {
        Session,
        Lease,  ///< in a session, which is leased by it
        WarmUp, ///< in none: it waits until sessions of a pool are open
        Drain,  ///< in none: it waits until all of them are closed
    };
    /// Where it is carried out.
    virtual Place place() const { return Place::Session; }
    /// COM_QUIT instead of an exchange.
    virtual bool closesSession() const { return false; }
    /// The transaction that begins with it: from then on only that one's commands are sent.
    virtual std::shared_ptr<TransactionLease> openedLease() const { return {}; }
    /// How the transaction that it belongs to ends with it.
    virtual CommandTraits::TransactionEnd transactionEnd() const
    {
        return CommandTraits::TransactionEnd::None;
    }
    /// Whether it may be in flight behind a reset of the session: it only reads, so that it can be
    /// executed again if the reset fails, and its text means the same in all sessions.
    virtual bool canFollowReset(const Protocol::SqlDialect &dialect) const;
    virtual QString statement() const { return {}; }
    /// What it does, if it has no statement.
    virtual QString verb() const { return {}; }

    /// A part of the answer has come.
    virtual void progressed(Protocol::Exchange &exchange);
    /// What the answer, which is an error, says about the execution.
    virtual AnswerFacts inspect(const Protocol::Exchange &exchange) const;
    /// It will be repeated because of AnswerFacts::mustRepeat.
    virtual void willRepeat(const Protocol::Exchange &exchange);
    /// The answer is complete, whether it is an error or not: what has to be known of it by then.
    virtual void answered(Protocol::Exchange &exchange);
    /// Adds to \a operation what the answer, which is complete, says. Of an error it does not.
    virtual void observe(const Protocol::Exchange &exchange, Observer::Operation *operation) const;
    /// The same from the start: the values of its parameters.
    virtual void observeParameters(Observer::Operation *operation) const;
    /// The exchange of the last attempt is complete, without an error.
    virtual void succeeded(Protocol::Exchange &exchange, SessionSetup &setup);
    /// It is being stopped while it runs; what comes of it is not needed any more.
    virtual void stopping();

    /// Ends the command. The job reports it from the event loop.
    void finish(const Error &error);
    bool isFinished() const { return m_finished; }
    const Error &error() const { return m_error; }
    /// Whether its job has reported how it ended, or there is no job any more.
    bool isReported() const;

    /// Null if there is no job any more.
    void setListener(CommandListener *listener) { m_listener = listener; }

    /// Lets it run for \a limit, at most for what a QTimer can hold: 24 days.
    void setTimeout(std::chrono::milliseconds limit);

    void setRunning(bool running);
    bool isRunning() const { return m_running; }

    /// What is known of earlier attempts.
    Error::Execution execution() const { return m_execution; }
    /// Once it may have been executed, a later attempt that failed does not make that undone.
    void recordExecution(Error::Execution execution);

    JobTiming timing() const;

    /// What has it now; null before it was submitted, and when it has ended.
    QPointer<CommandSink> holder;
    /// The transaction that it belongs to; null outside of one.
    std::shared_ptr<TransactionLease> lease;
    CommandTimes times;
    /// Null if nobody observes it.
    std::unique_ptr<CommandObservation> observation;
    /// Among the commands of that transaction, in the order in which they were given.
    quint64 placeInLease = 0;
    QDeadlineTimer queueDeadline{QDeadlineTimer::Forever};
    /// Where it waits, or has waited; for the queue alone.
    const CommandQueue *queue = nullptr;
    quint64 placeInQueue = 0;
    std::chrono::milliseconds timeout{0};
    int attempts = 0;
    /// How often it had to be sent again in another way (AnswerFacts::mustRepeat).
    int repetitions = 0;
    /// Not null once it has met an error from which a statement was to recover.
    std::shared_ptr<Recovery> recovery;
    /// CommandTraits::mayCommit of the last attempt.
    bool mayCommit = false;
    /// Why it is being stopped while it runs: Cancelled or QueryTimeout.
    Error::Code stopReason = Error::NoError;
    /// It is stopped since nobody takes its rows.
    bool isUnread = false;
    /// A replica has not got in time to what it was to show.
    bool isLate = false;

protected:
    CommandListener *listener() const { return m_listener; }

private:
    /// The command has ended with \a error.
    virtual void ended(const Error &error);
    void reportEnd();

    CommandListener *m_listener = nullptr;
    Error m_error;
    Error::Execution m_execution = Error::Execution::NotSent;
    bool m_running = false;
    bool m_finished = false;
};

using CommandPointer = std::shared_ptr<Command>;

} // namespace AsyncMySql
