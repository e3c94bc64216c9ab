// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "commandstopper.h"
#include "enginestate.h"
#include "senddecision.h"
#include "streamwatch.h"

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qstring.h>

#include <chrono>
#include <memory>

namespace AsyncMySql {

/// Sends commands, and what has to be sent between them, in a session that is ready. Several
/// commands may be in flight, where that makes no difference to what they mean.
class Dispatcher : public QObject
{
    Q_OBJECT

public:
    Dispatcher(EngineState &state, EngineActions &engine, CommandStopper &stopper, QObject *parent);

    /// Sends what can be sent now, in one go.
    void dispatch();
    /// Whether what is answered next is no command.
    bool isChecking() const
    {
        return m_state.activity != EngineState::Activity::None && m_state.pipeline.isEmpty();
    }
    /// That has been answered.
    void finishCheck();
    /// Whether the session is wanted for no more than lowering the guard.
    bool isLoweringGuard() const
    {
        return isChecking() && m_state.activity == EngineState::Activity::LowerGuard;
    }
    /// A command has been answered: if no command is next, the time for that answer begins.
    void limitCheck();
    /// A part of the answer to the first command has come.
    void continueFront();
    /// The session gives a sign of life.
    void recordReaction()
    {
        m_silence.start();
        m_mustValidate = false;
    }
    /// The session may have died: the next command is sent as after a silence.
    void validateBeforeUse() { m_mustValidate = true; }
    /// Whether a ping goes before the next command.
    bool mustValidate() const
    {
        const std::chrono::milliseconds limit = m_state.options.idleValidationInterval();
        return m_mustValidate || (limit.count() > 0 && m_silence.hasExpired(limit.count()));
    }
    /// Fails the commands in front that belong to a transaction which was lost.
    void failLostTransaction();
    /// The session is gone.
    void reset();

    /// Another session has executed what commands of this one wait for, perhaps.
    void recoveryEnded() { m_engine.scheduleAdvance(); }

    QString blockingStatement() const { return m_streamWatch.blockingStatement(); }

Q_SIGNALS:
    void blockingStatementChanged();

private:
    using Activity = EngineState::Activity;

    void sendWaiting();
    bool startTransactionCheck();
    bool sendNext(const Protocol::SqlDialect &dialect);
    SendDecision decide(const Command &command, const Protocol::SqlDialect &dialect) const;
    bool makeExchange(Command &command, const Protocol::SqlDialect &dialect);
    bool send(Command::Started started);
    bool startActivity(Activity activity, std::shared_ptr<Protocol::Exchange> exchange);
    std::chrono::milliseconds checkLimit(Activity activity) const;
    bool moveGuard();
    bool isGuardDue(TransactionLease &lease) const;
    bool isGuardLeftBehind() const;
    void moveGuardBehind(const Command &command);
    void ping(Activity activity);
    void absorbLateKill();
    void askPeer();
    static bool mayFail(Activity activity);
    void recordAbsorbed(const Protocol::Failure &failure);
    void watchStream();
    bool startRecovery();

    EngineState &m_state;
    EngineActions &m_engine;
    CommandStopper &m_stopper;
    StreamWatch m_streamWatch;
    /// Of the activity.
    std::shared_ptr<Protocol::Exchange> m_exchange;
    /// When it looked at the clock last, while it sends.
    CommandTimes::Clock::time_point m_lookTime;
    QElapsedTimer m_silence;
    bool m_mustValidate = false;
};

} // namespace AsyncMySql
