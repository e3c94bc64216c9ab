// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "rowchunks.h"

#include <AsyncMySql/column.h>
#include <AsyncMySql/error.h>

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qlist.h>
#include <QtCore/qobject.h>

#include <utility>

namespace AsyncMySql::Models {

/// Reads as many rows of a statement as are requested.
class RowReader : public QObject
{
    Q_OBJECT

public:
    /// If \a rows is negative, all.
    void want(qsizetype rows)
    {
        if (m_wanted < 0 || (rows >= 0 && rows <= m_wanted))
            return;
        m_wanted = rows;
        read();
    }
    /// Stops reading. Rows that were read stay.
    virtual void stop() = 0;
    /// Whether nothing is held in the server between two requests.
    virtual bool isPaged() const = 0;

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
    /// Whether reading has ended because the statement has other columns now, which are columns();
    /// returned once.
    bool takeOutdated() { return std::exchange(m_outdated, false); }
    /// The time from the start to the first rows or the end, in milliseconds; -1 before.
    qint64 elapsed() const { return m_elapsed; }

Q_SIGNALS:
    /// Emitted when more rows or the end have arrived.
    void advanced();

protected:
    RowReader() { m_clock.start(); }

    /// More rows are requested.
    virtual void read() = 0;
    void stopClock()
    {
        if (m_elapsed < 0)
            m_elapsed = m_clock.elapsed();
    }

    qsizetype m_wanted = 0;
    bool m_active = true;
    bool m_complete = false;
    bool m_outdated = false;
    RowChunks m_rows;
    QList<Column> m_columns;
    Error m_error;

private:
    QElapsedTimer m_clock;
    qint64 m_elapsed = -1;
};

} // namespace AsyncMySql::Models
