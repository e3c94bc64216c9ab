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

/// Executes a statement for a model and takes as many of its rows as are wanted; while nobody wants
/// more, the stream stands still. What the query has left at its end is taken at once, so that the
/// query can go. Of several results the first one that has rows counts.
class RowReader : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        qsizetype bufferLimit = 0;
        bool prepared = false;
        /// The statement is none of the application: see ConnectionOptions::responseTimeout().
        bool hasResponseTimeout = false;
    };

    RowReader(Executor *executor, const BoundStatement &statement, const Options &options);
    ~RowReader() override;

    /// All, if \a rows is negative.
    void want(qsizetype rows);
    /// No further rows come. Rows that are here stay.
    void stop();

    /// Whether there can be further rows.
    bool isActive() const { return m_active; }
    /// All rows that the statement has are here.
    bool isComplete() const { return m_complete; }
    /// All rows are there that are wanted, or that will ever come.
    bool isSatisfied() const
    {
        return !m_active || (m_wanted >= 0 && m_rows.rowCount() >= m_wanted);
    }
    const RowChunks &rows() const { return m_rows; }
    /// Empty before the first row or the end.
    const QList<Column> &columns() const { return m_columns; }
    qsizetype wanted() const { return m_wanted; }
    /// Why the end came, for the one time that it is to be told.
    Error takeError() { return std::exchange(m_error, {}); }
    /// Milliseconds from the start to the first rows, or to the end; -1 before.
    qint64 elapsed() const { return m_elapsed; }

Q_SIGNALS:
    /// There are more rows, or the end has come.
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
