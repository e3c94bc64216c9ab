// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "commandstopper.h"
#include "countdown.h"
#include "dispatcher.h"
#include "engineowner.h"
#include "enginestate.h"
#include "jobsink.h"
#include "outcomehandler.h"
#include "statementkindcache.h"
#include "transactionlease.h"

#include <AsyncMySql/connection.h>
#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>
#include <AsyncMySql/statementcachestatistics.h>

#include <QtCore/qdatetime.h>
#include <QtCore/qobject.h>
#include <QtCore/qstring.h>

#include <memory>

namespace AsyncMySql {

/// Drives a Connection: opens and ends sessions, and decides when. What happens in a session that
/// is ready is left to its parts: Dispatcher sends commands, OutcomeHandler ends those that were
/// sent, and CommandStopper those that are cancelled or wait too long.
///
/// The commands of a transaction have a queue of their own, and the session for themselves until
/// the transaction is over.
///
/// With an EngineOwner it drives one session of a pool instead: it opens it when it is told to, and
/// neither reconnects nor closes it for being idle. What was not sent goes back to the owner.
///
/// Its signals come in the middle of its work: receivers record them, and do not call back.
class ConnectionEngine : public JobSink, private EngineActions, private SessionListener
{
    Q_OBJECT

public:
    /// What shares its credentials with others, with an EngineOwner, is given \a credentials.
    explicit ConnectionEngine(QObject *parent = nullptr, CredentialSource *credentials = nullptr);
    ~ConnectionEngine() override;

    const ConnectionOptions &options() const { return m_state.options; }
    /// For the commands that wait and those to come: a live session ends when its command is
    /// through. Forgets what was selected through the API. With \a error, or if the options make no
    /// sense, commands fail.
    void setOptions(const ConnectionOptions &options, const Error &error = {});

    /// Why sessions cannot be opened with the options.
    const Error &optionsError() const { return m_optionsError; }
    /// For sessions to come: the one that is open lives on.
    void setPassword(const QString &password)
    {
        m_state.setPassword(password);
        if (!m_state.openingSince)
            return;
        // It may have begun with the old one.
        releaseSession();
        openSession();
    }

    CredentialSource *credentials() const { return m_state.credentials; }
    /// A session is to be opened, once it is known what with.
    bool isWaitingForCredentials() const
    {
        return m_state.phase == Phase::Opening && !m_state.liveSession;
    }

    const Defaults &defaults() const override { return m_defaults; }
    const std::shared_ptr<StatementKindCache> &statementKinds() const override
    {
        return m_statementKinds;
    }
    void submit(CommandPointer command) override;
    /// The same, from the event loop: it is sent at once if that can be.
    void run(CommandPointer command)
    {
        enqueue(std::move(command));
        advance();
    }
    /// The same, but it is sent with what follows, or when advance() is called.
    void prepare(CommandPointer command) { enqueue(std::move(command)); }
    void cancel(Command *command, Error::Code reason) override
    {
        m_stopper.cancel(command, reason);
    }
    void updateDeadline(const Command &command) override
    {
        m_state.queueOf(command).updateDeadline(command);
        m_stopper.watchDeadline(command.queueDeadline);
    }
    void resume() override { m_state.resumeSession(); }
    void abandon(const TransactionLeasePointer &lease, Command *begin) override;
    void pin(const QString &sql) override { m_state.statements.pin(sql); }
    void unpin(const QString &sql) override { m_state.statements.unpin(sql); }

    StatementCacheStatistics statementStatistics() const { return m_state.statements.statistics(); }
    /// Ends all commands with ConnectionClosed, and the session with them.
    void abort();
    /// The same, and sends COM_QUIT if the session is idle. Commands that come later fail.
    void shutDown();
    // For a pool
    /// Those of the options, and of what they lead to; first the one of the session.
    QList<Host> hosts() const
    {
        return m_state.host.list() ? m_state.host.list()->openFirst() : QList<Host>();
    }
    void shareHosts(const std::shared_ptr<HostList> &hosts) { m_state.shareHosts(hosts); }
    /// Set before the session is opened.
    void setOwner(EngineOwner *owner) { m_owner = owner; }
    /// Opens the session, of which EngineOwner hears.
    void open() { openSession(); }
    void advance() override;
    bool isFree() const { return m_state.isFree(); }
    /// Whether a free session holds something that the next user must not see.
    bool holdsState() const { return m_state.holdsState(); }
    /// A session that is being opened is not needed any more: abort() follows.
    void leaveHandshake() { m_state.releaseHandshake(parent() ? parent() : this); }
    /// Null before it is chosen, and where there is but one.
    HostTarget *host() const { return m_state.host.target(); }
    /// What the server of the live session says of itself.
    ServerRole serverRole() const
    {
        const ServerRole *role = m_state.liveSession ? m_state.liveSession->serverRole() : nullptr;
        return role ? *role : ServerRole();
    }
    /// Takes \a command back, if it waits to be sent.
    CommandPointer takeWaiting(Command *command) { return m_state.queueOf(*command).take(command); }
    /// Whether the server of the session is of no use any more.
    bool mustLeaveHost() const { return m_state.host.isLeft(); }
    void setLeased(bool leased) { m_state.isLeased = leased; }
    bool isInOpenTransaction() const { return m_state.hasTransaction(); }
    bool canBeReset() const { return m_state.canBeReset(); }
    /// Commands that only read may be in flight together, whoever has given them.
    void setShared(bool shared) { m_state.isShared = shared; }
    /// Whether another one can be sent now behind those that are in flight.
    bool canBeShared() const { return m_state.canBeShared(); }
    int jobsInFlight() const { return static_cast<int>(m_state.pipeline.size()); }
    void validateBeforeUse() { m_dispatcher.validateBeforeUse(); }
    bool mustValidate() const { return m_dispatcher.mustValidate(); }
    /// Closes a session that is free.
    void quit() { closeSession({}); }
    /// Ends all commands with \a error, and stops what the server executes. The session becomes
    /// free when that has reacted.
    void endAll(const Error &error) { m_stopper.endAll(error); }
    /// Ends what waits to be ended now: it is deleted.
    void endFailing() { m_state.failer.endNow(); }

