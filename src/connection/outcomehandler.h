// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"
#include "commandstopper.h"
#include "enginestate.h"
#include "fate.h"
#include "hostverdict.h"
#include "pipeline.h"

#include <AsyncMySql/error.h>

#include <optional>

namespace AsyncMySql {

/// Carries out what becomes of commands that were sent: ends, repeats or resends them when they are
/// answered, or their session is gone.
class OutcomeHandler
{
public:
    OutcomeHandler(EngineState &state, EngineActions &engine, CommandStopper &stopper);

    /// The first in flight has its answer.
    void finishFront();
    /// The session is gone because of \a error, with what it held. With \a hadTransaction that was
    /// also a transaction which reports its end itself.
    void loseSession(const Error &error, bool hadTransaction);
    /// The session is gone because the application aborts it: everything ends with \a closed.
    void abort(const Error &closed);

private:
    Outcome outcomeOf(const InFlight &inFlight, Outcome::Kind kind, const Error &error) const;
    Outcome outcomeOfAnswer(const InFlight &answered) const;
    static void observe(const InFlight &inFlight);
    void judgeHost(const InFlight &answered, Outcome *outcome);
    void leaveHost();
    void failOvertaken();
    void findRecovery(const InFlight &answered, Outcome *outcome);
    void waitForRecovery(const InFlight &answered);
    void repeatLater(const InFlight &answered, Fate fate);
    void finishAnswered(const InFlight &answered, const Outcome &outcome, const Verdict &verdict);
    void recordSuccess(const InFlight &answered, bool isWanted);
    void repeatCommands();
    void resetAgain();
    void pauseBeforeRetry(int attempts);
    void putBack(const CommandPointer &command);
    void end(const CommandPointer &command, Fate fate, const Error &error);

    EngineState &m_state;
    EngineActions &m_engine;
    CommandStopper &m_stopper;
    /// For the answer that is being handled; null if there is none.
    std::shared_ptr<Recovery> m_recovery;
    /// Why the server is left when all that is in flight is answered.
    std::optional<HostVerdict> m_leaving;
    Error m_leavingError;
};

} // namespace AsyncMySql
