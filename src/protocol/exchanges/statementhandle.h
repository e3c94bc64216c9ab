// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "columnset.h"
#include "protocolfailure.h"

#include <QtCore/qbytearray.h>

#include <memory>

namespace AsyncMySql::Protocol {

/// A prepared statement of one session, shared by the exchanges that prepare and execute it and by
/// the cache that will close it. The exchanges keep it up to date from every answer.
struct StatementHandle
{
    enum class State : quint8 {
        New,       ///< COM_STMT_PREPARE was not sent
        Preparing, ///< its answer is awaited
        Prepared,
        Invalid, ///< refused, or of no more use: it must be prepared anew
    };

    /// UTF-8, with question marks for all placeholders.
    QByteArray sql;
    /// The same in the character set of the session, where that is another one; or empty.
    QByteArray encodedSql = {};
    State state = State::New;
    /// 0 if the server has no such statement. Where it has one that became Invalid, the exchange
    /// that prepares it anew closes that.
    quint32 id = 0;
    quint16 parameterCount = 0;
    /// Of the last metadata that the server sent; null or empty for a statement without rows. A
    /// server that leaves metadata out (MariaDB: CACHE_METADATA) means these.
    std::shared_ptr<Values::ColumnSet> columns;
    /// The parameter types that were sent last, two bytes each; empty before the first execution.
    QByteArray parameterTypes;

    /// Takes over what an error of the server says about the statement; \a failure may as well be
    /// none, or our own.
    void recordError(const Failure &failure);
};

/// Whether the server has forgotten the statement, or cannot go on with what it made of it: nothing
/// was executed, and the statement has to be prepared anew.
bool needsPreparation(const Failure &failure);

/// Whether that is not certain: a parameter cannot be converted into the character set that its
/// column has, or had when the statement was prepared (MySQL).
bool mayNeedPreparation(const Failure &failure);

/// Whether a preparation that failed with \a failure says nothing against the statement itself,
/// which can do as text. A syntax error is among them: much of SQL takes values, but no question
/// marks.
bool cannotBePrepared(const Failure &failure);

/// Whether a part of a statement that writes may have been executed, and stays.
bool mayLeavePartExecuted(const Failure &failure);

using StatementHandlePointer = std::shared_ptr<StatementHandle>;

} // namespace AsyncMySql::Protocol