    void reconnectNow()
    {
        if (m_state.phase == Phase::WaitingToReconnect)
            m_state.reconnector.reconnectNow();
    }

    int pendingCommands() const;
    /// The size of the queue changes with every command: before this, it is not reported.
    void followPendingCommands()
    {
        m_reportsPending = true;
        connect(&m_state.failer, &CommandFailer::sizeChanged, this,
                &ConnectionEngine::pendingCommandsChanged);
        connect(&m_state.queue, &CommandQueue::sizeChanged, this,
                &ConnectionEngine::pendingCommandsChanged);
    }
    /// The same for the end of the idle countdown.
    void followIdleDisconnect() { m_reportsIdle = true; }
    int reconnectAttempt() const { return m_state.reconnector.attempt(); }
    QDateTime nextReconnect() const { return m_state.reconnector.nextAttempt(); }
    QDateTime idleDisconnect() const { return m_idle.end(); }
    /// Of the session that is ready, or was the last one to be.
    const SessionState &sessionState() const { return m_state.session; }
    QString database() const
    {
        return m_state.isReady() ? m_state.session.database : m_state.setup.database();
    }
    /// By the server's status, in its last answer.
    bool isInTransaction() const { return m_isInTransaction; }
    int pipelineDepth() const { return m_state.pipelineDepth(); }
    QString blockingStatement() const { return m_dispatcher.blockingStatement(); }

Q_SIGNALS:
    void stateChanged(AsyncMySql::Connection::State state);
    void pendingCommandsChanged();
    void nextReconnectChanged();
    void reconnectAttemptChanged();
    void idleDisconnectChanged();
    void sessionStateChanged();
    void inTransactionChanged();
    void blockingStatementChanged();
    /// What the application had put into the session that is gone.
    void sessionStateLost(const QString &held);
    void errorOccurred(const AsyncMySql::Error &error);

private:
    using Phase = EngineState::Phase;

    void advanceDue() override { advance(); }
    void scheduleAdvance() override
    {
        if (m_owner)
            m_owner->advanceDue();
        else
            m_notifier.requestAdvance();
    }
    void reportPendingCommands() override
    {
        if (m_reportsPending)
            Q_EMIT pendingCommandsChanged();
    }
    /// Lets the jobs emit their signals whose commands are answered in the session.
    JobNotifier &turnNotifier() { return m_owner ? m_owner->notifier() : m_notifier; }
    void takeSessionState() override;
    void carryOut(TransactionGate::Action action) override;
    void closeSession(CommandPointer command) override;
    void replaceSessionLater() override;
    void setUpSessionAgain() override;
    void dropSession(const Error &error) override
    {
        if (m_state.isReady())
            sessionLost(error, error.message());
    }

    void setPhase(Phase phase, Connection::State state);
    void openSession();
    void onCredentials(const Error &error)
    {
        if (error)
            connectFailed(error);
        else
            connectSession();
    }
    void connectSession();
    void onHostChosen(const Error &error)
    {
        if (error)
            connectFailed(error);
        else
            m_state.openSession(this);
    }
    void onTransportOpened() override { Q_EMIT stateChanged(Connection::State::Authenticating); }
    void onReady() override;
    void onSessionEnded(Session::End end, const Error &error, const QString &reason) override;
    void onExchangeFinished() override;
    void onExchangeProgressed() override
    {
        if (!m_dispatcher.isChecking() && !m_state.pipeline.isEmpty())
            m_dispatcher.continueFront();
    }
    void beginTurn() override { turnNotifier().beginTurn(); }
    void endTurn() override { turnNotifier().endTurn(); }
    void reportToOwner()
    {
        if (m_state.isFree())
            m_owner->sessionFree();
        else if (m_state.canBeShared())
            m_owner->sessionShareable();
    }
    void startIdleCountdown();
    void onIdle()
    {
        m_state.holdings.end(m_state.session);
        closeSession({});
    }
    void onClosed();
    void sessionLost(const Error &error, const QString &reason);
    void connectFailed(const Error &error);
    void releaseSession();
    void scheduleReconnect();
    void replaceSession();
    void reportLostHoldings(bool hadTransaction);
    void updateIsInTransaction();
    void enqueue(CommandPointer command);
    void takeLease(TransactionLease *lease);
    void handBack(Session::End end, const Error &error);

    EngineOwner *m_owner = nullptr;
    Defaults m_defaults;
    std::shared_ptr<StatementKindCache> m_statementKinds = std::make_shared<StatementKindCache>();
    EngineState m_state;
    CommandStopper m_stopper;
    Dispatcher m_dispatcher;
    OutcomeHandler m_outcomes;
    /// Why sessions cannot be opened with the options.
    Error m_optionsError;
    /// As inTransactionChanged() was emitted last.
    bool m_isInTransaction = false;
    bool m_shutDown = false;
    bool m_reportsPending = false;
    bool m_reportsIdle = false;
    /// The command that closes the session.
    CommandPointer m_closing;
    Countdown m_idle;
};

} // namespace AsyncMySql
