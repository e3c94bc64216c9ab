// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowchunks.h"
#include "sqlwrapping.h"

#include <AsyncMySql/column.h>
#include <AsyncMySql/error.h>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qobject.h>
#include <QtCore/qpointer.h>

#include <utility>

namespace AsyncMySql {

class Executor;
class Query;

namespace Models {

/// Executes a statement for a model and takes the requested number of rows; while no more are
/// requested, the stream pauses. The rows that are left at the end of the query are taken
/// immediately, so that the query can be deleted. If there are several results, the first one with
/// rows is used.
class RowReader : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        qsizetype bufferLimit = 0;
        bool prepared = false;
        /// Whether the statement is not one of the application: see
        /// ConnectionOptions::responseTimeout().
        bool hasResponseTimeout = false;
    };

    RowReader(Executor *executor, const BoundStatement &statement, const Options &options);
    ~RowReader() override;

    /// If \a rows is negative, all.
    void want(qsizetype rows);
    /// Stops reading. Rows that were read stay.
    void stop();

    /// Whether more rows can arrive.
    bool isActive() const { return m_active; }
    /// Whether all rows of the statement were read.
    bool isComplete() const { return m_complete; }
    /// Whether all requested rows were read, or no more will arrive.
    bool isSatisfied() const
    {
        return !m_active || (m_wanted >= 0 && m_rows.rowCount() >= m_wanted);
    }
    const RowChunks &rows() const { return m_rows; }
    /// Empty until the first row or the end has arrived.
    const QList<Column> &columns() const { return m_columns; }
    qsizetype wanted() const { return m_wanted; }
    /// The error that ended reading; returned once.
    Error takeError() { return std::exchange(m_error, {}); }
    /// The time from the start to the first rows or the end, in milliseconds; -1 before.
    qint64 elapsed() const { return m_elapsed; }

Q_SIGNALS:
    /// Emitted when more rows or the end have arrived.
    void advanced();

private:
    void take();
    bool append(const Result &rows);
    void finish();
    void finishWith(const Error &error);

    QPointer<Query> m_query;
    QElapsedTimer m_clock;
    qsizetype m_wanted = 0;
    bool m_active = true;
    bool m_complete = false;
    RowChunks m_rows;
    Result m_first;
    QList<Column> m_columns;
    Error m_error;
    qint64 m_elapsed = -1;
};

} // namespace Models
} // namespace AsyncMySql
