// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>

namespace AsyncMySql {

/// How the prepared statements of a connection are used. Counted since the connection was created;
/// only \c size belongs to the live session.
struct ASYNCMYSQL_EXPORT StatementCacheStatistics
{
    Q_GADGET
    Q_PROPERTY(int size MEMBER size CONSTANT)
    Q_PROPERTY(quint64 hits MEMBER hits CONSTANT)
    Q_PROPERTY(quint64 misses MEMBER misses CONSTANT)
    Q_PROPERTY(quint64 evictions MEMBER evictions CONSTANT)

public:
    /// Statements that the server holds for this session.
    int size = 0;
    /// Executions that found their statement prepared.
    quint64 hits = 0;
    /// Executions that had to prepare their statement.
    quint64 misses = 0;
    /// Statements that were given up for others.
    quint64 evictions = 0;
};

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::StatementCacheStatistics)
