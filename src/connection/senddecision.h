// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "commandtraits.h"

#include <QtCore/qglobal.h>

namespace AsyncMySql {

/// What is done with the command at the head of the queue, in a session that is ready.
enum class SendDecision : quint8 {
    FailTransactionOver,   ///< the transaction that it begins has ended already
    ForgetLostTransaction, ///< it does not count on the transaction that was lost: look again
    FailLostTransaction,   ///< it belongs to the transaction that was lost
    WaitForProgress,       ///< until what was sent before it is written, or prepared
    WaitForAnswers,        ///< to all that is in flight
    CloseSession,          ///< instead of sending it
    FailLostAnswer,        ///< it asks for what a statement left in a session that is gone
    CheckSession,          ///< with a ping, before it is sent
    MakeExchange,
};

/// What the decision depends on, apart from the command.
struct SendState
{
    /// Nothing is in flight.
    bool isAlone = true;
    /// A transaction has the session for itself.
    bool isInTransaction = false;
    /// The transaction that the command begins is over.
    bool isTransactionOver = false;
    /// A transaction that was begun by statement was lost with its session.
    bool hasLostTransaction = false;
    /// The last command in flight has nothing more to send.
    bool isLastWritten = true;
    /// Pipeline::canPipelineBehind(), where something is in flight.
    bool canPipelineBehind = true;
    /// SessionHoldings::asksForLostAnswer().
    bool asksForLostAnswer = false;
    /// The server was silent for so long that the session may be dead (idle validation).
    bool isSilent = false;
};

[[nodiscard]] SendDecision decideSend(const CommandTraits &traits, const SendState &state);

/// What the loss of a transaction, begun by statement, means for a command that waits:
/// ForgetLostTransaction, FailLostTransaction or, where it makes no difference, MakeExchange.
[[nodiscard]] SendDecision decideAfterLostTransaction(const CommandTraits &traits);

} // namespace AsyncMySql
