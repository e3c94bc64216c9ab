// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqlwrapping.h"

#include <AsyncMySql/error.h>
#include <AsyncMySql/result.h>

#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <chrono>

namespace AsyncMySql {

class Executor;
class Query;

namespace Models {

/// A statement that reads a few rows. Destroying it cancels the statement.
class PageQuery : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        /// Whether it is not prepared even if it has values.
        bool isText = false;
        /// Whether it returns one row at most. A row that is too large for a result is not too
        /// large for a stream.
        bool isOneRow = false;
    };

    PageQuery(Executor *executor, const BoundStatement &statement, const Options &options);
    ~PageQuery() override;

    /// After finished().
    Result result() const { return m_result; }
    Error error() const { return m_error; }
    /// For which the server worked.
    std::chrono::microseconds executionTime() const { return m_executionTime; }

Q_SIGNALS:
    /// Emitted once, from the event loop. The object may be destroyed then.
    void finished();

private:
    void takeRow();
    void finish();

    QPointer<Query> m_query;
    Result m_result;
    Error m_error;
    std::chrono::microseconds m_executionTime{0};
};

/// The error of a statement whose executor does not exist any more.
[[nodiscard]] Error executorGone();

} // namespace Models
} // namespace AsyncMySql
