// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/global.h>

#include <QtCore/qmetatype.h>
#include <QtCore/qobjectdefs.h>

namespace AsyncMySql {

/// Statistics of a connection's prepared statements, counted since the connection was created. Only
/// \c size refers to the current session.
struct ASYNCMYSQL_EXPORT StatementCacheStatistics
{
    Q_GADGET
    Q_PROPERTY(int size MEMBER size CONSTANT)
    Q_PROPERTY(quint64 hits MEMBER hits CONSTANT)
    Q_PROPERTY(quint64 misses MEMBER misses CONSTANT)
    Q_PROPERTY(quint64 evictions MEMBER evictions CONSTANT)

public:
    /// The number of statements that are prepared in this session.
    int size = 0;
    /// Executions whose statement was already prepared.
    quint64 hits = 0;
    /// Executions whose statement had to be prepared.
    quint64 misses = 0;
    /// Statements that were closed to make room for others.
    quint64 evictions = 0;
};

} // namespace AsyncMySql

Q_DECLARE_METATYPE(AsyncMySql::StatementCacheStatistics)
