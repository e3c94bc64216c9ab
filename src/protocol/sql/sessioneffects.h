// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qflags.h>
#include <QtCore/qglobal.h>

namespace AsyncMySql::Protocol {

class CodeStatement;

/// What a statement can leave in the session that is lost with it. An open transaction and
/// autocommit are not among it: the server reports those in the status of each answer.
enum class SessionTrace : quint16 {
    XaTransaction = 1 << 0,
    TemporaryTables = 1 << 1,
    TableLocks = 1 << 2, ///< LOCK TABLES, FLUSH … WITH READ LOCK
    NamedLocks = 1 << 3, ///< GET_LOCK()
    UserVariables = 1 << 4,
    SessionVariables = 1 << 5,
    Database = 1 << 6,           ///< USE
    PreparedStatements = 1 << 7, ///< PREPARE … FROM
    Handlers = 1 << 8,
    NextTransaction = 1 << 9, ///< SET TRANSACTION, until the next one ends
    Anything
    = 1 << 10,      ///< stored routines, compound statements, statements that are not known here
    Role = 1 << 11, ///< SET ROLE, SET RESOURCE GROUP: a reset leaves them
    DroppedDatabase = 1 << 12, ///< a database is gone, which can be the session's own
};
Q_DECLARE_FLAGS(SessionTraces, SessionTrace)
Q_DECLARE_OPERATORS_FOR_FLAGS(SessionTraces)

/// What a statement does to the state of its session, and what of that state it asks for. In doubt
/// it leaves something behind.
struct SessionEffects
{
    SessionTraces leaves;
    SessionTraces releases;
    /// The first statement of the text begins a transaction.
    bool startsWithBegin = false;
    /// What a text of several statements says last about transactions: BEGIN, or COMMIT or
    /// ROLLBACK.
    bool beginsTransaction = false;
    bool endsTransaction = false;
    /// Asks for ROW_COUNT(), FOUND_ROWS(), warnings: what the statement before it left.
    bool asksLastStatement = false;
    /// Asks for LAST_INSERT_ID() or the last value of a sequence.
    bool asksInsertId = false;
    /// The same as asksLastStatement, or not known: a stored routine may ask.
    bool mayAskLastStatement = false;
    /// Asks, and does nothing else.
    bool onlyAsks = false;
    /// The encoding of what follows can be another one; and whether something does, in the text.
    bool changesCharacterSet = false;
    bool changesCharacterSetInside = false;

    static SessionEffects of(const CodeStatement &statement);
    /// Of a text that could not be analyzed.
    static SessionEffects unknown();
    /// Adds what the statement behind this one does.
    void append(const SessionEffects &next);
};

} // namespace AsyncMySql::Protocol
