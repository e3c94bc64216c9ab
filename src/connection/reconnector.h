// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "countdown.h"
#include "lazytimer.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/retrypolicy.h>

#include <QtCore/qdatetime.h>
#include <QtCore/qglobal.h>
#include <QtCore/qobject.h>
#include <QtCore/qstring.h>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

namespace AsyncMySql {

class CommandQueue;
class ConnectionOptions;
class HostList;

/// Decides when the next session is tried, and how long jobs wait for the first one. It opens
/// nothing itself.
///
/// Of a server that was never reached it is unknown whether it ever will be: jobs wait for it for a
/// limited time, each from when it was queued, but not from before the first attempt.
///
/// Its signals come in the middle of its work, as those of the engine do.
class Reconnector : public QObject
{
    Q_OBJECT

public:
    /// What follows from the end of a session, or of an attempt to open one.
    enum class Action : quint8 {
        Nothing,     ///< no job needs a session
        FailWaiting, ///< it would fail again: so do the jobs
        Reconnect,   ///< now
        Wait,        ///< start(), and reconnect when it is due()
    };

    explicit Reconnector(QObject *parent = nullptr);

    /// Forgets what is known of the server that was connected to before.
    void setOptions(const ConnectionOptions &options);

    /// Null where there is but one.
    void setHosts(std::shared_ptr<HostList> hosts) { m_hosts = std::move(hosts); }

    /// Brings the wait for the first session in line with what is the first in \a queue.
    void watchFirstConnect(const CommandQueue &queue);
    /// The commands in front of \a queue that have waited too long for the first session.
    [[nodiscard]] std::deque<CommandPointer> takeOverdue(CommandQueue &queue) const;
    /// Why they fail; \a peer is what could not be reached.
    [[nodiscard]] Error firstConnectError(const QString &peer) const;

    /// An attempt to open a session begins.
    void recordAttempt();
    /// A password provider is being asked, or is not any more: jobs in \a queue may wait for its
    /// answer.
    void recordAsking(bool isAsking, const CommandQueue &queue);
    /// A session is ready.
    void recordConnected();
    [[nodiscard]] Action connectFailed(const Error &error, bool hasWaiting);
    /// A session that was ready is gone. It is \a proved if a command was answered in it; with
    /// \a isPausing the queue waits for the end of a pause anyway.
    [[nodiscard]] static Action sessionLost(bool proved, bool isPausing, bool hasWaiting);

    /// Whether there is another host to be tried at once, where one has broken a session.
    [[nodiscard]] bool hasOtherHost();

    /// Starts the countdown, which is longer after each attempt.
    void start();
    /// Ends it with due().
    void reconnectNow() { m_countdown.start(std::chrono::milliseconds(0)); }
    void stop() { m_countdown.stop(); }
    /// Lets the delays begin anew.
    void resetAttempt() { setAttempt(0); }

    bool isWaiting() const { return m_countdown.isActive(); }
    int attempt() const { return m_attempt; }
    /// In UTC; invalid while there is no countdown.
    QDateTime nextAttempt() const { return m_countdown.end(); }
    /// Why the last attempt failed; no error once a session was ready.
    const Error &lastError() const { return m_lastError; }

Q_SIGNALS:
    /// The next session is to be opened.
    void due();
    /// There is something for takeOverdue().
    void firstConnectTimedOut();
    void attemptChanged();
    void nextAttemptChanged();

private:
    using Clock = std::chrono::steady_clock;

    Clock::time_point waitsSince(const Command &command) const;
    void setAttempt(int attempt);

    RetryPolicy m_policy;
    std::shared_ptr<HostList> m_hosts;
    std::chrono::milliseconds m_firstConnectTimeout{0};
    Countdown m_countdown;
    int m_attempt = 0;
    Error m_lastError;
    /// A session was ready with the present options.
    bool m_hasConnected = false;
    /// Until then: when the first attempt to open one began.
    std::optional<Clock::time_point> m_firstAttempt;
    LazyTimer m_firstConnectTimer;
};

} // namespace AsyncMySql
