// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandfailer.h"
#include "commandqueue.h"
#include "commitguard.h"
#include "credentialsource.h"
#include "hostchoice.h"
#include "lazytimer.h"
#include "pipeline.h"
#include "querycanceller.h"
#include "reconnector.h"
#include "session.h"
#include "sessionholdings.h"
#include "sessionsetup.h"
#include "sessiontickets.h"
#include "statementcache.h"
#include "transactiongate.h"

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/retrypolicy.h>

#include <QtCore/qbytearray.h>
#include <QtCore/qglobal.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <functional>
#include <optional>

namespace AsyncMySql {

/// What the parts of the engine share. It decides nothing.
struct EngineState
{
    enum class Phase : quint8 { Unconnected, WaitingToReconnect, Opening, Ready, Closing };
    /// What the session is busy with besides the commands, none of which is then in flight; but the
    /// guard can be raised or lowered right behind a command.
    enum class Activity : quint8 {
        None,
        IdleValidation,
        TransactionCheck,
        RaiseGuard,
        LowerGuard,
        Absorber,
        PeerDetection,
        Recovery,
    };

    /// \a retry is called when the pause before a retry is over, and \a hostChosen as HostChoice
    /// has it. Without credentials that it shares with others, it has its own.
    EngineState(CommandSink *owner, CredentialSource *sharedCredentials,
                std::function<void()> retry, std::function<void(const Error &error)> hostChosen);

    void setOptions(const ConnectionOptions &newOptions);
    /// Those of a pool, which all its sessions have in common.
    void shareHosts(const std::shared_ptr<HostList> &hosts);
    /// The account has another one now: the live session stays as it is.
    void setPassword(const QString &password);
    /// How many commands may be in flight in the live session.
    int pipelineDepth() const;
    /// Whether that depends on who the peer is.
    bool peerDecidesDepth() const;
    /// Where \a command waits.
    CommandQueue &queueOf(const Command &command);
    /// Whose commands are sent now: that of the transaction that has the session, if there is one.
    CommandQueue &currentQueue();
    bool isReady() const { return phase == Phase::Ready; }
    /// A pool has one source of credentials for all its sessions.
    bool isOfPool() const { return !ownsCredentials; }
    /// Something that held up the session is gone: rows were taken, or there is more to send.
    void resumeSession();
    /// Chooses the host of the next session; see HostChoice::begin().
    [[nodiscard]] bool chooseHost();
    /// Begins to open a session with the host that was chosen.
    void openSession(SessionListener *listener);
    /// Keeps the ticket of the live session for those that are opened after it.
    void storeTicket();
    /// The session is ready, also after it was reset.
    void recordOpened();
    /// The session could not be opened.
    void recordOpenFailed(const Error &error);
    /// \a command, which is observed, is sent.
    void observeSending(Command &command) const;
    /// Drops the live session, if there is one.
    void releaseSession();
    /// The same for one that is being opened: a handshake is completed in the background, by a
    /// child of \a parent.
    void releaseHandshake(QObject *parent);
    /// The answer to \a command comes, or has come.
    static void recordTimes(Command &command, const Session::AnswerTimes &answer);
    /// The live session is being reset and set up again in one write: from here on it counts as
    /// such.
    void recordReset()
    {
        liveSession->recordReset();
        statements.clear();
    }
    /// Copies what the live session knows; only the status where nothing else has changed. That
    /// the guard has turned autocommit off is left out. Returns whether more has changed.
    bool takeSessionState();
    /// Whether ending the session would take something from the application.
    bool mustKeepSession() const
    {
        return isReady() && (isLeased || holdings.keepsSession(session));
    }
    /// Whether the session holds something that another user must not see.
    bool holdsState() const { return holdings.keepsSession(session) || holdings.mayLackDatabase(); }
    /// Whether the session is ready, and nothing is done in it, or waits for it.
    bool isFree() const;
    /// Whether all that is done in the session, which is something, only reads, and more of that
    /// can be sent at once.
    bool canBeShared() const;
    /// Whether autocommit is off, or a transaction is open: the next user's statements would be in
    /// it.
    bool hasTransaction() const
    {
        return holdings.isInTransaction(session) || holdings.isAutoCommitOff(session);
    }
    /// Whether a reset session is as a new one: resetting leaves the database as it is, and there
    /// is no statement to select none.
    bool canBeReset() const;
    /// Whether the session has to make way for a new one.
    bool mustReplaceSession() const
    {
        return sessionUnusable || (sessionOutdated && !mustKeepSession());
    }

