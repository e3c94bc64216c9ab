// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"
#include "recoveryledger.h"
#include "sessionstate.h"

#include <AsyncMySql/error.h>

#include <QtCore/qstring.h>

#include <deque>
#include <memory>

namespace AsyncMySql {

class CommandSink;

/// What a command waits for that has met an error from which a statement can recover.
struct Recovery
{
    QString statement;
    /// The error, and when the command was sent that has met it.
    Error error;
    RecoveryLedger::Clock::time_point sent;
    /// Why the statement has failed; empty before, and if it has not.
    QString failure = {};
    /// The session was lost before it was executed.
    bool isLost = false;

    /// What the command fails with then.
    [[nodiscard]] Error failedError() const;
};

/// The recovery statements that are to be executed in one session before anything else, since
/// commands wait for them.
class Recoveries
{
public:
    /// For the commands of \a sink.
    explicit Recoveries(const CommandSink &sink)
        : m_sink(sink)
    {
    }
    ~Recoveries() { reset(); }
    Q_DISABLE_COPY_MOVE(Recoveries)

    bool isEmpty() const { return m_pending.empty(); }
    /// In a session in which \a database is selected.
    void add(const std::shared_ptr<Recovery> &recovery, const QString &database);
    enum class Step {
        None, ///< nothing is left
        Wait, ///< another session executes it: RecoveryLedger::ended() follows
        Run,  ///< begin()
    };
    /// What is to be done now. Settles what another session has done meanwhile.
    [[nodiscard]] Step next();
    /// Returns the statement to execute in \a session, as an exchange.
    [[nodiscard]] std::shared_ptr<Protocol::Exchange> begin(const SessionState &session);
    /// The exchange has been answered.
    void end(Protocol::Exchange &exchange);
    /// The session is gone.
    void reset();

private:
    struct Pending
    {
        /// The job may be cancelled meanwhile.
        std::weak_ptr<Recovery> recovery;
        QString key;
    };

    RecoveryLedger &ledger() const;

    const CommandSink &m_sink;
    std::deque<Pending> m_pending;
    QString m_runningKey;
};

} // namespace AsyncMySql
