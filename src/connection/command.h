// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "exchange.h"
#include "sessionstate.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/job.h>

#include <QtCore/qdeadlinetimer.h>

#include <chrono>
#include <memory>
#include <variant>

namespace AsyncMySql {

class SessionSetup;

/// What stands in the queue of a connection: the engine's side of a Job.
///
/// The engine and the job share it. The job can be deleted at any time; the command then keeps its
/// place until its answer has come, and nobody is told.
class Command
{
public:
    virtual ~Command();

    /// The exchange for one attempt in the live session, or why there can be none (the command then
    /// fails without anything being sent).
    using Attempt = std::variant<std::shared_ptr<Protocol::Exchange>, Error>;
    virtual Attempt createExchange(const SessionState &session) = 0;
    /// The exchange of the last attempt is complete, without an error.
    virtual void succeeded(Protocol::Exchange &exchange, SessionSetup &setup);
    /// Whether a part of it was executed although the server answered with an error.
    virtual bool wasPartlyExecuted(const Protocol::Exchange &exchange) const;
    /// Whether sending it twice does no harm.
    virtual bool isRepeatable() const { return false; }
    /// Whether the session has lost its set-up after it.
    virtual bool resetsSession() const { return false; }
    /// COM_QUIT instead of an exchange.
    virtual bool closesSession() const { return false; }
    virtual QString statement() const { return {}; }

    /// Ends the command. The job says so from the event loop.
    void finish(const Error &error);
    bool isFinished() const { return m_finished; }
    const Error &error() const { return m_error; }

    void setJob(Job *job) { m_job = job; }
    Job *job() const { return m_job; }

    void setRunning(bool running);
    bool isRunning() const { return m_running; }

    /// What is known of earlier attempts.
    Error::Execution execution() const { return m_execution; }
    /// Once it may have been executed, a later attempt that failed does not make that undone.
    void noteExecution(Error::Execution execution);

    QDeadlineTimer queueDeadline{QDeadlineTimer::Forever};
    std::chrono::milliseconds timeout{0};
    int attempts = 0;
    /// Why it is being stopped while it runs: Cancelled or QueryTimeout.
    Error::Code stopReason = Error::NoError;

private:
    Job *m_job = nullptr;
    Error m_error;
    Error::Execution m_execution = Error::Execution::NotSent;
    bool m_running = false;
    bool m_finished = false;
};

using CommandPointer = std::shared_ptr<Command>;

} // namespace AsyncMySql
