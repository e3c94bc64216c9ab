// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandfailer.h"
#include "commandqueue.h"
#include "commandsink.h"
#include "countdown.h"
#include "jobdelivery.h"
#include "querycanceller.h"
#include "reconnector.h"
#include "sessionholdings.h"
#include "sessionkeeper.h"
#include "sessionsetup.h"
#include "statementcache.h"
#include "statementkindcache.h"
#include "streamwatch.h"
#include "transactiongate.h"

#include <AsyncMySql/connection.h>
#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/statementcachestatistics.h>

#include <QtCore/qbasictimer.h>
#include <QtCore/qdeadlinetimer.h>
#include <QtCore/qelapsedtimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <chrono>
#include <deque>
#include <memory>

namespace AsyncMySql {

/// What drives a Connection: it opens and ends sessions, sets them up, and runs the commands of the
/// queue in them, in order. Several may be on their way at a time, where that makes no difference
/// to what they mean.
///
/// Whoever holds the lease of a transaction has a queue of his own, and the session for himself
/// until the transaction is over.
///
/// Its signals come in the middle of its work: who receives them takes note, and does not call
/// back.
class ConnectionEngine : public CommandSink
{
    Q_OBJECT

public:
    explicit ConnectionEngine(QObject *parent = nullptr);
    ~ConnectionEngine() override;

    const ConnectionOptions &options() const { return m_options; }
    /// For the commands that wait and those to come: a live session ends when its command is
    /// through. Forgets what was selected through the API. With \a error, or if the options make no
    /// sense, commands fail.
    void setOptions(const ConnectionOptions &options, const Error &error = {});

    const Defaults &defaults() const override { return m_defaults; }
    const std::shared_ptr<StatementKindCache> &statementKinds() const override
    {
        return m_statementKinds;
    }
    void submit(CommandPointer command) override;
    void cancel(Command *command, Error::Code reason) override;
    void updateDeadline(const Command &command) override
    {
        queueOf(command).updateDeadline(command);
        watchUnbegun(command.queueDeadline);
    }
    void resume() override { m_keeper.resume(); }
    void abandon(const TransactionLeasePointer &lease, Command *begin) override;
    void pin(const QString &sql) override { m_statements.pin(sql); }
    void unpin(const QString &sql) override { m_statements.unpin(sql); }

    StatementCacheStatistics statementStatistics() const { return m_statements.statistics(); }
    JobNotifier &notifier() { return m_notifier; }
    /// Ends all commands with ConnectionClosed, and the session with them.
    void abort();
    /// The same, with a word of goodbye to the server if there is time for it. What comes later
    /// fails.
    void shutDown();
    /// Whether there are jobs that have not told their end, or transactions that have not ended.
    bool hasDependents() const;
    /// Lets them tell it now.
    void endDependents();
    void reconnectNow();

    int pendingCommands() const;
    int reconnectAttempt() const { return m_reconnector.attempt(); }
    QDateTime nextReconnect() const { return m_reconnector.nextAttempt(); }
    QDateTime idleDisconnect() const { return m_idle.end(); }
    /// Of the session that is ready, or was the last one to be.
    const SessionState &sessionState() const { return m_sessionState; }
    QString database() const;
    /// By the server's status, in its last answer.
    bool isInTransaction() const { return m_isInTransaction; }
    /// How many commands may be on their way in the live session.
    int pipelineDepth() const;
    QString blockingStatement() const { return m_streamWatch.blockingStatement(); }

Q_SIGNALS:
    void stateChanged(AsyncMySql::Connection::State state);
    void pendingCommandsChanged();
    void nextReconnectChanged();
    void reconnectAttemptChanged();
    void idleDisconnectChanged();
    void sessionStateChanged();
    void isInTransactionChanged();
    void blockingStatementChanged();
    /// What the application had put into the session that is gone.
    void sessionStateLost(const QString &held);
    void errorOccurred(const AsyncMySql::Error &error);

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    enum class Phase { Unconnected, WaitingToReconnect, Opening, Ready, Closing };
    /// What the session is busy with besides the commands, none of which is then on its way.
    enum class Activity { None, StaleCheck, TransactionCheck, Absorber };

    /// A command that was sent, and whose answer is awaited.
    struct InFlight
    {
        CommandPointer command;
        std::shared_ptr<Protocol::Exchange> exchange;
        CommandTraits traits;
        /// Sent inside a transaction: a new session would not be in it.
        bool inTransaction = false;
        std::chrono::milliseconds timeout{0};
        /// It was stopped, and ends soon without a kill.
        bool endsSoon = false;

        /// Whether other commands may be sent behind it now.
        bool canBeFollowed() const
        {
            return traits.canPipeline
                   || (traits.canPipelineWhenPrepared && !exchange->isPreparing());
        }
    };

    void scheduleAdvance();
    void advanceAsScheduled();
    void advance();
    void setPhase(Phase phase, Connection::State state);

