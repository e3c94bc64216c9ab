// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "session.h"
#include "sessionsetup.h"

#include <AsyncMySql/connectionoptions.h>
#include <AsyncMySql/error.h>

#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

#include <chrono>
#include <memory>

namespace AsyncMySql {

/// Keeps at most one session: opens it, brings it to where commands can run in it, watches over the
/// server's reactions, and tells how it ended. It decides nothing: when to open, what to send and
/// whether to try again is the engine's.
class SessionKeeper : public QObject
{
    Q_OBJECT

public:
    /// \a setup is asked each time a session has to be set up; it outlives the keeper.
    explicit SessionKeeper(const SessionSetup *setup, QObject *parent = nullptr);

    /// ready() or openFailed() follows.
    void open(const ConnectionOptions &options);
    /// After the session was reset; ready() or openFailed() follows.
    void setUpAgain();
    /// The session must be able to take it; exchangeFinished() or lost() follows. With
    /// \a answerWithin, the session is lost if the answer takes longer. False if the session is at
    /// its end: nothing is sent, and lost() follows. What was started goes out with flush().
    bool start(std::shared_ptr<Protocol::Exchange> exchange,
               std::chrono::milliseconds answerWithin = {});
    /// See Session::sendSilently().
    void sendSilently(QByteArrayView command) { m_session->sendSilently(command); }
    void flush();
    /// See Session::resume().
    void resume();
    /// Says goodbye; closed() follows.
    void close();
    /// Gives the session up because of \a error, which lost() or openFailed() tells at once.
    void drop(const Error &error);
    /// Gives the session up; no signal follows.
    void release();
    /// The next session shares nothing with those before it.
    void forgetTicket();

    /// Not null from open() to the end of the session.
    const Session *session() const { return m_session; }

Q_SIGNALS:
    void authenticating();
    void ready();
    void exchangeFinished();
    void exchangeProgressed();
    void openFailed(const AsyncMySql::Error &error);
    /// A session that was ready is gone; without an error if the server closed it while it was
    /// idle.
    void lost(const AsyncMySql::Error &error, const QString &reason);
    void closed();

private:
    enum class Phase { None, Opening, SettingUp, Ready, Closing };

    void setUp();
    void continueSetup();
    void expectReactionWithin(std::chrono::milliseconds time);
    void onExchangeFinished();
    void onExchangeProgressed();
    void onEnded(const Error &error, const QString &reason);
    void onReactionOverdue();

    const SessionSetup *m_setup;
    Session *m_session = nullptr;
    Phase m_phase = Phase::None;
    QList<SessionSetup::Step> m_setupSteps;
    std::shared_ptr<Protocol::Exchange> m_setupExchange;
    std::chrono::milliseconds m_connectTimeout{0};
    std::chrono::milliseconds m_closeTimeout{0};
    std::chrono::milliseconds m_reactionTime{0};
    QTimer m_reactionTimer;
    QByteArray m_ticket;
    bool m_keepsTicket = true;
};

} // namespace AsyncMySql
