// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sessioneffects.h"

#include <QtCore/qglobal.h>

namespace AsyncMySql {

/// What the connection has to know of one attempt of a command. Made together with its exchange.
struct CommandTraits
{
    /// How the command ends the transaction that it belongs to.
    enum class TransactionEnd : quint8 { None, Commit, Rollback };

    /// What the command is to the state of the session that belongs to the application.
    enum class SessionRole : quint8 {
        None,
        Statement, ///< effects says what it does
        SelectsDatabase,
        SetsAutoCommit,
    };

    /// It changes nothing at all: it can be sent again at any time.
    bool readsOnly = false;
    /// Other commands may be sent behind it, and it behind others, before the answers have come: it
    /// changes nothing that they depend on.
    bool canPipeline = false;
    /// The same, but not before the server has prepared it (Exchange::isPrepared()): what it
    /// refuses to prepare is executed in another way, and must not run behind later writes then.
    bool canPipelineWhenPrepared = false;
    /// It is many changes, each sent ahead of the answers to those before, where that may be.
    bool pipelinesItself = false;
    /// It is answered within ConnectionOptions::responseTimeout(), since it is no statement of the
    /// application, which would have a timeout of its own. Exchange::isPreparing() always has that
    /// limit.
    bool usesResponseTimeout = false;
    /// It is a QueryCommand whose rows are taken while they come.
    bool isStream = false;
    /// The session has lost its set-up after it.
    bool resetsSession = false;
    /// But it sets the session up again itself. If that fails, the session is of no more use: what
    /// was sent behind has met one that was not reset.
    bool setsUpSession = false;
    /// Prepared statements may mean something else after it.
    bool resetsStatements = false;
    /// COM_QUIT instead of an exchange.
    bool closesSession = false;
    /// It may commit the transaction that it runs in, even if it fails.
    bool mayCommit = false;
    /// Sending it twice does no harm. That is what follows from its kind: CommandStatus adds what
    /// the application says, and what has become of its rows.
    bool isRepeatable = false;
    TransactionEnd transactionEnd = TransactionEnd::None;
    /// The transaction itself stays with the command: Command::openedLease().
    bool beginsTransaction = false;
    SessionRole role = SessionRole::None;
    Protocol::SessionEffects effects;
};

/// Whether it is a change that may be in flight with others in a transaction.
inline bool isPlainChange(const CommandTraits &traits)
{
    return !traits.readsOnly && !traits.mayCommit
           && (traits.canPipeline || traits.canPipelineWhenPrepared);
}

/// What changes while a command is in flight: asked when its fate is decided, never stored.
struct CommandStatus
{
    /// Another attempt can be made at all, whatever came of the one before.
    bool canBeSentAgain = true;
    /// The application says that sending it twice does no harm.
    bool isIdempotent = false;
};

/// What an answer says about the execution of its command.
struct AnswerFacts
{
    /// A part of it was executed although the server answered with an error.
    bool partlyExecuted = false;
    /// The server answered with an error before anything was sent that it could execute.
    bool sentNothing = false;
    /// Nothing was executed, and another attempt in the same session, made in another way, can do
    /// better.
    bool mustRepeat = false;
};

/// Whether sending a command twice does no harm, by its kind and by what is known of it now.
inline bool isRepeatable(const CommandTraits &traits, const CommandStatus &status)
{
    return status.canBeSentAgain && (traits.isRepeatable || status.isIdempotent);
}

} // namespace AsyncMySql
