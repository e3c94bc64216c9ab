// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include "sqlsession.h"

#include <QtCore/qpointer.h>

#include <memory>

namespace AsyncMySql::Sql {

class IoThread;

/// A SqlSession from the point of view of the thread that has the database: every call waits for
/// the answer. cancel() may be called from any thread.
class SessionClient
{
public:
    /// Null if the session cannot be opened, for the reason in \a error.
    static std::shared_ptr<SessionClient> open(const SqlSession::Settings &settings, Error *error);
    ~SessionClient();
    Q_DISABLE_COPY_MOVE(SessionClient)

    /// Closes the session, without waiting for that. All later calls fail.
    void close();

    SqlSession::Answer execute(const QString &sql, bool streams);
    SqlSession::Preparation prepare(const QString &sql);
    SqlSession::Answer executePrepared(qint64 statement, const QVariantList &parameters,
                                       bool streams);
    SqlSession::Answer executeBatch(qint64 statement, const QList<QVariantList> &rows);
    /// These two do not wait.
    void closeStatement(qint64 statement);
    void closeStream(qint64 stream);
    /// The rows that are there, or all of them; waits for the first one, or the last.
    RowStream::Rows readStream(qint64 stream, bool all);
    /// Cancels the statement that runs. Returns false if the thread of the sessions has ended.
    bool cancel();

private:
    explicit SessionClient(std::shared_ptr<IoThread> thread);

    Error unreachable() const;
    template <typename Reply, typename Function>
    Reply ask(Reply reply, const Function &function);

    const std::shared_ptr<IoThread> m_thread;
    /// What is in it is used in the thread alone: the session may have deleted itself.
    using SessionPointer = std::shared_ptr<QPointer<SqlSession>>;
    const SessionPointer m_session = std::make_shared<QPointer<SqlSession>>();
};

} // namespace AsyncMySql::Sql
