// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandqueue.h"
#include "countdown.h"
#include "sessionkeeper.h"
#include "sessionsetup.h"
#include "statementstopper.h"

#include <AsyncMySql/connection.h>
#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <memory>

namespace AsyncMySql {

/// What drives a Connection: it opens and ends sessions, sets them up, and runs one command of the
/// queue after the other in them.
///
/// Its signals come in the middle of its work: who receives them takes note, and does not call
/// back.
class ConnectionEngine : public QObject
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

    void enqueue(CommandPointer command);
    /// Ends \a command with \a reason, which is Cancelled or QueryTimeout.
    void cancel(Command *command, Error::Code reason);
    /// The deadline of a command was set, which may wait in the queue.
    void noteQueueDeadline(QDeadlineTimer deadline) { m_queue.noteDeadline(deadline); }
    /// Ends all commands with ConnectionClosed, and the session with them.
    void abort();
    /// The same, with a word of goodbye to the server if there is time for it.
    void shutDown();
    void reconnectNow();

    int pendingCommands() const
    {
        return m_queue.size() + (m_running ? 1 : 0) + (m_closing ? 1 : 0);
    }
    int reconnectAttempt() const { return m_reconnectAttempt; }
    QDateTime nextReconnect() const { return m_reconnect.end(); }
    QDateTime idleDisconnect() const { return m_idle.end(); }
    /// Of the session that is ready, or was the last one to be.
    const SessionState &sessionState() const { return m_sessionState; }
    QString database() const;

Q_SIGNALS:
    void stateChanged(AsyncMySql::Connection::State state);
    void pendingCommandsChanged();
    void nextReconnectChanged();
    void idleDisconnectChanged();
    void sessionStateChanged();
    void errorOccurred(const AsyncMySql::Error &error);

private:
    enum class Phase { Unconnected, WaitingToReconnect, Opening, Ready, Closing };
    /// What the session is busy with.
    enum class Activity { None, StaleCheck, Command, Absorber };

    void scheduleAdvance();
    void advance();
    void setPhase(Phase phase, Connection::State state);

    void openSession();
    void onReady();
    void onClosed();
    void sessionLost(const Error &error, const QString &reason);
    void releaseSession();
    void connectFailed(const Error &error);
    void scheduleReconnect();
    void closeOrderly(CommandPointer command);
    void startIdleCountdown();
    void takeSessionState();

    void dispatchNext();
    bool startExchange(Activity activity, std::shared_ptr<Protocol::Exchange> exchange,
                       std::chrono::milliseconds answerWithin = {});
    bool needsStaleCheck() const;
    void onExchangeFinished();
    void dropSession(const Protocol::Failure &failure);
    void finishRunning(Protocol::Exchange &exchange);
    void retryLater(const CommandPointer &command);
    void resend(const CommandPointer &command);
    void runningLost(const Error &error, bool answerBegun);
    void endRetryPause(const Command &command);
    void stopRunning(Error::Code reason);
    void finishStopped(const CommandPointer &command);
    void absorbLateKill();
    void onQueueTimeout(const CommandPointer &command);
    void failWaiting(const Error &error);
    void finishClosesInFront();

    ConnectionOptions m_options;
    Error m_optionsError;
    SessionSetup m_setup;
    CommandQueue m_queue;
    SessionKeeper m_keeper;
    SessionState m_sessionState;
    Phase m_phase = Phase::Unconnected;
    Activity m_activity = Activity::None;
    bool m_advanceScheduled = false;
    bool m_shutDown = false;
    /// Opened with options that are not valid any more.
    bool m_sessionOutdated = false;
    /// A command was answered in the present or last session.
    bool m_sessionProved = false;

    std::shared_ptr<Protocol::Exchange> m_exchange;
    CommandPointer m_running;
    /// Sent inside a transaction that the application began: a new session would not be in it.
    bool m_runningInTransaction = false;
    CommandPointer m_closing;
    StatementStopper m_stopper;

    int m_reconnectAttempt = 0;
    Error m_lastConnectError;
    QElapsedTimer m_silence;

    Countdown m_reconnect;
    Countdown m_idle;
    /// The pause before a temporary error is tried again.
    QTimer m_retryTimer;
    QTimer m_queryTimer;
};

} // namespace AsyncMySql