    void openSession();
    void onFirstConnectTimeout();
    void onReady();
    void onClosed();
    void sessionLost(const Error &error, const QString &reason);
    void releaseSession();
    void connectFailed(const Error &error);
    void scheduleReconnect();
    void closeOrderly(CommandPointer command);
    void startIdleCountdown();
    void watchLease(TransactionLease *lease);
    void carryOut(TransactionGate::Action action);
    void takeSessionState();
    void replaceSessionState();

    // commandexecution.cpp
    void dispatch();
    CommandQueue &currentQueue();
    CommandQueue &queueOf(const Command &command);
    bool canPipeline() const;
    bool mayFollow(const Command &command, const CommandTraits &traits) const;
    bool sendNext();
    bool sendCommand(Command::Started started);
    bool startActivity(Activity activity, std::shared_ptr<Protocol::Exchange> exchange);
    bool needsStaleCheck(const Command &command, const Protocol::SqlDialect &dialect) const;
    void onExchangeFinished();
    void onExchangeProgressed();
    void checkTransaction();
    void onActivityFinished();
    void dropSession(const Protocol::Failure &failure);
    void finishFront();
    void recordAnswer(const InFlight &answered, const AnswerFacts &facts);
    void finishAnswered(const InFlight &answered, const AnswerFacts &facts);
    bool repeatLater(const InFlight &answered, const AnswerFacts &facts);
    bool mayHaveCommitted() const;
    void repeatCommands();
    void resetAgain();
    void retryLater(const CommandPointer &command);
    void pauseBeforeRetry(int attempts);
    void resend(const CommandPointer &command);
    void inFlightLost(const std::deque<InFlight> &lost, const Error &error, bool sessionHeld);
    void endRetryPause(const Command &command);
    void onQueueTimeout(const CommandPointer &command);
    void watchStream();
    QString heldBackStatement() const;

    // commandstopping.cpp
    static bool usesResponseTimeout(const InFlight &inFlight);
    void startFrontTimer();
    void onFrontOverdue();
    void stop(InFlight &inFlight, Error::Code reason);
    void stopFront();
    void absorbLateKill();
    void finishStopped(const CommandPointer &command);
    void onKillSettled(bool confirmed);

    // unbegun.cpp
    void watchUnbegun(QDeadlineTimer deadline);
    void expireUnbegun();
    void endUnbegun(InFlight &inFlight, const Error &error);
    bool endRepeated(const Command *command, const Error &error);

    // sessionholding.cpp
    bool mustKeepSession() const;
    bool mustReplaceSession() const;
    void replaceSession();
    void updateHoldings(const CommandTraits &traits, bool rejected);
    void reportLostHoldings(bool hadLease);
    void loseHoldings(const Error &error, bool hadLease);
    void failLostTransaction();
    bool asksForLostAnswer(const Command &command, const Protocol::SqlDialect &dialect) const;
    void updateIsInTransaction();

    void failWaiting(const Error &error);
    void finishClosesInFront();

    JobNotifier m_notifier;
    CommandFailer m_ender;
    ConnectionOptions m_options;
    Defaults m_defaults;
    Error m_optionsError;
    SessionSetup m_setup;
    CommandQueue m_queue;
    SessionKeeper m_keeper;
    SessionState m_sessionState;
    SessionHoldings m_holdings;
    Phase m_phase = Phase::Unconnected;
    bool m_isInTransaction = false;
    Activity m_activity = Activity::None;
    bool m_advanceScheduled = false;
    QBasicTimer m_advanceTimer;
    bool m_shutDown = false;
    /// Opened with options that are not valid any more.
    bool m_sessionOutdated = false;
    /// Of no use any more, whatever it holds.
    bool m_sessionUnusable = false;
    /// A command was answered in the present or last session.
    bool m_sessionProved = false;

    /// In the order in which they were sent.
    std::deque<InFlight> m_inFlight;
    /// Commands that were answered, and are to be sent again when all others are answered, too.
    std::deque<CommandPointer> m_toRepeat;
    /// The next command cannot be sent before one that is on its way has come further: it has more to
    /// send itself, or prepares the statement that both execute.
    bool m_waitsForProgress = false;
    /// One of them met a temporary error.
    bool m_pausesBeforeRepeating = false;
    /// Of the activity.
    std::shared_ptr<Protocol::Exchange> m_exchange;
    TransactionGate m_gate;
    StatementCache m_statements;
    std::shared_ptr<StatementKindCache> m_statementKinds = std::make_shared<StatementKindCache>();
    CommandPointer m_closing;
    QueryCanceller m_canceller;
    StreamWatch m_streamWatch;
    QElapsedTimer m_silence;

    Reconnector m_reconnector;
    Countdown m_idle;
    /// Of those that were sent, and wait for those before them.
    QTimer m_unbegunTimer;
    QDeadlineTimer m_unbegunDeadline{QDeadlineTimer::Forever};
    /// The pause before a temporary error is tried again.
    QTimer m_retryTimer;
    /// Of the first of the commands that are on their way.
    QTimer m_frontTimer;
    /// Whether its time is ConnectionOptions::responseTimeout().
    bool m_frontUsesResponseTimeout = false;
};

} // namespace AsyncMySql