    /// The engine.
    CommandSink *const sink;
    ConnectionOptions options;
    /// A child of the engine, or of the pool.
    const QPointer<CredentialSource> credentials;
    const bool ownsCredentials;
    /// Of what the live session was opened with.
    quint64 credentialsRevision = 0;
    /// Of the options, once a session was opened with them.
    std::optional<SessionSettings> commonSettings;
    /// Of the options.
    RetryPolicy retryPolicy;
    bool hasTransientErrors = false;

    CommandQueue queue;
    CommandFailer failer;
    Reconnector reconnector;

    Phase phase = Phase::Unconnected;
    SessionSetup setup;
    /// Of the live session, or the one that is to be opened.
    HostChoice host;
    /// Not null from the attempt to open it to its end.
    Session *liveSession = nullptr;
    /// While it is being opened.
    std::optional<CommandTimes::Clock::time_point> openingSince;
    /// Of the live session, as long as its TLS ticket is not stored.
    std::optional<SessionTickets::Key> ticketKey;
    QDeadlineTimer ticketEnd;
    /// Of the session that is ready, or was the last one to be.
    SessionState session;
    /// A command was answered in it.
    bool sessionProved = false;
    /// Opened with options that are not valid any more.
    bool sessionOutdated = false;
    /// Of no use any more, whatever it holds.
    bool sessionUnusable = false;
    /// What makes it so, if the server executes nothing in it before the password is changed. It
    /// does not notice that another session has changed it.
    Error passwordExpired;
    SessionHoldings holdings;
    /// A Lease has it.
    bool isLeased = false;
    /// Commands of several users that only read may be in flight: the peer is asked at once whether
    /// it takes that.
    bool isShared = false;
    StatementCache statements;

    Activity activity = Activity::None;
    Pipeline pipeline;
    TransactionGate gate;
    CommitGuard guard;
    QueryCanceller canceller;
    /// Statements that commands wait for.
    Recoveries recoveries;
    /// The delay before a retry after a transient error.
    LazyTimer retryPause;

private:
    SessionSettings settingsOfNextSession();
    void reportOpening(const Error &error);
    /// What is known before a session is open.
    Observer::Endpoint endpointOfHost() const;
    Observer::Endpoint endpoint() const;
};

/// What the parts of the engine leave to the engine itself.
class EngineActions
{
public:
    /// Does the next thing that can be done; from the event loop with scheduleAdvance().
    virtual void advance() = 0;
    virtual void scheduleAdvance() = 0;
    /// There are more or fewer jobs that have not ended.
    virtual void reportPendingCommands() = 0;
    /// More is known of the live session.
    virtual void takeSessionState() = 0;
    virtual void carryOut(TransactionGate::Action action) = 0;
    /// Closes the session in an orderly way; \a command, which can be null, asked for that.
    virtual void closeSession(CommandPointer command) = 0;
    /// Opens a new session after the pause that the policy asks for.
    virtual void replaceSessionLater() = 0;
    /// The session was reset.
    virtual void setUpSessionAgain() = 0;
    /// Gives up a session that is ready.
    virtual void dropSession(const Error &error) = 0;

    /// Ends a command that waited, and draws the conclusions for its transaction.
    void endWaiting(const CommandPointer &command, const Error &error);

protected:
    ~EngineActions() = default;
};

} // namespace AsyncMySql
