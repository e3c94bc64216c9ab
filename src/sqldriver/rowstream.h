// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <AsyncMySql/error.h>
#include <AsyncMySql/query.h>
#include <AsyncMySql/result.h>

#include <QtCore/qlist.h>
#include <QtCore/qobject.h>

#include <functional>

namespace AsyncMySql::Sql {

/// The rows of a statement that its caller reads while they arrive. It lives in the thread of the
/// connection.
class RowStream : public QObject
{
public:
    /// What is there: rows of one result in each of them.
    struct Rows
    {
        QList<Result> blocks = {};
        /// No more will come.
        bool isEnd = false;
        /// At the end: why, and what remains to be known of the results.
        Error error = {};
        QList<Result> results = {};
    };
    using Receiver = std::function<void(const Rows &rows)>;

    /// \a query must not be sent yet.
    RowStream(Query *query, QObject *parent);

    /// Gives the receiver what is there, as soon as that is something.
    void read(const Receiver &receiver);
    /// Gives the receiver all rows at once, when the last one is there.
    void readAll(const Receiver &receiver);
    /// Takes all rows into memory, so that they delay no other statement.
    void buffer();
    /// The rows are not needed any more.
    void discard();

private:
    void takeRows();
    void finish();
    void deliver();

    Query *m_query; // as long as it is not finished
    Receiver m_receiver;
    bool m_wantsAll = false;
    bool m_buffers = false;
    bool m_isDiscarded = false;
    bool m_isFinished = false;
    Rows m_rows;
};

} // namespace AsyncMySql::Sql
