// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sessioneffects.h"
#include "sqldialect.h"

#include <QtCore/qbytearrayview.h>

namespace AsyncMySql::Protocol {

/// What is known of a statement from its text. In doubt, as with functions, executable comments
/// and statements that are not known here, it is taken for one that may not be repeated and that
/// changes the session: all that costs is a retry or some pipelining.
struct StatementKind
{
    /// May be sent again on a new session: it writes nothing, locks nothing, and its result does
    /// not depend on what the session did before. A view that calls a function that writes is not
    /// seen.
    bool readsOnly = false;
    /// Changes what later statements meet: transactions, locks, variables, the database, temporary
    /// tables, prepared statements.
    bool changesSession = true;
    /// LOAD DATA LOCAL or LOAD XML LOCAL is among the statements: the server may ask for a file.
    bool isLoadDataLocal = false;
    /// Changes tables and the like.
    bool changesSchema = false;
    /// Runs other statements, as CALL does: some may be committed when it fails.
    bool runsOthers = false;
    /// What it leaves in the session, and asks of it.
    SessionEffects effects = SessionEffects::unknown();

    /// Whether it may commit the transaction that it runs in, even if it fails.
    bool mayCommit() const { return changesSchema || runsOthers || changesSession; }

    static StatementKind of(QByteArrayView sql, const SqlDialect &dialect);
};

} // namespace AsyncMySql::Protocol
